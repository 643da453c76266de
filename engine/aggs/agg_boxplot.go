package aggs

import "math"

// boxplotSpec is `boxplot`: the least and greatest value, the quartiles, and the values that lie furthest out but within one and a half times their distance.
type boxplotSpec struct{ quantileSource }

func parseBoxplot(o *options) spec { return &boxplotSpec{o.quantileSource()} }

func (s *boxplotSpec) typed(partial) string { return "boxplot" }

// boxplotNames are the numbers of a boxplot in the order of the answer.
func boxplotNames() []string { return []string{"min", "max", "q1", "q2", "q3", "lower", "upper"} }

func (s *boxplotSpec) write(w *writer, _ *node, p partial, bucket int) {
	_, show := quantilesAt(p, bucket)
	for _, name := range boxplotNames() {
		x, _ := s.metric(p, bucket, name)
		w.key(name)
		w.double(x)
	}
	if show == nil || !show.given {
		return
	}
	for _, name := range boxplotNames() {
		x, _ := s.metric(p, bucket, name)
		show.writeString(w, name+"_as_string", x)
	}
}

func (s *boxplotSpec) metric(p partial, bucket int, name string) (float64, bool) {
	q, _ := quantilesAt(p, bucket)
	least, most := q.bounds()
	switch name {
	case "min":
		return least, true
	case "max":
		return most, true
	case "q1":
		return q.quantile(0.25), true
	case "q2":
		return q.quantile(0.5), true
	case "q3":
		return q.quantile(0.75), true
	case "lower", "upper":
		lower, upper := q.whiskers()
		if name == "lower" {
			return lower, true
		}
		return upper, true
	}
	return 0, false
}

// whiskers are the outermost values within one and a half times the distance of the quartiles; NaN without values. As in Elasticsearch the lower one is above that bound and not at it:
// where the quartiles are equal it is the next value above, or NaN. See InternalBoxplot.whiskers in https://github.com/elastic/elasticsearch/pull/63617.
func (q *quantileSet) whiskers() (lower, upper float64) {
	lower, upper = math.NaN(), math.NaN()
	if q.total() == 0 {
		return lower, upper
	}
	q1, q3 := q.quantile(0.25), q.quantile(0.75)
	from, to := q1-1.5*(q3-q1), q3+1.5*(q3-q1)
	for _, v := range q.weighted() {
		if math.IsNaN(lower) && v.x > from {
			lower = v.x
		}
		if v.x <= to {
			upper = v.x
		}
	}
	return lower, upper
}
