package aggs_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/aggs"
)

func TestParseRefusals(t *testing.T) {
	const max = `{"max":{"field":"n"}}`
	for _, c := range []struct{ request, text string }{
		{`[]`, "Expected [START_OBJECT]"},
		{`{"a":3}`, "Aggregation definition for [a starts with a [VALUE_NUMBER], expected a [START_OBJECT]."},
		{`{"a":{"max":{"field":"n"},"meta":3}}`, "Expected [START_OBJECT] under [meta], but got a [VALUE_NUMBER] in [a]"},
		{`{"a":{}}`, "Missing definition for aggregation [a]"},
		{`{"a":{"max":3}}`, "Expected [START_OBJECT] under [max], but got a [VALUE_NUMBER] in [a]"},
		{`{"a":{"max":{"field":"n"},"min":{"field":"n"}}}`, "Found two aggregation type definitions in [a]: [max] and [min]"},
		{`{"a":{"global":{},"aggs":{"b":` + max + `},"aggregations":{"b":` + max + `}}}`, "Found two sub aggregation definitions under [a]"},
		{`{"a[0]":` + max + `}`, "Invalid aggregation name [a[0]]"},
		{`{"a":` + max + `,"a":` + max + `}`, "Duplicate field 'a'"},
		{`{"a":{"trems":{"field":"n"}}}`, "Unknown aggregation type [trems] did you mean [terms]?"},
		{`{"a":{"xyzzy":{"field":"n"}}}`, "Unknown aggregation type [xyzzy]"},
		{`{"a":{"scripted_metric":{}}}`, "aggregation type [scripted_metric] of [a] is not supported"},
		{`{"a":{"max":{"field":"n","script":{"source":"1"}}}}`, "[script] of aggregation [a] is not supported"},
		{`{"a":{"max":{"field":"n"}}`, "not valid JSON"},
		{nested(101), "nested deeper than [100] levels"},
	} {
		_, err := aggs.Parse(json.RawMessage(c.request))
		if err == nil || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%.200s: error %v, want %q", c.request, err, c.text)
		}
	}
	if _, err := aggs.Parse(json.RawMessage(nested(100))); err != nil {
		t.Errorf("100 levels: %v", err)
	}
}

// nested is a request with so many filters in each other.
func nested(levels int) string {
	return strings.Repeat(`{"a":{"filter":{"match_all":{}},"aggs":`, levels-1) + `{"a":{"max":{"field":"n"}}}` + strings.Repeat(`}}`, levels-1)
}

func TestNothingAskedIsNothingAnswered(t *testing.T) {
	for _, body := range []string{"", "null"} {
		tree, err := aggs.Parse(json.RawMessage(body))
		if err != nil || tree != nil || !tree.Empty() {
			t.Fatalf("Parse(%q) = %v, %v", body, tree, err)
		}
		bound, err := tree.Bind(aggs.Index{})
		if bound != nil || err != nil {
			t.Errorf("Bind = %v, %v", bound, err)
		}
	}
	var none *aggs.Collector
	none.Collect([]uint32{1})
	if aggs.Merge([]*aggs.Partial{none.Finish(), nil}) != nil || none.Err() != nil {
		t.Error("nothing merges to something")
	}
}

func TestTypedKeys(t *testing.T) {
	s := people(t)
	request := `{"k":{"terms":{"field":"k"},"aggs":{"s":{"sum":{"field":"n"}}}},"n":{"terms":{"field":"n"}},"d":{"terms":{"field":"d"}},"b":{"terms":{"field":"b"}},"ip":{"terms":{"field":"ip"}},
		"none":{"terms":{"field":"nope"}},"h":{"histogram":{"field":"n","interval":5}},"t":{"date_histogram":{"field":"t","fixed_interval":"1d"},"aggs":{"rt":{"rate":{"unit":"hour"}}}},
		"r":{"range":{"field":"n","ranges":[{"from":1}]}},"dr":{"date_range":{"field":"t","ranges":[{"from":"now"}]}},"ir":{"ip_range":{"field":"ip","ranges":[{"mask":"::/0"}]}},
		"f":{"filter":{"match_all":{}}},"fs":{"filters":{"filters":[{"match_all":{}}]}},"m":{"missing":{"field":"k"}},"g":{"global":{}},
		"c":{"composite":{"sources":[{"k":{"terms":{"field":"k"}}}]}},"card":{"cardinality":{"field":"k"}},"p":{"percentiles":{"field":"n"}},"hp":{"percentiles":{"field":"d","hdr":{}}},
		"th":{"top_hits":{}},"vc":{"value_count":{"field":"k"}},"st":{"stats":{"field":"n"}},"es":{"extended_stats":{"field":"n"}},
		"wa":{"weighted_avg":{"value":{"field":"n"},"weight":{"field":"d"}}},"mad":{"median_absolute_deviation":{"field":"n"}},"pr":{"percentile_ranks":{"field":"n","values":[1]}},
		"bp":{"boxplot":{"field":"n"}},"rk":{"rare_terms":{"field":"k"}},"rn":{"rare_terms":{"field":"n"}},"ru":{"rare_terms":{"field":"nope"}},"ss":{"string_stats":{"field":"k"}},"ipp":{"ip_prefix":{"field":"ip","prefix_length":8}},"ms":{"matrix_stats":{"fields":["n","d"]}},"rs":{"random_sampler":{"probability":0.1}},"tm":{"top_metrics":{"metrics":{"field":"n"},"sort":"t"}},"sk":{"significant_terms":{"field":"k"}},"sn":{"significant_terms":{"field":"n"}},"su":{"significant_terms":{"field":"nope"}},
		"am":{"adjacency_matrix":{"filters":{"x":{"match_all":{}}}}},"ad":{"auto_date_histogram":{"field":"t"}},
		"mt":{"multi_terms":{"terms":[{"field":"k"},{"field":"n"}]}}}`
	got, err := ask(t, request, true, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"sterms#k", "sum#s", "lterms#n", "dterms#d", "lterms#b", "sterms#ip", "umterms#none", "histogram#h", "date_histogram#t", "range#r", "date_range#dr",
		"ip_range#ir", "filter#f", "filters#fs", "missing#m", "global#g", "composite#c", "cardinality#card", "tdigest_percentiles#p", "hdr_percentiles#hp", "top_hits#th",
		"value_count#vc", "stats#st", "extended_stats#es",
		"weighted_avg#wa", "median_absolute_deviation#mad", "tdigest_percentile_ranks#pr", "boxplot#bp", "srareterms#rk", "lrareterms#rn", "umrareterms#ru", "multi_terms#mt", "auto_date_histogram#ad",
		"sigsterms#sk", "siglterms#sn", "umsigterms#su", "adjacency_matrix#am", "top_metrics#tm", "string_stats#ss", "matrix_stats#ms", "random_sampler#rs", "rate#rt", "ip_prefix#ipp"} {
		if !strings.Contains(got, `"`+key+`":{`) {
			t.Errorf("no %s in %s", key, got)
		}
	}
	order := []string{"sterms#k", "lterms#n", "umterms#none", "extended_stats#es"}
	for i := range order[1:] {
		if strings.Index(got, order[i]) > strings.Index(got, order[i+1]) {
			t.Errorf("%s does not come before %s", order[i], order[i+1])
		}
	}
}

func TestEveryAggregationHasAnEmptyAnswer(t *testing.T) {
	request := `{"k":{"terms":{"field":"k"}},"t":{"date_histogram":{"field":"t","fixed_interval":"1d"}},"r":{"range":{"field":"n","ranges":[{"from":1}]},"aggs":{"th":{"top_hits":{}},"m":{"max":{"field":"n"}}}},
		"f":{"filters":{"filters":{"a":{"match_all":{}}}}},"c":{"composite":{"sources":[{"k":{"terms":{"field":"k"}}}]}},"p":{"percentiles":{"field":"n","percents":[50]}},"card":{"cardinality":{"field":"k"}},"g":{"global":{}}}`
	want := `{"k":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[]},"t":{"buckets":[]},"r":{"buckets":[{"key":"1.0-*","from":1.0,"doc_count":0,
		"th":{"hits":{"total":{"value":0,"relation":"eq"},"max_score":null,"hits":[]}},"m":{"value":null}}]},"f":{"buckets":{"a":{"doc_count":0}}},"c":{"buckets":[]},
		"p":{"values":{"50.0":null}},"card":{"value":0},"g":{"doc_count":0}}`
	wants(t, request, want) // no index at all
	s := newShelf(t, "empty", testMapping, kinds())
	tree := parse(t, request)
	bound, err := tree.Bind(s.index)
	if err != nil {
		t.Fatal(err)
	}
	p, err := bound.Empty()
	if err != nil {
		t.Fatal(err)
	}
	got, err := tree.Result(p, false)
	if err != nil || !sameJSON(string(got), want) {
		t.Errorf("an index without segments: %s, %v", got, err)
	}
	if got, err := tree.Result(p, true); err != nil || !strings.Contains(string(got), `"sterms#k"`) {
		t.Errorf("an index without segments: %s, %v", got, err)
	}
}

func TestTopHitsOfBuckets(t *testing.T) {
	wants(t, `{"a":{"terms":{"field":"k"},"aggs":{"h":{"top_hits":{"size":1}}}}}`, `{"a":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[
		{"key":"ann","doc_count":2,"h":{"hits":{"total":{"value":2,"relation":"eq"}}}},{"key":"bob","doc_count":2,"h":{"hits":{"total":{"value":2,"relation":"eq"}}}},
		{"key":"cid","doc_count":1,"h":{"hits":{"total":{"value":1,"relation":"eq"}}}}]}}`, people(t))
	s := people(t)
	s.index.Hits = nil
	refuses(t, `{"h":{"top_hits":{}}}`, s, "[top_hits]")
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"a":{"terms":{"field":"k","include":"a.*","order":[{"b[95.0]":"desc"}]},"aggs":{"b":{"percentiles":{"field":"n"}}}}}`,
		`{"a":{"date_histogram":{"field":"t","calendar_interval":"month","offset":"+1h","extended_bounds":{"min":"now-1d","max":5}},"meta":{"x":1}}}`,
		`{"a":{"composite":{"sources":[{"k":{"terms":{"field":"k","missing_bucket":true}}}],"after":{"k":null}},"aggs":{"h":{"top_hits":{}}}}}`,
		`{"a":{"range":{"field":"n","ranges":[{"to":"1"},{"from":2.5}]}},"f":{"filters":{"filters":[{"term":{"k":"ann"}}],"other_bucket":true}}}`,
		`{"a":{"ip_range":{"field":"ip","ranges":[{"mask":"10.0.0.0/8"}]}},"h":{"histogram":{"field":"n","interval":2,"format":"#,##0.00"}},"m":{"missing":{"field":"k"}}}`,
		`{"a":{"cardinality":{"field":"nope","missing":"x"}},"s":{"extended_stats":{"field":"d","sigma":3}}}`,
	} {
		f.Add(seed)
	}
	s := people(f)
	f.Fuzz(func(t *testing.T, request string) {
		got, err := ask(t, request, true, s) // checks that an answer is JSON
		if err != nil && err.Error() == "" {
			t.Errorf("an error without a text; answer %s", got)
		}
	})
}
