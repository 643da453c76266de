package aggs

import (
	"fmt"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/segment"
)

// An Index is what an aggregation needs to know of one index.
type Index struct {
	Name    string
	Mapping *mapping.Mapping
	// Now is the time of the request, for date math.
	Now time.Time
	// Hits makes top_hits; nil refuses that aggregation.
	Hits Hits
	// Scores makes the function that tells the score of each document of a segment, best asked in ascending order; nil is that all have the same.
	Scores func(v segment.View) func(doc uint32) (float32, error)
	// Filter is the filter of the alias that the request came by, or nil; `global` keeps to it where it ignores the query.
	Filter dsl.Query
	times  *[]*nodeTimes // of a profiled search; nil measures nothing
}

// A Bound is a Tree read against one index. It is immutable and may be used by many segments at once.
type Bound struct {
	tree  *Tree
	index Index
	nodes []binding
}

// A binding is one aggregation read against one index: it makes the collector of each segment. single says that the only owner is 0, so that owners are
// nil. A nil collector stands for an aggregation that has nothing to count, such as one of a field that is not mapped.
type binding func(s *segmentState, single bool) (collector, error)

// A collector counts for one aggregation in one segment. One goroutine uses it.
type collector interface {
	// collect takes ascending documents and the bucket of the parent that each belongs to (nil: all 0), of which there are buckets so far.
	// A document occurs once for each of its owners. The slices belong to the caller and change after the call.
	collect(docs, owners []uint32, buckets int)
	// finish detaches what was counted: the partial's bucket i is the parent's bucket owners[i]. It is called once.
	finish(owners []uint32) partial
}

// segmentState is what the collectors of one segment share.
type segmentState struct {
	view   segment.View
	filter func(dsl.Query) (*roaring.Bitmap, error)
	budget *Budget
	err    error
	stop   stop
}

// stopped reports whether the collection has to end, at every 4,096th step.
func (s *segmentState) stopped(step int) bool {
	if s.err == nil {
		s.err = s.stop.at(step)
	}
	return s.err != nil
}

// take claims bytes of the budget. What fails is remembered, and ends the collection at the next block.
func (s *segmentState) take(bytes int) {
	if s.err == nil && bytes > 0 {
		s.err = s.budget.take(int64(bytes))
	}
}

// Bind reads the tree against one index, and refuses what that index cannot answer. A nil tree gives a nil Bound.
func (t *Tree) Bind(ix Index) (*Bound, error) {
	if t == nil {
		return nil, nil
	}
	nodes, err := bindAll(t.nodes, &ix)
	if err != nil {
		return nil, err
	}
	return &Bound{tree: t, index: ix, nodes: nodes}, nil
}

func (n *node) bind(ix *Index, subs []binding) (binding, error) {
	if n.refusal != nil {
		return nil, n.refusal
	}
	return n.spec.bind(n, ix, subs)
}

func bindAll(nodes []*node, ix *Index) ([]binding, error) {
	out := make([]binding, len(nodes))
	for i, n := range nodes {
		below, own := *ix, &nodeTimes{kind: n.kind, name: n.name}
		if ix.times != nil {
			below.times = &own.children
			*ix.times = append(*ix.times, own)
		}
		subs, err := bindAll(n.subs, &below)
		if err != nil {
			if _, own := n.bind(ix, make([]binding, len(n.subs))); own != nil {
				return nil, own // an aggregation is refused before those nested in it
			}
			return nil, err
		}
		if out[i], err = n.bind(ix, subs); err != nil {
			return nil, err
		}
		if ix.times != nil {
			out[i] = own.timed(out[i])
		}
	}
	return out, nil
}

// Segment makes the collector of one segment. filter answers the documents of the segment that a query matches, deleted ones or not; it is called here only.
func (b *Bound) Segment(v segment.View, filter func(dsl.Query) (*roaring.Bitmap, error), budget *Budget) (*Collector, error) {
	if b == nil {
		return nil, nil
	}
	c := &Collector{state: &segmentState{view: v, filter: filter, budget: budget}, now: b.index.Now}
	var err error
	c.nodes, err = collectors(b.nodes, c.state, true)
	return c, err
}

// Empty is the partial of an index without a segment. It counts nothing, but knows the kinds and formats of the fields.
func (b *Bound) Empty() (*Partial, error) {
	if b == nil {
		return nil, nil
	}
	seg, err := segment.Build(nil)
	if err != nil {
		return nil, fmt.Errorf("aggregations of index %s: %w", b.index.Name, err)
	}
	nothing := func(dsl.Query) (*roaring.Bitmap, error) { return roaring.New(), nil }
	c, err := b.Segment(segment.View{Segment: seg}, nothing, nil)
	if err != nil {
		return nil, err
	}
	return c.Finish(), nil
}

// collectors makes the collectors of some bindings; those without anything to count are nil.
func collectors(bindings []binding, s *segmentState, single bool) ([]collector, error) {
	out := make([]collector, len(bindings))
	for i, bind := range bindings {
		if bind == nil {
			continue
		}
		c, err := bind(s, single)
		if err != nil {
			return nil, err
		}
		out[i] = c
	}
	return out, s.err
}

// maxBlock is the number of documents that the collectors see at once, so that a block stays in the processor's cache.
const maxBlock = 4096

// A Collector counts the matching documents of one segment. One goroutine uses it. A nil *Collector counts nothing.
type Collector struct {
	state *segmentState
	nodes []collector
	now   time.Time
}

// Collect counts live documents, which ascend over all calls. The slice stays the caller's. After an error (Err) it does nothing.
func (c *Collector) Collect(docs []uint32) {
	if c == nil {
		return
	}
	for block := range slices.Chunk(docs, maxBlock) {
		if c.state.err != nil {
			return
		}
		collectAll(c.nodes, block, nil, 1)
	}
}

// Until has the collector end soon after stop has an error, which is then that of the Partial.
func (c *Collector) Until(stop func() error) {
	if c != nil {
		c.state.stop = stop
	}
}

// Err tells why the collection had to end early, such as a budget that is used up. Result reports it too.
func (c *Collector) Err() error {
	if c == nil {
		return nil
	}
	return c.state.err
}

// Finish returns what was counted; the collector is of no use afterwards.
func (c *Collector) Finish() *Partial {
	if c == nil {
		return nil
	}
	p := &Partial{now: c.now, err: c.state.err}
	if p.err == nil {
		p.nodes = finishAll(c.nodes, []uint32{0})
		p.err = c.state.err
	}
	return p
}

func collectAll(nodes []collector, docs, owners []uint32, buckets int) {
	if len(docs) == 0 {
		return
	}
	for _, n := range nodes {
		if n != nil {
			n.collect(docs, owners, buckets)
		}
	}
}

func finishAll(nodes []collector, owners []uint32) []partial {
	out := make([]partial, len(nodes))
	for i, n := range nodes {
		if n != nil {
			out[i] = n.finish(owners)
		}
	}
	return out
}
