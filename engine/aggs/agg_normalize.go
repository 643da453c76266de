package aggs

import (
	"math"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// normalizeSpec is `normalize`: each value rescaled by what all buckets have.
// See https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-aggregations-pipeline-normalize-aggregation.html.
type normalizeSpec struct {
	pipeBase
	method string
}

func parseNormalize(o *options) spec {
	s := &normalizeSpec{pipeBase: o.pipeBase(), method: o.text("method")}
	switch s.method {
	case "rescale_0_1", "rescale_0_100", "percent_of_sum", "mean", "z-score", "softmax":
	case "":
		o.fail(eserr.Illegal("Required [method]"))
	default:
		o.fail(eserr.Illegal("invalid method [%s]", s.method))
	}
	return s
}

func (s *normalizeSpec) check(c *pipeCheck, n *node) {
	s.one(c, n)
	c.inside(n)
}

func (s *normalizeSpec) run(w *writer, p *pipeRun) {
	values := p.values(w, s.paths[0], gapSkip)
	rescale := normalizer(s.method, values)
	for i, x := range values {
		p.set(&p.list.rows[i], &simpleValue{rescale(x), s.show})
	}
}

// normalizer makes the function that rescales one of the values, of which NaN are none.
func normalizer(method string, values []float64) func(float64) float64 {
	n, sum, least, most := 0.0, 0.0, math.Inf(1), math.Inf(-1)
	for _, x := range values {
		if !math.IsNaN(x) {
			n, sum, least, most = n+1, sum+x, min(least, x), max(most, x)
		}
	}
	mean := sum / n
	switch method {
	case "rescale_0_1":
		return func(x float64) float64 { return (x - least) / (most - least) }
	case "rescale_0_100":
		return func(x float64) float64 { return 100 * (x - least) / (most - least) }
	case "percent_of_sum":
		return func(x float64) float64 { return x / sum }
	case "mean":
		return func(x float64) float64 { return (x - mean) / (most - least) }
	}
	squares, exps := 0.0, 0.0
	for _, x := range values {
		if !math.IsNaN(x) {
			squares, exps = squares+(x-mean)*(x-mean), exps+math.Exp(x-most)
		}
	}
	if method == "z-score" {
		deviation := math.Sqrt(squares / n)
		return func(x float64) float64 { return (x - mean) / deviation }
	}
	return func(x float64) float64 { return math.Exp(x-most) / exps }
}
