package search

import (
	lru "container/list"
	"sync"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/segment"
)

// A Cache keeps what segments contributed to answers without hits: a count and the aggregations' partial. A segment never changes, so an entry is right for ever; new
// events are in new segments, and only those are searched again. A partial may read the terms of its segment, which the search that takes it from the cache has open.
// The least recently used entries go first, and those of a segment when it is merged into another or deleted. It may be used by many goroutines; a nil *Cache keeps
// nothing.
//
// The rules are those of Elasticsearch's shard request cache: https://www.elastic.co/docs/reference/elasticsearch/rest-apis/shard-request-cache.
type Cache struct {
	limit  int64
	budget *aggs.Budget // counts what is kept

	mu      sync.Mutex // guards what follows
	used    int64
	entries map[cacheKey]*lru.Element // of *cacheEntry
	recent  *lru.List                 // the most recently used first
	of      map[*segment.Segment]map[cacheKey]struct{}
	hits    int64
}

// cacheKey is all that a segment's contribution depends on. Pointers stand for what they point to, which is never changed; an entry keeps them from being used again.
type cacheKey struct {
	segment *segment.Segment
	deleted uint64 // how many of its documents are: they only become more, so the number tells which. Scorch makes a new bitmap at each refresh
	mapping *mapping.Mapping
	request [32]byte // hash of the rewritten request, as far as it concerns the segment
}

type cacheEntry struct {
	key   cacheKey
	total int64
	aggs  *aggs.Partial
	bytes int64
	usage *CacheUsage // of the index; nil counts nothing
}

// entryBytes is about what an entry holds beside its partial.
const entryBytes = 512

// NewCache makes a cache of at most so many bytes, which are counted in budget too; nil, that is none, for 0.
func NewCache(maxBytes int64, budget *aggs.Budget) *Cache {
	if maxBytes <= 0 {
		return nil
	}
	return &Cache{limit: maxBytes, budget: budget, entries: map[cacheKey]*lru.Element{}, recent: lru.New(), of: map[*segment.Segment]map[cacheKey]struct{}{}}
}

// CacheStats counts a cache.
type CacheStats struct {
	Entries     int
	Bytes, Hits int64
}

// Stats counts the cache.
func (c *Cache) Stats() CacheStats {
	if c == nil {
		return CacheStats{}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return CacheStats{Entries: len(c.entries), Bytes: c.used, Hits: c.hits}
}

// get returns the entry of a key, whose partial is the cache's, or nil.
func (c *Cache) get(key cacheKey) *cacheEntry {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[key]
	if e == nil {
		return nil
	}
	c.recent.MoveToFront(e)
	c.hits++
	return e.Value.(*cacheEntry)
}

// put keeps an entry, whose partial is the cache's from then on. The segment is in an open snapshot of the caller's.
func (c *Cache) put(e *cacheEntry) {
	e.bytes = entryBytes + int64(e.aggs.Bytes())
	if e.bytes > c.limit/8 { // one large answer is not worth all the others
		return
	}
	if c.add(e) {
		e.key.segment.OnClose(func() { c.forget(e.key.segment) })
	}
}

// add reports whether the entry is the first of its segment.
func (c *Cache) add(e *cacheEntry) (first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries[e.key] != nil {
		return false // of a request at the same time
	}
	keys := c.of[e.key.segment]
	if first = keys == nil; first {
		keys = map[cacheKey]struct{}{}
		c.of[e.key.segment] = keys
	}
	keys[e.key] = struct{}{}
	c.entries[e.key] = c.recent.PushFront(e)
	c.count(e.bytes)
	e.usage.keep(e.bytes)
	for c.used > c.limit {
		c.recent.Back().Value.(*cacheEntry).usage.evict()
		c.remove(c.recent.Back())
	}
	return first
}

func (c *Cache) count(bytes int64) {
	c.used += bytes
	c.budget.Add(bytes)
}

// remove drops an entry. The segment stays known until it is closed, so that its hook is set once.
func (c *Cache) remove(e *lru.Element) {
	entry := e.Value.(*cacheEntry)
	c.recent.Remove(e)
	delete(c.entries, entry.key)
	delete(c.of[entry.key.segment], entry.key)
	c.count(-entry.bytes)
	entry.usage.keep(-entry.bytes)
}

// forget drops all of a segment.
func (c *Cache) forget(s *segment.Segment) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key := range c.of[s] {
		c.remove(c.entries[key])
	}
	delete(c.of, s)
}
