package storage

import (
	"context"
	"encoding/binary"
	"fmt"

	index "github.com/blevesearch/bleve_index_api"

	"github.com/vedette-siem/vedette/storage/segment"
	"github.com/vedette-siem/vedette/storage/wal"
)

// Refresh makes all acknowledged writes searchable. After a failure the index refuses writes until it has opened itself again.
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
	ix.flushing, ix.buffer = ix.buffer, newBuffer(ix.o.budget)
	ix.forgetTombstones()
	nextSeqNo, written := ix.nextSeqNo, ix.written
	ix.mu.Unlock()

	err := ix.batch(nextSeqNo)
	if err != nil {
		err = fmt.Errorf("refresh index %s: %w", ix.path, err)
		ix.fail(err)
		return err
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.flushing.drop()
	ix.flushing = newBuffer(ix.o.budget)
	ix.searchable = written
	ix.announce()
	return nil
}

// batch writes ix.flushing. The caller holds writeMu.
func (ix *Index) batch(nextSeqNo int64) error {
	log, logged := ix.wal, uint64(0)
	if log != nil { // while the log is replayed all its files stay
		var err error
		if logged, err = log.Rotate(); err != nil {
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
	batch.SetPersistedCallback(func(err error) {
		if err == nil {
			err = ix.keepManifest()
		}
		ix.persisted(log, logged, err)
	})
	ix.mu.Lock()
	ix.unpersisted++
	ix.unsynced = 0 // Rotate has synced
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
