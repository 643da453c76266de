package dsl

import (
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// MinimumShouldMatch is the number of optional clauses, out of that many, that a document must match by Elasticsearch's text: `3`, `-1` (all but one),
// `75%`, `-25%`, `2<75% 9<-3` (conditions). Empty is 0. It may be more than there are clauses, and then nothing matches.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-minimum-should-match.html
func MinimumShouldMatch(spec string, optional int) (int, error) {
	spec = strings.TrimSpace(spec)
	if spec == "" {
		return 0, nil
	}
	if !strings.Contains(spec, "<") {
		return simpleMinimum(spec, optional)
	}
	result := optional
	spaced := strings.Join(strings.Fields(spec), " ")
	for _, condition := range strings.Fields(strings.NewReplacer(" < ", "<", " <", "<", "< ", "<").Replace(spaced)) {
		above, then, ok := strings.Cut(condition, "<")
		bound, err := strconv.Atoi(above)
		if !ok || err != nil {
			return 0, minimumError(condition)
		}
		least, err := simpleMinimum(then, optional)
		if err != nil {
			return 0, err
		}
		if optional <= bound {
			return result, nil
		}
		result = least
	}
	return result, nil
}

func simpleMinimum(spec string, optional int) (int, error) {
	digits, percent := strings.CutSuffix(spec, "%")
	n, err := strconv.ParseInt(strings.TrimPrefix(digits, "+"), 10, 32)
	if err != nil {
		return 0, minimumError(spec)
	}
	result := int(n)
	if percent {
		result = int(float32(optional*result) * (1 / float32(100))) // towards zero, as Elasticsearch does
	}
	if n < 0 {
		result += optional
	}
	return max(result, 0), nil
}

func minimumError(spec string) error {
	return shardFailure(eserr.BadRequest(numberFormat, "For input string: %q", spec))
}
