package storage

import "time"

// Activity counts what an index has done since it was opened. Merges begin anew when an index opens itself again after a failure.
type Activity struct {
	Refreshes   int64
	RefreshTime time.Duration
	Merges      int64
	MergeTime   time.Duration
	MergedBytes int64 // that merges have written
	Waiting     int64 // writes that are not searchable yet
}

// Activity counts.
func (ix *Index) Activity() Activity {
	a := Activity{Refreshes: ix.refreshes.Load(), RefreshTime: time.Duration(ix.refreshTime.Load())}
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	a.Waiting = int64(ix.buffer.len() + ix.flushing.len())
	if ix.scorch == nil || ix.closed {
		return a
	}
	counters := ix.scorch.StatsMap()
	a.Merges, a.MergeTime = counter(counters, "TotFileMergeZapEnd"), time.Duration(counter(counters, "TotFileMergeZapTime"))
	a.MergedBytes = counter(counters, "TotFileMergeWrittenBytes")
	return a
}

// counter is one of scorch's; 0 if it has none of that name.
func counter(all map[string]any, name string) int64 {
	switch n := all[name].(type) {
	case uint64:
		return int64(n)
	case float64:
		return int64(n)
	}
	return 0
}
