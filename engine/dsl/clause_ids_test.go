package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestIDs(t *testing.T) {
	parses(t,
		`{"ids": {"values": ["a", 2]}}`, `_id:(a 2)`,
		`{"ids": {"values": "a"}}`, `_id:(a)`,
		`{"ids": {}}`, `_id:()`,
	)
	refuses(t,
		refusal{`{"ids": {"value": ["a"]}}`, eserr.Parsing, "[ids] unknown field [value] did you mean [values]?"},
		refusal{`{"ids": {"values": [{}]}}`, eserr.Parsing, "[ids] failed to parse field [values]"},
	)
}
