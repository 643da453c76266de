package main

import (
	"encoding/base64"
	"math/rand/v2"
)

func matchAllClause(r *rand.Rand, _ *world) any  { return bare(r, "match_all", options{}) }
func matchNoneClause(r *rand.Rand, _ *world) any { return bare(r, "match_none", options{}) }

func boolClause(r *rand.Rand, w *world) any {
	o := options{}
	for _, part := range []string{"must", "filter", "should", "must_not"} {
		if chance(r, 0.4) {
			o[part] = someQueries(r, w)
		}
	}
	o.maybe(r, 0.3, "minimum_should_match", 0, 1, 2, -1, "50%", "-25%", "2<75%", "1")
	return bare(r, "bool", o)
}

func boostingClause(r *rand.Rand, w *world) any {
	o := options{"positive": anyQuery(r, w), "negative": anyQuery(r, w), "negative_boost": pick[any](r, 0.5, 0, 1, 0.2, 2)}
	if chance(r, 0.05) {
		delete(o, pick(r, "positive", "negative", "negative_boost"))
	}
	return bare(r, "boosting", o)
}

func constantScoreClause(r *rand.Rand, w *world) any {
	return bare(r, "constant_score", options{"filter": anyQuery(r, w)})
}

func disMaxClause(r *rand.Rand, w *world) any {
	o := options{"queries": someQueries(r, w)}
	o.maybe(r, 0.4, "tie_breaker", 0, 0.3, 1, "0.5")
	return bare(r, "dis_max", o)
}

func wrapperClause(r *rand.Rand, w *world) any {
	return map[string]any{"wrapper": map[string]any{"query": base64.StdEncoding.EncodeToString([]byte(text(anyQuery(r, w))))}}
}

func termsSetClause(r *rand.Rand, w *world) any {
	f := w.field(r, "keyword", "text", "long")
	list := []any{}
	for range 1 + r.IntN(4) {
		list = append(list, pointOf(r, f))
	}
	o := options{"terms": list, "minimum_should_match_field": pick(r, "dyn_long", "byte", "int", "absent")}
	o.common(r)
	return map[string]any{"terms_set": map[string]any{f.name: map[string]any(o)}}
}

func distanceFeatureClause(r *rand.Rand, w *world) any {
	var o options
	switch r.IntN(4) {
	case 0:
		o = options{"field": "place", "origin": aPlaceOrigin(r), "pivot": pick[any](r, "100km", "1mi", 5000, "0m", "-1km", "x")}
	case 1:
		o = options{"field": "nanos", "origin": aNanos(r), "pivot": pick(r, "7d", "1h", "1ms")}
	case 2:
		o = options{"field": w.field(r).name, "origin": "2024-01-01", "pivot": "7d"}
	default:
		o = options{"field": "when", "origin": pick(r, "2024-01-01", "2024-06-01T00:00:00Z", "2024-01-01||+1M"), "pivot": pick(r, "7d", "12h", "90d", "0d", "x")}
	}
	return bare(r, "distance_feature", o)
}

func functionScoreClause(r *rand.Rand, w *world) any {
	o := options{}
	if chance(r, 0.7) {
		o["query"] = anyQuery(r, w)
	}
	if chance(r, 0.3) {
		addFunction(r, w, o)
	} else {
		list := []any{}
		for range r.IntN(4) {
			f := options{}
			if chance(r, 0.7) {
				addFunction(r, w, f)
			}
			if chance(r, 0.5) || len(f) == 0 {
				f["weight"] = pick[any](r, 1, 2, 0.5, 0, 42)
			}
			if chance(r, 0.4) {
				f["filter"] = anyQuery(r, w)
			}
			list = append(list, map[string]any(f))
		}
		o["functions"] = list
	}
	o.maybe(r, 0.4, "score_mode", "multiply", "sum", "avg", "first", "max", "min", "nonsense")
	o.maybe(r, 0.4, "boost_mode", "multiply", "replace", "sum", "avg", "max", "min", "nonsense")
	o.maybe(r, 0.2, "max_boost", 1, 2.5, 100)
	o.maybe(r, 0.2, "min_score", 0, 0.5, 2)
	return bare(r, "function_score", o)
}

func addFunction(r *rand.Rand, w *world, o options) {
	switch r.IntN(5) {
	case 0:
		o["weight"] = pick[any](r, 1, 2, 0.5, 0)
	case 1, 2:
		f := options{"field": pick(r, "dyn_long", "dyn_float", "absent", w.field(r, numbers...).name)}
		f.maybe(r, 0.5, "factor", 0.5, 2, 0)
		f.maybe(r, 0.7, "modifier", "none", "log1p", "log2p", "ln1p", "ln2p", "square", "sqrt", "log", "ln", "reciprocal", "nonsense")
		f.maybe(r, 0.8, "missing", 1, 0, 5)
		o["field_value_factor"] = map[string]any(f)
	default:
		o[pick(r, "gauss", "exp", "linear")] = decay(r, w)
	}
}

func decay(r *rand.Rand, w *world) any {
	var name string
	var p options
	switch r.IntN(3) {
	case 0:
		name, p = pick(r, "when", "day", "dyn_date"), options{"origin": "2024-01-01", "scale": pick(r, "10d", "1h", "200d")}
		p.maybe(r, 0.3, "offset", "0d", "5d")
		if name == "day" {
			p["origin"] = "2024/01/01"
		}
	case 1:
		name, p = "place", options{"origin": aPlaceOrigin(r), "scale": pick(r, "100km", "5000km", "1mi")}
		p.maybe(r, 0.3, "offset", "1km", "0m")
	default:
		name, p = w.field(r, "long", "double", "integer", "float").name, options{"origin": pick[any](r, 10, 0, 1.5), "scale": pick[any](r, 5, 0.5, 100)}
		p.maybe(r, 0.3, "offset", 0, 2)
	}
	p.maybe(r, 0.3, "decay", 0.5, 0.1, 0.33, 0, 1)
	body := options{name: map[string]any(p)}
	body.maybe(r, 0.2, "multi_value_mode", "min", "max", "avg", "sum")
	return map[string]any(body)
}
