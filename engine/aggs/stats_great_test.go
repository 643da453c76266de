package aggs_test

import "testing"

func TestSumsOfGreatNumbersDependOnTheirOrderAsInElasticsearch(t *testing.T) {
	s := newShelf(t, "i", testMapping, kinds(), []string{`{"d":[1e308,1e308]}`, `{"d":-1e308}`, `{"d":1}`})
	wants(t, `{"a":{"sum":{"field":"d"}},"b":{"avg":{"field":"d"}}}`, `{"a":{"value":"Infinity"},"b":{"value":"Infinity"}}`, s)
	wants(t, `{"a":{"extended_stats":{"field":"d"}}}`, `{"a":{"count":4,"min":-1.0E308,"max":1.0E308,"avg":"Infinity","sum":"Infinity","sum_of_squares":"Infinity","variance":"NaN","variance_population":"NaN",
		"variance_sampling":"NaN","std_deviation":"NaN","std_deviation_population":"NaN","std_deviation_sampling":"NaN","std_deviation_bounds":{"upper":"NaN","lower":"NaN","upper_population":"NaN",
		"lower_population":"NaN","upper_sampling":"NaN","lower_sampling":"NaN"}}}`, s)
	order := newShelf(t, "i", testMapping, kinds(), []string{`{"d":1e300,"k":"x"}`, `{"d":2.5,"k":"x"}`, `{"d":-1e300,"k":"x"}`})
	wants(t, `{"a":{"sum":{"field":"d"}}}`, `{"a":{"value":0.0}}`, order)
	wants(t, `{"a":{"terms":{"field":"k"},"aggs":{"s":{"sum":{"field":"d"}}}}}`, `{"a":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[{"key":"x","doc_count":3,"s":{"value":0.0}}]}}`, order)
}
