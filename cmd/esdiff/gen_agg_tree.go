package main

import (
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
)

// depthOfAggs is how deep aggregations are nested.
const depthOfAggs = 3

// aggNames are names for aggregations: of one letter, by which notAggs knows them.
var aggNames = []string{"b", "c", "d", "e", "f", "g"}

// notAggs leaves out the names of aggregations below others. Elasticsearch answers them in the order of a hash map, another one in buckets without documents.
func notAggs(path string, keys []string) []string {
	if path == "aggregations" {
		return keys
	}
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return len(key) == 1 })
}

// agg is an aggregation with options, and with others below it while depth allows.
func agg(r *rand.Rand, w *world, depth int, kind string, options map[string]any) any {
	a := map[string]any{kind: options}
	if depth+1 < depthOfAggs {
		subs := map[string]any{}
		for _, name := range aggNames[:r.IntN(3)] {
			subs[name] = anyAgg(r, w, depth+1)
		}
		if len(subs) > 0 {
			a[pick(r, "aggs", "aggregations")] = subs
		}
	}
	return withMeta(r, a)
}

func withMeta(r *rand.Rand, a map[string]any) any {
	if chance(r, 0.05) {
		a["meta"] = map[string]any{"colour": pick[any](r, "red", 7, nil, []any{1, "x"}, map[string]any{"deep": true})}
	}
	return a
}

// metric is an aggregation with options that has none below.
func metric(r *rand.Rand, kind string, options map[string]any) any {
	return withMeta(r, map[string]any{kind: options})
}

// anyAgg is one of those that may stand anywhere: `global` may not, and pipelines need what they work on.
func anyAgg(r *rand.Rand, w *world, depth int) any {
	if depth+1 >= depthOfAggs || chance(r, 0.5) {
		return metricAggs[pick(r, slices.Sorted(maps.Keys(metricAggs))...)](r, w, depth)
	}
	group := pick(r, termsAggs, histogramAggs, rangeAggs, filterAggs)
	return group[pick(r, slices.Sorted(maps.Keys(group))...)](r, w, depth)
}

// maybe sets an option now and then.
func maybe(r *rand.Rand, p float64, options map[string]any, key string, value any) {
	if chance(r, p) {
		options[key] = value
	}
}

// source is the option `field`, with `missing` and `format` now and then.
func source(r *rand.Rand, w *world, types ...string) map[string]any {
	f := w.field(r, types...)
	options := map[string]any{"field": f.name}
	if chance(r, 0.15) {
		options["missing"] = f.value(r)
	}
	switch {
	case chance(r, 0.02):
		options["missing"] = pick[any](r, "zz", 3, "7", true, "10.0.0.9", "2024-05-06")
	case !chance(r, 0.12):
	case contains(dates, f.typ):
		options["format"] = pick(r, "yyyy-MM-dd", "epoch_second", "epoch_millis", "yyyy/MM||HH:mm", "strict_date_time", "basic_date", "e MMM uuuu HH:mm:ss.SSS")
	case contains(numbers, f.typ):
		options["format"] = pick(r, "0.00", "#,##0.0#", "0", "$0.0", "#.###", "000", "0%", "#")
	case chance(r, 0.2):
		options["format"] = pick(r, "0.0", "yyyy", "")
	}
	return options
}

var place = regexp.MustCompile(`^\[\d+:\d+\] `)

// withoutPlace takes the place in the body off a reason: Vedette tells it only where it stands in `line` and `col`.
func withoutPlace(reason string) string { return place.ReplaceAllString(reason, "") }
