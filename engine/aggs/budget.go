package aggs

import (
	"math"
	"strconv"
	"sync/atomic"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// MaxBuckets is how many buckets one answer may have, as `search.max_buckets` of Elasticsearch 8.
const MaxBuckets = 65_536

// A Budget counts the memory that the aggregations of one request hold, in estimated bytes. It is safe for concurrent use; a nil *Budget is unlimited.
type Budget struct {
	limit int64
	used  atomic.Int64
}

// NewBudget makes a budget of so many bytes; 0 or less is unlimited.
func NewBudget(maxBytes int64) *Budget { return &Budget{limit: maxBytes} }

// Used is the number of bytes taken so far.
func (b *Budget) Used() int64 {
	if b == nil {
		return 0
	}
	return b.used.Load()
}

// take claims bytes, and refuses with a circuit_breaking_exception (429) once more is used than there is.
func (b *Budget) take(bytes int64) error {
	if b == nil {
		return nil
	}
	used := b.used.Add(bytes)
	if b.limit <= 0 || used <= b.limit {
		return nil
	}
	return eserr.Errorf(429, eserr.CircuitBreaking,
		"[request] Data too large, data for [aggregations] would be [%d/%s], which is larger than the limit of [%d/%s]",
		used, humanBytes(used), b.limit, humanBytes(b.limit))
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
		s.err = firstError(s.err, tooManyBuckets(buckets))
		return false
	}
	next := enlarged(r.buckets, buckets)
	s.take((next - r.buckets) * bytes)
	r.buckets = next
	return s.err == nil
}

// enlarged is the capacity to which a slice of old elements grows that needs n.
func enlarged(old, n int) int { return max(n, min(2*old, old+1<<20)) }

func tooManyBuckets(was int) error {
	return eserr.Shard(eserr.TooManyBuckets, "Trying to create too many buckets. Must be less than or equal to: [%d] but was [%d]. "+
		"This limit can be set by changing the [search.max_buckets] cluster level setting.", MaxBuckets, was)
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
