package aggs_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// BenchmarkCollect measures one segment of 200,000 events like those of a flow log: nanoseconds for each document and request.
func BenchmarkCollect(b *testing.B) {
	const n = 200_000
	g := rand.New(rand.NewPCG(1, 2))
	docs := make([]*document.Document, n)
	for i := range docs {
		at := int64(1780272000000 + i*400)
		docs[i] = &document.Document{ID: fmt.Sprint(i), Time: at, Source: []byte(`{}`), Fields: []document.Field{
			{Name: "t", Kind: document.Date, Num: at},
			{Name: "k", Kind: document.Keyword, Str: []string{"accept", "reject"}[g.IntN(2)]},
			{Name: "k2", Kind: document.Keyword, Str: fmt.Sprintf("10.%d.%d", g.IntN(40), g.IntN(250))},
			{Name: "n", Kind: document.Long, Num: int64(g.ExpFloat64() * 5000)},
			{Name: "d", Kind: document.Double, Num: document.SortableDouble(g.Float64())},
		}}
	}
	seg, err := segment.Build(docs)
	if err != nil {
		b.Fatal(err)
	}
	s := shelf{index: aggs.Index{Name: "b", Mapping: parseMapping(b, testMapping), Now: now()}, segments: []segment.View{{Segment: seg}}}
	for _, request := range []string{
		`{"a":{"terms":{"field":"k"}}}`,
		`{"a":{"terms":{"field":"k2"}}}`,
		`{"a":{"terms":{"field":"n"}}}`,
		`{"a":{"terms":{"field":"k2","order":{"s":"desc"}},"aggs":{"s":{"sum":{"field":"n"}}}}}`,
		`{"a":{"date_histogram":{"field":"t","fixed_interval":"1h"},"aggs":{"k":{"terms":{"field":"k"}}}}}`,
		`{"a":{"date_histogram":{"field":"t","calendar_interval":"day","time_zone":"Europe/Berlin"}}}`,
		`{"a":{"sum":{"field":"n"}}}`,
		`{"a":{"stats":{"field":"d"}}}`,
		`{"a":{"cardinality":{"field":"k2"}}}`,
		`{"a":{"cardinality":{"field":"n"}}}`,
		`{"a":{"percentiles":{"field":"n"}}}`,
		`{"a":{"filter":{"term":{"k":"accept"}},"aggs":{"c":{"value_count":{"field":"k2"}}}}}`,
		`{"a":{"composite":{"size":500,"sources":[{"k":{"terms":{"field":"k"}}},{"k2":{"terms":{"field":"k2"}}}]}}}`,
		`{"a":{"terms":{"field":"k2"},"aggs":{"c":{"cardinality":{"field":"n"}}}}}`,
	} {
		b.Run(request, func(b *testing.B) {
			tree := parse(b, request)
			b.ReportAllocs()
			for b.Loop() {
				parts, err := s.partials(tree, nil, nil)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := tree.Answer(parts, aggs.Printing{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/doc")
		})
	}
}
