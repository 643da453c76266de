package aggs

import (
	"maps"
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// parsers has the parser of each kind of aggregation.
func parsers() map[string]func(*options) spec {
	return map[string]func(*options) spec{
		"terms": parseTerms, "histogram": parseHistogram, "date_histogram": parseDateHistogram, "auto_date_histogram": parseAutoDate, "range": parseRange, "date_range": parseDateRange, "ip_range": parseIPRange, "ip_prefix": parseIPPrefix,
		"multi_terms": parseMultiTerms, "rare_terms": parseRareTerms, "significant_terms": parseSignificantTerms, "adjacency_matrix": parseAdjacency, "filter": parseFilter, "filters": parseFilters, "missing": parseMissing, "global": parseGlobal, "random_sampler": parseRandomSampler, "sampler": parseSampler, "diversified_sampler": parseDiversified, "composite": parseComposite,
		"geotile_grid": parseGeotile, "geohash_grid": parseGeohash, "geo_distance": parseGeoDistance, "geo_bounds": parseGeoBounds, "geo_centroid": parseGeoCentroid,

		"cardinality": parseCardinality, "weighted_avg": parseWeightedAvg, "median_absolute_deviation": parseMedianDeviation, "percentile_ranks": parsePercentileRanks, "boxplot": parseBoxplot, "top_metrics": parseTopMetrics, "matrix_stats": parseMatrixStats, "rate": parseRate, "string_stats": parseStringStats,
		"percentiles": parsePercentiles, "top_hits": parseTopHits, "min": parseStats, "max": parseStats, "avg": parseStats, "sum": parseStats,
		"value_count": parseStats, "stats": parseStats, "extended_stats": parseStats,

		"avg_bucket": parseBucketMetrics, "sum_bucket": parseBucketMetrics, "min_bucket": parseBucketMetrics, "max_bucket": parseBucketMetrics, "stats_bucket": parseBucketMetrics,
		"extended_stats_bucket": parseBucketMetrics, "percentiles_bucket": parseBucketMetrics,
		"derivative": parseDerivative, "cumulative_sum": parseCumulativeSum, "cumulative_cardinality": parseCumulativeCardinality, "serial_diff": parseSerialDiff,
		"moving_fn": parseMovingFn, "bucket_script": parseBucketScript, "bucket_selector": parseBucketScript, "bucket_sort": parseBucketSort, "normalize": parseNormalize,
	}
}

// kindOf finds the parser of a kind of aggregation.
func kindOf(kind, name string) (func(*options) spec, error) {
	built := parsers()
	if parse := built[kind]; parse != nil {
		return parse, nil
	}
	if slices.Contains(unbuilt(), kind) {
		return nil, eserr.Illegal("aggregation type [%s] of [%s] is not supported by this server", kind, name)
	}
	e := eserr.BadRequest(eserr.Parsing, "Unknown aggregation type [%s]%s", kind, eserr.DidYouMean(kind, append(slices.Sorted(maps.Keys(built)), unbuilt()...)))
	e.CausedBy = eserr.BadRequest("named_object_not_found_exception", "unknown field [%s]", kind)
	return nil, e
}

// unbuilt lists what Elasticsearch knows and we do not.
func unbuilt() []string {
	return []string{"bucket_correlation", "bucket_count_ks_test", "categorize_text", "change_point", "children",
		"frequent_item_sets", "geo_line", "geohex_grid", "inference",
		"moving_avg", "moving_percentiles", "nested", "parent",
		"rate", "reverse_nested", "scripted_metric", "significant_text", "t_test", "time_series",
		"variable_width_histogram"}
}
