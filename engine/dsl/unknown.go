package dsl

import (
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// supported are the queries that Parse reads, and unsupported those that Elasticsearch has besides.
func supported() []string {
	return []string{
		"bool", "boosting", "combined_fields", "constant_score", "dis_max", "distance_feature", "exists", "function_score", "fuzzy", "geo_bounding_box", "geo_distance", "ids", "match", "match_all", "match_bool_prefix", "match_none",
		"match_phrase", "match_phrase_prefix", "multi_match", "prefix", "query_string", "range", "regexp", "simple_query_string", "term", "terms", "terms_set", "wildcard", "wrapper",
	}
}

func unsupported() []string {
	return []string{
		"geo_grid", "geo_polygon", "geo_shape", "has_child",
		"has_parent", "intervals", "knn", "more_like_this", "nested", "parent_id", "percolate", "pinned", "rank_feature", "rule", "script", "script_score",
		"semantic", "shape", "span_containing", "span_field_masking", "span_first", "span_gap", "span_multi", "span_near", "span_not", "span_or", "span_term",
		"span_within", "sparse_vector", "text_expansion", "type", "weighted_tokens",
	}
}

// unknownQuery is the answer to a query that Parse does not read.
func (p *parser) unknownQuery(name string) *eserr.Error {
	if slices.Contains(unsupported(), name) {
		return p.fail("[%s] query is not supported by Vedette", name)
	}
	e := p.fail("unknown query [%s]%s", name, eserr.DidYouMean(name, append(supported(), unsupported()...)))
	e.CausedBy = eserr.BadRequest("named_object_not_found_exception", "[%d:%d] unknown field [%s]", e.Line, e.Column, name)
	return e
}
