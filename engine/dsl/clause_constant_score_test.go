package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestConstantScore(t *testing.T) {
	parses(t, `{"constant_score": {"filter": {"term": {"a": 1}}, "boost": 1.2}}`, `(ConstantScore(a:1))^1.2`)
	refuses(t,
		refusal{`{"constant_score": {}}`, eserr.Parsing, "[constant_score] requires a 'filter' element"},
		refusal{`{"constant_score": {"filter": []}}`, eserr.Parsing, "unexpected token [START_ARRAY] after [filter]"},
		refusal{`{"constant_score": {"query": {}}}`, eserr.Parsing, "[constant_score] query does not support [query]"},
	)
}
