package dsl

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// supported are the queries that Parse reads, and unsupported those that Elasticsearch has besides.
func supported() []string {
	return []string{
		"bool", "boosting", "constant_score", "dis_max", "exists", "fuzzy", "ids", "match", "match_all", "match_bool_prefix", "match_none",
		"match_phrase", "match_phrase_prefix", "multi_match", "prefix", "query_string", "range", "regexp", "simple_query_string", "term", "terms", "wildcard",
	}
}

func unsupported() []string {
	return []string{
		"combined_fields", "distance_feature", "function_score", "geo_bounding_box", "geo_distance", "geo_grid", "geo_polygon", "geo_shape", "has_child",
		"has_parent", "intervals", "knn", "more_like_this", "nested", "parent_id", "percolate", "pinned", "rank_feature", "rule", "script", "script_score",
		"semantic", "shape", "span_containing", "span_field_masking", "span_first", "span_gap", "span_multi", "span_near", "span_not", "span_or", "span_term",
		"span_within", "sparse_vector", "terms_set", "text_expansion", "type", "weighted_tokens", "wrapper",
	}
}

// unknownQuery is the answer to a query that Parse does not read.
func (p *parser) unknownQuery(name string) *eserr.Error {
	if slices.Contains(unsupported(), name) {
		return p.fail("[%s] query is not supported by Vedette", name)
	}
	e := p.fail("unknown query [%s]%s", name, didYouMean(name, append(supported(), unsupported()...)))
	e.CausedBy = eserr.BadRequest("named_object_not_found_exception", "[%d:%d] unknown field [%s]", e.Line, e.Column, name)
	return e
}

// didYouMean is Elasticsearch's suggestion for a misspelt name, beginning with a space, or nothing. A candidate is near enough when
// fewer than half of the letters differ.
func didYouMean(name string, candidates []string) string {
	type scored struct {
		name string
		near float64
	}
	var near []scored
	for _, c := range candidates {
		if s := similarity(name, c); s > 0.5 {
			near = append(near, scored{c, s})
		}
	}
	if len(near) == 0 {
		return ""
	}
	slices.SortFunc(near, func(a, b scored) int { return cmp.Or(-cmp.Compare(a.near, b.near), cmp.Compare(a.name, b.name)) })
	if len(near) == 1 {
		return " did you mean [" + near[0].name + "]?"
	}
	names := make([]string, len(near))
	for i, s := range near {
		names[i] = s.name
	}
	return " did you mean any of [" + strings.Join(names, ", ") + "]?"
}

// similarity is 1 for equal names and 0 for names that share nothing.
func similarity(a, b string) float64 {
	longest := max(len(a), len(b))
	if longest == 0 || longest > 2*min(len(a), len(b)) {
		return 0 // too unlike in length to be near, whatever the letters
	}
	return 1 - float64(editDistance(a, b))/float64(longest)
}

// editDistance is Levenshtein's. Both names are short: similarity sees to it for one of a request's.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
