package storage

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/durable"
	"github.com/vedette-siem/vedette/storage/segment"
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
}

// buffer holds the last write of each id.
type buffer struct {
	docs  map[string]*document.Document // nil for a delete
	bytes int
}

type tombstone struct {
	version, seqNo int64
	at             time.Time
}

func newBuffer() buffer { return buffer{docs: map[string]*document.Document{}} }

// add sets the last write of an id; nil is a delete.
func (b *buffer) add(id string, d *document.Document) {
	b.docs[id] = d
	b.bytes += len(id)
	if d != nil {
		b.bytes += DocBytes(d)
	}
}

// DocBytes is about how much memory a document takes.
func DocBytes(d *document.Document) int {
	n := len(d.Source) + len(d.Fields)*int(unsafe.Sizeof(document.Field{}))
	for i := range d.Fields {
		n += len(d.Fields[i].Tokens) * int(unsafe.Sizeof(document.Token{}))
	}
	return n
}

func (b *buffer) full() bool { return len(b.docs) >= maxBufferDocs || b.bytes >= maxBufferBytes }

func openIndex(path string, queue *index.AnalysisQueue, read Read, o Options) (_ *Index, err error) {
	ix := &Index{
		path: path, o: o, buffer: newBuffer(), flushing: newBuffer(), tombstones: map[string]tombstone{},
		wake: make(chan struct{}, 1), stopped: make(chan struct{}), broken: make(chan struct{}), stopping: make(chan struct{}),
	}
	if err := ix.openScorch(queue); err != nil {
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

// openScorch makes the folders, durably, and opens scorch on what is certain to be whole.
func (ix *Index) openScorch(queue *index.AnalysisQueue) error {
	path := filepath.Join(ix.path, scorchDir)
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	if err := errors.Join(durable.SyncDir(ix.path), durable.SyncDir(filepath.Dir(ix.path))); err != nil {
		return err
	}
	if err := durable.RemoveParts(path); err != nil {
		return err
	}
	if err := checkSegments(path); err != nil {
		return err
	}
	s, err := newScorch(path, queue)
	if err != nil {
		return err
	}
	ix.scorch = s
	failures.Store(path, ix)
	if err := ix.scorch.Open(); err != nil {
		failures.Delete(path)
		return err // scorch has closed itself
	}
	return nil
}

func newScorch(path string, queue *index.AnalysisQueue) (*scorch.Scorch, error) {
	s, err := scorch.NewScorch("scorch", map[string]any{
		"path": path, "unsafe_batch": true, // the log makes writes durable
		"forceSegmentType": segment.PluginType, "forceSegmentVersion": segment.PluginVersion,
		"asyncErrorCallbackName": asyncErrorCallback,
		"scorchMergePlanOptions": map[string]any{
			"maxSegmentsPerTier": 8, "segmentsPerMergeTask": 8, "floorSegmentSize": 20_000, "maxSegmentSize": 2_000_000, "tierGrowth": 8.0, "reclaimDeletesWeight": 2.0,
		},
	}, queue)
	if err != nil {
		return nil, err
	}
	return s.(*scorch.Scorch), nil
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
			return nil
		}
		d := &document.Document{ID: e.ID, SeqNo: e.SeqNo, Version: e.Version, Source: e.Source}
		if err := read(d, e.Routing); err != nil {
			return fmt.Errorf("document %q: %w", e.ID, err)
		}
		ix.buffer.add(e.ID, d)
		if ix.buffer.full() {
			return ix.refresh()
		}
		return nil
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

// SetRefreshInterval sets how soon a write becomes searchable; 0 is that of the directory, and negative only by Refresh or when the buffer is full.
func (ix *Index) SetRefreshInterval(d time.Duration) {
	if d == 0 {
		d = ix.o.RefreshInterval
	}
	ix.interval.Store(int64(d))
	ix.wakeUp()
}

// wakeUp makes the refresh loop look at the buffer.
func (ix *Index) wakeUp() {
	select {
	case ix.wake <- struct{}{}:
	default:
	}
}

// refreshLoop refreshes an interval after the first write that is not searchable.
func (ix *Index) refreshLoop(ctx context.Context) {
	defer close(ix.stopped)
	for {
		select {
		case <-ctx.Done():
			return
		case <-ix.wake:
		}
		interval := time.Duration(ix.interval.Load())
		if interval < 0 {
			continue
		}
		timer := time.NewTimer(interval)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		ix.refreshInBackground()
	}
}

// refreshInBackground refreshes; an error is logged when it makes the index fail, and so is a panic.
func (ix *Index) refreshInBackground() {
	defer func() {
		if r := recover(); r != nil {
			ix.fail(fmt.Errorf("BUG: panic while refreshing: %v", r))
		}
	}()
	_ = ix.Refresh() // ErrClosed, or a failure that is logged
}

// Refresh makes all acknowledged writes searchable. A failure is final: the index then refuses writes until it is opened again.
func (ix *Index) Refresh() error {
	ix.writeMu.Lock()
	defer ix.writeMu.Unlock()
	return ix.refresh()
}

// refresh hands the buffer to scorch, and the log's files to be removed once scorch has it on disk. The caller holds writeMu.
func (ix *Index) refresh() error {
	ix.mu.Lock()
	if err := ix.usable(); err != nil || len(ix.buffer.docs) == 0 {
		ix.mu.Unlock()
		return err
	}
	ix.flushing, ix.buffer = ix.buffer, newBuffer()
	ix.forgetTombstones()
	nextSeqNo := ix.nextSeqNo
	ix.mu.Unlock()

	err := ix.batch(nextSeqNo)
	if err != nil {
		err = fmt.Errorf("refresh index %s: %w", ix.path, err)
		ix.fail(err)
		return err
	}
	ix.mu.Lock()
	ix.flushing = newBuffer()
	ix.mu.Unlock()
	return nil
}

// batch writes ix.flushing. The caller holds writeMu.
func (ix *Index) batch(nextSeqNo int64) error {
	logged := uint64(0)
	if ix.wal != nil { // while the log is replayed all its files stay
		var err error
		if logged, err = ix.wal.Rotate(); err != nil {
			return err
		}
	}
	batch := index.NewBatch()
	for id, d := range ix.flushing.docs {
		if d == nil {
			batch.Delete(id)
		} else {
			batch.Update(segment.Wrap(d))
		}
	}
	batch.SetInternal([]byte(nextSeqNoKey), binary.LittleEndian.AppendUint64(nil, uint64(nextSeqNo)))
	ix.unpersisted.Add(1)
	batch.SetPersistedCallback(func(err error) {
		defer ix.unpersisted.Done()
		if err == nil && logged > 0 {
			err = ix.wal.Remove(logged)
		}
		if err != nil {
			ix.fail(fmt.Errorf("persist: %w", err))
		}
	})
	if err := ix.scorch.Batch(batch); err != nil {
		ix.unpersisted.Done()
		return err
	}
	return nil
}

func (ix *Index) fail(err error) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.failed == nil {
		ix.failed = fmt.Errorf("%w (%s), restart to go on with what is on disk: %w", ErrFailed, filepath.Base(ix.path), err)
		ix.o.Logger.Error("index failed and takes no more writes", "index", filepath.Base(ix.path), "err", err)
		close(ix.broken)
	}
}

// retryPause is how long scorch's background work waits after an error before it tries again; by itself it would not wait at all.
const retryPause = time.Second

// backgroundError is called by scorch when persisting or merging fails, or panics, in the goroutine that will try again.
func (ix *Index) backgroundError(err error) {
	ix.fail(err)
	select {
	case <-ix.stopping:
	case <-time.After(retryPause):
	}
}

// usable says why the index takes no writes, or nil. The caller holds mu.
func (ix *Index) usable() error {
	if ix.closed {
		return ErrClosed
	}
	return ix.failed
}

// forgetTombstones drops old tombstones. The caller holds mu.
func (ix *Index) forgetTombstones() {
	limit := ix.o.Now().Add(-tombstoneAge)
	for id, t := range ix.tombstones {
		if t.at.Before(limit) {
			delete(ix.tombstones, id)
		}
	}
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
	failures.Delete(filepath.Join(ix.path, scorchDir))
	if ix.wal != nil {
		err = errors.Join(err, ix.wal.Close())
	}
	return err
}

// Stats counts an index.
type Stats struct {
	Docs, DeletedDocs int64 // searchable documents, and those that still wait for a merge to go
	Bytes             int64 // on disk
	Segments          int
}

// Stats counts what is searchable and what lies on disk.
func (ix *Index) Stats() (Stats, error) {
	s, err := ix.Snapshot()
	if err != nil {
		return Stats{}, err
	}
	defer s.Close()
	st := Stats{Segments: len(s.Views)}
	for _, v := range s.Views {
		deleted := int64(0)
		if v.Deleted != nil {
			deleted = int64(v.Deleted.GetCardinality())
		}
		st.Docs += int64(v.NumDocs()) - deleted
		st.DeletedDocs += deleted
	}
	err = filepath.WalkDir(ix.path, func(_ string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a merge has just dropped it
		}
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err == nil {
			st.Bytes += info.Size()
		}
		return err
	})
	if err != nil {
		return st, fmt.Errorf("measure index %s: %w", ix.path, err)
	}
	return st, nil
}
