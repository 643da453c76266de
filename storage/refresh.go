package storage

import (
	"context"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	index "github.com/blevesearch/bleve_index_api"

	"github.com/vedette-siem/vedette/storage/segment"
)

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
		if err == nil {
			err = ix.keepManifest()
		}
		if err == nil && logged > 0 {
			err = ix.wal.Remove(logged)
		}
		if err != nil {
			ix.fail(fmt.Errorf("persist: %w", err))
		}
	})
	if err := ix.handOver(batch); err != nil {
		ix.unpersisted.Done()
		return err
	}
	return nil
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

// Failure says why the index takes no more writes, or nil. What it has acknowledged and could not make searchable is in the log, and there after the next start.
func (ix *Index) Failure() error {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.failed
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
	select {
	case <-ix.stopping: // a merge was broken off, as it should be
		return
	default:
	}
	if strings.Contains(err.Error(), segment.ErrSpoiled.Error()) { // told already; the next plan of merges leaves the segment out
		return
	}
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
