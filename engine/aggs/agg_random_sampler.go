package aggs

import "github.com/vedette-siem/vedette/engine/eserr"

// randomSamplerSpec is `random_sampler`. Elasticsearch looks at a share of the documents and scales what it has counted up; here all are counted, which is what that
// estimates.
type randomSamplerSpec struct {
	probability float64
	seed        int64
}

func parseRandomSampler(o *options) spec {
	s := &randomSamplerSpec{seed: o.whole("seed", 0)}
	x, ok := o.number("probability")
	s.probability = x
	switch {
	case !ok && o.err == nil:
		o.fail(eserr.Illegal("Required [probability]"))
	case !(x > 0 && x <= 0.5 || x == 1):
		o.fail(eserr.Illegal("[probability] must be between 0.0 and 0.5 or exactly 1.0, was [%s]", doubleText(x)))
	}
	o.ignore("shard_seed")
	return s
}

func (s *randomSamplerSpec) typed(partial) string { return "random_sampler" }

func (s *randomSamplerSpec) validate(parents []*node, n *node) error {
	if len(parents) == 0 {
		return nil
	}
	return eserr.Illegal("[random_sampler] aggregation [%s] must be at the top level", n.name)
}

func (s *randomSamplerSpec) bind(_ *node, _ *Index, subs []binding) (binding, error) {
	return func(seg *segmentState, single bool) (collector, error) {
		c := &allCollector{fixedCollector{seg: seg, width: 1}}
		var err error
		c.subs, err = collectors(subs, seg, single)
		return c, err
	}, nil
}

func (s *randomSamplerSpec) list(_ *writer, _ *node, p partial, bucket int) *list {
	l := singleList(p, bucket)
	l.before = func(w *writer) {
		w.key("seed")
		w.whole(s.seed)
		w.key("probability")
		w.double(s.probability)
	}
	return l
}

// An allCollector passes every document on.
type allCollector struct{ fixedCollector }

func (c *allCollector) collect(docs, owners []uint32, buckets int) { c.put(docs, owners, buckets) }
