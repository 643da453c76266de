package dsl

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestTerms(t *testing.T) {
	parses(t,
		`{"terms": {"a": []}}`, `a:()`,
		`{"terms": {"a": ["x", 1, true], "boost": 2, "_name": "n"}}`, `((a:(x 1 true))^2)@n`,
		`{"terms": {"boost": 2, "a": ["x"]}}`, `(a:(x))^2`,
		`{"terms": {"boost": ["x"]}}`, `boost:(x)`,
	)
	refuses(t,
		refusal{`{"terms": {"a": "x"}}`, eserr.Parsing, "[terms] query does not support [a]"},
		refusal{`{"terms": {"a": ["x"], "b": ["y"]}}`, eserr.Parsing, "[terms] query does not support multiple fields"},
		refusal{`{"terms": {"a": ["x"], "b": {}}}`, eserr.Parsing, "Already got: [a] but also found [b]"},
		refusal{`{"terms": {"a": {"index": "i", "id": "1", "path": "p"}}}`, eserr.Parsing, "terms lookup for [a]"},
		refusal{`{"terms": {"a": [null]}}`, eserr.Parsing, "No value specified for terms query"},
		refusal{`{"terms": {"a": [["x"]]}}`, eserr.Parsing, "[terms] unknown token [START_ARRAY] after [a]"},
		refusal{`{"terms": {}}`, eserr.Parsing, "[terms] query requires a field name"},
	)
}

func TestTermsLimitsTheirNumber(t *testing.T) {
	terms := func(n int) json.RawMessage {
		return json.RawMessage(`{"terms": {"a": [` + strings.TrimSuffix(strings.Repeat("1,", n), ",") + `]}}`)
	}
	if _, err := Parse(terms(maxTermsCount)); err != nil {
		t.Error(err)
	}
	_, err := Parse(terms(maxTermsCount + 1))
	checkError(t, "65,537 terms", err, eserr.QueryShard, "The number of terms [65537] used in the Terms Query request has exceeded the allowed maximum of [65536]. "+
		"This maximum can be set by changing the [index.max_terms_count] index level setting.")
}
