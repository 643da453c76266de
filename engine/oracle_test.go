package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"
	"time"
)

// The oracle writes random documents of random mappings through the backend, with refreshes, restarts, crashes and the merges that come of themselves in between, and answers random
// searches from the JSON that it wrote. The oracles of packages search and aggs go deeper into queries and aggregations, over segments that are made for them.

type oracleRun struct {
	t          *testing.T
	r          *rand.Rand
	h          *harness
	fields     []oracleField
	now        map[string]*oracleDoc
	searchable map[string]*oracleDoc
	unique     int
}

// TestTheBackendAnswersAsAScanOfTheDocumentsDoes has VEDETTE_ORACLE_ROUNDS rounds, each on a directory and a mapping of its own.
func TestTheBackendAnswersAsAScanOfTheDocumentsDoes(t *testing.T) {
	seed, err := strconv.ParseUint(os.Getenv("VEDETTE_SEED"), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}
	rounds, err := strconv.Atoi(os.Getenv("VEDETTE_ORACLE_ROUNDS"))
	if err != nil {
		rounds = 4
	}
	t.Logf("VEDETTE_SEED=%d", seed)
	for n := range rounds {
		t.Run(fmt.Sprint(seed+uint64(n)), func(t *testing.T) { // that seed, given as VEDETTE_SEED, makes this one the first
			t.Parallel()
			o := &oracleRun{t: t, r: rand.New(rand.NewPCG(seed+uint64(n), 0)), h: newHarness(t)}
			o.create()
			for range 150 {
				o.step()
			}
			o.h.must(o.h.dir.Close())
			checkDirectory(t, o.h.path)
			o.h.open()
		})
	}
}

// create makes the index anew with a random mapping.
func (o *oracleRun) create() {
	o.fields, o.now, o.searchable = nil, map[string]*oracleDoc{}, map[string]*oracleDoc{}
	properties := `"unique":{"type":"long"}`
	for n := range 9 {
		f := oracleField{fieldTypes[o.r.IntN(len(fieldTypes))], fmt.Sprint("f", n)}
		o.fields = append(o.fields, f)
		properties += fmt.Sprintf(`,%q:%s`, f.name, f.mapping)
	}
	o.h.must(o.h.CreateIndex(context.Background(), root, "i", json.RawMessage(`{"mappings":{"properties":{`+properties+`}}}`)))
}

func (o *oracleRun) step() {
	switch at := o.r.IntN(100); {
	case at < 30:
		o.write()
	case at < 80:
		o.search()
	case at < 90:
		_, err := o.h.Refresh(context.Background(), root, Target{})
		o.h.must(err)
		o.searchable = maps.Clone(o.now)
	case at < 94:
		o.h.reopen()
		o.searchable = maps.Clone(o.now)
	case at < 97:
		to := filepath.Join(o.t.TempDir(), "data")
		o.h.crashTo(to)
		checkDirectory(o.t, to)
		o.h.must(o.h.dir.Close())
		o.h.path = to
		o.h.open()
		o.searchable = maps.Clone(o.now)
	case at < 98:
		o.h.must(o.h.DeleteIndex(context.Background(), root, Target{Expression: "i"}))
		o.create()
	default:
		for id := range o.now {
			o.get(id)
		}
	}
}

func (o *oracleRun) document(id string) *oracleDoc {
	o.unique++
	d := &oracleDoc{id: id, parts: map[string]string{"unique": fmt.Sprint(o.unique)}, values: map[string][]value{"unique": {{n: float64(o.unique)}}}}
	for n := range o.fields {
		if o.r.IntN(4) > 0 {
			o.fields[n].write(o.r, d)
		}
	}
	return d
}

// change is a bulk operation, and what it should do.
type change struct {
	op   BulkOp
	want string // status and result
	doc  *oracleDoc
	gone bool
	was  *oracleDoc
}

// change makes a random operation on a document that may be there.
func (o *oracleRun) change(now map[string]*oracleDoc) change {
	id := fmt.Sprint(o.r.IntN(120))
	was, result := now[id], "201 created"
	if was != nil {
		result = "200 updated"
	}
	d := o.document(id)
	switch o.r.IntN(8) {
	case 0:
		return change{op("index", "i", "", d.source()), "201 created", d, false, nil}
	case 1:
		if was != nil {
			return change{op("create", "i", id, d.source()), "409 version_conflict_engine_exception", nil, false, nil}
		}
		return change{op("create", "i", id, d.source()), result, d, false, nil}
	case 2:
		if was == nil {
			return change{op("delete", "i", id, ""), "404 not_found", nil, false, nil}
		}
		return change{op("delete", "i", id, ""), "200 deleted", &oracleDoc{id: id}, true, nil}
	case 3:
		return o.update(id, was)
	case 4:
		c := change{op("index", "i", id, d.source()), result, d, false, nil}
		term, seqNo := int64(1), int64(o.r.IntN(100))
		if was != nil && o.r.IntN(3) > 0 {
			seqNo = was.seqNo
		}
		c.op.IfSeqNo, c.op.IfPrimaryTerm = &seqNo, &term
		if was == nil || seqNo != was.seqNo {
			return change{c.op, "409 version_conflict_engine_exception", nil, false, nil}
		}
		return c
	}
	return change{op("index", "i", id, d.source()), result, d, false, nil}
}

// update changes one field of a document.
func (o *oracleRun) update(id string, was *oracleDoc) change {
	f := &o.fields[o.r.IntN(len(o.fields))]
	o.unique++
	d := &oracleDoc{id: id, parts: map[string]string{}, values: map[string][]value{}}
	if was != nil {
		d.parts, d.values = maps.Clone(was.parts), maps.Clone(was.values)
	}
	changed := fmt.Sprintf(`"unique":%d`, o.unique)
	if f.kind != "flattened" { // which an update merges
		f.write(o.r, d)
		changed += fmt.Sprintf(`,%q:%s`, f.name, d.parts[f.name])
	}
	c := change{op("update", "i", id, `{"doc":{`+changed+`}}`), "200 updated", d, false, nil}
	d.parts["unique"], d.values["unique"] = fmt.Sprint(o.unique), []value{{n: float64(o.unique)}}
	if was == nil {
		c.want, c.doc = "404 document_missing_exception", nil
	}
	return c
}

func (o *oracleRun) write() {
	var changes []change
	var ops []BulkOp
	after, touched := maps.Clone(o.now), map[string]bool{}
	for range 1 + o.r.IntN(30) {
		c := o.change(after)
		c.was = after[c.op.ID]
		if touched[c.op.ID] && c.op.IfSeqNo != nil { // its sequence number is known only afterwards
			continue
		}
		changes, ops, touched[c.op.ID] = append(changes, c), append(ops, c.op), true
		if c.doc != nil && c.op.ID != "" {
			if after[c.op.ID] = c.doc; c.gone {
				delete(after, c.op.ID)
			}
		}
	}
	answer, err := o.h.Bulk(context.Background(), root, ops, BulkOptions{})
	o.h.must(err)
	for n, c := range changes {
		item := answer.Items[n]
		got := fmt.Sprint(item.Status, " ", item.Result)
		if item.Error != nil {
			got = fmt.Sprint(item.Status, " ", item.Error.Type)
		}
		if got != c.want || c.was != nil && c.doc != nil && item.Version != c.was.version+1 { // without one before, the version of its deletion may be remembered
			o.t.Fatalf("%s %s %s: %s version %d, error %v; want %s, %+v", c.op.Action, c.op.ID, c.op.Source, got, item.Version, item.Error, c.want, c.doc)
		}
		if c.doc != nil {
			c.doc.id, c.doc.seqNo, c.doc.version = item.ID, item.SeqNo, item.Version
		}
		if c.op.ID == "" {
			after[item.ID] = c.doc
		}
	}
	o.now = after
}

func (o *oracleRun) get(id string) {
	got, err := o.h.Get(context.Background(), root, "i", id, GetOptions{Realtime: true})
	o.h.must(err)
	d := o.now[id]
	if !got.Found || *got.Version != d.version || *got.SeqNo != d.seqNo || !sameJSON(got.Source, d.source()) {
		o.t.Fatalf("%s is %+v with source %s, want %+v", id, got, got.Source, d)
	}
}

func sameJSON(got []byte, want string) bool {
	var a, b any
	return json.Unmarshal(got, &a) == nil && json.Unmarshal([]byte(want), &b) == nil && reflect.DeepEqual(a, b)
}

// search asks for hits, and for an aggregation with and without the cache of results.
func (o *oracleRun) search() {
	q := o.query(2)
	want := sorted(o.searchable, q.matches)
	answer := o.ask(fmt.Sprintf(`{"size":10000,"query":%s,"sort":["unique"]}`, q.json), "false")
	for n, hit := range answer.Hits.Hits {
		if n >= len(want) || hit.ID != want[n].id || !sameJSON(hit.Source, want[n].source()) {
			o.t.Fatalf("query %s: hit %d of %d is %s %s, want of %d: %s", q.json, n, len(answer.Hits.Hits), hit.ID, hit.Source, len(want), sourceAt(want, n))
		}
	}
	if len(answer.Hits.Hits) != len(want) {
		o.t.Fatalf("query %s: %d hits, want %d; the next is %s", q.json, len(answer.Hits.Hits), len(want), sourceAt(want, len(answer.Hits.Hits)))
	}
	request, of, show := o.aggregation()
	body := fmt.Sprintf(`{"size":0,"query":%s,"aggs":{"a":%s}}`, q.json, request)
	for _, cache := range []string{"false", "true", "true"} {
		var aggs map[string]json.RawMessage
		o.h.must(json.Unmarshal(o.ask(body, cache).Aggregations, &aggs))
		if got := show(aggs["a"]); got != of(want) {
			o.t.Fatalf("%s, request_cache=%s: %s, want %s", body, cache, got, of(want))
		}
	}
}

func sourceAt(docs []*oracleDoc, n int) string {
	if n >= len(docs) {
		return "none"
	}
	return fmt.Sprintf("%s %s %+v", docs[n].id, docs[n].source(), docs[n].values)
}

func (o *oracleRun) ask(body, cache string) *SearchAnswer {
	o.t.Helper()
	answer, err := o.h.Search(context.Background(), root, &SearchRequest{Target: Target{Expression: "i"}, Body: json.RawMessage(body), Params: map[string]string{"request_cache": cache}})
	if err != nil {
		o.t.Fatalf("%s: %v", body, err)
	}
	return answer
}
