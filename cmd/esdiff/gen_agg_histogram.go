package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
)

// histogramAggs have a bucket for each interval.
var histogramAggs map[string]func(*rand.Rand, *world, int) any

func init() {
	histogramAggs = map[string]func(*rand.Rand, *world, int) any{"histogram": histogramAgg, "date_histogram": dateHistogramAgg, "auto_date_histogram": autoDateHistogramAgg}
	maps.Copy(aggregations, histogramAggs)
}

func histogramAgg(r *rand.Rand, w *world, depth int) any {
	o := source(r, w, numbers...)
	o["interval"] = pick[any](r, 1, 5, 10, 2.5, "3", 1000)
	maybe(r, 0.3, o, "offset", pick[any](r, 1, -1, 0.25, 12, "2"))
	lattice(r, o)
	if chance(r, 0.15) {
		o["extended_bounds"] = pick[any](r, map[string]any{"min": -10, "max": 50}, map[string]any{"min": 3}, map[string]any{"max": "60"}, map[string]any{"min": 9, "max": 1})
	}
	if chance(r, 0.15) {
		o["hard_bounds"] = pick[any](r, map[string]any{"min": 0, "max": 20}, map[string]any{"min": 3}, map[string]any{"max": 7})
	}
	maybe(r, 0.02, o, "interval", pick[any](r, 0, -1, "x"))
	return agg(r, w, depth, "histogram", o)
}

// lattice adds what all histograms have. Empty buckets are left out where values lie far apart: there are too many of them, and OpenSearch makes them all until its memory ends.
func lattice(r *rand.Rand, o map[string]any) {
	if near := []string{"byte", "dyn_date", "nanos"}; chance(r, 0.5) || !contains(near, o["field"].(string)) || o["missing"] != nil {
		o["min_doc_count"] = pick(r, 1, 1, 1, 2, 5)
	}
	maybe(r, 0.2, o, "keyed", chance(r, 0.7))
	maybe(r, 0.2, o, "order", map[string]any{pick(r, "_key", "_count"): pick(r, "asc", "desc")})
}

var zones = []string{"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe", "UTC", "+05:30", "-08:00", "Z"}

func dateHistogramAgg(r *rand.Rand, w *world, depth int) any {
	o := source(r, w, dates...)
	if chance(r, 0.6) {
		o["calendar_interval"] = pick(r, "hour", "day", "week", "month", "quarter", "year", "1h", "1d", "1w", "1M", "1q", "1y")
	} else {
		o["fixed_interval"] = pick(r, "90m", "12h", "1d", "7d", "30d", "1000d", "3600s", "1.5d", "1M", "2x")
	}
	maybe(r, 0.5, o, "time_zone", pick(r, zones...))
	maybe(r, 0.2, o, "offset", pick[any](r, "6h", "-6h", "+3d", "90m", "1ms", 3600000))
	lattice(r, o)
	year := 2023 + r.IntN(2)
	if o["format"] == nil && o["field"] != "day" {
		maybe(r, 0.1, o, "extended_bounds", map[string]any{"min": fmt.Sprintf("%d-02-03", year), "max": fmt.Sprintf("%d-05", year+1)})
		maybe(r, 0.1, o, "hard_bounds", map[string]any{"min": fmt.Sprintf("%d-02-03", year), "max": fmt.Sprintf("%d-05", year+1)})
	}
	return agg(r, w, depth, "date_histogram", o)
}

// autoDateHistogramAgg is asked about dates only: OpenSearch runs out of memory over long numbers.
func autoDateHistogramAgg(r *rand.Rand, w *world, depth int) any {
	o := map[string]any{"field": pick(r, w.of("date")...).name, "buckets": pick(r, 1, 3, 5, 10, 50, 0)}
	maybe(r, 0.3, o, "time_zone", pick(r, zones...))
	maybe(r, 0.2, o, "minimum_interval", pick(r, "minute", "day", "month", "year", "century"))
	return agg(r, w, depth, "auto_date_histogram", o)
}
