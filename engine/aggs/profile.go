package aggs

import (
	"sync/atomic"
	"time"
)

// Times measure the aggregations of a profiled search in one index, of all segments together. A nil *Times measures nothing.
type Times struct{ nodes []*nodeTimes }

// nodeTimes are those of one aggregation; collecting holds that of the aggregations below it. Times are nanoseconds.
type nodeTimes struct {
	kind, name                                   string
	collected, collects, opened, opens, built, n atomic.Int64
	surviving                                    atomic.Int64 // buckets of auto_date_histogram
	children                                     []*nodeTimes
}

// BindTimed is Bind for a profiled search.
func (t *Tree) BindTimed(ix Index) (*Bound, *Times, error) {
	if t == nil {
		return nil, nil, nil
	}
	times := &Times{}
	ix.times = &times.nodes
	nodes, err := bindAll(t.nodes, &ix)
	if err != nil {
		return nil, nil, err
	}
	return &Bound{tree: t, index: ix, nodes: nodes}, times, nil
}

// timed wraps a binding, so that its collectors are measured.
func (t *nodeTimes) timed(bind binding) binding {
	if bind == nil {
		return nil
	}
	return func(s *segmentState, single bool) (collector, error) {
		since := time.Now()
		c, err := bind(s, single)
		t.opened.Add(int64(time.Since(since)))
		t.opens.Add(1)
		if c == nil || err != nil {
			return nil, err
		}
		return &timedCollector{c, t}, nil
	}
}

type timedCollector struct {
	collector
	times *nodeTimes
}

func (c *timedCollector) collect(docs, owners []uint32, buckets int) {
	since := time.Now()
	c.collector.collect(docs, owners, buckets)
	c.times.collected.Add(int64(time.Since(since)))
	c.times.collects.Add(int64(len(docs)))
}

func (c *timedCollector) collectWhole() bool {
	w, ok := c.collector.(wholeCollector)
	if !ok {
		return false
	}
	since := time.Now()
	counted := w.collectWhole()
	c.times.collected.Add(int64(time.Since(since)))
	return counted
}

func (c *timedCollector) finish(owners []uint32) partial {
	since := time.Now()
	p := c.collector.finish(owners)
	c.times.built.Add(int64(time.Since(since)))
	c.times.n.Add(1)
	if dates, ok := p.(*autoDates); ok {
		c.times.surviving.Add(int64(len(dates.keys)))
	}
	return p
}

// Answer lists the aggregations as the profile of a search shows them.
func (t *Times) Answer() []any {
	if t == nil {
		return []any{}
	}
	return timesOf(t.nodes)
}

func timesOf(all []*nodeTimes) []any {
	out := []any{}
	for _, t := range all {
		entry := map[string]any{"type": aggregatorName(t.kind), "description": t.name, "time_in_nanos": t.collected.Load() + t.opened.Load() + t.built.Load(),
			"breakdown": map[string]int64{"collect": t.collected.Load(), "collect_count": t.collects.Load(), "build_leaf_collector": t.opened.Load(), "build_leaf_collector_count": t.opens.Load(),
				"build_aggregation": t.built.Load(), "build_aggregation_count": t.n.Load(), "initialize": 0, "initialize_count": 0, "post_collection": 0, "post_collection_count": 0, "reduce": 0, "reduce_count": 0},
			"debug": map[string]int64{}}
		if t.kind == "auto_date_histogram" {
			entry["debug"] = map[string]int64{"surviving_buckets": t.surviving.Load()}
		}
		if len(t.children) > 0 {
			entry["children"] = timesOf(t.children)
		}
		out = append(out, entry)
	}
	return out
}

// aggregatorName is that of Elasticsearch's class, where there is one for the kind whatever the field is.
func aggregatorName(kind string) string {
	if kind == "auto_date_histogram" {
		return "AutoDateHistogramAggregator.FromSingle"
	}
	out, upper := []byte{}, true
	for _, b := range []byte(kind) {
		switch {
		case b == '_':
			upper = true
		case upper:
			out, upper = append(out, b-'a'+'A'), false
		default:
			out = append(out, b)
		}
	}
	return string(out) + "Aggregator"
}
