package dsl

import (
	"strings"
	"testing"
)

func TestLexLucene(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		var got []string
		for _, l := range lexLucene(text) {
			if l.kind == lexInvalid {
				got = append(got, "INVALID")
				break
			}
			got = append(got, string(l.kind)+l.image)
		}
		if s := strings.Join(got, " "); s != strings.TrimSpace(want+" <EOF>") && s != want {
			t.Errorf("%q\n got %s\nwant %s", text, s, want)
		}
	}
	f("", "")
	f("a b", "<TERM>a <TERM>b")
	f("a AND b OR c NOT d", "<TERM>a <AND>AND <TERM>b <OR>OR <TERM>c <NOT>NOT <TERM>d")
	f("a && b || !c", "<TERM>a <AND>&& <TERM>b <OR>|| <NOT>! <TERM>c")
	f("ANDy a&&b and", "<TERM>ANDy <TERM>a&&b <TERM>and")
	f("+a -b a-b+c", `"+"+ <TERM>a "-"- <TERM>b <TERM>a-b+c`)
	f("a - b", "<TERM>a <BAREOPER>-  <TERM>b")
	f("a -", `<TERM>a "-"-`)
	f("f:(a)", `<TERM>f ":": "("( <TERM>a ")")`)
	f("* a* *a a?b ** ?", `"*"* <PREFIXTERM>a* <WILDTERM>*a <WILDTERM>a?b <WILDTERM>** <WILDTERM>?`)
	f(`a\ b a\*b a\*b* \-p`, `<TERM>a\ b <TERM>a\*b <PREFIXTERM>a\*b* <TERM>\-p`)
	f(`"a b" "a \" b" "`, `<QUOTED>"a b" <QUOTED>"a \" b" INVALID`)
	f(`/a b/ /a\/b/ /`, `<REGEXPTERM>/a b/ <REGEXPTERM>/a\/b/ INVALID`)
	f("a^2 b^2.5 c~ d~1 e~0.5", `<TERM>a "^"^ <NUMBER>2 <TERM>b "^"^ <NUMBER>2.5 <TERM>c <FUZZY_SLOP>~ <TERM>d <FUZZY_SLOP>~1 <TERM>e <FUZZY_SLOP>~0.5`)
	f("a^ 2", `<TERM>a "^"^ INVALID`)
	f("[a TO b}", `"["[ <RANGE_GOOP>a "TO"TO <RANGE_GOOP>b "}"}`)
	f(`{"a b" TO *] x`, `"{"{ <RANGE_QUOTED>"a b" "TO"TO <RANGE_GOOP>* "]"] <TERM>x`)
	f("[now-1h/h TO 2026-06-01T10:00:00]", `"["[ <RANGE_GOOP>now-1h/h "TO"TO <RANGE_GOOP>2026-06-01T10:00:00 "]"]`)
	f("f:>=5 f:<10", `<TERM>f ":": <TERM>>=5 <TERM>f ":": <TERM><10`)
	f("a/b", "<TERM>a INVALID")
	f(`a\`, "<TERM>a INVALID")
	f("a]", "<TERM>a INVALID")
	f("é\u3000x", "<TERM>é <TERM>x")
}
