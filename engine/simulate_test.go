package engine

import "testing"

func TestPatternsThatMeet(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"te*", "t*", true}, {"te*", "t1*", false}, {"a*b", "ab*", true}, {"*", "x", true}, {"x", "x", true}, {"x", "y", false}, {"a*c", "*b", false}, {"a*", "*a", true},
		{"", "*", true}, {"", "a", false}, {"a*b*c", "a*x", false}, {"logs-*-*", "logs-aws.*", true},
	} {
		if meet(c.a, c.b) != c.want || meet(c.b, c.a) != c.want {
			t.Errorf("%s and %s: want %v", c.a, c.b, c.want)
		}
	}
}
