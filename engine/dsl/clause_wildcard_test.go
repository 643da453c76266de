package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestWildcard(t *testing.T) {
	parses(t,
		`{"wildcard": {"a": "*x?"}}`, `a:wildcard(*x?)`,
		`{"wildcard": {"a": {"wildcard": "x*", "case_insensitive": true, "rewrite": "constant_score", "boost": 2}}}`, `(a:wildcard(x*)(?i))^2`,
		`{"wildcard": {"a": {"value": 5}}}`, `a:wildcard(5)`,
	)
	refuses(t, refusal{`{"wildcard": {"a": {"pattern": "x"}}}`, eserr.Parsing, "[wildcard] query does not support [pattern]"})
}
