package main

import (
	"fmt"
	"math/rand/v2"
)

// bodies makes whole search bodies by the option that they are about.
var bodies = map[string]func(*rand.Rand, *world) map[string]any{
	"collapse":         collapseBody,
	"docvalue_fields":  func(r *rand.Rand, w *world) map[string]any { return listBody(r, w, "docvalue_fields") },
	"fields":           fieldsBody,
	"from_size":        fromSizeBody,
	"highlight":        highlightBody,
	"min_score":        minScoreBody,
	"mixed":            mixedBody,
	"post_filter":      postFilterBody,
	"search_after":     searchAfterBody,
	"sort":             sortBody,
	"source":           sourceBody,
	"stored_fields":    storedFieldsBody,
	"terminate_after":  terminateAfterBody,
	"track_scores":     trackScoresBody,
	"track_total_hits": trackTotalHitsBody,
	"version":          versionBody,
}

// simpleQuery matches a good part of the documents.
func simpleQuery(r *rand.Rand, w *world) any {
	switch r.IntN(4) {
	case 0:
		return map[string]any{"match_all": map[string]any{}}
	case 1:
		return map[string]any{"range": map[string]any{"int": map[string]any{"gte": r.IntN(20)}}}
	case 2:
		return map[string]any{"match": map[string]any{pick(r, "text", "all", "dyn_text"): phrase(r, w)}}
	}
	return anyQuery(r, w)
}

// withQuery is a body with a query and a size.
func withQuery(r *rand.Rand, w *world) options {
	o := options{"size": pick(r, 3, 5, 10, 1, 20, 0)}
	if chance(r, 0.8) {
		o["query"] = simpleQuery(r, w)
	}
	return o
}

// sorts is a list of keys to sort by, some with options.
func sorts(r *rand.Rand, w *world) []any {
	list := []any{}
	for range 1 + r.IntN(3) {
		list = append(list, oneSort(r, w))
	}
	return list
}

func oneSort(r *rand.Rand, w *world) any {
	if chance(r, 0.15) {
		return pick[any](r, "_score", "_doc", map[string]any{"_score": "asc"}, map[string]any{"_doc": map[string]any{"order": "desc"}}, map[string]any{"_score": map[string]any{"order": "desc"}})
	}
	if chance(r, 0.1) {
		o := options{"place": aPlaceOrigin(r)}
		o.maybe(r, 0.5, "order", "asc", "desc")
		o.maybe(r, 0.3, "unit", "km", "m", "mi", "x")
		o.maybe(r, 0.3, "mode", "min", "max", "avg", "median", "sum")
		o.maybe(r, 0.2, "distance_type", "arc", "plane")
		return map[string]any{"_geo_distance": map[string]any(o)}
	}
	f := w.field(r, append([]string{"keyword", "long", "date", "ip", "text", "integer_range", "geo_point"}, exact...)...)
	if chance(r, 0.3) {
		return pick[any](r, f.name, map[string]any{f.name: pick(r, "asc", "desc", "DESC", "up")})
	}
	o := options{}
	o.maybe(r, 0.7, "order", "asc", "desc")
	o.maybe(r, 0.4, "mode", "min", "max", "avg", "sum", "median", "first")
	o.maybe(r, 0.4, "missing", "_last", "_first", f.value(r))
	o.maybe(r, 0.3, "unmapped_type", "long", "keyword", "date", "nonsense")
	if f.typ == "date" || f.typ == "date_nanos" {
		o.maybe(r, 0.3, "format", "yyyy-MM-dd", "strict_date_optional_time", "epoch_millis", "epoch_second", "strict_date_optional_time_nanos")
		o.maybe(r, 0.2, "numeric_type", "date", "date_nanos", "long")
	} else {
		o.maybe(r, 0.1, "numeric_type", "long", "double", "date", "nonsense")
	}
	return map[string]any{f.name: map[string]any(o)}
}

func sortBody(r *rand.Rand, w *world) map[string]any {
	o := withQuery(r, w)
	o["sort"] = sorts(r, w)
	if chance(r, 0.2) {
		o["sort"] = oneSort(r, w)
	}
	o["_source"] = false
	return o
}

func searchAfterBody(r *rand.Rand, w *world) map[string]any {
	o := options{"query": simpleQuery(r, w), "size": 1 + r.IntN(6), "_source": false}
	keys, after := []any{}, []any{}
	for range 1 + r.IntN(3) {
		f := w.field(r, "keyword", "long", "integer", "double", "float", "date", "date_nanos", "boolean", "ip")
		s := options{}
		s.maybe(r, 0.8, "order", "asc", "desc")
		s.maybe(r, 0.3, "missing", "_first", "_last")
		keys = append(keys, map[string]any{f.name: map[string]any(s)})
		after = append(after, pick[any](r, f.value(r), f.value(r), f.value(r), nil))
	}
	o["sort"], o["search_after"] = keys, after
	if chance(r, 0.05) {
		o["search_after"] = after[1:]
	}
	if chance(r, 0.05) {
		o["from"] = 1
	}
	return o
}

func fromSizeBody(r *rand.Rand, w *world) map[string]any {
	o := withQuery(r, w)
	o["size"] = pick[any](r, 0, 1, 10, 10000, 10001, -1, "5", nil)
	o.maybe(r, 0.7, "from", 0, 1, 50, 9990, 10000, -1, "3")
	o["_source"] = false
	return o
}

func sourceBody(r *rand.Rand, w *world) map[string]any {
	o := withQuery(r, w)
	names := func() any {
		return pick[any](r, w.field(r).name, "obj", "obj.*", "*.kw", "kw*", []any{w.field(r).name, "text*"}, []any{}, "*", "absent", []any{"ints.gte", "dates"}, "o*j.a", "place.lat")
	}
	o["_source"] = pick[any](r, true, false, "false", names(), map[string]any{"includes": names()}, map[string]any{"excludes": names()}, map[string]any{"includes": names(), "excludes": names()}, map[string]any{"include": names()}, 7)
	return o
}

func listBody(r *rand.Rand, w *world, key string) map[string]any {
	o := withQuery(r, w)
	list := []any{}
	for range 1 + r.IntN(4) {
		f := w.field(r)
		name := f.name
		if chance(r, 0.2) {
			name = pick(r, "*", "kw*", "obj.*", "*.raw", "obj", "dyn_*", "_id", "_index", "_seq_no", "te?t")
		}
		if chance(r, 0.6) {
			list = append(list, name)
			continue
		}
		item := options{"field": name}
		switch f.typ {
		case "date", "date_nanos":
			item.maybe(r, 0.7, "format", "yyyy-MM-dd", "epoch_millis", "strict_date_optional_time", "yyyy/MM/dd HH:mm:ss.SSS", "epoch_second", "nonsense")
		case "long", "integer", "double", "float", "short", "byte", "half_float":
			if key == "docvalue_fields" {
				item.maybe(r, 0.5, "format", "#.0", "0000.00", "#,##0.###", "0.00%")
			}
		case "geo_point":
			if key == "fields" {
				item.maybe(r, 0.5, "format", "geojson", "wkt", "nonsense")
			}
		default:
			item.maybe(r, 0.05, "format", "x")
		}
		if key == "fields" {
			item.maybe(r, 0.1, "include_unmapped", true, false)
		}
		list = append(list, map[string]any(item))
	}
	o[key] = list
	o["_source"] = pick[any](r, false, false, false, []any{"kw"})
	return o
}

func storedFieldsBody(r *rand.Rand, w *world) map[string]any {
	o := withQuery(r, w)
	o["stored_fields"] = pick[any](r, "_none_", []any{"kw"}, "_source", []any{"_source", "text"}, []any{}, "*", []any{"_routing"}, "_id")
	o.maybe(r, 0.2, "_source", true, false, "kw")
	return o
}

func postFilterBody(r *rand.Rand, w *world) map[string]any {
	o := withQuery(r, w)
	o["post_filter"] = anyQuery(r, w)
	o["_source"] = false
	return o
}

func minScoreBody(r *rand.Rand, w *world) map[string]any {
	o := withQuery(r, w)
	o["min_score"] = pick[any](r, 0, 0.5, 1, 1.5, 3, "2", -1)
	o["_source"] = false
	return o
}

func trackTotalHitsBody(r *rand.Rand, w *world) map[string]any {
	o := withQuery(r, w)
	o["track_total_hits"] = pick[any](r, true, false, 5, 1, 50, 100000, 0, -1, "true", -2)
	o["_source"] = false
	o.maybe(r, 0.3, "sort", "int", "_doc", "_score")
	return o
}

func trackScoresBody(r *rand.Rand, w *world) map[string]any {
	o := withQuery(r, w)
	o["track_scores"] = pick[any](r, true, false, "true", "x")
	o["sort"] = sorts(r, w)
	o["_source"] = false
	return o
}

// terminateAfterBody wants no more documents than one segment has: which are looked at first is not for clients to know.
func terminateAfterBody(r *rand.Rand, w *world) map[string]any {
	o := withQuery(r, w)
	o["terminate_after"] = pick[any](r, 0, mostDocuments+1, 100000, -1, "300")
	o.maybe(r, 0.3, "timeout", "10s", "1m", "x", -1, 5)
	o["_source"] = false
	return o
}

func versionBody(r *rand.Rand, w *world) map[string]any {
	o := withQuery(r, w)
	o.maybe(r, 0.7, "version", true, false, "true")
	o.maybe(r, 0.7, "seq_no_primary_term", true, false)
	o.maybe(r, 0.2, "stats", []any{})
	o["_source"] = false
	return o
}

func collapseBody(r *rand.Rand, w *world) map[string]any {
	o := withQuery(r, w)
	c := options{"field": w.field(r, "keyword", "long", "integer", "date", "boolean", "ip", "double").name}
	if chance(r, 0.3) {
		inner := options{"name": "n", "size": r.IntN(4), "_source": false}
		inner.maybe(r, 0.5, "sort", []any{map[string]any{"int": "desc"}}, []any{"kw"})
		inner.maybe(r, 0.2, "from", 1)
		c["inner_hits"] = map[string]any(inner)
	}
	o["collapse"] = map[string]any(c)
	o.maybe(r, 0.4, "sort", sorts(r, w)...)
	o.maybe(r, 0.2, "from", 1, 2)
	o["_source"] = false
	return o
}

func highlightBody(r *rand.Rand, w *world) map[string]any {
	fields := map[string]any{}
	for range 1 + r.IntN(2) {
		fields[pick(r, textField(r, w).name, "text", "text*", "*", "obj.t", "dyn_text", "text.raw")] = highlightOptions(r, w, 0.3)
	}
	h := highlightOptions(r, w, 0.15)
	h["fields"] = fields
	query := pick(r, matchClause, matchPhraseClause, termClause, prefixClause, boolClause, queryStringClause, multiMatchClause)(r, w)
	return map[string]any{"query": query, "highlight": map[string]any(h), "size": 10, "_source": false}
}

func highlightOptions(r *rand.Rand, w *world, p float64) options {
	h := options{}
	h.maybe(r, p, "fragment_size", 10, 50, 100, 0, 20)
	h.maybe(r, p, "number_of_fragments", 0, 1, 3, 5)
	h.maybe(r, p, "type", "unified", "plain", "fvh", "nonsense")
	h.maybe(r, p, "order", "score", "none")
	h.maybe(r, p, "require_field_match", true, false)
	h.maybe(r, p, "no_match_size", 0, 10, 30)
	h.maybe(r, p, "encoder", "html", "default")
	h.maybe(r, p/2, "boundary_scanner", "sentence", "word", "chars")
	h.maybe(r, p/2, "highlight_query", matchClause(r, w))
	if chance(r, p) {
		h["pre_tags"], h["post_tags"] = []any{"<b>"}, []any{"</b>"}
	}
	return h
}

// mixedBody has several options at once.
func mixedBody(r *rand.Rand, w *world) map[string]any {
	o := withQuery(r, w)
	for _, part := range []func(*rand.Rand, *world) map[string]any{sortBody, sourceBody, postFilterBody, versionBody, minScoreBody, trackTotalHitsBody, fieldsBody} {
		if chance(r, 0.35) {
			for key, value := range part(r, w) {
				o[key] = value
			}
		}
	}
	if chance(r, 0.05) {
		o[pick(r, "queri", "sorts", "agg", "sizes", fmt.Sprint("x", r.IntN(9)))] = 1
	}
	return o
}

func fieldsBody(r *rand.Rand, w *world) map[string]any { return listBody(r, w, "fields") }
