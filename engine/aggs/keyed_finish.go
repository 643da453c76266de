package aggs

import "slices"

// finish puts the buckets of each owner in the order of their keys.
func (c *keyedCollector) finish(owners []uint32) partial {
	p := &keyed{name: c.name, show: c.show, doubles: c.doubles, sources: c.sources, starts: make([]uint32, 1, len(owners)+1)}
	if c.all && !c.room.grow(c.seg, len(owners)*c.slots.count(), 24) {
		return nil
	}
	slotsOf, buckets := c.entries(p, owners)
	if c.seg.take(keyedBytes * len(buckets)); c.seg.err != nil {
		return nil
	}
	p.counts = make([]int64, len(buckets))
	for i, b := range buckets {
		if b != none {
			p.counts[i] = int64(c.counts[b])
		}
	}
	c.keys(p, slotsOf)
	if p.subs = finishAll(c.subs, buckets); c.ranking != nil && c.seg.err == nil {
		c.seg.take(16 * min(len(buckets), 2*c.ranking.size))
		p.rank(c.ranking)
	}
	return p
}

// entries lists the slots and buckets of the partial's entries, and where those of each owner begin.
func (c *keyedCollector) entries(p *keyed, owners []uint32) (slotsOf, buckets []uint32) {
	if c.single && !c.all && c.slots.ordered() && len(owners) == 1 && owners[0] == 0 {
		used := c.used()
		p.starts = append(p.starts, uint32(len(used)))
		return used, used
	}
	c.seg.take(24 * len(c.pairs.keys)) // below, and in groups
	if !c.slots.ordered() {
		c.seg.take(24 * c.slots.count())
	}
	if c.seg.err != nil {
		return nil, nil
	}
	places := rank(c.slots)
	slotAt := invert(places)
	for _, g := range c.group(owners, places) {
		if c.all {
			slotsOf, buckets = c.list(g, slotAt, slotsOf, buckets)
		} else {
			for _, packed := range g {
				slotsOf, buckets = append(slotsOf, place(slotAt, uint32(packed>>32))), append(buckets, uint32(packed))
			}
		}
		p.starts = append(p.starts, uint32(len(buckets)))
	}
	return slotsOf, buckets
}

// used lists the slots that have documents.
func (c *keyedCollector) used() []uint32 {
	n := 0
	for _, count := range c.counts {
		if count > 0 {
			n++
		}
	}
	c.seg.take(4 * n)
	out := make([]uint32, 0, n)
	for slot, count := range c.counts {
		if count > 0 {
			out = append(out, uint32(slot))
		}
	}
	return out
}

// group returns for each of the owners its buckets, as place of the key<<32 | bucket, ascending.
func (c *keyedCollector) group(owners, places []uint32) [][]uint64 {
	groups := make([][]uint64, len(owners))
	if c.single {
		var g []uint64
		for slot, count := range c.counts {
			if count > 0 {
				g = append(g, uint64(place(places, uint32(slot)))<<32|uint64(slot))
			}
		}
		slices.Sort(g)
		for i, owner := range owners {
			if owner == 0 {
				groups[i] = g
			}
		}
		return groups
	}
	sizes := make([]uint32, 0)
	for _, key := range c.pairs.keys {
		sizes = grown(sizes, int(key>>32)+1)
		sizes[key>>32]++
	}
	byOwner := make([][]uint64, len(sizes))
	all := make([]uint64, len(c.pairs.keys))
	for owner, n := range sizes {
		byOwner[owner], all = all[:0:n], all[n:]
	}
	for bucket, key := range c.pairs.keys {
		owner := key >> 32
		byOwner[owner] = append(byOwner[owner], uint64(place(places, uint32(key)))<<32|uint64(bucket))
	}
	for i, owner := range owners {
		if c.seg.stopped(i * 16) {
			break
		}
		if int(owner) < len(byOwner) {
			slices.Sort(byOwner[owner])
			groups[i] = byOwner[owner]
		}
	}
	return groups
}

// list adds a group's buckets, and none for each other key that is allowed.
func (c *keyedCollector) list(g []uint64, slotAt, slotsOf, buckets []uint32) ([]uint32, []uint32) {
	for p := range uint32(c.slots.count()) {
		slot := place(slotAt, p)
		switch {
		case len(g) > 0 && uint32(g[0]>>32) == p:
			slotsOf, buckets = append(slotsOf, slot), append(buckets, uint32(g[0]))
			g = g[1:]
		case c.slots.allowed(slot):
			slotsOf, buckets = append(slotsOf, slot), append(buckets, none)
		}
	}
	return slotsOf, buckets
}

// keys copies the keys of the slots, a term that several owners have once. Of terms that are ranked few are shown, so that their texts are looked up when it is known which.
func (c *keyedCollector) keys(p *keyed, slotsOf []uint32) {
	if !c.show.isText() {
		p.nums = make([]int64, len(slotsOf))
		for i, s := range slotsOf {
			p.nums[i] = c.slots.num(s)
		}
		return
	}
	t, ok := c.slots.(*termSlots)
	if !ok {
		p.texts = make([]string, len(slotsOf))
		for i, s := range slotsOf {
			p.texts[i] = c.slots.text(s)
			c.seg.take(16 + len(p.texts[i]))
		}
		return
	}
	if c.ranking != nil {
		l := t.lexicon // without the reader's buffers
		p.lexicon, p.ords = &l, slotsOf
		return
	}
	distinct := slices.Clone(slotsOf)
	slices.Sort(distinct)
	distinct = slices.Compact(distinct)
	texts, err := t.copies(distinct, func(n int) error { c.seg.take(n); return c.seg.err })
	if err != nil {
		return
	}
	p.texts = make([]string, len(slotsOf))
	same := len(distinct) == len(slotsOf)
	for i, s := range slotsOf {
		j := i
		if !same || distinct[i] != s {
			j, _ = slices.BinarySearch(distinct, s)
		}
		p.texts[i] = texts[j]
	}
}

// place looks up the place of a slot in the order of keys, or the slot at a place; nil is the identity.
func place(places []uint32, slot uint32) uint32 {
	if places == nil {
		return slot
	}
	return places[slot]
}

// invert turns the place of each slot into the slot at each place.
func invert(places []uint32) []uint32 {
	if places == nil {
		return nil
	}
	out := make([]uint32, len(places))
	for slot, p := range places {
		out[p] = uint32(slot)
	}
	return out
}
