package storage

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	index "github.com/blevesearch/bleve_index_api"

	"github.com/vedette-siem/vedette/storage/segment"
	"github.com/vedette-siem/vedette/storage/wal"
)

// Refresh makes all acknowledged writes searchable. Writes go on beside it. After a failure the index refuses writes until it has opened itself again.
func (ix *Index) Refresh() error {
	if err := ix.enterRefresh(); err != nil {
		return err
	}
	defer ix.refreshMu.Unlock()
	ix.writeMu.Lock()
	f, err := ix.beginFlush()
	ix.writeMu.Unlock()
	if f == nil {
		return err
	}
	err = ix.batch(f)
	ix.writeMu.Lock()
	defer ix.writeMu.Unlock()
	return ix.endFlush(f, err)
}

// refreshAlone is Refresh for a caller who holds refreshMu and writeMu, or is the only one who knows the index.
func (ix *Index) refreshAlone() error {
	f, err := ix.beginFlush()
	if f == nil {
		return err
	}
	return ix.endFlush(f, ix.batch(f))
}

// flush is a buffer on its way to scorch.
type flush struct {
	buffer    buffer
	begun     time.Time
	nextSeqNo int64
	written   uint64   // commits up to it
	log       *wal.Log // nil while the log is replayed, when all its files stay
	logged    uint64   // number of the log's last file that it came from
}

// beginFlush takes the buffer, and begins a new file of the log; nil is nothing to do. The caller holds writeMu.
func (ix *Index) beginFlush() (*flush, error) {
	ix.mu.Lock()
	if err := ix.usable(); err != nil || ix.buffer.len() == 0 {
		ix.mu.Unlock()
		return nil, err
	}
	ix.flushing, ix.buffer = ix.buffer, newBuffer(ix.o.budget, ix.buffer.columns.Sizes())
	ix.forgetTombstones()
	f := &flush{begun: ix.o.Now(), buffer: ix.flushing, nextSeqNo: ix.nextSeqNo, written: ix.written, log: ix.wal}
	ix.mu.Unlock()
	if f.log == nil {
		return f, nil
	}
	var err error
	if f.logged, err = f.log.Rotate(); err != nil {
		return nil, ix.endFlush(f, err)
	}
	ix.mu.Lock()
	ix.unsynced = 0 // Rotate has synced
	ix.mu.Unlock()
	return f, nil
}

// endFlush drops what has become searchable. The caller holds writeMu: what a writer has found in the buffers does not go while it writes.
func (ix *Index) endFlush(f *flush, err error) error {
	ix.refreshes.Add(1)
	ix.refreshTime.Add(int64(ix.o.Now().Sub(f.begun)))
	if err != nil {
		err = fmt.Errorf("refresh index %s: %w", ix.path, err)
		ix.fail(err)
		return err
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.flushing.drop()
	ix.flushing = newBuffer(ix.o.budget, segment.Sizes{})
	ix.searchable = f.written
	ix.announce()
	return nil
}

// batch hands a buffer to scorch, and the log's files to be removed once scorch has it on disk.
func (ix *Index) batch(f *flush) error {
	batch := index.NewBatch()
	rows, deleted := f.buffer.last()
	batch.IndexOps = make(map[string]index.Document, len(rows)+len(deleted))
	for _, d := range f.buffer.columns.Wrap(rows) {
		batch.Update(d)
	}
	for _, id := range deleted {
		batch.Delete(id)
	}
	batch.SetInternal([]byte(nextSeqNoKey), binary.LittleEndian.AppendUint64(nil, uint64(f.nextSeqNo)))
	batch.SetPersistedCallback(func(err error) {
		if err == nil {
			err = ix.keepManifest()
		}
		ix.persisted(f.log, f.logged, err)
	})
	ix.mu.Lock()
	ix.unpersisted++
	ix.mu.Unlock()
	if err := ix.handOver(batch); err != nil {
		ix.persisted(nil, 0, nil)
		return err
	}
	return nil
}

// persisted is called when a batch is on disk, and removes the files of the log that it came from.
func (ix *Index) persisted(log *wal.Log, logged uint64, err error) {
	if err == nil && logged > 0 {
		err = log.Remove(logged)
	}
	if err != nil {
		ix.fail(fmt.Errorf("persist: %w", err))
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.unpersisted--
	ix.announce()
}

// handOver gives scorch a batch. A panic in there must not get past the log, which still has the writes.
func (ix *Index) handOver(batch *index.Batch) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("BUG: panic in scorch: %v", r)
		}
	}()
	return ix.scorch.Batch(batch)
}

// announce wakes those who wait for a change of the index. The caller holds mu.
func (ix *Index) announce() {
	close(ix.changed)
	ix.changed = make(chan struct{})
}

// await returns when done does, which is called with mu held; with the failure of the index, if it has failed meanwhile; or when ctx ends.
func (ix *Index) await(ctx context.Context, done func() bool) error {
	for {
		ix.mu.RLock()
		is, err, changed := done(), ix.usable(), ix.changed
		ix.mu.RUnlock()
		if is || err != nil {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// maxWaiting is how many may wait for the same refresh; with one more it comes at once, as with Elasticsearch's index.max_refresh_listeners.
const maxWaiting = 1000

// WaitSearchable returns when everything that is written now has become searchable by the next refresh, which it does not hurry. Without a refresh interval that may
// be for ever: end ctx then.
func (ix *Index) WaitSearchable(ctx context.Context) error {
	ix.mu.RLock()
	want := ix.written
	ix.mu.RUnlock()
	if ix.waiting.Add(1) > maxWaiting {
		ix.refreshSoon()
	}
	defer ix.waiting.Add(-1)
	if err := ix.await(ctx, func() bool { return ix.searchable >= want }); err != nil {
		return fmt.Errorf("wait for the next refresh of index %s: %w", ix.path, err)
	}
	return nil
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
