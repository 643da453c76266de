package main

import (
	"maps"
	"math/rand/v2"
)

// termsAggs have a bucket for each value.
var termsAggs map[string]func(*rand.Rand, *world, int) any

func init() {
	termsAggs = map[string]func(*rand.Rand, *world, int) any{
		"terms": termsAgg, "rare_terms": rareTermsAgg, "significant_terms": significantTermsAgg, "multi_terms": multiTermsAgg,
	}
	maps.Copy(aggregations, termsAggs)
}

func termsAgg(r *rand.Rand, w *world, depth int) any {
	o := source(r, w, exact...)
	maybe(r, 0.5, o, "size", pick(r, 1, 2, 3, 5, 20, 100, 0, -1))
	maybe(r, 0.2, o, "min_doc_count", pick(r, 0, 1, 2, 5, -1))
	maybe(r, 0.1, o, "shard_size", pick(r, 1, 50, 0))
	maybe(r, 0.1, o, "shard_min_doc_count", pick(r, 0, 1, -1))
	maybe(r, 0.1, o, "show_term_doc_count_error", true)
	maybe(r, 0.1, o, "collect_mode", pick(r, "depth_first", "breadth_first", "zz"))
	maybe(r, 0.1, o, "execution_hint", pick(r, "map", "global_ordinals"))
	choose(r, w, o)
	if !chance(r, 0.4) {
		return agg(r, w, depth, "terms", o)
	}
	path, below := orderedBy(r, w)
	direction := pick(r, "asc", "desc", "desc")
	o["order"] = pick[any](r, map[string]any{path: direction}, map[string]any{path: direction}, []any{map[string]any{path: direction}, map[string]any{"_key": "desc"}})
	a := map[string]any{"terms": o}
	if below != nil {
		a["aggs"] = map[string]any{"m": below}
	}
	return a
}

// orderedBy is a path to order buckets by, and the aggregation that it leads to; nil if there is none, or it is missing.
func orderedBy(r *rand.Rand, w *world) (string, any) {
	field := map[string]any{"field": pick(r, "byte", "int", "half", "short", "dyn_float")}
	switch r.IntN(12) {
	case 0, 1, 2:
		return pick(r, "_key", "_count"), nil
	case 3, 4:
		return pick(r, "m", "m.value"), map[string]any{pick(r, "max", "min", "avg", "sum", "value_count", "cardinality"): field}
	case 5, 6:
		return "m." + pick(r, "min", "max", "avg", "sum", "count"), map[string]any{"stats": field}
	case 7:
		return "m." + pick(r, "variance", "std_deviation", "std_deviation_bounds.upper", "std_upper", "sum_of_squares"), map[string]any{"extended_stats": field}
	case 8:
		return pick(r, "m.50", "m[50.0]", "m[99]"), map[string]any{"percentiles": map[string]any{"field": field["field"], "percents": []any{50, 99}}}
	case 9:
		return pick(r, "m", "m._count", "m>n", "m>n.value"), map[string]any{"filter": map[string]any{"range": map[string]any{"int": map[string]any{"gt": 3}}}, "aggs": map[string]any{"n": map[string]any{"max": field}}}
	case 10:
		return pick(r, "m", "m.none", "none"), map[string]any{"stats": field}
	}
	return "m", map[string]any{"terms": field}
}

// choose adds `include` and `exclude`.
func choose(r *rand.Rand, w *world, o map[string]any) {
	if !chance(r, 0.2) {
		return
	}
	value := func() any { return pick(r, w.documents...).body[o["field"].(string)] }
	list := func() any {
		out := []any{}
		for range 1 + r.IntN(4) {
			switch v := value().(type) {
			case nil, []any, map[string]any:
			default:
				out = append(out, v)
			}
		}
		return out
	}
	expression := func() any {
		return pick(r, "a.*", "[a-f].*", ".*a", "b|fox", ".+", "al@", "[^a]*", "<1-9>", "a{1,2}.*", "..")
	}
	switch r.IntN(5) {
	case 0:
		o["include"] = list()
	case 1:
		o["exclude"] = list()
	case 2:
		o["include"] = expression()
	case 3:
		o["exclude"] = expression()
		maybe(r, 0.5, o, "include", pick(r, expression(), list()))
	case 4:
		o["include"] = map[string]any{"partition": r.IntN(4), "num_partitions": 3}
	}
}

func rareTermsAgg(r *rand.Rand, w *world, depth int) any {
	o := source(r, w, pick(r, []string{"keyword", "ip", "long", "byte", "date", "boolean"}, exact)...)
	maybe(r, 0.6, o, "max_doc_count", pick(r, 1, 2, 5, 100, 0, 101))
	maybe(r, 0.1, o, "precision", pick(r, 0.01, 0.001, 0.0000001))
	choose(r, w, o)
	return agg(r, w, depth, "rare_terms", o)
}

func significantTermsAgg(r *rand.Rand, w *world, depth int) any {
	o := map[string]any{"field": w.field(r, "keyword", "keyword", "ip", "byte", "short", "integer").name}
	maybe(r, 0.5, o, "min_doc_count", pick(r, 1, 2, 3))
	maybe(r, 0.4, o, "size", pick(r, 1, 3, 50, 0))
	maybe(r, 0.5, o, pick(r, "jlh", "gnd", "percentage"), map[string]any{})
	maybe(r, 0.2, o, pick(r, "mutual_information", "chi_square"), map[string]any{"include_negatives": chance(r, 0.5), "background_is_superset": chance(r, 0.5)})
	maybe(r, 0.2, o, "background_filter", aggQuery(r, w))
	choose(r, w, o)
	return agg(r, w, depth, "significant_terms", o)
}

func multiTermsAgg(r *rand.Rand, w *world, depth int) any {
	list := []any{}
	for range 1 + r.IntN(3) {
		list = append(list, source(r, w, "keyword", "byte", "boolean", "ip", "date"))
	}
	o := map[string]any{"terms": list}
	maybe(r, 0.5, o, "size", pick(r, 1, 5, 50))
	maybe(r, 0.2, o, "min_doc_count", pick(r, 1, 2))
	maybe(r, 0.2, o, "order", map[string]any{pick(r, "_key", "_count"): pick(r, "asc", "desc")})
	return agg(r, w, depth, "multi_terms", o)
}
