package storage

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func openDir(t interface{ Fatal(...any) }, path string) *Dir {
	d, err := Open(path, Options{RefreshInterval: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// readTest fills in what the tests' sources say.
func readTest(d *document.Document, _ string) error {
	var src struct{ N int64 }
	if err := json.Unmarshal(d.Source, &src); err != nil {
		return err
	}
	d.Time = src.N % 7
	d.Fields = []document.Field{{Name: "n", Kind: document.Long, Num: src.N}}
	return nil
}

func TestGeneratedIDsGrowAndDiffer(t *testing.T) {
	var a, b idMaker
	now := time.Now()
	last := ""
	for range 1000 {
		id := a.next(now)
		if id <= last || len(id) != 20 || id == b.next(now) {
			t.Fatalf("%q after %q", id, last)
		}
		last = id
	}
}

func TestADeletedDocumentsVersionGoesOn(t *testing.T) {
	d := openDir(t, t.TempDir())
	defer d.Close()
	ix, err := d.Index("x", readTest)
	if err != nil {
		t.Fatal(err)
	}
	err = ix.Write(func(w *Writer) error {
		if err := w.Put(&document.Document{ID: "1", Version: 1, Source: []byte("{}")}, ""); err != nil {
			return err
		}
		w.Delete("1", 2)
		now, err := w.Current("1")
		if now.Found || now.Version != 2 {
			t.Errorf("after deleting: %+v", now)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestADeletedDocumentsVersionOutlivesACrash(t *testing.T) {
	path, copied := t.TempDir(), t.TempDir()
	d := openDir(t, path)
	defer d.Close()
	ix, err := d.Index("x", readTest)
	if err != nil {
		t.Fatal(err)
	}
	err = ix.Write(func(w *Writer) error {
		if err := w.Put(&document.Document{ID: "1", Version: 1, Source: []byte("{}")}, ""); err != nil {
			return err
		}
		w.Delete("1", 2)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(copied, os.DirFS(path)); err != nil { // what a killed process would leave
		t.Fatal(err)
	}
	again := openDir(t, copied)
	defer again.Close()
	if ix, err = again.Index("x", readTest); err != nil {
		t.Fatal(err)
	}
	if err := ix.Write(func(w *Writer) error {
		now, err := w.Current("1")
		if now.Found || now.Version != 2 {
			t.Errorf("after a crash: %+v", now)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestASnapshotDoesNotChange(t *testing.T) {
	d := openDir(t, t.TempDir())
	defer d.Close()
	ix, err := d.Index("x", readTest)
	if err != nil {
		t.Fatal(err)
	}
	put := func(id string) {
		if err := ix.Write(func(w *Writer) error {
			if err := w.Put(&document.Document{ID: id, Version: 1, Source: []byte("{}")}, ""); err != nil {
				return err
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := ix.Refresh(); err != nil {
			t.Fatal(err)
		}
	}
	put("1")
	s, err := ix.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	put("1")
	put("2")
	if err := d.Remove("x"); err != nil {
		t.Fatal(err)
	}
	if len(s.Views) != 1 || s.Views[0].ID(0) != "1" || s.Views[0].Live().GetCardinality() != 1 {
		t.Errorf("the snapshot has changed: %+v", s.Views)
	}
	if _, err := ix.Snapshot(); !errors.Is(err, ErrClosed) {
		t.Errorf("snapshot of a removed index: %v", err)
	}
	if _, err := os.Stat(d.indexPath("x")); !os.IsNotExist(err) {
		t.Errorf("files of the removed index: %v", err)
	}
}

func TestWritesBesideRefreshesAndMerges(t *testing.T) {
	d := openDir(t, t.TempDir())
	defer d.Close()
	ix, err := d.Index("x", readTest)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 100 {
				err := ix.Write(func(w *Writer) error {
					if err := w.Put(&document.Document{ID: fmt.Sprintf("%d-%d", worker, i), Version: 1, Source: []byte("{}")}, ""); err != nil {
						return err
					}
					return nil
				})
				if err == nil && i%10 == 0 {
					err = ix.Refresh()
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if err := ix.Refresh(); err != nil {
		t.Fatal(err)
	}
	if st, err := ix.Stats(); err != nil || st.Docs != 400 || st.Bytes == 0 {
		t.Errorf("%+v, %v", st, err)
	}
	seen := map[int64]bool{}
	s, err := ix.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, v := range s.Views {
		for doc := range uint32(v.NumDocs()) {
			n, _ := v.Numbers(segment.SeqNoField).Value(doc)
			if seen[n] {
				t.Errorf("sequence number %d is there twice", n)
			}
			seen[n] = true
		}
	}
}

func TestOpenRefusesWhatItMustNotTouch(t *testing.T) {
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "thesis.txt"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	newer := t.TempDir()
	if err := os.WriteFile(filepath.Join(newer, formatFile), []byte(`{"format":99}`), 0o600); err != nil {
		t.Fatal(err)
	}
	used := t.TempDir()
	defer openDir(t, used).Close()
	file := filepath.Join(foreign, "thesis.txt")
	for _, c := range []struct {
		name, path, says string
		want             error
	}{
		{"a folder of something else", foreign, "thesis.txt", ErrForeign},
		{"a directory of a newer version", newer, "format 99", ErrNewer},
		{"a directory in use", used, fmt.Sprintf("process %d", os.Getpid()), ErrLocked},
		{"a file", file, file, nil},
	} {
		d, err := Open(c.path, Options{})
		if err == nil {
			d.Close()
			t.Errorf("%s was opened", c.name)
			continue
		}
		if c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), c.path) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := os.ReadFile(file); err != nil {
		t.Errorf("the foreign file: %v", err)
	}
}

func TestADocumentKeepsItsRouting(t *testing.T) {
	path := t.TempDir()
	read := func(d *document.Document, routing string) error {
		if routing != "" {
			d.Fields = []document.Field{{Name: "_routing", Kind: document.Keyword, Str: routing}}
		}
		return nil
	}
	open := func() (*Dir, *Index) {
		dir := openDir(t, path)
		ix, err := dir.Index("test", read)
		if err != nil {
			t.Fatal(err)
		}
		return dir, ix
	}
	dir, ix := open()
	err := ix.Write(func(w *Writer) error {
		for id, routing := range map[string]string{"with": "r", "without": ""} {
			d := &document.Document{ID: id, Version: 1, Source: []byte("{}")}
			if err := read(d, routing); err != nil {
				return err
			}
			if err := w.Put(d, routing); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	check := func(when string) {
		t.Helper()
		for id, want := range map[string]string{"with": "r", "without": ""} {
			if got, err := ix.Get(id); err != nil || !got.Found || got.Routing != want {
				t.Errorf("%s, %s: %+v, %v", when, id, got, err)
			}
		}
	}
	check("buffered")
	if err := ix.Refresh(); err != nil {
		t.Fatal(err)
	}
	check("refreshed")
	if err := dir.Close(); err != nil {
		t.Fatal(err)
	}
	dir, ix = open()
	defer dir.Close()
	check("opened again")
}

// TestAClosedDirectoryIsLeftAlone: a request that was cut off may go on for a moment while the process ends, and another process may have the directory open by then.
func TestAClosedDirectoryIsLeftAlone(t *testing.T) {
	path := t.TempDir()
	d := openDir(t, path)
	if _, err := d.Index("x", readTest); err != nil {
		t.Fatal(err)
	}
	must(t, d.Close())
	if err := d.Remove("x"); !errors.Is(err, errDirClosed) {
		t.Errorf("remove: %v", err)
	}
	if _, err := d.Index("y", readTest); !errors.Is(err, errDirClosed) {
		t.Errorf("index: %v", err)
	}
	withIndex(t, path, func(ix *Index) { put(t, ix, 1) })
	if folders := must1(os.ReadDir(filepath.Join(path, indicesDir))); len(folders) != 1 {
		t.Errorf("folders %v", folders)
	}
}
