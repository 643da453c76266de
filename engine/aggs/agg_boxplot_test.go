package aggs_test

import "testing"

// Where the quartiles are equal, Elasticsearch's lower whisker is the next value above them, or not a number.
func TestBoxplotWithEqualQuartiles(t *testing.T) {
	f := func(want string, values ...string) {
		t.Helper()
		wants(t, `{"a":{"boxplot":{"field":"d"}}}`, want, newShelf(t, "box", testMapping, kinds(), values))
	}
	f(`{"a":{"min":-0.25,"max":2.75,"q1":1.0,"q2":1.0,"q3":1.0,"lower":2.75,"upper":1.0}}`, `{"d":-0.25}`, `{"d":1}`, `{"d":1}`, `{"d":1}`, `{"d":2.75}`)
	f(`{"a":{"min":1.0,"max":1.0,"q1":1.0,"q2":1.0,"q3":1.0,"lower":"NaN","upper":1.0}}`, `{"d":1}`, `{"d":1}`)
}
