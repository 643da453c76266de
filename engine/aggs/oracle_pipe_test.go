package aggs_test

import (
	"fmt"
	"math"
	"slices"
)

// pipeline adds a pipeline to the children of a bucket aggregation, or beside it, over `_count` or a sum among its children. It is the only one of its level.
func (g *generator) pipeline(name string, agg, siblings map[string]any) {
	subs, _ := agg["aggs"].(map[string]any)
	if subs == nil {
		subs = map[string]any{}
	}
	path := "_count"
	for sub, body := range subs {
		if _, ok := body.(map[string]any)["sum"]; ok {
			path = sub
		}
	}
	gap := g.pick("skip", "insert_zeros")
	g.names++
	own := fmt.Sprintf("p%d", g.names)
	if g.IntN(2) == 0 {
		siblings[own] = map[string]any{g.pick("sum_bucket", "avg_bucket", "max_bucket", "stats_bucket"): map[string]any{"buckets_path": name + ">" + path, "gap_policy": gap}}
		return
	}
	kind := g.pick("bucket_script", "bucket_selector", "bucket_sort", "normalize")
	if h, ok := agg["histogram"].(map[string]any); ok && h["min_doc_count"] == 0 {
		kind = g.pick(kind, "derivative", "cumulative_sum", "serial_diff", "moving_fn")
	}
	o := map[string]any{"buckets_path": path}
	switch kind {
	case "bucket_script":
		o = map[string]any{"buckets_path": map[string]any{"x": path}, "gap_policy": gap, "script": "params.x * 2 - 1"}
	case "bucket_selector":
		o = map[string]any{"buckets_path": map[string]any{"x": path}, "gap_policy": gap, "script": "x >= 2"}
	case "bucket_sort":
		o = map[string]any{"sort": []any{map[string]any{path: "desc"}}, "size": 1 + g.IntN(4), "gap_policy": gap}
	case "normalize":
		o["method"] = "mean"
	case "moving_fn":
		o["window"], o["script"], o["gap_policy"] = 3, "MovingFunctions.sum(values)", gap
	case "serial_diff":
		o["lag"], o["gap_policy"] = 2, gap
	case "derivative":
		o["gap_policy"] = gap
	}
	subs[own] = map[string]any{kind: o}
	agg["aggs"] = subs
}

// kindAndOptions of a request's aggregation.
func kindAndOptions(agg any) (string, map[string]any) {
	for kind, body := range agg.(map[string]any) {
		if kind != "aggs" {
			return kind, body.(map[string]any)
		}
	}
	return "", nil
}

// pathValue is what a bucket has for a path; ok is false if it counts as missing.
func pathValue(b map[string]any, path, gap string) (float64, bool) {
	if path == "_count" {
		return b["doc_count"].(float64), true
	}
	if b["doc_count"] == 0.0 {
		return 0, gap == "insert_zeros"
	}
	return b[path].(map[string]any)["value"].(float64), true
}

func bucketsOf(answer any) []map[string]any {
	var out []map[string]any
	for _, b := range answer.(map[string]any)["buckets"].([]any) {
		out = append(out, b.(map[string]any))
	}
	return out
}

// siblingsOf adds the results of the pipelines that stand beside aggregations.
func siblingsOf(request, out map[string]any) {
	for name, agg := range request {
		kind, o := kindAndOptions(agg)
		switch kind {
		case "sum_bucket", "avg_bucket", "max_bucket", "stats_bucket":
		default:
			continue
		}
		var from, path string
		for i, c := range o["buckets_path"].(string) {
			if c == '>' {
				from, path = o["buckets_path"].(string)[:i], o["buckets_path"].(string)[i+1:]
			}
		}
		var values []float64
		var keys []string
		for _, b := range bucketsOf(out[from]) {
			if x, ok := pathValue(b, path, o["gap_policy"].(string)); ok {
				values, keys = append(values, x), append(keys, keyText(b, request[from]))
			}
		}
		out[name] = overBuckets(kind, values, keys)
	}
}

func keyText(b map[string]any, agg any) string {
	if s, ok := b["key_as_string"].(string); ok {
		return s
	}
	if x, ok := b["key"].(float64); ok {
		if kind, o := kindAndOptions(agg); (kind == "histogram" || o["field"] == "d") && x == math.Trunc(x) {
			return fmt.Sprintf("%.1f", x)
		}
		return fmt.Sprint(x)
	}
	return b["key"].(string)
}

func overBuckets(kind string, values []float64, keys []string) any {
	e := event{numbers: map[string][]float64{"x": values}}
	switch kind {
	case "sum_bucket":
		return answerMetric("sum", map[string]any{"field": "x"}, []event{e})
	case "avg_bucket":
		return answerMetric("avg", map[string]any{"field": "x"}, []event{e})
	case "stats_bucket":
		return answerMetric("stats", map[string]any{"field": "x"}, []event{e})
	}
	if len(values) == 0 {
		return map[string]any{"value": nil, "keys": []any{}}
	}
	most, which := slices.Max(values), []any{}
	for i, x := range values {
		if x == most {
			which = append(which, keys[i])
		}
	}
	return map[string]any{"value": most, "keys": which}
}

// parentsOf adds the results of the pipelines that are nested in an aggregation.
func parentsOf(subs, out map[string]any) {
	for name, agg := range subs {
		kind, o := kindAndOptions(agg)
		buckets, ok := out["buckets"].([]any)
		if !ok {
			continue
		}
		gap, _ := o["gap_policy"].(string)
		path, _ := o["buckets_path"].(string)
		if vars, ok := o["buckets_path"].(map[string]any); ok {
			path = vars["x"].(string)
		}
		switch kind {
		case "bucket_sort":
			for sorted := range o["sort"].([]any)[0].(map[string]any) {
				path = sorted
			}
			out["buckets"] = page(bucketsOf(out), path, gap, o["size"].(int))
		case "bucket_selector":
			out["buckets"] = slices.DeleteFunc(buckets, func(b any) bool {
				x, ok := pathValue(b.(map[string]any), path, gap)
				return !ok || x < 2
			})
		case "bucket_script", "normalize", "derivative", "cumulative_sum", "serial_diff", "moving_fn":
			series(kind, name, path, gap, bucketsOf(out))
		}
	}
}

func page(buckets []map[string]any, path, gap string, size int) []any {
	buckets = slices.DeleteFunc(buckets, func(b map[string]any) bool { _, ok := pathValue(b, path, gap); return !ok })
	slices.SortStableFunc(buckets, func(a, b map[string]any) int {
		x, _ := pathValue(a, path, gap)
		y, _ := pathValue(b, path, gap)
		return compareKeys(y, x)
	})
	out := []any{}
	for _, b := range buckets[:min(size, len(buckets))] {
		out = append(out, b)
	}
	return out
}

// series computes a pipeline that gives each bucket a value.
func series(kind, name, path, gap string, buckets []map[string]any) {
	if kind == "cumulative_sum" {
		gap = "insert_zeros"
	}
	type point struct {
		x  float64
		ok bool
	}
	var all []point
	var there []float64
	for _, b := range buckets {
		x, ok := pathValue(b, path, gap)
		if all = append(all, point{x, ok}); ok {
			there = append(there, x)
		}
	}
	sum, seen := 0.0, 0
	for _, x := range there {
		sum += x
	}
	total := 0.0
	for i, b := range buckets {
		p, value := all[i], any(nil)
		switch kind {
		case "bucket_script":
			if !p.ok {
				continue
			}
			value = p.x*2 - 1
		case "cumulative_sum":
			total += p.x
			value = total
		case "normalize":
			if width := 0.0; p.ok {
				width = slices.Max(there) - slices.Min(there)
				if value = (p.x - sum/float64(len(there))) / width; width == 0 {
					value = nil
				}
			}
		case "derivative":
			if i == 0 {
				continue
			}
			if p.ok && all[i-1].ok {
				value = p.x - all[i-1].x
			}
		case "serial_diff":
			if i < 2 || !p.ok || !all[i-2].ok {
				continue
			}
			value = p.x - all[i-2].x
		case "moving_fn":
			if !p.ok {
				continue
			}
			window := 0.0
			for _, x := range there[max(0, seen-3):seen] {
				window += x
			}
			seen++
			value = window
		}
		b[name] = map[string]any{"value": value}
	}
}
