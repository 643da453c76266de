package aggs

import (
	"math"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// derivativeSpec is `derivative`: the difference of a value to that of the bucket before, and where there is a unit, by that much of time.
type derivativeSpec struct {
	pipeBase
	unit float64 // ms; 0 without
}

func parseDerivative(o *options) spec {
	s := &derivativeSpec{pipeBase: o.pipeBase()}
	if unit := o.text("unit"); unit != "" {
		s.unit = o.unit(unit)
	}
	o.strict()
	return s
}

// unit reads a length of time: the name of a calendar unit, in the mean length that Java gives it, or a fixed one.
func (o *options) unit(text string) float64 {
	const year = 31_556_952_000
	switch text {
	case "year", "1y":
		return year
	case "quarter", "1q":
		return year / 4
	case "month", "1M":
		return year / 12
	}
	i, err := dates.ParseInterval(text, "")
	if err == nil {
		return float64(i.Approximate())
	}
	ms, err := dates.ParseDuration(text, "DerivativePipelineAggregationBuilder.unit")
	if err != nil {
		o.fail(err)
	} else if ms <= 0 {
		o.fail(eserr.Illegal("[unit] must be greater than 0. Found [%s] in [%s]", text, o.name))
	}
	return float64(ms)
}

func (s *derivativeSpec) check(c *pipeCheck, n *node) {
	s.one(c, n)
	c.gapless(n)
}

func (s *derivativeSpec) run(w *writer, p *pipeRun) {
	values := p.values(w, s.paths[0], s.gap)
	for i := 1; i < len(values); i++ {
		r := &p.list.rows[i]
		d := &derivative{simpleValue: simpleValue{values[i] - values[i-1], s.show}}
		if s.unit > 0 {
			d.units = (p.list.num(r) - p.list.num(&p.list.rows[i-1])) / s.unit
		}
		p.set(r, d)
	}
}

// A derivative is a difference, and how many units lie between its buckets; 0 where that was not asked for.
type derivative struct {
	simpleValue
	units float64
}

func (d *derivative) typed() string { return "derivative" }

func (d *derivative) normalized() float64 {
	if d.units > 0 {
		return d.x / d.units
	}
	return d.x
}

func (d *derivative) property(path []string) (any, error) {
	if len(path) == 1 && path[0] == "normalized_value" {
		return d.normalized(), nil
	}
	return d.simpleValue.property(path)
}

func (d *derivative) write(w *writer) {
	d.simpleValue.write(w)
	if d.units > 0 {
		writePiped(w, "normalized_value", d.normalized(), d.show)
	}
}

// cumulativeSumSpec is `cumulative_sum`: the sum of a value over all buckets so far.
type cumulativeSumSpec struct{ pipeBase }

func parseCumulativeSum(o *options) spec { return &cumulativeSumSpec{pipeBase: o.gaplessBase()} }

func (s *cumulativeSumSpec) check(c *pipeCheck, n *node) {
	s.one(c, n)
	c.sequential(n)
}

func (s *cumulativeSumSpec) run(w *writer, p *pipeRun) {
	sum := 0.0
	for i, x := range p.values(w, s.paths[0], gapZeros) {
		if !math.IsNaN(x) {
			sum += x
		}
		p.set(&p.list.rows[i], &simpleValue{sum, s.show})
	}
}
