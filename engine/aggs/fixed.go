package aggs

// A fixed partial is that of aggregations with the same number of buckets in every bucket of the parent: filter, filters, range, missing, global.
// Bucket b of the parent owns the buckets [b*width, (b+1)*width).
type fixed struct {
	width  int
	show   *display // of ranges, else nil
	counts []int64
	subs   []partial
}

// count is the number of documents in bucket i of a parent's bucket.
func (f *fixed) count(bucket, i int) int64 {
	if f == nil {
		return 0
	}
	return f.counts[bucket*f.width+i]
}

// children returns the children's partials and their bucket.
func (f *fixed) children(bucket, i int) ([]partial, int) {
	if f == nil {
		return nil, 0
	}
	return f.subs, bucket*f.width + i
}

// rows are the first n buckets of a parent's bucket, all of them for n = width.
func (f *fixed) rows(bucket, n int) []row {
	out := make([]row, n)
	for i := range out {
		out[i].id, out[i].count = i, f.count(bucket, i)
		out[i].subs, out[i].at = f.children(bucket, i)
	}
	return out
}

func (f *fixed) merge(m *merging, parts []share, buckets int) (partial, error) {
	held := 8 * buckets * f.width
	for _, part := range parts {
		held += 4 * len(part.partial.(*fixed).counts)
	}
	if err := m.take(held); err != nil {
		return nil, err
	}
	out := &fixed{width: f.width, show: f.show, counts: make([]int64, buckets*f.width)}
	subs, to := make([][]partial, len(parts)), make([][]uint32, len(parts))
	for n, part := range parts {
		p := part.partial.(*fixed)
		if p.show != nil && (order(p.show) > order(out.show) || order(p.show) == order(out.show) && showID(p.show) < showID(out.show)) {
			out.show = p.show
		}
		subs[n], to[n] = p.subs, make([]uint32, len(p.counts))
		for i, count := range p.counts {
			owner := part.to[i/f.width]
			to[n][i] = dropped
			if owner != dropped {
				to[n][i] = owner*uint32(f.width) + uint32(i%f.width)
				out.counts[to[n][i]] += count
			}
		}
	}
	var err error
	out.subs, err = mergeAll(m, subs, to, len(out.counts))
	return out, err
}

// A fixedCollector counts documents into the buckets of a fixed partial. What embeds it decides which, and calls put.
type fixedCollector struct {
	seg           *segmentState
	width         int
	show          *display
	subs          []collector
	counts        []uint32
	docs, buckets []uint32
	room          reserve
}

// put counts the documents and hands them to the children. Nil buckets are all 0.
func (c *fixedCollector) put(docs, buckets []uint32, owners int) {
	n := owners * c.width
	if !c.room.grow(c.seg, n, 4) {
		return
	}
	c.counts = grown(c.counts, n)
	if buckets == nil && len(docs) > 0 {
		c.counts[0] += uint32(len(docs))
	}
	for _, b := range buckets {
		c.counts[b]++
	}
	collectAll(c.subs, docs, buckets, n)
}

func (c *fixedCollector) finish(owners []uint32) partial {
	out := &fixed{width: c.width, show: c.show}
	var room reserve
	if !room.grow(c.seg, len(owners)*c.width, 12) {
		return nil
	}
	out.counts = make([]int64, len(owners)*c.width)
	buckets := make([]uint32, len(out.counts))
	for i := range buckets {
		buckets[i] = none
		if owner := owners[i/c.width]; owner != none {
			buckets[i] = owner*uint32(c.width) + uint32(i%c.width)
		}
		if int(buckets[i]) < len(c.counts) {
			out.counts[i] = int64(c.counts[buckets[i]])
		}
	}
	out.subs = finishAll(c.subs, buckets)
	return out
}
