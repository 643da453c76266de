package main

import (
	"maps"
	"math/rand/v2"
)

// compositeAggs stand at the top, or below one bucket.
var compositeAggs map[string]func(*rand.Rand, *world, int) any

func init() {
	compositeAggs = map[string]func(*rand.Rand, *world, int) any{
		"composite": compositeAgg,
		"global":    func(r *rand.Rand, w *world, depth int) any { return agg(r, w, depth, "global", map[string]any{}) },
	}
	maps.Copy(aggregations, compositeAggs)
}

func compositeAgg(r *rand.Rand, w *world, depth int) any {
	sources, after := []any{}, map[string]any{}
	for _, name := range []string{"s", "t", "u"}[:1+r.IntN(3)] {
		kind, options, value := compositeSource(r, w)
		maybe(r, 0.4, options, "order", pick(r, "asc", "desc"))
		if chance(r, 0.3) {
			options["missing_bucket"] = true
			maybe(r, 0.5, options, "missing_order", pick(r, "first", "last", "default"))
		}
		sources = append(sources, map[string]any{name: map[string]any{kind: options}})
		after[name] = value
	}
	o := map[string]any{"sources": sources}
	maybe(r, 0.8, o, "size", pick(r, 1, 3, 10, 100, 500, 0))
	maybe(r, 0.3, o, "after", after)
	return agg(r, w, depth, "composite", o)
}

// compositeSource is a source with a value that a page may begin after.
func compositeSource(r *rand.Rand, w *world) (string, map[string]any, any) {
	switch r.IntN(4) {
	case 0:
		f := w.field(r, "byte", "half_float", "float", "integer")
		return "histogram", map[string]any{"field": f.name, "interval": pick[any](r, 1, 5, 2.5)}, r.IntN(20)
	case 1:
		o := map[string]any{"field": w.field(r, "date").name, pick(r, "calendar_interval", "calendar_interval", "fixed_interval"): pick(r, "1d", "1h")}
		maybe(r, 0.4, o, "time_zone", pick(r, zones...))
		maybe(r, 0.3, o, "offset", pick(r, "3h", "-2d"))
		if chance(r, 0.3) {
			o["format"] = "strict_date_time" // one that loses the time makes Elasticsearch close the connection
			return "date_histogram", o, "2024-02-03T00:00:00.000Z"
		}
		return "date_histogram", o, int64(1700000000000)
	}
	f := pick(r, w.of("keyword", "ip", "long", "byte", "boolean", "double", "date")...)
	return "terms", map[string]any{"field": f.name}, f.value(r)
}
