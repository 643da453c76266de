package mapping

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/storage/document"
)

// inputsIn are the inputs of the field `c` of a document.
func inputsIn(t *testing.T, params, source string) ([]Input, error) {
	t.Helper()
	m, err := Parse(json.RawMessage(`{"properties":{"c":{"type":"completion"`+params+`}}}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	d := &document.Document{Source: []byte(source)}
	_, err = m.Document(d, Options{})
	var out []Input
	for _, f := range d.Fields {
		if f.Name == "c"+inputsOf {
			out = append(out, ReadInput(f.Str))
		}
	}
	return out, err
}

func TestInputsOfACompletionField(t *testing.T) {
	f := func(params, source string, want ...Input) {
		t.Helper()
		got, err := inputsIn(t, params, source)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s, %s:\ngot  %q, %v\nwant %q", params, source, got, err, want)
		}
	}
	f("", `{"c":"Doctor Who"}`, Input{"doctor\x1fwho", 1, "Doctor Who"})
	f("", `{"c":["a",{"input":["b","c d"],"weight":"7"}]}`, Input{"a", 1, "a"}, Input{"b", 7, "b"}, Input{"c\x1fd", 7, "c d"})
	f(`,"preserve_separators":false`, `{"c":"Doctor Who"}`, Input{"doctorwho", 1, "Doctor Who"})
	f(`,"analyzer":"stop"`, `{"c":"the doctor"}`, Input{"\x1e\x1fdoctor", 1, "the doctor"})
	f(`,"analyzer":"stop","preserve_position_increments":false`, `{"c":"the doctor"}`, Input{"doctor", 1, "the doctor"})
	f(`,"analyzer":"keyword","max_input_length":3`, `{"c":"abcdef"}`, Input{"abc", 1, "abc"})
	f(`,"analyzer":"keyword","max_input_length":2`, `{"c":"a😀b"}`, Input{"a", 1, "a"})
	f("", `{"c":["","  ","!!!"]}`)
	f("", `{"c":null}`)
	f("", `{"c":{"weight":3}}`)
}

func TestInputsThatAreRefused(t *testing.T) {
	f := func(value, want string) {
		t.Helper()
		if _, err := inputsIn(t, "", `{"c":`+value+`}`); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", value, err)
		}
	}
	f(`1`, "failed to parse [c]: expected text or object, but got VALUE_NUMBER")
	f(`[["a"]]`, "expected text or object, but got START_ARRAY")
	f(`{"input":"a","weight":-1}`, "weight must be in the interval [0..2147483647], but was [-1]")
	f(`{"input":"a","weight":1.5}`, "weight must be an integer, but was [1.5]")
	f(`{"input":"a","weight":true}`, "weight must be a number or string, but was [VALUE_BOOLEAN]")
	f(`{"input":1}`, "input must be a string or array, but was [VALUE_NUMBER]")
	f(`{"input":["a",null]}`, "input array must have string values, but was [VALUE_NULL]")
	f(`{"input":"a","foo":1}`, "unknown field name [foo], must be one of [input, weight, contexts]")
	f(`{"input":"a","contexts":{}}`, "contexts field is not supported for field: [c]")
	f(`"a\u001fb"`, "Illegal input [a\x1fb] UTF-16 codepoint [0x1f] at position 1 is a reserved character")
}

func TestWordsAtOnePlaceGiveSeveralForms(t *testing.T) {
	word := func(term string, at uint32) document.Token { return document.Token{Term: term, Position: at} }
	c := &Completion{Separators: true, Holes: true}
	got, err := c.Forms([]document.Token{word("a", 0), word("b", 1), word("c", 1), word("d", 3)})
	if want := []string{"a\x1fb\x1f\x1e\x1fd", "a\x1fc\x1f\x1e\x1fd"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	var many []document.Token
	for i := range uint32(11) {
		many = append(many, word("a", i), word("b", i))
	}
	if _, err := c.Forms(many); err == nil {
		t.Error("2,048 forms are not refused")
	}
	if got, err := c.Forms(many[:20]); err != nil || len(got) != 1024 {
		t.Errorf("%d forms, %v", len(got), err)
	}
}

func TestCompletionFieldsShowTheirParameters(t *testing.T) {
	f := func(def, want string) {
		t.Helper()
		m, err := Parse(json.RawMessage(`{"properties":{"c":`+def+`}}`), nil)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(m)
		if err != nil || string(raw) != `{"properties":{"c":`+want+`}}` {
			t.Errorf("got %s, %v", raw, err)
		}
		if again, err := m.Merge(raw); err != nil || again == nil {
			t.Errorf("the mapping that is shown cannot be put again: %v", err)
		}
	}
	f(`{"type":"completion"}`, `{"type":"completion","analyzer":"simple","max_input_length":50,"preserve_position_increments":true,"preserve_separators":true}`)
	f(`{"type":"completion","analyzer":"standard","max_input_length":"7","preserve_separators":"false"}`,
		`{"type":"completion","analyzer":"standard","max_input_length":7,"preserve_position_increments":true,"preserve_separators":false}`)
	for _, def := range []string{`"max_input_length":0`, `"max_input_length":"x"`, `"contexts":[]`, `"contexts":null`, `"preserve_separators":"x"`} {
		body := json.RawMessage(`{"properties":{"c":{"type":"completion",` + def + `}}}`)
		if err := CheckNew(body); err == nil {
			t.Errorf("%s is not refused", def)
		}
		if _, err := Parse(body, nil); err != nil { // an earlier version has taken it
			t.Errorf("%s does not open: %v", def, err)
		}
	}
}
