package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestSimpleQueryStringClause(t *testing.T) {
	parses(t,
		`{"simple_query_string": {"query": "a +b", "fields": ["f"], "default_operator": "and", "flags": "OR|AND|PREFIX"}}`,
		`simple_query_string("a +b" fields=f default_operator=and)`,
		`{"simple_query_string": {"query": "x", "flags": 5, "analyze_wildcard": true}}`, `simple_query_string("x" analyze_wildcard=true)`,
	)
	refuses(t,
		refusal{`{"simple_query_string": {}}`, eserr.Parsing, "[simple_query_string] query text missing"},
		refusal{`{"simple_query_string": {"query": "x", "flags": "FOO"}}`, eserr.IllegalArgument, "Unknown simple_query_string flag [FOO]"},
		refusal{`{"simple_query_string": {"query": "x", "default_field": "a"}}`, eserr.Parsing, "[simple_query_string] query does not support [default_field]"},
	)
}
