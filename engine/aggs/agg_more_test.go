package aggs_test

import "testing"

func TestWeightedAvgRefusals(t *testing.T) {
	s := newShelf(t, "w", testMapping, kinds(), []string{`{"n":1,"w":[1,2]}`})
	for _, c := range []struct{ request, text string }{
		{`{"a":{"weighted_avg":{"value":{"field":"n"},"weight":{"field":"w"}}}}`, "Encountered more than one weight for a single document."},
		{`{"a":{"weighted_avg":{"value":{"field":"n"}}}}`, "Could not find field name [weight] in multiValuesSource"},
		{`{"a":{"weighted_avg":{"value":{"field":"n","script":"x"},"weight":{"field":"w"}}}}`, "[script] of aggregation [a] is not supported"},
		{`{"a":{"median_absolute_deviation":{"field":"n","compression":-1}}}`, "[compression] must be greater than 0. Found [-1.0] in [a]"},
		{`{"a":{"percentile_ranks":{"field":"n"}}}`, "[values] must not be null: [a]"},
		{`{"a":{"rare_terms":{"field":"n","max_doc_count":0}}}`, "[max_doc_count] must be greater than 0. Found [0] in [a]"},
		{`{"a":{"rare_terms":{"field":"n","max_doc_count":101}}}`, "[max_doc_count] must be smallerthan 100in [a]"},
		{`{"a":{"rare_terms":{"field":"d"}}}`, "RareTerms aggregation does not support floating point fields."},
		{`{"a":{"multi_terms":{"terms":[{"field":"n"}]}}}`, "The [terms] parameter in the aggregation [a] must be present and have at least 2 fields or scripts."},
		{`{"a":{"multi_terms":{"terms":[{"field":"n"},{"field":"k"}],"size":0}}}`, "[size] must be greater than 0. Found [0] in [a]"},
		{`{"a":{"multi_terms":{"terms":[{"field":"n"},{"script":"x"}]}}}`, "[script] of aggregation [a] is not supported"},
		{`{"a":{"terms":{"field":"k","collect_mode":"sideways"}}}`, "failed to parse field [collect_mode]"},
	} {
		refuses(t, c.request, s, c.text)
	}
}

func TestMultiTermsShowsDatesAndBooleans(t *testing.T) {
	s := newShelf(t, "m", testMapping, kinds(), []string{`{"t":"2026-06-01T00:00:00Z","b":true,"k":"x"}`, `{"t":"2026-06-01T00:00:00Z","b":true}`}, []string{`{"k":"y"}`})
	wants(t, `{"a":{"multi_terms":{"terms":[{"field":"t"},{"field":"b"},{"field":"k","missing":"none"}]}}}`, `{"a":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[
		{"key":["2026-06-01T00:00:00.000Z",true,"none"],"key_as_string":"2026-06-01T00:00:00.000Z|true|none","doc_count":1},
		{"key":["2026-06-01T00:00:00.000Z",true,"x"],"key_as_string":"2026-06-01T00:00:00.000Z|true|x","doc_count":1}]}}`, s)
}

func TestRanksOfAHistogramCountEqualValues(t *testing.T) {
	s := newShelf(t, "p", testMapping, kinds(), []string{`{"n":[1,2,3,4]}`})
	wants(t, `{"a":{"percentile_ranks":{"field":"n","values":[2,5],"hdr":{},"keyed":false}},"b":{"percentile_ranks":{"field":"n","values":[2]}},"c":{"percentile_ranks":{"field":"nope","values":[2]}}}`,
		`{"a":{"values":[{"key":2.0,"value":50.0},{"key":5.0,"value":100.0}]},"b":{"values":{"2.0":37.5}},"c":{"values":{"2.0":null}}}`, s)
}

func TestAutoDateHistogram(t *testing.T) {
	s := newShelf(t, "a", testMapping, kinds(), []string{`{"t":"2026-03-28T12:00:00Z"}`, `{"t":"2026-03-29T12:00:00Z"}`}, []string{`{"t":"2026-03-31T12:00:00Z","n":4}`})
	wants(t, `{"a":{"auto_date_histogram":{"field":"t","buckets":4,"time_zone":"Europe/Berlin","format":"yyyy-MM-dd HH:mm"},"aggs":{"s":{"sum":{"field":"n"}},"all":{"cumulative_sum":{"buckets_path":"s"}}}}}`,
		`{"a":{"buckets":[
			{"key_as_string":"2026-03-28 00:00","key":1774652400000,"doc_count":1,"s":{"value":0.0},"all":{"value":0.0}},
			{"key_as_string":"2026-03-29 00:00","key":1774738800000,"doc_count":1,"s":{"value":0.0},"all":{"value":0.0}},
			{"key_as_string":"2026-03-30 00:00","key":1774821600000,"doc_count":0,"s":{"value":0.0},"all":{"value":0.0}},
			{"key_as_string":"2026-03-31 00:00","key":1774908000000,"doc_count":1,"s":{"value":4.0},"all":{"value":4.0}}],"interval":"1d"}}`, s)
	wants(t, `{"a":{"auto_date_histogram":{"field":"t","buckets":600,"minimum_interval":"month"}},"none":{"auto_date_histogram":{"field":"nope"}}}`,
		`{"a":{"buckets":[{"key_as_string":"2026-03-01T00:00:00.000Z","key":1772323200000,"doc_count":3}],"interval":"1M"},"none":{"buckets":[],"interval":"1s"}}`, s)
	// dates far apart make the buckets long at once, so that several dates of a document in one of them count once, and the month of the first is no new bucket
	far := newShelf(t, "a", testMapping, kinds(), []string{`{"t":"1999-01-01T00:00:00Z"}`, `{"t":"2026-03-31T00:00:00Z"}`, `{"t":["2026-01-01T00:00:00Z","2026-05-01T00:00:00Z","2026-05-03T00:00:00Z"]}`})
	wants(t, `{"a":{"auto_date_histogram":{"field":"t","buckets":2}}}`,
		`{"a":{"buckets":[{"key_as_string":"1999-01-01T00:00:00.000Z","key":915148800000,"doc_count":1},{"key_as_string":"2019-01-01T00:00:00.000Z","key":1546300800000,"doc_count":2}],"interval":"20y"}}`, far)
	near := newShelf(t, "a", testMapping, kinds(), []string{`{"t":"2026-05-29T00:00:00Z"}`, `{"t":"2026-06-05T00:00:00Z"}`, `{"t":"2026-06-06T00:00:00Z"}`, `{"t":"2026-05-30T00:00:00Z"}`, `{"t":"2026-06-07T00:00:00Z"}`})
	wants(t, `{"a":{"auto_date_histogram":{"field":"t","buckets":1}}}`, `{"a":{"buckets":[{"key_as_string":"2026-05-01T00:00:00.000Z","key":1777593600000,"doc_count":5}],"interval":"3M"}}`, near)
	refuses(t, `{"a":{"auto_date_histogram":{"field":"t","buckets":0}}}`, s, "buckets must be greater than 0 for [a]")
	refuses(t, `{"a":{"auto_date_histogram":{"field":"t","buckets":656}}}`, s, "buckets must be less than 655")
	refuses(t, `{"a":{"auto_date_histogram":{"field":"t","minimum_interval":"week"}}}`, s, "minimum_interval must be one of [second minute hour day month year]")
}

func TestSignificantTerms(t *testing.T) {
	// x has two of the three documents with k2 p, and one of the five others
	s := newShelf(t, "s", testMapping, kinds(), []string{`{"k":"x","k2":"p","n":1}`, `{"k":"x","k2":"p","n":1}`, `{"k":"y","k2":"p"}`, `{"k":"x","k2":"q"}`},
		[]string{`{"k":"y","k2":"q"}`, `{"k":"y","k2":"q"}`, `{"k":"z","k2":"q"}`, `{"k":"z","k2":"q"}`})
	ask := func(how string) string {
		return `{"f":{"filter":{"term":{"k2":"p"}},"aggs":{"s":{"significant_terms":{"field":"k","min_doc_count":2` + how + `}}}}}`
	}
	answer := func(all, score, seen string) string {
		return `{"f":{"doc_count":3,"s":{"doc_count":3,"bg_count":` + all + `,"buckets":[{"key":"x","doc_count":2,"score":` + score + `,"bg_count":` + seen + `}]}}}`
	}
	wants(t, ask(``), answer("8", "0.5185185185185184", "3"), s) // (2/3 - 3/8) * (2/3) / (3/8)
	wants(t, ask(`,"chi_square":{}`), answer("8", "1.7422222222222221", "3"), s)
	wants(t, ask(`,"mutual_information":{}`), answer("8", "0.15886800584992994", "3"), s)
	wants(t, ask(`,"gnd":{}`), answer("8", "0.6614042152555828", "3"), s)
	wants(t, ask(`,"percentage":{}`), answer("8", "0.6666666666666666", "3"), s)
	wants(t, ask(`,"percentage":{},"background_filter":{"term":{"n":1}}`), answer("2", "1.0", "2"), s)
	wants(t, `{"a":{"significant_terms":{"field":"nope"}}}`, `{"a":{"buckets":[]}}`, s)
	refuses(t, ask(`,"p_value":{}`), s, "[p_value] of aggregation [s] is not supported by this server")
	refuses(t, `{"a":{"significant_terms":{"field":"d"}}}`, s, "No support for examining floating point numerics")
}

func TestAdjacencyMatrix(t *testing.T) {
	s := newShelf(t, "a", testMapping, kinds(), []string{`{"k":["a","b"],"n":1}`, `{"k":["a","c"],"n":2}`, `{"k":"c","n":4}`})
	wants(t, `{"m":{"adjacency_matrix":{"separator":"+","filters":{"C":{"term":{"k":"c"}},"A":{"term":{"k":"a"}},"B":{"term":{"k":"b"}}}},"aggs":{"s":{"sum":{"field":"n"}}}}}`,
		`{"m":{"buckets":[{"key":"A","doc_count":2,"s":{"value":3.0}},{"key":"A+B","doc_count":1,"s":{"value":1.0}},{"key":"A+C","doc_count":1,"s":{"value":2.0}},
			{"key":"B","doc_count":1,"s":{"value":1.0}},{"key":"C","doc_count":2,"s":{"value":6.0}}]}}`, s)
	refuses(t, `{"m":{"adjacency_matrix":{}}}`, s, "Required [filters]")
}

func TestTopMetrics(t *testing.T) {
	s := newShelf(t, "t", testMapping, kinds(), []string{`{"t":"2026-06-01T00:00:00Z","n":1,"k":"x","d":1.5}`, `{"t":"2026-06-03T00:00:00Z","n":3,"b":true,"k2":"u"}`},
		[]string{`{"t":"2026-06-02T00:00:00Z","n":2,"k":"y","k2":"u"}`, `{"n":9}`})
	wants(t, `{"a":{"top_metrics":{"metrics":[{"field":"n"},{"field":"k"},{"field":"b"}],"sort":{"t":"desc"},"size":2}},
			"b":{"top_metrics":{"metrics":{"field":"t"},"sort":[{"n":{"order":"asc"}}]}},"c":{"top_metrics":{"metrics":{"field":"n"},"sort":"nope"}}}`,
		`{"a":{"top":[{"sort":["2026-06-03T00:00:00.000Z"],"metrics":{"n":3,"k":null,"b":true}},{"sort":["2026-06-02T00:00:00.000Z"],"metrics":{"n":2,"k":"y","b":null}}]},
		"b":{"top":[{"sort":[1],"metrics":{"t":"2026-06-01T00:00:00.000Z"}}]},"c":{"top":[]}}`, s)
	wants(t, `{"k":{"terms":{"field":"k2","missing":"none","order":{"m.n":"desc"}},"aggs":{"m":{"top_metrics":{"metrics":{"field":"n"},"sort":{"t":"desc"}}},
			"twice":{"bucket_script":{"buckets_path":{"x":"m[n]"},"script":"x*2"}}}}}`,
		`{"k":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[
			{"key":"u","doc_count":2,"m":{"top":[{"sort":["2026-06-03T00:00:00.000Z"],"metrics":{"n":3}}]},"twice":{"value":6.0}},
			{"key":"none","doc_count":2,"m":{"top":[{"sort":["2026-06-01T00:00:00.000Z"],"metrics":{"n":1}}]},"twice":{"value":2.0}}]}}`, s)
	refuses(t, `{"a":{"top_metrics":{"sort":"n"}}}`, s, "[top_metrics] requires at least 1 metric")
	refuses(t, `{"a":{"top_metrics":{"metrics":{"field":"n"}}}}`, s, "[top_metrics] requires exactly 1 sort")
	refuses(t, `{"a":{"top_metrics":{"metrics":{"field":"n"},"sort":"n","size":11}}}`, s, "[top_metrics.size] must not be more than [10] but was [11].")
	refuses(t, `{"a":{"top_metrics":{"metrics":{"field":"n"},"sort":"_score"}}}`, s, "sort by [_score] of aggregation [a] is not supported")
	refuses(t, `{"a":{"top_metrics":{"metrics":{"field":"n"},"sort":"k"}}}`, s, "Field [k] of type [keyword] is not supported for aggregation [top_metrics]")
}

func TestIPPrefix(t *testing.T) {
	s := newShelf(t, "i", testMapping, kinds(), []string{`{"ip":["10.1.2.3","10.1.9.9","::1"],"n":1}`, `{"ip":"10.2.0.1"}`}, []string{`{"ip":"10.1.0.0","n":2}`, `{"ip":"2001:db8::1"}`})
	wants(t, `{"a":{"ip_prefix":{"field":"ip","prefix_length":16,"append_prefix_length":true},"aggs":{"s":{"sum":{"field":"n"}}}},"b":{"ip_prefix":{"field":"ip","prefix_length":32,"is_ipv6":true,"keyed":true}},
			"c":{"ip_prefix":{"field":"ip","prefix_length":0,"min_doc_count":4}}}`,
		`{"a":{"buckets":[{"key":"0.0.0.0/16","netmask":"255.255.0.0","doc_count":2,"is_ipv6":false,"prefix_length":16,"s":{"value":1.0}},
			{"key":"10.1.0.0/16","netmask":"255.255.0.0","doc_count":2,"is_ipv6":false,"prefix_length":16,"s":{"value":3.0}},
			{"key":"10.2.0.0/16","netmask":"255.255.0.0","doc_count":1,"is_ipv6":false,"prefix_length":16,"s":{"value":0.0}}]},
		"b":{"buckets":{"::":{"doc_count":3,"is_ipv6":true,"prefix_length":32},"2001:db8::":{"doc_count":1,"is_ipv6":true,"prefix_length":32}}},
		"c":{"buckets":[{"key":"0.0.0.0","netmask":"0.0.0.0","doc_count":4,"is_ipv6":false,"prefix_length":0}]}}`, s)
	wants(t, `{"a":{"ip_prefix":{"field":"ip","prefix_length":128,"is_ipv6":true,"keyed":true}}}`,
		`{"a":{"buckets":{"::1":{"doc_count":1,"is_ipv6":true,"prefix_length":128},"10.1.0.0":{"doc_count":1,"is_ipv6":true,"prefix_length":128},"10.1.2.3":{"doc_count":1,"is_ipv6":true,"prefix_length":128},
		"10.1.9.9":{"doc_count":1,"is_ipv6":true,"prefix_length":128},"10.2.0.1":{"doc_count":1,"is_ipv6":true,"prefix_length":128},"2001:db8::1":{"doc_count":1,"is_ipv6":true,"prefix_length":128}}}}`, s)
	refuses(t, `{"a":{"ip_prefix":{"field":"ip","prefix_length":33}}}`, s, "[prefix_length] must be in range [0, 32] while value is [33]")
	refuses(t, `{"a":{"ip_prefix":{"field":"ip"}}}`, s, "[prefix_length] must be in range [0, 32] while value is [-1]")
	refuses(t, `{"a":{"ip_prefix":{"field":"k","prefix_length":3}}}`, s, "Field [k] of type [keyword] is not supported for aggregation [ip_prefix]")
}

func TestStringStats(t *testing.T) {
	s := newShelf(t, "s", testMapping, kinds(), []string{`{"k":["ab","b"]}`, `{"k":"😀"}`}, []string{`{"k":"ab"}`})
	wants(t, `{"a":{"string_stats":{"field":"k"}},"b":{"string_stats":{"field":"nope"}}}`,
		`{"a":{"count":4,"min_length":1,"max_length":2,"avg_length":1.75,"entropy":1.8423709931771088},"b":{"count":0,"min_length":null,"max_length":null,"avg_length":null,"entropy":0.0}}`, s)
	refuses(t, `{"a":{"string_stats":{"field":"n"}}}`, s, "Field [n] of type [long] is not supported for aggregation [string_stats]")
}

func TestRate(t *testing.T) {
	s := newShelf(t, "r", testMapping, kinds(), []string{`{"t":"2026-01-05T00:00:00Z","n":31,"k":"x"}`, `{"t":"2026-01-31T00:00:00Z","n":[30,1],"k":"y"}`}, []string{`{"t":"2026-02-05T00:00:00Z","n":28,"k":"x"}`})
	month := func(rate string) string {
		return `{"m":{"date_histogram":{"field":"t","calendar_interval":"month"},"aggs":{"r":{"rate":` + rate + `}}}}`
	}
	answer := func(jan, feb string) string {
		return `{"m":{"buckets":[{"key_as_string":"2026-01-01T00:00:00.000Z","key":1767225600000,"doc_count":2,"r":{"value":` + jan + `}},
			{"key_as_string":"2026-02-01T00:00:00.000Z","key":1769904000000,"doc_count":1,"r":{"value":` + feb + `}}]}}`
	}
	wants(t, month(`{"unit":"day","field":"n"}`), answer("2.0", "1.0"), s)
	wants(t, month(`{"unit":"year"}`), answer("24.0", "12.0"), s)
	wants(t, month(`{"unit":"quarter","field":"n","mode":"value_count"}`), answer("9.0", "3.0"), s)
	wants(t, month(`{"unit":"month","field":"k","mode":"value_count"}`), answer("2.0", "1.0"), s)
	wants(t, month(`{"field":"n","format":"0.00"}`), answer(`62.0,"value_as_string":"62.00"`, `28.0,"value_as_string":"28.00"`), s)
	wants(t, `{"m":{"date_histogram":{"field":"t","fixed_interval":"60d"},"aggs":{"k":{"terms":{"field":"k"},"aggs":{"r":{"rate":{"unit":"1d","field":"n"}},"twice":{"bucket_script":{"buckets_path":{"r":"r"},"script":"r*2"}}}}}}}`,
		`{"m":{"buckets":[{"key_as_string":"2025-11-08T00:00:00.000Z","key":1762560000000,"doc_count":1,"k":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[
			{"key":"x","doc_count":1,"r":{"value":0.5166666666666667},"twice":{"value":1.0333333333333334}}]}},
			{"key_as_string":"2026-01-07T00:00:00.000Z","key":1767744000000,"doc_count":2,"k":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[
			{"key":"x","doc_count":1,"r":{"value":0.4666666666666667},"twice":{"value":0.9333333333333333}},{"key":"y","doc_count":1,"r":{"value":0.5166666666666667},"twice":{"value":1.0333333333333334}}]}}]}}`, s)
	refuses(t, `{"r":{"rate":{"unit":"day"}}}`, s, "The rate aggregation can only be used inside a date histogram aggregation or composite aggregation with exactly one date histogram value source")
	refuses(t, month(`{"unit":"fortnight"}`), s, "Unsupported unit fortnight")
	refuses(t, month(`{"mode":"sum"}`), s, "The mode parameter is only supported with field or script")
	refuses(t, `{"m":{"date_histogram":{"field":"t","fixed_interval":"1d"},"aggs":{"r":{"rate":{"unit":"month"}}}}}`, s, "Cannot use month-based rate unit [month] with non-month based calendar interval histogram")
}

func TestRandomSamplerCountsEverything(t *testing.T) {
	s := newShelf(t, "r", testMapping, kinds(), []string{`{"n":1}`, `{"n":2}`}, []string{`{"n":4}`})
	wants(t, `{"a":{"random_sampler":{"probability":0.5,"seed":7},"aggs":{"s":{"sum":{"field":"n"}}}}}`, `{"a":{"seed":7,"probability":0.5,"doc_count":3,"s":{"value":7.0}}}`, s)
	refuses(t, `{"a":{"random_sampler":{"probability":0.7}}}`, s, "[probability] must be between 0.0 and 0.5 or exactly 1.0, was [0.7]")
	refuses(t, `{"g":{"global":{},"aggs":{"a":{"random_sampler":{"probability":1}}}}}`, s, "[random_sampler] aggregation [a] must be at the top level")
	refuses(t, `{"a":{"matrix_stats":{}}}`, s, "Required one of fields [fields]")
	refuses(t, `{"a":{"matrix_stats":{"fields":["n"],"mode":"best"}}}`, s, "Illegal value 'best'")
}
