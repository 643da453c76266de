package aggs_test

import (
	"testing"

	"github.com/vedette-siem/vedette/storage/document"
)

// people is a small index in two segments.
func people(t testing.TB) shelf {
	return newShelf(t, "people", testMapping, kinds(), []string{
		`{"k":"ann","k2":"x","n":5,"d":0.5,"b":true,"ip":"10.0.0.1","t":"2026-06-01T10:00:00Z","labels._keyed":"team\u0000red"}`,
		`{"k":["ann","bob"],"n":7,"d":1.5,"b":false,"ip":"10.0.0.2","t":"2026-06-01T11:30:00Z","labels._keyed":["team\u0000blue","tier\u00001"]}`,
		`{"k":"bob","k2":"y","n":5,"d":2.5,"b":true,"ip":"2001:db8::1","t":"2026-06-02T00:00:00Z"}`,
	}, []string{
		`{"k":"cid","n":-1,"d":50.5,"ip":"10.0.0.1","t":"2026-06-04T00:00:00Z"}`,
		`{"n":[5,5,9],"t":"2026-06-04T23:59:59.999Z","tn":"2026-06-04T23:59:59.999999999Z"}`,
	})
}

func TestTerms(t *testing.T) {
	s := people(t)
	const head = `"doc_count_error_upper_bound":0,"sum_other_doc_count":`
	for _, c := range []struct{ name, body, want string }{
		{"keywords, most frequent first, ties by key", `{"field":"k"}`,
			`0,"buckets":[{"key":"ann","doc_count":2},{"key":"bob","doc_count":2},{"key":"cid","doc_count":1}]`},
		{"size as a string cuts, and the rest is summed", `{"field":"k","size":"1"}`, `3,"buckets":[{"key":"ann","doc_count":2}]`},
		{"numbers, repeats in a document counting once", `{"field":"n"}`,
			`0,"buckets":[{"key":5,"doc_count":3},{"key":-1,"doc_count":1},{"key":7,"doc_count":1},{"key":9,"doc_count":1}]`},
		{"doubles", `{"field":"d","size":2,"order":{"_key":"desc"}}`, `2,"buckets":[{"key":50.5,"doc_count":1},{"key":2.5,"doc_count":1}]`},
		{"booleans", `{"field":"b"}`, `0,"buckets":[{"key":1,"key_as_string":"true","doc_count":2},{"key":0,"key_as_string":"false","doc_count":1}]`},
		{"addresses", `{"field":"ip","order":{"_term":"asc"}}`,
			`0,"buckets":[{"key":"10.0.0.1","doc_count":2},{"key":"10.0.0.2","doc_count":1},{"key":"2001:db8::1","doc_count":1}]`},
		{"dates", `{"field":"t","size":1,"order":{"_key":"asc"}}`,
			`4,"buckets":[{"key":1780308000000,"key_as_string":"2026-06-01T10:00:00.000Z","doc_count":1}]`},
		{"dates with a format", `{"field":"t","size":1,"order":{"_key":"asc"},"format":"yyyy-MM-dd"}`,
			`4,"buckets":[{"key":1780308000000,"key_as_string":"2026-06-01","doc_count":1}]`},
		{"date_nanos count in milliseconds", `{"field":"tn"}`, `0,"buckets":[{"key":1780617599999,"key_as_string":"2026-06-04T23:59:59.999Z","doc_count":1}]`},
		{"a key of a flattened object", `{"field":"labels.team"}`, `0,"buckets":[{"key":"blue","doc_count":1},{"key":"red","doc_count":1}]`},
		{"the index", `{"field":"_index"}`, `0,"buckets":[{"key":"people","doc_count":5}]`},
		{"a field that is not mapped", `{"field":"nope"}`, `0,"buckets":[]`},
		{"a field that is not mapped, with missing", `{"field":"nope","missing":"none"}`, `0,"buckets":[{"key":"none","doc_count":5}]`},
		{"a number for a field that is not mapped", `{"field":"nope","missing":3}`, `0,"buckets":[{"key":3,"doc_count":5}]`},
		{"a boolean for a field that is not mapped", `{"field":"nope","value_type":"boolean","missing":true}`, `0,"buckets":[{"key":1,"key_as_string":"true","doc_count":5}]`},
		{"missing as a further term", `{"field":"k2","missing":"m"}`,
			`0,"buckets":[{"key":"m","doc_count":3},{"key":"x","doc_count":1},{"key":"y","doc_count":1}]`},
		{"missing as a present term", `{"field":"k2","missing":"y"}`, `0,"buckets":[{"key":"y","doc_count":4},{"key":"x","doc_count":1}]`},
		{"missing for numbers", `{"field":"d","missing":0.5,"size":1}`, `3,"buckets":[{"key":0.5,"doc_count":2}]`},
		{"min_doc_count", `{"field":"k","min_doc_count":2}`, `0,"buckets":[{"key":"ann","doc_count":2},{"key":"bob","doc_count":2}]`},
		{"include by expression", `{"field":"k","include":"[ab].*","exclude":"b.b"}`, `0,"buckets":[{"key":"ann","doc_count":2}]`},
		{"include by list", `{"field":"k","include":["cid","zoe"]}`, `0,"buckets":[{"key":"cid","doc_count":1}]`},
		{"exclude by list of numbers", `{"field":"n","exclude":[5,"7"]}`, `0,"buckets":[{"key":-1,"doc_count":1},{"key":9,"doc_count":1}]`},
		{"include of what a column cannot have", `{"field":"n","include":[5.5,9]}`, `0,"buckets":[{"key":5,"doc_count":3},{"key":9,"doc_count":1}]`},
		{"include by list of addresses", `{"field":"ip","include":["10.0.0.2"]}`, `0,"buckets":[{"key":"10.0.0.2","doc_count":1}]`},
		{"order by several keys", `{"field":"k","order":[{"_count":"asc"},{"_key":"desc"}]}`,
			`0,"buckets":[{"key":"cid","doc_count":1},{"key":"bob","doc_count":2},{"key":"ann","doc_count":2}]`},
		{"errors of counts", `{"field":"k2","show_term_doc_count_error":true,"size":1,"shard_size":100,"execution_hint":"map"}`,
			`1,"buckets":[{"key":"x","doc_count":1,"doc_count_error_upper_bound":0}]`},
		{"a number format", `{"field":"n","size":1,"format":"0.00"}`, `3,"buckets":[{"key":5,"key_as_string":"5.00","doc_count":3}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			wants(t, `{"a":{"terms":`+c.body+`}}`, `{"a":{`+head+c.want+`}}`, s)
		})
	}
}

func TestTermsListKeysWithoutDocuments(t *testing.T) {
	wants(t, `{"f":{"filter":{"term":{"n":7}},"aggs":{"a":{"terms":{"field":"k","min_doc_count":0}}}}}`,
		`{"f":{"doc_count":1,"a":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[
			{"key":"ann","doc_count":1},{"key":"bob","doc_count":1},{"key":"cid","doc_count":0}]}}}`, people(t))
}

func TestTermsOrderByMetrics(t *testing.T) {
	s := people(t)
	for _, c := range []struct{ name, order, first string }{
		{"a plain metric", `{"1":"desc"}`, "cid"},
		{"ascending", `{"1":"asc"}`, "ann"},
		{"a part of stats", `{"2.max":"asc"}`, "ann"},
		{"a deviation", `{"3.std_deviation":"desc"}`, "ann"},
		{"a percentile", `{"4[95.0]":"desc"}`, "cid"},
		{"the count of a filter", `{"5":"desc"}`, "ann"},
		{"a metric below a filter", `{"5>6":"desc"}`, "ann"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ask(t, `{"a":{"terms":{"field":"k","size":1,"order":`+c.order+`},"aggs":{"1":{"sum":{"field":"d"}},"2":{"stats":{"field":"d"}},
				"3":{"extended_stats":{"field":"n"}},"4":{"percentiles":{"field":"d","percents":[95]}},"5":{"filter":{"term":{"k":"ann"}},"aggs":{"6":{"max":{"field":"d"}}}}}}}`, false, s)
			if err != nil {
				t.Fatal(err)
			}
			if key := first(t, got, "a"); key != c.first {
				t.Errorf("first bucket %q, want %q: %s", key, c.first, got)
			}
		})
	}
	for _, c := range []struct{ order, text string }{
		{`{"9":"asc"}`, "Invalid aggregation order path [9]"},
		{`{"2.median":"asc"}`, "Unknown metric name [median]"},
		{`{"2":"asc"}`, "When ordering on a multi-value metrics aggregation a metric name must be specified."},
		{`{"1":"up"}`, "Unknown order direction [up]"},
	} {
		refuses(t, `{"a":{"terms":{"field":"k","order":`+c.order+`},"aggs":{"1":{"sum":{"field":"d"}},"2":{"stats":{"field":"d"}}}}}`, s, c.text)
	}
}

func TestTermsPartitions(t *testing.T) { // the expectations are those of Elasticsearch's own tests
	s := newShelf(t, "p", testMapping, kinds(), []string{`{"k":"abc","n":1234}`, `{"k":"bcd","n":5678}`})
	const head = `{"a":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[{"key":`
	wants(t, `{"a":{"terms":{"field":"k","include":{"partition":0,"num_partitions":2}}}}`, head+`"bcd","doc_count":1}]}}`, s)
	wants(t, `{"a":{"terms":{"field":"k","include":{"partition":1,"num_partitions":2}}}}`, head+`"abc","doc_count":1}]}}`, s)
	wants(t, `{"a":{"terms":{"field":"n","include":{"partition":0,"num_partitions":2}}}}`, head+`5678,"doc_count":1}]}}`, s)
	wants(t, `{"a":{"terms":{"field":"n","include":{"partition":1,"num_partitions":2}}}}`, head+`1234,"doc_count":1}]}}`, s)
}

func TestTermsAcrossIndices(t *testing.T) {
	whole := newShelf(t, "whole", testMapping, kinds(), []string{`{"mix":10}`, `{"mix":100}`})
	real := newShelf(t, "real", `{"properties":{"mix":{"type":"double"}}}`, map[string]document.Kind{"mix": document.Double}, []string{`{"mix":10}`, `{"mix":14.6}`, `{"mix":100}`})
	text := newShelf(t, "text", `{"properties":{"mix":{"type":"keyword"}}}`, map[string]document.Kind{"mix": document.Keyword}, []string{`{"mix":"10"}`})
	none := newShelf(t, "none", `{}`, nil, []string{`{}`})
	want := `{"a":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[{"key":10.0,"doc_count":2},{"key":100.0,"doc_count":2},{"key":14.6,"doc_count":1}]}}`
	wants(t, `{"a":{"terms":{"field":"mix"}}}`, want, whole, real, none)
	wants(t, `{"a":{"terms":{"field":"mix"}}}`, want, none, real, whole)
	if got, err := ask(t, `{"a":{"terms":{"field":"mix"}}}`, false, whole, text); err == nil {
		t.Errorf("numbers and text were merged into %s", got)
	}
}

func TestTermsRefusals(t *testing.T) {
	s := people(t)
	for _, c := range []struct{ body, text string }{
		{`{}`, "Required one of fields [field, script], but none were specified."},
		{`{"field":"txt"}`, "Fielddata is disabled on [txt] in [people]"},
		{`{"field":"k","size":0}`, "[size] must be greater than 0. Found [0] in [a]"},
		{`{"field":"k","min_doc_count":-1}`, "[minDocCount] must be greater than or equal to 0"},
		{`{"field":"k","sise":3}`, "[terms] unknown field [sise] did you mean [size]?"},
		{`{"field":"k","script":{"source":"1"}}`, "[script]"},
		{`{"field":"ip","exclude":"127.*"}`, "cannot support regular expression style include/exclude"},
		{`{"field":"n","include":"1.*"}`, "cannot support regular expression style include/exclude"},
		{`{"field":"k","include":"a~b"}`, "not supported"},
		{`{"field":"k","include":"a("}`, "invalid regular expression"},
		{`{"field":"k","include":{"partition":2,"num_partitions":2}}`, "Partition must be >=0 and < numPartition which is 2"},
		{`{"field":"n","missing":"x"}`, `number_format_exception: For input string: "x"`},
		{`{"field":"n","missing":"1.2.3"}`, "number_format_exception: multiple points"},
		{`{"field":"ip","missing":5}`, "illegal_argument_exception: '5' is not an IP string literal."},
		{`{"field":"k","order":"_count"}`, "[terms] order doesn't support values of type: VALUE_STRING"},
		{`{"field":{"a":1}}`, "doesn't support values of type: START_OBJECT"},
	} {
		refuses(t, `{"a":{"terms":`+c.body+`}}`, s, c.text)
	}
}
