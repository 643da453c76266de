package aggs

// A wholeCollector can count all documents of a segment, none of which is deleted, without looking at each: a dictionary knows how many documents have a term, and
// a column its sum.
type wholeCollector interface {
	// collectWhole reports whether it has counted; else nothing was done.
	collectWhole() bool
}

// CollectWhole counts all documents of the segment. It is for a segment without deleted documents of which all match, and then called instead of Collect.
func (c *Collector) CollectWhole() {
	if c == nil {
		return
	}
	var left []collector
	for _, n := range c.nodes {
		if n == nil || c.state.err != nil {
			continue
		}
		if w, ok := n.(wholeCollector); !ok || !w.collectWhole() {
			left = append(left, n)
		}
	}
	if len(left) == 0 {
		return
	}
	block := make([]uint32, 0, maxBlock)
	for doc, end := uint32(0), uint32(c.state.view.NumDocs()); doc < end && !c.state.stopped(int(doc)); {
		block = block[:0]
		for ; doc < end && len(block) < maxBlock; doc++ {
			block = append(block, doc)
		}
		collectAll(left, block, nil, 1)
	}
}

// wholeSlots are slots that know how many documents of the segment each has.
type wholeSlots interface {
	// countWhole calls add for each slot that has documents; it returns false if it does not know.
	countWhole(add func(slot uint32, docs int)) bool
}

func (c *keyedCollector) collectWhole() bool {
	slots, ok := c.slots.(wholeSlots)
	if !ok || !c.single || len(c.subs) > 0 {
		return false
	}
	counted := slots.countWhole(func(slot uint32, docs int) {
		if c.room.grow(c.seg, int(slot)+1, 4) {
			c.counts = grown(c.counts, int(slot)+1)
			c.counts[slot] += uint32(docs)
		}
	})
	if counted && c.seg.err == nil && c.room.grow(c.seg, c.slots.count(), 4) {
		c.counts = grown(c.counts, c.slots.count())
		c.charge()
	}
	return counted
}

// countWhole implements wholeSlots by the dictionary.
func (t *termSlots) countWhole(add func(uint32, int)) bool {
	if t.col == nil || t.fill {
		return false
	}
	for slot := uint32(t.terms); slot > 0; slot-- { // the greatest first, so that counts grow once
		if t.allowed(slot - 1) {
			add(slot-1, t.col.DocFreq(slot-1))
		}
	}
	return true
}

// countWhole implements wholeSlots for keys that ascend with the documents, as times do: it looks for where each key ends.
func (n *numberSlots) countWhole(add func(uint32, int)) bool {
	col := n.numberReader.col
	if col == nil || n.key == nil || n.accept != nil || n.nanos || !col.Ascending() {
		return false
	}
	if _, drops := n.key(nil); drops { // what is left out below and above has the same key, so keys do not ascend
		return false
	}
	var one [1]int64
	keyAt := func(doc int) int64 {
		one[0], _ = col.Value(uint32(doc))
		n.key(one[:])
		return one[0]
	}
	docs := int(col.Docs().GetCardinality())
	for from := 0; from < docs; {
		key := keyAt(from)
		to := endOfRun(from, docs, func(doc int) bool { return keyAt(doc) == key })
		add(n.seen.add(uint64(key)), to-from)
		from = to
	}
	return true
}

// endOfRun is the first place behind from for which same does not hold, or end. It looks in steps that double, and then between the last two.
func endOfRun(from, end int, same func(int) bool) int {
	step := 1
	for from+step < end && same(from+step) {
		from += step
		step *= 2
	}
	lo, hi := from, min(from+step, end) // same holds at lo, and not at hi
	for lo+1 < hi {
		if mid := (lo + hi) / 2; same(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

func (c *statsCollector) collectWhole() bool {
	r := c.reader
	if r.col == nil || r.fill || r.nanos || r.double || r.unsigned || c.parts.squares {
		return false
	}
	sum, ok := r.col.Sum()
	if c.parts.sum && !ok || !c.room.grow(c.seg, 1, c.parts.bytes()) {
		return false
	}
	c.grow(1)
	c.whole = nil // what is counted here is all
	if c.parts.count {
		c.counts[0] = int64(r.col.ValueCount())
	}
	if c.parts.sum {
		c.sums[0] = float64(sum)
	}
	if c.parts.min {
		c.mins[0] = float64(r.col.Min())
	}
	if c.parts.max {
		c.maxs[0] = float64(r.col.Max())
	}
	return true
}

func (c *termCounter) collectWhole() bool {
	if c.reader.col == nil || c.reader.fill || !c.reader.col.Single() {
		return false
	}
	if !c.room.grow(c.seg, 1, 8) {
		return false
	}
	c.counts = grown(c.counts, 1)
	c.counts[0] = int64(c.reader.col.Docs().GetCardinality())
	return true
}

func (c *distinctTerms) collectWhole() bool {
	if c.reader.col == nil || c.reader.fill || c.seen == nil {
		return false
	}
	for ord := range uint32(c.reader.terms) {
		c.seen[ord/64] |= 1 << (ord % 64)
	}
	return true
}

var _ = []wholeCollector{(*keyedCollector)(nil), (*statsCollector)(nil), (*termCounter)(nil), (*distinctTerms)(nil)}
