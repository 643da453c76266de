package search

import (
	"regexp"
	"strings"
	"testing"
)

func TestTranslateRegexp(t *testing.T) {
	for _, c := range []struct {
		name, pattern, flags string
		matches, not         string // separated by spaces
	}{
		{"a word is anchored", "foo", "", "foo", "foobar xfoo"},
		{"any character", "f.o", "", "foo fzo", "fo fooo"},
		{"repetitions", "ab*c+d?", "", "acd abbccd ac", "ab abd"},
		{"counted repetitions", "a{2}b{1,2}c{1,}", "", "aabc aabbccc", "abc aabbbc"},
		{"a repetition of a repetition", "a+*b", "", "b aab", "a"},
		{"a star with a question mark is no lazy star", "a*?", "", "a aaa", "b"},
		{"alternatives and groups", "(foo|ba(r|z))s?", "", "foo bar bazs", "ba foobar"},
		{"classes", "[a-c0-9]+", "", "abc123", "d -"},
		{"negated classes", "[^a-c]", "", "d é", "a dd"},
		{"escapes in a class", `[\]\-x]+`, "", "]-x", "y"},
		{"predefined classes", `\w+\d\s?`, "", "ab1", "ab"},
		{"anchors are characters", "^a$", "", "^a$", "a"},
		{"escaped operators", `a\.b\*`, "", "a.b*", "axb*"},
		{"anything", "a@z", "", "az abcz", "a z"},
		{"anything is a character without its flag", "a@", "NONE", "a@", "abc"},
		{"a literal in quotes", `"a.b"c`, "", "a.bc", "axbc"},
		{"an interval", "x<9-11>", "", "x9 x10 x011", "x8 x12"},
		{"an interval with leading zeros", "<01-10>", "", "01 09 10", "1 11 001"},
		{"an interval is text without its flag", "<1-2>", "NONE", "<1-2>", "1"},
		{"operators that are off are characters", "~a&b", "ANYSTRING", "~a&b", "b"},
		{"nothing", "#|a", "EMPTY", "a", "#"},
		{"beyond ASCII", "[à-é]+ü", "", "èü", "eü"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := regexpScan(c.pattern, c.flags, false)
			if err != nil {
				t.Fatalf("regexpScan(%q): %v", c.pattern, err)
			}
			for _, text := range strings.Fields(c.matches) {
				if !s.accept(text) || !strings.HasPrefix(text, s.prefix) {
					t.Errorf("%q does not match %q (prefix %q)", c.pattern, text, s.prefix)
				}
			}
			for _, text := range strings.Fields(c.not) {
				if s.accept(text) {
					t.Errorf("%q matches %q", c.pattern, text)
				}
			}
		})
	}
}

func TestTranslateRegexpRefuses(t *testing.T) {
	for _, pattern := range []string{"(", "a)", "[a", "a|", "a{", "a{x}", "a{3,2}", `a\`, `"a`, "<1-", "<a-b>", "<1-999999>", "~a", "a&b", "a{5000}", strings.Repeat("(", 400)} {
		if _, err := regexpScan(pattern, "", false); err == nil {
			t.Errorf("regexpScan(%q) is accepted", pattern)
		}
	}
	if _, err := translateRegexp("a", "NOSUCH"); err == nil {
		t.Error("an unknown flag is accepted")
	}
}

func FuzzTranslateRegexp(f *testing.F) {
	f.Add(`(a|[^b-d\w]{1,3})*"x"<1-20>@\.`, "ALL")
	f.Add("a?+*{2}|#", "NONE")
	f.Fuzz(func(t *testing.T, pattern, flags string) {
		if len(pattern) > 1000 {
			return
		}
		text, err := translateRegexp(pattern, flags)
		if err != nil || strings.Contains(text, "{") {
			return // counts may be too large for Go, which regexpScan refuses
		}
		if _, err := regexp.Compile(text); err != nil {
			t.Fatalf("translateRegexp(%q, %q) = %q: %v", pattern, flags, text, err)
		}
	})
}
