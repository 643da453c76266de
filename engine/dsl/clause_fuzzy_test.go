package dsl

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestFuzzy(t *testing.T) {
	parses(t,
		`{"fuzzy": {"a": "ab"}}`, `a:ab~0`,
		`{"fuzzy": {"a": "abcde"}}`, `a:abcde~1`,
		`{"fuzzy": {"a": {"value": "abcdef", "prefix_length": 1, "max_expansions": 10, "transpositions": false, "rewrite": "constant_score"}}}`, `a:abcdef~2+1`,
		`{"fuzzy": {"a": {"value": "ab", "fuzziness": 1}}}`, `a:ab~1`,
		`{"fuzzy": {"a": {"value": "abcd", "fuzziness": "auto:1,4"}}}`, `a:abcd~2`,
	)
	refuses(t,
		refusal{`{"fuzzy": {"a": {"value": "x", "fuzziness": 3}}}`, eserr.IllegalArgument, "Valid edit distances are [0, 1, 2] but was [3]"},
		refusal{`{"fuzzy": {"a": {"value": "x", "fuzziness": "much"}}}`, eserr.IllegalArgument, "fuzziness cannot be [much]."},
		refusal{`{"fuzzy": {"a": {"value": "x", "fuzziness": ""}}}`, eserr.IllegalArgument, "fuzziness cannot be null or empty."},
		refusal{`{"fuzzy": {"a": {"value": "x", "fuzziness": "AUTO:5"}}}`, parseException, "failed to find low and high distance values"},
		refusal{`{"fuzzy": {"a": {"value": "x", "fuzziness": "AUTO:5,2"}}}`, eserr.IllegalArgument, "fuzziness wrongly configured"},
		refusal{`{"fuzzy": {"a": {"value": "x", "prefix_length": -1}}}`, eserr.IllegalArgument, "[fuzzy] requires prefix length to be non-negative."},
		refusal{`{"fuzzy": {"a": {"value": "x", "max_expansions": 0}}}`, eserr.IllegalArgument, "[fuzzy] requires maxExpansions to be positive."},
	)
}
