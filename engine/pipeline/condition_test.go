package pipeline

import (
	"crypto/sha1"
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

func base64SHA1(s string) string {
	sum := sha1.Sum([]byte(s))
	return base64.StdEncoding.EncodeToString(sum[:])
}

const conditionDoc = `{"a":{"b":"Hello","n":5,"l":["x","y"],"d":1.0},"null":null,"t":true,"empty":"","o":{}}`

func evaluate(t *testing.T, source string) (bool, error) {
	t.Helper()
	c, err := parseCondition(source)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	d, err := NewDocument(Meta{Index: "logs", ID: "7"}, []byte(conditionDoc), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return c.holds(d)
}

func TestConditions(t *testing.T) {
	f := func(source string, want bool) {
		t.Helper()
		if got, err := evaluate(t, source); err != nil || got != want {
			t.Errorf("%s: got %v, %v", source, got, err)
		}
	}
	f(`ctx.a.b == 'Hello'`, true)
	f(`ctx['a']['b'] == "Hello"`, true)
	f(`ctx.a.n > 4 && ctx.a.n <= 5L`, true)
	f(`ctx.a.n == 5.0`, true)
	f(`!(ctx.a.n < 4) || false`, true)
	f(`ctx.x == null`, true)
	f(`ctx?.x?.y?.z != null`, false)
	f(`ctx.x?.y == null && ctx.a?.b != null`, true)
	f(`ctx.a.b.contains('ell') && ctx.a.b.startsWith("He") && ctx.a.b.endsWith('lo')`, true)
	f(`ctx.a.l.contains('y') && ctx.a.l.size() == 2 && !ctx.a.l.isEmpty()`, true)
	f(`ctx.a.l[1] == 'y'`, true)
	f(`ctx.a.l.0 == null`, false)
	f(`ctx.a.b.toLowerCase() == 'hello' && ctx.a.b.length() == 5`, true)
	f(`['Hello', 'x'].contains(ctx.a.b)`, true)
	f(`ctx.containsKey('t') && ctx.a.containsKey('b')`, true)
	f(`ctx.t`, true)
	f(`return ctx.t == true;`, true)
	f(`ctx._index == 'logs' && ctx._id == '7'`, true)
	f(`ctx.empty.isEmpty() && ctx.o.isEmpty()`, true)
	f("ctx.t // said\n && /* and */ true", true)
	f(`ctx.a.n == -5 || ctx.a.b == 'it\'s'`, false)
	f(`ctx.a.l == ['x','y']`, true)
}

func TestConditionsThatFailWithADocument(t *testing.T) {
	f := func(source, want string) {
		t.Helper()
		if _, err := evaluate(t, source); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", source, err, want)
		}
	}
	f(`ctx.x.y == 1`, "null_pointer_exception: cannot access method/field [y] from a null def reference")
	f(`ctx.x.contains('y')`, "null_pointer_exception")
	f(`ctx.a.b > 1`, "Cannot apply [>] operation to types [java.lang.String] and [java.lang.Integer]")
	f(`ctx.a`, "Cannot cast from [java.util.HashMap] to [boolean]")
	f(`ctx.a.n.contains('y')`, "dynamic method [java.lang.Integer, contains/1] not found")
	f(`ctx.a.l[9] == 1`, "out of bounds")
}

func TestConditionsBeyondTheSubsetNameThePlace(t *testing.T) {
	f := func(source, want string) {
		t.Helper()
		if _, err := parseCondition(source); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", source, err, want)
		}
	}
	f(`ctx.a =~ /x/`, "at 7: [=~]")
	f(`ctx.a instanceof String`, "at 7: [instanceof]")
	f(`def x = 1; x == 1`, "at 1: [def]")
	f(`ctx.a == `, "at 10: the end")
	f(`ctx.a.foo()`, "at 7: [foo]")
	f(`ctx.a.contains()`, "takes 1 arguments but has 0")
	f(`ctx.a == 'x`, "at 10: the text is not closed")
	f(`ctx.a + 1 == 2`, "at 7: [+]")
	f(strings.Repeat("(", 60)+"true"+strings.Repeat(")", 60), "nested no deeper than 50")
	f(strings.Repeat("!", 60)+"true", "nested no deeper than 50")
	f(strings.Repeat(" ", maxConditionBytes)+"true", "no longer than")
	f(``, "must be a text")
}

func FuzzCondition(f *testing.F) {
	for _, seed := range []string{`ctx.a.b == 'x' && !ctx?.c.contains("y")`, `['a',1][0] == ctx['a']`, `ctx.a.l[-1]`, `((`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		c, err := parseCondition(source)
		if err != nil {
			return
		}
		d, err := NewDocument(Meta{}, []byte(conditionDoc), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		c.holds(d)
	})
}
