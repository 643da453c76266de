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
		"bool":                boolClause,
		"boosting":            boostingClause,
		"constant_score":      constantScoreClause,
		"dis_max":             disMaxClause,
		"distance_feature":    distanceFeatureClause,
		"exists":              existsClause,
		"function_score":      functionScoreClause,
		"fuzzy":               fuzzyClause,
		"geo_bounding_box":    geoBoundingBoxClause,
		"geo_distance":        geoDistanceClause,
		"ids":                 idsClause,
		"match":               matchClause,
		"match_all":           matchAllClause,
		"match_bool_prefix":   matchBoolPrefixClause,
		"match_none":          matchNoneClause,
		"match_phrase":        matchPhraseClause,
		"match_phrase_prefix": matchPhrasePrefixClause,
		"multi_match":         multiMatchClause,
		"combined_fields":     combinedFieldsClause,
		"prefix":              prefixClause,
		"query_string":        queryStringClause,
		"range":               rangeClause,
		"regexp":              regexpClause,
		"simple_query_string": simpleQueryStringClause,
		"term":                termClause,
		"terms":               termsClause,
		"terms_set":           termsSetClause,
		"wildcard":            wildcardClause,
		"wrapper":             wrapperClause,
	}
}

// anyQuery is a clause of any sort.
func anyQuery(r *rand.Rand, w *world) any {
	return queries[pick(r, slices.Sorted(maps.Keys(queries))...)](r, w)
}

// someQueries is one clause, or a list of some. Few enough of them hold others that it ends.
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

// options are those of a clause, set now and then.
type options map[string]any

// maybe sets an option to one of several values with the probability p.
func (o options) maybe(r *rand.Rand, p float64, key string, values ...any) {
	if chance(r, p) {
		o[key] = pick(r, values...)
	}
}

// common sets the options that every clause has.
func (o options) common(r *rand.Rand) {
	o.maybe(r, 0.1, "boost", 2, 0.5, 0, "3", 1.25, 1)
	o.maybe(r, 0.03, "_name", "n", "m", "")
}

// clause is one of a field: short, or with options.
func clause(r *rand.Rand, name, field, key string, value any, more func(options)) any {
	if chance(r, 0.3) {
		return map[string]any{name: map[string]any{field: value}}
	}
	o := options{key: value}
	o.common(r)
	more(o)
	return map[string]any{name: map[string]any{field: map[string]any(o)}}
}

// bare is a clause of no field.
func bare(r *rand.Rand, name string, o options) any {
	o.common(r)
	return map[string]any{name: map[string]any(o)}
}
