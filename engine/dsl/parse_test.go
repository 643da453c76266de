package dsl

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestParseWithoutABodyMatchesAll(t *testing.T) { parses(t, ``, `*:*`) }

func TestParseRefusesMalformedQueries(t *testing.T) {
	refuses(t,
		refusal{`null`, eserr.Parsing, "[_na] query malformed, must start with start_object"},
		refusal{`[]`, eserr.Parsing, "[_na] query malformed, must start with start_object"},
		refusal{`{}`, eserr.IllegalArgument, "query malformed, empty clause found at [1:2]"},
		refusal{`{"match": "x"}`, eserr.Parsing, "[match] query malformed, no start_object after query name"},
		refusal{`{"term": {"a": 1}, "match": {"b": 2}}`, eserr.Parsing, "[term] malformed query, expected [END_OBJECT] but found [FIELD_NAME]"},
	)
}

func TestParseNamesUnknownQueriesAndSuggests(t *testing.T) {
	refuses(t,
		refusal{`{"invalid_query": {}}`, eserr.Parsing, "unknown query [invalid_query]"},
		refusal{`{"boool": {}}`, eserr.Parsing, "unknown query [boool] did you mean [bool]?"},
		refusal{`{"trem": {}}`, eserr.Parsing, "unknown query [trem]"},
		refusal{`{"match_phrases": {}}`, eserr.Parsing, "did you mean any of [match_phrase, "},
		refusal{`{"knn": {"field": "v"}}`, eserr.Parsing, "[knn] query is not supported by Vedette"},
		refusal{`{"script": {}}`, eserr.Parsing, "[script] query is not supported by Vedette"},
		refusal{`{"nested": {}}`, eserr.Parsing, "[nested] query is not supported by Vedette"},
		refusal{`{"` + strings.Repeat("x", 100000) + `": {}}`, eserr.Parsing, "unknown query [xxx"},
	)
}

func TestParseTellsWhereAnUnknownQueryStands(t *testing.T) {
	const whole = `{"query":{"invalid_query":{}}}`
	_, err := ParseAt(json.RawMessage(whole[9:len(whole)-1]), Place{1, 10})
	var e *eserr.Error
	if !errors.As(err, &e) || e.Line != 1 || e.Column != 27 {
		t.Fatalf("got %+v, want line 1, column 27", e)
	}
	if e.CausedBy == nil || e.CausedBy.Reason != "[1:27] unknown field [invalid_query]" {
		t.Errorf("got cause %v", e.CausedBy)
	}
}

func TestParseWrapsErrorsInsideBoolAsElasticsearchDoes(t *testing.T) {
	_, err := Parse(json.RawMessage(`{"bool":{"must":[{"foo":{}}]}}`))
	var e *eserr.Error
	if !errors.As(err, &e) || e.Type != eserr.XContentParse || e.Reason != "[1:25] [bool] failed to parse field [must]" {
		t.Fatalf("got %v", err)
	}
	if e.CausedBy == nil || e.CausedBy.Type != eserr.Parsing || e.CausedBy.Reason != "unknown query [foo]" {
		t.Errorf("got cause %v", e.CausedBy)
	}
}

func TestParseLimitsDepth(t *testing.T) {
	nested := func(n int) string {
		return strings.Repeat(`{"bool":{"must":`, n-1) + `{"match_all":{}}` + strings.Repeat(`}}`, n-1)
	}
	if _, err := Parse(json.RawMessage(nested(30))); err != nil {
		t.Errorf("depth 30: %v", err)
	}
	for _, n := range []int{31, 5000} {
		_, err := Parse(json.RawMessage(nested(n)))
		checkError(t, fmt.Sprint("depth ", n), err, eserr.XContentParse, "The nested depth of the query exceeds the maximum nested depth for bool queries set in "+
			"[indices.query.bool.max_nested_depth]")
	}
}

func TestParseLimitsTheNumberOfClauses(t *testing.T) {
	clauses := func(n int) json.RawMessage {
		return json.RawMessage(`{"bool":{"should":[` + strings.TrimSuffix(strings.Repeat(`{"match_all":{}},`, n), ",") + `]}}`)
	}
	if _, err := Parse(clauses(maxClauses - 1)); err != nil {
		t.Error(err)
	}
	_, err := Parse(clauses(maxClauses))
	checkError(t, "4,097 clauses", err, eserr.QueryShard, "maxClauseCount is set to 4096")
	var e *eserr.Error
	if errors.As(err, &e); e.Phase != eserr.PhaseQuery || e.CausedBy.Type != "too_many_clauses" {
		t.Errorf("got phase %q, cause %v", e.Phase, e.CausedBy)
	}
}

func TestParseReadsBoostAndNameEverywhere(t *testing.T) {
	parses(t,
		`{"match_all": {"boost": 2, "_name": "n"}}`, `((*:*)^2)@n`,
		`{"term": {"a": {"value": 1, "boost": "0.5", "_name": "n"}}}`, `((a:1)^0.5)@n`,
		`{"bool": {"must": [], "boost": 0}}`, `(())^0`,
		`{"exists": {"field": "a", "_name": "n"}}`, `(_exists_:a)@n`,
	)
	refuses(t,
		refusal{`{"exists": {"field": "a", "boost": -1}}`, eserr.IllegalArgument, "negative [boost] are not allowed in [exists]"},
		refusal{`{"exists": {"field": "a", "boost": "x"}}`, numberFormat, `For input string: "x"`},
		refusal{`{"exists": {"field": "a", "boost": "NaN"}}`, numberFormat, `For input string: "NaN"`},
		refusal{`{"exists": {"field": "a", "boost": {}}}`, eserr.Parsing, "[exists] unknown token [START_OBJECT] after [boost]"},
	)
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"bool": {"must": {"term": {"a": 1}}, "filter": [{"range": {"b": {"gte": "now-1d", "lt": 5}}}], "minimum_should_match": "2<75%"}}`,
		`{"match": {"a": {"query": "x y", "operator": "and", "fuzziness": "AUTO:2,5"}}}`, `{"terms": {"a": [1, "b", true]}}`,
		`{"multi_match": {"query": "x", "fields": ["a^2", "b*"], "type": "phrase"}}`, `{"dis_max": {"queries": [{"ids": {"values": "1"}}]}}`,
		`{"query_string": {"query": "a:(b OR \"c d\"~2) AND NOT e", "fields": ["x"]}}`, `{"simple_query_string": {"query": "+a | (b -c)"}}`,
		`{"fuzzy": {"a": "b"}}`, `{"boosting": {"positive": {"match_all": {}}, "negative": {"match_none": {}}, "negative_boost": 0.5}}`, `{"term": {"a": 1, "a": 2}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		q, err := Parse(json.RawMessage(body))
		if (q == nil) == (err == nil) {
			t.Fatalf("got query %v and error %v", q, err)
		}
		if err != nil {
			var e *eserr.Error
			if !errors.As(err, &e) || e.Status != 400 {
				t.Fatalf("%v is not a refusal", err)
			}
			return
		}
		Format(q)
	})
}
