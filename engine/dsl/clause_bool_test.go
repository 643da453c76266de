package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestBoolTakesObjectsAndArrays(t *testing.T) {
	parses(t,
		`{"bool": {}}`, `()`,
		`{"bool": {"must": {"term": {"a": 1}}}}`, `(+a:1)`,
		`{"bool": {"must": [{"term": {"a": 1}}, {"term": {"b": 2}}], "filter": {"exists": {"field": "c"}}}}`, `(+a:1 +b:2 #_exists_:c)`,
		`{"bool": {"should": [{"term": {"a": 1}}], "must_not": {"match_none": {}}, "minimum_should_match": 1}}`, `(a:1 -MatchNoDocsQuery)~1`,
		`{"bool": {"should": null, "minimum_should_match": "75%"}}`, `()~75%`,
		`{"bool": {"must_not": {"match_all": {}}, "adjust_pure_negative": false}}`, `MatchNoDocsQuery`,
		`{"bool": {"filter": {"bool": {"must": {"bool": {"should": {"match_all": {}}}}}}}}`, `(#(+(*:*)))`,
	)
}

func TestBoolRefuses(t *testing.T) {
	refuses(t,
		refusal{`{"bool": {"musst": []}}`, eserr.XContentParse, "[1:11] [bool] unknown field [musst] did you mean any of [must, mustNot]?"},
		refusal{`{"bool": {"must": "x"}}`, eserr.XContentParse, "[bool] must doesn't support values of type: VALUE_STRING"},
		refusal{`{"bool": {"must": ["x"]}}`, eserr.XContentParse, "[_na] query malformed, must start with start_object"},
		refusal{`{"bool": {"must": [{}]}}`, eserr.XContentParse, "query malformed, empty clause found at [1:21]"},
		refusal{`{"bool": {"boost": "x"}}`, eserr.XContentParse, "[bool] failed to parse field [boost]"},
	)
}

func TestMinimumShouldMatch(t *testing.T) {
	f := func(spec string, optional, want int) {
		t.Helper()
		if got, err := MinimumShouldMatch(spec, optional); err != nil || got != want {
			t.Errorf("%q of %d: got %d, %v, want %d", spec, optional, got, err, want)
		}
	}
	f("", 5, 0)
	f("3", 5, 3)
	f("7", 5, 7)
	f("-2", 5, 3)
	f("-9", 5, 0)
	f("75%", 5, 3)
	f("-25%", 5, 4)
	f("0%", 5, 0)
	f("2<75%", 2, 2)
	f("2<75%", 4, 3)
	f("2 < -25% 9<-3", 2, 2)
	f("2<-25% 9 < -3", 9, 7)
	f("2<-25% 9<-3", 10, 7)
	for _, bad := range []string{"x", "3x", "%", "2<", "<3", "a<3", "1.5", "99999999999"} {
		if got, err := MinimumShouldMatch(bad, 5); err == nil {
			t.Errorf("%q: got %d, want an error", bad, got)
		}
	}
}
