package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/storage/document"
)

// addSegments writes segments of ten documents of a kilobyte that does not compress well, one after the other.
func addSegments(t *testing.T, ix *Index, n int) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		must(t, ix.Write(func(w *Writer) error {
			for j := range 10 {
				var text []byte
				for len(text) < 1000 {
					text = fmt.Appendf(text, "%x", random.Uint64())
				}
				d := &document.Document{ID: fmt.Sprint(i*10 + j), Version: 1, Source: fmt.Appendf(nil, `{"N":1,"text":%q}`, text)}
				if err := w.Put(d, ""); err != nil {
					return err
				}
			}
			return nil
		}))
		must(t, ix.Refresh())
		must(t, ix.allPersisted(context.Background()))
	}
}

func segmentCount(t *testing.T, ix *Index) int {
	t.Helper()
	st, err := ix.Stats()
	must(t, err)
	return st.Segments
}

func TestMergesKeepSegmentsBelowTheirLargestSize(t *testing.T) {
	const largest = 256 << 10
	path := t.TempDir()
	d, err := Open(path, Options{RefreshInterval: time.Hour, MaxSegmentBytes: largest})
	must(t, err)
	defer d.Close()
	ix, err := d.Index("x", readTest)
	must(t, err)
	addSegments(t, ix, 40)
	for segmentCount(t, ix) > 12 { // 40 of 14 kB
		must(t, ix.Failure())
	}
	files, err := filepath.Glob(filepath.Join(ix.path, scorchDir, "*"+segmentSuffix))
	must(t, err)
	for _, f := range files {
		info, err := os.Stat(f)
		if errors.Is(err, fs.ErrNotExist) {
			continue // it was merged
		}
		must(t, err)
		if info.Size() > largest {
			t.Errorf("%s has %d bytes", f, info.Size())
		}
	}
}

// TestMergesTakeTurns holds the only place: no index merges, and one that waits can be closed.
func TestMergesTakeTurns(t *testing.T) {
	d, err := Open(t.TempDir(), Options{RefreshInterval: time.Hour, Merges: 1})
	must(t, err)
	defer d.Close()
	leave := d.o.merges.enter(nil)
	for _, name := range []string{"a", "b"} {
		ix, err := d.Index(name, readTest)
		must(t, err)
		addSegments(t, ix, 20)
		if n := segmentCount(t, ix); n != 20 {
			t.Errorf("%s has merged: %d segments", name, n)
		}
	}
	must(t, d.Remove("a"))
	leave()
	b, err := d.Index("b", readTest)
	must(t, err)
	for segmentCount(t, b) == 20 {
		must(t, b.Failure())
	}
}
