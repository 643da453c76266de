package dsl

import (
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestRegexp(t *testing.T) {
	parses(t,
		`{"regexp": {"a": "x.*"}}`, `a:/x.*/`,
		`{"regexp": {"a": {"value": "x", "flags": "INTERVAL|COMPLEMENT", "case_insensitive": true, "max_determinized_states": 10000}}}`, `a:/x/INTERVAL|COMPLEMENT(?i)`,
		`{"regexp": {"a": "`+strings.Repeat("é", maxRegexLength)+`"}}`, `a:/`+strings.Repeat("é", maxRegexLength)+`/`,
	)
	refuses(t,
		refusal{`{"regexp": {"a": {"value": "x", "flags": "NOPE"}}}`, eserr.IllegalArgument, "Unknown regexp flag [NOPE]"},
		refusal{`{"regexp": {"a": "` + strings.Repeat("x", 1110) + `"}}`, eserr.QueryShard, "The length of regex [1110] used in the Regexp Query request has exceeded " +
			"the allowed maximum of [1000]. This maximum can be set by changing the [index.max_regex_length] index level setting."},
	)
}
