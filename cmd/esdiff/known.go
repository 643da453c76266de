package main

import "regexp"

// known is a difference on purpose. An empty pattern matches everything.
type known struct {
	// body, path, want and got match the body of the question, the place in the answer and both values.
	body, path, want, got *regexp.Regexp
	// compat quotes the line of engine/COMPAT.md that tells it.
	compat string
}

func (k known) matches(q question, d difference) bool {
	return is(k.body, q.payload()) && is(k.path, d.path) && is(k.want, d.want) && is(k.got, d.got)
}

func is(pattern *regexp.Regexp, s string) bool { return pattern == nil || pattern.MatchString(s) }

var re = regexp.MustCompile

// knownDifferences lists what differs on purpose. What matches is counted and printed.
var knownDifferences []known

// explain finds the known difference that explains d, or nil.
func explain(q question, d difference) *known {
	for i := range knownDifferences {
		if knownDifferences[i].matches(q, d) {
			return &knownDifferences[i]
		}
	}
	return nil
}
