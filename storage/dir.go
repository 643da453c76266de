// Package storage opens a data directory and hands out its metadata, and its indices with their writers and snapshots.
//
// It knows documents with typed columns, ids and versions; it knows nothing of mappings, queries, names of indices
// or Elasticsearch. One process at a time has a data directory open.
package storage

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"

	"github.com/vedette-siem/vedette/storage/durable"
	"github.com/vedette-siem/vedette/storage/metadb"
	"github.com/vedette-siem/vedette/storage/segment"
)

// Errors of Open.
var (
	// ErrLocked is returned, as a *LockedError, when another process has the directory open.
	ErrLocked = errors.New("data directory is in use by another process")
	// ErrForeign is returned for a folder with content that is no data directory.
	ErrForeign = errors.New("not a Vedette data directory")
	// ErrNewer is returned for a directory that a newer version has written.
	ErrNewer = errors.New("data directory was written by a newer version")
)

// errDirClosed is what a request gets that the end of the process has overtaken.
var errDirClosed = errors.New("data directory is closed")

// LockedError says who has a data directory open.
type LockedError struct {
	// Process is the process number, Address where it answers the Elasticsearch API and Dashboard where its dashboard is (Dir.Announce); each is empty if not known.
	Process, Address, Dashboard string
}

// Error implements error.
func (e *LockedError) Error() string {
	return fmt.Sprintf("%v (process %s): stop that one first, or choose another directory", ErrLocked, e.Process)
}

// Unwrap makes errors.Is find ErrLocked.
func (e *LockedError) Unwrap() error { return ErrLocked }

// Options of a data directory. The zero value will do.
type Options struct {
	// Logger gets warnings of background work; nil discards them.
	Logger *slog.Logger
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// RefreshInterval is how soon a write becomes visible to searches; 0 is one second.
	RefreshInterval time.Duration
	// MaxUnpersistedBytes is about how much memory writes may take, in all indices together, until they are segments on disk; 0 is DefaultMaxUnpersistedBytes.
	MaxUnpersistedBytes int64
	// MaxSegmentBytes is about how large a merge may make a segment; 0 is DefaultMaxSegmentBytes. It bounds the memory of a merge too: about
	// as much in the worst case (millions of distinct terms), a fifth of it for large texts.
	MaxSegmentBytes int64
	// Merges is how many merges may run at the same time, in all indices together; 0 is one, and one more for every four cores.
	Merges int
	// WriteWait is how long a write waits for room in that memory, in the buffer of its index and for its turn, before it fails with ErrFull; 0 is 10 seconds.
	WriteWait time.Duration
	// RetryPause is the pause before a failed index is opened again for the first time; each further one is twice as long, up to 32 times; 0 is one second.
	RetryPause time.Duration
	// Watermark is the free space below which Dir.Disk says that the disk is full. Whoever writes asks for that; an Index does not.
	Watermark Watermark
	// DiskSpace says how much is free, and how large the disk of a path is, in bytes; nil asks the operating system.
	DiskSpace func(path string) (free, total int64, err error)
	// FS is what files are written with; nil is the operating system's.
	FS durable.FS
}

// DefaultMaxUnpersistedBytes is Options.MaxUnpersistedBytes if that is 0.
const DefaultMaxUnpersistedBytes = 192 << 20

// DefaultMaxSegmentBytes is Options.MaxSegmentBytes if that is 0. A million flows take less than a tenth of it.
const DefaultMaxSegmentBytes = 256 << 20

// settledOptions are Options without zero values, and what the indices of a directory share.
type settledOptions struct {
	Options
	budget *budget
	merges mergeSlots
	disk   *disk
}

func (o Options) settled(path string) settledOptions {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.RefreshInterval = cmp.Or(o.RefreshInterval, time.Second)
	o.WriteWait = cmp.Or(o.WriteWait, 10*time.Second)
	o.RetryPause = cmp.Or(o.RetryPause, time.Second)
	o.MaxUnpersistedBytes = cmp.Or(o.MaxUnpersistedBytes, DefaultMaxUnpersistedBytes)
	o.MaxSegmentBytes = cmp.Or(o.MaxSegmentBytes, DefaultMaxSegmentBytes)
	o.Merges = cmp.Or(o.Merges, defaultMerges())
	o.FS = durable.System(o.FS)
	if o.DiskSpace == nil {
		o.DiskSpace = diskSpace
	}
	b := newBudget(o.MaxUnpersistedBytes)
	return settledOptions{Options: o, budget: b, merges: make(mergeSlots, o.Merges), disk: newDisk(path, o, b)}
}

// Dir is an open data directory. Its methods may be called by many goroutines.
type Dir struct {
	path    string
	o       settledOptions
	lock    *os.File
	meta    *metadb.DB
	queue   *index.AnalysisQueue
	mu      sync.Mutex // guards what follows
	closed  bool
	indices map[string]*Index
}

// registerOnce makes scorch know our plugin and our callbacks, which it keeps in global maps. owners finds the index of a path, or of a scorch, for the
// callbacks: our one global.
var (
	registerOnce = sync.OnceFunc(func() {
		segment.Register()
		scorch.RegistryAsyncErrorCallbacks[asyncErrorCallback] = func(err error, path string) {
			if ix, ok := owners.Load(path); ok {
				ix.(*Index).backgroundError(err)
			}
		}
		scorch.RegistryEventCallbacks[eventCallback] = func(e scorch.Event) bool {
			ix, ok := owners.Load(e.Scorch)
			return !ok || ix.(*Index).event(e.Kind)
		}
	})
	owners sync.Map // *scorch.Scorch, and path of it -> *Index
)

// Names of our callbacks in scorch's registries.
const asyncErrorCallback, eventCallback = "vedette", "vedette"

// Open opens the data directory at path, or makes it. A folder that is not empty and no data directory is refused.
func Open(path string, given Options) (_ *Dir, err error) {
	registerOnce()
	defer func() { err = hinted(err) }()
	o := given.settled(path)
	if err := prepare(o.FS, path); err != nil {
		return nil, fmt.Errorf("open data directory %s: %w", path, err)
	}
	d := &Dir{path: path, o: o, indices: map[string]*Index{}}
	if d.lock, err = lock(filepath.Join(path, lockFile)); err != nil {
		return nil, fmt.Errorf("open data directory %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.lock.Close())
		}
	}()
	if err := d.removeLeftovers(); err != nil {
		return nil, fmt.Errorf("open data directory %s: %w", path, err)
	}
	if err := d.metaIsThere(); err != nil {
		return nil, fmt.Errorf("open data directory %s: %w", path, err)
	}
	if d.meta, err = metadb.Open(filepath.Join(path, metaFile)); err != nil {
		return nil, fmt.Errorf("open data directory %s: %w", path, err)
	}
	d.queue = index.NewAnalysisQueue(runtime.GOMAXPROCS(0))
	return d, nil
}

// hinted adds the way on to an error of a directory that may not be written.
func hinted(err error) error {
	switch {
	case errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%w: Vedette writes there: mount it for writing, or choose another --data", err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: Vedette writes there: make it writable for %s, or choose another --data", err, userName())
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("%w: free some space, or choose another --data", err)
	}
	return err
}

// userName is who runs this process, for people.
func userName() string {
	if u, err := user.Current(); err == nil {
		return "user " + u.Username
	}
	return fmt.Sprint("user ", os.Getuid())
}

// prepare makes a new data directory, or checks the version of one that is there.
func prepare(fsys durable.FS, path string) error {
	if err := fsys.MkdirAll(path, 0o700); err != nil {
		return err
	}
	raw, err := os.ReadFile(filepath.Join(path, formatFile))
	if errors.Is(err, fs.ErrNotExist) {
		return create(fsys, path)
	}
	if err != nil {
		return err
	}
	var format struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(raw, &format); err != nil || format.Format < 1 {
		return fmt.Errorf("%w: %s is not readable; 'vedette check --repair' writes it anew", ErrForeign, formatFile)
	}
	if format.Format > FormatVersion {
		return fmt.Errorf("%w (format %d, this program knows %d): use a vedette at least as new as the one that wrote it", ErrNewer, format.Format, FormatVersion)
	}
	return nil
}

func create(fsys durable.FS, path string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == metaFile {
			return fmt.Errorf("%w: it holds %s and no %s: %s", ErrForeign, metaFile, formatFile, copyHint)
		}
		if e.Name() != lockFile && e.Name() != indicesDir && !strings.HasPrefix(e.Name(), formatFile) && e.Name() != "lost+found" {
			return fmt.Errorf("%w: it holds %q and no %s; give an empty folder or a new name", ErrForeign, e.Name(), formatFile)
		}
	}
	if err := fsys.MkdirAll(filepath.Join(path, indicesDir), 0o700); err != nil {
		return err
	}
	return writeFormat(fsys, path)
}

func writeFormat(fsys durable.FS, path string) error {
	_, err := durable.Create(fsys, filepath.Join(path, formatFile), func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "{\"format\":%d}\n", FormatVersion)
		return err
	})
	return err
}

// removeLeftovers finishes deletions that a crash broke off.
func (d *Dir) removeLeftovers() error {
	entries, err := os.ReadDir(filepath.Join(d.path, indicesDir))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), removedMark) {
			if err := os.RemoveAll(filepath.Join(d.path, indicesDir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// metaIsThere refuses a directory that has indices and no metadata, which would be made anew and know none of them. No crash leaves that.
func (d *Dir) metaIsThere() error {
	if _, err := os.Stat(filepath.Join(d.path, metaFile)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	uuids, err := d.IndexFolders()
	if err == nil && len(uuids) > 0 {
		err = fmt.Errorf("%w: %s is missing, and there are %d indices: %s", ErrDamaged, metaFile, len(uuids), copyHint)
	}
	return err
}

// copyHint is the way on where a part of a directory is missing.
const copyHint = "it may be a backup that was copied in part; copy the whole of it again"

// Announce tells processes that find the directory locked where this one answers the Elasticsearch API and, if it does, where its dashboard is (URLs).
func (d *Dir) Announce(addresses ...string) error {
	if err := writeHolder(d.lock, strings.Join(addresses, " ")); err != nil {
		return fmt.Errorf("announce the server in %s: %w", d.path, err)
	}
	return nil
}

// Path is the folder.
func (d *Dir) Path() string { return d.path }

// Meta is the metadata of the directory.
func (d *Dir) Meta() *metadb.DB { return d.meta }

// IndexFolders lists the uuids that have a folder, whether opened or not.
func (d *Dir) IndexFolders() ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(d.path, indicesDir))
	if err != nil {
		return nil, fmt.Errorf("list indices of %s: %w", d.path, err)
	}
	var uuids []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasSuffix(e.Name(), removedMark) {
			uuids = append(uuids, e.Name())
		}
	}
	return uuids, nil
}

// RemoveEmpty removes the folder of an index that is not open and was never written to, as a crash leaves it that comes before the index is in the metadata. It returns
// false, and leaves the folder as it is, if that holds anything.
func (d *Dir) RemoveEmpty(uuid string) (bool, error) {
	if empty, err := holdsNothing(d.indexPath(uuid)); err != nil || !empty {
		return false, err
	}
	return true, d.Remove(uuid)
}

// holdsNothing reports whether the folder of an index has neither segments nor writes, nor says that it should.
func holdsNothing(path string) (bool, error) {
	m, err := readManifest(path)
	if err != nil {
		return false, nil // told by others
	}
	empty := m == nil || len(m.Segments) == 0
	err = filepath.WalkDir(path, func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if name := e.Name(); err == nil && info.Size() > 0 && !strings.HasPrefix(name, manifestFile) && name != rootFile {
			empty = false
		}
		return err
	})
	return empty && err == nil, err
}

// Index opens the index of that uuid, or makes it. Asking again returns the same one. Writes that a crash kept from the segments are
// written again: read fills in the Time and Fields of each from its Source, with routing, as they were filled in the first time.
func (d *Dir) Index(uuid string, read Read) (*Index, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, fmt.Errorf("open index %s: %w", uuid, errDirClosed)
	}
	if ix := d.indices[uuid]; ix != nil {
		return ix, nil
	}
	ix, err := openIndex(d.indexPath(uuid), d.queue, read, d.o)
	if err != nil {
		return nil, err
	}
	d.indices[uuid] = ix
	return ix, nil
}

// CloseIndex makes the acknowledged writes of the index of that uuid durable and closes it; Index opens it again. One that is not open is left alone. Snapshots that
// are still open stay readable.
func (d *Dir) CloseIndex(uuid string) error {
	d.mu.Lock() // nobody may open it before it is closed
	defer d.mu.Unlock()
	ix := d.indices[uuid]
	if ix == nil {
		return nil
	}
	delete(d.indices, uuid)
	if err := ix.close(); err != nil {
		return fmt.Errorf("close index %s: %w", uuid, err)
	}
	return nil
}

// Remove closes the index of that uuid and deletes its files. Snapshots that are still open stay readable.
func (d *Dir) Remove(uuid string) error {
	d.mu.Lock()
	ix, closed := d.indices[uuid], d.closed
	delete(d.indices, uuid)
	d.mu.Unlock()
	if closed { // another process may have it open
		return fmt.Errorf("remove index %s: %w", uuid, errDirClosed)
	}
	var err error
	if ix != nil {
		err = ix.discard()
	}
	path := d.indexPath(uuid)
	if err := d.o.FS.Rename(path, path+removedMark); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove index %s: %w", uuid, err)
	}
	if err := os.RemoveAll(path + removedMark); err != nil {
		return fmt.Errorf("remove index %s: %w", uuid, err)
	}
	return err
}

// Close makes all acknowledged writes durable and closes everything. Calling it again does nothing.
func (d *Dir) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil
	}
	d.closed = true
	var errs []error
	for _, ix := range d.indices {
		errs = append(errs, ix.close())
	}
	d.queue.Close()
	errs = append(errs, d.meta.Close(), d.lock.Close())
	return errors.Join(errs...)
}
