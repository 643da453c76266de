package search

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
)

// flows makes an index of so many documents like flow logs, a second apart, in segments of 100,000.
func flows(b *testing.B, count int) Index {
	m, err := mapping.Parse(json.RawMessage(`{"properties":{"@timestamp":{"type":"date"},"ip":{"type":"ip"},"action":{"type":"keyword"},"bytes":{"type":"long"},"message":{"type":"text"}}}`), nil)
	if err != nil {
		b.Fatal(err)
	}
	ix, r := Index{Name: "flows", Mapping: m}, rand.New(rand.NewPCG(1, 2))
	var docs []*document.Document
	for i := range count {
		d := &document.Document{ID: strconv.Itoa(i), Time: int64(1780000000000 + i*1000), Source: []byte(`{"action":"ACCEPT"}`), Fields: []document.Field{
			{Name: "@timestamp", Kind: document.Date, Num: int64(1780000000000 + i*1000)},
			{Name: "ip", Kind: document.IP, Str: "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\x0a" + string([]byte{byte(r.IntN(4)), byte(r.IntN(256)), byte(r.IntN(256))})},
			{Name: "action", Kind: document.Keyword, Str: [...]string{"ACCEPT", "ACCEPT", "ACCEPT", "REJECT"}[r.IntN(4)]},
			{Name: "bytes", Kind: document.Long, Num: int64(r.IntN(1 << 20))},
			{Name: "message", Kind: document.Text, Tokens: []document.Token{{Term: "port"}, {Term: strconv.Itoa(r.IntN(1000)), Position: 1}}},
		}}
		if docs = append(docs, d); len(docs) == 100_000 {
			ix.Views = append(ix.Views, newView(b, docs))
			docs = nil
		}
	}
	return ix
}

// BenchmarkSearch asks a million documents what people ask most.
func BenchmarkSearch(b *testing.B) {
	ix := flows(b, 1_000_000)
	for _, c := range []struct{ name, body string }{
		{"default", `{}`},
		{"newest", `{"size":500,"sort":[{"@timestamp":"desc"}]}`},
		{"newest of a filter", `{"size":500,"query":{"bool":{"filter":[{"term":{"action":"REJECT"}},{"range":{"@timestamp":{"gte":1780000300000}}}]}},"sort":[{"@timestamp":"desc"}]}`},
		{"needle", `{"query":{"bool":{"filter":[{"term":{"ip":"10.1.2.3"}},{"range":{"bytes":{"gt":10}}}]}}}`},
		{"network", `{"size":0,"query":{"term":{"ip":"10.1.0.0/16"}}}`},
		{"word", `{"query":{"match":{"message":"port 443"}}}`},
		{"phrase", `{"query":{"match_phrase":{"message":"port 443"}}}`},
		{"wildcard", `{"size":0,"query":{"wildcard":{"message":"*44*"}}}`},
		{"largest", `{"size":10,"sort":[{"bytes":"desc"}]}`},
	} {
		b.Run(c.name, func(b *testing.B) {
			r, err := Parse(json.RawMessage(c.body), nil)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := Run(b.Context(), r, []Index{ix}, Options{}); err != nil {
					b.Fatal(fmt.Errorf("%s: %w", c.name, err))
				}
			}
		})
	}
}
