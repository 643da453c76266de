package aggs

import (
	"slices"
	"strings"

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
	return nil, eserr.BadRequest(eserr.Parsing, "Unknown aggregation type [%s]%s", kind, didYouMean(kind, slices.Concat(built(), unbuilt())))
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

// didYouMean suggests the names that are most like the wrong one, as Elasticsearch words it; empty when none is.
func didYouMean(wrong string, names []string) string {
	type scored struct {
		name  string
		score float64
	}
	var near []scored
	for _, name := range names {
		if s := likeness(wrong, name); s > 0.5 {
			near = append(near, scored{name, s})
		}
	}
	slices.SortFunc(near, func(a, b scored) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return strings.Compare(a.name, b.name)
	})
	list := make([]string, 0, len(near))
	for _, n := range near {
		list = append(list, n.name)
	}
	switch len(list) {
	case 0:
		return ""
	case 1:
		return " did you mean [" + list[0] + "]?"
	}
	return " did you mean any of [" + strings.Join(list, ", ") + "]?"
}

// likeness is 1 minus the edit distance over the longer length, as Lucene's LevenshteinDistance has it.
func likeness(a, b string) float64 {
	longest := max(len(a), len(b))
	if longest == 0 || longest > 100 {
		return 0
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return 1 - float64(row[len(b)])/float64(longest)
}
