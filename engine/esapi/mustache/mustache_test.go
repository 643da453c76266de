package mustache

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestRender(t *testing.T) {
	f := func(template, params, want string) {
		t.Helper()
		var p map[string]any
		if err := json.Unmarshal([]byte(params), &p); err != nil {
			t.Fatal(err)
		}
		if got, err := Render(template, p); err != nil || got != want {
			t.Errorf("Render(%q, %s) = %q, %v; want %q", template, params, got, err, want)
		}
	}
	f(`{"size":{{n}},"q":"{{q}}"}`, `{"n":5,"q":"a\"b\\c<"}`, `{"size":5,"q":"a\"b\\c<"}`)
	f(`{{missing}}-{{{q}}}-{{& q}}`, `{"q":"a\"b"}`, `-a"b-a"b`)
	f(`{{a.b.c}}{{d.e}}`, `{"a":{"b":{"c":1}},"d.e":2}`, `12`)
	f(`{{n}}{{^n}}10{{/n}}`, `{}`, `10`)
	f(`{{n}}{{^n}}10{{/n}}`, `{"n":3}`, `3`)
	f(`{{#on}}x{{/on}}{{^on}}y{{/on}}`, `{"on":false}`, `y`)
	f(`{{#list}}[{{.}}]{{/list}}`, `{"list":["a","b"]}`, `[a][b]`)
	f(`{{#list}}{{name}}{{outer}} {{/list}}`, `{"list":[{"name":"a"},{"name":"b"}],"outer":1}`, `a1 b1 `)
	f(`{"terms":{{#toJson}}list{{/toJson}}}`, `{"list":["a",{"b":1}]}`, `{"terms":["a",{"b":1}]}`)
	f(`{{#join}}list{{/join}} {{#join delimiter='||'}}list{{/join delimiter='||'}}`, `{"list":["a","b"]}`, `a,b a||b`)
	f(`{{#url}}{{h}}/x{{/url}}`, `{"h":"http://a"}`, `http%3A%2F%2Fa%2Fx`)
	f(`a{{! not shown }}b`, `{}`, `ab`)
}

func TestRenderRefuses(t *testing.T) {
	for _, template := range []string{`{{#a}}`, `{{/a}}`, `{{#a}}{{/b}}`, `{{a`, `{{}}`, `{{> a}}`, `{{=<% %>=}}`, strings.Repeat("{{#a}}", 40)} {
		if got, err := Render(template, nil); err == nil {
			t.Errorf("Render(%q) = %q", template, got)
		}
	}
	list := map[string]any{"a": make([]any, 100)}
	for i := range 100 {
		list["a"].([]any)[i] = "0123456789"
	}
	if _, err := Render(strings.Repeat("{{#a}}", 4)+"{{.}}"+strings.Repeat("{{/a}}", 4), list); err == nil {
		t.Error("a template multiplies without limit")
	}
}
