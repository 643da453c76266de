package jsonscan

import (
	"encoding/json"
	"errors"
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

func TestErrorsNameThePlace(t *testing.T) {
	for text, want := range map[string]string{
		``:                 `[1:1] Unexpected end-of-input: expected a value`,
		`{`:                `[1:2] Unexpected end-of-input: expected close marker for Object`,
		`[1,`:              `[1:4] Unexpected end-of-input: expected close marker for Array`,
		`{a:1}`:            `[1:2] Unexpected character ('a' (code 97)): was expecting double-quote to start field name`,
		`{"a" 1}`:          `[1:6] Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value`,
		"{\"a\":1\n\"b\"}": `[2:1] Unexpected character ('"' (code 34)): was expecting comma to separate Object entries`,
		`{"a":1,}`:         `[1:8] Unexpected character ('}' (code 125)): was expecting double-quote to start field name`,
		`[1,]`:             `[1:4] Unexpected character (']' (code 93)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`,
		`foo`:              `[1:1] Unrecognized token 'foo': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`,
		`{} {}`:            `[1:4] Unexpected character ('{' (code 123)): expected the end of the text`,
		`[1}`:              `[1:3] Unexpected character ('}' (code 125)): was expecting comma to separate Array entries`,
		`01`:               `[1:3] Invalid numeric value: Leading zeroes not allowed`,
		"\"\xff\"":         `[1:2] Invalid UTF-8 byte 0xff`,
		`"\x"`:             `[1:2] Unrecognized character escape 'x' (code 120)`,
		"\"a\nb\"":         `[1:3] Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value`,
		`"abc`:             `[1:5] Unexpected end-of-input: was expecting closing quote for a string value`,
		`[[[[`:             `[1:4] Document nesting depth (4) exceeds the maximum allowed (3)`,
	} {
		err := check([]byte(text), 3)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
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
