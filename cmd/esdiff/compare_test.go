package main

import (
	"math/rand/v2"
	"testing"
)

func parse(t *testing.T, body string) any {
	t.Helper()
	v, err := decode([]byte(body))
	if err != nil {
		t.Fatalf("decode %s: %v", body, err)
	}
	return v
}

func TestCompareTellsWhatDiffers(t *testing.T) {
	for _, c := range []struct{ name, want, got, path string }{
		{"the same", `{"a":[1,{"b":null}]}`, `{"a":[1,{"b":null}]}`, ""},
		{"another value", `{"a":{"b":1}}`, `{"a":{"b":2}}`, "a.b"},
		{"a whole number and a fraction", `{"a":1}`, `{"a":1.0}`, "a"},
		{"the last digit of a sum", `{"a":0.30000000000000004}`, `{"a":0.3}`, ""},
		{"the sixth digit of a score", `{"_score":1.234567}`, `{"_score":1.234568}`, ""},
		{"a large whole number", `{"a":9007199254740993}`, `{"a":9007199254740992}`, "a"},
		{"a missing key", `{"a":1,"b":2}`, `{"a":1}`, "b"},
		{"a key too many", `{"a":1}`, `{"a":1,"b":2}`, "b"},
		{"null is not nothing", `{"a":null}`, `{}`, "a"},
		{"another type", `{"a":[]}`, `{"a":{}}`, "a"},
		{"a shorter list", `{"a":[1,2]}`, `{"a":[1]}`, "a.(length)"},
		{"order of buckets by name", `{"aggregations":{"b":1,"a":2}}`, `{"aggregations":{"a":2,"b":1}}`, "aggregations.(order of keys)"},
		{"another document", `{"_id":"a","x":1}`, `{"_id":"b","x":2}`, "_id"},
		{"values of a field _id", `{"fields":{"_id":["a"]}}`, `{"fields":{"_id":["a"]}}`, ""},
		{"order that says nothing", `{"b":1,"a":2}`, `{"a":2,"b":1}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := compare(answer{200, parse(t, c.want)}, answer{200, parse(t, c.got)})
			switch {
			case c.path == "" && len(all) > 0:
				t.Errorf("differs: %v", all)
			case c.path != "" && (len(all) != 1 || all[0].path != c.path):
				t.Errorf("got %v, want a difference at %s", all, c.path)
			}
		})
	}
}

func TestNormaliseLeavesDocumentsAlone(t *testing.T) {
	got := text(normaliseValue(parse(t, `{"took":3,"hits":[{"_node":"x","_source":{"took":4}}]}`)))
	if want := `{"hits":[{"_source":{"took":4}}]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestASeedAsksTheSameAgain(t *testing.T) {
	for number := range 300 {
		a, b := newWorld("x", 7, true), newWorld("x", 7, true)
		list := makers("")
		p := makeQuestion(list, a, rand.New(rand.NewPCG(7, uint64(number))), number).payload()
		if q := makeQuestion(list, b, rand.New(rand.NewPCG(7, uint64(number))), number).payload(); p != q {
			t.Fatalf("question %d: %s, then %s", number, p, q)
		}
	}
}

func TestAKnownDifferenceOfOpenSearchHidesNoneOfElasticsearch(t *testing.T) {
	q := question{body: map[string]any{"fields": []any{"_index"}}}
	d := difference{"hits.hits[0].fields._index", nothing, `["i"]`}
	if explain(q, "OpenSearch", d) == nil {
		t.Error("OpenSearch's is not known")
	}
	if k := explain(q, "Elasticsearch", d); k != nil {
		t.Errorf("Elasticsearch's is taken for %s", k.compat)
	}
}
