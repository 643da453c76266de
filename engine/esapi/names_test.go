package esapi

import (
	"slices"
	"strings"
	"testing"
)

func TestDatesInNames(t *testing.T) {
	now := at() // 2026-11-24 13:14:15 UTC
	for name, want := range map[string]string{
		"plain":                             "plain",
		"<plain>":                           "plain",
		"<logs-{now/d}>":                    "logs-2026.11.24",
		"<logs-{now/M}-x>":                  "logs-2026.11.01-x",
		"<logs-{now/M{yyyy.MM}}>":           "logs-2026.11",
		"<logs-{now/M-1M{yyyy.MM}}>":        "logs-2026.10",
		"-<logs-{now/d-1d}>":                "-logs-2026.11.23",
		"<logs-{now/d{yyyy.MM.dd|+12:00}}>": "logs-2026.11.25",
		`<a\{b\}{now/y{yyyy}}>`:             "a{b}2026",
		"<{now/d}-{now/d{HH}}>":             "2026.11.24-00",
		"<a*-{now/d}>":                      "a*-2026.11.24",
	} {
		if got, err := resolveName(name, now); err != nil || got != want {
			t.Errorf("%s: %q %v, want %q", name, got, err, want)
		}
	}
	for name, want := range map[string]string{
		"<a-{now/d>":          "date math placeholder is open ended",
		"<a-}>":               "invalid character at position",
		"<>":                  "nothing captured",
		"<a-{now/d{}}>":       "missing date format",
		"<a-{now/d{yyyy}x}>":  "missing closing `}`",
		"<a-{tomorrow}>":      "",
		"<a-{now/d{yyyy|x}}>": "",
		"<a-{now/d{jjj}}>":    "",
	} {
		if got, err := resolveName(name, now); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
}

func TestExpressionsSplitOutsideOfDates(t *testing.T) {
	if got := splitExpression("a,<b-{now/d{yyyy,MM}}>,-c"); !slices.Equal(got, []string{"a", "<b-{now/d{yyyy,MM}}>", "-c"}) {
		t.Errorf("%q", got)
	}
}

func TestListsOfPatterns(t *testing.T) {
	if !anyGlobMatches([]string{"x", "_all"}, "y") || !anyGlobMatches([]string{"x", "y*"}, "yz") || anyGlobMatches(nil, "y") {
		t.Error("lists of patterns")
	}
}

func FuzzResolveName(f *testing.F) {
	for _, seed := range []string{"<a-{now/d{yyyy|+01:00}}>", `<\{{}>`, "<{{now}}>", "<a>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got, err := resolveName(name, at())
		if err == nil && got == "" && name != "" {
			t.Fatalf("%q became nothing", name)
		}
	})
}
