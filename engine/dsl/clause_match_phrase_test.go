package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestMatchPhrase(t *testing.T) {
	parses(t,
		`{"match_phrase": {"a": "x y"}}`, `match_phrase(a:"x y")`,
		`{"match_phrase": {"a": {"query": "x y", "slop": 2, "analyzer": "simple", "zero_terms_query": "none"}}}`,
		`match_phrase(a:"x y" analyzer=simple zero_terms_query=none slop=2)`,
	)
	refuses(t,
		refusal{`{"match_phrase": {"a": {"query": "x", "operator": "and"}}}`, eserr.Parsing, "[match_phrase] query does not support [operator]"},
		refusal{`{"match_phrase": {"a": {"query": "x", "slop": -1}}}`, eserr.IllegalArgument, "No negative slop allowed."},
		refusal{`{"match_phrase": {"a": {}}}`, eserr.IllegalArgument, "[match_phrase] requires query value"},
		refusal{`{"match_phrase": {}}`, eserr.IllegalArgument, "[match_phrase] requires fieldName"},
	)
}
