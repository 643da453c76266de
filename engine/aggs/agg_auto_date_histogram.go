package aggs

import (
	"slices"
	"strconv"
	"time"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// autoDateSpec is `auto_date_histogram`: buckets of time of a length that gives at most so many of them.
type autoDateSpec struct {
	source  source
	target  int
	choices []autoRounding // the finest first
}

// An autoRounding is a unit of time and how many of them may make a bucket.
type autoRounding struct {
	rounding
	name  string // as in `interval`: `s`, `m`, ...
	rough int64  // ms
	inner []int
}

func (r *autoRounding) most() int { return r.inner[len(r.inner)-1] }

// autoRoundings are Elasticsearch's. See AutoDateHistogramAggregationBuilder.buildRoundings,
// https://github.com/elastic/elasticsearch/blob/8.19/modules/aggregations/src/main/java/org/elasticsearch/aggregations/bucket/histogram/AutoDateHistogramAggregationBuilder.java.
func autoRoundings(zone *time.Location) (out []autoRounding, names []string) {
	const day = 86_400_000
	for _, u := range []struct {
		unit, name string
		rough      int64
		inner      []int
	}{{"second", "s", 1000, []int{1, 5, 10, 30}}, {"minute", "m", 60_000, []int{1, 5, 10, 30}}, {"hour", "h", 3_600_000, []int{1, 3, 12}},
		{"day", "d", day, []int{1, 7}}, {"month", "M", 30 * day, []int{1, 3}}, {"year", "y", 365 * day, []int{1, 5, 10, 20, 50, 100}}} {
		interval, err := dates.ParseInterval(u.unit, "")
		if err != nil {
			panic("BUG: aggs: " + err.Error())
		}
		out = append(out, autoRounding{rounding{interval: interval, zone: zone}, u.name, u.rough, u.inner})
		names = append(names, u.unit)
	}
	return out, names
}

func parseAutoDate(o *options) spec {
	s := &autoDateSpec{source: o.source()}
	zone := s.source.zone
	if zone == nil {
		zone = time.UTC
	}
	choices, names := autoRoundings(zone)
	if least := o.text("minimum_interval"); least != "" {
		i := slices.Index(names, least)
		if i < 0 {
			o.fail(eserr.Illegal("minimum_interval must be one of %v", names))
			i = 0
		}
		choices = choices[i:]
	}
	s.choices = choices
	const ceiling = MaxBuckets / 100
	target := o.whole("buckets", 10)
	switch {
	case target <= 0:
		o.fail(eserr.Illegal("buckets must be greater than 0 for [%s]", o.name))
	case target > ceiling:
		o.fail(eserr.Illegal("buckets must be less than %d", ceiling))
	}
	s.target = int(min(max(target, 1), ceiling))
	return s
}

func (s *autoDateSpec) typed(partial) string { return "auto_date_histogram" }

func (s *autoDateSpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	v, err := s.source.bind(n, ix, dateKind)
	if err != nil || v == nil {
		return nil, err
	}
	return func(seg *segmentState, _ bool) (collector, error) {
		c := &autoDateCollector{seg: seg, spec: s, show: v.show, reader: v.numbers(seg), lo: make([]int64, len(s.choices)), hi: make([]int64, len(s.choices))}
		var err error
		c.subs, err = collectors(subs, seg, false)
		return c, err
	}, nil
}

func (s *autoDateSpec) list(w *writer, _ *node, p partial, bucket int) *list {
	a, _ := p.(*autoDates)
	l := &list{}
	last, inner := 0, 1
	show, err := s.source.display(document.Date, nil)
	if w.fail(err); w.err != nil {
		return nil
	}
	if a != nil {
		show = a.show
		if w.fail(a.settle(w)); w.err != nil {
			return nil
		}
		from, to := int(a.starts[bucket]), int(a.starts[bucket+1])
		if !w.borrow(to - from) {
			return nil
		}
		for e := from; e < to; e++ {
			l.rows = append(l.rows, row{id: e, count: a.counts[e], subs: a.subs, at: e})
		}
		last, inner = int(a.level[bucket]), a.inner[bucket]
		l.num = func(r *row) float64 { return float64(a.keys[r.id]) }
	} else {
		l.num = noNumber
	}
	l.ofTimes(show, l.num)
	l.after = func(w *writer) {
		w.key("interval")
		w.str(strconv.Itoa(inner) + s.choices[last].name)
	}
	return l
}
