package main

import (
	"maps"
	"math/rand/v2"
)

// metricAggs are aggregations without buckets.
var metricAggs map[string]func(*rand.Rand, *world, int) any

func init() {
	metricAggs = map[string]func(*rand.Rand, *world, int) any{
		"min": plainMetric("min"), "max": plainMetric("max"), "avg": plainMetric("avg"), "sum": plainMetric("sum"), "stats": plainMetric("stats"),
		"value_count":               anyMetric("value_count"),
		"cardinality":               cardinalityAgg,
		"extended_stats":            extendedStatsAgg,
		"percentiles":               percentilesAgg,
		"percentile_ranks":          percentileRanksAgg,
		"median_absolute_deviation": plainMetric("median_absolute_deviation"),
		"weighted_avg":              weightedAvgAgg,
		"matrix_stats":              matrixStatsAgg,
		"top_hits":                  topHitsAgg,
	}
	maps.Copy(aggregations, metricAggs)
}

// measured are the types that metrics take.
var measured = append(append([]string{"boolean"}, numbers...), dates...)

func plainMetric(kind string) func(*rand.Rand, *world, int) any {
	return func(r *rand.Rand, w *world, _ int) any {
		return metric(r, kind, source(r, w, pick(r, numbers, numbers, measured)...))
	}
}

func anyMetric(kind string) func(*rand.Rand, *world, int) any {
	return func(r *rand.Rand, w *world, _ int) any { return metric(r, kind, source(r, w, exact...)) }
}

func cardinalityAgg(r *rand.Rand, w *world, _ int) any {
	o := source(r, w, exact...)
	delete(o, "format")
	maybe(r, 0.2, o, "precision_threshold", pick(r, 0, 10, 100, 40000, 100000, -1))
	maybe(r, 0.1, o, "execution_hint", pick(r, "direct", "global_ordinals", "segment_ordinals", "save_memory_heuristic"))
	return metric(r, "cardinality", o)
}

func extendedStatsAgg(r *rand.Rand, w *world, _ int) any {
	o := source(r, w, numbers...)
	maybe(r, 0.3, o, "sigma", pick[any](r, 0, 1, 3.5, "2", -1))
	return metric(r, "extended_stats", o)
}

func percentilesAgg(r *rand.Rand, w *world, _ int) any {
	o := source(r, w, measured...)
	maybe(r, 0.4, o, "percents", pick[any](r, []any{50}, []any{99.9, 5, 50}, []any{0, 100}, []any{}, []any{101}, 75, []any{"25"}))
	maybe(r, 0.3, o, "keyed", chance(r, 0.3))
	maybe(r, 0.1, o, "tdigest", pick[any](r, map[string]any{"compression": 200}, map[string]any{}, map[string]any{"execution_hint": "high_accuracy"}, map[string]any{"compression": -1}))
	return metric(r, "percentiles", o)
}

func percentileRanksAgg(r *rand.Rand, w *world, _ int) any {
	o := source(r, w, numbers...)
	o["values"] = pick[any](r, []any{5}, []any{-3, 0, 7.5, 20}, []any{3, 1}, []any{}, 4, []any{1e300})
	maybe(r, 0.3, o, "keyed", chance(r, 0.3))
	return metric(r, "percentile_ranks", o)
}

func weightedAvgAgg(r *rand.Rand, w *world, _ int) any {
	side := func() map[string]any {
		o := source(r, w, numbers...)
		delete(o, "format")
		return o
	}
	o := map[string]any{"value": side(), "weight": side()}
	maybe(r, 0.1, o, "format", "0.00")
	if chance(r, 0.03) {
		delete(o, pick(r, "value", "weight"))
	}
	return metric(r, "weighted_avg", o)
}

// matrixStatsAgg is asked about one field: the order of several is that of a hash map.
func matrixStatsAgg(r *rand.Rand, w *world, _ int) any {
	return metric(r, "matrix_stats", map[string]any{"fields": []any{pick(r, "byte", "half", "short")}, "mode": pick(r, "avg", "min", "max", "sum", "median")})
}

func topHitsAgg(r *rand.Rand, w *world, _ int) any {
	o := map[string]any{"size": r.IntN(4)}
	maybe(r, 0.3, o, "from", r.IntN(3))
	maybe(r, 0.5, o, "sort", []any{map[string]any{pick(r, "int", "kw", "when", "ip", "double"): pick[any](r, "asc", "desc", map[string]any{"order": "desc", "missing": "_first"})}})
	maybe(r, 0.5, o, "_source", pick[any](r, false, true, "kw*", []any{"int", "obj.*"}, map[string]any{"includes": []any{"*"}, "excludes": []any{"text*", "all"}}))
	maybe(r, 0.2, o, "docvalue_fields", []any{"int", map[string]any{"field": "when", "format": "yyyy"}})
	maybe(r, 0.2, o, "fields", []any{"kw", "dyn*"})
	maybe(r, 0.1, o, "version", true)
	maybe(r, 0.1, o, "seq_no_primary_term", true)
	maybe(r, 0.1, o, "track_scores", true)
	maybe(r, 0.02, o, "size", pick(r, 101, -1))
	return metric(r, "top_hits", o)
}
