package esapi

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

func TestYAMLAnswersReadAsTheJSONThatTheyWere(t *testing.T) {
	f := func(text string) {
		t.Helper()
		got := toYAML([]byte(text))
		var want, back any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(got, &back); err != nil {
			t.Fatalf("%s: %v\n%s", text, err, got)
		}
		again, err := json.Marshal(back)
		if err != nil {
			t.Fatal(err)
		}
		back = nil
		if err := json.Unmarshal(again, &back); err != nil || !reflect.DeepEqual(want, back) {
			t.Errorf("%s\n%s\nreads as %s", text, got, again)
		}
	}
	f(`{}`)
	f(`[]`)
	f(`"x"`)
	f(`{"a":1,"b":[1,2.50,true,null,"x"],"c":{"d":{},"e":[]},"f":[[1,[2]],[],{"g":[{"h":1},{"i":[3]}]}]}`)
	f(`[{"a":"b: c","d":"- e","f":"#g"},{"h":"yes"}]`)
	f(`{"yes":"no","1":2,"a b":"c","":"","*x":"&y","true":"~","a:b":"{c}","-":"-"}`)
	f(`{"s":"quote \" back \\ slash \/ line\nend\r\ttab \u0001 \u007f \u0085 \u2028 \ufeff é \ud83d\ude00"}`)
	f(`{"` + strings.Repeat("long", 500) + `":{"below":[1]},"after":2}`)
}

func TestYAMLKeepsOrderAndSpelling(t *testing.T) {
	got := string(toYAML([]byte(`{"z":1.50,"a":[{"k":1e3,"b":"2"}],"e":{}}`)))
	if want := "---\nz: 1.50\na:\n- k: 1e3\n  b: \"2\"\ne: {}\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := string(toYAML([]byte(`no json`))); got != "no json" {
		t.Errorf("%q", got)
	}
}

func TestYAMLBodiesBecomeJSON(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		got, err := fromYAML([]byte(text))
		if err != nil {
			got = []byte(err.Error())
		}
		if string(got) != want && (err == nil || !strings.Contains(string(got), want)) {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	f("---\nz: 1.50\na: [1e3, true, null, ~, \"2\", 12345678901234567890]\nb:\n  c: x\n", `{"z":1.50,"a":[1e3,true,null,null,"2",12345678901234567890],"b":{"c":"x"}}`)
	f("a: yes\nb: 2020-01-01\nc: 'it''s'\nd: <&>\n1: x", `{"a":"yes","b":"2020-01-01","c":"it's","d":"<&>","1":"x"}`)
	f("a: 0x1F\nb: .5\nc: +7", `{"a":31,"b":0.5,"c":7}`)
	f("", ``)
	f("a: .inf", "is no number that JSON has")
	f("a: &x [1]\nb: *x", "anchors and aliases are not supported")
	f("? [1]\n: 2", "a key must be text")
	f("a: [1", "cannot be read")
	f(strings.Repeat("[", 600)+strings.Repeat("]", 600), "nested more than 500 deep")
	f(strings.Repeat("x", maxYAMLBytes+1), "at most [1048576] bytes")
}
