package aggs

import (
	"math"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// weightedAvgSpec is `weighted_avg`: the mean of a field in which each document counts as much as another field says.
type weightedAvgSpec struct {
	value, weight source
	decimal       *decimal
}

func parseWeightedAvg(o *options) spec {
	s := &weightedAvgSpec{}
	for _, side := range []struct {
		key string
		to  *source
	}{{"value", &s.value}, {"weight", &s.weight}} {
		if o.get(side.key) == nil {
			o.lack(eserr.Shard(eserr.IllegalArgument, "Could not find field name [%s] in multiValuesSource", side.key))
			continue
		}
		sub := o.object(side.key)
		if sub == nil {
			continue
		}
		sub.agg = "field_config" // the name of Elasticsearch's parser
		*side.to = sub.source()
		if err := sub.finish(); err != nil {
			o.refuse(side.key, err)
		}
	}
	s.decimal = o.decimal()
	o.ignore("value_type")
	return s
}

func (s *weightedAvgSpec) typed(partial) string { return "weighted_avg" }

func (s *weightedAvgSpec) bind(n *node, ix *Index, _ []binding) (binding, error) {
	for _, side := range []*source{&s.weight, &s.value} { // Elasticsearch looks at the weight first
		if err := s.numeric(side, ix); err != nil {
			return nil, err
		}
	}
	value, err := s.value.bind(n, ix, numericKind)
	if err != nil {
		return nil, err
	}
	weight, err := s.weight.bind(n, ix, numericKind)
	if err != nil || value == nil || weight == nil {
		return nil, err
	}
	return func(seg *segmentState, _ bool) (collector, error) {
		c := &weightedCollector{seg: seg, values: value.numbers(seg), weights: weight.numbers(seg)}
		if c.values == nil || c.weights == nil {
			return nil, nil
		}
		return c, nil
	}, nil
}

// numeric refuses fields that are no numbers, before it is asked what stands for a missing value.
func (s *weightedAvgSpec) numeric(side *source, ix *Index) error {
	field, ok := ix.Mapping.Lookup(side.field)
	if !ok {
		return nil
	}
	err := aggregatable(field, ix.Name)
	switch {
	case err != nil || numericKind(field.Kind):
		return err
	case s.decimal != nil:
		return eserr.Shard(eserr.IllegalArgument, "Field [%s] of type [%s] does not support custom formats", field.Name, field.Type)
	}
	return eserr.Shard(eserr.IllegalArgument, "Expected numeric type on field [%s], but got [%s]", field.Name, field.Type)
}

func (s *weightedAvgSpec) write(w *writer, _ *node, p partial, bucket int) {
	x, _ := s.metric(p, bucket, "")
	writePiped(w, "value", x, s.decimal)
}

func (s *weightedAvgSpec) metric(p partial, bucket int, name string) (float64, bool) {
	if name != "" && name != "value" {
		return 0, false
	}
	t, _ := p.(*paired)
	if t == nil {
		return math.NaN(), true
	}
	at := func(i int) float64 { return total(t.sums[i], t.lost[i]) }
	return at(2*bucket) / at(2*bucket+1), true
}

// A weightedCollector keeps two sums for each bucket: of values times weights, and of weights. They are buckets of a stats that has twice as many.
type weightedCollector struct {
	seg             *segmentState
	values, weights *numberReader
	places          []uint32
	byPlace         []float64
	stats           stats
	room            reserve
}

func (c *weightedCollector) collect(docs, owners []uint32, buckets int) {
	if c.stats.parts.sum = true; !c.room.grow(c.seg, 2*buckets, c.stats.parts.bytes()) {
		return
	}
	c.stats.grow(2 * buckets)
	for i := len(c.places); i < len(docs); i++ {
		c.places = append(c.places, uint32(i))
	}
	c.byPlace = sized(c.byPlace, len(docs))
	for i := range c.byPlace {
		c.byPlace[i] = math.NaN()
	}
	_, places, weights := c.weights.readFloats(docs, c.places[:len(docs)])
	for i, place := range places {
		if i > 0 && places[i-1] == place {
			c.seg.err = firstError(c.seg.err, eserr.Shard(eserr.IllegalArgument, "Encountered more than one weight for a single document. "+
				"Use a script to combine multiple weights-per-doc into a single value."))
			return
		}
		c.byPlace[place] = weights[i]
	}
	_, places, values := c.values.readFloats(docs, c.places[:len(docs)])
	for i, place := range places {
		weight, owner := c.byPlace[place], uint32(0)
		if math.IsNaN(weight) {
			continue
		}
		if owners != nil {
			owner = owners[place]
		}
		add(&c.stats.sums[2*owner], &c.stats.lost[2*owner], values[i]*weight)
		add(&c.stats.sums[2*owner+1], &c.stats.lost[2*owner+1], weight)
	}
}

func (c *weightedCollector) finish(owners []uint32) partial {
	out := &paired{stats{show: &display{kind: document.Double}, parts: statParts{sum: true}}}
	out.grow(2 * len(owners))
	c.seg.take(out.parts.bytes() * 2 * len(owners))
	for to, from := range owners {
		if from != none && int(2*from) < len(c.stats.sums) {
			out.take(2*to, &c.stats, int(2*from))
			out.take(2*to+1, &c.stats, int(2*from)+1)
		}
	}
	return out
}

// paired is a stats with two buckets for each of the parent.
type paired struct{ stats }

func (p *paired) clone() partial { return &paired{*p.stats.clone().(*stats)} }

func (p *paired) merge(m *merging, parts []share, buckets int) (partial, error) {
	if err := m.take(p.parts.bytes() * 2 * buckets); err != nil {
		return nil, err
	}
	out := &paired{stats{show: p.show, parts: p.parts}}
	out.grow(2 * buckets)
	for _, part := range parts {
		other := part.partial.(*paired)
		for from, to := range part.to {
			if to != dropped {
				out.take(2*int(to), &other.stats, 2*from)
				out.take(2*int(to)+1, &other.stats, 2*from+1)
			}
		}
	}
	return out, m.stop.now()
}
