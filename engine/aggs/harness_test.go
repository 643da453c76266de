package aggs_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// The mapping that the tests share. Documents are written to columns by hand (see columns), so that these tests need only the lookup of mappings.
const testMapping = `{"properties":{
	"w":{"type":"long"},"t1":{"type":"date"},"k":{"type":"keyword"},"k2":{"type":"keyword"},"n":{"type":"long"},"d":{"type":"double"},"t":{"type":"date"},"ts":{"type":"date","format":"epoch_second"},
	"tn":{"type":"date_nanos"},"b":{"type":"boolean"},"ip":{"type":"ip"},"txt":{"type":"text"},"mix":{"type":"long"},"score":{"type":"long"},"p":{"type":"geo_point"},"labels":{"type":"flattened"}}}`

func kinds() map[string]document.Kind {
	return map[string]document.Kind{"k": document.Keyword, "k2": document.Keyword, "n": document.Long, "w": document.Long, "t1": document.Date, "d": document.Double, "t": document.Date, "ts": document.Date,
		"tn": document.DateNanos, "b": document.Boolean, "ip": document.IP, "mix": document.Long, codes: document.Long, "score": document.Long, "labels._keyed": document.Keyword, "deleted": document.Keyword}
}

func now() time.Time { return time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC) }

func parseMapping(t testing.TB, body string) *mapping.Mapping {
	t.Helper()
	reg, err := analysis.NewRegistry(nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := mapping.Parse(json.RawMessage(body), reg)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// columns turns a flat JSON object, whose values may be arrays, into a document.
func columns(t testing.TB, kinds map[string]document.Kind, source string) *document.Document {
	t.Helper()
	var object map[string]any
	d := json.NewDecoder(strings.NewReader(source))
	d.UseNumber()
	if err := d.Decode(&object); err != nil {
		t.Fatal(err)
	}
	doc := &document.Document{Source: []byte(source)}
	for name, value := range object {
		list, ok := value.([]any)
		if !ok {
			list = []any{value}
		}
		for _, v := range list {
			f := column(t, name, kinds[name], v)
			if f.Kind == document.Date && name == "t" {
				doc.Time = f.Num
			}
			doc.Fields = append(doc.Fields, f)
		}
	}
	return doc
}

func column(t testing.TB, name string, kind document.Kind, v any) document.Field {
	t.Helper()
	f := document.Field{Name: name, Kind: kind}
	text := fmt.Sprint(v)
	number := func() float64 {
		x, err := json.Number(text).Float64()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return x
	}
	switch kind {
	case document.Keyword:
		f.Str = text
	case document.Long:
		f.Num = int64(number())
	case document.Double:
		f.Num = document.SortableDouble(number())
	case document.Boolean:
		if v == true {
			f.Num = 1
		}
	case document.IP:
		f.Str = document.IPKey(netip.MustParseAddr(text))
	case document.Date, document.DateNanos:
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			t.Fatal(err)
		}
		f.Num = at.UnixMilli()
		if kind == document.DateNanos {
			f.Num = at.UnixNano()
		}
	default:
		t.Fatalf("no kind for %s", name)
	}
	return f
}

// A shelf is one index of a test: its segments and what is deleted in each.
type shelf struct {
	index    aggs.Index
	segments []segment.View
	whole    bool // segments of which all documents match are counted as a whole
}

// newShelf builds an index whose segments hold these documents.
func newShelf(t testing.TB, name, mappingBody string, kinds map[string]document.Kind, segments ...[]string) shelf {
	t.Helper()
	s := shelf{index: aggs.Index{Name: name, Mapping: parseMapping(t, mappingBody), Now: now(), Hits: fakeHits{}, Scores: scores}}
	for _, sources := range segments {
		docs := make([]*document.Document, len(sources))
		for i, source := range sources {
			docs[i] = columns(t, kinds, source)
			docs[i].ID = fmt.Sprintf("%s-%d-%d", name, len(s.segments), i)
		}
		seg, err := segment.Build(docs)
		if err != nil {
			t.Fatal(err)
		}
		s.segments = append(s.segments, segment.View{Segment: seg})
	}
	return s
}

// partials runs a request on each segment, for the live documents that match a query (nil: all).
func (s shelf) partials(tree *aggs.Tree, match *roaring.Bitmap, budget *aggs.Budget) ([]*aggs.Partial, error) {
	bound, err := tree.Bind(s.index)
	if err != nil {
		return nil, err
	}
	var out []*aggs.Partial
	for _, v := range s.segments {
		c, err := bound.Segment(v, func(q dsl.Query) (*roaring.Bitmap, error) { return run(v, q) }, budget)
		if err != nil {
			return nil, err
		}
		docs := v.Live()
		if match != nil {
			docs.And(match)
		}
		list := docs.ToArray()
		if len(list) == v.NumDocs() && s.whole {
			c.CollectWhole()
		} else {
			c.Collect(list[:len(list)/3])
			c.Collect(list[len(list)/3:])
		}
		out = append(out, c.Finish())
	}
	return out, nil
}

// run answers the few queries that the tests use.
func run(v segment.View, q dsl.Query) (*roaring.Bitmap, error) {
	switch q := q.(type) {
	case *dsl.MatchAll:
		return v.Live(), nil
	case *dsl.MatchNone:
		return roaring.New(), nil
	case *dsl.Exists:
		return v.Docs(q.Field), nil
	case *dsl.Term:
		if n := v.Numbers(q.Field); n != nil {
			x, err := json.Number(fmt.Sprint(q.Value)).Int64()
			return n.Range(x, x), err
		}
		if c := v.Terms(q.Field); c != nil {
			if ord, ok := c.Seek(fmt.Sprint(q.Value)); ok {
				return c.Postings(ord, ord+1), nil
			}
		}
		return roaring.New(), nil
	}
	return nil, fmt.Errorf("the tests know no query %T", q)
}

// ask runs a request over some indices and returns the answer.
func ask(t testing.TB, request string, typed bool, shelves ...shelf) (string, error) {
	t.Helper()
	tree, err := aggs.Parse(json.RawMessage(request))
	if err != nil {
		return "", err
	}
	var parts []*aggs.Partial
	for _, s := range shelves {
		p, err := s.partials(tree, nil, nil)
		if err != nil {
			return "", err
		}
		parts = append(parts, p...)
	}
	got, err := tree.Answer(parts, aggs.Printing{TypedKeys: typed})
	if err == nil && tree != nil && !json.Valid(got) {
		t.Fatalf("answer is no JSON: %s", got)
	}
	return string(got), err
}

// wants checks the exact answer.
func wants(t *testing.T, request, want string, shelves ...shelf) {
	t.Helper()
	got, err := ask(t, request, false, shelves...)
	if err != nil {
		t.Fatalf("%s: %v", request, err)
	}
	if got != strings.Join(strings.Fields(want), " ") && !sameJSON(got, want) {
		t.Errorf("%s\n got %s\nwant %s", request, got, want)
	}
}

// sameJSON compares values and how numbers are written, but not the order of keys.
func sameJSON(a, b string) bool {
	read := func(s string) any {
		d := json.NewDecoder(strings.NewReader(s))
		d.UseNumber()
		var v any
		if d.Decode(&v) != nil {
			return s
		}
		return v
	}
	return reflect.DeepEqual(read(a), read(b))
}

// refuses checks that a request fails with a text that holds all of these.
func refuses(t *testing.T, request string, s shelf, texts ...string) {
	t.Helper()
	got, err := ask(t, request, false, s)
	if err == nil {
		t.Errorf("%s: answered %s, want an error", request, got)
		return
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("%s: error %q does not contain %q", request, err, text)
		}
	}
}

// fakeHits keeps the smallest numbers of documents.
type fakeHits struct{}

func (fakeHits) New(body json.RawMessage, _ string, _ *mapping.Mapping) (aggs.HitsSpec, error) {
	var o struct{ Size int }
	o.Size = 3
	if err := json.Unmarshal(body, &o); err != nil {
		return nil, err
	}
	return fakeSpec{o.Size}, nil
}

type fakeSpec struct{ size int }

func (s fakeSpec) Collector(v segment.View) aggs.HitsCollector {
	return &fakeCollector{view: v, size: s.size, ids: map[uint32][]string{}}
}

type fakeCollector struct {
	view segment.View
	size int
	ids  map[uint32][]string
}

func (c *fakeCollector) Collect(docs, owners []uint32) {
	for i, doc := range docs {
		c.ids[owners[i]] = append(c.ids[owners[i]], c.view.ID(doc))
	}
}

func (c *fakeCollector) Finish(owner uint32) aggs.HitsPartial {
	return &fakePartial{c.size, c.ids[owner]}
}

type fakePartial struct {
	size int
	ids  []string
}

func (p *fakePartial) Merge(other aggs.HitsPartial) aggs.HitsPartial {
	p.ids = append(p.ids, other.(*fakePartial).ids...)
	return p
}

func (p *fakePartial) Result() (json.RawMessage, error) {
	hits, err := json.Marshal(len(p.ids))
	return json.RawMessage(fmt.Sprintf(`{"hits":{"total":{"value":%s,"relation":"eq"}}}`, hits)), err
}

// first is the key of the first bucket of an aggregation.
func first(t *testing.T, answer, name string) string {
	t.Helper()
	var got map[string]struct{ Buckets []struct{ Key any } }
	if err := json.Unmarshal([]byte(answer), &got); err != nil {
		t.Fatal(err)
	}
	if len(got[name].Buckets) == 0 {
		return ""
	}
	text, _ := got[name].Buckets[0].Key.(string)
	return text
}
