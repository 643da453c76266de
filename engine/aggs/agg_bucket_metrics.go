package aggs

import (
	"math"
	"slices"
	"strconv"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// bucketMetricsSpec is one of `avg_bucket`, `sum_bucket`, `min_bucket`, `max_bucket`, `stats_bucket`, `extended_stats_bucket` and `percentiles_bucket`: a metric of the
// values that a path finds in the buckets of an aggregation beside it.
type bucketMetricsSpec struct {
	pipeBase
	kind     string
	sigma    float64   // of extended_stats_bucket
	percents []float64 // of percentiles_bucket, in the order of the request
	keyed    bool
}

func parseBucketMetrics(o *options) spec {
	s := &bucketMetricsSpec{kind: o.agg, pipeBase: o.pipeBase(), sigma: 2, keyed: true}
	switch s.kind {
	case "extended_stats_bucket":
		if x, ok := o.number("sigma"); ok {
			if s.sigma = x; x < 0 {
				o.fail(eserr.Illegal("sigma must be a non-negative double"))
			}
		}
	case "percentiles_bucket":
		s.keyed = o.flag("keyed", true)
		s.percents = o.bucketPercents()
	}
	o.strict()
	return s
}

func (o *options) bucketPercents() []float64 {
	list := o.list("percents")
	if list == nil {
		return []float64{1, 5, 25, 50, 75, 95, 99}
	}
	var out []float64
	for _, raw := range list {
		text, _ := scalarText(raw)
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || !(x >= 0 && x <= 100) {
			o.fail(eserr.Illegal("percents must only contain non-null doubles from 0.0-100.0 inclusive"))
			return nil
		}
		out = append(out, x)
	}
	return out
}

// check follows the path through single buckets, and through buckets that it names by key, to the first aggregation that has many.
func (s *bucketMetricsSpec) check(c *pipeCheck, n *node) {
	if !s.one(c, n) {
		return
	}
	path := parsePath(s.paths[0])
	level, at := c.siblings, 0
	var found *node
	for {
		i := slices.IndexFunc(level, func(n *node) bool { return n.name == path.elements[at] && !isPipe(n) })
		if i < 0 {
			c.fail("buckets_path aggregation does not exist for aggregation [%s]: %s", n.name, s.paths[0])
			return
		}
		found = level[i]
		deeper := single(found) && len(found.subs) > 0 || !leaf(found.spec) && !single(found) && path.keyed[at]
		if at+1 == len(path.elements) || !deeper {
			break
		}
		level, at = found.subs, at+1
	}
	if leaf(found.spec) || single(found) {
		c.fail("Unable to find unqualified multi-bucket aggregation in buckets_path. Path must include a multi-bucket aggregation for aggregation [%s] found :%s for buckets path: %s",
			n.name, javaName(found.kind), s.paths[0])
	}
}

func isPipe(n *node) bool { _, pipe := n.spec.(pipeSpec); return pipe }

// single reports whether an aggregation has exactly one bucket.
func single(n *node) bool {
	switch n.spec.(type) {
	case *filterSpec, *missingSpec, *globalSpec, *randomSamplerSpec, *samplerSpec:
		return true
	}
	return false
}

func (s *bucketMetricsSpec) compute(w *writer, n *node, sc *scope) piped {
	keys, values := s.collect(w, sc)
	switch {
	case w.err != nil:
		return nil
	case s.kind == "min_bucket" || s.kind == "max_bucket":
		return s.extreme(keys, values)
	case s.kind == "percentiles_bucket":
		slices.Sort(values)
		return &bucketPercentiles{spec: s, values: values}
	}
	x := oneStat{min: math.Inf(1), max: math.Inf(-1)}
	for _, v := range values {
		x.count++
		x.sum, x.squares, x.min, x.max = x.sum+v, x.squares+v*v, min(x.min, v), max(x.max, v)
	}
	switch s.kind {
	case "avg_bucket":
		return &simpleValue{x.metric("avg"), s.show}
	case "sum_bucket":
		return &simpleValue{x.sum, s.show}
	}
	if s.show != nil {
		x.show = &display{kind: document.Double, decimal: s.show}
	}
	return &bucketStats{spec: s, x: x}
}

// collect reads the buckets' keys and values; those without a value are left out.
func (s *bucketMetricsSpec) collect(w *writer, sc *scope) (keys []string, values []float64) {
	path := parsePath(s.paths[0])
	n, l, steps := w.descend(sc, path)
	if l == nil || !w.borrow(len(l.rows)) {
		return nil, nil
	}
	for i := range l.rows {
		if w.fail(w.stop.at(i)); w.err != nil {
			return nil, nil
		}
		x, err := valueAt(w, n, l, &l.rows[i], bucketsPath{steps: steps}, s.gap)
		if err != nil {
			w.fail(err)
			return nil, nil
		}
		if !math.IsNaN(x) {
			keys, values = append(keys, l.name(&l.rows[i])), append(values, x)
		}
	}
	return keys, values
}

// descend goes to the aggregation whose buckets are collected, through those with a single bucket and through buckets named by key. The list is nil where that key
// is not there.
func (w *writer) descend(sc *scope, path bucketsPath) (*node, *list, []string) {
	steps := path.steps
	for {
		i := slices.IndexFunc(sc.nodes, func(n *node) bool { return n.name == steps[0] })
		if i < 0 { // the key of a bucket where there is only one
			w.fail(eserr.Reduce("aggregation_execution_exception", "Cannot find an aggregation named [%s] in the buckets_path", steps[0]))
			return nil, nil, nil
		}
		n := sc.nodes[i]
		l := w.list(sc, i)
		if steps = steps[1:]; w.err != nil {
			return n, nil, nil
		}
		var r *row
		if l.single {
			r = &l.rows[0]
		} else if len(steps) > 1 && len(steps[0]) > 1 && steps[0][0] == '\'' {
			key := steps[0][1 : len(steps[0])-1]
			at := slices.IndexFunc(l.rows, func(r row) bool { return l.name(&r) == key })
			if at < 0 {
				return n, nil, nil
			}
			r, steps = &l.rows[at], steps[1:]
		} else {
			return n, l, steps
		}
		sc = n.scopeOf(r)
	}
}

// extreme is the result of min_bucket and max_bucket.
func (s *bucketMetricsSpec) extreme(keys []string, values []float64) piped {
	out := &bucketExtreme{simpleValue: simpleValue{math.Inf(1), s.show}, keys: []string{}}
	if s.kind == "max_bucket" {
		out.x = math.Inf(-1)
	}
	for i, x := range values {
		switch {
		case s.kind == "max_bucket" && x > out.x, s.kind == "min_bucket" && x < out.x:
			out.x, out.keys = x, append(out.keys[:0], keys[i])
		case x == out.x:
			out.keys = append(out.keys, keys[i])
		}
	}
	return out
}

// A bucketExtreme is a value with the keys of the buckets that have it.
type bucketExtreme struct {
	simpleValue
	keys []string
}

func (b *bucketExtreme) typed() string { return "bucket_metric_value" }

func (b *bucketExtreme) property(path []string) (any, error) {
	if len(path) == 1 && path[0] == "keys" {
		return other("List"), nil
	}
	return b.simpleValue.property(path)
}

func (b *bucketExtreme) write(w *writer) {
	b.simpleValue.write(w)
	w.key("keys")
	w.open('[')
	for _, key := range b.keys {
		w.str(key)
	}
	w.close(']')
}

// bucketStats is the result of stats_bucket and extended_stats_bucket.
type bucketStats struct {
	spec *bucketMetricsSpec
	x    oneStat
}

func (b *bucketStats) as() *statsSpec {
	kind := "stats"
	if b.spec.kind == "extended_stats_bucket" {
		kind = "extended_stats"
	}
	return &statsSpec{kind: kind, sigma: b.spec.sigma}
}

func (b *bucketStats) typed() string   { return b.spec.kind }
func (b *bucketStats) write(w *writer) { b.as().writeAll(w, b.x) }

func (b *bucketStats) property(path []string) (any, error) {
	if len(path) == 0 {
		return manyNumbers{}, nil
	}
	if x, ok := b.as().at(b.x, path[0]); ok && len(path) == 1 {
		return x, nil
	}
	return nil, eserr.Reduce(eserr.IllegalArgument, "path not supported: %v", path)
}

// bucketPercentiles is the result of percentiles_bucket: the values nearest to the percentiles, none in between.
type bucketPercentiles struct {
	spec   *bucketMetricsSpec
	values []float64 // ascending
}

func (b *bucketPercentiles) typed() string { return "percentiles_bucket" }

func (b *bucketPercentiles) at(percent float64) float64 {
	if len(b.values) == 0 {
		return math.NaN()
	}
	return b.values[int(math.Floor(percent/100*float64(len(b.values)-1)+0.5))]
}

func (b *bucketPercentiles) property(path []string) (any, error) {
	if len(path) == 0 {
		return manyNumbers{}, nil
	}
	percent, err := strconv.ParseFloat(path[0], 64)
	if err != nil || !slices.Contains(b.spec.percents, percent) || len(path) > 1 {
		return nil, eserr.Reduce(eserr.IllegalArgument, "Percent requested [%s] was not one of the computed percentiles. Available keys are: %v", path[0], b.spec.percents)
	}
	return b.at(percent), nil
}

func (b *bucketPercentiles) write(w *writer) {
	w.key("values")
	brackets := "[]"
	if b.spec.keyed {
		brackets = "{}"
	}
	w.open(brackets[0])
	for _, percent := range b.spec.percents {
		if b.spec.keyed {
			writePiped(w, doubleText(percent), b.at(percent), b.spec.show)
			continue
		}
		w.open('{')
		w.key("key")
		w.double(percent)
		writePiped(w, "value", b.at(percent), b.spec.show)
		w.close('}')
	}
	w.close(brackets[1])
}
