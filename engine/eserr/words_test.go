package eserr

import (
	"strings"
	"testing"
)

func TestDidYouMean(t *testing.T) {
	f := func(name, want string) {
		t.Helper()
		if got := DidYouMean(name, []string{"match", "match_all", "bool", "boosting", "term", "terms"}); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	f("boool", " did you mean [bool]?")
	f("temr", " did you mean [terms]?")
	f("termz", " did you mean any of [term, terms]?")
	f("match_al", " did you mean any of [match_all, match]?")
	f("zzz", "")
	f("", "")
	f(strings.Repeat("match", 10000), "")
}

func TestEditDistance(t *testing.T) {
	f := func(a, b string, want int) {
		t.Helper()
		if got := editDistance(a, b); got != want {
			t.Errorf("%q, %q: got %d, want %d", a, b, got, want)
		}
	}
	f("", "", 0)
	f("abc", "", 3)
	f("", "abc", 3)
	f("kitten", "sitting", 3)
	f("bool", "boool", 1)
}

func TestTokenName(t *testing.T) {
	for value, want := range map[string]string{"": "END_OBJECT", " {": "START_OBJECT", "[": "START_ARRAY", `"a"`: "VALUE_STRING", "true": "VALUE_BOOLEAN", "null": "VALUE_NULL", "-1": "VALUE_NUMBER"} {
		if got := TokenName([]byte(value)); got != want {
			t.Errorf("%q: got %s, want %s", value, got, want)
		}
	}
}
