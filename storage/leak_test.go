package storage

import (
	"bytes"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// resources are what a process has that an open directory needs.
type resources struct{ goroutines, files, mappings, owners int }

func resourcesNow(path string) (r resources) {
	r.goroutines = runtime.NumGoroutine()
	files, _ := os.ReadDir("/proc/self/fd") // elsewhere than on Linux there is nothing to count
	for _, f := range files {
		if to, err := os.Readlink("/proc/self/fd/" + f.Name()); err == nil && strings.HasPrefix(to, path) {
			r.files++
		}
	}
	if maps, err := os.ReadFile("/proc/self/maps"); err == nil {
		r.mappings = bytes.Count(maps, []byte(path))
	}
	owners.Range(func(_, _ any) bool { r.owners++; return true })
	return r
}

// TestOpeningAndClosingLeaksNothing opens a directory VEDETTE_OPENS times, reads and writes, merges now and then, and closes it.
func TestOpeningAndClosingLeaksNothing(t *testing.T) {
	path := t.TempDir()
	filled(t, path)
	before := resourcesNow(path)
	opens := longRun("VEDETTE_OPENS", 50)
	for n := range opens {
		d := openDir(t, path)
		ix := must1(d.Index("x", readTest))
		put(t, ix, n%50)
		if n%10 == 0 {
			mergeAll(t, ix)
		}
		s := must1(ix.Snapshot())
		for _, v := range s.Views {
			for doc := range uint32(v.NumDocs()) {
				must1(v.Source(doc))
			}
		}
		must(t, s.Close())
		if during := resourcesNow(path); n == 0 && (during.goroutines <= before.goroutines || during.files == 0 && runtime.GOOS == "linux" || during.owners <= before.owners) {
			t.Fatalf("while it is open there is nothing more: %+v, before %+v", during, before)
		}
		must(t, d.Close())
	}
	after := resourcesNow(path)
	for deadline := time.Now().Add(10 * time.Second); after.goroutines > before.goroutines && time.Now().Before(deadline); after = resourcesNow(path) {
		runtime.Gosched() // goroutines that have done everything may still be about to end
	}
	if after.goroutines > before.goroutines || after.files+after.mappings > 0 || after.owners > before.owners { // what tests before left behind may have ended meanwhile
		stacks := make([]byte, 1<<16)
		t.Errorf("after %d opens %+v, before %+v\n%s", opens, after, before, stacks[:runtime.Stack(stacks, true)])
	}
}
