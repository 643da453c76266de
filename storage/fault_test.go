package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// filled makes an index with documents in a segment on disk, and returns the folder of its segments.
func filled(t *testing.T, path string) (segments string) {
	t.Helper()
	d := openDir(t, path)
	ix, err := d.Index("x", readTest)
	if err != nil {
		t.Fatal(err)
	}
	put(t, ix, 1)
	put(t, ix, 2)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(path, indicesDir, "x", scorchDir)
}

func put(t *testing.T, ix *Index, n int) {
	t.Helper()
	err := ix.Write(func(w *Writer) error {
		doc := &document.Document{ID: fmt.Sprint(n), Version: 1, Source: fmt.Appendf(nil, `{"n":%d}`, n)}
		if err := readTest(doc, ""); err != nil {
			return err
		}
		if err := w.Put(doc, ""); err != nil {
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// newestSegment is the path of the only segment that matters.
func newestSegment(t *testing.T, dir string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*.zap"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no segments: %v", err)
	}
	return found[len(found)-1]
}

func TestADamagedIndexIsRefusedAndLeftAsItIs(t *testing.T) {
	cases := map[string]func(t *testing.T, dir string) (names string){
		"a missing root.bolt": func(t *testing.T, dir string) string {
			if err := os.Remove(filepath.Join(dir, "root.bolt")); err != nil {
				t.Fatal(err)
			}
			return "root.bolt"
		},
		"a root.bolt of rubbish": func(t *testing.T, dir string) string {
			if err := os.WriteFile(filepath.Join(dir, "root.bolt"), make([]byte, 8192), 0o600); err != nil {
				t.Fatal(err)
			}
			return "root.bolt"
		},
		"a root.bolt that forgot a segment": func(t *testing.T, dir string) string {
			db, err := bbolt.Open(filepath.Join(dir, "root.bolt"), 0o600, nil)
			if err != nil {
				t.Fatal(err)
			}
			err = db.Update(func(tx *bbolt.Tx) error {
				snapshots := tx.Bucket([]byte("s"))
				newest, _ := snapshots.Cursor().Last()
				return snapshots.Bucket(newest).ForEachBucket(func(k []byte) error {
					if k[0] == '!' {
						return nil
					}
					return snapshots.Bucket(newest).Bucket(k).Delete([]byte("p"))
				})
			})
			if err := errors.Join(err, db.Close()); err != nil {
				t.Fatal(err)
			}
			return "has no file"
		},
	}
	for name, damage := range cases {
		t.Run(name, func(t *testing.T) {
			path := t.TempDir()
			dir := filled(t, path)
			names := damage(t, dir)
			before := listing(t, dir)
			d := openDir(t, path)
			defer d.Close()
			if _, err := d.Index("x", readTest); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), names) {
				t.Errorf("the error is %v, want one that names %s", err, names)
			}
			if after := listing(t, dir); after != before {
				t.Errorf("the folder was changed from %s to %s", before, after)
			}
			if _, err := d.Index("healthy", readTest); err != nil {
				t.Errorf("another index: %v", err)
			}
		})
	}
}

func listing(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(entries)
}

func TestWithoutTheCheckScorchWouldDropADamagedSegmentInSilence(t *testing.T) {
	path := t.TempDir()
	dir := filled(t, path)
	if err := os.Truncate(newestSegment(t, dir), 100); err != nil {
		t.Fatal(err)
	}
	d := openDir(t, path)
	defer d.Close()
	s, err := newScorch(dir, d.queue, 0, &segment.Config{})
	if err == nil {
		err = s.Open()
	}
	if err != nil {
		t.Fatalf("scorch has learned to tell: %v", err)
	}
	defer s.Close()
	r, err := s.Reader()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if n, err := r.DocCount(); err != nil || n != 0 {
		t.Errorf("%d documents, %v: the check may not be needed any more", n, err)
	}
}

func TestAnUnfinishedSegmentOfACrashIsRemoved(t *testing.T) {
	path := t.TempDir()
	part := filepath.Join(filled(t, path), "0000000000ff.zap.part")
	if err := os.WriteFile(part, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := openDir(t, path)
	defer d.Close()
	ix, err := d.Index("x", readTest)
	if err != nil {
		t.Fatal(err)
	}
	if st, err := ix.Stats(); err != nil || st.Docs != 2 {
		t.Errorf("%+v, %v", st, err)
	}
	if _, err := os.Stat(part); !os.IsNotExist(err) {
		t.Errorf("the unfinished file: %v", err)
	}
}

func TestClosingInTheMiddleOfMergesIsNoFailure(t *testing.T) {
	for range 10 {
		d := openDir(t, t.TempDir())
		ix, err := d.Index("x", readTest)
		if err != nil {
			t.Fatal(err)
		}
		for n := range 40 {
			put(t, ix, n)
			if err := ix.Refresh(); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if ix.failed != nil {
			t.Fatal(ix.failed)
		}
	}
}

// awaitFailure returns when the index has failed.
func awaitFailure(ix *Index) {
	_ = ix.await(context.Background(), func() bool { return false })
}

func TestAFailingDiskStopsWritesAndLosesNothing(t *testing.T) {
	path := t.TempDir()
	d := openDir(t, path)
	ix, err := d.Index("x", readTest)
	if err != nil {
		t.Fatal(err)
	}
	put(t, ix, 1)
	dir := filepath.Join(path, indicesDir, "x", scorchDir)
	if err := os.Rename(dir, dir+"-away"); err != nil { // segments cannot be written any more
		t.Fatal(err)
	}
	if err := ix.Refresh(); err != nil {
		t.Fatal(err)
	}
	awaitFailure(ix)
	err = ix.Write(func(w *Writer) error { return w.Put(&document.Document{ID: "2", Source: []byte("{}")}, "") })
	if !errors.Is(err, ErrFailed) {
		t.Errorf("write after a failure: %v", err)
	}
	if err := d.Close(); !errors.Is(err, ErrFailed) {
		t.Errorf("close after a failure: %v", err)
	}
	if err := os.Rename(dir+"-away", dir); err != nil {
		t.Fatal(err)
	}
	d = openDir(t, path)
	defer d.Close()
	if ix, err = d.Index("x", readTest); err != nil {
		t.Fatal(err)
	}
	if got, err := ix.Get("1"); err != nil || !got.Found {
		t.Errorf("the acknowledged document: %+v, %v", got, err)
	}
}
