package aggs

import (
	"slices"
	"sort"

	"github.com/vedette-siem/vedette/storage/document"
)

// A compositeCollector counts combinations of slots. They are numbered source by source: a prefix of a combination is the number of the prefix before it,
// with one slot more. There is one owner, as composites stand at the top or below filters.
type compositeCollector struct {
	seg     *segmentState
	name    string
	spec    *compositeSpec
	sources []boundSource
	slots   []slots // nil where the segment has none
	keep    func(slot uint32) bool
	steps   []table // prefix<<32 | slot (none for null)
	subs    []collector

	counts       []uint32
	zeros        []uint32
	docs, owners [2][]uint32 // for steps, in turns
	charged      int
	room         reserve
}

func newCompositeCollector(seg *segmentState, name string, spec *compositeSpec, sources []boundSource) *compositeCollector {
	c := &compositeCollector{seg: seg, name: name, spec: spec, sources: sources, steps: make([]table, len(sources)), slots: make([]slots, len(sources))}
	for i := range sources {
		c.slots[i] = sources[i].open(seg)
	}
	if spec.after != nil && c.slots[0] != nil && !sources[0].after.null && sources[0].values != nil {
		c.keep = sources[0].notBefore(c.slots[0])
	}
	return c
}

// notBefore tells which slots of the first source can be on the page: not those before its `after`.
func (b *boundSource) notBefore(s slots) func(uint32) bool {
	if b.after.text == nil {
		after := b.after.num
		if b.desc {
			return func(slot uint32) bool { return s.num(slot) <= after }
		}
		return func(slot uint32) bool { return s.num(slot) >= after }
	}
	after := string(b.after.text)
	lo := uint32(sort.Search(s.count(), func(i int) bool { return s.text(uint32(i)) >= after }))
	if b.desc {
		hi := uint32(sort.Search(s.count(), func(i int) bool { return s.text(uint32(i)) > after }))
		return func(slot uint32) bool { return slot < hi }
	}
	return func(slot uint32) bool { return slot >= lo }
}

func (c *compositeCollector) collect(docs, _ []uint32, _ int) {
	c.zeros = grown(c.zeros, len(docs))
	owners := c.zeros[:len(docs)]
	for i := range c.sources {
		docs, owners = c.step(i, docs, owners)
		if len(docs) == 0 {
			return
		}
		c.charge() // before the next source multiplies the combinations
		if c.seg.err != nil {
			return
		}
	}
	n := len(c.steps[len(c.steps)-1].keys)
	if !c.room.grow(c.seg, n, 4) {
		return
	}
	c.counts = grown(c.counts, n)
	for _, b := range owners {
		c.counts[b]++
	}
	collectAll(c.subs, docs, owners, n)
}

// step adds one source to the combinations of a block: owners are the numbers of prefixes, before and after.
func (c *compositeCollector) step(i int, docs, owners []uint32) ([]uint32, []uint32) {
	var d, o, s []uint32
	if c.slots[i] != nil {
		d, o, s = c.slots[i].read(docs, owners)
	}
	outDocs, outOwners := c.docs[i%2][:0], c.owners[i%2][:0]
	defer func() { c.docs[i%2], c.owners[i%2] = outDocs, outOwners }()
	last, number := ^uint64(0), uint32(0)
	add := func(doc, owner, slot uint32) {
		if key := uint64(owner)<<32 | uint64(slot); key != last {
			last, number = key, c.steps[i].add(key)
		}
		outDocs, outOwners = append(outDocs, doc), append(outOwners, number)
	}
	keep := c.keeper(i)
	if !c.sources[i].missing {
		for j, slot := range s {
			if keep == nil || keep(slot) {
				add(d[j], o[j], slot)
			}
		}
		return outDocs, outOwners
	}
	j := 0
	for n, doc := range docs {
		if j >= len(d) || d[j] != doc || o[j] != owners[n] {
			add(doc, owners[n], none)
			continue
		}
		for ; j < len(d) && d[j] == doc && o[j] == owners[n]; j++ {
			if keep == nil || keep(s[j]) {
				add(doc, owners[n], s[j])
			}
		}
	}
	return outDocs, outOwners
}

// keeper tells which slots of a source may be in a combination; nil keeps all. A place beyond the bounds is in none, but its document is not without a value either.
func (c *compositeCollector) keeper(i int) func(slot uint32) bool {
	inPage := c.keep
	if i > 0 {
		inPage = nil
	}
	if c.sources[i].within == nil {
		return inPage
	}
	return func(slot uint32) bool { return c.slots[i].num(slot) != noCell && (inPage == nil || inPage(slot)) }
}

func (c *compositeCollector) charge() {
	now := 0
	for i := range c.steps {
		now += c.steps[i].bytes()
		if c.slots[i] != nil {
			now += c.slots[i].bytes()
		}
	}
	if now > c.charged {
		c.seg.take(now - c.charged)
		c.charged = now
	}
}

// finish keeps the first combinations after `after`. No segment needs more: what is on the page is among the first of each segment that has it.
func (c *compositeCollector) finish(owners []uint32) partial {
	p := &keyed{name: c.name, show: &display{kind: document.Keyword}, limit: c.spec.size, starts: []uint32{0}, sources: make([]*display, len(c.sources))}
	for i := range c.sources {
		p.sources[i] = c.sources[i].show()
	}
	if c.reserve(); c.seg.err != nil {
		return nil
	}
	var page []uint32
	for _, owner := range owners {
		if owner == 0 {
			page = c.page()
			for _, b := range page {
				key := string(c.key(b))
				if c.seg.take(keyedBytes + len(key)); c.seg.err != nil {
					return nil
				}
				p.texts, p.counts = append(p.texts, key), append(p.counts, int64(c.counts[b]))
			}
		}
		p.starts = append(p.starts, uint32(len(p.counts)))
	}
	p.subs = finishAll(c.subs, page)
	return p
}

// reserve claims what page needs: a place and the codes of each combination, and the order of each source's slots.
func (c *compositeCollector) reserve() {
	c.seg.take(4 * len(c.counts) * (1 + len(c.sources)))
	for _, s := range c.slots {
		if s != nil && !s.ordered() {
			c.seg.take(8 * s.count())
		}
	}
}

// page returns the combinations of the page in its order.
func (c *compositeCollector) page() []uint32 {
	n, width := len(c.counts), len(c.sources)
	codes := c.codes()
	order := make([]uint32, n)
	for i := range order {
		order[i] = uint32(i)
	}
	steps := 0
	slices.SortFunc(order, func(a, b uint32) int {
		if steps++; c.seg.stopped(steps) {
			return 0 // nobody needs the order any more, and equal ones are sorted at once
		}
		return slices.Compare(codes[int(a)*width:int(a)*width+width], codes[int(b)*width:int(b)*width+width])
	})
	if c.spec.after != nil {
		var after []byte
		for i := range c.sources {
			if after = c.sources[i].append(after, c.sources[i].after); c.sources[i].after.between {
				after = append(after, 0xff)
				break
			}
		}
		order = order[sort.Search(n, func(i int) bool { return string(c.key(order[i])) > string(after) }):]
	}
	return order[:min(len(order), c.spec.size)]
}

// codes are numbers for the parts of each combination that compare as the parts do.
func (c *compositeCollector) codes() []uint32 {
	width := len(c.sources)
	codes := make([]uint32, len(c.counts)*width)
	for i := range c.sources {
		var places []uint32
		count := uint32(0)
		if c.slots[i] != nil {
			places, count = rank(c.slots[i]), uint32(c.slots[i].count())
		}
		for b := range c.counts {
			slot := c.slot(i, uint32(b))
			code := &codes[b*width+i]
			switch {
			case slot == none && c.sources[i].nullsLast:
				*code = none
			case slot == none:
				*code = 0
			case c.sources[i].desc:
				*code = count - place(places, slot)
			default:
				*code = place(places, slot) + 1
			}
		}
	}
	return codes
}

// slot is the slot of source i in a combination.
func (c *compositeCollector) slot(i int, bucket uint32) uint32 {
	for j := len(c.steps) - 1; j > i; j-- {
		bucket = uint32(c.steps[j].keys[bucket] >> 32)
	}
	return uint32(c.steps[i].keys[bucket])
}

// key is a combination as bytes.
func (c *compositeCollector) key(bucket uint32) []byte {
	var key []byte
	for i := range c.sources {
		p := part{null: true}
		if slot := c.slot(i, bucket); slot != none {
			if c.sources[i].values.show.isText() {
				p = part{text: append([]byte{}, c.slots[i].text(slot)...)}
			} else {
				p = part{num: c.slots[i].num(slot)}
			}
		}
		key = c.sources[i].append(key, p)
	}
	return key
}
