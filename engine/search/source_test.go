package search

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestFilterSource(t *testing.T) {
	const doc = `{"count": 1, "include": {"field1": "v1", "field2": "v2"}, "big": 72057594037927936, "f": 1.50e0, "a.b": {"c": 1}, "list": [{"x": 1, "y": 2}, {"y": 3}, 7], "empty": {}, "none": []}`
	list := func(s string) []string {
		if s == "" {
			return nil
		}
		return strings.Split(s, ",")
	}
	for _, c := range []struct{ name, includes, excludes, want string }{
		{"a leaf", "count", "", `{"count":1}`},
		{"numbers keep their spelling", "big,f", "", `{"big":72057594037927936,"f":1.50e0}`},
		{"order is the document's, not the patterns'", "include.field2,count", "", `{"count":1,"include":{"field2":"v2"}}`},
		{"an object brings all below it", "include", "", `{"include":{"field1":"v1","field2":"v2"}}`},
		{"an exclude goes before an include", "include", "*.field2", `{"include":{"field1":"v1"}}`},
		{"a star stays within a name", "*field1", "", `{}`},
		{"a star for a name", "*.field1", "", `{"include":{"field1":"v1"}}`},
		{"a star stays within a name with a dot's parts", "*ount", "", `{"count":1}`},
		{"two stars for names", "**field1", "", `{"include":{"field1":"v1"}}`},
		{"a star beside an exclude with one crosses dots", "*field1", "x*", `{"include":{"field1":"v1"}}`},
		{"a key with a dot is a path", "a.b.c", "", `{"a.b":{"c":1}}`},
		{"a parent of a key with a dot", "a", "", `{"a.b":{"c":1}}`},
		{"elements of an array", "list.x", "", `{"list":[{"x":1}]}`},
		{"excluded from elements of an array", "list", "list.y", `{"list":[{"x":1},{},7]}`},
		{"excludes alone", "", "i*,list,a*,big", `{"count":1,"f":1.50e0,"empty":{},"none":[]}`},
		{"everything of an object excluded", "", "include.*,list,a*,big,count,f,none", `{"include":{},"empty":{}}`},
		{"nothing found", "nope", "", `{}`},
		{"a prefix of a name is not the name", "coun", "", `{}`},
		{"the star includes all", "*", "include,list,a*", `{"count":1,"big":72057594037927936,"f":1.50e0,"empty":{},"none":[]}`},
		{"the star excludes all", "", "*", `{}`},
		{"several stars", "*cl*.*2", "", `{"include":{"field2":"v2"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := FilterSource(json.RawMessage(doc), list(c.includes), list(c.excludes))
			if err != nil || string(got) != c.want {
				t.Errorf("FilterSource(%q, %q) = %s, %v, want %s", c.includes, c.excludes, got, err, c.want)
			}
		})
	}
}

func TestFilterSourceWithoutPatternsIsTheDocument(t *testing.T) {
	doc := json.RawMessage(" {\"a\" : 1}\n")
	got, err := FilterSource(doc, nil, nil)
	if err != nil || string(got) != string(doc) {
		t.Errorf("FilterSource = %q, %v, want %q", got, err, doc)
	}
}

func TestFilterSourceRefusesWhatIsNoObject(t *testing.T) {
	for _, doc := range []string{`[1]`, `{`, `{"a"`, `{"a":`, `{"a":}`, `{"a":1,}`, `{"a" 1}`, `{a:1}`, `{"a":"`, `{"a":[1}`, `{"a":tru}`, strings.Repeat(`{"a":`, 3000)} {
		if got, err := FilterSource(json.RawMessage(doc), nil, []string{"b.c", "a.a.a.b"}); err == nil {
			t.Errorf("FilterSource(%.40q) = %s, want an error", doc, got)
		}
	}
}

func FuzzFilterSource(f *testing.F) {
	f.Add(`{"a":{"b":[1,{"c":"\"x"}]},"d.e":null}`, "a.b.c,d*", "*.c")
	f.Add(`{"a\u002eb" : [ [ {"x":1} ] ] }`, "a", "a.b.x")
	f.Fuzz(func(t *testing.T, doc, includes, excludes string) {
		if len(includes)+len(excludes) > 200 {
			return
		}
		got, err := FilterSource(json.RawMessage(doc), strings.Split(includes, ","), strings.Split(excludes, ","))
		if !json.Valid([]byte(doc)) || !strings.HasPrefix(strings.TrimLeft(doc, " \t\r\n"), "{") {
			return // it must only not panic
		}
		if err != nil {
			if strings.Count(doc, "[")+strings.Count(doc, "{") <= maxSourceDepth {
				t.Fatalf("FilterSource(%q): %v", doc, err)
			}
			return
		}
		if !json.Valid(got) {
			t.Fatalf("FilterSource(%q, %q, %q) = %q, which is no JSON", doc, includes, excludes, got)
		}
	})
}
