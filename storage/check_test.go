package storage

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/metadb"
	"github.com/vedette-siem/vedette/storage/segment"
	"github.com/vedette-siem/vedette/storage/wal"
)

// checkDir checks a directory whose indices all have readRich, and takes damaged records out.
func checkDir(t *testing.T, path string, repair bool) (all []Finding) {
	t.Helper()
	found := func(f Finding) { all = append(all, f) }
	err := Check(path, CheckOptions{Repair: repair, Found: found, Catalogue: func(db *metadb.DB, folders []string, repair bool, found func(Finding)) (map[string]Catalogued, error) {
		known := map[string]Catalogued{}
		for _, uuid := range folders {
			if uuid != "orphan" {
				known[uuid] = Catalogued{Name: uuid, Read: readRich}
			}
		}
		run := db.View
		if repair {
			run = db.Update
		}
		return known, run(func(tx *metadb.Tx) error {
			for _, b := range tx.Bad() {
				found(Finding{Problem: b.Err.Error(), Done: "taken out"})
				if repair {
					if err := tx.Delete(b.Table, b.Key); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}})
	if errors.Is(err, ErrNewer) { // a flipped byte can make it look so
		return []Finding{{Problem: err.Error() + ": restore it from a backup"}}
	}
	must(t, err)
	return all
}

// contentOf opens the index of a directory and reads everything.
func contentOf(t *testing.T, path string) map[string]string {
	t.Helper()
	d := openDir(t, path)
	defer d.Close()
	ix, err := d.Index("x", readRich)
	must(t, err)
	got, err := content(ix)
	must(t, err)
	return got
}

// TestCheckFindsWhatAnOpenFindsAndRepairKeepsTheRest flips a byte in each page of each file.
func TestCheckFindsWhatAnOpenFindsAndRepairKeepsTheRest(t *testing.T) {
	whole, want := directoryOfEverything(t)
	if found := checkDir(t, whole, false); len(found) != 0 {
		t.Fatalf("the whole directory: %v", found)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	eachPage(t, whole, random, func(file string, at int) {
		path, bit := copyOf(t, whole), byte(1)<<random.IntN(8)
		defer os.RemoveAll(path)
		flip(t, filepath.Join(path, file), at, bit)
		found := checkDir(t, path, false)
		if told, err := outcome(t, copyOf(t, path), want); err != nil || told && len(found) == 0 {
			t.Errorf("%s, byte %d: told %v, %v, but check found %v", file, at, told, err, found)
		}
		if len(found) == 0 || strings.Contains(fmt.Sprint(found), "restore it from a backup") && (file == metaFile || file == formatFile) {
			return
		}
		lost := uint64(0)
		for _, f := range checkDir(t, path, true) {
			if f.Done == "" {
				t.Errorf("%s, byte %d: nothing was done about %s", file, at, f)
			}
			lost += f.Lost
		}
		if again := checkDir(t, path, false); len(again) > 0 {
			t.Fatalf("%s, byte %d: %v, after a repair of %v", file, at, again, found)
		}
		got := contentOf(t, path)
		for id, line := range got {
			if want[id] != line {
				t.Errorf("%s, byte %d: document %s is %q, want %q, after a repair of %v", file, at, id, line, want[id], found)
			}
		}
		if missing := len(want) - len(got); uint64(missing) > lost && !strings.Contains(file, walDir) {
			t.Errorf("%s, byte %d: %d documents are missing, but %d are said to be lost: %v", file, at, missing, lost, found)
		}
	})
}

// segmentsOf lists the segments of an index.
func segmentsOf(t *testing.T, path string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(path, indicesDir, "x", scorchDir, "*.zap"))
	if err != nil || len(found) == 0 {
		t.Fatalf("%v, %v", found, err)
	}
	return found
}

func TestRepairReadsDamagedColumnsAgainFromTheSources(t *testing.T) {
	path, want := directoryOfEverything(t)
	for n, column := range []string{"kw", "text"} {
		damageColumn(t, segmentsOf(t, path)[n], column)
	}
	found := checkDir(t, path, true)
	if len(found) != 2 || found[0].Lost+found[1].Lost != 0 || !strings.Contains(found[0].Done, "read again from their sources") {
		t.Errorf("found %v", found)
	}
	got := contentOf(t, path)
	for id, line := range want {
		if got[id] != line {
			t.Errorf("document %s is %q, want %q", id, got[id], line)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d documents, want %d", len(got), len(want))
	}
	if again := checkDir(t, path, false); len(again) > 0 {
		t.Errorf("after the repair: %v", again)
	}
}

func TestRepairSaysWhatIsLost(t *testing.T) {
	path, want := directoryOfEverything(t)
	first := segmentsOf(t, path)[0]
	must(t, os.Truncate(first, 1000))
	found := checkDir(t, path, true)
	if len(found) != 1 || found[0].Lost != 98 || found[0].From != 0 || found[0].To != 99 || found[0].Index != "x" {
		t.Fatalf("found %+v", found)
	}
	if got := contentOf(t, path); len(got)+int(found[0].Lost) != len(want) {
		t.Errorf("%d documents are there and %d lost, want %d", len(got), found[0].Lost, len(want))
	}
	if _, err := os.Stat(filepath.Join(path, indicesDir, "x", quarantineDir, filepath.Base(first))); err != nil {
		t.Errorf("the file: %v", err)
	}
}

func TestRepairMakesRootBoltAgain(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, dir string){
		"root.bolt is gone":     func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, scorchDir, rootFile))) },
		"root.bolt is cut":      func(t *testing.T, dir string) { must(t, os.Truncate(filepath.Join(dir, scorchDir, rootFile), 9000)) },
		"the manifest is wrong": func(t *testing.T, dir string) { overwrite(t, filepath.Join(dir, manifestFile), 30, "XX") },
	} {
		t.Run(name, func(t *testing.T) {
			path, want := directoryOfEverything(t)
			damage(t, filepath.Join(path, indicesDir, "x"))
			if found := checkDir(t, path, true); len(found) != 1 {
				t.Errorf("found %v", found)
			}
			if got := contentOf(t, path); len(got) != len(want) {
				t.Errorf("%d documents, want %d", len(got), len(want))
			}
			if again := checkDir(t, path, false); len(again) > 0 {
				t.Errorf("after the repair: %v", again)
			}
		})
	}
}

func TestRepairWithoutManifestAndRootBoltKeepsTheNewestOfEachDocument(t *testing.T) {
	path := t.TempDir()
	segments := filledTwice(t, path)
	withIndex(t, path, func(ix *Index) { put(t, ix, 1) })
	must(t, errors.Join(os.Remove(filepath.Join(filepath.Dir(segments[0]), rootFile)), os.Remove(filepath.Join(path, indicesDir, "x", manifestFile))))
	if found := checkDir(t, path, true); len(found) != 1 || !strings.Contains(found[0].Done, "may be back") {
		t.Errorf("found %v", found)
	}
	withIndex(t, path, func(ix *Index) {
		wantIDs(t, ix, 0, "1", "2", "3")
		if c, err := ix.Get("1"); err != nil || c.SeqNo != 3 {
			t.Errorf("document 1: %+v, %v", c, err)
		}
	})
}

func TestRepairKeepsWhatTheLogHoldsBehindAHole(t *testing.T) {
	path, want := directoryOfEverything(t)
	logs, _, err := wal.Files(filepath.Join(path, indicesDir, "x", walDir))
	must(t, err)
	var log string
	for _, l := range logs {
		if info, err := os.Stat(l); err == nil && info.Size() > 0 {
			log = l
		}
	}
	flip(t, log, 30, 1) // in the first operation
	wantHole := func(d *Dir) {
		if _, err := d.Index("x", readRich); !errors.Is(err, wal.ErrDamaged) || !strings.Contains(err.Error(), log) || !strings.Contains(err.Error(), "vedette check --repair") {
			t.Errorf("open: %v", err)
		}
	}
	d := openDir(t, path)
	wantHole(d)
	must(t, d.Close())
	if found := checkDir(t, path, true); len(found) != 1 || !strings.Contains(found[0].Done, "19 operations are kept") {
		t.Errorf("found %v", found)
	}
	if got := contentOf(t, path); len(got) != len(want)-1 {
		t.Errorf("%d documents, want %d", len(got), len(want)-1)
	}
}

func TestCheckTellsOfPutAsideEndsAndOrphansAndRepairRemovesThem(t *testing.T) {
	path := t.TempDir()
	dir := filepath.Join(filepath.Dir(filled(t, path)), walDir)
	cut := filepath.Join(dir, "0000000000000001.wal.cut")
	must(t, errors.Join(os.WriteFile(cut, []byte("VWALhalf"), 0o600), os.MkdirAll(filepath.Join(path, indicesDir, "orphan", walDir), 0o700)))
	must(t, os.WriteFile(filepath.Join(path, indicesDir, "orphan", walDir, "0000000000000001.wal"), []byte("VWAL"), 0o600))
	if found := checkDir(t, path, false); len(found) != 2 || !strings.Contains(found[0].Problem, "8 bytes with 0 whole operations") || found[0].Done != "" || found[1].Index != "orphan" {
		t.Errorf("found %v", found)
	}
	checkDir(t, path, true)
	if found := checkDir(t, path, false); len(found) != 0 {
		t.Errorf("after the repair: %v", found)
	}
	if _, err := os.Stat(filepath.Join(path, quarantineDir, "orphan")); err != nil {
		t.Errorf("the orphan: %v", err)
	}
}

func TestCheckDoesNotTouchADirectoryInUse(t *testing.T) {
	path := t.TempDir()
	d := openDir(t, path)
	defer d.Close()
	if err := Check(path, CheckOptions{}); !errors.Is(err, ErrLocked) {
		t.Errorf("check: %v", err)
	}
}

func TestARepairOfLargeDocumentsHoldsFewOfThemInMemory(t *testing.T) {
	path, pad := t.TempDir(), strings.Repeat("x", 1<<20)
	var docs []*document.Document
	for n := range 40 {
		d := &document.Document{ID: fmt.Sprint(n), Version: 1, Source: fmt.Appendf(nil, `{"n":%d,"pad":%q}`, n, pad)}
		must(t, readRich(d, ""))
		docs = append(docs, d)
	}
	s := must1(segment.Open(build(t, path, nil, docs)[0]))
	i := &indexCheck{checker: &checker{}, dir: filepath.Join(path, indicesDir, "x"), read: readRich, base: &manifest{}}
	rebuilt, read, err := i.rebuild(s, manifestSegment{})
	must(t, errors.Join(err, s.Release()))
	if len(rebuilt) != 2 || read != uint64(len(docs)) || rebuilt[0].Docs+rebuilt[1].Docs != read {
		t.Errorf("%d documents of %d MB in %+v", read, len(docs), rebuilt)
	}
}

// TestARepairThatFailsLosesNothing: what it has rebuilt counts only when root.bolt names it, so until then the damaged file must stay where it is.
func TestARepairThatFailsLosesNothing(t *testing.T) {
	path, want := directoryOfEverything(t)
	first := segmentsOf(t, path)[0]
	damageColumn(t, first, "kw")
	inTheWay := filepath.Join(filepath.Dir(first), rootFile+".new")
	must(t, os.MkdirAll(filepath.Join(inTheWay, "x"), 0o700)) // as a full disk would be
	err := Check(path, CheckOptions{Repair: true, Found: func(Finding) {}, Catalogue: func(*metadb.DB, []string, bool, func(Finding)) (map[string]Catalogued, error) {
		return map[string]Catalogued{"x": {Name: "x", Read: readRich}}, nil
	}})
	if err == nil {
		t.Fatal("the repair did not fail")
	}
	must(t, os.RemoveAll(inTheWay))
	for _, f := range checkDir(t, path, true) {
		if f.Lost > 0 {
			t.Errorf("found %v", f)
		}
	}
	if got := contentOf(t, path); len(got) != len(want) {
		t.Errorf("%d documents, want %d", len(got), len(want))
	}
	if _, err := os.Stat(filepath.Join(path, indicesDir, "x", quarantineDir, filepath.Base(first))); err != nil {
		t.Errorf("the damaged file: %v", err)
	}
	if again := checkDir(t, path, false); len(again) > 0 {
		t.Errorf("after the repair: %v", again)
	}
}
