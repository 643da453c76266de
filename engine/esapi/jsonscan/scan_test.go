package jsonscan

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// check reads a whole text and says what is wrong with it.
func check(data []byte, maxDepth int) error {
	s := New(data, maxDepth)
	for {
		t, err := s.Next()
		if err != nil || t.Kind == End {
			return err
		}
	}
}

func TestItAcceptsJSON(t *testing.T) {
	for _, text := range []string{
		`{}`, `[]`, ` null `, `true`, `-0.5e+10`, `"x"`, `{"a":[1,2,{"b":null}],"c":"\u00e9\n\"\\"}`, `[[],{},[{}]]`, `"日本"`, "{\n\t\"a\" : 1\r\n}",
	} {
		if err := check([]byte(text), 10); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// What Elasticsearch 8.19 answers to these, but for the depth, bytes that are no UTF-8 and what follows the text.
func TestErrorsNameThePlace(t *testing.T) {
	valid := "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
	for text, want := range map[string]string{
		`{"query":x}`:      `[1:12] Unrecognized token 'x': was expecting ` + valid,
		`{"size":tru;}`:    `[1:13] Unrecognized token 'tru': was expecting ` + valid,
		`{"size":NaN}`:     "[1:12] Non-standard token 'NaN': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow",
		`{"size":01}`:      `[1:10] Invalid numeric value: Leading zeroes not allowed`,
		`{"size":1.}`:      `[1:11] Unexpected character ('}' (code 125)) in numeric value: Decimal point not followed by a digit`,
		`{"size":-}`:       `[1:10] Unexpected character ('}' (code 125)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value`,
		`{"size":1e}`:      `[1:11] Unexpected character ('}' (code 125)) in numeric value: Exponent indicator not followed by a digit`,
		`{"size":+1}`:      "[1:10] Unexpected character ('+' (code 43)) in numeric value: JSON spec does not allow numbers to have plus signs: enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow",
		`{"size":@}`:       `[1:9] Unexpected character ('@' (code 64)): expected a valid value ` + valid,
		`{"a":}`:           `[1:6] Unexpected character ('}' (code 125)): expected a value`,
		`[1,]`:             `[1:4] Unexpected character (']' (code 93)): expected a value`,
		`{'a':1}`:          `[1:2] Unexpected character (''' (code 39)): was expecting double-quote to start field name`,
		`{"a" 1}`:          `[1:6] Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value`,
		"{\"a\":1\n\"b\"}": `[2:1] Unexpected character ('"' (code 34)): was expecting comma to separate Object entries`,
		`{"a":1,}`:         `[1:8] Unexpected character ('}' (code 125)): was expecting double-quote to start field name`,
		`{"size":1]`:       `[1:10] Unexpected close marker ']': expected '}' (for Object starting at [Source: (byte[])"{"size":1]"; line: 1, column: 1])`,
		`{}}`:              `[1:3] Unexpected close marker '}': expected ']' (for root starting at [Source: (byte[])"{}}"; line: 1, column: 0])`,
		`{} x`:             `[1:5] Unrecognized token 'x': was expecting ` + valid,
		`{} null`:          `[1:4] Unexpected character ('n' (code 110)): expected the end of the text`,
		`{} 1`:             `[1:4] Unexpected character ('1' (code 49)): expected the end of the text`,
		`{} {}`:            `[1:4] Unexpected character ('{' (code 123)): expected the end of the text`,
		`{"s":"\x"}`:       `[1:8] Unrecognized character escape 'x' (code 120)`,
		`{"s":"\u12"}`:     `[1:11] Unexpected character ('"' (code 34)): expected a hex-digit for character escape sequence`,
		`{"s":"\u1`:        `[1:10] Unexpected end-of-input in character escape sequence (cut)`,
		"\"a\nb\"":         `[1:3] Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value`,
		"{\"a\":\x01}":     `[1:6] Illegal character ((CTRL-CHAR, code 1)): only regular white space (\r, \n, \t) is allowed between tokens`,
		`{"s":"b}`:         `[1:9] Unexpected end-of-input in VALUE_STRING (cut)`,
		`{"que`:            `[1:6] Unexpected end-of-input in field name (ended)`,
		`{`:                `[1:2] Unexpected end-of-input: expected close marker for Object (start marker at [Source: (byte[])"{"; line: 1, column: 1]) (ended)`,
		`{"sort":[`:        `[1:10] Unexpected end-of-input: expected close marker for Array (start marker at [Source: (byte[])"{"sort":["; line: 1, column: 9]) (ended)`,
		`{"a"`:             `[1:5] Unexpected end-of-input within/between Object entries (ended)`,
		`{"a" :`:           `[1:7] Unexpected end-of-input within/between Object entries (ended)`,
		`{"size":1,`:       `[1:11] Unexpected end-of-input within/between Object entries`,
		`{"sort":["a",`:    `[1:14] Unexpected end-of-input within/between Array entries`,
		`{"size":1.`:       `[1:10] Unexpected character ('.' (code 46)) in numeric value: Decimal point not followed by a digit`,
		`{"size":1e`:       `[1:11] Unexpected end-of-input in FIELD_NAME (ended)`,
		"\"\xff\"":         `[1:2] Invalid UTF-8 byte 0xff`,
		`[[[[`:             `[1:4] Document nesting depth (4) exceeds the maximum allowed (3)`,
	} {
		err := check([]byte(text), 3)
		var e *SyntaxError
		if !errors.As(err, &e) {
			t.Errorf("%q: %v", text, err)
			continue
		}
		got := fmt.Sprintf("[%d:%d] %s", e.Line, e.Column, e.Message)
		if e.Ended {
			got += " (ended)"
		} else if e.Cut {
			got += " (cut)"
		}
		if got != want {
			t.Errorf("%q:\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestErrorsQuoteTheSource(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		if err := check([]byte(text), 3); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%.20q:\n got %v\nwant %s", text, err, want)
		}
	}
	f("{\n\x01", "\n at [Source: (byte[])\"{\n\\u0001\"; line: 2, column: 1]")
	f(`{"a"`, `[1:5] Unexpected end of file`)
	f("{"+strings.Repeat(" ", 600)+"x", "{"+strings.Repeat(" ", 499)+`"[truncated 102 bytes]; line: 1, column: 602]`)
}

func TestDeepNestingCostsNoMemory(t *testing.T) {
	if err := check([]byte(strings.Repeat(`{"a":`, 1_000_000)), 100); err == nil {
		t.Error("a million levels were accepted")
	}
}

func TestTokensAndSkip(t *testing.T) {
	s := New([]byte(`{"a\u0041": {"x":[1,2]}, "b": "c\nd"}`), 10)
	next := func() Token {
		token, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	next()
	if key := next(); key.Kind != Key || key.Text() != "aA" {
		t.Errorf("key %v %q", key.Kind, key.Text())
	}
	if end, err := s.Skip(next()); err != nil || end != 23 {
		t.Errorf("skipped to %d, %v", end, err)
	}
	if key := next(); key.Text() != "b" || len(s.stack) != 1 {
		t.Errorf("key %q at depth %d", key.Text(), len(s.stack))
	}
	if value := next(); value.Kind != String || value.Text() != "c\nd" {
		t.Errorf("value %q", value.Text())
	}
	defer func() {
		if s.Reset([]byte(`[7`)); next().Kind != ArrayStart || next().Text() != "7" || len(s.stack) != 1 {
			t.Error("not reset")
		}
	}()
	if next().Kind != ObjectEnd || next().Kind != End || next().Kind != End {
		t.Error("no end")
	}
}

func FuzzAgreesWithTheStandardLibrary(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e3,null,true,{"b":"\u12af"}]}`, `[1,]`, `{"a":1}x`, "\"\x80\"", `0.`, `1e`, `[[`, `"\ud800"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		err, valid := check(data, 10_000), json.Valid(data)
		var syntax *SyntaxError
		if err != nil && (!errors.As(err, &syntax) || syntax.Line < 1 || syntax.Column < 1) {
			t.Fatalf("%q: %#v", data, err)
		}
		if err == nil && !valid {
			t.Fatalf("%q accepted", data)
		}
		if err != nil && valid && !strings.Contains(err.Error(), "UTF-8") { // encoding/json replaces bad UTF-8
			t.Fatalf("%q: %v", data, err)
		}
	})
}
