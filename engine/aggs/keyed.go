package aggs

import "math"

// A keyedCollector counts documents by key, for the aggregations whose buckets come from values: terms and both histograms.
// With a single owner a bucket is a slot; with several, each pair of owner and slot that occurs is numbered.
type keyedCollector struct {
	seg    *segmentState
	name   string // of the aggregation
	slots  slots
	show   *display
	single bool
	all    bool // list keys without documents too (min_doc_count 0 of terms)
	// doubles and sources are those of the partial.
	doubles bool
	sources []*display
	subs    []collector
	// ranking is how buckets are chosen; nil where that is not known before all are there.
	ranking *ranking

	counts  []uint32 // by bucket
	pairs   table    // owner<<32 | slot, unless single
	buckets []uint32
	charged int
	room    reserve
}

// none stands for a bucket that was never collected into.
const none = ^uint32(0)

func (c *keyedCollector) collect(docs, owners []uint32, _ int) {
	docs, owners, slots := c.slots.read(docs, owners)
	buckets := slots
	n := 0
	if c.single {
		n = c.slots.count()
	} else {
		buckets = c.pair(owners, slots)
		n = len(c.pairs.keys)
	}
	if !c.room.grow(c.seg, n, 4) {
		return
	}
	c.counts = grown(c.counts, n)
	counts := c.counts
	for _, b := range buckets {
		counts[b]++
	}
	c.charge()
	collectAll(c.subs, docs, buckets, n)
}

// pair numbers pairs of owner and slot. Nil owners are all 0.
func (c *keyedCollector) pair(owners, slots []uint32) []uint32 {
	c.buckets = sized(c.buckets, len(slots))
	if owners == nil {
		for i, s := range slots {
			c.buckets[i] = c.pairs.add(uint64(s))
		}
		return c.buckets
	}
	last, bucket := ^uint64(0), uint32(0)
	for i, s := range slots {
		if key := uint64(owners[i])<<32 | uint64(s); key != last {
			last, bucket = key, c.pairs.add(key)
		}
		c.buckets[i] = bucket
	}
	return c.buckets
}

func (c *keyedCollector) charge() {
	if now := c.slots.bytes() + c.pairs.bytes(); now > c.charged {
		c.seg.take(now - c.charged)
		c.charged = now
	}
}

// rows are the entries from one to another.
func (k *keyed) rows(from, to int) []row {
	out := make([]row, 0, to-from)
	for e := from; e < to; e++ {
		out = append(out, k.row(e))
	}
	return out
}

// row is one entry, whose number is its id.
func (k *keyed) row(entry int) row {
	return row{id: entry, count: k.counts[entry], subs: k.subs, at: entry}
}

// noBucket is the number of a bucket that partials do not have.
const noBucket = math.MaxInt

// ofNothing is what a bucket without documents shows of the children: significant_terms tell how many documents there are in all.
func (k *keyed) ofNothing() []partial {
	if k == nil {
		return nil
	}
	var out []partial
	for i, sub := range k.subs {
		if s, ok := sub.(*significant); ok {
			if out == nil {
				out = make([]partial, len(k.subs))
			}
			out[i] = s
		}
	}
	return out
}

// grown lengthens s to n elements, the new ones being zero.
func grown[T any](s []T, n int) []T {
	if n <= len(s) {
		return s
	}
	if n <= cap(s) {
		return s[:n]
	}
	out := make([]T, n, enlarged(len(s), n))
	copy(out, s)
	return out
}
