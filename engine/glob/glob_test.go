package glob

import (
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	f := func(pattern, name string, want bool) {
		t.Helper()
		if got := Match(pattern, name); got != want {
			t.Errorf("%q on %q: %v", pattern, name, got)
		}
	}
	f("", "", true)
	f("", "a", false)
	f("*", "", true)
	f("a", "a", true)
	f("a", "ab", false)
	f("a*", "a", true)
	f("a*", "abc", true)
	f("*c", "abc", true)
	f("a*c", "ac", true)
	f("a*c", "abcb", false)
	f("*b*", "abc", true)
	f("a*b*c", "aXbYc", true)
	f("a**", "a", true)
	f("?", "a", false) // no other wildcard
	f(strings.Repeat("*a", 50)+"b", strings.Repeat("a", 5000), false)
}
