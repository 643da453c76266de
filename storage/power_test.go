package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/storage/durable"
)

// powerDisk is the operating system's file system that remembers what was synced, so that a power cut can take the rest: bytes of files, and names of folders. What bbolt
// writes and syncs is as it is.
type powerDisk struct {
	durable.FS
	// forgets is for a sync that the test wants to be left out.
	forgets func(path string) bool

	mu     sync.Mutex
	size   map[string]int64 // of the files that were written
	synced map[string]int64 // how much of that is on disk
	named  map[string]bool  // whether their names are
}

func newPowerDisk(forgets func(path string) bool) *powerDisk {
	return &powerDisk{FS: durable.System(nil), forgets: forgets, size: map[string]int64{}, synced: map[string]int64{}, named: map[string]bool{}}
}

func (d *powerDisk) OpenFile(path string, flag int, perm os.FileMode) (durable.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	info, missing := os.Stat(path)
	f, err := d.FS.OpenFile(path, flag, perm)
	if err != nil {
		return nil, err
	}
	switch _, known := d.size[path]; {
	case missing != nil || flag&os.O_TRUNC != 0:
		d.size[path], d.synced[path], d.named[path] = 0, 0, missing == nil
	case !known:
		d.size[path], d.synced[path], d.named[path] = info.Size(), info.Size(), true
	}
	return &powerFile{f, d}, nil
}

func (d *powerDisk) Rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.FS.Rename(from, to); err != nil {
		return err
	}
	d.size[to], d.synced[to], d.named[to] = d.size[from], d.synced[from], false
	delete(d.size, from)
	return nil
}

func (d *powerDisk) SyncDir(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for file := range d.size {
		if filepath.Dir(file) == path && !d.forgets(path) {
			d.named[file] = true
		}
	}
	return nil
}

// cut copies what is on disk in a folder, as a power cut would leave it. No file gets or changes its name meanwhile: scorch's persister may still write the manifest.
func (d *powerDisk) cut(t *testing.T, path string) (left string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	left = copyOf(t, path)
	for file, size := range d.size {
		name := must1(filepath.Rel(path, file))
		switch copied := filepath.Join(left, name); {
		case strings.HasPrefix(name, ".."):
		case !d.named[file]:
			if err := os.Remove(copied); !errors.Is(err, fs.ErrNotExist) {
				must(t, err)
			}
		case d.synced[file] < size:
			if err := os.Truncate(copied, d.synced[file]); !errors.Is(err, fs.ErrNotExist) {
				must(t, err)
			}
		}
	}
	return left
}

type powerFile struct {
	durable.File
	disk *powerDisk
}

func (f *powerFile) wrote(end int64) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	f.disk.size[f.Name()] = max(f.disk.size[f.Name()], end)
}

func (f *powerFile) Write(p []byte) (int, error) {
	n, err := f.File.Write(p)
	f.disk.mu.Lock()
	at := f.disk.size[f.Name()]
	f.disk.mu.Unlock()
	f.wrote(at + int64(n))
	return n, err
}

func (f *powerFile) WriteAt(p []byte, at int64) (int, error) {
	n, err := f.File.WriteAt(p, at)
	f.wrote(at + int64(n))
	return n, err
}

func (f *powerFile) Sync() error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if !f.disk.forgets(f.Name()) {
		f.disk.synced[f.Name()] = f.disk.size[f.Name()]
	}
	return nil
}

// TestAPowerCutTakesNothingThatWasAcknowledged: scorch itself syncs neither its segments nor their folder, and the log of what is in them is gone. The cases that forget a
// sync show what that guards against.
func TestAPowerCutTakesNothingThatWasAcknowledged(t *testing.T) {
	suffix := func(of string) func(string) bool {
		return func(path string) bool { return strings.HasSuffix(strings.TrimSuffix(path, ".part"), of) }
	}
	for name, c := range map[string]struct {
		forgets         func(path string) bool
		flushed, merged bool // harmed are they
	}{
		"every sync is done":            {func(string) bool { return false }, false, false},
		"segments are not synced":       {suffix(segmentSuffix), true, true},
		"the folder of segments is not": {suffix("/" + scorchDir), true, true},
		"the log is not synced":         {suffix(".wal"), true, false},
		"the folder of the log is not":  {suffix("/" + walDir), true, false},
		"the manifest is not":           {suffix("/" + manifestFile), true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			powerCut(t, newPowerDisk(c.forgets), 1, false, c.flushed)
			powerCut(t, newPowerDisk(c.forgets), baseDocs, true, c.merged)
		})
	}
}

// powerCut writes n segments and, unless it closes the directory, a document that is in the log alone; and sees whether the power cut that follows harms them.
func powerCut(t *testing.T, disk *powerDisk, n int, closes, harm bool) {
	t.Helper()
	path := t.TempDir()
	d := must1(Open(path, Options{RefreshInterval: time.Hour, FS: disk}))
	defer d.Close()
	ix := must1(d.Index("x", readTest))
	for i := range n {
		put(t, ix, i)
		must(t, ix.Refresh())
		must(t, ix.allPersisted(t.Context()))
	}
	if closes {
		for left := n; left >= n; { // until they are merged
			left = must1(ix.Stats()).Segments
		}
		must(t, d.Close())
	} else {
		put(t, ix, n)
		n++
	}
	left, err := Open(disk.cut(t, path), Options{RefreshInterval: time.Hour})
	must(t, err)
	defer left.Close()
	ix, err = left.Index("x", readTest)
	found := 0
	for i := 0; err == nil && i < n; i++ {
		if got, err := ix.Get(fmt.Sprint(i)); err == nil && got.Found {
			found++
		}
	}
	if harmed := err != nil || found < n; harmed != harm {
		t.Errorf("%d of %d documents are left, %v", found, n, err)
	}
}
