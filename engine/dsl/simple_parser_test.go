package dsl

import (
	"strconv"
	"strings"
	"testing"
)

func printSimple(n simpleNode) string {
	switch n := n.(type) {
	case *simpleWord:
		text := n.text
		if n.quoted {
			text = strconv.Quote(text)
		}
		return formatIf(n.negated, "-") + text + formatIf(n.prefix, "*") + formatIf(n.near >= 0, "~"+strconv.Itoa(n.near))
	case *simpleGroup:
		parts := make([]string, len(n.parts))
		for i, p := range n.parts {
			parts[i] = printSimple(p)
		}
		operator := " + "
		if n.or {
			operator = " | "
		}
		return formatIf(n.negated, "-") + "(" + strings.Join(parts, operator) + ")"
	}
	return "nothing"
}

func TestParseSimple(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		if got := printSimple(parseSimple(text, simpleAll, true)); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
	f("", "nothing")
	f("a", "a")
	f("a b c", "(a | b | c)")
	f("a + b | c", "((a + b) | c)")
	f("a +b c", "((a + b) | c)")
	f("a|b+c", "((a | b) + c)")
	f("-a", "-a")
	f("--a", "a")
	f("a -b", "(a | -b)")
	f("a-b", "a-b")
	f(`"a b"~2 c*`, `("a b"~2 | c*)`)
	f(`"a \" b"`, `"a \" b"`)
	f("a~ b~1 c~5 d~x e~0", "(a~2 | b~1 | c~2 | d | e)")
	f(`"a"~x b "c"~ "d"~3+e`, `("a"~0 | b | "c"~2 | "d"~3 | e)`)
	f(`a | "" b`, "(a | b)")
	f("a (b + c)", "(a | (b + c))")
	f("-(b c)", "-((b | c))")
	f("a (b", "(a | b)")
	f("a) b", "(a | b)")
	f(`a "b`, "(a | b)")
	f(`\(a\* b\`, "((a* | b)")
	f("+ | - * ~ ( ) \"", "(* | ~)")
	f("()", "nothing")
	f(`""`, "nothing")
	f("| a", "a")
}

func TestParseSimpleObeysFlags(t *testing.T) {
	f := func(flags, text, want string) {
		t.Helper()
		set, err := simpleFlags(flags)
		if err != nil {
			t.Fatal(err)
		}
		if got := printSimple(parseSimple(text, set, false)); got != want {
			t.Errorf("%q with %s\n got %s\nwant %s", text, flags, got, want)
		}
	}
	f("ALL", "a b", "(a + b)")
	f("NONE", `a +(b)* "c`, `a +(b)* "c`)
	f("WHITESPACE|OR", "a|b -c", "((a | b) + -c)")
	f("4", "a|b+c", "(a | b+c)")
	f("-1", "a b", "(a + b)")
	f("WHITESPACE", `a\ b~1`, `(a\ + b~1)`)
}

func FuzzSimpleQueryString(f *testing.F) {
	for _, seed := range []string{"a + b | -c", `"a b"~2 (c* d~1`, `\(x\) )(`, `- - ""`} {
		f.Add(seed, uint(simpleAll))
	}
	f.Fuzz(func(t *testing.T, text string, flags uint) {
		printSimple(parseSimple(text, simpleFlag(flags), true))
	})
}
