package storage

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/wal"
)

// Limits of the buffer of writes that are not searchable yet; a write that reaches one refreshes first.
const (
	maxBufferDocs  = 16_000
	maxBufferBytes = 96 << 20 // about 32 MB of sources
)

// tombstoneAge is how long the version of a deleted document is remembered, as Elasticsearch's index.gc_deletes.
const tombstoneAge = time.Minute

// Errors of an index.
var (
	// ErrClosed is returned by an index that was closed or removed.
	ErrClosed = errors.New("index is closed")
	// ErrFailed is returned for writes after background work has failed.
	ErrFailed = errors.New("index failed")
)

// Read fills in a document's Time and Fields from its Source and routing.
type Read func(d *document.Document, routing string) error

// nextSeqNoKey is where scorch keeps the next sequence number, which deletes raise without leaving a trace in a segment.
const nextSeqNoKey = "next_seq_no"

// Index is one set of documents with unique ids. Writes are serialised; everything else runs beside them. A write is durable when Write returns, by the
// write-ahead log, and becomes searchable by a refresh, which happens by itself soon after (Options.RefreshInterval).
type Index struct {
	path   string
	o      Options
	scorch *scorch.Scorch
	wal    *wal.Log

	writeMu sync.Mutex // one Write or refresh at a time; taken before mu

	ids idMaker // guarded by writeMu

	mu         sync.RWMutex // guards what follows
	buffer     buffer       // writes since the last refresh
	flushing   buffer       // writes that a running refresh makes searchable
	tombstones map[string]tombstone
	nextSeqNo  int64
	closed     bool
	failed     error         // of background work; final
	broken     chan struct{} // closed when failed is set

	unpersisted sync.WaitGroup // batches that are not on disk yet
	interval    atomic.Int64   // time.Duration between a write and its refresh; negative is never
	wake        chan struct{}
	stop        context.CancelFunc
	stopped     chan struct{} // closed when the refresh loop has ended
	stopping    chan struct{} // closed when the index is being closed

	opened   chan struct{} // closed when scorch has opened what it should; nothing is merged or removed before
	manifest *manifest     // the last one written; scorch's persister's, once opened is closed
	damage   damageList
}

func openIndex(path string, queue *index.AnalysisQueue, read Read, o Options) (_ *Index, err error) {
	ix := &Index{
		path: path, o: o, buffer: newBuffer(), flushing: newBuffer(), tombstones: map[string]tombstone{},
		wake: make(chan struct{}, 1), stopped: make(chan struct{}), broken: make(chan struct{}), stopping: make(chan struct{}),
		opened: make(chan struct{}),
	}
	if err := ix.openGuarded(queue); err != nil {
		return nil, fmt.Errorf("open index %s: %w", path, err)
	}
	if err := ix.recover(read); err != nil {
		return nil, errors.Join(fmt.Errorf("open index %s: %w", path, err), ix.shut())
	}
	ix.interval.Store(int64(o.RefreshInterval))
	ctx, cancel := context.WithCancel(context.Background())
	ix.stop = cancel
	go ix.refreshLoop(ctx)
	return ix, nil
}

// recover brings back what a crash kept from the segments: the next sequence number, and the writes of the log.
func (ix *Index) recover(read Read) (err error) {
	if err := ix.readCounters(); err != nil {
		return err
	}
	replayed := 0
	ix.wal, err = wal.Open(filepath.Join(ix.path, walDir), func(e *wal.Entry) error {
		replayed++
		ix.nextSeqNo = max(ix.nextSeqNo, e.SeqNo+1)
		if e.Delete {
			ix.buffer.add(e.ID, nil)
			ix.tombstones[e.ID] = tombstone{version: e.Version, seqNo: e.SeqNo, at: ix.o.Now()}
			return nil
		}
		delete(ix.tombstones, e.ID)
		d := &document.Document{ID: e.ID, SeqNo: e.SeqNo, Version: e.Version, Source: e.Source}
		if err := read(d, e.Routing); err != nil {
			return fmt.Errorf("document %q: %w", e.ID, err)
		}
		ix.buffer.add(e.ID, d)
		if ix.buffer.full() {
			return ix.refresh()
		}
		return nil
	}, func(path string, bytes int64) {
		ix.o.Logger.Warn("end of the write-ahead log was never acknowledged and is put aside", "index", filepath.Base(ix.path), "file", path, "bytes", bytes)
	})
	if err != nil || replayed == 0 {
		return err
	}
	ix.o.Logger.Info("writes of the log are in place again", "index", filepath.Base(ix.path), "writes", replayed)
	return ix.refresh()
}

// readCounters sets the next sequence number from what is on disk.
func (ix *Index) readCounters() error {
	s, err := ix.Snapshot()
	if err != nil {
		return err
	}
	defer s.Close()
	raw, err := s.reader.GetInternal([]byte(nextSeqNoKey))
	if err != nil {
		return fmt.Errorf("read next sequence number: %w", err)
	}
	if len(raw) == 8 {
		ix.nextSeqNo = int64(binary.LittleEndian.Uint64(raw))
	}
	return nil
}

// close refreshes, waits until everything is on disk, and closes. Scorch's own Close does not wait. What a failed index could not persist stays in the log.
func (ix *Index) close() error {
	ix.stop()
	<-ix.stopped
	err := ix.Refresh()
	ix.writeMu.Lock()
	defer ix.writeMu.Unlock()
	if err == nil {
		persisted := make(chan struct{})
		go func() {
			ix.unpersisted.Wait()
			close(persisted)
		}()
		select {
		case <-persisted:
		case <-ix.broken:
			ix.mu.RLock()
			err = ix.failed
			ix.mu.RUnlock()
		}
	}
	return errors.Join(err, ix.shut())
}

// discard closes without keeping what is not on disk.
func (ix *Index) discard() error {
	ix.stop()
	<-ix.stopped
	ix.writeMu.Lock()
	defer ix.writeMu.Unlock()
	return ix.shut()
}

// shut closes scorch and the log. Scorch waits for background work, which may report an error, so mu is not held meanwhile.
func (ix *Index) shut() error {
	ix.mu.Lock()
	closed := ix.closed
	ix.closed = true
	ix.mu.Unlock()
	if closed {
		return nil
	}
	close(ix.stopping)
	err := ix.scorch.Close()
	ix.forget()
	if ix.wal != nil {
		err = errors.Join(err, ix.wal.Close())
	}
	return err
}
