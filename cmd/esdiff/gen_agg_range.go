package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
)

// rangeAggs have a bucket for each range of the request, or of addresses.
var rangeAggs map[string]func(*rand.Rand, *world, int) any

func init() {
	rangeAggs = map[string]func(*rand.Rand, *world, int) any{"range": rangeAgg, "date_range": dateRangeAgg, "ip_range": ipRangeAgg, "ip_prefix": ipPrefixAgg}
	maps.Copy(aggregations, rangeAggs)
}

// rangesOf is a list of ranges between bounds that a function makes, in both orders.
func rangesOf(r *rand.Rand, bound func() any) []any {
	list := []any{}
	for range 1 + r.IntN(4) {
		one := map[string]any{}
		maybe(r, 0.7, one, "from", bound())
		maybe(r, 0.7, one, "to", bound())
		maybe(r, 0.2, one, "key", pick(r, "low", "high", "ä"))
		list = append(list, one)
	}
	return list
}

func rangeAgg(r *rand.Rand, w *world, depth int) any {
	o := source(r, w, numbers...)
	o["ranges"] = rangesOf(r, func() any {
		return pick[any](r, r.IntN(30)-5, r.IntN(30)-5, float64(r.IntN(100))/8, fmt.Sprint(r.IntN(20)), nil, 1e10)
	})
	maybe(r, 0.2, o, "keyed", true)
	return agg(r, w, depth, "range", o)
}

func dateRangeAgg(r *rand.Rand, w *world, depth int) any {
	f := pick(r, w.of(dates...)...)
	o := map[string]any{"field": f.name}
	o["ranges"] = rangesOf(r, func() any {
		if f.name == "day" {
			return pick[any](r, aDay(r), "2024/03/01||/M", "2024/03/01||-3d")
		}
		year := 2023 + r.IntN(3)
		return pick[any](r, fmt.Sprintf("%d-%02d-%02d", year, 1+r.IntN(12), 1+r.IntN(28)), fmt.Sprint(year), fmt.Sprintf("%d-05-05||/y", year), fmt.Sprintf("%d-05-05||-1M/M", year),
			fmt.Sprintf("%d-03-31T01:30:00", year), 1700000000000+int64(r.IntN(1<<30))*20)
	})
	maybe(r, 0.2, o, "keyed", true)
	maybe(r, 0.3, o, "time_zone", pick(r, zones...))
	maybe(r, 0.1, o, "missing", f.value(r))
	return agg(r, w, depth, "date_range", o)
}

func ipRangeAgg(r *rand.Rand, w *world, depth int) any {
	o := map[string]any{"field": w.field(r, "ip").name}
	list := rangesOf(r, func() any { return anIP(r) })
	for range r.IntN(3) {
		list = append(list, map[string]any{"mask": pick(r, "10.0.0.0/24", "10.0.1.7/30", "0.0.0.0/0", "2001:db8::/32", "::/0", "::1/128", "10.0.0.0/8", "255.255.255.255/32", "10.0.0.0/33", "x")})
	}
	o["ranges"] = list
	maybe(r, 0.2, o, "keyed", true)
	maybe(r, 0.2, o, "missing", anIP(r))
	return agg(r, w, depth, "ip_range", o)
}

// ipPrefixAgg is asked with a query for one family below a filter, as Elasticsearch cuts addresses of the other as if they were of that one.
func ipPrefixAgg(r *rand.Rand, w *world, depth int) any {
	o := map[string]any{"field": w.field(r, "ip").name, "prefix_length": pick(r, 0, 8, 24, 30, 32, 33, -1)}
	if chance(r, 0.3) {
		o["is_ipv6"], o["prefix_length"] = true, pick(r, 0, 32, 64, 128, 129)
	}
	maybe(r, 0.2, o, "keyed", true)
	maybe(r, 0.2, o, "append_prefix_length", true)
	maybe(r, 0.2, o, "min_doc_count", pick(r, 0, 1, 2))
	return agg(r, w, depth, "ip_prefix", o)
}
