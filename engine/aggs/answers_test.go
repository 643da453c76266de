package aggs_test

import "testing"

// These answers were seen to differ from Elasticsearch 8.19 by cmd/esdiff or by hand.
func TestAnswersAsElasticsearchHasThem(t *testing.T) {
	s := newShelf(t, "i", `{"properties":{"n":{"type":"long"},"d":{"type":"double"},"b":{"type":"boolean"},"t":{"type":"date"}}}`, kinds(),
		[]string{`{"n":1,"d":2.5,"b":true,"t":"2026-06-01T00:00:00Z"}`, `{"n":4611686018427387904,"d":-1.5,"b":false}`})
	for _, c := range []struct{ name, agg, want string }{
		{"whole numbers keep their digits", `{"terms":{"field":"n","format":"0.0"}}`,
			`{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[{"key":1,"key_as_string":"1.0","doc_count":1},{"key":4611686018427387904,"key_as_string":"4611686018427387904.0","doc_count":1}]}`},
		{"a pattern without digits", `{"min":{"field":"d","format":"yyyy"}}`, `{"value":-1.5,"value_as_string":"-yyyy2"}`},
		{"statistics of booleans", `{"stats":{"field":"b"}}`,
			`{"count":2,"min":0.0,"max":1.0,"avg":0.5,"sum":1.0,"min_as_string":false,"max_as_string":true,"avg_as_string":true,"sum_as_string":true}`},
		{"a boolean may be missing as a number", `{"max":{"field":"b","missing":5}}`, `{"value":1.0,"value_as_string":"true"}`},
		{"numbers are milliseconds for date_histogram", `{"date_histogram":{"field":"d","fixed_interval":"2ms"}}`,
			`{"buckets":[{"key":-2,"doc_count":1},{"key":0,"doc_count":0},{"key":2,"doc_count":1}]}`},
		{"booleans are milliseconds for date_histogram", `{"date_histogram":{"field":"b","calendar_interval":"day"}}`, `{"buckets":[{"key_as_string":"false","key":0,"doc_count":2}]}`},
		{"a histogram of booleans", `{"histogram":{"field":"b","interval":1}}`,
			`{"buckets":[{"key_as_string":"false","key":0.0,"doc_count":1},{"key_as_string":"true","key":1.0,"doc_count":1}]}`},
		{"a fraction of a millisecond", `{"min":{"field":"t","missing":1.5}}`, `{"value":1.5,"value_as_string":"1970-01-01T00:00:00.001Z"}`},
		{"texts of bounds", `{"extended_stats":{"field":"d","format":"0"}}`, `{"count":2,"min":-1.5,"max":2.5,"avg":0.5,"sum":1.0,
			"min_as_string":"-2","max_as_string":"2","avg_as_string":"0","sum_as_string":"1","sum_of_squares":8.5,"variance":4.0,"variance_population":4.0,"variance_sampling":8.0,
			"std_deviation":2.0,"std_deviation_population":2.0,"std_deviation_sampling":2.8284271247461903,"std_deviation_bounds":{"upper":4.5,"lower":-3.5,"upper_population":4.5,
			"lower_population":-3.5,"upper_sampling":6.156854249492381,"lower_sampling":-5.156854249492381},"sum_of_squares_as_string":"8","variance_as_string":"4",
			"variance_population_as_string":"4","variance_sampling_as_string":"8","std_deviation_as_string":"2","std_deviation_population_as_string":"2","std_deviation_sampling_as_string":"3",
			"std_deviation_bounds_as_string":{"upper":"4","lower":"-4","upper_population":"4","lower_population":"-4","upper_sampling":"6","lower_sampling":"-5"}}`},
	} {
		t.Run(c.name, func(t *testing.T) { wants(t, `{"a":`+c.agg+`}`, `{"a":`+c.want+`}`, s) })
	}
	refuses(t, `{"a":{"median_absolute_deviation":{"field":"b"}}}`, s, "Field [b] of type [boolean] is not supported for aggregation [median_absolute_deviation]")
	refuses(t, `{"a":{"max":{"field":"b","missing":"zz"}}}`, s, "Cannot parse boolean [zz], expected either [true] or [false]")
	refuses(t, `{"a":{"ip_prefix":{"field":"n","prefix_length":1,"format":"0"}}}`, s, "[ip_prefix] unknown field [format]")
	refuses(t, `{"a":{"date_histogram":{"field":"t","fixed_interval":"1d","hard_bounds":{"min":2},"extended_bounds":{"min":1,"max":3}}}}`, s,
		"Extended bounds have to be inside hard bounds, hard bounds: [2--], extended bounds: [1--3]")
	refuses(t, `{"a":{"percentiles":{"field":"n","tdigest":{"compression":-1}}}}`, s,
		"[percentiles] failed to parse field [tdigest]: x_content_parse_exception: [tdigest] failed to parse field [compression]: illegal_argument_exception: [compression] must")
	refuses(t, `{"a":{"percentile_ranks":{"field":"n","values":[]}}}`, s, "Failed to build [percentile_ranks] after last required field arrived")
	refuses(t, `{"a":{"ip_range":{"field":"n","ranges":[{"mask":"10.0.0.0/33"}]}}}`, s, "Illegal prefix length [33] in [10.0.0.0/33]. Must be 0-32 for IPv4 ranges, 0-128 for IPv6 ranges")
	refuses(t, `{"a":{"ip_range":{"field":"n","ranges":[{"zz":1}]}}}`, s, "Unexpected ip range parameter: [zz]")
	refuses(t, `{"a":{"ip_prefix":{"field":"n","prefix_length":1,"min_doc_count":0}}}`, s, "[min_doc_count] must be in range [1, 2147483647] while value is [0]")
	refuses(t, `{"a":{"range":{"field":"b","ranges":[{"from":"x"}]},"aggs":{"m":{"median_absolute_deviation":{"field":"b"}}}}}`, s, "Cannot parse boolean [x]")
	refuses(t, `{"a":{"cumulative_sum":{"buckets_path":"x","gap_policy":"skip"}}}`, s, "[cumulative_sum] unknown field [gap_policy]")
}
