package aggs_test

import (
	"fmt"
	"testing"
)

func TestMetrics(t *testing.T) {
	s := people(t)
	for _, c := range []struct{ name, agg, want string }{
		{"min", `{"min":{"field":"n"}}`, `{"value":-1.0}`},
		{"max", `{"max":{"field":"d"}}`, `{"value":50.5}`},
		{"max of dates", `{"max":{"field":"t"}}`, `{"value":1.780617599999E12,"value_as_string":"2026-06-04T23:59:59.999Z"}`},
		{"min of booleans", `{"min":{"field":"b"}}`, `{"value":0.0,"value_as_string":"false"}`},
		{"avg counts each value", `{"avg":{"field":"n"}}`, `{"value":5.0}`},
		{"avg with a format", `{"avg":{"field":"d","format":"0.0"}}`, `{"value":13.75,"value_as_string":"13.8"}`},
		{"sum", `{"sum":{"field":"n"}}`, `{"value":35.0}`},
		{"sum with missing", `{"sum":{"field":"d","missing":"10"}}`, `{"value":65.0}`},
		{"a fraction missing among whole numbers", `{"sum":{"field":"mix","missing":0.5}}`, `{"value":2.5}`},
		{"value_count of numbers", `{"value_count":{"field":"n"}}`, `{"value":7}`},
		{"value_count of terms", `{"value_count":{"field":"k"}}`, `{"value":5}`},
		{"value_count of addresses with missing", `{"value_count":{"field":"ip","missing":"::1"}}`, `{"value":5}`},
		{"stats", `{"stats":{"field":"n"}}`, `{"count":7,"min":-1.0,"max":9.0,"avg":5.0,"sum":35.0}`},
		{"stats of nothing", `{"stats":{"field":"nope"}}`, `{"count":0,"min":null,"max":null,"avg":null,"sum":0.0}`},
		{"min of nothing", `{"min":{"field":"nope"}}`, `{"value":null}`},
		{"avg of an empty column", `{"avg":{"field":"ts"}}`, `{"value":null}`},
		{"sum of nothing", `{"sum":{"field":"nope"}}`, `{"value":0.0}`},
		{"value_count of nothing", `{"value_count":{"field":"nope"}}`, `{"value":0}`},
		{"meta", `{"meta":{"a":[1,"x"]},"max":{"field":"n"}}`, `{"meta":{"a":[1,"x"]},"value":9.0}`},
		{"extended_stats", `{"extended_stats":{"field":"mix","missing":1,"sigma":1}}`, `{"count":5,"min":1.0,"max":1.0,"avg":1.0,"sum":5.0,"sum_of_squares":5.0,
			"variance":0.0,"variance_population":0.0,"variance_sampling":0.0,"std_deviation":0.0,"std_deviation_population":0.0,"std_deviation_sampling":0.0,
			"std_deviation_bounds":{"upper":1.0,"lower":1.0,"upper_population":1.0,"lower_population":1.0,"upper_sampling":1.0,"lower_sampling":1.0}}`},
		{"extended_stats of nothing", `{"extended_stats":{"field":"nope"}}`, `{"count":0,"min":null,"max":null,"avg":null,"sum":0.0,"sum_of_squares":null,
			"variance":null,"variance_population":null,"variance_sampling":null,"std_deviation":null,"std_deviation_population":null,"std_deviation_sampling":null,
			"std_deviation_bounds":{"upper":null,"lower":null,"upper_population":null,"lower_population":null,"upper_sampling":null,"lower_sampling":null}}`},
		{"cardinality of terms", `{"cardinality":{"field":"k"}}`, `{"value":3}`},
		{"cardinality of numbers", `{"cardinality":{"field":"n","precision_threshold":100}}`, `{"value":4}`},
		{"cardinality with missing", `{"cardinality":{"field":"k2","missing":"x"}}`, `{"value":2}`},
		{"cardinality of nothing", `{"cardinality":{"field":"nope"}}`, `{"value":0}`},
		{"percentiles", `{"percentiles":{"field":"n","percents":[50,"0",100,95.5]}}`, `{"values":{"0.0":-1.0,"50.0":5.0,"95.5":8.46,"100.0":9.0}}`},
		{"percentiles of dates", `{"percentiles":{"field":"t","percents":[0]}}`, `{"values":{"0.0":1.780308E12,"0.0_as_string":"2026-06-01T10:00:00.000Z"}}`},
		{"percentiles as a list", `{"percentiles":{"field":"d","keyed":false,"percents":[50]}}`, `{"values":[{"key":50.0,"value":2.0}]}`},
		{"percentiles of nothing", `{"percentiles":{"field":"nope","percents":[1,99.9]}}`, `{"values":{"1.0":null,"99.9":null}}`},
		{"top_hits", `{"top_hits":{"size":2}}`, `{"hits":{"total":{"value":5,"relation":"eq"}}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "percentiles" || c.name == "a fraction missing among whole numbers" {
				near(t, `{"a":`+c.agg+`}`, `{"a":`+c.want+`}`, s)
				return
			}
			wants(t, `{"a":`+c.agg+`}`, `{"a":`+c.want+`}`, s)
		})
	}
	for _, c := range []struct{ agg, text string }{
		{`{"avg":{"field":"k"}}`, "Field [k] of type [keyword] is not supported for aggregation [avg]"},
		{`{"min":{"field":"txt"}}`, "Fielddata is disabled on [txt]"},
		{`{"cardinality":{"field":"n","precision_threshold":-1}}`, "[precisionThreshold] must be greater than or equal to 0. Found [-1] in [a]"},
		{`{"percentiles":{"field":"n","percents":[101]}}`, "percent must be in [0,100], got [101.0]"},
		{`{"percentiles":{"field":"n","tdigest":{},"hdr":{}}}`, "Only one percentiles method should be declared"},
		{`{"percentiles":{"field":"n","hdr":{"number_of_significant_value_digits":6}}}`, "[numberOfSignificantValueDigits] must be between 0 and 5"},
		{`{"extended_stats":{"field":"n","sigma":-1}}`, "[sigma] must be greater than or equal to 0"},
		{`{"max":{"field":"n"},"aggs":{"b":{"max":{"field":"n"}}}}`, "Aggregator [a] of type [max] cannot accept sub-aggregations"},
		{`{"sum":{"field":"d","missing":"x"}}`, "x"},
	} {
		refuses(t, `{"a":`+c.agg+`}`, s, c.text)
	}
}

func TestHDRPercentiles(t *testing.T) { // the expectations are those of Elasticsearch's own tests
	s := newShelf(t, "h", testMapping, kinds(), []string{`{"n":1}`, `{"n":51}`}, []string{`{"n":101}`, `{"n":151}`})
	wants(t, `{"a":{"percentiles":{"field":"n","hdr":{}}}}`, `{"a":{"values":{"1.0":1.0,"5.0":1.0,"25.0":1.0,"50.0":51.0302734375,"75.0":101.0615234375,
		"95.0":151.1240234375,"99.0":151.1240234375}}}`, s)
	s = newShelf(t, "h", testMapping, kinds(), []string{`{"n":126}`, `{"n":51}`}, []string{`{"n":101}`, `{"n":151}`})
	wants(t, `{"a":{"percentiles":{"field":"n","hdr":{"number_of_significant_value_digits":"3"}}}}`, `{"a":{"values":{"1.0":51.0,"5.0":51.0,"25.0":51.0,"50.0":101.03125,
		"75.0":126.03125,"95.0":151.09375,"99.0":151.09375}}}`, s)
}

// HdrHistogram 2.1.9, which Elasticsearch has, rounds ranks: the 5th percentile of 24 values is the first of them.
func TestHDRPercentilesRoundTheRank(t *testing.T) {
	docs := make([]string, 24)
	for i := range docs {
		docs[i] = fmt.Sprintf(`{"n":%d}`, 10*(i+1))
	}
	s := newShelf(t, "h", testMapping, kinds(), docs)
	wants(t, `{"a":{"percentiles":{"field":"n","percents":[5,7],"hdr":{}}}}`, `{"a":{"values":{"5.0":10.0,"7.0":20.0078125}}}`, s)
}

func TestHDRPercentilesRefuseNegativeValues(t *testing.T) {
	s := newShelf(t, "h", testMapping, kinds(), []string{`{"n":1}`, `{"n":-10}`})
	refuses(t, `{"a":{"percentiles":{"field":"n","hdr":{}}}}`, s, "The value -10.0 is out of bounds for histogram")
}
