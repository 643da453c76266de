package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestBoosting(t *testing.T) {
	parses(t, `{"boosting": {"positive": {"term": {"a": 1}}, "negative": {"term": {"b": 2}}, "negative_boost": 0.5}}`, `(a:1 but b:2^0.5)`)
	refuses(t,
		refusal{`{"boosting": {"negative": {"match_all": {}}, "negative_boost": 0.5}}`, eserr.Parsing, "requires 'positive' query"},
		refusal{`{"boosting": {"positive": {"match_all": {}}, "negative_boost": 0.5}}`, eserr.Parsing, "requires 'negative' query"},
		refusal{`{"boosting": {"positive": {"match_all": {}}, "negative": {"match_all": {}}}}`, eserr.Parsing, "requires 'negative_boost'"},
	)
}
