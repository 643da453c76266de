package aggs

import (
	"math"
	"slices"
	"strconv"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// percentileRanksSpec is `percentile_ranks`: which share of the values lies below each of some numbers, in percent.
type percentileRanksSpec struct {
	percentilesSpec // without percents
	values          []float64
}

func parsePercentileRanks(o *options) spec {
	s := &percentileRanksSpec{percentilesSpec: percentilesSpec{source: o.source(), keyed: o.flag("keyed", true)}}
	for _, raw := range o.list("values") {
		text, _ := scalarText(raw)
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			o.refuse("values", notANumber(text))
		}
		s.values = append(s.values, x)
	}
	switch {
	case len(s.values) > 0:
	case o.get("values") == nil:
		o.unmade(eserr.Illegal("[values] must not be null: [%s]", o.name))
	default:
		o.unmade(eserr.Illegal("[values] must not be an empty array: [%s]", o.name))
	}
	slices.Sort(s.values)
	s.method(o)
	return s
}

func (s *percentileRanksSpec) typed(partial) string {
	if s.digits > 0 {
		return "hdr_percentile_ranks"
	}
	return "tdigest_percentile_ranks"
}

// rank is the percentage of the values below x, 0 without values.
func (s *percentileRanksSpec) rank(q *quantileSet, x float64) float64 {
	if s.digits == 0 || q.total() == 0 {
		return 100 * q.share(x)
	}
	below := 0.0 // an HDR histogram counts those that are equal too
	for _, v := range q.weighted() {
		if v.x <= x {
			below += v.count
		}
	}
	return 100 * below / q.total()
}

func (s *percentileRanksSpec) write(w *writer, _ *node, p partial, bucket int) {
	q, show := quantilesAt(p, bucket)
	w.key("values")
	brackets := "[]"
	if s.keyed {
		brackets = "{}"
	}
	w.open(brackets[0])
	for _, value := range s.values {
		name, rank := doubleText(value), s.rank(q, value)
		if !s.keyed {
			w.open('{')
			w.key("key")
			w.double(value)
			name = "value"
		}
		if math.IsNaN(rank) {
			w.null(name)
		} else {
			show.writeValue(w, name, rank)
		}
		if !s.keyed {
			w.close('}')
		}
	}
	w.close(brackets[1])
}

// metric is the rank of a number, which need not be among those that are printed.
func (s *percentileRanksSpec) metric(p partial, bucket int, name string) (float64, bool) {
	x, err := strconv.ParseFloat(name, 64)
	if err != nil {
		return 0, false
	}
	q, _ := quantilesAt(p, bucket)
	return s.rank(q, x), true
}
