package engine

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vedette-siem/vedette/engine/search"
	"github.com/vedette-siem/vedette/storage"
)

// maxGroups is how many groups of searches (`stats`) an index counts; further ones are not counted.
const maxGroups = 1000

// activity counts what was done with an index since it was opened; times are nanoseconds. It is written beside everything else.
type activity struct {
	indexed, indexFailed, deleted, noops, writeTime atomic.Int64
	found, missed, foundTime, missedTime            atomic.Int64
	queries, queryTime                              atomic.Int64
	suggestions, suggestTime                        atomic.Int64
	flushes                                         atomic.Int64
	cache                                           search.CacheUsage

	mu     sync.Mutex
	groups map[string]int64 // searches by the groups that they name
}

// Activity is what was done with an index since it was opened.
type Activity struct {
	storage.Activity
	Indexed, IndexFailed, Deleted, Noops int64
	WriteTime                            time.Duration
	Found, Missed                        int64 // gets
	FoundTime, MissedTime                time.Duration
	Queries                              int64
	QueryTime                            time.Duration
	Suggestions                          int64 // searches that want suggestions only, which are no queries
	SuggestTime                          time.Duration
	Flushes                              int64
	CacheBytes, CacheEvictions           int64            // of the request cache
	CacheHits, CacheMisses               int64            // searches that it answered as a whole, and others that it was asked for
	Groups                               map[string]int64 // searches by the groups that they name in `stats`
}

func (a *activity) now() Activity {
	a.mu.Lock()
	defer a.mu.Unlock()
	return Activity{
		Indexed: a.indexed.Load(), IndexFailed: a.indexFailed.Load(), Deleted: a.deleted.Load(), Noops: a.noops.Load(), WriteTime: time.Duration(a.writeTime.Load()),
		Found: a.found.Load(), Missed: a.missed.Load(), FoundTime: time.Duration(a.foundTime.Load()), MissedTime: time.Duration(a.missedTime.Load()),
		Queries: a.queries.Load(), QueryTime: time.Duration(a.queryTime.Load()), Flushes: a.flushes.Load(),
		Suggestions: a.suggestions.Load(), SuggestTime: time.Duration(a.suggestTime.Load()),
		CacheBytes: a.cache.Bytes.Load(), CacheEvictions: a.cache.Evictions.Load(), CacheHits: a.cache.Hits.Load(), CacheMisses: a.cache.Misses.Load(), Groups: maps.Clone(a.groups),
	}
}

// Add adds what another index has done.
func (a *Activity) Add(b Activity) {
	a.Refreshes, a.RefreshTime, a.Merges, a.MergeTime = a.Refreshes+b.Refreshes, a.RefreshTime+b.RefreshTime, a.Merges+b.Merges, a.MergeTime+b.MergeTime
	a.MergedBytes, a.Waiting = a.MergedBytes+b.MergedBytes, a.Waiting+b.Waiting
	a.Indexed, a.IndexFailed, a.Deleted, a.Noops = a.Indexed+b.Indexed, a.IndexFailed+b.IndexFailed, a.Deleted+b.Deleted, a.Noops+b.Noops
	a.WriteTime, a.Found, a.Missed = a.WriteTime+b.WriteTime, a.Found+b.Found, a.Missed+b.Missed
	a.FoundTime, a.MissedTime = a.FoundTime+b.FoundTime, a.MissedTime+b.MissedTime
	a.Queries, a.QueryTime, a.Flushes = a.Queries+b.Queries, a.QueryTime+b.QueryTime, a.Flushes+b.Flushes
	a.CacheBytes, a.CacheEvictions, a.CacheHits, a.CacheMisses = a.CacheBytes+b.CacheBytes, a.CacheEvictions+b.CacheEvictions, a.CacheHits+b.CacheHits, a.CacheMisses+b.CacheMisses
	a.Suggestions, a.SuggestTime = a.Suggestions+b.Suggestions, a.SuggestTime+b.SuggestTime
	for group, n := range b.Groups {
		if a.Groups == nil {
			a.Groups = map[string]int64{}
		}
		a.Groups[group] += n
	}
}

// wrote counts what became of the operations of a portion, which took so long together.
func (a *activity) wrote(items []BulkItem, batch []prepared, took time.Duration) {
	var indexed, failed, deleted, noops int64
	for _, p := range batch {
		switch item := &items[p.at]; {
		case item.Error != nil:
			failed++
		case item.Result == "deleted" || item.Result == "not_found":
			deleted++
		case item.Result == "noop":
			noops++
		default:
			indexed++
		}
	}
	a.indexed.Add(indexed)
	a.indexFailed.Add(failed)
	a.deleted.Add(deleted)
	a.noops.Add(noops)
	a.writeTime.Add(int64(took))
}

func (a *activity) got(found bool, took time.Duration) {
	if found {
		a.found.Add(1)
		a.foundTime.Add(int64(took))
		return
	}
	a.missed.Add(1)
	a.missedTime.Add(int64(took))
}

// searchCount says how a search is counted.
type searchCount struct {
	groups   []string // that it names in `stats`
	suggests bool     // it wants suggestions and nothing else
}

// queried counts a search. One that only suggests is no query.
func (a *activity) queried(c searchCount, took time.Duration) {
	groups := c.groups
	if c.suggests {
		a.suggestions.Add(1)
		a.suggestTime.Add(int64(took))
		return
	}
	a.queries.Add(1)
	a.queryTime.Add(int64(took))
	if len(groups) == 0 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.groups == nil {
		a.groups = map[string]int64{}
	}
	for _, g := range groups {
		if _, ok := a.groups[g]; ok || len(a.groups) < maxGroups {
			a.groups[g]++
		}
	}
}

// searchGroups are the `stats` of a search's body, or of its URL.
func searchGroups(body json.RawMessage, params map[string]string) []string {
	if text := params["stats"]; text != "" {
		return strings.Split(text, ",")
	}
	var request struct {
		Stats []string `json:"stats"`
	}
	if !bytes.Contains(body, []byte(`"stats"`)) || json.Unmarshal(body, &request) != nil {
		return nil
	}
	slices.Sort(request.Stats)
	return slices.Compact(request.Stats)
}
