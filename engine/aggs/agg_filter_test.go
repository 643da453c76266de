package aggs_test

import (
	"encoding/json"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/engine/dsl"
)

func TestFilters(t *testing.T) {
	s := people(t)
	const ann, five, sum = `{"term":{"k":"ann"}}`, `{"term":{"n":5}}`, `"aggs":{"s":{"sum":{"field":"d"}}}`
	for _, c := range []struct{ name, agg, want string }{
		{"filter", `{"filter":` + ann + `,` + sum + `}`, `{"doc_count":2,"s":{"value":2.0}}`},
		{"filter in filter", `{"filter":` + ann + `,"aggs":{"f":{"filter":` + five + `,` + sum + `}}}`, `{"doc_count":2,"f":{"doc_count":1,"s":{"value":0.5}}}`},
		{"filters by name, in order of the names", `{"filters":{"filters":{"z":` + ann + `,"a":` + five + `}},` + sum + `}`,
			`{"buckets":{"a":{"doc_count":3,"s":{"value":3.0}},"z":{"doc_count":2,"s":{"value":2.0}}}}`},
		{"filters without names", `{"filters":{"filters":[` + ann + `,` + five + `]}}`, `{"buckets":[{"doc_count":2},{"doc_count":3}]}`},
		{"the rest", `{"filters":{"other_bucket":true,"filters":{"a":` + ann + `}}}`, `{"buckets":{"a":{"doc_count":2},"_other_":{"doc_count":3}}}`},
		{"the rest by another name", `{"filters":{"other_bucket_key":"else","filters":{"a":` + ann + `}}}`, `{"buckets":{"a":{"doc_count":2},"else":{"doc_count":3}}}`},
		{"the rest without names", `{"filters":{"other_bucket":true,"filters":[` + ann + `]}}`, `{"buckets":[{"doc_count":2},{"doc_count":3}]}`},
		{"names in buckets", `{"filters":{"keyed":false,"filters":{"a":` + ann + `}}}`, `{"buckets":[{"key":"a","doc_count":2}]}`},
		{"missing", `{"missing":{"field":"k2"},` + sum + `}`, `{"doc_count":3,"s":{"value":52.0}}`},
		{"missing of numbers", `{"missing":{"field":"d"}}`, `{"doc_count":1}`},
		{"missing everywhere", `{"missing":{"field":"nope"}}`, `{"doc_count":5}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			wants(t, `{"x":`+c.agg+`}`, `{"x":`+c.want+`}`, s)
		})
	}
	refuses(t, `{"a":{"filters":{"filters":{}}}}`, s, "[filters] cannot be empty")
	refuses(t, `{"a":{"filter":{"nonsense":{}}}}`, s)
	refuses(t, `{"a":{"filters":{"filters":[{"nonsense":{}}]}}}`, s)
	refuses(t, `{"a":{"filter":`+ann+`,"aggs":{"g":{"global":{}}}}}`, s, "Aggregation [a] cannot have a global sub-aggregation [g]")
}

func TestGlobalIgnoresTheQueryButNotTheAlias(t *testing.T) {
	s := people(t)
	s.segments = s.segments[:1]
	tree := parse(t, `{"g":{"global":{},"aggs":{"k":{"value_count":{"field":"k"}}}},"c":{"value_count":{"field":"k"}}}`)
	for _, c := range []struct {
		filter dsl.Query
		want   string
	}{
		{nil, `{"g":{"doc_count":3,"k":{"value":4}},"c":{"value":1}}`},
		{&dsl.Term{Field: "k", Value: "bob"}, `{"g":{"doc_count":2,"k":{"value":3}},"c":{"value":1}}`},
	} {
		s.index.Filter = c.filter
		parts, err := s.partials(tree, roaring.BitmapOf(0), nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := tree.Result(aggs.Merge(parts), false)
		if err != nil || !sameJSON(string(got), c.want) {
			t.Errorf("got %s, %v, want %s", got, err, c.want)
		}
	}
}

func TestDeletedDocumentsAreNotGlobal(t *testing.T) {
	s := people(t)
	s.segments[0].Deleted = roaring.BitmapOf(1)
	wants(t, `{"g":{"global":{}}}`, `{"g":{"doc_count":4}}`, s)
}

func parse(t testing.TB, request string) *aggs.Tree {
	t.Helper()
	tree, err := aggs.Parse(json.RawMessage(request))
	if err != nil {
		t.Fatal(err)
	}
	return tree
}
