package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestTerm(t *testing.T) {
	parses(t,
		`{"term": {"a": "b c"}}`, `a:"b c"`,
		`{"term": {"a": 1.50}}`, `a:1.50`,
		`{"term": {"a": false}}`, `a:false`,
		`{"term": {"a": {"value": "x", "case_insensitive": true}}}`, `a:x(?i)`,
		`{"term": {"a": {"value": "x", "case_insensitive": "true"}}}`, `a:x(?i)`,
		`{"term": {"a": {"term": ""}}}`, `a:""`,
		`{"term": {"_id": "7"}}`, `_id:7`,
		`{"term": {"a.b\u0000": "12345678901234567890"}}`, "a.b\x00:12345678901234567890",
	)
	refuses(t,
		refusal{`{"term": {"a": 1, "b": 2}}`, eserr.Parsing, "[term] query doesn't support multiple fields, found [a] and [b]"},
		refusal{`{"term": {"a": {"value": 1, "nosuchoption": 2}}}`, eserr.Parsing, "[term] query does not support [nosuchoption]"},
		refusal{`{"term": {"a": [1]}}`, eserr.Parsing, "[term] query does not support array of values"},
		refusal{`{"term": {"a": {"value": [1]}}}`, eserr.Parsing, "[term] query does not support arrays for value"},
		refusal{`{"term": {"a": {"value": {}}}}`, eserr.Parsing, "[term] unknown token [START_OBJECT] after [value]"},
		refusal{`{"term": {"a": null}}`, eserr.IllegalArgument, "value cannot be null"},
		refusal{`{"term": {"a": {}}}`, eserr.IllegalArgument, "value cannot be null"},
		refusal{`{"term": {}}`, eserr.IllegalArgument, "field name is null or empty"},
		refusal{`{"term": {"a": {"value": 1, "case_insensitive": 1}}}`, eserr.IllegalArgument, "as only [true] or [false] are allowed."},
	)
}
