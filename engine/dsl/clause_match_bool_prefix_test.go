package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestMatchBoolPrefix(t *testing.T) {
	parses(t,
		`{"match_bool_prefix": {"a": "x y"}}`, `match_bool_prefix(a:"x y")`,
		`{"match_bool_prefix": {"a": {"query": "x y", "fuzziness": 1, "operator": "and", "fuzzy_rewrite": "constant_score"}}}`,
		`match_bool_prefix(a:"x y" operator=and fuzziness=1)`,
	)
	refuses(t, refusal{`{"match_bool_prefix": {"a": {"query": "x", "slop": 1}}}`, eserr.Parsing, "[match_bool_prefix] query does not support [slop]"})
}
