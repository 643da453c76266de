package storage

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// build makes a closed directory with an index of these segments, without some of their documents, and returns the paths of the segments. Scorch would merge such
// small ones before they can be damaged.
func build(t *testing.T, path string, deleted []string, segments ...[]*document.Document) (paths []string) {
	t.Helper()
	must(t, openDir(t, path).Close())
	dir := filepath.Join(path, indicesDir, "x")
	must(t, os.MkdirAll(filepath.Join(dir, scorchDir), 0o700))
	m, seqNo := &manifest{Epoch: 7}, int64(0)
	for n, docs := range segments {
		for _, d := range docs {
			d.SeqNo = seqNo
			seqNo++
		}
		s := manifestSegment{File: fmt.Sprintf("%012x.zap", 2*n+1), ID: uint64(2*n + 1)}
		path := filepath.Join(dir, scorchDir, s.File)
		must(t, segment.Write(path, docs))
		opened := must1(segment.Open(path))
		s.Info = opened.Info()
		gone := roaring.New()
		for _, id := range deleted {
			if doc, ok := opened.Lookup(id); ok {
				gone.Add(doc)
			}
		}
		if must(t, opened.Release()); !gone.IsEmpty() {
			s.Deleted = must1(gone.ToBytes())
		}
		m.Segments, paths = append(m.Segments, s), append(paths, path)
	}
	m.Internal = map[string][]byte{nextSeqNoKey: binary.LittleEndian.AppendUint64(nil, uint64(seqNo))}
	must(t, errors.Join(writeRoot(filepath.Join(dir, scorchDir, rootFile), m, time.Now()), writeManifest(nil, dir, m)))
	return paths
}

// filledTwice makes an index with documents 1 and 2 in one segment on disk, and 3 in a second one, and returns the paths of both.
func filledTwice(t *testing.T, path string) []string {
	t.Helper()
	doc := func(n int) *document.Document {
		d := &document.Document{ID: fmt.Sprint(n), Version: 1, Source: fmt.Appendf(nil, `{"n":%d}`, n)}
		must(t, readTest(d, ""))
		return d
	}
	return build(t, path, nil, []*document.Document{doc(1), doc(2)}, []*document.Document{doc(3)})
}

// withIndex opens the directory and its index, and closes it after f.
func withIndex(t *testing.T, path string, f func(*Index)) {
	t.Helper()
	d := openDir(t, path)
	ix, err := d.Index("x", readTest)
	if err != nil {
		t.Fatal(err)
	}
	f(ix)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}

// wantIDs fails the test unless the segments hold just these ids, and as many damaged files.
func wantIDs(t *testing.T, ix *Index, damaged int, want ...string) {
	t.Helper()
	s, err := ix.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var got []string
	for _, v := range s.Views {
		for it := v.Live().Iterator(); it.HasNext(); {
			got = append(got, v.ID(it.Next()))
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) || len(s.Damaged) != damaged {
		t.Errorf("ids %v and damage %v, want %v and %d files", got, s.Damaged, want, damaged)
	}
}

func overwrite(t *testing.T, path string, at int64, with string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteAt([]byte(with), at)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestADamagedSegmentIsQuarantinedAndTheOthersGoOn(t *testing.T) {
	damages := map[string]func(t *testing.T, segment, other string){
		"with another header": func(t *testing.T, segment, _ string) { overwrite(t, segment, 0, "XXXX") },
		"cut short":           func(t *testing.T, segment, _ string) { must(t, os.Truncate(segment, 100)) },
		"empty":               func(t *testing.T, segment, _ string) { must(t, os.Truncate(segment, 0)) },
		"missing":             func(t *testing.T, segment, _ string) { must(t, os.Remove(segment)) },
		"in place of another": func(t *testing.T, segment, other string) {
			raw, err := os.ReadFile(other)
			must(t, errors.Join(err, os.WriteFile(segment, raw, 0o600)))
		},
	}
	for name, damage := range damages {
		for which, ids := range [][]string{{"1", "2"}, {"3"}} {
			t.Run(fmt.Sprintf("%s, segment %d", name, which), func(t *testing.T) {
				path := t.TempDir()
				segments := filledTwice(t, path)
				whole, err := os.ReadFile(segments[which])
				must(t, err)
				damage(t, segments[which], segments[1-which])
				healthy := []string{"1", "2", "3"}
				healthy = slices.DeleteFunc(healthy, func(id string) bool { return slices.Contains(ids, id) })
				withIndex(t, path, func(ix *Index) {
					wantIDs(t, ix, 1, healthy...)
					all := ix.Damage()
					if len(all) != 1 || all[0].File != segments[which] || all[0].Docs != uint64(len(ids)) || !strings.Contains(all[0].Error(), segments[which]) || !strings.Contains(all[0].Error(), "vedette check --repair") {
						t.Errorf("damage %v", all)
					}
					if _, err := ix.Get(ids[0]); !errors.Is(err, ErrIncomplete) {
						t.Errorf("a document that may lie in it: %v", err)
					}
					if c, err := ix.Get(healthy[0]); err != nil || !c.Found {
						t.Errorf("a document of the other: %+v, %v", c, err)
					}
					put(t, ix, 4)
				})
				healthy = append(healthy, "4")
				withIndex(t, path, func(ix *Index) { wantIDs(t, ix, 1, healthy...) })
				must(t, os.WriteFile(segments[which], whole, 0o600)) // from a backup
				withIndex(t, path, func(ix *Index) { wantIDs(t, ix, 0, "1", "2", "3", "4") })
			})
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// mergeAll merges everything that may be merged into one segment.
func mergeAll(t *testing.T, ix *Index) {
	t.Helper()
	must(t, ix.Refresh())
	must(t, ix.allPersisted(context.Background()))
	must(t, ix.scorch.ForceMerge(context.Background(), &mergeplan.SingleSegmentMergePlanOptions))
}

func TestMergesLeaveQuarantinedSegmentsAlone(t *testing.T) {
	path := t.TempDir()
	segments := filledTwice(t, path)
	overwrite(t, segments[0], 0, "XXXX")
	withIndex(t, path, func(ix *Index) {
		put(t, ix, 4)
		mergeAll(t, ix)
		wantIDs(t, ix, 1, "3", "4")
		if s, err := ix.Stats(); err != nil || s.Segments != 1 || ix.Failure() != nil {
			t.Errorf("%+v, %v, %v", s, err, ix.Failure())
		}
	})
	withIndex(t, path, func(ix *Index) { wantIDs(t, ix, 1, "3", "4") })
	overwrite(t, segments[0], 0, "VEDS")
	withIndex(t, path, func(ix *Index) { wantIDs(t, ix, 0, "1", "2", "3", "4") })
}

// damageColumn flips a bit where the numbers of a column begin.
func damageColumn(t *testing.T, path, column string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	must(t, err)
	for at := 8; at < len(raw); at++ {
		raw[at] ^= 1
		must(t, os.WriteFile(path, raw, 0o600))
		s, err := segment.Open(path)
		if err == nil {
			var bad []string
			s.Check(func(d *segment.Damage) { bad = append(bad, d.Column) })
			must(t, s.Release())
			if slices.Equal(bad, []string{column}) || slices.Equal(bad, []string{column, "_source"}) { // sources are filled in from columns
				return
			}
		}
		raw[at] ^= 1
	}
	t.Fatalf("no byte of %s is of column %q", path, column)
}

func TestDamageThatAMergeMeetsIsToldAndStopsNothing(t *testing.T) {
	path := t.TempDir()
	segments := filledTwice(t, path)
	damageColumn(t, segments[0], "n")
	withIndex(t, path, func(ix *Index) {
		put(t, ix, 4)
		mergeAll(t, ix)
		if all := ix.Damage(); len(all) != 1 || !strings.Contains(all[0].Error(), segments[0]) || !strings.Contains(all[0].Error(), `"n"`) {
			t.Errorf("damage %v", all)
		}
		put(t, ix, 5)
		mergeAll(t, ix)
		wantIDs(t, ix, 0, "1", "2", "3", "4", "5") // their ids are whole
		if s, err := ix.Stats(); err != nil || s.Segments != 2 || ix.Failure() != nil {
			t.Errorf("%+v, %v, %v", s, err, ix.Failure())
		}
	})
}

// TestASegmentWithoutIDsIsNotServedBesideNewerVersions: nothing in it can be found to be replaced.
func TestASegmentWithoutIDsIsNotServedBesideNewerVersions(t *testing.T) {
	path := t.TempDir()
	segments := filledTwice(t, path)
	damageColumn(t, segments[0], segment.IDField)
	withIndex(t, path, func(ix *Index) {
		put(t, ix, 1)
		must(t, ix.Refresh())
		wantIDs(t, ix, 1, "1", "3")
		if _, err := ix.Get("2"); !errors.Is(err, ErrIncomplete) {
			t.Errorf("a document that may lie in it: %v", err)
		}
	})
	withIndex(t, path, func(ix *Index) { wantIDs(t, ix, 1, "1", "3") })
}
