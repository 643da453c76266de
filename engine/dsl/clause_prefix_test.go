package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestPrefix(t *testing.T) {
	parses(t,
		`{"prefix": {"a": "x"}}`, `a:x*`,
		`{"prefix": {"a": ""}}`, `a:*`,
		`{"prefix": {"a": {"value": "x", "case_insensitive": true, "rewrite": "constant_score"}}}`, `a:x*(?i)`,
	)
	refuses(t,
		refusal{`{"prefix": {"a": {"wildcard": "x"}}}`, eserr.Parsing, "[prefix] query does not support [wildcard]"},
		refusal{`{"prefix": {"a": null}}`, eserr.IllegalArgument, "value cannot be null"},
		refusal{`{"prefix": {"a": ["x"]}}`, eserr.Parsing, "[prefix] unknown token [START_ARRAY] after [a]"},
		refusal{`{"prefix": {"a": "x", "b": "y"}}`, eserr.Parsing, "[prefix] query doesn't support multiple fields, found [a] and [b]"},
	)
}
