package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestSearchOfNoIndexIsEmpty(t *testing.T) {
	got := ask(t, `{"aggs":{"a":{"max":{"field":"n"}}}}`)
	if got.Aggregations != nil || got.Hits == nil || len(got.Hits) != 0 || got.Total.Value != 0 || got.MaxScore == nil || *got.MaxScore != 0 {
		t.Errorf("result = %s", asJSON(t, got))
	}
}

func TestTotals(t *testing.T) {
	ix := newIndex(t, "i", numberedProperties, numbered(0, 30), numbered(30, 50))
	deleteDocs(&ix, "1", "50")
	for _, c := range []struct{ track, want string }{
		{`true`, "48 eq"}, {`10000`, "48 eq"}, {`48`, "48 eq"}, {`20`, "20 gte"}, {`0`, "0 gte"}, {`false`, "nil"},
	} {
		got := "nil"
		if total := ask(t, `{"size":0,"track_total_hits":`+c.track+`}`, ix).Total; total != nil {
			got = fmt.Sprint(total.Value, " ", total.Relation)
		}
		if got != c.want {
			t.Errorf("track_total_hits %s gives %s, want %s", c.track, got, c.want)
		}
	}
}

func TestTotalsAsNumbersAreExact(t *testing.T) {
	ix := newIndex(t, "i", numberedProperties, numbered(0, 5))
	for body, want := range map[string]string{`{}`: "5", `{"track_total_hits":true}`: "5", `{"track_total_hits":false}`: "none", `{"track_total_hits":3}`: "refused"} {
		r, err := Parse(json.RawMessage(body), nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Run(t.Context(), r, []Index{ix}, Options{TotalHitsAsInt: true})
		text := "refused"
		if err == nil && got.Total == nil {
			text = "none"
		} else if err == nil {
			text = fmt.Sprint(got.Total.Value)
		}
		if text != want {
			t.Errorf("%s counts %s, want %s", body, text, want)
		}
	}
	r, err := Parse(json.RawMessage(`{"size":0,"aggs":{"t":{"top_hits":{"size":1,"_source":false}}}}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Run(t.Context(), r, []Index{ix}, Options{TotalHitsAsInt: true})
	if err != nil || string(got.Aggregations) != `{"t":{"hits":{"total":5,"max_score":1.0,"hits":[{"_index":"i","_id":"1","_score":1.0}]}}}` {
		t.Errorf("aggregations = %s, %v", got.Aggregations, err)
	}
	if _, err := tryAsk(t, `{"size":0,"aggs":{"t":{"top_hits":{"size":0}}}}`, ix); err == nil || !strings.Contains(err.Error(), "numHits must be > 0") {
		t.Errorf("top_hits of no hits: %v", err)
	}
}

func TestWindow(t *testing.T) {
	ix := newIndex(t, "i", numberedProperties, numbered(0, 3))
	_, err := tryAsk(t, `{"from":9999,"size":2}`, ix)
	var e *eserr.Error
	want := "Result window is too large, from + size must be less than or equal to: [10000] but was [10001]."
	if !errors.As(err, &e) || e.Phase != eserr.PhaseQuery || e.Type != eserr.IllegalArgument || !strings.HasPrefix(e.Reason, want) || e.Index != "i" {
		t.Errorf("err = %+v", e)
	}
	ix.MaxResultWindow = 20_000
	if got := ask(t, `{"from":9999,"size":2}`, ix); len(got.Hits) != 0 || got.Total.Value != 3 {
		t.Errorf("with a greater window: %s", asJSON(t, got))
	}
}

func TestPagesOfSearchAfterAreOneBigPage(t *testing.T) {
	ix := newIndex(t, "i", numberedProperties, numbered(0, 40), numbered(20, 60), []string{`{"n":7}`, `{"group":"g1"}`}, []string{`{"n":8}`, `{"n":20}`}, []string{`{"group":"g0"}`})
	deleteDocs(&ix, "5", "45")
	for _, sort := range []string{
		`["n","_doc"]`, `[{"n":"desc"},{"_shard_doc":"asc"}]`, `["group",{"n":"desc"},"_doc"]`, `[{"group":{"order":"desc","missing":"_first"}},"_id"]`,
		`[{"@timestamp":"desc"},"_doc"]`, `["@timestamp","_doc"]`, `[{"@timestamp":{"order":"desc","format":"strict_date_optional_time"}},{"_doc":"desc"}]`,
		`[{"_score":"desc"},{"n":{"order":"asc","missing":-1}},"_id"]`, `[{"n":{"numeric_type":"double","order":"desc"}},"_doc"]`,
	} {
		body := `"query":{"bool":{"should":[{"term":{"group":"g1"}},{"match_all":{}}]}},"sort":` + sort
		want := ids(ask(t, `{"size":1000,`+body+`}`, ix))
		var got []string
		after := ""
		for page := 0; page < 50; page++ {
			r := ask(t, `{"size":7,`+body+after+`}`, ix)
			if len(r.Hits) == 0 {
				break
			}
			got = append(got, ids(r))
			after = `,"search_after":` + asJSON(t, r.Hits[len(r.Hits)-1].Sort)
		}
		if joined := strings.Join(got, " "); joined != want {
			t.Errorf("sort %s: pages are\n%s, want\n%s", sort, joined, want)
		}
	}
}

func TestNewestStopEarlyAndAreTheSame(t *testing.T) {
	ix := newIndex(t, "i", numberedProperties, numbered(0, 500), numbered(250, 700))
	deleteDocs(&ix, "500", "499", "700")
	for _, query := range []string{`{"match_all":{}}`, `{"term":{"group":"g2"}}`, `{"range":{"@timestamp":{"gte":1780000100000,"lt":1780000450000}}}`} {
		for _, order := range []string{"asc", "desc"} {
			for _, more := range []string{"", `,{"n":"desc"}`, `,{"group":"asc"}`} {
				body := fmt.Sprintf(`{"size":25,"query":%s,"sort":[{"@timestamp":"%s"}%s]`, query, order, more)
				fast := ask(t, body+`}`, ix)
				slow := ask(t, body+`,"track_scores":true}`, ix) // scores need every document
				if ids(fast) != ids(slow) || sorts(fast) != sorts(slow) || *fast.Total != *slow.Total {
					t.Errorf("%s: %s, want %s", body, ids(fast), ids(slow))
				}
			}
		}
	}
	x := &exec{ctx: t.Context(), view: ix.Views[0], sorted: "@timestamp"}
	if !x.ordered("@timestamp", ix.Views[0].Numbers("@timestamp")) || x.ordered("n", ix.Views[0].Numbers("n")) {
		t.Error("only @timestamp is the order of documents")
	}
}

func TestDocumentsWithoutATimeAreNotInOrder(t *testing.T) {
	ix := newIndex(t, "i", numberedProperties, append(numbered(0, 10), `{"n":100}`, `{"@timestamp":[1780000000500,1780000009500],"n":101}`))
	got := ask(t, `{"size":3,"sort":[{"@timestamp":"desc"}]}`, ix)
	if ids(got) != "12 10 9" {
		t.Errorf("newest = %s", ids(got))
	}
}

func TestCancelledSearchEnds(t *testing.T) {
	ix := newIndex(t, "i", numberedProperties, numbered(0, 10))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := Parse(json.RawMessage(`{"query":{"wildcard":{"group":"*1*"}}}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Run(ctx, r, []Index{ix}, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Run = %v, want context.Canceled", err)
	}
	if _, err := Count(ctx, nil, []Index{ix}, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Count = %v, want context.Canceled", err)
	}
}

func TestTimeoutGivesWhatThereIs(t *testing.T) {
	ix := newIndex(t, "i", numberedProperties, numbered(0, 10))
	r, err := Parse(json.RawMessage(`{"timeout":"1nanos","aggs":{"a":{"max":{"field":"n"}}}}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Run(t.Context(), r, []Index{ix}, Options{})
	if err != nil || !got.TimedOut || got.Aggregations == nil {
		t.Errorf("Run = %s, %v", asJSON(t, got), err)
	}
}

func TestTerminateAfterCountsByIndex(t *testing.T) {
	a := newIndex(t, "a", numberedProperties, numbered(0, 10), numbered(10, 20))
	b := newIndex(t, "b", numberedProperties, numbered(0, 5))
	got := ask(t, `{"size":0,"terminate_after":12,"aggs":{"n":{"value_count":{"field":"n"}}}}`, a, b)
	if got.Total.Value != 17 || !*got.TerminatedEarly || string(got.Aggregations) != `{"n":{"value":17}}` {
		t.Errorf("result = %s", asJSON(t, got))
	}
	got = ask(t, `{"terminate_after":100}`, a, b)
	if got.Total.Value != 25 || *got.TerminatedEarly {
		t.Errorf("result = %s", asJSON(t, got))
	}
}

func TestPostFilterLeavesAggregationsAlone(t *testing.T) {
	ix := newIndex(t, "i", numberedProperties, numbered(0, 9))
	got := ask(t, `{"query":{"range":{"n":{"lt":6}}},"post_filter":{"term":{"group":"g0"}},"sort":["n"],"aggs":{"n":{"value_count":{"field":"n"}},
		"f":{"filter":{"match":{"group":"g1"}}}}}`, ix)
	if ids(got) != "1 4" || got.Total.Value != 2 || string(got.Aggregations) != `{"n":{"value":6},"f":{"doc_count":2}}` {
		t.Errorf("result = %s", asJSON(t, got))
	}
}

func TestMinScoreFiltersEverything(t *testing.T) {
	ix := newIndex(t, "i", numberedProperties, numbered(0, 9))
	got := ask(t, `{"query":{"bool":{"should":[{"match_all":{}},{"term":{"n":{"value":3,"boost":5}}}]}},"min_score":2,"aggs":{"n":{"max":{"field":"n"}}}}`, ix)
	if ids(got) != "4" || *got.Hits[0].Score != 6 || *got.MaxScore != 6 || string(got.Aggregations) != `{"n":{"value":3.0}}` {
		t.Errorf("result = %s", asJSON(t, got))
	}
}

func TestAliasFilter(t *testing.T) {
	ix := newIndex(t, "i", numberedProperties, numbered(0, 9))
	q, err := dsl.Parse(json.RawMessage(`{"term":{"group":"g1"}}`))
	if err != nil {
		t.Fatal(err)
	}
	ix.Filter = q
	if got := ask(t, `{"sort":["n"]}`, ix); ids(got) != "2 5 8" {
		t.Errorf("hits = %s", ids(got))
	}
	if n, err := Count(t.Context(), nil, []Index{ix}, Options{}); n != 3 || err != nil {
		t.Errorf("Count = %d, %v", n, err)
	}
}

func TestCountRefusesWhatTheIndexCannotAnswer(t *testing.T) {
	ix := newIndex(t, "i", numberedProperties, numbered(0, 9))
	q, err := dsl.Parse(json.RawMessage(`{"term":{"n":"text"}}`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Count(t.Context(), q, []Index{ix}, Options{})
	var e *eserr.Error
	if !errors.As(err, &e) || e.Phase != eserr.PhaseQuery || e.Type != eserr.QueryShard {
		t.Errorf("Count = %v", err)
	}
}

func TestOneIndexOfTwoCanFail(t *testing.T) {
	good := newIndex(t, "good", numberedProperties, numbered(0, 3))
	bad := newIndex(t, "bad", `{"n":{"type":"text"}}`, []string{`{"n":"x"}`})
	got := ask(t, `{"sort":["n"]}`, good, bad)
	if ids(got) != "1 2 3" || got.Shards != 2 || len(got.Failures) != 1 || !strings.Contains(string(got.Failures[0]), "Fielddata is disabled on [n] in [bad]") {
		t.Errorf("result = %s", asJSON(t, got))
	}
	if _, err := tryAsk(t, `{"sort":["n"]}`, bad); err == nil {
		t.Error("a search that fails everywhere must fail")
	}
}

func TestNamedQueriesAreReported(t *testing.T) {
	ix := newIndex(t, "i", `{"f":{"type":"long"}}`, []string{`{"f":1}`, `{"f":[1,2]}`})
	got := ask(t, `{"query":{"bool":{"should":[{"match":{"f":{"query":1,"_name":"one"}}},{"match":{"f":{"query":2,"_name":"two","boost":10}}}]}}}`, ix)
	if ids(got) != "2 1" || strings.Join(got.Hits[0].Matched, " ") != "one two" || strings.Join(got.Hits[1].Matched, " ") != "one" {
		t.Errorf("result = %s", asJSON(t, got))
	}
}

func TestScoresAreShownWhereTheyAreAskedFor(t *testing.T) {
	ix := newIndex(t, "i", numberedProperties, numbered(0, 3))
	for _, c := range []struct {
		body         string
		scored, best bool
	}{
		{`{}`, true, true}, {`{"size":0}`, false, false}, {`{"sort":["n"]}`, false, false}, {`{"sort":["n","_score"]}`, true, false},
		{`{"sort":["n"],"track_scores":true}`, true, true}, {`{"sort":["_score"]}`, true, true},
	} {
		got := ask(t, c.body, ix)
		if scored := len(got.Hits) > 0 && got.Hits[0].Score != nil; scored != c.scored || (got.MaxScore != nil) != c.best {
			t.Errorf("%s: score %v, max_score %v", c.body, scored, got.MaxScore != nil)
		}
	}
	if got := ask(t, `{"sort":["_score"]}`, ix); got.Hits[0].Sort != nil {
		t.Error("the default sort shows no sort values")
	}
}

func TestRunIsRepeatable(t *testing.T) {
	ix := newIndex(t, "i", numberedProperties, numbered(0, 50), numbered(50, 100))
	r, err := Parse(json.RawMessage(`{"query":{"fuzzy":{"group":"g9"}},"size":5,"aggs":{"g":{"terms":{"field":"group"},"aggs":{"top":{"top_hits":{"size":1}}}}}}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	var first string
	for range 3 {
		got, err := Run(t.Context(), r, []Index{ix}, Options{Now: testNow, Workers: 3})
		if err != nil {
			t.Fatal(err)
		}
		if text := asJSON(t, got); first == "" {
			first = text
		} else if text != first {
			t.Errorf("a second run gives\n%s, the first\n%s", text, first)
		}
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{"-1": 0, "0": 0, "5s": 5 * time.Second, "100ms": 100 * time.Millisecond, "2m": 2 * time.Minute, "1d": 24 * time.Hour, "3micros": 3 * time.Microsecond} {
		if got, err := Duration("timeout", text); got != want || err != nil {
			t.Errorf("duration(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "s", "5", "5 parsecs", "1.5s", "99999999999999d"} {
		if got, err := Duration("timeout", text); err == nil {
			t.Errorf("duration(%q) = %v, want an error", text, got)
		}
	}
}
