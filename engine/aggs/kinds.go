package aggs

import (
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// kindOf finds the parser of a kind of aggregation.
func kindOf(kind, name string) (func(*options) spec, error) {
	switch kind {
	case "terms":
		return parseTerms, nil
	case "histogram":
		return parseHistogram, nil
	case "date_histogram":
		return parseDateHistogram, nil
	case "range":
		return parseRange, nil
	case "date_range":
		return parseDateRange, nil
	case "ip_range":
		return parseIPRange, nil
	case "filter":
		return parseFilter, nil
	case "filters":
		return parseFilters, nil
	case "missing":
		return parseMissing, nil
	case "global":
		return parseGlobal, nil
	case "composite":
		return parseComposite, nil
	case "cardinality":
		return parseCardinality, nil
	case "percentiles":
		return parsePercentiles, nil
	case "top_hits":
		return parseTopHits, nil
	case "min", "max", "avg", "sum", "value_count", "stats", "extended_stats":
		return parseStats, nil
	}
	if slices.Contains(unbuilt(), kind) {
		return nil, eserr.Illegal("aggregation type [%s] of [%s] is not supported by this server", kind, name)
	}
	return nil, eserr.BadRequest(eserr.Parsing, "Unknown aggregation type [%s]%s", kind, eserr.DidYouMean(kind, slices.Concat(built(), unbuilt())))
}

func built() []string {
	return []string{"terms", "histogram", "date_histogram", "range", "date_range", "ip_range", "filter", "filters", "missing", "global", "composite",
		"cardinality", "percentiles", "top_hits", "min", "max", "avg", "sum", "value_count", "stats", "extended_stats"}
}

// unbuilt lists what Elasticsearch knows and we do not.
func unbuilt() []string {
	return []string{"adjacency_matrix", "auto_date_histogram", "avg_bucket", "boxplot", "bucket_correlation", "bucket_count_ks_test", "bucket_script",
		"bucket_selector", "bucket_sort", "categorize_text", "change_point", "children", "cumulative_cardinality", "cumulative_sum", "derivative",
		"diversified_sampler", "extended_stats_bucket", "frequent_item_sets", "geo_bounds", "geo_centroid", "geo_distance", "geo_line", "geohash_grid",
		"geohex_grid", "geotile_grid", "inference", "ip_prefix", "matrix_stats", "max_bucket", "median_absolute_deviation", "min_bucket", "moving_avg",
		"moving_fn", "moving_percentiles", "multi_terms", "nested", "normalize", "parent", "percentile_ranks", "percentiles_bucket", "random_sampler",
		"rare_terms", "rate", "reverse_nested", "sampler", "scripted_metric", "serial_diff", "significant_terms", "significant_text", "stats_bucket",
		"string_stats", "sum_bucket", "t_test", "time_series", "top_metrics", "variable_width_histogram", "weighted_avg"}
}
