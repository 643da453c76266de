package dsl

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// printLucene writes a tree as a text: everything escaped, fields on every leaf. It parses to the same tree again if boosts of 1 are shown too,
// which keep words apart.
func printLucene(n luceneNode, showOne bool) string {
	printBoost := func(b float64) string { return formatIf(b != 1 || showOne, "^"+number(b)) }
	g, ok := n.(*luceneGroup)
	if !ok {
		return printTerm(n.(*luceneTerm)) + printBoost(n.weight())
	}
	var parts []string
	for _, c := range g.clauses {
		switch {
		case c.and:
			parts = append(parts, "AND")
		case c.or:
			parts = append(parts, "OR")
		}
		sign := ""
		switch {
		case c.required:
			sign = "+"
		case c.negated:
			sign = "-"
		}
		text := printLucene(c.node, showOne)
		if _, ok := c.node.(*luceneGroup); ok {
			text = "(" + text + ")" + printBoost(c.node.weight())
		}
		parts = append(parts, sign+text)
	}
	return strings.Join(parts, " ")
}

func printTerm(t *luceneTerm) string {
	escape := func(s string) string { return strings.ReplaceAll(escapeLucene(s), " ", `\ `) }
	text := escape(t.text)
	switch t.kind {
	case lexQuoted:
		text = `"` + escapeLucene(t.text) + `"`
	case lexPrefix:
		text += "*"
	case lexWild:
		text = t.text
	case lexRegexp:
		text = "/" + strings.ReplaceAll(t.text, "/", `\/`) + "/"
	case lexRangeIn:
		text = printRange(t)
	}
	if t.field != "" {
		text = escape(t.field) + ":" + text
	}
	return text + formatIf(t.fuzzy, "~"+t.amount)
}

func printRange(t *luceneTerm) string {
	bound := func(s string, open bool) string {
		if open {
			return "*"
		}
		return `"` + escapeLucene(s) + `"`
	}
	from, to := "{", "}"
	if t.includeFrom {
		from = "["
	}
	if t.includeTo {
		to = "]"
	}
	return from + bound(t.from, t.openFrom) + " TO " + bound(t.to, t.openTo) + to
}

func TestParseLucene(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		g, _, err := parseLucene(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			return
		}
		if got := printLucene(g, false); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
	f("a", "a")
	f("a AND b OR c", "a AND b OR c")
	f("a && b || !c", "a AND b OR -c")
	f("NOT a AND NOT b", "-a AND -b")
	f("a b c", `a\ b\ c`)
	f("a b OR c", "a b OR c")
	f("a b f:c", `a\ b f:c`)
	f("f:a b c", `f:a b\ c`)
	f("a b c~", `a\ b c~`)
	f("a b^2 c", `a b^2 c`)
	f("f:(a OR b* OR \"\")", `(f:a OR f:b* OR f:"")`)
	f("f:(a g:b)^2", `(f:a g:b)^2`)
	f(`field\ name:v`, `field\ name:v`)
	f(`book.\*:v`, `book.\*:v`)
	f("*:*", `\*:*`)
	f("*:a", `\*:a`)
	f(`a\ b\:c`, `a\ b\:c`)
	f(`\u0041b`, `Ab`)
	f(`"a b"~2^3`, `"a b"~2^3`)
	f(`"a b"^3~2`, `"a b"~2^3`)
	f("f:/a.*\\/b/^2", `f:/a.*\/b/^2`)
	f("f:[1 TO 5}", `f:["1" TO "5"}`)
	f("f:{* TO 5]^2", `f:{* TO "5"]^2`)
	f(`f:[TO TO "a b"]`, `f:["TO" TO "a b"]`)
	f("a + b", `a \+ b`)
	f("((((a))))", "((((a))))")
	f("x AND (NOT _exists_:f)", "x AND (-_exists_:f)")
	f(`ip:192.168.0.0\/16`, `ip:192.168.0.0\/16`)
	f(`ip:fc00\:\:\/7`, `ip:fc00\:\:\/7`)
}

func TestParseLuceneNamesTheUnexpected(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		g, _, err := parseLucene(text)
		var syntax *syntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%q: got %v, %v, want a syntax error", text, g, err)
			return
		}
		if !strings.HasPrefix(syntax.reason, want) {
			t.Errorf("%q\n got %s\nwant %s", text, syntax.reason, want)
		}
	}
	f("a AND", `Encountered "<EOF>" at line 1, column 5.`+"\nWas expecting one of:\n    <NOT> ...\n")
	f("message:(", `Encountered "<EOF>" at line 1, column 9.`)
	f("AND a", `Encountered " <AND> "AND "" at line 1, column 0.`)
	f("a OR OR b", `Encountered " <OR> "OR "" at line 1, column 5.`)
	f("a )", `Encountered " ")" ") "" at line 1, column 2.`)
	f("()", `Encountered " ")" ") "" at line 1, column 1.`)
	f("a:", `Encountered "<EOF>" at line 1, column 2.`)
	f("a:b:c", `Encountered " ":" ": "" at line 1, column 3.`)
	f("f*:a", `Encountered " ":" ": "" at line 1, column 2.`)
	f("[a b]", `Encountered " <RANGE_GOOP> "b "" at line 1, column 3.`+"\nWas expecting:\n    \"TO\" ...\n    ")
	f("[a TO b", `Encountered "<EOF>" at line 1, column 7.`)
	f("- - a -", `Encountered "<EOF>" at line 1, column 7.`)
	f("a^b", `Lexical error at line 1, column 4.  Encountered: <EOF>`)
	f("a^ 2", `Lexical error at line 1, column 3.  Encountered: '32' (32),`)
	f(`"a`, `Lexical error at line 1, column 3.  Encountered: <EOF> after prefix "\"a" (in lexical state 2)`)
	f("a^2 )", `Encountered " ")" ") "" at line 1, column 4.`+"\nWas expecting one of:\n    <EOF> \n    <AND> ...\n    <OR> ...\n    <NOT> ...\n    \"+\" ...\n    \"-\" ...\n    <BAREOPER> ...\n    \"(\" ...\n"+
		"    \"*\" ...\n    <QUOTED> ...\n    <TERM> ...\n    <FUZZY_SLOP> ...\n    <PREFIXTERM> ...\n    <WILDTERM> ...\n    <REGEXPTERM> ...\n    \"[\" ...\n    \"{\" ...\n    <NUMBER> ...\n    ")
	f("(a b", `Encountered "<EOF>" at line 1, column 4.`+"\nWas expecting one of:\n    <AND> ...\n    <OR> ...\n    <NOT> ...\n    \"+\" ...\n    \"-\" ...\n    <BAREOPER> ...\n    \"(\" ...\n    \")\" ...\n"+
		"    \"*\" ...\n    <QUOTED> ...\n    <TERM> ...\n    <PREFIXTERM> ...")
	f("/var/log/x", `Lexical error`)
	f("10.0.0.0/8", `Lexical error`)
	f(`\u00`, `Truncated unicode escape sequence.`)
	f(`\u00zz`, `Non-hex character in Unicode escape sequence: 00zz`)
	f(strings.Repeat("(", 100000), "parentheses are nested deeper than 250")
}

func TestParseLuceneReadsLongTextsInOnePass(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("(a OR ", maxGroups-1) + "a" + strings.Repeat(")", maxGroups-1), strings.Repeat("a AND ", 20000) + "a", strings.Repeat("a ", 50000),
		strings.Repeat("[a TO b] ", 10000), strings.Repeat(`\\`, 50000),
	} {
		if _, _, err := parseLucene(text); err != nil {
			t.Errorf("%.20q...: %v", text, err)
		}
	}
	for _, text := range []string{strings.Repeat(`"`, 99999), strings.Repeat("/", 99999), strings.Repeat("-", 100000), strings.Repeat("a:", 50000)} {
		if _, _, err := parseLucene(text); err == nil {
			t.Errorf("%.20q...: got no error", text)
		}
	}
}

func TestUnescapeAndEscapeAreInverse(t *testing.T) {
	for _, text := range []string{"", "a", `\`, `a b+c`, `(){}[]^"~*?:\/&|!-`, "é\x00"} {
		got, err := unescapeLucene(escapeLucene(text))
		if err != nil || got != text {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
}

func TestMapLiterals(t *testing.T) {
	f := func(pattern, want string) {
		t.Helper()
		got, err := mapLiterals(pattern, func(s string) (string, error) { return "<" + strings.ToLower(s) + ">", nil })
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", pattern, got, err, want)
		}
	}
	f("", "")
	f("Ab", "<ab>")
	f("*A?B*", "*<a>?<b>*")
	f(`A\*B`, `<a>\*<b>`)
	f(`\É\`, `\É\`)
	fail := errors.New("no")
	if _, err := mapLiterals("a", func(string) (string, error) { return "", fail }); !errors.Is(err, fail) {
		t.Errorf("got %v", err)
	}
}

func FuzzQueryString(f *testing.F) {
	for _, seed := range []string{
		"a AND b OR c", `f:(a OR "b c"~2^3) -d`, `x:[1 TO 5} AND NOT /r.*\/x/`, `*Failed\ to\ x*`, `ip:192.168.0.0\/16`, `f:>=5 g:""`, "((a)", "a~0.5^2 b~", `\u00e9`, "+ - !",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 10000 { // longer than queries may be here: printing and reading again would take the fuzzer's time
			return
		}
		g, _, err := parseLucene(text)
		if err != nil {
			return
		}
		printed := printLucene(g, true)
		again, _, err := parseLucene(printed)
		if err != nil {
			t.Fatalf("%q printed as %q: %v", text, printed, err)
		}
		if second := printLucene(again, true); second != printed {
			t.Fatalf("%q\n printed %q\n   again %q", text, printed, second)
		}
		_ = fmt.Sprint(Format(&QueryString{Query: text}))
	})
}
