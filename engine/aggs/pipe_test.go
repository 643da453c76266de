package aggs_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/aggs"
)

// days has 2, 1, 0 and 3 events on four days, with n adding up to 3, 5, nothing and 12.
func days(t *testing.T) shelf {
	return newShelf(t, "days", testMapping, kinds(),
		[]string{`{"t":"2026-06-01T01:00:00Z","n":1,"k":"a"}`, `{"t":"2026-06-01T02:00:00Z","n":2,"k":"b"}`, `{"t":"2026-06-02T01:00:00Z","n":5,"k":"a"}`},
		[]string{`{"t":"2026-06-04T01:00:00Z","n":3,"k":"a"}`, `{"t":"2026-06-04T02:00:00Z","n":4,"k":"c"}`, `{"t":"2026-06-04T03:00:00Z","n":5,"k":"c"}`})
}

// daily is a date histogram by day with a sum s of n, a cardinality c of k, and more.
func daily(more string) string {
	return `{"d":{"date_histogram":{"field":"t","fixed_interval":"1d"},"aggs":{"s":{"sum":{"field":"n"}},"c":{"cardinality":{"field":"k"}},"st":{"stats":{"field":"n"}}` + more + `}}}`
}

// piped asks for one pipeline in each day, and returns what stands under its name, `-` where there is nothing.
func piped(t *testing.T, pipeline string) string {
	t.Helper()
	got, err := ask(t, daily(`,"p":`+pipeline), false, days(t))
	if err != nil {
		t.Fatalf("%s: %v", pipeline, err)
	}
	var answer struct {
		D struct {
			Buckets []map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal([]byte(got), &answer); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, b := range answer.D.Buckets {
		if text, ok := b["p"]; ok {
			out = append(out, strings.TrimSuffix(strings.TrimPrefix(string(text), `{"value":`), "}"))
		} else {
			out = append(out, "-")
		}
	}
	return strings.Join(out, " ")
}

func TestParentPipelines(t *testing.T) {
	for _, c := range []struct{ pipeline, want string }{
		{`{"derivative":{"buckets_path":"s"}}`, `- 2.0 null null`},
		{`{"derivative":{"buckets_path":"s","gap_policy":"insert_zeros"}}`, `- 2.0 -5.0 12.0`},
		{`{"derivative":{"buckets_path":"s","gap_policy":"keep_values"}}`, `- 2.0 -5.0 12.0`},
		{`{"derivative":{"buckets_path":"_count"}}`, `- -1.0 -1.0 3.0`},
		{`{"derivative":{"buckets_path":"_count","unit":"12h"}}`, `- -1.0,"normalized_value":-0.5 -1.0,"normalized_value":-0.5 3.0,"normalized_value":1.5`},
		{`{"derivative":{"buckets_path":"_count","unit":"day","format":"0.00"}}`, `- -1.0,"value_as_string":"-1.00","normalized_value":-1.0,"normalized_value_as_string":"-1.00" ` +
			`-1.0,"value_as_string":"-1.00","normalized_value":-1.0,"normalized_value_as_string":"-1.00" 3.0,"value_as_string":"3.00","normalized_value":3.0,"normalized_value_as_string":"3.00"`},
		{`{"derivative":{"buckets_path":"_key"}}`, `- 8.64E7 null null`},
		{`{"cumulative_sum":{"buckets_path":"s.value"}}`, `3.0 8.0 8.0 20.0`},
		{`{"cumulative_sum":{"buckets_path":"st.max","format":"0.0"}}`, `2.0,"value_as_string":"2.0" 7.0,"value_as_string":"7.0" 7.0,"value_as_string":"7.0" 12.0,"value_as_string":"12.0"`},
		{`{"cumulative_cardinality":{"buckets_path":"c"}}`, `2 2 2 3`},
		{`{"serial_diff":{"buckets_path":"s","lag":2}}`, `- - - 7.0`},
		{`{"serial_diff":{"buckets_path":"_count"}}`, `- -1.0 -1.0 3.0`},
		{`{"moving_fn":{"buckets_path":"s","window":2,"script":"MovingFunctions.unweightedAvg(values)"}}`, `null 3.0 - 4.0`},
		{`{"moving_fn":{"buckets_path":"s","window":2,"shift":1,"script":"MovingFunctions.sum(values)"}}`, `3.0 8.0 - 17.0`},
		{`{"moving_fn":{"buckets_path":"s","window":9,"shift":1,"gap_policy":"insert_zeros","script":{"source":"return MovingFunctions.ewma(values, params.a);","params":{"a":0.5}}}}`, `3.0 4.0 2.0 7.0`},
		{`{"bucket_script":{"buckets_path":{"x":"s","n":"_count"},"script":"params.x / params.n"}}`, `1.5 5.0 - 4.0`},
		{`{"bucket_script":{"buckets_path":{"x":"s","n":"_count"},"gap_policy":"insert_zeros","script":{"source":"x * f + Math.max(n, 2)","params":{"f":10}}}}`, `32.0 52.0 2.0 123.0`},
		{`{"normalize":{"buckets_path":"s","method":"rescale_0_1"}}`, `0.0 0.2222222222222222 null 1.0`},
		{`{"normalize":{"buckets_path":"s","method":"percent_of_sum","format":"00%"}}`, `0.15,"value_as_string":"15%" 0.25,"value_as_string":"25%" null 0.6,"value_as_string":"60%"`},
		{`{"normalize":{"buckets_path":"_count","method":"mean"}}`, `0.16666666666666666 -0.16666666666666666 -0.5 0.5`},
	} {
		if got := piped(t, c.pipeline); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.pipeline, got, c.want)
		}
	}
}

func TestSiblingPipelines(t *testing.T) {
	for _, c := range []struct{ pipeline, want string }{
		{`{"avg_bucket":{"buckets_path":"d>s"}}`, `{"value":6.666666666666667}`},
		{`{"avg_bucket":{"buckets_path":"d>s","gap_policy":"insert_zeros"}}`, `{"value":5.0}`},
		{`{"sum_bucket":{"buckets_path":"d>_count","format":"#,##0.0"}}`, `{"value":6.0,"value_as_string":"6.0"}`},
		{`{"max_bucket":{"buckets_path":"d>st.max"}}`, `{"value":5.0,"keys":["2026-06-02T00:00:00.000Z","2026-06-04T00:00:00.000Z"]}`},
		{`{"min_bucket":{"buckets_path":"d>_count"}}`, `{"value":0.0,"keys":["2026-06-03T00:00:00.000Z"]}`},
		{`{"stats_bucket":{"buckets_path":"d>s"}}`, `{"count":3,"min":3.0,"max":12.0,"avg":6.666666666666667,"sum":20.0}`},
		{`{"percentiles_bucket":{"buckets_path":"d>s","percents":[50,99.9]}}`, `{"values":{"50.0":5.0,"99.9":12.0}}`},
		{`{"percentiles_bucket":{"buckets_path":"d>s","percents":[50],"keyed":false,"format":"0.00"}}`, `{"values":[{"key":50.0,"value":5.0,"value_as_string":"5.00"}]}`},
		{`{"avg_bucket":{"buckets_path":"d>sum2"}}`, `{"value":10.333333333333334}`},
		{`{"max_bucket":{"buckets_path":"none>s"}}`, `{"value":null,"keys":[]}`},
		{`{"sum_bucket":{"buckets_path":"f>k>s"}}`, `{"value":20.0}`},
		{`{"sum_bucket":{"buckets_path":"k['a']>h>_count"}}`, `{"value":3.0}`},
		{`{"sum_bucket":{"buckets_path":"k['zzz']>h>_count"}}`, `{"value":0.0}`},
	} {
		request := `{"d":{"date_histogram":{"field":"t","fixed_interval":"1d"},"aggs":{"s":{"sum":{"field":"n"}},"st":{"stats":{"field":"n"}},"sum2":{"cumulative_sum":{"buckets_path":"s"}}}},
			"none":{"terms":{"field":"nope"},"aggs":{"s":{"sum":{"field":"n"}}}},"k":{"terms":{"field":"k"},"aggs":{"s":{"sum":{"field":"n"}},"h":{"histogram":{"field":"n","interval":2}}}},
			"f":{"filter":{"match_all":{}},"aggs":{"k":{"terms":{"field":"k"},"aggs":{"s":{"sum":{"field":"n"}}}}}},"p":` + c.pipeline + `}`
		got, err := ask(t, request, false, days(t))
		if err != nil {
			t.Errorf("%s: %v", c.pipeline, err)
			continue
		}
		var answer struct{ P json.RawMessage }
		if err := json.Unmarshal([]byte(got), &answer); err != nil || string(answer.P) != c.want {
			t.Errorf("%s\n got %s\nwant %s (%v)", c.pipeline, answer.P, c.want, err)
		}
	}
	got, err := ask(t, `{"d":{"date_histogram":{"field":"t","fixed_interval":"1d"},"aggs":{"s":{"sum":{"field":"n"}}}},"p":{"extended_stats_bucket":{"buckets_path":"d>s","sigma":1}}}`, true, days(t))
	if want := `"extended_stats_bucket#p":{"count":3,"min":3.0,"max":12.0,"avg":6.666666666666667,"sum":20.0,"sum_of_squares":178.0,"variance":14.888888888888886,`; err != nil || !strings.Contains(got, want) {
		t.Errorf("got %s, %v\nwant %s", got, err, want)
	}
}

func TestPipelinesThatChooseBuckets(t *testing.T) {
	for _, c := range []struct{ pipeline, want string }{
		{`{"bucket_selector":{"buckets_path":{"s":"s"},"script":"params.s > 4"}}`, "b5 d12"},
		{`{"bucket_selector":{"buckets_path":{"n":"_count"},"script":{"source":"params.n < params.limit ? true : !true","params":{"limit":2}}}}`, "b5 c0"},
		{`{"bucket_sort":{"sort":[{"s":{"order":"desc"}}]}}`, "d12 b5 a3"},
		{`{"bucket_sort":{"sort":["s"],"gap_policy":"insert_zeros"}}`, "c0 a3 b5 d12"},
		{`{"bucket_sort":{"sort":[{"_key":"desc"}],"from":1,"size":2}}`, "c0 b5"},
		{`{"bucket_sort":{"size":1}}`, "a3"},
		{`{"bucket_sort":{"from":9}}`, ""},
	} {
		got, err := ask(t, daily(`,"p":`+c.pipeline), false, days(t))
		if err != nil {
			t.Errorf("%s: %v", c.pipeline, err)
			continue
		}
		var answer struct {
			D struct {
				Buckets []struct {
					Key int64
					S   struct{ Value float64 }
				}
			}
		}
		if err := json.Unmarshal([]byte(got), &answer); err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, b := range answer.D.Buckets {
			text += " " + string(rune('a'+(b.Key-1780272000000)/86_400_000)) + trim(b.S.Value)
		}
		if strings.TrimSpace(text) != c.want {
			t.Errorf("%s: got %s, want %s", c.pipeline, text, c.want)
		}
	}
}

func trim(x float64) string { b, _ := json.Marshal(x); return string(b) }

func TestPipelinesOfPipelines(t *testing.T) {
	// written in the wrong order, two levels deep, and over what bucket_sort has left
	wants(t, `{"best":{"max_bucket":{"buckets_path":"k>m"}},"k":{"terms":{"field":"k","order":{"_key":"asc"}},"aggs":{
			"m":{"max_bucket":{"buckets_path":"d>twice"}},"top":{"bucket_sort":{"sort":[{"m":"desc"}],"size":2}},
			"d":{"date_histogram":{"field":"t","fixed_interval":"1d"},"aggs":{"twice":{"bucket_script":{"buckets_path":{"c":"run"},"script":"c*2"}},
				"run":{"cumulative_sum":{"buckets_path":"_count"}},"only":{"bucket_sort":{"sort":[{"_key":"desc"}],"size":1}}}}}}}`,
		`{"k":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[
			{"key":"a","doc_count":3,"m":{"value":6.0,"keys":["2026-06-04T00:00:00.000Z"]},
				"d":{"buckets":[{"key_as_string":"2026-06-04T00:00:00.000Z","key":1780531200000,"doc_count":1,"run":{"value":3.0},"twice":{"value":6.0}}]}},
			{"key":"c","doc_count":2,"m":{"value":4.0,"keys":["2026-06-04T00:00:00.000Z"]},
				"d":{"buckets":[{"key_as_string":"2026-06-04T00:00:00.000Z","key":1780531200000,"doc_count":2,"run":{"value":2.0},"twice":{"value":4.0}}]}}]},
		"best":{"value":6.0,"keys":["a"]}}`, days(t))
}

func TestPathsIntoBuckets(t *testing.T) {
	for path, want := range map[string]float64{
		"k['a']>s": 5, "k._bucket_count": 3, "p[50.0]": 3.5, "f>_count": 6, "f>m.value": 3.3333333333333335, "k['c']>_count": 2, "e.std_deviation": 1.490711984999860,
	} {
		body, _ := json.Marshal(path)
		got, err := ask(t, `{"all":{"filters":{"filters":{"x":{"match_all":{}}}},"aggs":{"k":{"terms":{"field":"k"},"aggs":{"s":{"max":{"field":"n"}}}},"p":{"percentiles":{"field":"n"}},
			"e":{"extended_stats":{"field":"n"}},"f":{"filter":{"match_all":{}},"aggs":{"m":{"avg":{"field":"n"}}}},"v":{"bucket_script":{"buckets_path":{"x":`+string(body)+`},"script":"x"}}}}}`, false, days(t))
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		var answer struct {
			All struct {
				Buckets struct {
					X struct{ V struct{ Value float64 } }
				}
			}
		}
		if err := json.Unmarshal([]byte(got), &answer); err != nil {
			t.Fatal(err)
		}
		if x := answer.All.Buckets.X.V.Value; math.Abs(x-want) > 1e-12 {
			t.Errorf("%s: got %v, want %v", path, x, want)
		}
	}
}

func TestPipelineRefusals(t *testing.T) {
	s := days(t)
	terms := func(p string) string {
		return `{"k":{"terms":{"field":"k"},"aggs":{"s":{"sum":{"field":"n"}},"st":{"stats":{"field":"n"}},"d":{"date_histogram":{"field":"t","fixed_interval":"1d"}},"p":` + p + `}}}`
	}
	for _, c := range []struct{ request, text string }{
		{`{"p":{"avg_bucket":{"buckets_path":"nope>s"}}}`, "Validation Failed: 1: No aggregation found for path [nope>s];"},
		{`{"s":{"sum":{"field":"n"}},"p":{"avg_bucket":{"buckets_path":"s"}}}`, "Unable to find unqualified multi-bucket aggregation in buckets_path."},
		{`{"k":{"terms":{"field":"k"},"aggs":{"s":{"sum":{"field":"n"}}}},"p":{"sum_bucket":{"buckets_path":"k['a']>s"}}}`, "Unable to find unqualified multi-bucket aggregation"},
		{`{"f":{"filter":{"match_all":{}},"aggs":{"k":{"terms":{"field":"k"}}}},"p":{"sum_bucket":{"buckets_path":"f['a']>k>_count"}}}`, "Cannot find an aggregation named ['a']"},
		{`{"f":{"filter":{"match_all":{}},"aggs":{"p":{"bucket_selector":{"buckets_path":{"x":"_count"},"script":"false"}}}}}`, "must have a parent with many buckets, [f] of type [filter] has one"},
		{`{"f":{"global":{},"aggs":{"p":{"bucket_sort":{"sort":"_key"}}}}}`, "must have a parent with many buckets"},
		{`{"p":{"avg_bucket":{}}}`, "Missing required field [buckets_path] for aggregation [p]"},
		{`{"p":{"bucket_sort":{"size":1}}}`, "bucket_sort aggregation [p] must be declared inside of another aggregation"},
		{`{"p":{"derivative":{"buckets_path":"_count"}}}`, "derivative aggregation [p] must have a histogram, date_histogram or auto_date_histogram as parent but doesn't have a parent"},
		{terms(`{"derivative":{"buckets_path":"s"}}`), "derivative aggregation [p] must have a histogram, date_histogram or auto_date_histogram as parent;"},
		{terms(`{"avg_bucket":{"buckets_path":"d>x"}}`), "No aggregation [x] found for path [d>x]"},
		{terms(`{"bucket_sort":{}}`), "[p] is configured to perform nothing. Please set either of [sort, size, from] to use bucket_sort"},
		{terms(`{"bucket_sort":{"size":0}}`), "[size] must be a positive integer: [0]"},
		{terms(`{"bucket_sort":{"sort":["st"]}}`), "No enum constant org.elasticsearch.search.aggregations.metrics.InternalStats.Metrics.st"},
		{terms(`{"bucket_script":{"buckets_path":{"x":"st.nope"},"script":"x"}}`), "InternalStats.Metrics.nope"},
		{terms(`{"bucket_script":{"buckets_path":{"x":"q"},"script":"x"}},"q":{"percentiles":{"field":"n"}}`), "but [q] contains multiple values. Please specify which to use."},
		{terms(`{"bucket_script":{"buckets_path":{"x":"q.y"},"script":"x"}},"q":{"percentiles":{"field":"n"}}`), "For input string: \"y\""},
		{terms(`{"bucket_script":{"buckets_path":{"x":"f.y"},"script":"x"}},"f":{"filter":{"match_all":{}}}`), "Cannot find an aggregation named [y] in [f]"},
		{terms(`{"bucket_script":{"buckets_path":{"x":"l"},"script":"x"}},"l":{"terms":{"field":"n"}}`), "got: [LongTerms] at aggregation [l]"},
		{terms(`{"bucket_sort":{"sort":["d"]}}`), "got: [InternalDateHistogram] at aggregation [d]"},
		{terms(`{"bucket_script":{"buckets_path":{"x":"s.nope"},"script":"x"}}`), "path not supported for [s]: [nope]"},
		{terms(`{"bucket_script":{"buckets_path":{"x":"p2"},"script":"x"}},"p2":{"bucket_script":{"buckets_path":{"x":"p"},"script":"x"}}`), "Cyclical dependency found with pipeline aggregator [p]"},
		{terms(`{"bucket_script":{"buckets_path":{"x":"s"},"script":"doc['n'].value"}}`), "script [doc['n'].value] is not supported: unknown [doc]"},
		{terms(`{"bucket_script":{"buckets_path":{"x":"s"},"script":"while (true) {}"}}`), "script [while (true) {}] is not supported"},
		{terms(`{"bucket_script":{"buckets_path":{"x":"s"},"script":"params.y"}}`), "unknown [params.y]"},
		{terms(`{"bucket_script":{"buckets_path":{"x":"s"},"script":"` + strings.Repeat("(", 60) + `"}}`), "nested deeper than [50] levels"},
		{terms(`{"bucket_script":{"buckets_path":{"x":"s"},"script":"` + strings.Repeat("-", 60) + `1"}}`), "nested deeper than [50] levels"},
		{terms(`{"bucket_script":{"buckets_path":{"x":"s"},"script":"` + strings.Repeat("1+", 5000) + `1"}}`), "longer than the [8192]"},
		{terms(`{"bucket_script":{"buckets_path":{"x":"s"},"script":{"id":"stored"}}}`), "stored script [stored]"},
		{terms(`{"bucket_script":{"buckets_path":{"x":"s["},"script":"x"}}`), "Invalid path element [s[] in path [s[]"},
		{terms(`{"avg_bucket":{"buckets_path":"d","gap_policy":"maybe"}}`), "Invalid gap policy: [maybe], accepted values: [insert_zeros, skip, keep_values]"},
		{terms(`{"avg_bucket":{"buckets_path":"d>_count","format":"0#"}}`), "Malformed pattern \"0#\""},
		{terms(`{"avg_bucket":{"buckets_path":"d>_count","colour":"red"}}`), "Unknown key for a VALUE_STRING in [p]: [colour]."},
		{terms(`{"avg_bucket":{"buckets_path":"d>_count"},"aggs":{"x":{"max":{"field":"n"}}}}`), "Aggregation [p] cannot define sub-aggregations"},
		{`{"h":{"histogram":{"field":"n","interval":1,"min_doc_count":1},"aggs":{"p":{"derivative":{"buckets_path":"_count"}}}}}`, "parent histogram of derivative aggregation [p] must have min_doc_count of 0"},
		{daily(`,"p":{"moving_fn":{"buckets_path":"s","window":0,"script":"MovingFunctions.max(values)"}}`), "[window] must be a positive, non-zero integer."},
		{daily(`,"p":{"moving_fn":{"buckets_path":"s","window":1,"script":"values[0]"}}`), "script [values[0]] is not supported"},
		{daily(`,"p":{"moving_fn":{"buckets_path":"s","window":1,"script":"MovingFunctions.holtWinters(values, 0.5, 0.5, 0.5, 2, false)"}}`), "Only [1] were provided"},
		{daily(`,"p":{"serial_diff":{"buckets_path":"s","lag":0}}`), "Lag must be a positive, non-zero integer"},
		{daily(`,"p":{"normalize":{"buckets_path":"s","method":"magic"}}`), "invalid method [magic]"},
		{daily(`,"p":{"cumulative_cardinality":{"buckets_path":"s"}}`), "buckets_path must reference a cardinality aggregation, got: [InternalSum] at aggregation [s]"},
		{`{"k":{"terms":{"field":"k","order":{"p":"asc"}},"aggs":{"p":{"bucket_script":{"buckets_path":{"x":"_count"},"script":"x"}}}}}`, "is a pipeline aggregation and cannot be used to sort the buckets"},
	} {
		refuses(t, c.request, s, c.text)
	}
}

func TestMovingFunctions(t *testing.T) {
	// values of the four days with zeros for the gap: 3, 5, 0, 12
	for script, want := range map[string]string{
		"MovingFunctions.max(values)":                                           "3.0 5.0 5.0 12.0",
		"MovingFunctions.min(values)":                                           "3.0 3.0 0.0 0.0",
		"MovingFunctions.linearWeightedAvg(values)":                             "1.5 3.25 1.8571428571428572 5.545454545454546",
		"MovingFunctions.stdDev(values, MovingFunctions.unweightedAvg(values))": "0.0 1.0 2.0548046676563256 4.415880433163924",
		"MovingFunctions.holt(values, 0.5, 0.5)":                                "3.0 4.0 2.25 6.8125",
	} {
		if got := piped(t, `{"moving_fn":{"buckets_path":"s","window":9,"shift":1,"gap_policy":"insert_zeros","script":"`+script+`"}}`); got != want {
			t.Errorf("%s: got %s, want %s", script, got, want)
		}
	}
}

func TestPipelinesStopWithTheRequest(t *testing.T) {
	tree := parse(t, daily(`,"p":{"cumulative_sum":{"buckets_path":"s"}}`))
	parts, err := days(t).partials(tree, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tree.Answer(parts, aggs.Printing{Budget: aggs.NewBudget(100)}); err == nil || !strings.Contains(err.Error(), "Data too large") {
		t.Errorf("a budget of 100 bytes: %v", err)
	}
}
