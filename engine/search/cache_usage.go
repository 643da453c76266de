package search

import "sync/atomic"

// CacheUsage counts what the cache does for one index since it was opened. It may be used by many goroutines.
type CacheUsage struct {
	// Bytes is what is kept of the index. Hits are the searches of which nothing had to be worked out, Misses the others that the cache was asked for.
	// Evictions are the parts that had to make room.
	Bytes, Hits, Misses, Evictions atomic.Int64
}

// tally counts the search of an index as a hit or a miss, once it is done.
func (run *indexRun) tally() {
	u := run.index.CacheUsage
	if u == nil || run.cached == nil {
		return
	}
	for _, part := range run.parts {
		if !part.kept {
			u.Misses.Add(1)
			return
		}
	}
	if len(run.parts) > 0 {
		u.Hits.Add(1)
	}
}

// keep counts bytes that are kept from now on, or no longer.
func (u *CacheUsage) keep(bytes int64) {
	if u != nil {
		u.Bytes.Add(bytes)
	}
}

func (u *CacheUsage) evict() {
	if u != nil {
		u.Evictions.Add(1)
	}
}
