package aggs

import "github.com/vedette-siem/vedette/storage/segment"

// missingSpec is `missing`: the documents without a value of a field.
type missingSpec struct{ source source }

func parseMissing(o *options) spec { return &missingSpec{source: o.source()} }

func (s *missingSpec) typed(partial) string { return "missing" }

func (s *missingSpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	spans, err := s.source.spans(ix)
	if err != nil {
		return nil, err
	}
	var v *values
	if spans == nil {
		if v, err = s.source.bind(n, ix, anyKind); err != nil {
			return nil, err
		}
	}
	return func(seg *segmentState, single bool) (collector, error) {
		c := &missingCollector{fixedCollector: fixedCollector{seg: seg, width: 1}}
		var err error
		if c.subs, err = collectors(subs, seg, single); err != nil {
			return nil, err
		}
		if spans != nil {
			c.spans = seg.view.Terms(spans.SpanColumn())
		}
		if v == nil {
			return c, nil
		}
		if v.show.isText() {
			c.terms = v.terms(seg)
		} else {
			c.numbers = v.numbers(seg)
		}
		return c, nil
	}, nil
}

func (s *missingSpec) list(_ *writer, _ *node, p partial, bucket int) *list {
	return singleList(p, bucket)
}

// A missingCollector passes on documents without a value.
type missingCollector struct {
	fixedCollector
	terms   *termReader
	numbers *numberReader
	spans   *segment.Terms
}

func (c *missingCollector) collect(docs, owners []uint32, buckets int) {
	c.docs, c.buckets = c.docs[:0], c.buckets[:0]
	for i, doc := range docs {
		if c.has(doc) {
			continue
		}
		c.docs = append(c.docs, doc)
		if owners != nil {
			c.buckets = append(c.buckets, owners[i])
		}
	}
	if owners == nil {
		c.put(c.docs, nil, buckets)
		return
	}
	c.put(c.docs, c.buckets, buckets)
}

func (c *missingCollector) has(doc uint32) bool {
	switch {
	case c.terms != nil && c.terms.fill, c.numbers != nil && c.numbers.fill:
		return true
	case c.terms != nil:
		_, ok := c.terms.col.Ord(doc)
		return ok
	case c.spans != nil:
		_, ok := c.spans.Ord(doc)
		return ok
	case c.numbers != nil:
		_, ok := c.numbers.col.Value(doc)
		return ok
	}
	return false
}
