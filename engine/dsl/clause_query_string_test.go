package dsl

import (
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestQueryStringClause(t *testing.T) {
	parses(t,
		`{"query_string": {"query": "a AND"}}`, `query_string("a AND")`, // its syntax is Rewrite's
		`{"query_string": {"query": "a:b", "default_field": "f", "default_operator": "AND", "analyze_wildcard": "true"}}`,
		`query_string("a:b" default_field=f default_operator=and analyze_wildcard=true)`,
		`{"query_string": {"query": "x", "fields": ["a^2", "b*"], "lenient": true, "type": "phrase", "phrase_slop": 1, "allow_leading_wildcard": false,
			"max_determinized_states": 1, "minimum_should_match": "50%", "time_zone": "UTC", "tie_breaker": 0, "fuzzy_max_expansions": 5, "fuzziness": "AUTO",
			"enable_position_increments": true, "rewrite": "x", "quote_field_suffix": ".raw", "quote_analyzer": "simple", "boost": 2}}`,
		`(query_string("x" fields=a^2,b*))^2`,
		`{"query_string": {"query": "a:b (c) é", "escape": true}}`, `query_string("a\\:b \\(c\\) é")`,
	)
	refuses(t,
		refusal{`{"query_string": {"query": "x", "max_determinized_states": "x"}}`, numberFormat, `For input string: "x"`},
		refusal{`{"query_string": {}}`, eserr.Parsing, "[query_string] must be provided with a [query]"},
		refusal{`{"query_string": {"query": null}}`, eserr.Parsing, "[query_string] must be provided with a [query]"},
		refusal{`{"query_string": {"query": "x", "fields": "a"}}`, eserr.Parsing, "[query_string] query does not support [fields]"},
		refusal{`{"query_string": {"query": "x", "case_insensitive": true}}`, eserr.Parsing, "[query_string] query does not support [case_insensitive]"},
		refusal{`{"query_string": {"query": "x", "fields": ["a"], "default_field": "b"}}`, eserr.QueryShard,
			"cannot use [fields] parameter in conjunction with [default_field]"},
		refusal{`{"query_string": {"query": "` + strings.Repeat("x", maxQueryText+1) + `"}}`, eserr.QueryShard, "Query string length exceeds max allowed length"},
	)
}
