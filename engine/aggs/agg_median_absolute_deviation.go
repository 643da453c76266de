package aggs

import (
	"math"
	"slices"

	"github.com/vedette-siem/vedette/storage/document"
)

// medianDeviationSpec is `median_absolute_deviation`: the median of the distances of all values from their median.
type medianDeviationSpec struct{ quantileSource }

func parseMedianDeviation(o *options) spec { return &medianDeviationSpec{o.quantileSource()} }

// bind takes numbers only.
func (s *medianDeviationSpec) bind(n *node, ix *Index, _ []binding) (binding, error) {
	return (&percentilesSpec{source: s.source}).bindKinds(n, ix, func(k document.Kind) bool { return k == document.Long || k == document.Double })
}

func (s *medianDeviationSpec) typed(partial) string { return "median_absolute_deviation" }

func (s *medianDeviationSpec) write(w *writer, _ *node, p partial, bucket int) {
	x, _ := s.metric(p, bucket, "")
	if math.IsNaN(x) {
		w.null("value")
		return
	}
	_, show := quantilesAt(p, bucket)
	show.writeValue(w, "value", x)
}

func (s *medianDeviationSpec) metric(p partial, bucket int, name string) (float64, bool) {
	if name != "" && name != "value" {
		return 0, false
	}
	q, _ := quantilesAt(p, bucket)
	if q.total() == 0 {
		return math.NaN(), true
	}
	median := q.quantile(0.5)
	if q.sketch == nil {
		far := &quantileSet{values: make([]float64, len(q.values))}
		for i, x := range q.values {
			far.values[i] = math.Abs(x - median)
		}
		return far.quantile(0.5), true
	}
	all := q.weighted()
	for i := range all {
		all[i].x = math.Abs(all[i].x - median)
	}
	slices.SortFunc(all, func(a, b weightedValue) int { return compareFloats(a.x, b.x) })
	left := q.total() / 2
	for _, v := range all {
		if left -= v.count; left <= 0 {
			return v.x, true
		}
	}
	return all[len(all)-1].x, true
}
