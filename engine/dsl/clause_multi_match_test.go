package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestMultiMatch(t *testing.T) {
	parses(t,
		`{"multi_match": {"query": "x"}}`, `multi_match(best_fields :x)`,
		`{"multi_match": {"query": "x", "fields": "a"}}`, `multi_match(best_fields a:x)`,
		`{"multi_match": {"query": "x y", "fields": ["a^2", "b.*"], "type": "cross_fields", "operator": "and", "tie_breaker": 0.3}}`,
		`multi_match(cross_fields a^2,b.*:"x y" operator=and)`,
		`{"multi_match": {"query": "x", "type": "phrase", "slop": 3}}`, `multi_match(phrase :x slop=3)`,
	)
	refuses(t,
		refusal{`{"multi_match": {"fields": ["a"]}}`, eserr.Parsing, "No text specified for multi_match query"},
		refusal{`{"multi_match": {"query": "x", "type": "foo"}}`, parseException, "failed to parse [multi_match] query type [foo]. unknown type."},
		refusal{`{"multi_match": {"query": "x", "type": "bool_prefix", "slop": 1}}`, eserr.Parsing, "[slop] not allowed for type [bool_prefix]"},
		refusal{`{"multi_match": {"query": "x", "type": "phrase", "fuzziness": 1}}`, eserr.Parsing, "Fuzziness not allowed for type [phrase]"},
		refusal{`{"multi_match": {"query": "x", "fields": ["a^b"]}}`, numberFormat, `For input string: "b"`},
		refusal{`{"multi_match": {"query": "x", "fields": ["a^-1"]}}`, eserr.IllegalArgument, "negative [boost]"},
		refusal{`{"multi_match": {"query": "x", "foo": 1}}`, eserr.Parsing, "[multi_match] query does not support [foo]"},
	)
}
