package aggs

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// An ordering says in which order buckets are printed: by the first key, among equals by the second, and so on. The last is always the bucket's key.
type ordering []orderKey

// An orderKey is `_count`, `_key`, or the path of a metric among the children.
type orderKey struct {
	path string
	desc bool
}

// ordering reads `order`: an object with one key, or an array of them. Ties are broken by ascending key.
func (o *options) ordering(path string, desc bool) ordering {
	var out ordering
	for _, raw := range o.list("order") {
		key, err := orderKeyOf(raw)
		switch {
		case eserr.TokenName(raw) != "START_OBJECT":
			o.wrong("order", raw)
		case err != nil:
			o.refuse("order", err)
		}
		out = append(out, key)
	}
	if len(out) == 0 {
		out = ordering{{path, desc}}
	}
	if !slices.ContainsFunc(out, func(k orderKey) bool { return k.path == "_key" }) {
		out = append(out, orderKey{path: "_key"})
	}
	return out
}

// orderKeyOf reads `{"path": "asc"}`. Of several keys the last counts, as in Elasticsearch; `_term` and `_time` are old names of `_key`, which clients still send.
func orderKeyOf(raw json.RawMessage) (orderKey, error) {
	members, err := parseObject(raw, "order")
	if err != nil || len(members) == 0 {
		return orderKey{}, eserr.BadRequest(eserr.Parsing, "Must specify at least one field for [order]")
	}
	last := members[len(members)-1]
	key := orderKey{path: last.key}
	if key.path == "_term" || key.path == "_time" {
		key.path = "_key"
	}
	direction, _ := scalarText(last.value)
	switch strings.ToLower(direction) {
	case "asc":
	case "desc":
		key.desc = true
	default:
		return key, eserr.BadRequest(eserr.Parsing, "Unknown order direction [%s]", direction)
	}
	return key, nil
}

// byKey reports whether buckets are in order of their keys, one way or the other.
func (o ordering) byKey() bool { return o[0].path == "_key" }

// validate checks that the paths lead to metrics among the children.
func (o ordering) validate(n *node) error {
	for _, k := range o {
		if k.path == "_count" || k.path == "_key" {
			continue
		}
		if _, err := resolvePath(n, k.path); err != nil {
			return err
		}
	}
	return nil
}

// A metric reads a number of one bucket from its children's partials.
type metric func(subs []partial, bucket int) float64

// metricSpec is a spec with numbers that buckets can be ordered by. name is empty for its only number.
type metricSpec interface {
	metric(p partial, bucket int, name string) (float64, bool)
}

// resolvePath follows `filter>stats.max`, `p[95.0]` or `1` from a bucket aggregation to a number.
func resolvePath(n *node, path string) (metric, error) {
	first, rest, deeper := strings.Cut(path, ">")
	index, name := -1, ""
	for i, sub := range n.subs {
		if sub.name == first && !isPipe(sub) {
			index = i
		}
	}
	if index < 0 && !deeper {
		for i, sub := range n.subs {
			tail, ok := strings.CutPrefix(first, sub.name)
			switch {
			case !ok || len(tail) < 2 || isPipe(sub):
			case tail[0] == '.':
				index, name = i, tail[1:]
			case tail[0] == '[' && tail[len(tail)-1] == ']':
				index, name = i, tail[1:len(tail)-1]
			}
		}
	}
	if index < 0 {
		return nil, badPath(path, "The provided aggregation [%s] either does not exist, or is a pipeline aggregation and cannot be used to sort the buckets.", first)
	}
	sub := n.subs[index]
	if m, ok := sub.spec.(metricSpec); ok && !deeper {
		if _, ok := m.metric(nil, 0, name); !ok {
			if name == "" {
				return nil, badPath(path, "When ordering on a multi-value metrics aggregation a metric name must be specified.")
			}
			return nil, badPath(path, "Unknown metric name [%s] on multi-value metrics aggregation [%s]", name, sub.name)
		}
		return func(subs []partial, bucket int) float64 {
			var p partial
			if index < len(subs) {
				p = subs[index]
			}
			x, _ := m.metric(p, bucket, name)
			return x
		}, nil
	}
	if _, ok := sub.spec.(pathed); ok {
		return nil, badPath(path, "Can't sort a [%s] aggregation [%s]", sub.kind, sub.name)
	}
	return resolveSingle(sub, index, path, rest, name, deeper)
}

// resolveSingle goes through an aggregation with one bucket: to its count, or to what is nested in it.
func resolveSingle(sub *node, index int, path, rest, name string, deeper bool) (metric, error) {
	if !single(sub) {
		return nil, badPath(path, "Buckets can only be sorted on a sub-aggregator path that is built out of zero or more single-bucket aggregations within the path and a "+
			"final single-bucket or a metrics aggregation at the path end.")
	}
	if !deeper || rest == "_count" {
		if name != "" && name != "doc_count" {
			return nil, badPath(path, "Ordering on a single-bucket aggregation can only be done on its doc_count.")
		}
		return func(subs []partial, bucket int) float64 {
			if index >= len(subs) {
				return 0
			}
			f, _ := subs[index].(*fixed)
			return float64(f.count(bucket, 0))
		}, nil
	}
	inner, err := resolvePath(sub, rest)
	if err != nil {
		return nil, err
	}
	return func(subs []partial, bucket int) float64 {
		if index >= len(subs) {
			return inner(nil, 0)
		}
		f, _ := subs[index].(*fixed)
		children, b := f.children(bucket, 0)
		return inner(children, b)
	}, nil
}

func badPath(path, format string, args ...any) error {
	cause := eserr.Illegal(format, args...)
	e := eserr.Shard("invalid_path", "Invalid aggregation order path [%s]. %s", path, cause.Reason)
	e.CausedBy = cause
	return e
}

// comparer compares candidates by the ordering. They are numbered from 0 in order of their keys; entry is a candidate's place in the partial, -1 if it
// is a bucket without documents that the partial does not have.
func (o ordering) comparer(n *node, k *keyed, candidates int, entry func(int) int) func(a, b int) int {
	steps := make([]func(a, b int) int, len(o))
	for i, key := range o {
		switch key.path {
		case "_key":
			steps[i] = cmp.Compare[int]
		case "_count":
			steps[i] = func(a, b int) int { return cmp.Compare(k.count(entry(a)), k.count(entry(b))) }
		default:
			steps[i] = byMetric(n, k, key, candidates, entry)
			continue
		}
		if key.desc {
			up := steps[i]
			steps[i] = func(a, b int) int { return up(b, a) }
		}
	}
	return func(a, b int) int {
		for _, step := range steps {
			if c := step(a, b); c != 0 {
				return c
			}
		}
		return 0
	}
}

// byMetric compares candidates by a metric, which is read once for each. NaN is last, either way.
func byMetric(n *node, k *keyed, key orderKey, candidates int, entry func(int) int) func(a, b int) int {
	m, err := resolvePath(n, key.path)
	if err != nil { // validate has seen it
		return func(int, int) int { return 0 }
	}
	values := make([]float64, candidates)
	for i := range values {
		if e := entry(i); e >= 0 {
			values[i] = m(k.subs, e)
		} else {
			values[i] = m(nil, 0)
		}
	}
	return func(a, b int) int {
		x, y := values[a], values[b]
		switch nanX, nanY := math.IsNaN(x), math.IsNaN(y); {
		case nanX && nanY:
			return 0
		case nanX:
			return 1
		case nanY:
			return -1
		}
		if key.desc {
			x, y = y, x
		}
		return cmp.Compare(x, y)
	}
}

// best returns the first size of n candidates in the order of compare, in that order.
func best(n, size int, compare func(a, b int) int) []int {
	if n <= size {
		all := make([]int, n)
		for i := range all {
			all[i] = i
		}
		slices.SortFunc(all, compare)
		return all
	}
	heap := make([]int, 0, size) // the worst is on top
	for i := range n {
		switch {
		case len(heap) < size:
			heap = append(heap, i)
			for c := len(heap) - 1; c > 0 && compare(heap[c], heap[(c-1)/2]) > 0; c = (c - 1) / 2 {
				heap[c], heap[(c-1)/2] = heap[(c-1)/2], heap[c]
			}
		case size > 0 && compare(i, heap[0]) < 0:
			heap[0] = i
			sinkWorst(heap, compare)
		}
	}
	slices.SortFunc(heap, compare)
	return heap
}

func sinkWorst(heap []int, compare func(a, b int) int) {
	for i := 0; ; {
		worst := i
		for _, child := range [2]int{2*i + 1, 2*i + 2} {
			if child < len(heap) && compare(heap[child], heap[worst]) > 0 {
				worst = child
			}
		}
		if worst == i {
			return
		}
		heap[i], heap[worst] = heap[worst], heap[i]
		i = worst
	}
}
