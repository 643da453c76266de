package main

import (
	"maps"
	"math/rand/v2"
)

// filterAggs have buckets of documents that a query matches, or that lack a value.
var filterAggs map[string]func(*rand.Rand, *world, int) any

func init() {
	filterAggs = map[string]func(*rand.Rand, *world, int) any{
		"filter": func(r *rand.Rand, w *world, depth int) any {
			return agg(r, w, depth, "filter", aggQuery(r, w).(map[string]any))
		},
		"missing": func(r *rand.Rand, w *world, depth int) any {
			return agg(r, w, depth, "missing", map[string]any{"field": w.field(r, exact...).name})
		},
		"filters":          filtersAgg,
		"adjacency_matrix": adjacencyMatrixAgg,
	}
	maps.Copy(aggregations, filterAggs)
}

func filtersAgg(r *rand.Rand, w *world, depth int) any {
	o := map[string]any{}
	if chance(r, 0.5) {
		o["filters"] = namedQueries(r, w)
	} else {
		list := []any{}
		for range r.IntN(4) {
			list = append(list, aggQuery(r, w))
		}
		o["filters"] = list
	}
	maybe(r, 0.3, o, "other_bucket", chance(r, 0.8))
	maybe(r, 0.2, o, "other_bucket_key", "rest")
	maybe(r, 0.2, o, "keyed", chance(r, 0.5))
	return agg(r, w, depth, "filters", o)
}

func namedQueries(r *rand.Rand, w *world) map[string]any {
	named := map[string]any{}
	for _, name := range []string{"x", "y", "ä z"}[:1+r.IntN(3)] {
		named[name] = aggQuery(r, w)
	}
	return named
}

func adjacencyMatrixAgg(r *rand.Rand, w *world, depth int) any {
	o := map[string]any{"filters": namedQueries(r, w)}
	maybe(r, 0.2, o, "separator", pick(r, "|", " and "))
	return agg(r, w, depth, "adjacency_matrix", o)
}
