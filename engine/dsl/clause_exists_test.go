package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestExists(t *testing.T) {
	parses(t, `{"exists": {"field": "a.b"}}`, `_exists_:a.b`)
	refuses(t,
		refusal{`{"exists": {}}`, eserr.Parsing, "[exists] must be provided with a [field]"},
		refusal{`{"exists": {"fields": "a"}}`, eserr.Parsing, "[exists] query does not support [fields]"},
		refusal{`{"exists": {"field": ["a"]}}`, eserr.Parsing, "[exists] unknown token [START_ARRAY] after [field]"},
	)
}
