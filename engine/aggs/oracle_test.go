package aggs_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// An event is a document as the oracle sees it: texts of `k`, `k2` and `ip`, numbers of `n`, `d`, `b` (0 or 1) and `t` (milliseconds). Values ascend.
type event struct {
	texts   map[string][]string
	numbers map[string][]float64
	all     *[]event // every event, for what is compared with them
}

// source is the event as JSON, with times as text.
func (e event) source() string {
	out := map[string]any{}
	for name, list := range e.texts {
		out[name] = list
	}
	for name, list := range e.numbers {
		var values []any
		for _, x := range list {
			switch name {
			case "t", "t1":
				values = append(values, time.UnixMilli(int64(x)).UTC().Format(time.RFC3339Nano))
			case "b":
				values = append(values, x == 1)
			default:
				values = append(values, x)
			}
		}
		out[name] = values
	}
	text, err := json.Marshal(out)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// answer computes aggregations the slow way: for each bucket, over a list of its events.
func answer(request map[string]any, events []event) map[string]any {
	out := map[string]any{}
	for name, body := range request {
		if name[0] == 'p' { // a pipeline, whose values come after the others
			continue
		}
		one := answerOne(body.(map[string]any), events)
		subs, _ := body.(map[string]any)["aggs"].(map[string]any)
		parentsOf(subs, one.(map[string]any))
		out[name] = one
	}
	siblingsOf(request, out)
	return out
}

func answerOne(agg map[string]any, events []event) any {
	subs, _ := agg["aggs"].(map[string]any)
	for kind, body := range agg {
		if kind == "aggs" {
			continue
		}
		o := body.(map[string]any)
		switch kind {
		case "terms":
			return answerTerms(o, subs, events)
		case "histogram", "date_histogram":
			return answerHistogram(kind, o, subs, events)
		case "range":
			return answerRange(o, subs, events)
		case "filter":
			return single(subs, keep(events, o))
		case "filters":
			return answerFilters(o, subs, events)
		case "missing":
			var rest []event
			for _, e := range events {
				if len(values(e, o["field"].(string))) == 0 {
					rest = append(rest, e)
				}
			}
			return single(subs, rest)
		case "composite":
			return answerComposite(o, subs, events)
		case "auto_date_histogram":
			return answerAuto(o, subs, events)
		case "significant_terms":
			return answerSignificant(o, subs, events)
		case "adjacency_matrix":
			return answerAdjacency(o, subs, events)
		case "rare_terms":
			return answerRare(o, subs, events)
		case "multi_terms":
			return answerMulti(o, subs, events)
		case "ip_prefix":
			return answerPrefix(o, subs, events)
		case "geotile_grid", "geohash_grid":
			return answerGrid(kind, o, subs, events)
		case "sampler", "diversified_sampler":
			return answerSample(o, subs, events)
		case "geo_distance":
			return answerRings(o, subs, events)
		case "geo_bounds":
			return answerGeoBounds(o, events)
		case "geo_centroid":
			return answerGeoCentroid(events)
		case "string_stats":
			return answerStrings(o, events)
		case "matrix_stats":
			return answerMatrix(o, events)
		case "top_metrics":
			return answerTop(o, events)
		case "weighted_avg":
			return answerWeighted(o, events)
		case "median_absolute_deviation", "percentile_ranks", "boxplot":
			return answerSpread(kind, o, events)
		}
		return answerMetric(kind, o, events)
	}
	return nil
}

func single(subs map[string]any, events []event) map[string]any {
	return with(map[string]any{"doc_count": float64(len(events))}, answer(subs, events))
}

func with(a, b map[string]any) map[string]any {
	for k, v := range b {
		a[k] = v
	}
	return a
}

// values are the distinct values of a field as keys of buckets: string or float64, ascending.
func values(e event, field string) []any {
	var out []any
	for _, s := range slices.Compact(slices.Clone(e.texts[field])) {
		out = append(out, s)
	}
	for _, x := range slices.Compact(slices.Clone(e.numbers[field])) {
		out = append(out, x)
	}
	return out
}

// keep are the events that a term query matches.
func keep(events []event, query map[string]any) []event {
	var out []event
	for field, value := range query["term"].(map[string]any) {
		for _, e := range events {
			if slices.Contains(values(e, field), value) {
				out = append(out, e)
			}
		}
	}
	return out
}

// group sorts events into buckets by key; an event is in each bucket once.
func group(events []event, keys func(event) []any) ([]any, map[any][]event) {
	groups := map[any][]event{}
	var order []any
	for _, e := range events {
		var seen []any
		for _, key := range keys(e) {
			if slices.Contains(seen, key) {
				continue
			}
			seen = append(seen, key)
			if groups[key] == nil {
				order = append(order, key)
			}
			groups[key] = append(groups[key], e)
		}
	}
	slices.SortFunc(order, compareKeys)
	return order, groups
}

func compareKeys(a, b any) int {
	if x, ok := a.(float64); ok {
		return cmp.Compare(x, b.(float64))
	}
	return strings.Compare(a.(string), b.(string))
}

func answerTerms(o, subs map[string]any, events []event) any {
	field := o["field"].(string)
	keys, groups := group(events, func(e event) []any {
		v := values(e, field)
		if m, ok := o["missing"]; ok && len(v) == 0 {
			return []any{m}
		}
		return v
	})
	buckets := make([]map[string]any, 0, len(keys))
	for _, key := range keys {
		b := single(subs, groups[key])
		b["key"] = key
		if field == "b" {
			b["key_as_string"] = map[any]string{0.0: "false", 1.0: "true"}[key]
		}
		buckets = append(buckets, b)
	}
	return firstBuckets(o, buckets)
}

// firstBuckets orders buckets, which are in order of their keys, and cuts off what is too many.
func firstBuckets(o map[string]any, buckets []map[string]any) any {
	for path, direction := range o["order"].(map[string]any) {
		slices.SortStableFunc(buckets, func(a, b map[string]any) int {
			c := 0
			switch path {
			case "_key":
				c = compareAny(a["key"], b["key"])
			case "_count":
				c = cmp.Compare(a["doc_count"].(float64), b["doc_count"].(float64))
			default:
				c = cmp.Compare(a[path].(map[string]any)["value"].(float64), b[path].(map[string]any)["value"].(float64))
			}
			if direction == "desc" {
				return -c
			}
			return c
		})
	}
	other, out := 0.0, []any{}
	for i, b := range buckets {
		if i < o["size"].(int) {
			out = append(out, b)
		} else {
			other += b["doc_count"].(float64)
		}
	}
	return map[string]any{"doc_count_error_upper_bound": 0.0, "sum_other_doc_count": other, "buckets": out}
}

func answerHistogram(kind string, o, subs map[string]any, events []event) any {
	width := 86_400_000.0
	if kind == "histogram" {
		width = o["interval"].(float64)
	}
	keys, groups := group(events, func(e event) []any {
		var out []any
		for _, x := range e.numbers[o["field"].(string)] {
			out = append(out, math.Floor(x/width)*width)
		}
		return out
	})
	out := []any{}
	if len(keys) > 0 {
		for key := keys[0].(float64); key <= keys[len(keys)-1].(float64); key += width {
			if o["min_doc_count"] == 1 && len(groups[key]) == 0 {
				continue
			}
			b := single(subs, groups[key])
			b["key"] = key
			if kind == "date_histogram" {
				b["key_as_string"] = time.UnixMilli(int64(key)).UTC().Format("2006-01-02T15:04:05.000Z")
			}
			out = append(out, b)
		}
	}
	return map[string]any{"buckets": out}
}

func answerRange(o, subs map[string]any, events []event) any {
	out := []any{}
	for _, r := range o["ranges"].([]any) {
		from, to := r.(map[string]any)["from"].(float64), r.(map[string]any)["to"].(float64)
		var in []event
		for _, e := range events {
			if slices.ContainsFunc(e.numbers[o["field"].(string)], func(x float64) bool { return x >= from && x < to }) {
				in = append(in, e)
			}
		}
		out = append(out, with(map[string]any{"from": from, "to": to, "key": r.(map[string]any)["key"]}, single(subs, in)))
	}
	return map[string]any{"buckets": out}
}

func answerFilters(o, subs map[string]any, events []event) any {
	out := map[string]any{}
	var rest []event
	for _, e := range events {
		in := false
		for _, q := range o["filters"].(map[string]any) {
			in = in || len(keep([]event{e}, q.(map[string]any))) > 0
		}
		if !in {
			rest = append(rest, e)
		}
	}
	for name, q := range o["filters"].(map[string]any) {
		out[name] = single(subs, keep(events, q.(map[string]any)))
	}
	out["_other_"] = single(subs, rest)
	return map[string]any{"buckets": out}
}

// answerComposite knows sources of terms only.
func answerComposite(o, subs map[string]any, events []event) any {
	sources := o["sources"].([]any)
	combos := map[string][]any{}
	_, groups := group(events, func(e event) []any {
		tuples := [][]any{nil}
		for _, s := range sources {
			var next [][]any
			for _, t := range tuples {
				for _, v := range values(e, sourceField(s)) {
					next = append(next, append(slices.Clone(t), v))
				}
			}
			tuples = next
		}
		var out []any
		for _, t := range tuples {
			id := fmt.Sprintf("%#v", t)
			combos[id] = t
			out = append(out, id)
		}
		return out
	})
	ids := make([]string, 0, len(groups))
	for id := range groups {
		ids = append(ids, id.(string))
	}
	slices.SortFunc(ids, func(a, b string) int {
		for i := range sources {
			if c := compareKeys(combos[a][i], combos[b][i]); c != 0 {
				return c
			}
		}
		return 0
	})
	buckets := []any{}
	out := map[string]any{}
	for _, id := range ids[:min(len(ids), o["size"].(int))] {
		key := map[string]any{}
		for i, s := range sources {
			key[sourceField(s)] = combos[id][i]
			if sourceField(s) == "b" {
				key["b"] = combos[id][i] == 1.0
			}
		}
		out["after_key"] = key
		buckets = append(buckets, with(map[string]any{"key": key}, single(subs, groups[id])))
	}
	out["buckets"] = buckets
	return out
}

func sourceField(s any) string {
	for name := range s.(map[string]any) {
		return name
	}
	return ""
}

func answerMetric(kind string, o map[string]any, events []event) any {
	field := o["field"].(string)
	var all []float64
	distinct := map[any]bool{}
	texts := 0
	for _, e := range events {
		all = append(all, e.numbers[field]...)
		for _, v := range values(e, field) {
			distinct[v] = true
		}
		texts += len(slices.Compact(slices.Clone(e.texts[field])))
	}
	slices.Sort(all)
	sum, squares := 0.0, 0.0
	for _, x := range all {
		sum, squares = sum+x, squares+x*x
	}
	n := float64(len(all))
	switch {
	case kind == "sum":
		return map[string]any{"value": sum}
	case kind == "value_count":
		return map[string]any{"value": n + float64(texts)}
	case kind == "cardinality":
		return map[string]any{"value": float64(len(distinct))}
	case kind == "percentiles":
		out := map[string]any{}
		for _, p := range o["percents"].([]float64) {
			key := fmt.Sprintf("%.1f", p)
			if out[key] = nil; len(all) > 0 {
				at := p / 100 * (n - 1)
				low := int(at)
				out[key] = all[low] + (at-float64(low))*(all[min(low+1, len(all)-1)]-all[low])
			}
		}
		return map[string]any{"values": out}
	case len(all) == 0 && kind == "stats":
		return map[string]any{"count": 0.0, "min": nil, "max": nil, "avg": nil, "sum": 0.0}
	case len(all) == 0:
		return map[string]any{"value": nil}
	case kind == "min":
		return map[string]any{"value": all[0]}
	case kind == "max":
		return map[string]any{"value": all[len(all)-1]}
	case kind == "avg":
		return map[string]any{"value": sum / n}
	}
	return map[string]any{"count": n, "min": all[0], "max": all[len(all)-1], "avg": sum / n, "sum": sum}
}
