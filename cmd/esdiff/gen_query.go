package main

import (
	"maps"
	"math/rand/v2"
	"slices"
)

// queries makes clauses by their name: the whole clause, such as {"term": {..}}. It is filled by init, since clauses hold clauses.
var queries map[string]func(*rand.Rand, *world) any

func init() {
	queries = map[string]func(*rand.Rand, *world) any{
		"match_all": matchAllClause,
		"term":      termClause,
		"bool":      boolClause,
	}
}

// anyQuery is a clause of any sort.
func anyQuery(r *rand.Rand, w *world) any {
	return queries[pick(r, slices.Sorted(maps.Keys(queries))...)](r, w)
}

// maybe sets an option now and then.
func maybe(r *rand.Rand, p float64, m map[string]any, key string, value func() any) {
	if chance(r, p) {
		m[key] = value()
	}
}

func matchAllClause(r *rand.Rand, _ *world) any {
	options := map[string]any{}
	common(r, options)
	return map[string]any{"match_all": options}
}

// common sets the options that every clause has.
func common(r *rand.Rand, options map[string]any) {
	maybe(r, 0.1, options, "boost", func() any { return pick[any](r, 2, 0.5, 0, "3", 1.25) })
	maybe(r, 0.03, options, "_name", func() any { return pick[any](r, "n", "", 1) })
}

func termClause(r *rand.Rand, w *world) any {
	f := w.field(r, exact...)
	if chance(r, 0.5) {
		return map[string]any{"term": map[string]any{f.name: f.value(r)}}
	}
	options := map[string]any{"value": f.value(r)}
	common(r, options)
	maybe(r, 0.2, options, "case_insensitive", func() any { return pick[any](r, true, false) })
	return map[string]any{"term": map[string]any{f.name: options}}
}

func boolClause(r *rand.Rand, w *world) any {
	options := map[string]any{}
	for _, part := range []string{"must", "filter", "should", "must_not"} {
		maybe(r, 0.4, options, part, func() any { return someQueries(r, w) })
	}
	maybe(r, 0.3, options, "minimum_should_match", func() any { return pick[any](r, 0, 1, 2, -1, "50%", "-25%", "2<75%", "1") })
	common(r, options)
	return map[string]any{"bool": options}
}

// someQueries is one clause, or a list of some. Fewer than one on average are compounds, so that they end.
func someQueries(r *rand.Rand, w *world) any {
	if chance(r, 0.3) {
		return anyQuery(r, w)
	}
	list := []any{}
	for range r.IntN(4) {
		list = append(list, anyQuery(r, w))
	}
	return list
}
