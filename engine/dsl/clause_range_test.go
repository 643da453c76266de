package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestRange(t *testing.T) {
	parses(t,
		`{"range": {"a": {}}}`, `a:[* TO *]`,
		`{"range": {"a": {"gte": 1, "lt": "5"}}}`, `a:[1 TO 5}`,
		`{"range": {"a": {"gt": 1, "lte": null}}}`, `a:{1 TO *]`,
		`{"range": {"a": {"from": 1, "to": 5, "include_lower": true, "include_upper": false}}}`, `a:[1 TO 5}`,
		`{"range": {"a": {"from": 1, "to": 5, "include_lower": "false"}}}`, `a:{1 TO 5]`,
		`{"range": {"@timestamp": {"gte": "now-1h/h", "time_zone": "+02:00", "format": "yyyy"}}}`, `@timestamp:[now-1h/h TO *]@yyyy@+02:00`,
		`{"range": {"a": {"gte": 1, "relation": "within", "boost": 2}}}`, `(a:[1 TO *]@within)^2`,
	)
	refuses(t,
		refusal{`{"range": {"a": 1}}`, eserr.Parsing, "[range] query does not support [a]"},
		refusal{`{"range": {"a": {"gte": 1}, "b": {"gte": 1}}}`, eserr.Parsing, "[range] query doesn't support multiple fields, found [a] and [b]"},
		refusal{`{"range": {"a": {"ge": 1}}}`, eserr.Parsing, "[range] query does not support [ge]"},
		refusal{`{"range": {"a": {"gte": [1]}}}`, eserr.Parsing, "[range] unknown token [START_ARRAY] after [gte]"},
		refusal{`{"range": {"a": {"gte": 1, "relation": "near"}}}`, eserr.IllegalArgument, "near is not a valid relation"},
		refusal{`{"range": {"a": {"gte": 1, "relation": "disjoint"}}}`, eserr.IllegalArgument, "[range] query does not support relation [disjoint]"},
		refusal{`{"range": {"a": {"gte": 1, "time_zone": "Nowhere/At"}}}`, eserr.IllegalArgument, "Nowhere/At"},
		refusal{`{"range": {"a": {"gte": 1, "format": "not a format"}}}`, eserr.IllegalArgument, "Invalid format: [not a format]"},
		refusal{`{"range": {}}`, eserr.IllegalArgument, "field name is null or empty"},
	)
}
