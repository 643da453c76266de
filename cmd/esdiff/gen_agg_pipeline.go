package main

import (
	"maps"
	"math/rand/v2"
)

func init() { maps.Copy(aggregations, pipelineAggs()) }

// pipelineAggs makes aggregations of aggregations, by the name of the pipeline.
func pipelineAggs() map[string]func(*rand.Rand, *world, int) any {
	all := map[string]func(*rand.Rand, *world, int) any{}
	for _, kind := range []string{"avg_bucket", "sum_bucket", "min_bucket", "max_bucket", "stats_bucket", "extended_stats_bucket", "percentiles_bucket"} {
		all[kind] = siblingAgg(kind)
	}
	for kind, options := range parentPipelines {
		all[kind] = parentAgg(kind, options)
	}
	return all
}

// series is a histogram over fields whose values lie near enough to each other that all empty buckets can be made, with metrics below.
func series(r *rand.Rand, w *world) map[string]any {
	h := map[string]any{"histogram": map[string]any{"field": "byte", "interval": pick(r, 5, 20)}}
	switch r.IntN(4) {
	case 0:
		h = map[string]any{"date_histogram": map[string]any{"field": pick(r, "nanos", "dyn_date"), "calendar_interval": pick(r, "week", "month")}}
	case 1:
		h = map[string]any{"histogram": map[string]any{"field": "half", "interval": 1000}}
	}
	h["aggs"] = map[string]any{
		"b": map[string]any{pick(r, "max", "avg", "sum"): map[string]any{"field": pick(r, "byte", "short", "dyn_float")}},
		"c": map[string]any{"stats": map[string]any{"field": pick(r, "byte", "half")}},
		"d": map[string]any{"filter": aggQuery(r, w), "aggs": map[string]any{"b": map[string]any{"min": map[string]any{"field": "byte"}}}},
		"e": map[string]any{"cardinality": map[string]any{"field": "kw"}},
	}
	return h
}

// seriesPath leads to a number of a bucket of series.
func seriesPath(r *rand.Rand) string {
	return pick(r, "b", "b", "b", "_count", "c.avg", "c.max", "c[min]", "d>b", "d._count", "d>_count", "e", "b.value", "c", "none", "d>none")
}

func siblingAgg(kind string) func(*rand.Rand, *world, int) any {
	return func(r *rand.Rand, w *world, _ int) any {
		o := map[string]any{"buckets_path": "h>" + seriesPath(r)}
		common(r, o)
		if kind == "percentiles_bucket" {
			maybe(r, 0.5, o, "percents", pick[any](r, []any{50}, []any{1, 99.5}, []any{101}))
			maybe(r, 0.2, o, "keyed", false)
		}
		if kind == "extended_stats_bucket" {
			maybe(r, 0.3, o, "sigma", pick(r, 1, -1))
		}
		return map[string]any{"filter": map[string]any{"match_all": map[string]any{}}, "aggs": map[string]any{"h": series(r, w), "g": map[string]any{kind: o}}}
	}
}

func common(r *rand.Rand, o map[string]any) {
	maybe(r, 0.4, o, "gap_policy", pick(r, "skip", "insert_zeros", "keep_values", "none"))
	maybe(r, 0.2, o, "format", pick(r, "0.00", "#"))
}

// parentPipelines are the options of pipelines inside of a histogram; the values of common ones are added.
var parentPipelines = map[string]func(*rand.Rand) map[string]any{
	"derivative": func(r *rand.Rand) map[string]any {
		o := map[string]any{"buckets_path": seriesPath(r)}
		maybe(r, 0.2, o, "unit", pick(r, "day", "1h", "x"))
		return o
	},
	"cumulative_sum": func(r *rand.Rand) map[string]any { return map[string]any{"buckets_path": seriesPath(r)} },
	"serial_diff": func(r *rand.Rand) map[string]any {
		o := map[string]any{"buckets_path": seriesPath(r)}
		maybe(r, 0.6, o, "lag", pick(r, 1, 2, 30, 0))
		return o
	},
	"moving_fn": func(r *rand.Rand) map[string]any {
		o := map[string]any{"buckets_path": seriesPath(r), "window": pick(r, 1, 3, 10, 0), "script": "MovingFunctions." + pick(r, "max(values)", "min(values)", "sum(values)",
			"unweightedAvg(values)", "linearWeightedAvg(values)", "stdDev(values, MovingFunctions.unweightedAvg(values))", "ewma(values, 0.3)", "holt(values, 0.3, 0.1)")}
		maybe(r, 0.4, o, "shift", pick(r, 1, -1, 5))
		return o
	},
	"bucket_script": func(r *rand.Rand) map[string]any {
		return map[string]any{"buckets_path": map[string]any{"x": seriesPath(r), "y": "_count"}, "script": pick(r, "params.x + params.y", "params.x / params.y", "params.x > 3 ? 1 : 0", "Math.abs(params.x) * 2")}
	},
	"bucket_selector": func(r *rand.Rand) map[string]any {
		return map[string]any{"buckets_path": map[string]any{"x": seriesPath(r), "y": "_count"}, "script": pick(r, "params.x > 3", "params.y >= 2 && params.x < 100", "params.x != params.y")}
	},
	"bucket_sort": func(r *rand.Rand) map[string]any {
		o := map[string]any{"sort": []any{map[string]any{seriesPath(r): map[string]any{"order": pick(r, "asc", "desc")}}}}
		maybe(r, 0.5, o, "size", pick(r, 1, 3, 0))
		maybe(r, 0.4, o, "from", pick(r, 1, 5, -1))
		return o
	},
}

func parentAgg(kind string, options func(*rand.Rand) map[string]any) func(*rand.Rand, *world, int) any {
	return func(r *rand.Rand, w *world, _ int) any {
		o := options(r)
		common(r, o)
		if kind == "bucket_selector" || kind == "bucket_sort" || kind == "cumulative_sum" {
			delete(o, "format")
		}
		h := series(r, w)
		subs := maps.Clone(h["aggs"].(map[string]any))
		subs["g"] = map[string]any{kind: o}
		h["aggs"] = subs
		return h
	}
}
