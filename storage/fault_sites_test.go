package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/storage/document"
)

// faultRun is one run of the scenario on a disk with a fault. may holds the contents that each id may have; an empty one is no document. There is more than one
// after a write that failed.
type faultRun struct {
	t    *testing.T
	path string
	disk *faultyDisk
	dir  *Dir
	ix   *Index
	may  map[string][]string
	n    int
}

const baseDocs = 9 // segments of the directory that a run begins with: one more, and they are merged

// baseDirectory makes a directory with an index of many small segments.
func baseDirectory(t *testing.T) string {
	path := t.TempDir()
	d := openDir(t, path)
	ix, err := d.Index("x", readTest)
	if err != nil {
		t.Fatal(err)
	}
	for n := range baseDocs - 1 {
		put(t, ix, -n)
		if err := ix.Refresh(); err != nil {
			t.Fatal(err)
		}
		if err := ix.allPersisted(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func newFaultRun(t *testing.T, base string, f fault, at int) *faultRun {
	r := &faultRun{t: t, path: filepath.Join(t.TempDir(), "data"), disk: newFaultyDisk(f, at), may: map[string][]string{}}
	if err := os.CopyFS(r.path, os.DirFS(base)); err != nil {
		t.Fatal(err)
	}
	for n := range baseDocs - 1 {
		r.may[fmt.Sprint(-n)] = []string{fmt.Sprintf(`{"n":%d}`, -n)}
	}
	return r
}

// tolerate passes an error over if the disk has failed.
func (r *faultRun) tolerate(what string, err error) {
	r.t.Helper()
	if err != nil && !r.disk.hasFired() {
		r.t.Fatalf("%s: %v", what, err)
	}
}

func (r *faultRun) open() (err error) {
	r.dir, err = Open(r.path, Options{RefreshInterval: time.Hour, FS: r.disk, RetryPause: time.Millisecond})
	if err == nil {
		r.ix, err = r.dir.Index("x", readTest)
	}
	return err
}

// write puts, or deletes, documents in one write.
func (r *faultRun) write(remove bool, ids ...string) error {
	after := map[string]string{}
	err := r.ix.Write(func(w *Writer) error {
		for _, id := range ids {
			now, err := w.Current(id)
			if err != nil {
				return err
			}
			if remove {
				after[id] = ""
				w.Delete(id, now.Version+1)
				continue
			}
			r.n++
			after[id] = fmt.Sprintf(`{"n":%d}`, r.n)
			d := &document.Document{ID: id, Version: now.Version + 1, Source: []byte(after[id])}
			if err := readTest(d, ""); err != nil {
				return err
			}
			if err := w.Put(d, ""); err != nil {
				return err
			}
		}
		return nil
	})
	for id, content := range after {
		before := r.may[id]
		if before == nil {
			before = []string{""}
		}
		if r.may[id] = []string{content}; err != nil {
			r.may[id] = append(r.may[id], before...)
		}
	}
	return err
}

// settle makes everything searchable and waits until it is on disk, or the index has failed.
func (r *faultRun) settle() {
	r.tolerate("refresh", r.ix.Refresh())
	r.tolerate("persist", r.ix.allPersisted(r.t.Context()))
}

// run does everything that writes.
func (r *faultRun) run() {
	if err := r.open(); err != nil {
		r.tolerate("open", err)
		return
	}
	r.tolerate("write", r.write(false, "1", "2", "3"))
	r.tolerate("write", r.write(false, "4"))
	r.settle()
	for segments := baseDocs; segments >= baseDocs && r.ix.Failure() == nil; { // until the merge is done
		st, err := r.ix.Stats()
		r.tolerate("stats", err)
		segments = st.Segments
	}
	r.tolerate("update", r.write(false, "1", "0"))
	r.tolerate("delete", r.write(true, "2", "-1"))
	r.settle()
	r.tolerate("write", r.write(false, "5"))
	if other, err := r.dir.Index("other", readTest); err == nil {
		r.tolerate("refresh", other.Refresh())
		r.tolerate("remove", r.dir.Remove("other"))
	} else {
		r.tolerate("create index", err)
	}
}

// check compares what is there with what may be.
func (r *faultRun) check(when string) {
	r.t.Helper()
	s, err := r.ix.Snapshot()
	if err != nil {
		r.t.Fatal(err)
	}
	defer s.Close()
	found := map[string]string{}
	for _, v := range s.Views {
		for it := v.Live().Iterator(); it.HasNext(); {
			doc := it.Next()
			source, err := v.Source(doc)
			if err != nil {
				r.t.Fatal(err)
			}
			if _, twice := found[v.ID(doc)]; twice {
				r.t.Errorf("%s: %s is there twice", when, v.ID(doc))
			}
			found[v.ID(doc)] = string(source)
		}
	}
	for id, may := range r.may {
		if !slices.Contains(may, found[id]) {
			r.t.Errorf("%s: document %s is %q, want one of %q", when, id, found[id], may)
		}
		got, err := r.ix.Get(id)
		if err != nil || string(got.Source) != found[id] {
			r.t.Errorf("%s: get %s is %q, %v, but a search finds %q", when, id, got.Source, err, found[id])
		}
		delete(found, id)
	}
	if len(found) > 0 {
		r.t.Errorf("%s: unknown documents %v", when, found)
	}
}

// mustWork writes until that works, which it does when the index has healed.
func (r *faultRun) mustWork() {
	r.t.Helper()
	for err := errors.New("not yet"); err != nil; {
		if err = r.write(false, "6"); err == nil {
			err = r.ix.Refresh()
		}
		if err == nil { // a fault of before may be noticed only now
			err = r.ix.allPersisted(r.t.Context())
		}
		if errors.Is(err, ErrClosed) || r.t.Context().Err() != nil {
			r.t.Fatal(err)
		}
	}
}

// TestAFaultAtAnyWriteLosesNothing lets every call fail once that writes, and then sees that the index goes on by itself with everything that was acknowledged, and does so
// after it was closed and opened again.
func TestAFaultAtAnyWriteLosesNothing(t *testing.T) {
	base := baseDirectory(t)
	for _, f := range []fault{diskFull, shortWrite, failedSync} {
		t.Run(f.String(), func(t *testing.T) {
			t.Parallel()
			runs, sites := 0, map[string]bool{}
			for at, fired := 1, true; fired; at++ {
				t.Run(fmt.Sprint(at), func(t *testing.T) {
					r := newFaultRun(t, base, f, at)
					r.run()
					if fired = r.disk.hasFired(); fired {
						runs++
					}
					r.disk.lift()
					if r.ix == nil {
						if r.dir != nil {
							r.dir.Close()
						}
						if err := r.open(); err != nil {
							t.Fatal(err)
						}
					}
					r.mustWork()
					r.check("healed")
					if err := r.dir.Close(); err != nil {
						t.Fatal(err)
					}
					if used := r.dir.o.budget.bytes(); used != 0 {
						t.Errorf("%d bytes are still counted after closing", used)
					}
					if err := r.open(); err != nil {
						t.Fatal(err)
					}
					r.check("opened again")
					r.mustWork()
					if err := r.dir.Close(); err != nil {
						t.Fatal(err)
					}
					for s := range r.disk.sites {
						sites[s] = true
					}
				})
			}
			for _, s := range []string{"create .wal", "write .wal", "sync .wal", "create .zap", "write .zap", "sync .zap", "rename .zap", "sync folder "} {
				if !sites[s] {
					t.Errorf("%q was never tried", s)
				}
			}
			t.Logf("%d calls failed, of the kinds %v", runs, sites)
		})
	}
}
