package aggs

import (
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// cumulativeCardinalitySpec is `cumulative_cardinality`: how many distinct values a cardinality has counted in all buckets so far.
type cumulativeCardinalitySpec struct{ pipeBase }

func parseCumulativeCardinality(o *options) spec {
	return &cumulativeCardinalitySpec{pipeBase: o.pipeBase()}
}

func (s *cumulativeCardinalitySpec) check(c *pipeCheck, n *node) {
	s.one(c, n)
	c.sequential(n)
}

func (s *cumulativeCardinalitySpec) run(w *writer, p *pipeRun) {
	var all hashSet
	path := parsePath(s.paths[0])
	for i := range p.list.rows {
		r := &p.list.rows[i]
		found, err := w.inRow(p.parent, p.list, r, path.steps)
		w.fail(err)
		if w.fail(w.stop.at(i * 256)); w.err != nil {
			return
		}
		if _, none := found.(missingValue); none {
			continue
		}
		number, ok := found.(oneNumber)
		if !ok || number.kind != "cardinality" {
			w.fail(eserr.Shard("aggregation_execution_exception", "buckets_path must reference a cardinality aggregation, got: [%v] at aggregation [%s]", className(found), path.steps[0]))
			return
		}
		if number.set != nil {
			set := number.set.copy()
			grew, err := all.merge(&set, maxThreshold)
			if w.fail(firstError(err, w.budget.take(int64(grew)))); w.err != nil {
				return
			}
		}
		p.set(r, &simpleLong{int64(all.count()), s.show})
	}
}

// className is what a path has found, for errors.
func className(found any) string {
	switch v := found.(type) {
	case other:
		return string(v)
	case oneNumber:
		return javaName(v.kind)
	case manyNumbers:
		return "MultiValue"
	}
	return "Double"
}

// copy is a set that shares nothing with s.
func (s *hashSet) copy() hashSet {
	out := *s
	out.slots = slices.Clone(s.slots)
	if s.sketch != nil {
		out.sketch = s.sketch.Clone()
	}
	return out
}

// A simpleLong is a whole number as the result of a pipeline.
type simpleLong struct {
	n    int64
	show *decimal
}

func (v *simpleLong) typed() string { return "simple_long_value" }

func (v *simpleLong) property(path []string) (any, error) {
	if len(path) == 0 || len(path) == 1 && path[0] == "value" {
		return float64(v.n), nil
	}
	return nil, eserr.Illegal("path not supported: %v", path)
}

func (v *simpleLong) write(w *writer) {
	w.key("value")
	w.whole(v.n)
	if v.show != nil {
		w.key("value_as_string")
		w.str(v.show.format(float64(v.n)))
	}
}
