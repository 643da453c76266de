package aggs

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A bucketsPath is a `buckets_path`: the names of aggregations, and the steps that lead to a value, in which keys in brackets and the name of a metric are steps of
// their own. See https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-aggregations-pipeline.html#buckets-path-syntax.
type bucketsPath struct {
	elements []string
	keyed    []bool // whether an element had a key in brackets
	steps    []string
}

// maxPath is how long a path may be, in bytes.
const maxPath = 4096

// checkPath refuses what cannot be parsed.
func checkPath(path string) error {
	if len(path) > maxPath {
		return eserr.Illegal("[buckets_path] of [%d] bytes is longer than [%d]", len(path), maxPath)
	}
	elements := pathElements(path)
	bad := func(e string) error {
		return eserr.BadRequest("invalid_path", "Invalid path element [%s] in path [%s]", e, path)
	}
	if len(elements) == 0 {
		return bad(path)
	}
	for i, e := range elements {
		if at := strings.LastIndexByte(e, '['); at >= 0 {
			if at == 0 || at > len(e)-3 || e[len(e)-1] != ']' {
				return bad(e)
			}
		} else if at := strings.LastIndexByte(e, '.'); at >= 0 && i == len(elements)-1 && (at == 0 || at > len(e)-2) {
			return bad(e)
		}
	}
	return nil
}

func pathElements(path string) []string {
	return slices.DeleteFunc(strings.Split(path, ">"), func(s string) bool { return s == "" })
}

// parsePath reads a path that checkPath has let through.
func parsePath(path string) bucketsPath {
	var p bucketsPath
	elements := pathElements(path)
	for i, e := range elements {
		name, key := e, ""
		if at := strings.LastIndexByte(e, '['); at > 0 {
			name, key = e[:at], e[at+1:len(e)-1]
		} else if at := strings.LastIndexByte(e, '.'); at > 0 && i == len(elements)-1 {
			name, key = e[:at], e[at+1:]
		}
		p.elements, p.keyed = append(p.elements, name), append(p.keyed, strings.ContainsRune(e, '['))
		p.steps = append(p.steps, name)
		if key != "" {
			p.steps = append(p.steps, key)
		}
	}
	return p
}

// What a path may find beside a number.
type (
	// oneNumber is a metric with one number.
	oneNumber struct {
		x    float64
		kind string
		set  *hashSet // of a cardinality
	}
	// manyNumbers is a metric with several, of which one has to be named.
	manyNumbers struct{}
	// other is something that is no number, by the name of its Java class.
	other string
)

// valueAt reads a number of one bucket. NaN is that there is none.
func valueAt(w *writer, n *node, l *list, r *row, path bucketsPath, gap gapPolicy) (float64, error) {
	found, err := w.inRow(n, l, r, path.steps)
	if err != nil {
		return 0, err
	}
	const must = "buckets_path must reference either a number value or a single value numeric metric aggregation"
	at := n.name
	if len(path.steps) > 0 {
		at = path.steps[0]
	}
	var x float64
	switch v := found.(type) {
	case nil, missingValue:
		return math.NaN(), nil
	case float64:
		x = v
	case oneNumber:
		x = v.x
	case manyNumbers:
		return 0, eserr.Reduce(eserr.IllegalArgument, "%s, but [%s] contains multiple values. Please specify which to use.", must, at)
	default:
		return 0, eserr.Reduce(eserr.IllegalArgument, "%s, got: [%v] at aggregation [%s]", must, v, at)
	}
	if len(path.steps) == 1 && path.steps[0] == "_count" {
		return x, nil
	}
	return gap.apply(r.count, x), nil
}

// missingValue is what a path finds where a pipeline has no result in a bucket.
type missingValue struct{}

// inRow follows the steps of a path from one bucket.
func (w *writer) inRow(n *node, l *list, r *row, steps []string) (any, error) {
	switch {
	case len(steps) == 0:
		return other("Bucket"), nil
	case steps[0] == "_count" && len(steps) == 1:
		return float64(r.count), nil
	case steps[0] == "_key" && len(steps) == 1 && !l.single:
		if x := l.num(r); !math.IsNaN(x) {
			return x, nil
		}
		return other("String"), nil
	}
	return w.inScope(n, n.scopeOf(r), steps)
}

// inScope follows the steps of a path from the children of a bucket.
func (w *writer) inScope(n *node, s *scope, steps []string) (any, error) {
	i := slices.IndexFunc(s.nodes, func(n *node) bool { return n.name == steps[0] })
	if i < 0 {
		return missingValue{}, nil
	}
	sub := s.nodes[i]
	switch spec := sub.spec.(type) {
	case pipeSpec:
		if s.piped == nil || s.piped[i] == nil {
			return missingValue{}, nil
		}
		return s.piped[i].property(steps[1:])
	case bucketer:
		if len(steps) == 1 {
			return other(resultName(sub, s.part(i))), nil
		}
		l := w.list(s, i)
		if w.err != nil {
			return nil, w.err
		}
		return w.inList(sub, l, steps[1:])
	case pathed:
		return inPathed(sub, spec, s.part(i), s.bucket, steps[1:])
	case metricSpec:
		return inMetric(sub, spec, s.part(i), s.bucket, steps[1:])
	}
	return other(resultName(sub, s.part(i))), nil
}

// inList follows the steps of a path from an aggregation with buckets.
func (w *writer) inList(n *node, l *list, steps []string) (any, error) {
	switch {
	case len(steps) == 0:
		return other(javaName(n.kind)), nil
	case l.single && steps[0] != "_count" && !slices.ContainsFunc(n.subs, func(sub *node) bool { return sub.name == steps[0] }):
		return nil, eserr.Reduce(eserr.IllegalArgument, "Cannot find an aggregation named [%s] in [%s]", steps[0], n.name)
	case l.single:
		return w.inRow(n, l, &l.rows[0], steps)
	case steps[0] == "_bucket_count":
		return float64(len(l.rows)), nil
	case len(steps[0]) > 1 && steps[0][0] == '\'' && steps[0][len(steps[0])-1] == '\'':
		key := steps[0][1 : len(steps[0])-1]
		for i := range l.rows {
			if l.name(&l.rows[i]) == key {
				return w.inRow(n, l, &l.rows[i], steps[1:])
			}
		}
		return nil, nil
	}
	return other("Object[]"), nil
}

// inMetric reads a number of a metric.
func inMetric(n *node, m metricSpec, p partial, bucket int, steps []string) (any, error) {
	name := onlyNumber(m)
	if len(steps) > 1 {
		return nil, noSuchNumber(n, strings.Join(steps, ", "))
	} else if len(steps) == 1 {
		name = steps[0]
	}
	x, ok := m.metric(p, bucket, name)
	switch {
	case ok && name != "":
		return x, nil
	case ok:
		return oneNumber{x: x, kind: n.kind, set: setOf(p, bucket)}, nil
	case name == "" && n.kind != "stats" && n.kind != "extended_stats":
		return manyNumbers{}, nil
	case name == "":
		return nil, noSuchNumber(n, n.name)
	}
	return nil, noSuchNumber(n, name)
}

// onlyNumber is the name of the one number that a metric with several was asked for, "" if there are more or it has but one.
func onlyNumber(m metricSpec) string {
	switch s := m.(type) {
	case *percentilesSpec:
		if len(s.percents) == 1 {
			return doubleText(s.percents[0])
		}
	case *percentileRanksSpec:
		if len(s.values) == 1 {
			return doubleText(s.values[0])
		}
	}
	return ""
}

// noSuchNumber is the error of a number that a metric has not, or of none being named, for which Elasticsearch takes the name of the metric.
func noSuchNumber(n *node, name string) *eserr.Error {
	switch n.kind {
	case "stats", "extended_stats":
		return eserr.Reduce(eserr.IllegalArgument, "No enum constant org.elasticsearch.search.aggregations.metrics.InternalStats.Metrics.%s", name)
	case "percentiles", "percentile_ranks":
		e := notANumber(name)
		e.Phase = eserr.PhaseFetch
		return e
	}
	return eserr.Reduce(eserr.IllegalArgument, "path not supported for [%s]: [%s]", n.name, name)
}

// setOf is the set of distinct values of a bucket, nil if nothing was counted or something else.
func setOf(p partial, bucket int) *hashSet {
	if d, ok := p.(*distincts); ok {
		return &d.sets[bucket]
	}
	return nil
}

// javaName is the name of the class of a kind of aggregation's result, for errors.
func javaName(kind string) string {
	return fmt.Sprintf("Internal%s", strings.TrimSuffix(factoryName(kind), "AggregatorFactory"))
}

// resultName is javaName of a result, which for terms goes by what they are.
func resultName(n *node, p partial) string {
	switch n.spec.typed(p) {
	case "sterms":
		return "StringTerms"
	case "lterms":
		return "LongTerms"
	case "dterms":
		return "DoubleTerms"
	case "umterms":
		return "UnmappedTerms"
	}
	return javaName(n.kind)
}
