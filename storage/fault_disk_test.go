package storage

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"github.com/vedette-siem/vedette/storage/durable"
)

// fault is how the disk fails.
type fault int

const (
	noFault    fault = iota
	diskFull         // from the n-th call on nothing more fits, until the fault is lifted
	shortWrite       // the n-th write writes a half of what it should
	failedSync       // the n-th sync fails, and what was written since the last one of that file is gone
)

func (f fault) String() string {
	return map[fault]string{noFault: "no fault", diskFull: "a full disk", shortWrite: "a short write", failedSync: "a failed sync"}[f]
}

// faultyDisk is the operating system's file system with one fault. It does not sync: the tests' processes go on.
type faultyDisk struct {
	durable.FS
	mu     sync.Mutex
	fault  fault
	at     int // which call fails, from 1
	calls  int // of the kind that the fault is about
	fired  bool
	sites  map[string]bool  // operation and kind of file of each call
	synced map[string]int64 // size of each open file at its last sync
	size   map[string]int64
	held   map[string]chan struct{} // who creates a file of a suffix waits until its channel is closed
	waits  chan struct{}            // gets one when somebody begins to wait
}

func newFaultyDisk(f fault, at int) *faultyDisk {
	return &faultyDisk{
		FS: durable.System(nil), fault: f, at: at, sites: map[string]bool{}, synced: map[string]int64{}, size: map[string]int64{}, held: map[string]chan struct{}{},
		waits: make(chan struct{}, 1),
	}
}

// hold makes all who create a file of that suffix wait until the returned function is called.
func (d *faultyDisk) hold(suffix string) (release func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	ch := make(chan struct{})
	d.held[suffix] = ch
	return sync.OnceFunc(func() { close(ch) })
}

func (d *faultyDisk) lift() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault = noFault
}

func (d *faultyDisk) hasFired() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.fired
}

// call reports whether this call fails. The caller holds mu.
func (d *faultyDisk) call(operation, path string, about ...fault) bool {
	kind := filepath.Ext(strings.TrimSuffix(path, ".part"))
	d.sites[operation+" "+kind] = true
	for _, f := range about {
		if f == d.fault {
			d.calls++
			if d.calls == d.at || f == diskFull && d.calls > d.at {
				d.fired = true
				return true
			}
		}
	}
	return false
}

func (d *faultyDisk) name(operation, path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.call(operation, path, diskFull) {
		return &os.PathError{Op: operation, Path: path, Err: syscall.ENOSPC}
	}
	return nil
}

func (d *faultyDisk) OpenFile(path string, flag int, perm os.FileMode) (durable.File, error) {
	d.mu.Lock()
	wait := d.held[filepath.Ext(strings.TrimSuffix(path, ".part"))]
	d.mu.Unlock()
	if wait != nil {
		select {
		case d.waits <- struct{}{}:
		default:
		}
		<-wait
	}
	if flag&os.O_CREATE != 0 {
		if err := d.name("create", path); err != nil {
			return nil, err
		}
	}
	f, err := d.FS.OpenFile(path, flag, perm)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.size[path], d.synced[path] = info.Size(), info.Size()
	return &faultyFile{File: f, disk: d}, nil
}

func (d *faultyDisk) Rename(from, to string) error {
	if err := d.name("rename", to); err != nil {
		return err
	}
	return d.FS.Rename(from, to)
}

func (d *faultyDisk) MkdirAll(path string, perm os.FileMode) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := d.name("mkdir", path); err != nil {
		return err
	}
	return d.FS.MkdirAll(path, perm)
}

func (d *faultyDisk) SyncDir(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.call("sync folder", path, failedSync) {
		return &os.PathError{Op: "sync", Path: path, Err: syscall.EIO}
	}
	return nil
}

type faultyFile struct {
	durable.File
	disk *faultyDisk
}

func (f *faultyFile) Write(p []byte) (int, error) {
	f.disk.mu.Lock()
	at := f.disk.size[f.Name()]
	f.disk.mu.Unlock()
	return f.write(p, at, f.File.Write)
}

func (f *faultyFile) WriteAt(p []byte, at int64) (int, error) {
	return f.write(p, at, func(p []byte) (int, error) { return f.File.WriteAt(p, at) })
}

func (f *faultyFile) write(p []byte, at int64, do func([]byte) (int, error)) (n int, err error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	failed := f.disk.call("write", f.Name(), diskFull, shortWrite)
	if failed {
		p = p[:len(p)/2] // a full disk takes what still fits
	}
	n, err = do(p)
	f.disk.size[f.Name()] = max(f.disk.size[f.Name()], at+int64(n))
	if failed && err == nil {
		err = &os.PathError{Op: "write", Path: f.Name(), Err: syscall.ENOSPC}
	}
	return n, err
}

func (f *faultyFile) Truncate(size int64) error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	f.disk.size[f.Name()] = size
	return f.File.Truncate(size)
}

func (f *faultyFile) Sync() error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if f.disk.call("sync", f.Name(), failedSync) {
		return errors.Join(&os.PathError{Op: "sync", Path: f.Name(), Err: syscall.EIO}, f.File.Truncate(f.disk.synced[f.Name()]))
	}
	f.disk.synced[f.Name()] = f.disk.size[f.Name()]
	return nil
}
