package search

import (
	"regexp"
	"strings"
	"testing"
)

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"*", "anything", true}, {"a*", "abc", true}, {"a*", "bac", false},
		{"*c", "abc", true}, {"*c", "abcd", false}, {"a*c", "ac", true}, {"a*c", "abxc", true}, {"a*c", "a", false}, {"aa*a", "aa", false},
		{"*b*", "abc", true}, {"*b*", "acd", false}, {"?", "é", true}, {"?", "ab", false}, {"a?c", "abc", true}, {"a?*", "a", false},
		{"*?b*", "bb", true}, {"*?b*", "b", false}, {`a\*c`, "a*c", true}, {`a\*c`, "abc", false}, {`\?`, "?", true}, {`a\\*`, `a\b`, true},
		{`a\`, `a\`, true}, {"**a**", "xax", true}, {"ab*ab", "ab", false}, {"ab*ab", "abab", true}, {"*a*b*c*", "xxaxxbxxc", true}, {"*a*b*c*", "cba", false},
	} {
		if got := newGlob(c.pattern, false).match(c.text); got != c.want {
			t.Errorf("glob %q matches %q = %v, want %v", c.pattern, c.text, got, c.want)
		}
		if s := newGlob(c.pattern, false).scan(); c.want && !strings.HasPrefix(c.text, s.prefix) {
			t.Errorf("glob %q narrows to %q, which leaves out %q", c.pattern, s.prefix, c.text)
		}
	}
	if g := newGlob("A*Ü", true); !g.match("abÜ") || g.match("abü") {
		t.Error("case_insensitive must fold ASCII letters, and only them")
	}
}

func FuzzGlob(f *testing.F) {
	f.Add("a*?b", "axyb")
	f.Add(`*\**?`, "*é")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 50 || len(text) > 200 || strings.ContainsRune(pattern, '�') || strings.ContainsRune(text, '�') {
			return
		}
		want, err := regexp.Compile(`(?s)\A` + globAsRegexp(pattern) + `\z`)
		if err != nil {
			return
		}
		if got := newGlob(pattern, false).match(text); got != want.MatchString(text) {
			t.Fatalf("glob %q matches %q = %v", pattern, text, got)
		}
	})
}

func globAsRegexp(pattern string) string {
	var out strings.Builder
	escaped := false
	for _, r := range pattern {
		switch {
		case !escaped && r == '\\':
			escaped = true
			continue
		case !escaped && r == '*':
			out.WriteString(".*")
		case !escaped && r == '?':
			out.WriteString(".")
		default:
			out.WriteString(regexp.QuoteMeta(string(r)))
		}
		escaped = false
	}
	if escaped {
		out.WriteString(`\\`)
	}
	return out.String()
}
