package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestMatchAllAndNone(t *testing.T) {
	parses(t,
		`{"match_all": {}}`, `*:*`,
		`{"match_none": {}}`, `MatchNoDocsQuery`,
		`{"match_all": {"boost": 1.5}}`, `(*:*)^1.5`,
	)
	refuses(t,
		refusal{`{"match_all": {"x": 1}}`, eserr.Parsing, "[match_all] unknown field [x]"},
		refusal{`{"match_none": {"x": 1}}`, eserr.Parsing, "[match_none] query does not support [x]"},
	)
}
