package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestDisMax(t *testing.T) {
	parses(t,
		`{"dis_max": {"queries": [{"term": {"a": 1}}, {"term": {"b": 2}}], "tie_breaker": 0.7}}`, `(a:1 | b:2)~0.7`,
		`{"dis_max": {"queries": {"term": {"a": 1}}}}`, `(a:1)`,
	)
	refuses(t,
		refusal{`{"dis_max": {"queries": []}}`, eserr.Parsing, "[_na] query malformed, must start with start_object"},
		refusal{`{"dis_max": {"queries": ["x"]}}`, eserr.Parsing, "unexpected token [VALUE_STRING] after [queries]"},
		refusal{`{"dis_max": {"query": {}}}`, eserr.Parsing, "[dis_max] query does not support [query]"},
	)
}
