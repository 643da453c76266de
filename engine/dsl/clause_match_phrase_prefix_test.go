package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestMatchPhrasePrefix(t *testing.T) {
	parses(t,
		`{"match_phrase_prefix": {"a": "x y"}}`, `match_phrase_prefix(a:"x y")`,
		`{"match_phrase_prefix": {"a": {"query": "x y", "max_expansions": 10, "slop": 1}}}`, `match_phrase_prefix(a:"x y" slop=1)`,
	)
	refuses(t, refusal{`{"match_phrase_prefix": {"a": {"query": "x", "foo": 1}}}`, eserr.Parsing, "[match_phrase_prefix] query does not support [foo]"})
}
