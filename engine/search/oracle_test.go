package search

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
)

// The oracle evaluates random queries over random documents by looking at each document's values, as slowly and plainly as can be.

// oracleDoc is a document as the oracle sees it.
type oracleDoc struct {
	id      string
	words   []string // of the text t, in order
	keys    []string // of the keyword k, as written
	nums    []int64  // of the long n
	doubles []float64
	time    int64 // of @timestamp; negative is none
	ip      string
	flag    string // of the boolean b: true, false or empty
	flat    map[string]string
	order   int // place in the order of segments and documents
}

// corpus is an index with its documents, and statistics over all of them, deleted ones included.
type corpus struct {
	ix   Index
	docs []*oracleDoc // alive, in order
	dead []*oracleDoc
}

var vocabulary = []string{"alpha", "beta", "gamma", "delta", "alphabet", "bet", "be"}

const oracleProperties = `{"t":{"type":"text"},"k":{"type":"keyword"},"n":{"type":"long"},"d":{"type":"double"},"@timestamp":{"type":"date"},"ip":{"type":"ip"},"b":{"type":"boolean"},"f":{"type":"flattened"}}`

func pickOne[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

func several[T any](r *rand.Rand, most int, make func() T) []T {
	var out []T
	for range r.IntN(most + 1) {
		out = append(out, make())
	}
	return out
}

func randomDoc(r *rand.Rand, id string) *oracleDoc {
	d := &oracleDoc{id: id, time: -1, flat: map[string]string{}}
	d.words = several(r, 8, func() string { return pickOne(r, vocabulary) })
	d.keys = several(r, 2, func() string { return pickOne(r, vocabulary) + pickOne(r, []string{"", "-x", "-y"}) })
	d.nums = several(r, 2, func() int64 { return int64(r.IntN(10) - 3) })
	d.doubles = several(r, 1, func() float64 { return float64(r.IntN(20))/4 - 2 })
	if r.IntN(20) > 0 {
		d.time = 1780000000000 + int64(r.IntN(50))*1000
	}
	if r.IntN(3) > 0 {
		d.ip = fmt.Sprintf("10.0.%d.%d", r.IntN(3), r.IntN(4))
	}
	if r.IntN(2) > 0 {
		d.flag = strconv.FormatBool(r.IntN(2) > 0)
	}
	for _, key := range []string{"a", "b"} {
		if r.IntN(2) > 0 {
			d.flat[key] = pickOne(r, vocabulary)
		}
	}
	return d
}

func (d *oracleDoc) source() string {
	m := map[string]any{}
	if len(d.words) > 0 {
		m["t"] = strings.Join(d.words, " ")
	}
	for name, v := range map[string]any{"k": d.keys, "n": d.nums, "d": d.doubles, "f": d.flat} {
		if text, _ := json.Marshal(v); len(text) > 2 && string(text) != "null" {
			m[name] = v
		}
	}
	if d.time >= 0 {
		m["@timestamp"] = d.time
	}
	if d.ip != "" {
		m["ip"] = d.ip
	}
	if d.flag != "" {
		m["b"] = d.flag == "true"
	}
	raw, _ := json.Marshal(m)
	return string(raw)
}

func newCorpus(t *testing.T, r *rand.Rand) *corpus {
	m, err := mapping.Parse(json.RawMessage(`{"properties":`+oracleProperties+`}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &corpus{ix: Index{Name: "oracle", Mapping: m}}
	byID, n := map[string]*oracleDoc{}, 0
	for range 1 + r.IntN(4) {
		var docs []*document.Document
		for range 1 + r.IntN(40) {
			n++
			d := randomDoc(r, fmt.Sprintf("%03d", n))
			byID[d.id] = d
			doc := &document.Document{ID: d.id, Source: []byte(d.source()), SeqNo: int64(n), Version: 1}
			if _, err := m.Document(doc, mapping.Options{Now: testNow}); err != nil {
				t.Fatalf("document %s: %v", doc.Source, err)
			}
			docs = append(docs, doc)
		}
		c.ix.Views = append(c.ix.Views, newView(t, docs))
	}
	for _, v := range c.ix.Views {
		for doc := range uint32(v.NumDocs()) {
			d := byID[v.ID(doc)]
			d.order = len(c.docs) + len(c.dead)
			if r.IntN(8) == 0 {
				c.dead = append(c.dead, d)
			} else {
				c.docs = append(c.docs, d)
			}
		}
	}
	for _, d := range c.dead {
		deleteDocs(&c.ix, d.id)
	}
	return c
}

// clauseOracle is a query with what it means: the score of a document, or false. A score that the oracle does not know is NaN.
type clauseOracle struct {
	json string
	eval func(d *oracleDoc) (float64, bool)
}

func plain(query string, matches func(d *oracleDoc) bool) clauseOracle {
	return clauseOracle{query, func(d *oracleDoc) (float64, bool) { return 1, matches(d) }}
}

func TestOracle(t *testing.T) {
	seed := uint64(os.Getpid())
	if text := os.Getenv("VEDETTE_SEED"); text != "" {
		seed, _ = strconv.ParseUint(text, 10, 64)
	}
	t.Logf("VEDETTE_SEED=%d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	for range 25 {
		c := newCorpus(t, r)
		for range 25 {
			c.check(t, r, c.randomClause(r, 3))
			if t.Failed() {
				t.Fatalf("VEDETTE_SEED=%d", seed)
			}
		}
	}
}

// checkPages goes through the hits with search_after.
func (c *corpus) checkPages(t *testing.T, q clauseOracle, s sortOracle, size int, want []string) {
	var got []string
	body, after := fmt.Sprintf(`{"size":%d,"query":%s,"sort":%s`, size, q.json, s.json[:len(s.json)-1]+`,"_doc"]`), ""
	for len(got) <= len(want) {
		r := ask(t, body+after+"}", c.ix)
		if len(r.Hits) == 0 {
			break
		}
		got = append(got, strings.Fields(ids(r))...)
		after = `,"search_after":` + asJSON(t, r.Hits[len(r.Hits)-1].Sort)
	}
	if !slices.Equal(got, want) {
		t.Errorf("query %s\nsort %s\npages of %d are %s\nwant %s", q.json, s.json, size, got, want)
	}
}

// check runs a query sorted by fields, and by score, and compares both with the oracle.
func (c *corpus) check(t *testing.T, r *rand.Rand, q clauseOracle) {
	type match struct {
		d     *oracleDoc
		score float64
	}
	var want []match
	known := true
	for _, d := range c.docs {
		if score, ok := q.eval(d); ok {
			want = append(want, match{d, score})
			known = known && !math.IsNaN(score)
		}
	}
	s := randomSort(r)
	sorted := slices.Clone(want)
	slices.SortStableFunc(sorted, func(a, b match) int { return s.compare(a.d, b.d) })
	var wantIDs []string
	for _, m := range sorted {
		wantIDs = append(wantIDs, m.d.id)
	}
	got := ask(t, `{"size":1000,"query":`+q.json+`,"sort":`+s.json+`}`, c.ix)
	if ids(got) != strings.Join(wantIDs, " ") || got.Total.Value != int64(len(want)) {
		t.Errorf("query %s\nsort %s\ngives %s\nwant  %s", q.json, s.json, ids(got), strings.Join(wantIDs, " "))
	}
	size := 1 + r.IntN(5)
	if few := ask(t, fmt.Sprintf(`{"size":%d,"query":%s,"sort":%s}`, size, q.json, s.json), c.ix); ids(few) != strings.Join(wantIDs[:min(size, len(wantIDs))], " ") {
		t.Errorf("query %s\nsort %s\nthe first %d are %s\nwant %s", q.json, s.json, size, ids(few), strings.Join(wantIDs, " "))
	}
	c.checkPages(t, q, s, size, wantIDs)
	scored := ask(t, `{"size":1000,"query":`+q.json+`}`, c.ix)
	scores := map[string]float64{}
	for i, h := range scored.Hits {
		scores[h.ID] = float64(*h.Score)
		if i > 0 && *h.Score > *scored.Hits[i-1].Score {
			t.Errorf("query %s: score %v comes after %v", q.json, *h.Score, *scored.Hits[i-1].Score)
		}
	}
	if len(scores) != len(want) {
		t.Errorf("query %s: %d scored hits, want %d", q.json, len(scores), len(want))
	}
	for _, m := range want {
		if known && math.Abs(scores[m.d.id]-m.score) > 1e-5*max(1, math.Abs(m.score)) {
			t.Errorf("query %s: score of %s %s is %v, want %v", q.json, m.d.id, m.d.source(), scores[m.d.id], m.score)
		}
	}
}
