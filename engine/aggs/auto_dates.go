package aggs

import "slices"

// autoDates is the partial of auto_date_histogram: for each bucket of the parent the times of its own buckets, rounded to one of the choices of the spec.
type autoDates struct {
	spec   *autoDateSpec
	show   *display
	starts []uint32 // the entries of bucket b are [starts[b], starts[b+1])
	level  []uint8  // by bucket of the parent: which choice
	keys   []int64
	counts []int64
	subs   []partial

	inner []int // by bucket of the parent, how many units make a bucket; nil until the answer is settled
}

// An autoEntry is a bucket on its way into another.
type autoEntry struct {
	key   int64
	src   int // partial
	entry int
}

func (a *autoDates) merge(m *merging, parts []share, buckets int) (partial, error) {
	out := &autoDates{spec: a.spec, show: a.show}
	byOwner := make([][]autoEntry, buckets)
	level := make([]uint8, buckets)
	for src, part := range parts {
		p := part.partial.(*autoDates)
		if showID(p.show) < showID(out.show) {
			out.show = p.show
		}
		if err := m.take(24 * len(p.keys)); err != nil {
			return nil, err
		}
		for b, to := range part.to {
			if to == dropped {
				continue
			}
			level[to] = max(level[to], p.level[b])
			for e := p.starts[b]; e < p.starts[b+1]; e++ {
				byOwner[to] = append(byOwner[to], autoEntry{p.keys[e], src, int(e)})
			}
		}
	}
	subs := make([][]partial, len(parts))
	to := make([][]uint32, len(parts))
	for src, part := range parts {
		p := part.partial.(*autoDates)
		subs[src], to[src] = p.subs, make([]uint32, len(p.keys))
		for i := range to[src] {
			to[src][i] = dropped
		}
	}
	return out, out.unite(m, byOwner, level, subs, to, parts)
}

// unite puts the entries of each owner into buckets of its level, or a coarser one where those are too many.
func (a *autoDates) unite(m *merging, byOwner [][]autoEntry, level []uint8, subs [][]partial, to [][]uint32, parts []share) error {
	a.starts, a.level = []uint32{0}, level
	for owner, entries := range byOwner {
		if err := m.stop.at(owner * 64); err != nil {
			return err
		}
		keys := a.spec.fit(entries, &level[owner])
		base := len(a.keys)
		if err := m.take(16 * len(keys)); err != nil {
			return err
		}
		a.keys, a.counts = append(a.keys, keys...), append(a.counts, make([]int64, len(keys))...)
		for _, e := range entries {
			at, _ := slices.BinarySearch(keys, e.key)
			to[e.src][e.entry] = uint32(base + at)
			a.counts[base+at] += parts[e.src].partial.(*autoDates).counts[e.entry]
		}
		a.starts = append(a.starts, uint32(len(a.keys)))
	}
	var err error
	a.subs, err = mergeAll(m, subs, to, len(a.keys))
	return err
}

// fit rounds entries, in place, to a level or a coarser one at which they are not too many, and returns the keys that there are.
func (s *autoDateSpec) fit(entries []autoEntry, level *uint8) []int64 {
	for {
		r := &s.choices[*level]
		keys := make([]int64, 0, len(entries))
		for i := range entries {
			entries[i].key = r.floor(entries[i].key)
			keys = append(keys, entries[i].key)
		}
		slices.Sort(keys)
		keys = slices.Compact(keys)
		if len(keys) <= s.target*r.most() || int(*level) == len(s.choices)-1 {
			return keys
		}
		*level++
	}
}

// settle makes the buckets of the answer: at the level that the whole span needs, with the empty ones, and several units in one where they are still too many.
func (a *autoDates) settle(w *writer) error {
	if a.inner != nil {
		return nil
	}
	m := &merging{stop: w.stop, budget: w.budget, last: true}
	out := &autoDates{starts: []uint32{0}, level: slices.Clone(a.level), inner: []int{}}
	to := make([]uint32, len(a.keys))
	for b := range a.level {
		keys := a.keys[a.starts[b]:a.starts[b+1]]
		cells, inner := a.spec.cells(keys, &out.level[b])
		if err := m.take(48 * len(cells)); err != nil {
			return err
		}
		base := len(out.keys)
		out.keys, out.counts = append(out.keys, cells...), append(out.counts, make([]int64, len(cells))...)
		for i, key := range keys {
			at, found := slices.BinarySearch(cells, key)
			if !found {
				at--
			}
			to[int(a.starts[b])+i] = uint32(base + at)
			out.counts[base+at] += a.counts[int(a.starts[b])+i]
		}
		out.starts, out.inner = append(out.starts, uint32(len(out.keys))), append(out.inner, inner)
	}
	subs, err := mergeAll(m, [][]partial{a.subs}, [][]uint32{to}, len(out.keys))
	out.spec, out.show, out.subs = a.spec, a.show, subs
	*a = *out
	return err
}

// cells are the starts of the buckets for some keys, ascending, without gaps.
func (s *autoDateSpec) cells(keys []int64, level *uint8) (cells []int64, inner int) {
	if len(keys) == 0 {
		return nil, 1
	}
	first, last := keys[0], keys[len(keys)-1]
	*level = s.levelFor(first, last, *level)
	for {
		r := &s.choices[*level]
		cells = append(cells[:0], r.floor(first))
		for end := r.floor(last); cells[len(cells)-1] < end; {
			cells = append(cells, r.next(cells[len(cells)-1]))
		}
		if len(cells) <= s.target*r.most() || int(*level) == len(s.choices)-1 {
			break
		}
		*level++
	}
	if len(cells) <= s.target {
		return cells, 1
	}
	for _, inner := range s.choices[*level].inner {
		if (len(cells)+inner-1)/inner <= s.target {
			n := 0
			for i := 0; i < len(cells); i += inner {
				cells[n] = cells[i]
				n++
			}
			return cells[:n], inner
		}
	}
	return cells, 1
}

// levelFor is the first level, from one on, at which a span does not need too many buckets. What it does first is rough, so that it need not count millions.
func (s *autoDateSpec) levelFor(first, last int64, level uint8) uint8 {
	at := int(level)
	if at == len(s.choices)-1 {
		return level
	}
	for i := at + 1; i < len(s.choices); i++ {
		if (last-first)/s.choices[i].rough < int64(s.target*s.choices[i].most()) {
			at = i - 1
			break
		}
		if i == len(s.choices)-1 {
			at = i - 1
		}
	}
	for ; at < len(s.choices)-1; at++ {
		r, needed := &s.choices[at], 0
		for key := first; key < last && needed <= s.target*r.most(); key = r.next(key) {
			needed++
		}
		if needed <= s.target*r.most() {
			break
		}
	}
	return uint8(at)
}

func (a *autoDates) clone() partial {
	out := *a
	out.level, out.subs = slices.Clone(a.level), cloneAll(a.subs)
	return &out
}

func (a *autoDates) bytes() int {
	return 16*len(a.keys) + 4*len(a.starts) + 9*len(a.level) + bytesOf(a.subs)
}

// An autoDateCollector counts times by the finest choice that does not give too many buckets so far. What was counted before a coarser one is put together in the end.
type autoDateCollector struct {
	seg    *segmentState
	spec   *autoDateSpec
	show   *display
	reader *numberReader // nil where the segment has no such column
	subs   []collector

	owners  []autoOwner
	keys    table // of all owners
	pairs   table // owner<<32 | number of the key
	counts  []uint32
	buckets []uint32
	lo, hi  []int64 // the last bucket of each level
	charged int
	room    reserve
	ownRoom reserve
}

// An autoOwner is what one bucket of the parent has so far.
type autoOwner struct {
	level   uint8
	keys    []int64  // at that level or a finer one, as they came
	buckets []uint32 // beside keys
	used    int      // keys of that level
	lo, hi  int64    // the least and the greatest of keys, if there are any
}

// autoOwnerBytes is what an owner holds without keys.
const autoOwnerBytes = 80

func (c *autoDateCollector) collect(docs, owners []uint32, buckets int) {
	if c.reader == nil || !c.ownRoom.grow(c.seg, buckets, autoOwnerBytes) {
		return
	}
	c.owners = grown(c.owners, buckets)
	docs, owners, nums := c.reader.read(docs, owners)
	c.buckets = sized(c.buckets, len(nums))
	owner, n := uint32(0), 0
	out := make([]uint32, 0, len(nums))
	for i, ms := range nums {
		if owners != nil {
			owner = owners[i]
		}
		b := c.bucket(owner, ms)
		if n > 0 && b == c.buckets[n-1] && docs[i] == out[n-1] {
			continue // another time of the document in the same bucket
		}
		c.buckets[n], out = b, append(out, docs[i])
		n++
	}
	total := len(c.pairs.keys)
	if !c.room.grow(c.seg, total, 4+12) {
		return
	}
	c.counts = grown(c.counts, total)
	for _, b := range c.buckets[:n] {
		c.counts[b]++
	}
	if now := c.keys.bytes() + c.pairs.bytes(); now > c.charged {
		c.seg.take(now - c.charged)
		c.charged = now
	}
	collectAll(c.subs, out, c.buckets[:n], total)
}

// bucket is the number of the bucket of a time, for which the owner's level may become coarser.
func (c *autoDateCollector) bucket(owner uint32, ms int64) uint32 {
	o := &c.owners[owner]
	key := c.floor(o.level, ms)
	before := len(c.pairs.keys)
	b := c.pairs.add(uint64(owner)<<32 | uint64(c.keys.add(uint64(key))))
	if len(c.pairs.keys) == before {
		return b
	}
	if len(o.keys) == 0 {
		o.lo, o.hi = key, key
	}
	o.lo, o.hi = min(o.lo, key), max(o.hi, key)
	o.keys, o.buckets, o.used = append(o.keys, key), append(o.buckets, b), o.used+1
	for c.spec.tooFine(o) {
		c.coarsen(owner)
	}
	return b
}

// coarsen takes an owner to its next level. The buckets of that level that its keys lie in are there from then on, so that what comes next does not count as new.
func (c *autoDateCollector) coarsen(owner uint32) {
	o := &c.owners[owner]
	o.level++
	all := c.distinct(o)
	o.used = len(all)
	for _, key := range all {
		before := len(c.pairs.keys)
		b := c.pairs.add(uint64(owner)<<32 | uint64(c.keys.add(uint64(key))))
		if len(c.pairs.keys) > before {
			o.keys, o.buckets = append(o.keys, key), append(o.buckets, b)
		}
	}
}

// tooFine says whether an owner needs a coarser level: it has too many buckets, or they lie too far apart. See AutoDateHistogramAggregator.increaseRoundingIfNeeded,
// https://github.com/elastic/elasticsearch/blob/8.19/modules/aggregations/src/main/java/org/elasticsearch/aggregations/bucket/histogram/AutoDateHistogramAggregator.java.
// When it comes decides how often a document with several dates is counted: times of it that lie in one bucket only when that becomes longer count each.
func (s *autoDateSpec) tooFine(o *autoOwner) bool {
	r := &s.choices[o.level]
	return int(o.level) < len(s.choices)-1 && (o.used > s.target*r.most() || uint64(o.hi)-uint64(o.lo) > uint64(s.target)*uint64(r.rough)*uint64(r.most()))
}

func (c *autoDateCollector) floor(level uint8, ms int64) int64 {
	if ms < c.lo[level] || ms >= c.hi[level] {
		c.lo[level], c.hi[level] = c.spec.choices[level].floor(ms), c.spec.choices[level].next(ms)
	}
	return c.lo[level]
}

// distinct are the owner's keys at its level, ascending.
func (c *autoDateCollector) distinct(o *autoOwner) []int64 {
	out := make([]int64, len(o.keys))
	for i, key := range o.keys {
		out[i] = c.floor(o.level, key)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (c *autoDateCollector) finish(owners []uint32) partial {
	p := &autoDates{spec: c.spec, show: c.show, starts: []uint32{0}, level: make([]uint8, len(owners))}
	var fine, to []uint32
	if c.seg.take(32 * len(c.pairs.keys)); c.seg.err != nil {
		return nil
	}
	for i, owner := range owners {
		if c.seg.stopped(i*16) || int(owner) >= len(c.owners) {
			p.starts = append(p.starts, uint32(len(p.keys)))
			continue
		}
		o := &c.owners[owner]
		keys, base := c.distinct(o), len(p.keys)
		p.level[i], p.keys, p.counts = o.level, append(p.keys, keys...), append(p.counts, make([]int64, len(keys))...)
		for j, b := range o.buckets {
			at, _ := slices.BinarySearch(keys, c.floor(o.level, o.keys[j]))
			fine, to = append(fine, b), append(to, uint32(base+at))
			p.counts[base+at] += int64(c.counts[b])
		}
		p.starts = append(p.starts, uint32(len(p.keys)))
	}
	subs := finishAll(c.subs, fine)
	if c.seg.err == nil {
		p.subs, c.seg.err = mergeAll(&merging{stop: c.seg.stop, budget: c.seg.budget}, [][]partial{subs}, [][]uint32{to}, len(p.keys))
	}
	return p
}
