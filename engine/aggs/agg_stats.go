package aggs

import (
	"math"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// statsSpec is one of the metrics that a count, sum, minimum and maximum answer: min, max, avg, sum, value_count, stats and extended_stats.
type statsSpec struct {
	kind   string
	source source
	sigma  float64
	parts  statParts
}

// statParts says what of the statistics has to be counted.
type statParts struct{ count, sum, min, max, squares bool }

func parseStats(o *options) spec {
	s := &statsSpec{kind: o.agg, source: o.source(), sigma: 2}
	switch s.kind {
	case "min":
		s.parts.min = true
	case "max":
		s.parts.max = true
	case "sum":
		s.parts.sum = true
	case "value_count":
		s.parts.count = true
	case "avg":
		s.parts.count, s.parts.sum = true, true
	case "extended_stats":
		s.parts = statParts{true, true, true, true, true}
		if sigma, ok := o.number("sigma"); ok {
			s.sigma = sigma
			if sigma < 0 {
				o.refuse("sigma", eserr.Illegal("[sigma] must be greater than or equal to 0. Found [%s] in [%s]", doubleText(sigma), o.name))
			}
		}
	default:
		s.parts = statParts{count: true, sum: true, min: true, max: true}
	}
	return s
}

func (s *statsSpec) typed(partial) string { return s.kind }

func (s *statsSpec) bind(n *node, ix *Index, _ []binding) (binding, error) {
	takes := numericKind
	if s.kind == "value_count" {
		takes = anyKind
		if field, err := s.source.spans(ix); err != nil {
			return nil, err
		} else if field != nil {
			return bindSpanCount(field), nil
		}
	}
	v, err := s.source.bind(n, ix, takes)
	if err != nil || v == nil {
		return nil, err
	}
	if v.show.isText() {
		return func(seg *segmentState, _ bool) (collector, error) {
			if r := v.terms(seg); r != nil {
				return &termCounter{seg: seg, reader: r, show: v.show}, nil
			}
			return nil, nil
		}, nil
	}
	return func(seg *segmentState, _ bool) (collector, error) {
		r := v.numbers(seg)
		if r == nil {
			return nil, nil
		}
		c := &statsCollector{seg: seg, reader: r, great: r.great(), stats: stats{show: v.show, parts: s.parts}}
		if r.fitsWhole() && !s.parts.squares {
			c.whole = &wholeStats{}
		}
		return c, nil
	}, nil
}

func (s *statsSpec) write(w *writer, _ *node, p partial, bucket int) {
	x := statsAt(p, bucket)
	show := x.show
	if s.kind == "value_count" {
		w.key("value")
		w.whole(x.count)
		return
	}
	if s.kind == "stats" || s.kind == "extended_stats" {
		s.writeAll(w, x)
		return
	}
	value, empty := x.metric(s.kind), x.count == 0 && s.kind == "avg" || math.IsInf(x.min, 1) && s.kind == "min" || math.IsInf(x.max, -1) && s.kind == "max"
	if empty {
		w.null("value")
		return
	}
	w.key("value")
	w.double(value)
	show.writeString(w, "value_as_string", value)
}

// writeAll prints stats and extended_stats.
func (s *statsSpec) writeAll(w *writer, x oneStat) {
	w.key("count")
	w.whole(x.count)
	names := []string{"min", "max", "avg"}
	if x.count == 0 {
		for _, name := range names {
			w.null(name)
		}
		w.key("sum")
		w.double(0)
	} else {
		names = append(names, "sum")
		for _, name := range names {
			w.key(name)
			w.double(x.metric(name))
		}
		x.show.writeStrings(w, names, x.metric)
	}
	if s.kind == "extended_stats" {
		s.writeExtended(w, x)
	}
}

func (s *statsSpec) writeExtended(w *writer, x oneStat) {
	names := []string{"sum_of_squares", "variance", "variance_population", "variance_sampling", "std_deviation", "std_deviation_population", "std_deviation_sampling"}
	bounds := []string{"upper", "lower", "upper_population", "lower_population", "upper_sampling", "lower_sampling"}
	if x.count == 0 {
		for _, name := range names {
			w.null(name)
		}
		w.key("std_deviation_bounds")
		w.open('{')
		for _, name := range bounds {
			w.null(name)
		}
		w.close('}')
		return
	}
	for _, name := range names {
		w.key(name)
		w.double(x.metric(name))
	}
	w.key("std_deviation_bounds")
	w.open('{')
	for _, name := range bounds {
		w.key(name)
		w.double(x.bound(name, s.sigma))
	}
	w.close('}')
	x.show.writeStrings(w, names[:4], x.metric)
	for _, name := range names[4:] {
		x.show.writeFormatted(w, name+"_as_string", x.metric(name))
	}
	s.writeBoundTexts(w, x, bounds)
}

// writeBoundTexts prints the text form of the bounds, where there is one.
func (s *statsSpec) writeBoundTexts(w *writer, x oneStat, names []string) {
	if x.show == nil {
		return
	}
	if _, ok := x.show.text(x.bound(names[0], s.sigma)); !ok {
		return
	}
	w.key("std_deviation_bounds_as_string")
	w.open('{')
	for _, name := range names {
		x.show.writeString(w, name, x.bound(name, s.sigma))
	}
	w.close('}')
}

// metric is a value that buckets can be ordered by; false if there is none of that name.
func (s *statsSpec) metric(p partial, bucket int, name string) (float64, bool) {
	return s.at(statsAt(p, bucket), name)
}

// at is metric of some statistics.
func (s *statsSpec) at(x oneStat, name string) (float64, bool) {
	many := s.kind == "stats" || s.kind == "extended_stats"
	switch {
	case !many && (name == "" || name == "value"):
		return x.metric(s.kind), true
	case !many || name == "":
		return 0, false
	}
	if got, ok := x.named(name); ok && (s.kind == "extended_stats" || !extendedOnly(name)) {
		return got, true
	}
	if bound, found := cutBound(name); found && s.kind == "extended_stats" {
		return x.bound(bound, s.sigma), true
	}
	return 0, false
}
