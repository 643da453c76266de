package storage

import (
	"context"
	"fmt"
	"time"
)

// SetRefreshInterval sets how soon a write becomes searchable; 0 is that of the directory, and negative only by Refresh or when the buffer is full.
func (ix *Index) SetRefreshInterval(d time.Duration) {
	if d == 0 {
		d = ix.o.RefreshInterval
	}
	ix.interval.Store(int64(d))
	ix.wakeUp()
}

// SetSyncInterval makes writes return before they are on disk: they are synced at the latest after the interval, or by a refresh. A power cut may take what was acknowledged
// meanwhile; the end of the process takes nothing. 0, as in the beginning, is a sync in each write.
func (ix *Index) SetSyncInterval(d time.Duration) {
	ix.syncInterval.Store(int64(d))
	ix.wakeUp()
}

// refreshSoon makes the background refresh, whatever the interval.
func (ix *Index) refreshSoon() {
	ix.urgent.Store(true)
	ix.wakeUp()
}

// wakeUp makes the background look at what there is to do.
func (ix *Index) wakeUp() {
	select {
	case ix.wake <- struct{}{}:
	default:
	}
}

// alarm is a timer that is set or not.
type alarm struct {
	timer *time.Timer
	after time.Duration // that it was set to; 0 when it is not set
}

func newAlarm() *alarm {
	a := &alarm{timer: time.NewTimer(time.Hour)}
	a.timer.Stop()
	return a
}

// set sets the alarm, unless it is set to that time already. 0 and less stop it.
func (a *alarm) set(after time.Duration) {
	switch after = max(after, 0); {
	case after == a.after:
	case after == 0:
		a.timer.Stop()
	default:
		a.timer.Reset(after)
	}
	a.after = after
}

// background refreshes an interval after the first write that is not searchable, syncs the log of an index whose writes do not, and opens a failed index again.
func (ix *Index) background(ctx context.Context) {
	defer close(ix.stopped)
	refresh, sync := newAlarm(), newAlarm()
	defer refresh.timer.Stop()
	defer sync.timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ix.wake:
		case <-refresh.timer.C:
			refresh.after = 0
			ix.guarded("refreshing", ix.Refresh)
		case <-sync.timer.C:
			sync.after = 0
			ix.guarded("syncing", ix.Sync)
		}
		if ix.Failure() != nil {
			ix.heal(ctx)
		}
		if ix.urgent.Swap(false) {
			ix.guarded("refreshing", ix.Refresh)
		}
		searchable, synced := ix.settled()
		refresh.set(unless(searchable, ix.interval.Load()))
		sync.set(unless(synced, ix.syncInterval.Load()))
	}
}

// unless is the duration, or 0 if there is nothing to do.
func unless(done bool, d int64) time.Duration {
	if done {
		return 0
	}
	return time.Duration(d)
}

// guarded runs background work. Its error is logged when it makes the index fail, and so is a panic.
func (ix *Index) guarded(what string, work func() error) {
	defer func() {
		if r := recover(); r != nil {
			ix.fail(fmt.Errorf("BUG: panic while %s: %v", what, r))
		}
	}()
	_ = work() // ErrClosed, or a failure that is logged
}

// settled reports whether all writes are searchable, and whether all are on disk.
func (ix *Index) settled() (searchable, synced bool) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.buffer.len() == 0, ix.unsynced == 0
}
