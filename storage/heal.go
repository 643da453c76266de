package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"github.com/vedette-siem/vedette/storage/segment"
)

// An index fails when something that it writes in the background does not get to the disk: no space, a failed sync. What the disk holds then is unknown, so nothing is
// tried again on the same files. Instead the index is closed and opened again, by itself, until that works: the log has everything that was acknowledged, and replay may be
// repeated. It counts as healed when all of the log lies in new files that were synced, since after a failed sync even reading the log back may show what the disk never got
// (https://wiki.postgresql.org/wiki/Fsync_Errors). Meanwhile writes are refused, and readers see the index as it was when it failed.

// maxHealPause is the longest pause between two tries, in pauses before the first one.
const maxHealPause = 32

// frozen is what readers see of an index that is opened again.
type frozen struct {
	reader           *scorch.IndexSnapshot // holds a reference
	buffer, flushing buffer
	tombstones       map[string]tombstone
	cause            error // why it failed
}

// Failure says why the index takes no writes, or nil. What it has acknowledged and could not make searchable is in the log, and there when it has opened itself again.
func (ix *Index) Failure() error {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.frozen != nil && ix.failed == nil {
		return ix.frozen.cause
	}
	return ix.failed
}

func (ix *Index) fail(err error) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.failed != nil {
		return
	}
	ix.failed = fmt.Errorf("%w (%s), it is opened again as soon as the disk takes it: %w", ErrFailed, filepath.Base(ix.path), err)
	if ix.frozen == nil {
		ix.o.Logger.Error("index failed and takes no writes until it has opened itself again", "index", filepath.Base(ix.path), "err", err)
	}
	ix.announce()
	ix.wakeUp()
}

// retryPause is how long scorch's background work waits after an error before it tries again; by itself it would not wait at all.
const retryPause = time.Second

// backgroundError is called by scorch when persisting or merging fails, or panics, in the goroutine that will try again.
func (ix *Index) backgroundError(err error) {
	ix.mu.RLock()
	stopping := ix.stopping
	ix.mu.RUnlock()
	select {
	case <-stopping: // a merge was broken off, as it should be
		return
	default:
	}
	if strings.Contains(err.Error(), segment.ErrSpoiled.Error()) { // told already; the next plan of merges leaves the segment out
		return
	}
	ix.fail(err)
	select {
	case <-stopping:
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

// heal opens a failed index again, with pauses that grow, until that works or ctx ends.
func (ix *Index) heal(ctx context.Context) {
	for pause := ix.o.RetryPause; ix.Failure() != nil; pause = min(2*pause, maxHealPause*ix.o.RetryPause) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		ix.guarded("opening the index again", func() error { return ix.reopen(ctx) })
	}
}

// reopen closes the files of a failed index and opens them again.
func (ix *Index) reopen(ctx context.Context) error {
	defer ix.lockAll()()
	if err := ix.freeze(); err != nil {
		return err
	}
	name := filepath.Base(ix.path)
	if err := ix.closeFiles(); err != nil {
		ix.o.Logger.Warn("closing a failed index", "index", name, "err", err) // its files are given up
	}
	if err := ix.openAgain(ctx); err != nil {
		ix.fail(err)
		if ctx.Err() == nil {
			ix.o.Logger.Warn("index cannot be opened again yet", "index", name, "err", err)
		}
		return err
	}
	ix.o.Logger.Info("index has opened itself again and takes writes", "index", name)
	return ix.thaw()
}

// openAgain opens the files, and waits until all of the log is in segments on disk.
func (ix *Index) openAgain(ctx context.Context) error {
	root := filepath.Join(ix.path, scorchDir, rootFile)
	if _, err := os.Stat(root); err != nil {
		return fmt.Errorf("the segments are gone: %w", err) // an empty index must not be made in their place
	}
	if err := ix.openGuarded(ix.queue); err != nil {
		return err
	}
	if err := ix.recover(ix.read); err != nil {
		return err
	}
	return ix.allPersisted(ctx)
}

// allPersisted returns when all batches are on disk.
func (ix *Index) allPersisted(ctx context.Context) error {
	return ix.await(ctx, func() bool { return ix.unpersisted == 0 })
}

// freeze keeps what readers see, and makes the index look as if it had not been opened yet. The caller holds writeMu.
func (ix *Index) freeze() error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.closed {
		return ErrClosed
	}
	if ix.frozen == nil {
		r, err := ix.scorch.Reader()
		if err != nil {
			return err
		}
		ix.frozen = &frozen{reader: r.(*scorch.IndexSnapshot), buffer: ix.buffer, flushing: ix.flushing, tombstones: maps.Clone(ix.tombstones)}
	} else { // the last try has failed
		ix.buffer.drop()
		ix.flushing.drop()
	}
	ix.frozen.cause, ix.failed = ix.failed, nil
	ix.buffer, ix.flushing = newBuffer(ix.o.budget, segment.Sizes{}), newBuffer(ix.o.budget, segment.Sizes{})
	return nil
}

// thaw shows readers the files that were opened again.
func (ix *Index) thaw() error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.searchable = ix.written
	ix.announce()
	return ix.dropFrozen()
}

// dropFrozen gives back what was kept for readers. The caller holds mu.
func (ix *Index) dropFrozen() error {
	f := ix.frozen
	if f == nil {
		return nil
	}
	ix.frozen = nil
	f.buffer.drop()
	f.flushing.drop()
	return f.reader.Close()
}

// closeFiles closes scorch and the log, if they are open. Scorch waits for background work, which may report an error, so the caller does not hold mu; it holds writeMu,
// or is the only one who knows the index.
func (ix *Index) closeFiles() error {
	if ix.scorch == nil {
		return nil
	}
	close(ix.stopping)
	err := ix.scorch.Close()
	ix.forget(ix.scorch)
	if ix.wal != nil {
		err = errors.Join(err, ix.wal.Close())
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.scorch, ix.wal = nil, nil
	ix.unpersisted, ix.unsynced = 0, 0
	ix.stopping = make(chan struct{})
	return err
}
