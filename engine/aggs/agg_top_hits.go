package aggs

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// topHitsSpec is `top_hits`: the best documents of each bucket. What is in its body is read by Hits.
type topHitsSpec struct{ body json.RawMessage }

func parseTopHits(o *options) spec {
	for _, m := range o.members {
		o.ignore(m.key)
	}
	if o.get("script_fields") != nil {
		o.fail(eserr.Illegal("[script_fields] of aggregation [%s] is not supported: this server runs no scripts", o.name))
	}
	return &topHitsSpec{body: o.raw}
}

func (s *topHitsSpec) typed(partial) string { return "top_hits" }

func (s *topHitsSpec) bind(n *node, ix *Index, _ []binding) (binding, error) {
	if ix.Hits == nil {
		return nil, eserr.Illegal("aggregation type [top_hits] of [%s] is not supported here", n.name)
	}
	hits, err := ix.Hits.New(s.body, ix.Name, ix.Mapping)
	if err != nil {
		if e := (*eserr.Error)(nil); errors.As(err, &e) {
			e.Reason = strings.Replace(e.Reason, "top hits aggregator's", "top hits aggregator ["+n.name+"]'s", 1)
		}
		return nil, err
	}
	return func(seg *segmentState, _ bool) (collector, error) {
		if seg.view.NumDocs() == 0 {
			return nil, nil
		}
		return &hitsCollector{seg: seg, hits: hits.Collector(seg.view)}, nil
	}, nil
}

func (s *topHitsSpec) write(w *writer, n *node, p partial, bucket int) {
	const empty = `{"hits":{"total":{"value":0,"relation":"eq"},"max_score":null,"hits":[]}}`
	h, _ := p.(hitsPartials)
	text := json.RawMessage(empty)
	if h != nil && h[bucket] != nil {
		var err error
		if text, err = h[bucket].Result(); err != nil {
			w.fail(err)
			return
		}
	}
	members, err := parseObject(text, n.name)
	if err != nil {
		w.fail(err)
		return
	}
	for _, m := range members {
		w.key(m.key)
		w.raw(string(m.value))
	}
}

// hitsPartials are the best hits of each bucket.
type hitsPartials []HitsPartial

func (h hitsPartials) merge(m *merging, parts []share, buckets int) (partial, error) {
	if err := m.take(16 * buckets); err != nil {
		return nil, err
	}
	out := make(hitsPartials, buckets)
	for _, part := range parts {
		for from, to := range part.to {
			hits := part.partial.(hitsPartials)[from]
			switch {
			case to == dropped || hits == nil:
			case out[to] == nil:
				out[to] = hits
			default:
				out[to] = out[to].Merge(hits)
			}
		}
	}
	return out, nil
}

// A hitsCollector hands documents to the collector of engine/search.
type hitsCollector struct {
	seg     *segmentState
	hits    HitsCollector
	zeros   []uint32
	buckets int
	room    reserve
}

// hitsBytes is about what the hits of one bucket hold while they are collected.
const hitsBytes = 512

func (c *hitsCollector) collect(docs, owners []uint32, buckets int) {
	if owners == nil {
		c.zeros = grown(c.zeros, len(docs))
		owners = c.zeros[:len(docs)]
	}
	if !c.room.grow(c.seg, buckets, hitsBytes) {
		return
	}
	c.buckets = buckets
	c.hits.Collect(docs, owners)
}

func (c *hitsCollector) finish(owners []uint32) partial {
	c.seg.take(16 * len(owners))
	out := make(hitsPartials, len(owners))
	for i, owner := range owners {
		if int(owner) < c.buckets {
			out[i] = c.hits.Finish(owner)
		}
	}
	return out
}
