package aggs

import (
	"fmt"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/segment"
)

// samplerSpec is `sampler` and `diversified_sampler`: the documents with the best scores of each index, of which so many at most may have the same value of a field.
// What is nested in it sees only those, and so is counted when all segments are merged (sample.go).
type samplerSpec struct {
	kind     string
	size     int     // of each index
	source   *source // of the values; nil for `sampler`
	perValue int
}

const defaultSample = 100

func parseSampler(o *options) spec {
	s := &samplerSpec{kind: o.agg, size: defaultSample}
	for _, m := range o.members {
		if m.key != "shard_size" || eserr.TokenName(m.value) != "VALUE_NUMBER" {
			o.fail(eserr.BadRequest(eserr.Parsing, "Unsupported property %q for aggregation \"%s", m.key, o.name))
		}
	}
	s.size = int(min(o.whole("shard_size", defaultSample), maxReserve))
	return s
}

func parseDiversified(o *options) spec {
	from := o.source()
	s := &samplerSpec{kind: o.agg, source: &from, size: int(min(o.whole("shard_size", defaultSample), maxReserve))}
	n := o.whole("max_docs_per_value", 1)
	if n < 0 {
		o.failed("max_docs_per_value", "[maxDocsPerValue] must be greater than or equal to 0. Found [%d] in [%s]", n, o.name)
	}
	s.perValue = int(min(n, maxReserve))
	switch hint := o.text("execution_hint"); hint {
	case "", "map", "bytes_hash", "global_ordinals":
	default:
		o.fail(eserr.Shard(eserr.IllegalArgument, "Unknown `execution_hint`: [%s], expected any of [map, bytes_hash, global_ordinals]", hint))
	}
	return s
}

func (s *samplerSpec) typed(partial) string { return "sampler" }

func (s *samplerSpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	var v *values
	if s.source != nil {
		var err error
		if v, err = s.source.bind(n, ix, anyKind); err != nil {
			return nil, err
		}
		if v == nil {
			return func(*segmentState, bool) (collector, error) { return nothingSampled{}, nil }, nil
		}
	}
	switch {
	case len(n.subs) == 0:
		return nil, eserr.Shard(eserr.IllegalArgument, "Sampler aggregation must be used with child aggregations.")
	case s.size <= 0:
		return nil, eserr.Shard(eserr.IllegalArgument, "numHits must be > 0; please use TotalHitCountCollectorManager if you just need the total hit count")
	}
	shard := &sampledIndex{samplerSpec: s}
	return func(seg *segmentState, single bool) (collector, error) {
		c := &sampleCollector{seg: seg, index: shard, single: single, order: seg.view.Numbers(segment.SeqNoField), score: func(uint32) (float32, error) { return 1, nil }}
		if ix.Scores != nil {
			c.score = ix.Scores(seg.view)
		}
		if v != nil {
			c.slots = openSlots(v, seg, nil, false)
			c.text = v.show.isText()
		}
		var err error
		c.subs, err = collectors(subs, seg, single)
		return c, err
	}, nil
}

// list is printed without what is nested where no index has the field to diversify by.
func (s *samplerSpec) list(w *writer, _ *node, p partial, bucket int) *list {
	if sample, ok := p.(*sampled); ok {
		f, err := sample.resolve(&merging{stop: w.stop, budget: w.budget, last: true})
		if err != nil {
			w.fail(err)
			return nil
		}
		p = f
	}
	l := singleList(p, bucket)
	if _, unmapped := p.(nothingSampled); unmapped {
		l.rows[0].scope = &scope{}
	}
	return l
}

// A sampledIndex tells the segments of one index from those of another: each is sampled by itself.
type sampledIndex struct{ *samplerSpec }

// A candidate is a document that may be in a sample.
type candidate struct {
	score float32
	order int64 // among equal scores the least is first: documents as they were written
	doc   uint32
	slot  uint32 // of its value in the segment; none without one
	key   string // of its value in all segments
	haul  int    // of the segment, where several are together
}

const candidateBytes = 48

// A sampleCollector keeps the best documents of each owner of one segment.
type sampleCollector struct {
	seg    *segmentState
	index  *sampledIndex
	single bool
	order  *segment.Numbers // nil orders by place in the segment
	score  func(uint32) (float32, error)
	slots  slots // nil where there are no values
	text   bool
	subs   []collector

	found []leaders
	zeros []uint32
	keys  []uint32
	room  reserve
}

// leaders are the candidates of one owner; floor is a score that one must not be below.
type leaders struct {
	list  []candidate
	floor float32
	full  bool
}

func (c *sampleCollector) collect(docs, owners []uint32, buckets int) {
	if !c.room.grow(c.seg, buckets, 40) {
		return
	}
	c.found = grown(c.found, buckets)
	if owners == nil {
		c.zeros = grown(c.zeros, len(docs))
		owners = c.zeros[:len(docs)]
	}
	keys, err := c.valuesOf(docs, owners)
	for i, doc := range docs {
		if err != nil || c.seg.err != nil {
			break
		}
		var score float32
		if score, err = c.score(doc); err == nil {
			c.add(owners[i], candidate{score: score, doc: doc, slot: keys[i]})
		}
	}
	c.seg.err = firstError(c.seg.err, err)
}

// valuesOf are the slots of the documents' values.
func (c *sampleCollector) valuesOf(docs, owners []uint32) ([]uint32, error) {
	c.keys = sized(c.keys, len(docs))
	for i := range c.keys {
		c.keys[i] = none
	}
	if c.slots == nil {
		return c.keys, nil
	}
	d, o, s := c.slots.read(docs, owners)
	for i, j := 0, 0; j < len(d); i++ {
		for ; j < len(d) && d[j] == docs[i] && o[j] == owners[i]; j++ {
			if c.keys[i] != none {
				return nil, eserr.Shard(eserr.IllegalArgument, "Sample diversifying key must be a single valued-field")
			}
			c.keys[i] = s[j]
		}
	}
	return c.keys, nil
}

// add keeps a candidate; from time to time what cannot be in the sample is dropped.
func (c *sampleCollector) add(owner uint32, x candidate) {
	f := &c.found[owner]
	if f.full && x.score < f.floor {
		return
	}
	if x.order = int64(x.doc); c.order != nil {
		x.order, _ = c.order.Value(x.doc)
	}
	if len(f.list) == cap(f.list) {
		next := enlarged(cap(f.list), max(16, cap(f.list)+1))
		c.seg.take((next - cap(f.list)) * candidateBytes)
		f.list = append(make([]candidate, 0, next), f.list...)
	}
	if f.list = append(f.list, x); len(f.list) >= 2*c.index.size && len(f.list) >= 64 {
		c.prune(f)
	}
}

func (c *sampleCollector) prune(f *leaders) {
	f.list = c.index.choose(f.list, func(x *candidate) any { return x.slot })
	if len(f.list) == c.index.size {
		f.full, f.floor = true, f.list[len(f.list)-1].score
	}
}

// finish keeps the collectors of what is nested, which see the sample when it is known.
func (c *sampleCollector) finish(owners []uint32) partial {
	c.seg.take(32 * len(owners))
	p := &haul{collector: c, found: make([][]candidate, len(owners)), to: make([]uint32, len(owners))}
	for i, owner := range owners {
		p.to[i] = uint32(i)
		if int(owner) >= len(c.found) {
			continue
		}
		f := &c.found[owner]
		c.prune(f)
		for j := range f.list {
			f.list[j].key = c.keyOf(f.list[j].slot)
			c.seg.take(len(f.list[j].key))
		}
		p.found[i] = f.list
	}
	return &sampled{hauls: []*haul{p}, buckets: len(owners)}
}

// keyOf is the value of a slot as the other segments have it too; empty where there is none.
func (c *sampleCollector) keyOf(slot uint32) string {
	switch {
	case slot == none:
		return ""
	case c.text:
		return "t" + c.slots.text(slot)
	}
	return fmt.Sprint(c.slots.num(slot))
}
