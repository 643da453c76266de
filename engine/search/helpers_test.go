package search

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

var testNow = time.Date(2026, 6, 2, 12, 0, 0, 0, time.UTC)

// newIndex makes an index of segments of documents. Identifiers count from 1 over all segments.
func newIndex(t testing.TB, name, properties string, segments ...[]string) Index {
	t.Helper()
	m, err := mapping.Parse(json.RawMessage(`{"properties":`+properties+`}`), nil)
	if err != nil {
		t.Fatalf("mapping: %v", err)
	}
	ix := Index{Name: name}
	n := 0
	var parts [][]*document.Document
	for _, sources := range segments {
		var docs []*document.Document
		for _, src := range sources {
			n++
			d := &document.Document{Index: name, ID: strconv.Itoa(n), Source: []byte(src), SeqNo: int64(n - 1), Version: 1}
			if m, err = m.Document(d, mapping.Options{Now: testNow, Stream: true}); err != nil {
				t.Fatalf("document %s: %v", src, err)
			}
			docs = append(docs, d)
		}
		parts = append(parts, docs)
	}
	ix.Mapping = m
	for _, docs := range parts {
		ix.Views = append(ix.Views, newView(t, docs))
	}
	return ix
}

func newView(t testing.TB, docs []*document.Document) segment.View {
	t.Helper()
	s, err := segment.Build(docs)
	if err != nil {
		t.Fatalf("segment: %v", err)
	}
	return segment.View{Segment: s}
}

// deleteDocs marks documents of an index as deleted, by identifier.
func deleteDocs(ix *Index, ids ...string) {
	for i := range ix.Views {
		v := &ix.Views[i]
		for _, id := range ids {
			if doc, ok := v.Lookup(id); ok {
				if v.Deleted == nil {
					v.Deleted = roaring.New()
				}
				v.Deleted.Add(doc)
			}
		}
	}
}

// ask runs a search body.
func ask(t testing.TB, body string, indices ...Index) *Result {
	t.Helper()
	got, err := tryAsk(t, body, indices...)
	if err != nil {
		t.Fatalf("search %s: %v", body, err)
	}
	return got
}

func tryAsk(t testing.TB, body string, indices ...Index) (*Result, error) {
	t.Helper()
	r, err := Parse(json.RawMessage(body), nil)
	if err != nil {
		return nil, err
	}
	return Run(t.Context(), r, indices, Options{Now: testNow, Workers: 2})
}

// ids lists the identifiers of the hits.
func ids(r *Result) string {
	var out []string
	for _, h := range r.Hits {
		out = append(out, h.ID)
	}
	return strings.Join(out, " ")
}

// sorts prints the sort values of the hits.
func sorts(r *Result) string {
	var out []string
	for _, h := range r.Hits {
		var values []string
		for _, v := range h.Sort {
			values = append(values, string(v))
		}
		out = append(out, strings.Join(values, ","))
	}
	return strings.Join(out, " ")
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("marshal: %v", err)
	}
	return string(raw)
}

// numbered makes n documents with a time each, a second apart, and a few groups.
func numbered(from, to int) []string {
	var out []string
	for i := from; i < to; i++ {
		out = append(out, fmt.Sprintf(`{"@timestamp":%d,"n":%d,"group":"g%d"}`, 1780000000000+int64(i)*1000, i, i%3))
	}
	return out
}

const numberedProperties = `{"@timestamp":{"type":"date"},"n":{"type":"long"},"group":{"type":"keyword"}}`
