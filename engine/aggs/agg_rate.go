package aggs

import (
	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// rateSpec is `rate`: documents, or a sum or count of values, for each unit of time in a bucket of the date histogram that it stands in.
type rateSpec struct {
	source   source // without a field, documents are counted
	unit     dates.Interval
	unitName string // empty divides by nothing
	count    bool   // mode value_count
	// times are those of the histogram, which validate finds.
	times    source
	interval rounding
}

func parseRate(o *options) spec {
	s := &rateSpec{unitName: o.text("unit")}
	if s.unitName != "" {
		var err error
		if s.unit, err = dates.ParseInterval(s.unitName, ""); err != nil {
			o.fail(eserr.Illegal("Unsupported unit %s", s.unitName))
		}
	}
	if o.get("field") != nil || o.get("script") != nil {
		s.source = o.source()
	}
	s.source.format = o.text("format")
	switch mode := o.text("mode"); {
	case mode == "":
	case s.source.field == "":
		o.fail(eserr.Illegal("The mode parameter is only supported with field or script"))
	case mode == "value_count":
		s.count = true
	case mode != "sum":
		o.fail(eserr.Illegal("Unsupported rate mode %s", mode))
	}
	return s
}

func (s *rateSpec) typed(partial) string { return "rate" }

// validate finds the histogram: the nearest date_histogram above, or the one that a composite has among its sources.
func (s *rateSpec) validate(parents []*node, n *node) error {
	for i := len(parents) - 1; i >= 0 && s.times.field == ""; i-- {
		switch p := parents[i].spec.(type) {
		case *dateHistogramSpec:
			s.times, s.interval = p.source, p.rounding
		case *compositeSpec:
			found := 0
			for _, source := range p.sources {
				if source.kind == "date_histogram" {
					found++
					s.times, s.interval = source.source, source.rounding
				}
			}
			if found != 1 {
				s.times = source{}
			}
		}
	}
	if s.times.field == "" {
		return eserr.Illegal("aggregation [%s]: The rate aggregation can only be used inside a date histogram aggregation or composite aggregation with exactly one date histogram value source", n.name)
	}
	if s.unit.Months() > 0 && s.interval.interval.Months() == 0 {
		return eserr.Illegal("Cannot use month-based rate unit [%s] with non-month based calendar interval histogram, only week, day, hour, minute and second are supported for this histogram", s.unitName)
	}
	return nil
}

// units is how many units a bucket has that starts at some time.
func (s *rateSpec) units(start int64) float64 {
	bucket := s.interval.interval
	switch {
	case s.unitName == "":
		return 1
	case s.unit.Months() > 0:
		return float64(bucket.Months()) / float64(s.unit.Months())
	case bucket.Months() > 0:
		return float64(s.interval.next(start)-start) / float64(s.unit.Approximate())
	}
	return float64(bucket.Approximate()) / float64(s.unit.Approximate())
}

func (s *rateSpec) bind(n *node, ix *Index, _ []binding) (binding, error) {
	times, err := s.times.bind(n, ix, dateKind)
	if err != nil || times == nil {
		return nil, err
	}
	var v *values
	if s.source.field != "" {
		takes := numericKind
		if s.count {
			takes = anyKind
		}
		if v, err = s.source.bind(n, ix, takes); err != nil || v == nil {
			return nil, err
		}
	}
	return func(seg *segmentState, _ bool) (collector, error) {
		c := &rateCollector{seg: seg, spec: s, times: times.numbers(seg), floor: s.interval.keyer()}
		c.stats.parts = statParts{sum: true, max: true}
		switch {
		case v == nil:
		case v.show.isText():
			if c.terms = v.terms(seg); c.terms == nil {
				return nil, nil
			}
		default:
			if c.numbers = v.numbers(seg); c.numbers == nil {
				return nil, nil
			}
		}
		if c.times == nil {
			return nil, nil
		}
		return c, nil
	}, nil
}

func (s *rateSpec) write(w *writer, _ *node, p partial, bucket int) {
	x, _ := s.metric(p, bucket, "")
	show, err := s.source.display(document.Double, nil)
	w.fail(err)
	w.key("value")
	w.double(x)
	show.writeString(w, "value_as_string", x)
}

func (s *rateSpec) metric(p partial, bucket int, name string) (float64, bool) {
	if name != "" && name != "value" {
		return 0, false
	}
	x := statsAt(p, bucket)
	if x.sum == 0 {
		return 0, true
	}
	return x.sum / x.max, true
}

// A rateCollector keeps a sum for each bucket and, as its maximum, how many units of time the histogram's bucket has.
type rateCollector struct {
	seg     *segmentState
	spec    *rateSpec
	times   *numberReader
	floor   func([]int64)
	numbers *numberReader // of the field, if it has numbers that are added up or counted
	terms   *termReader   // of the field, if it has text
	places  []uint32
	stats   stats
	room    reserve
}

func (c *rateCollector) collect(docs, owners []uint32, buckets int) {
	if !c.room.grow(c.seg, buckets, c.stats.parts.bytes()) {
		return
	}
	c.stats.grow(buckets)
	for i := len(c.places); i < len(docs); i++ {
		c.places = append(c.places, uint32(i))
	}
	ownerOf := func(place uint32) uint32 {
		if owners == nil {
			return 0
		}
		return owners[place]
	}
	_, places, starts := c.times.read(docs, c.places[:len(docs)])
	c.floor(starts)
	for i, place := range places {
		o := ownerOf(place)
		c.stats.maxs[o] = max(c.stats.maxs[o], c.spec.units(starts[i]))
	}
	places, values := c.read(docs)
	for i, place := range places {
		o, x := ownerOf(place), 1.0
		if values != nil && !c.spec.count {
			x = values[i]
		}
		add(&c.stats.sums[o], &c.stats.lost[o], x)
	}
}

// read has an entry for all that counts, and its value unless that is 1.
func (c *rateCollector) read(docs []uint32) (places []uint32, values []float64) {
	places = c.places[:len(docs)]
	switch {
	case c.numbers != nil:
		_, places, values = c.numbers.readFloats(docs, places)
	case c.terms != nil:
		_, places, _ = c.terms.read(docs, places)
	}
	return places, values
}

func (c *rateCollector) finish(owners []uint32) partial {
	out := &stats{show: &display{kind: document.Double}, parts: c.stats.parts}
	out.grow(len(owners))
	c.seg.take(out.parts.bytes() * len(owners))
	for to, from := range owners {
		if int(from) < len(c.stats.sums) {
			out.take(to, &c.stats, int(from))
		}
	}
	return out
}
