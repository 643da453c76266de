package esapi

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/search"
)

func TestSearchAnswersHoldAllThereIs(t *testing.T) {
	score, version, early := search.Score(1.5), int64(3), true
	full := &engine.SearchAnswer{ScrollID: "s", PITID: "p", Took: 4, TimedOut: true, TerminatedEarly: &early, Shards: engine.Shards{Total: 1, Failures: []json.RawMessage{[]byte(`{"hits":[]}`)}},
		Hits: engine.Hits{Total: engine.TotalHits{Value: 2, Relation: "gte"}, MaxScore: &score, Hits: []engine.Hit{
			{Shard: "[x][0]", Node: "n", Index: "x", ID: "1<", Score: &score, Version: &version, SeqNo: &version, PrimaryTerm: &version, Source: []byte("{ \"a\": 1,\n\"b\": \"<\" }"), Sort: []json.RawMessage{[]byte(`1`), []byte(`"x"`)},
				Fields: []byte(`{"a":[1]}`), Highlight: []byte(`{"b":["<em>"]}`), Ignored: []string{"c"}, Matched: []string{"q", "<"}, Routing: "r",
				IgnoredValues: []byte(`{"c":["d"]}`), InnerHits: []byte(`{"g":{}}`), Explanation: &search.Explanation{Description: "<"}},
			{Index: "x", ID: "2"},
		}}, Aggregations: []byte(`{"n":{"value":1}}`), Suggest: []byte(`{"s":[]}`), Profile: []byte(`{"shards":[]}`)}
	for _, v := range []reflect.Value{reflect.ValueOf(*full), reflect.ValueOf(full.Hits.Hits[0])} {
		for i := range v.NumField() {
			if v.Field(i).IsZero() {
				t.Errorf("%s of the full answer is empty: give it a value, and have it written", v.Type().Field(i).Name)
			}
		}
	}
	for name, a := range map[string]*engine.SearchAnswer{"full": full, "empty": {}, "aggregations only": {Aggregations: []byte(`{}`)},
		"a source that looks like an answer": {Hits: engine.Hits{Hits: []engine.Hit{{ID: `"hits":[]`, Source: []byte(`{"hits":[]}`)}}}}} {
		got, err := encodeSearch(a)
		if err != nil {
			t.Fatal(err)
		}
		if a.Hits.Hits == nil {
			a.Hits.Hits = []engine.Hit{} // which is how it is answered
		}
		want, err := json.Marshal(a)
		if err != nil || !sameJSON(string(got), string(want)) {
			t.Errorf("%s\n got %s\nwant %s %v", name, got, want, err)
		}
	}
	if got, _ := encodeSearch(full); !strings.Contains(string(got), "\"_source\":{ \"a\": 1,\n\"b\": \"<\" }") {
		t.Errorf("the source was changed: %s", got)
	}
}

// BenchmarkSearchAnswer writes 500 events of 1.2 kB.
func BenchmarkSearchAnswer(b *testing.B) {
	source := json.RawMessage(`{"@timestamp":"2026-06-01T10:00:00Z","message":"` + strings.Repeat("abc def ", 140) + `","user":{"name":"alice"}}`)
	a := &engine.SearchAnswer{}
	for range 500 {
		a.Hits.Hits = append(a.Hits.Hits, engine.Hit{Index: ".ds-logs-aws.cloudtrail-default-2026.11.24-000001", ID: "ct-12345678-1234", Source: source,
			Sort: []json.RawMessage{[]byte("1780308060000")}})
	}
	b.ReportAllocs()
	for b.Loop() {
		out, err := encodeSearch(a)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(out)))
	}
}

func TestScoresAreNumbersWithADecimal(t *testing.T) {
	score := search.Score(2)
	got, err := encodeSearch(&engine.SearchAnswer{Hits: engine.Hits{MaxScore: &score, Hits: []engine.Hit{{Index: "x", ID: "1", Score: &score}}}})
	if err != nil || !strings.Contains(string(got), `"max_score":2.0`) || !strings.Contains(string(got), `"_score":2.0`) {
		t.Errorf("got %s, %v", got, err)
	}
}
