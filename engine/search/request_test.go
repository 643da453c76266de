package search

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestParseReadsTheBody(t *testing.T) {
	r, err := Parse(json.RawMessage(`{"query":{"match_all":{}},"from":"5","size":20,"sort":["a",{"@timestamp":{"order":"desc","unmapped_type":"boolean"},"_doc":{"order":"asc"}}],
		"_source":{"includes":["a.*"],"excludes":"b"},"fields":["x",{"field":"@timestamp","format":"epoch_millis","include_unmapped":true}],"docvalue_fields":["d"],
		"stored_fields":["*"],"track_total_hits":"100","timeout":"1500ms","terminate_after":7,"version":true,"seq_no_primary_term":true,"min_score":0.5,"track_scores":true,
		"script_fields":{},"runtime_mappings":{ },"explain":false,"suggest":{},"rescore":[],"aggs":{"a":{"max":{"field":"n"}}}}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.from != 5 || r.size != 20 || r.trackTotal != 100 || r.timeout != 1500*time.Millisecond || r.terminateAfter != 7 || r.minScore != 0.5 || !r.trackScores {
		t.Errorf("numbers are read as %+v", r)
	}
	if len(r.sort) != 3 || r.sort[1].field != "@timestamp" || !r.sort[1].desc || r.sort[1].unmapped != "boolean" || r.sort[2].field != "_doc" {
		t.Errorf("sort = %+v", r.sort)
	}
	f := r.fetch
	if f.noSource || strings.Join(f.includes, " ") != "a.*" || strings.Join(f.excludes, " ") != "b" || !f.version || !f.seqNo {
		t.Errorf("fetch = %+v", f)
	}
	if len(f.fields) != 2 || f.fields[1] != (fieldSpec{"@timestamp", "epoch_millis", true}) || len(f.docvalues) != 1 {
		t.Errorf("fields = %+v, %+v", f.fields, f.docvalues)
	}
	if r.query == nil || r.aggs == nil {
		t.Error("query or aggs are lost")
	}
}

func TestParseOfNothingIsTheDefault(t *testing.T) {
	for _, body := range []string{"", " \n", "{}"} {
		r, err := Parse(json.RawMessage(body), nil)
		if err != nil || r.size != 10 || r.from != 0 || r.trackTotal != 10_000 || !r.byScore() || r.query != nil {
			t.Errorf("Parse(%q) = %+v, %v", body, r, err)
		}
	}
}

func TestParametersGoBeforeTheBody(t *testing.T) {
	r, err := Parse(json.RawMessage(`{"size":1,"from":2,"sort":"a","_source":["body"],"track_total_hits":false,"query":{"match_none":{}},"timeout":"1s"}`), map[string]string{
		"size": "3", "from": "0", "sort": "b:desc,_doc", "_source_includes": "url,x.*", "track_total_hits": "true", "q": "*", "timeout": "2m", "docvalue_fields": "d,e", "terminate_after": "4",
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.size != 3 || r.from != 0 || r.trackTotal != math.MaxInt64 || r.timeout != 2*time.Minute || r.terminateAfter != 4 {
		t.Errorf("numbers are read as %+v", r)
	}
	if len(r.sort) != 2 || r.sort[0].field != "b" || !r.sort[0].desc || r.sort[1].field != "_doc" {
		t.Errorf("sort = %+v", r.sort)
	}
	if strings.Join(r.fetch.includes, " ") != "url x.*" || len(r.fetch.docvalues) != 2 {
		t.Errorf("fetch = %+v", r.fetch)
	}
}

func TestSourceForms(t *testing.T) {
	for _, c := range []struct {
		body, params string
		none         bool
		in, out      string
	}{
		{`{"_source":true}`, "", false, "", ""}, {`{"_source":false}`, "", true, "", ""}, {`{"_source":"false"}`, "", false, "false", ""},
		{`{"_source":"a"}`, "", false, "a", ""}, {`{"_source":["a","b"]}`, "", false, "a b", ""}, {`{"_source":{"excludes":[]}}`, "", false, "", ""},
		{`{"stored_fields":"_none_"}`, "", true, "", ""}, {`{"stored_fields":["*"]}`, "", true, "", ""}, {`{"stored_fields":["_source"]}`, "", false, "", ""}, {`{"_source":true,"stored_fields":["*"]}`, "", false, "", ""}, {`{"_source":false,"stored_fields":["*"]}`, "", true, "", ""},
		{`{"_source":false}`, "true", false, "", ""}, {`{}`, "a,b", false, "a b", ""}, {`{"_source":["x"]}`, "false", true, "", ""},
	} {
		params := map[string]string{}
		if c.params != "" {
			params["_source"] = c.params
		}
		r, err := Parse(json.RawMessage(c.body), params)
		if err != nil {
			t.Errorf("Parse(%s): %v", c.body, err)
			continue
		}
		if f := r.fetch; f.noSource != c.none || strings.Join(f.includes, " ") != c.in || strings.Join(f.excludes, " ") != c.out {
			t.Errorf("Parse(%s, _source=%s) = %v %q %q", c.body, c.params, f.noSource, f.includes, f.excludes)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, body, typ, reason string }{
		{"broken JSON", `{"size":`, eserr.XContentParse, ""},
		{"an array", `[]`, eserr.Parsing, "Expected [START_OBJECT] but found [START_ARRAY]"},
		{"an unknown text", `{"foo":"x"}`, eserr.Parsing, "Unknown key for a VALUE_STRING in [foo]."},
		{"aggregations that are none", `{"aggs":null}`, eserr.Parsing, "Unknown key for a VALUE_NULL in [aggs]."},
		{"a list of aggregations", `{"aggregations":[1]}`, eserr.Parsing, "Unknown key for a START_ARRAY in [aggregations]."},
		{"an unknown object", `{"nosuchkey":{}}`, eserr.Parsing, "Unknown key for a START_OBJECT in [nosuchkey]."},
		{"an unknown query", `{"query":{"no_such_query":{}}}`, eserr.Parsing, "no_such_query"},
		{"a key twice", `{"size":1,"size":2}`, eserr.XContentParse, "Duplicate field 'size'"},
		{"a negative size", `{"size":-1}`, eserr.IllegalArgument, "[size] parameter cannot be negative, found [-1]"},
		{"a negative from", `{"from":-5}`, eserr.IllegalArgument, "[from] parameter cannot be negative but was [-5]"},
		{"a size that is no number", `{"size":"x"}`, "number_format_exception", `For input string: "x"`},
		{"collapse without a field", `{"collapse":{}}`, eserr.IllegalArgument, "collapse: a [field] is required"},
		{"collapse with inner hits without a name", `{"collapse":{"field":"a","inner_hits":{}}}`, eserr.IllegalArgument, "[name]"},
		{"a point in time without an id", `{"pit":{"keep_alive":"1m"}}`, eserr.IllegalArgument, "Required [id]"},
		{"an option of a point in time", `{"pit":{"id":"x","ttl":"1m"}}`, eserr.XContentParse, "[pit] unknown field [ttl]"},
		{"one slice", `{"slice":{"id":0,"max":1}}`, eserr.IllegalArgument, "max must be greater than 1"},
		{"a slice beyond the last", `{"slice":{"id":2,"max":2}}`, eserr.IllegalArgument, "max must be greater than id"},
		{"a script field", `{"script_fields":{"a":{"script":"1"}}}`, eserr.IllegalArgument, "[script_fields]"},
		{"a runtime field", `{"runtime_mappings":{"a":{"type":"long"}}}`, eserr.IllegalArgument, "[runtime_mappings]"},
		{"an order", `{"sort":[{"a":"up"}]}`, eserr.IllegalArgument, "No enum constant org.elasticsearch.search.sort.SortOrder.UP"},
		{"a mode", `{"sort":[{"a":{"mode":"up"}}]}`, eserr.XContentParse, "[field_sort] failed to parse field [mode]"},
		{"a sort that is no object", `{"sort":[{"a":null,"b":"asc"}]}`, eserr.XContentParse, "[field_sort] Expected START_OBJECT but was: FIELD_NAME"},
		{"an option of a sort", `{"sort":[{"a":{"ordr":"asc"}}]}`, eserr.XContentParse, "[field_sort] unknown field [ordr]"},
		{"a script sort", `{"sort":[{"_script":{}}]}`, eserr.IllegalArgument, "[_script]"},
		{"search_after without a sort", `{"search_after":[1]}`, eserr.IllegalArgument, "Sort must contain at least one field."},
		{"search_after of another length", `{"sort":["a","b"],"search_after":[1]}`, eserr.IllegalArgument, "search_after has 1 value(s) but sort has 2."},
		{"search_after with from", `{"sort":["a"],"from":1,"search_after":[1]}`, "action_request_validation_exception", "[from] parameter must be set to 0"},
		{"an empty search_after", `{"sort":["a"],"search_after":[]}`, eserr.IllegalArgument, "at least one value"},
		{"a timeout without a unit", `{"timeout":"10"}`, eserr.IllegalArgument, "unit is missing"},
		{"a total below -1", `{"track_total_hits":-2}`, eserr.IllegalArgument, "must be positive or equals to -1, got -2"},
		{"a field option", `{"fields":[{"field":"a","frmt":"x"}]}`, eserr.XContentParse, "unknown field [frmt]"},
		{"a highlight option", `{"highlight":{"fields":{"a":{"nosuch":1}}}}`, eserr.XContentParse, "[highlight] unknown field [nosuch]"},
		{"an unknown aggregation", `{"aggs":{"a":{"nosuch":{}}}}`, "", "nosuch"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(json.RawMessage(c.body), nil)
			var e *eserr.Error
			if !errors.As(err, &e) {
				t.Fatalf("Parse(%s) = %v, want an error of Elasticsearch's", c.body, err)
			}
			if e.Status != 400 || c.typ != "" && e.Type != c.typ || !strings.Contains(e.Error(), c.reason) {
				t.Errorf("Parse(%s) = %d %s %q, want %s %q", c.body, e.Status, e.Type, e.Reason, c.typ, c.reason)
			}
		})
	}
}

func TestUnknownKeysHaveAPlace(t *testing.T) {
	_, err := Parse(json.RawMessage("{\n  \"size\": 1,\n  \"foo\": 2}"), nil)
	var e *eserr.Error
	if !errors.As(err, &e) || e.Line != 3 || e.Column != 10 {
		t.Errorf("err = %+v, want line 3, column 10", e)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"query":{"bool":{"must":[]}},"sort":[{"a":{"order":"desc","missing":1}}],"highlight":{"fields":{"*":{}}},"fields":[{"field":"x"}]}`, "a:desc")
	f.Add(`{"_source":{"includes":"a"},"search_after":[1,"x",null],"aggs":{"a":{"terms":{"field":"k"}}}}`, "_doc")
	f.Fuzz(func(t *testing.T, body, sort string) {
		r, err := Parse(json.RawMessage(body), map[string]string{"sort": sort})
		if err == nil && (r.size < 0 || r.from < 0) {
			t.Fatalf("Parse(%q) = %+v", body, r)
		}
		var e *eserr.Error
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("Parse(%q): %v is no error of Elasticsearch's", body, err)
		}
	})
}

func TestIndicesBoost(t *testing.T) {
	for body, want := range map[string]string{
		`[{"a":2},{"b*":0.5}]`: "[{a 2} {b* 0.5}]", `{"a":2,"b":"3"}`: "[{a 2} {b 3}]", `[]`: "[]", `{}`: "[]",
	} {
		r, err := Parse([]byte(`{"indices_boost":`+body+`}`), nil)
		if err != nil || fmt.Sprint(r.IndexBoosts()) != want {
			t.Errorf("%s: %v, %v, want %s", body, r, err, want)
		}
	}
	for _, body := range []string{`7`, `[7]`, `[{"a":1,"b":2},{"c":3}]`, `{"a":"x"}`, `{"a":-1}`, `{"a":[1]}`} {
		if r, err := Parse([]byte(`{"indices_boost":`+body+`}`), nil); err == nil {
			t.Errorf("%s gives %v", body, r.IndexBoosts())
		}
	}
}
