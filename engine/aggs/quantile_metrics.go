package aggs

import (
	"math"
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// quantileSource is a numeric field of which all values are kept, as `percentiles` does, for the metrics that need more than a sum of them.
type quantileSource struct{ source source }

func (s *quantileSource) bind(n *node, ix *Index, _ []binding) (binding, error) {
	return (&percentilesSpec{source: s.source}).bind(n, ix, nil)
}

// quantileSource reads the field and `compression`, which only has to be valid.
func (o *options) quantileSource() quantileSource {
	s := quantileSource{source: o.source()}
	if x, ok := o.number("compression"); ok && x <= 0 {
		o.refuse("compression", eserr.Illegal("[compression] must be greater than 0. Found [%s] in [%s]", doubleText(x), o.name))
	}
	o.ignore("execution_hint")
	return s
}

// A weightedValue stands for so many values; those of a sketch are in the middle of what they stand for.
type weightedValue struct{ x, count float64 }

// weighted lists the values of a set in ascending order.
func (q *quantileSet) weighted() []weightedValue {
	var out []weightedValue
	if q.sketch == nil {
		q.sort()
		for _, x := range q.values {
			out = append(out, weightedValue{x, 1})
		}
		return out
	}
	q.sketch.ForEach(func(x, count float64) bool {
		out = append(out, weightedValue{min(max(x, q.min), q.max), count})
		return false
	})
	slices.SortFunc(out, func(a, b weightedValue) int { return compareFloats(a.x, b.x) })
	return out
}

func compareFloats(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// total is how many values there are.
func (q *quantileSet) total() float64 {
	if q.sketch == nil {
		return float64(len(q.values))
	}
	return q.sketch.GetCount()
}

// bounds are the least and the greatest value; they are infinite without one.
func (q *quantileSet) bounds() (least, most float64) {
	if q.sketch != nil {
		return q.min, q.max
	}
	if q.sort(); len(q.values) == 0 {
		return math.Inf(1), math.Inf(-1)
	}
	return q.values[0], q.values[len(q.values)-1]
}

// share is the part of the values below x, those equal to it counting half; a value stands for the room up to the middle between it and its neighbours, as in
// Elasticsearch's t-digest while that holds each value by itself. NaN without values.
func (q *quantileSet) share(x float64) float64 {
	all, total := q.weighted(), q.total()
	if len(all) == 0 {
		return math.NaN()
	}
	last := len(all) - 1
	switch {
	case x < all[0].x:
		return 0
	case x > all[last].x:
		return 1
	case x == all[0].x:
		return q.equal(all, x) / 2 / total
	case x == all[last].x:
		return 1 - q.equal(all, x)/2/total
	}
	below, left := 0.0, (all[1].x-all[0].x)/2
	for i := range last {
		right := (all[i+1].x - all[i].x) / 2
		if x < all[i].x+right {
			return max(0, below+all[i].count*(x-all[i].x+left)/(left+right)) / total
		}
		below, left = below+all[i].count, right
	}
	return (below + all[last].count*(x-all[last].x+left)/(2*left)) / total
}

// equal is how many values are x.
func (q *quantileSet) equal(all []weightedValue, x float64) float64 {
	n := 0.0
	for _, v := range all {
		if v.x == x {
			n += v.count
		}
	}
	return n
}
