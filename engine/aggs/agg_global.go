package aggs

import (
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// globalSpec is `global`: all documents of the indices, whatever the query.
type globalSpec struct{}

func parseGlobal(*options) spec { return &globalSpec{} }

func (s *globalSpec) typed(partial) string { return "global" }

func (s *globalSpec) validate(parents []*node, n *node) error {
	if len(parents) == 0 {
		return nil
	}
	return eserr.Shard("aggregation_execution_exception", "Aggregation [%s] cannot have a global sub-aggregation [%s]. "+
		"Global aggregations can only be defined as top level aggregations", parents[len(parents)-1].name, n.name)
}

func (s *globalSpec) list(_ *writer, _ *node, p partial, bucket int) *list {
	return singleList(p, bucket)
}

func (s *globalSpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	var filter dsl.Query
	if ix.Filter != nil {
		var err error
		if filter, err = dsl.Rewrite(ix.Filter, ix.Mapping, ix.Now); err != nil {
			return nil, err
		}
	}
	return func(seg *segmentState, _ bool) (collector, error) {
		c := &globalCollector{fixedCollector: fixedCollector{seg: seg, width: 1}}
		if filter != nil {
			var err error
			if c.filter, err = seg.filter(filter); err != nil {
				return nil, fmt.Errorf("filter of the alias for aggregation %s: %w", n.name, err)
			}
		}
		var err error
		c.subs, err = collectors(subs, seg, true)
		return c, err
	}, nil
}

// A globalCollector does not look at the documents that match, and goes through all live ones in the end.
type globalCollector struct {
	fixedCollector
	filter *roaring.Bitmap // of the alias; nil without
}

func (c *globalCollector) collect(_, _ []uint32, _ int) {}

func (c *globalCollector) finish(owners []uint32) partial {
	live := c.seg.view.Live()
	if c.filter != nil {
		live.And(c.filter)
	}
	buf := make([]uint32, maxBlock)
	for it := live.ManyIterator(); c.seg.err == nil; {
		n := it.NextMany(buf)
		if n == 0 || c.seg.stopped(0) {
			break
		}
		c.put(buf[:n], nil, 1)
	}
	return c.fixedCollector.finish(owners)
}
