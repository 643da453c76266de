package aggs

import (
	"encoding/json"
	"math"
	"testing"
	"testing/quick"
)

func TestDoublesAreWrittenAsJavaDoes(t *testing.T) {
	for x, want := range map[float64]string{
		0: "0.0", 1: "1.0", -2.5: "-2.5", 50.5: "50.5", 9999999: "9999999.0", 1e7: "1.0E7", 12345678.9: "1.23456789E7", 1780617599999: "1.780617599999E12",
		0.001: "0.001", 0.00099: "9.9E-4", -1e-9: "-1.0E-9", 1e300: "1.0E300", 0.1: "0.1", 1.0 / 3: "0.3333333333333333", math.MaxFloat64: "1.7976931348623157E308",
		math.Inf(1): `"Infinity"`, math.Inf(-1): `"-Infinity"`,
	} {
		if got := doubleText(x); got != want {
			t.Errorf("%v is written %s, want %s", x, got, want)
		}
	}
	if got := doubleText(math.NaN()); got != `"NaN"` {
		t.Errorf("NaN is written %s", got)
	}
	if got := doubleText(math.Copysign(0, -1)); got != "-0.0" {
		t.Errorf("-0 is written %s", got)
	}
	back := func(x float64) bool {
		var y float64
		return math.IsNaN(x) || math.IsInf(x, 0) || json.Unmarshal([]byte(doubleText(x)), &y) == nil && x == y
	}
	if err := quick.Check(back, nil); err != nil {
		t.Error(err)
	}
}

func TestStringsAreJSON(t *testing.T) {
	for s, want := range map[string]string{
		`a"b\c`: `"a\"b\\c"`, "\x00\n\r\t\x1f": `"\u0000\n\r\t\u001f"`, "ü<&>\u2028": "\"ü<&>\u2028\"", "\xff\xfe": "\"\ufffd\ufffd\"",
	} {
		if got := string(appendString(nil, s)); got != want {
			t.Errorf("%q is written %s, want %s", s, got, want)
		}
	}
	valid := func(s string) bool {
		var back string
		return json.Unmarshal(appendString(nil, s), &back) == nil
	}
	if err := quick.Check(valid, nil); err != nil {
		t.Error(err)
	}
}

func TestDecimalFormats(t *testing.T) {
	for _, c := range []struct {
		pattern string
		x       float64
		want    string
	}{
		{"0.00", 3.14159, "3.14"}, {"#.##", 0.5, ".5"}, {"#.##", 3, "3"}, {"0.0#", 2, "2.0"}, {"#,##0", 1234567, "1,234,567"}, {"$#,##0.00", -1234.5, "-$1,234.50"},
		{"0%", 0.25, "25%"}, {"000", 7, "007"}, {"0", -0.2, "-0"}, {"#", 0, "0"}, {"0.0", 13.75, "13.8"},
	} {
		d, err := parseDecimal(c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
		} else if got := d.format(c.x); got != c.want {
			t.Errorf("%v as %s: %q, want %q", c.x, c.pattern, got, c.want)
		}
	}
	for _, pattern := range []string{"0.0.0", "0;0", "0E0", "0#", "#.#0"} {
		if _, err := parseDecimal(pattern); err == nil {
			t.Errorf("%q is taken as a number format", pattern)
		}
	}
}

func TestLuceneExpressions(t *testing.T) {
	for _, c := range []struct {
		pattern, match string
		want           bool
	}{
		{"ab", "ab", true}, {"ab", "abc", false}, {"a.c", "abc", true}, {"a.*", "a\nb", true}, {"(a|b)+", "abba", true}, {"[a-c]x", "bx", true}, {"[^a]x", "bx", true}, {"[^a]x", "ax", false},
		{"^a$", "^a$", true}, {"^a$", "a", false}, {`a\.b`, "a.b", true}, {`a\.b`, "axb", false}, {`"a.b"c`, "a.bc", true}, {`"a.b"c`, "axbc", false}, {"@", "anything", true}, {"#", "", false},
		{`\d{2}`, "42", true}, {"ü?", "ü", true}, {"[\\]]", "]", true}, {"[[]", "[", true},
	} {
		re, err := luceneRegexp(c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
		} else if got := re.MatchString(c.match); got != c.want {
			t.Errorf("%s matches %q: %v, want %v", c.pattern, c.match, got, c.want)
		}
	}
}

func TestTable(t *testing.T) {
	var table table
	for round := range 2 {
		for i := range uint64(10_000) {
			if got := table.add(i * i << 20); got != uint32(i) {
				t.Fatalf("round %d: key %d has number %d", round, i, got)
			}
		}
	}
}
