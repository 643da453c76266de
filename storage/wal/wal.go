// Package wal is a write-ahead log: operations that were appended and synced are there after any crash, in order.
//
// A log is a folder of numbered files. Writers append to the last one, and many of them share one sync. When what a file holds has become durable
// elsewhere, its file is removed whole (Rotate, Remove). The log knows documents by id, version and source only; whoever replays it reads the sources again.
package wal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/vedette-siem/vedette/storage/durable"
)

// An Entry is one operation.
type Entry struct {
	// Delete removes the document of ID; otherwise the entry writes it.
	Delete         bool
	ID             string
	SeqNo, Version int64
	// Routing and Source are those of a write.
	Routing string
	Source  []byte

	mark bool // no operation: only its durable mark counts
}

// Errors of a Log.
var (
	// ErrDamaged is returned by Open for a file in which acknowledged entries cannot be read.
	ErrDamaged = errors.New("write-ahead log is damaged")
	// ErrFailed is returned after a write or a sync has failed: what the disk holds is then unknown until the log is opened again.
	ErrFailed = errors.New("write-ahead log has failed")
	// ErrClosed is returned to a Sync that Close has overtaken.
	ErrClosed = errors.New("write-ahead log is closed")
)

const (
	suffix       = ".wal"
	maxKeptBytes = 16 << 20 // of the buffer that is kept for the next Append
)

// Log is an open log. Append, Rotate and Close are for one goroutine at a time; Sync and Remove are for many.
type Log struct {
	dir string
	fs  durable.FS

	appendMu sync.Mutex // guards what follows, except synced
	file     durable.File
	number   uint64 // of the file that is appended to
	size     int64  // of that file
	appended uint64 // entries' bytes since Open, over all files
	buf      []byte // of the present Append

	syncMu sync.Mutex // one sync at a time; taken before appendMu and before stateMu

	stateMu sync.Mutex
	synced  uint64 // how much of appended is on disk
	durable int64  // the same for the file that is appended to
	failed  error
}

// A Position is a place in the log, given by Append; it is durable after Sync of it.
type Position uint64

// Replayed says what Open found in a log.
type Replayed struct {
	Files           int
	Writes, Deletes int
	Bytes           int64 // of the entries, with their headers
	Cut             []Cut
}

// Cut is a file's end that was never acknowledged: a crash has broken it off. Path is the file into which it was put aside.
type Cut struct {
	Path  string
	Bytes int64
}

// Open opens the log in dir, or makes it, and hands every entry to replay in order. Entries that were never synced may be cut off at the end; those that are
// handed over are on disk. New entries go to a new file. A nil fs is the operating system's.
func Open(dir string, fs durable.FS, replay func(*Entry) error) (*Log, Replayed, error) {
	fs = durable.System(fs)
	r := &replayer{fs: fs, replay: replay}
	if err := fs.MkdirAll(dir, 0o700); err != nil {
		return nil, r.Replayed, fmt.Errorf("open write-ahead log: %w", err)
	}
	numbers, err := files(dir)
	if err != nil {
		return nil, r.Replayed, fmt.Errorf("open write-ahead log: %w", err)
	}
	next := uint64(1)
	for i, n := range numbers {
		left, err := r.file(filepath.Join(dir, name(n)), i == len(numbers)-1)
		if err != nil {
			return nil, r.Replayed, err
		}
		if next = n + 1; left == 0 {
			next = n // an empty last file is used on, so that they do not add up
		}
	}
	l := &Log{dir: dir, fs: fs, number: next}
	if l.file, err = createFile(fs, dir, next); err != nil {
		return nil, r.Replayed, err
	}
	return l, r.Replayed, nil
}

func name(number uint64) string { return fmt.Sprintf("%016d%s", number, suffix) }

// files lists the numbers of a log's files, ascending.
func files(dir string) ([]uint64, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var numbers []uint64
	for _, e := range entries {
		base, ok := strings.CutSuffix(e.Name(), suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseUint(base, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s: name is not a number", e.Name())
		}
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return numbers, nil
}

// createFile makes a file of the log. One that is there is empty: an earlier try has left it.
func createFile(fs durable.FS, dir string, number uint64) (durable.File, error) {
	f, err := fs.OpenFile(filepath.Join(dir, name(number)), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create write-ahead log: %w", err)
	}
	if err := fs.SyncDir(dir); err != nil {
		return nil, errors.Join(fmt.Errorf("create write-ahead log: %w", err), f.Close())
	}
	return f, nil
}

// Append writes entries behind all others. They are durable once their position is synced. After an error nothing of them will be replayed.
func (l *Log) Append(entries []Entry) (Position, error) {
	l.appendMu.Lock()
	defer l.appendMu.Unlock()
	if err := l.failure(); err != nil {
		return 0, err
	}
	l.stateMu.Lock()
	durable := l.durable
	l.stateMu.Unlock()
	buf := l.buf[:0]
	for i := range entries {
		buf = appendRecord(buf, &entries[i], durable)
	}
	if l.buf = buf; cap(buf) > maxKeptBytes {
		l.buf = nil
	}
	if err := l.write(buf); err != nil {
		return 0, fmt.Errorf("append to write-ahead log %s: %w", l.file.Name(), err)
	}
	l.size += int64(len(buf))
	l.appended += uint64(len(buf))
	return Position(l.appended), nil
}

// Sync returns when everything up to the position is on disk. Callers that wait at the same time share one sync. A failure is final.
func (l *Log) Sync(p Position) error {
	l.syncMu.Lock()
	defer l.syncMu.Unlock()
	return l.sync(p)
}

// sync does the work of Sync. The caller holds syncMu.
func (l *Log) sync(p Position) error {
	l.stateMu.Lock()
	done, failed := l.synced >= uint64(p), l.failed
	l.stateMu.Unlock()
	if done {
		return nil
	}
	if failed != nil {
		return failed
	}
	l.appendMu.Lock()
	file, appended, size := l.file, l.appended, l.size
	l.appendMu.Unlock()
	if err := file.Sync(); err != nil {
		l.fail(err)
		return l.failure()
	}
	l.stateMu.Lock()
	l.synced, l.durable = appended, size
	l.stateMu.Unlock()
	l.mark(file, size)
	return nil
}

// mark writes behind what was synced that it was. The mark itself is not synced: it tells damage from an end that was never acknowledged after a crash of the process,
// which leaves what was written; after a power cut, which may take it, the next record's own mark does.
func (l *Log) mark(file durable.File, durable int64) {
	l.appendMu.Lock()
	defer l.appendMu.Unlock()
	if file != l.file || l.size != durable { // there are later records, which carry the mark
		return
	}
	buf := appendRecord(nil, &Entry{mark: true}, durable)
	if l.write(buf) == nil { // without the mark nothing is lost
		l.size += int64(len(buf))
	}
}

// write writes behind the last record. After an error nothing of it is left, since a part would be taken for damage; else the log has failed.
// The caller holds appendMu.
func (l *Log) write(buf []byte) error {
	_, err := l.file.WriteAt(buf, l.size)
	if err == nil {
		return nil
	}
	if cut := l.file.Truncate(l.size); cut != nil {
		l.fail(errors.Join(err, cut))
	}
	return err
}

// Rotate syncs the present file, begins a new one, and returns the present one's number for Remove.
func (l *Log) Rotate() (number uint64, err error) {
	l.syncMu.Lock() // keeps Sync from a file that is being closed
	defer l.syncMu.Unlock()
	l.appendMu.Lock()
	all := Position(l.appended)
	l.appendMu.Unlock()
	if err := l.sync(all); err != nil {
		return 0, err
	}
	l.appendMu.Lock()
	defer l.appendMu.Unlock()
	if err := l.file.Sync(); err != nil { // the last mark: files that are not the last one are whole
		l.fail(err)
		return 0, l.failure()
	}
	next, err := createFile(l.fs, l.dir, l.number+1)
	if err != nil {
		return 0, err
	}
	number, old := l.number, l.file
	l.file, l.size = next, 0
	l.number++
	l.stateMu.Lock()
	l.durable = 0
	l.stateMu.Unlock()
	if err := old.Close(); err != nil {
		return 0, fmt.Errorf("close write-ahead log: %w", err)
	}
	return number, nil
}

// Remove deletes all files up to that number, which Rotate has given. It may be called again for the same ones.
func (l *Log) Remove(number uint64) error {
	numbers, err := files(l.dir)
	if err != nil {
		return fmt.Errorf("remove from write-ahead log: %w", err)
	}
	for _, n := range numbers {
		if n > number {
			break
		}
		if err := l.fs.Remove(filepath.Join(l.dir, name(n))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove from write-ahead log: %w", err)
		}
	}
	return nil
}

// Close closes the log without syncing it.
func (l *Log) Close() error {
	l.syncMu.Lock()
	defer l.syncMu.Unlock()
	l.stateMu.Lock()
	if l.failed == nil {
		l.failed = ErrClosed
	}
	l.stateMu.Unlock()
	l.appendMu.Lock()
	defer l.appendMu.Unlock()
	return l.file.Close()
}

func (l *Log) fail(err error) {
	l.stateMu.Lock()
	defer l.stateMu.Unlock()
	if l.failed == nil {
		l.failed = fmt.Errorf("%w in %s until it is opened again: %w", ErrFailed, l.dir, err)
	}
}

func (l *Log) failure() error {
	l.stateMu.Lock()
	defer l.stateMu.Unlock()
	return l.failed
}
