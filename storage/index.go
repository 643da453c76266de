package storage

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
	"github.com/vedette-siem/vedette/storage/wal"
)

// Limits of the buffer of writes that are not searchable yet; a write that reaches one refreshes first.
const (
	maxBufferDocs  = 16_000
	maxBufferBytes = 48 << 20 // as buffer.prepare counts
)

// tombstoneAge is how long the version of a deleted document is remembered, as Elasticsearch's index.gc_deletes.
const tombstoneAge = time.Minute

// Errors of an index.
var (
	// ErrClosed is returned by an index that was closed or removed.
	ErrClosed = errors.New("index is closed")
	// ErrFailed is returned for writes after background work has failed, until the index has opened itself again.
	ErrFailed = errors.New("index failed")
)

// Read fills in a document's Time and Fields from its Source and routing.
type Read func(d *document.Document, routing string) error

// nextSeqNoKey is where scorch keeps the next sequence number, which deletes raise without leaving a trace in a segment.
const nextSeqNoKey = "next_seq_no"

// Index is one set of documents with unique ids. Writes are serialised; everything else runs beside them. A write is durable when Write returns, by the
// write-ahead log, and becomes searchable by a refresh, which happens by itself soon after (Options.RefreshInterval). An index that fails opens itself again (heal.go).
type Index struct {
	path  string
	o     settledOptions
	queue *index.AnalysisQueue
	read  Read

	refreshMu turns // one refresh at a time; taken before writeMu
	writeMu   turns // one Write at a time, and the beginning and the end of a refresh; taken before mu

	merging turns // one forced merge at a time; taken before all others

	ids idMaker // guarded by writeMu

	// Files, which change when the index is opened again: written under writeMu and mu, so either one is enough to read them. Nil while a failed index is closed.
	scorch *scorch.Scorch
	wal    *wal.Log

	mu         sync.RWMutex // guards what follows
	buffer     buffer       // writes since the last refresh
	flushing   buffer       // writes that a running refresh makes searchable
	tombstones map[string]tombstone
	nextSeqNo  int64
	written    uint64 // counts commits
	searchable uint64 // how many of them searches see
	closed     bool
	failed     error         // of the files that are open now; final for them
	frozen     *frozen       // what readers see while a failed index is opened again; else nil
	unsynced   wal.Position  // to which the log is still to be synced, if writes do not; 0 is nothing
	stopping   chan struct{} // closed when scorch is being closed
	changed    chan struct{} // closed, and made anew, when a batch is searchable or on disk, and when the index fails, heals or closes

	refreshes, refreshTime atomic.Int64 // since it was opened; nanoseconds

	unpersisted int // batches that are not on disk yet; guarded by mu

	interval     atomic.Int64 // time.Duration between a write and its refresh; negative is never
	syncInterval atomic.Int64 // time.Duration between a write and its sync; 0 is a sync in each write
	waiting      atomic.Int64 // how many wait for a refresh
	urgent       atomic.Bool  // the background shall refresh at once
	wake         chan struct{}
	stop         context.CancelFunc
	stopped      chan struct{} // closed when the background has ended
	closing      chan struct{} // closed when the index begins to close

	opened   chan struct{} // closed when scorch has opened what it should, and no document is twice; nothing is merged or removed before; guarded by mu
	manifest *manifest     // the last one written; scorch's persister's, once opened is closed
	damage   damageList
	returned []string // files that were in quarantine when the index was open before, and are whole; read and written while it is opened only
	takenIn  sync.Map // those of them that no document is twice for any more
}

func openIndex(path string, queue *index.AnalysisQueue, read Read, o settledOptions) (_ *Index, err error) {
	ix := &Index{
		path: path, o: o, queue: queue, read: read, buffer: newBuffer(o.budget, segment.Sizes{}), flushing: newBuffer(o.budget, segment.Sizes{}), tombstones: map[string]tombstone{},
		wake: make(chan struct{}, 1), stopped: make(chan struct{}), stopping: make(chan struct{}), changed: make(chan struct{}), closing: make(chan struct{}),
		refreshMu: newTurns(), writeMu: newTurns(), merging: newTurns(),
	}
	err = ix.openGuarded(queue)
	if err == nil {
		err = ix.startOnFullDisk(ix.recover(read))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open index %s: %w", path, hinted(err)), ix.shut())
	}
	ix.interval.Store(int64(o.RefreshInterval))
	ctx, cancel := context.WithCancel(context.Background())
	ix.stop = cancel
	o.budget.enter(ix)
	go ix.background(ctx)
	ix.wakeUp()
	return ix, nil
}

// startOnFullDisk takes the error of recover. If the disk is full, the index begins as a failed one: what is in segments can be read, and it opens itself again when there is space.
func (ix *Index) startOnFullDisk(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		ix.fail(err)
	}
	if ix.Failure() != nil {
		return nil
	}
	return err
}

// recover brings back what a crash kept from the segments: the next sequence number, and the writes of the log.
func (ix *Index) recover(read Read) error {
	if err := ix.readCounters(); err != nil {
		return err
	}
	if err := ix.settleReturned(read); err != nil {
		return err
	}
	log, did, err := wal.Open(filepath.Join(ix.path, walDir), ix.o.FS, func(e *wal.Entry) error { return ix.replay(e, read) })
	ix.tellReplay(did)
	ix.mu.Lock()
	ix.wal = log
	ix.mu.Unlock()
	if err != nil || did.Writes+did.Deletes == 0 {
		return err
	}
	return ix.refreshAlone()
}

// replay writes an entry of the log again.
func (ix *Index) replay(e *wal.Entry, read Read) error {
	ix.nextSeqNo = max(ix.nextSeqNo, e.SeqNo+1)
	if e.Delete {
		ix.buffer.add(e.ID, nil)
		ix.buffer.take(slotBytes + len(e.ID))
		ix.tombstones[e.ID] = tombstone{version: e.Version, seqNo: e.SeqNo, at: ix.o.Now()}
		return nil
	}
	delete(ix.tombstones, e.ID)
	return ix.writeAgain(&document.Document{ID: e.ID, SeqNo: e.SeqNo, Version: e.Version, Source: e.Source}, e.Routing, read)
}

// writeAgain puts a document that was acknowledged before into the buffer, which it flushes when that is full. Nobody else knows the index, or the caller holds all locks.
func (ix *Index) writeAgain(d *document.Document, routing string, read Read) error {
	if err := read(d, routing); err != nil {
		return fmt.Errorf("document %q: %w", d.ID, err)
	}
	bytes, err := ix.buffer.prepare(d, routing)
	if err != nil {
		return err
	}
	ix.buffer.add(d.ID, d)
	ix.buffer.take(bytes)
	if !ix.buffer.full() {
		return nil
	}
	if err := ix.refreshAlone(); err != nil {
		return err
	}
	return ix.allPersisted(context.Background()) // a long log must not pile up in memory
}

// tellReplay logs what opening the log has done.
func (ix *Index) tellReplay(did wal.Replayed) {
	name := filepath.Base(ix.path)
	for _, c := range did.Cut {
		ix.o.Logger.Warn("end of the write-ahead log was never acknowledged and is put aside", "index", name, "file", c.Path, "bytes", c.Bytes)
	}
	if did.Writes+did.Deletes > 0 {
		ix.o.Logger.Info("write-ahead log was replayed", "index", name, "files", did.Files, "writes", did.Writes, "deletes", did.Deletes, "bytes", did.Bytes)
	}
}

// readCounters sets the next sequence number from what is on disk.
func (ix *Index) readCounters() error {
	r, err := ix.scorch.Reader()
	if err != nil {
		return err
	}
	raw, err := r.GetInternal([]byte(nextSeqNoKey))
	if err = errors.Join(err, r.Close()); err != nil {
		return fmt.Errorf("read next sequence number: %w", err)
	}
	if len(raw) == 8 {
		ix.nextSeqNo = max(ix.nextSeqNo, int64(binary.LittleEndian.Uint64(raw)))
	}
	return nil
}

// close refreshes, waits until everything is on disk, and closes. Scorch's own Close does not wait. What a failed index could not persist stays in the log.
func (ix *Index) close() error {
	ix.halt()
	err := ix.Refresh()
	defer ix.lockAll()()
	if err == nil {
		err = ix.allPersisted(context.Background())
	}
	return errors.Join(err, ix.shut())
}

// discard closes without keeping what is not on disk.
func (ix *Index) discard() error {
	ix.halt()
	defer ix.lockAll()()
	return ix.shut()
}

// lockAll waits for what writes and refreshes, and keeps it out until unlock is called.
func (ix *Index) lockAll() (unlock func()) {
	ix.refreshMu.Lock()
	ix.writeMu.Lock()
	return func() {
		ix.writeMu.Unlock()
		ix.refreshMu.Unlock()
	}
}

// halt ends the background, and the waiting of writes.
func (ix *Index) halt() {
	close(ix.closing)
	ix.o.budget.leave(ix)
	ix.stop()
	<-ix.stopped
}

// shut closes the files and gives memory back.
func (ix *Index) shut() error {
	ix.mu.Lock()
	was := ix.closed
	ix.closed = true
	ix.announce()
	ix.mu.Unlock()
	if was {
		return nil
	}
	err := ix.closeFiles()
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.buffer.drop()
	ix.flushing.drop()
	return errors.Join(err, ix.dropFrozen())
}
