package esapi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// aStore finds its documents by the request's lowest _seq_no, and deletes them; two of them share one number, in different indices.
func aStore(conflicts string) *fakeBackend {
	f := &fakeBackend{}
	numbers := []int64{0, 1, 2, 2, 3}
	term := int64(1)
	f.search = func(r *engine.SearchRequest) (*engine.SearchAnswer, error) {
		var from, size int
		text := string(r.Body)
		if _, err := fmt.Sscanf(text[strings.Index(text, `"gte":`)+6:], "%d", &from); err != nil {
			return nil, err
		}
		if _, err := fmt.Sscanf(text[strings.Index(text, `"size":`)+7:], "%d", &size); err != nil {
			return nil, err
		}
		a := &engine.SearchAnswer{}
		for i, n := range numbers {
			if n >= int64(from) && len(a.Hits.Hits) < size {
				a.Hits.Hits = append(a.Hits.Hits, engine.Hit{Index: fmt.Sprint("x", i%2), ID: fmt.Sprint(i), SeqNo: &n, PrimaryTerm: &term})
			}
		}
		a.Hits.Total = engine.TotalHits{Value: int64(len(numbers)), Relation: "eq"}
		return a, nil
	}
	f.bulk = func(ops []engine.BulkOp) []engine.BulkItem {
		items := make([]engine.BulkItem, len(ops))
		for i, op := range ops {
			f.gets = append(f.gets, op.ID)
			items[i] = engine.BulkItem{Action: "delete", Status: 200, WriteAnswer: engine.WriteAnswer{Index: op.Index, ID: op.ID, Result: "deleted"}}
			if strings.Contains(conflicts, op.ID) {
				items[i].Status, items[i].Error = 409, eserr.Errorf(409, eserr.VersionConflict, "changed")
			}
		}
		return items
	}
	return f
}

func TestDeleteByQuery(t *testing.T) {
	const rest = `,"noops":0,"retries":{"bulk":0,"search":0},"throttled_millis":0,"requests_per_second":-1,"throttled_until_millis":0,"failures":[`
	for _, c := range []struct {
		name, conflicts, params string
		status                  int
		want, order             string
	}{
		{"all at once", "", "", 200, `{"took":0,"timed_out":false,"total":5,"deleted":5,"batches":1,"version_conflicts":0` + rest + `]}`, "0 1 2 3 4"},
		{"in small batches, across a shared number", "", "?scroll_size=3", 200, `~"total":5,"deleted":5,"batches":2`, "0 1 2 3 4"},
		{"no more than asked for", "", "?max_docs=2", 200, `~"total":2,"deleted":2,"batches":1`, "0 1"},
		{"conflicts are passed over", "13", "?conflicts=proceed&refresh", 200, `~"total":5,"deleted":3,"batches":1,"version_conflicts":2` + rest + `]`, "0 1 2 3 4"},
		{"a conflict ends it", "1", "", 409, `~"version_conflicts":1` + rest + `{"index":"x1","id":"1","cause":{"type":"version_conflict_engine_exception","reason":"changed"},"status":409}]`, "0 1 2 3 4"},
	} {
		f := aStore(c.conflicts)
		ask(t, newServer(f), "POST", "/x*/_delete_by_query"+c.params, `{"query":{"match_all":{}}}`, c.status, c.want)
		if got := strings.Join(f.gets, " "); got != c.order {
			t.Errorf("%s: deleted %s", c.name, got)
		}
	}
	f := aStore("")
	ask(t, newServer(f), "POST", "/x/_delete_by_query?q=a:b&df=m", "", 200, `~"deleted":5`)
	if body := string(f.searches[0].Body); !strings.Contains(body, `{"query_string":{"default_field":"m","query":"a:b"}}`) {
		t.Error(body)
	}
}

func TestDeleteByQueryRefusals(t *testing.T) {
	s := newServer(aStore(""))
	for params, c := range map[string]struct{ body, want string }{
		"":                           {`{}`, "Validation Failed: 1: query is missing;"},
		"?wait_for_completion=false": {`{"query":{}}`, "[wait_for_completion=false] is not supported"},
		"?conflicts=ignore":          {`{"query":{}}`, `conflicts may only be \"proceed\" or \"abort\" but was [ignore]`},
		"?max_docs=0":                {`{"query":{}}`, "[max_docs] must be greater than 0"},
		"?scroll_size=x":             {`{"query":{}}`, "Failed to parse long parameter [scroll_size]"},
		"?slices=2":                  {`{"query":{},"script":{}}`, "[delete_by_query] unknown field [script]"},
	} {
		ask(t, s, "POST", "/x/_delete_by_query"+params, c.body, 400, "~"+c.want)
	}
	s = newServer(&fakeBackend{err: missingIndex("x")})
	ask(t, s, "POST", "/x/_delete_by_query", `{"query":{"match_all":{}}}`, 404, "~no such index [x]")
}
