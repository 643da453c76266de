package aggs

import (
	"math"
	"strconv"
	"sync/atomic"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// MaxBuckets is how many buckets one answer may have, as `search.max_buckets` of Elasticsearch 8.
const MaxBuckets = 65_536

// A Budget counts the memory that one request holds, in estimated bytes, also against what all requests may hold together. It is safe for concurrent use; a nil *Budget
// is unlimited.
type Budget struct {
	limit int64
	used  atomic.Int64
	all   *Budget // nil where nothing is shared
}

// NewBudget makes a budget of so many bytes; 0 or less is unlimited.
func NewBudget(maxBytes int64) *Budget { return &Budget{limit: maxBytes} }

// Request makes the budget of one request, of at most so many bytes (0 or less is unlimited) of those of b. The caller releases it.
func (b *Budget) Request(maxBytes int64) *Budget { return &Budget{limit: maxBytes, all: b} }

// Release gives back what was taken of the budget of all requests.
func (b *Budget) Release() {
	if b != nil && b.all != nil {
		b.all.used.Add(-b.used.Swap(0))
	}
}

// Add counts bytes without refusing any; negative ones are given back.
func (b *Budget) Add(bytes int64) {
	if b == nil {
		return
	}
	b.used.Add(bytes)
	b.all.Add(bytes)
}

// Used is the number of bytes taken so far.
func (b *Budget) Used() int64 {
	if b == nil {
		return 0
	}
	return b.used.Load()
}

func (b *Budget) take(bytes int64) error { return b.Take("aggregations", bytes) }

// Take claims bytes for what is named, and refuses with a circuit_breaking_exception (429) once more is used than there is.
func (b *Budget) Take(what string, bytes int64) error {
	if b == nil || bytes <= 0 {
		return nil
	}
	b.Add(bytes)
	if err := b.refuse("request", what); err != nil {
		return err
	}
	return b.all.refuse("parent", what)
}

// refuse is the error of a budget that is used up; the names of the breakers are Elasticsearch's.
func (b *Budget) refuse(breaker, what string) error {
	if b == nil {
		return nil
	}
	used := b.used.Load()
	if b.limit <= 0 || used <= b.limit {
		return nil
	}
	return eserr.Errorf(429, eserr.CircuitBreaking,
		"[%s] Data too large, data for [%s] would be [%d/%s], which is larger than the limit of [%d/%s]",
		breaker, what, used, humanBytes(used), b.limit, humanBytes(b.limit))
}

// A reserve is the room that a collector has claimed for what it keeps of each bucket. The zero value has none.
type reserve struct{ buckets int }

// maxReserve is how many buckets an aggregation may have in one segment, so that their numbers fit in 32 bits by far.
const maxReserve = 1 << 28

// grow claims room for so many buckets of so many bytes each before it is allocated; it grows as grown does. False is that the collection must end.
func (r *reserve) grow(s *segmentState, buckets, bytes int) bool {
	if buckets <= r.buckets {
		return s.err == nil
	}
	if buckets > maxReserve {
		s.err = firstError(s.err, tooManyBuckets())
		return false
	}
	next := enlarged(r.buckets, buckets)
	s.take((next - r.buckets) * bytes)
	r.buckets = next
	return s.err == nil
}

// enlarged is the capacity to which a slice of old elements grows that needs n.
func enlarged(old, n int) int { return max(n, min(2*old, old+1<<20)) }

// tooManyBuckets refuses an answer with more buckets than MaxBuckets.
func tooManyBuckets() error {
	return eserr.Shard(eserr.TooManyBuckets, "Trying to create too many buckets. Must be less than or equal to: [%d] but this number of buckets was exceeded. "+
		"This limit can be set by changing the [search.max_buckets] cluster level setting.", MaxBuckets)
}

// humanBytes writes a number of bytes as Elasticsearch does: `1.5gb`.
func humanBytes(n int64) string {
	units := []string{"b", "kb", "mb", "gb", "tb"}
	x, u := float64(n), 0
	for x >= 1024 && u < len(units)-1 {
		x, u = x/1024, u+1
	}
	return strconv.FormatFloat(math.Floor(x*10)/10, 'f', -1, 64) + units[u]
}
