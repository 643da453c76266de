package esapi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// aStore has the documents 0, 2 and 4 in the index x0 and 1 and 3 in x1; both have one with the number 2. It finds them as a walk asks for them, and deletes them.
func aStore(conflicts string) *fakeBackend {
	f := &fakeBackend{}
	numbers := map[string][]int64{"x0": {0, 2, 3}, "x1": {1, 2}}
	ids := map[string][]string{"x0": {"0", "2", "4"}, "x1": {"1", "3"}}
	term := int64(1)
	f.search = func(r *engine.SearchRequest) (*engine.SearchAnswer, error) {
		text := string(r.Body)
		a := &engine.SearchAnswer{}
		if strings.Contains(text, `"aggs"`) {
			a.Hits.Total = engine.TotalHits{Value: 5, Relation: "eq"}
			a.Aggregations = []byte(`{"indices":{"buckets":[{"key":"x1","last":{"value":2}},{"key":"x0","last":{"value":3}}]}}`)
			return a, nil
		}
		var after, size int
		if _, err := fmt.Sscanf(text[strings.Index(text, `"gt":`)+5:], "%d", &after); err != nil {
			return nil, err
		}
		if _, err := fmt.Sscanf(text[strings.Index(text, `"size":`)+7:], "%d", &size); err != nil {
			return nil, err
		}
		for index := range numbers {
			for i, n := range numbers[index] {
				if strings.Contains(text, `"_index":"`+index) && n > int64(after) && len(a.Hits.Hits) < size {
					a.Hits.Hits = append(a.Hits.Hits, engine.Hit{Index: index, ID: ids[index][i], SeqNo: &n, PrimaryTerm: &term})
				}
			}
		}
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
		{"all at once", "", "", 200, `{"took":0,"timed_out":false,"total":5,"deleted":5,"batches":2,"version_conflicts":0` + rest + `]}`, "0 2 4 1 3"},
		{"in small batches", "", "?scroll_size=2", 200, `~"total":5,"deleted":5,"batches":3`, "0 2 4 1 3"},
		{"no more than asked for", "", "?max_docs=2", 200, `~"total":2,"deleted":2,"batches":1`, "0 2"},
		{"conflicts are passed over", "13", "?conflicts=proceed&refresh", 200, `~"total":5,"deleted":3,"batches":2,"version_conflicts":2` + strings.ReplaceAll(rest, "-1", "-1.0") + `]`, "0 2 4 1 3"},
		{"a conflict ends it", "2", "", 409, `~"version_conflicts":1` + strings.ReplaceAll(rest, "-1", "-1.0") + `{"index":"x0","id":"2","cause":{"type":"version_conflict_engine_exception","reason":"changed"},"status":409}]`, "0 2 4"},
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
		"":                       {`{}`, "Validation Failed: 1: query is missing;"},
		"?requests_per_second=0": {`{"query":{}}`, "[requests_per_second] must be a float greater than 0"},
		"?conflicts=ignore":      {`{"query":{}}`, `conflicts may only be \"proceed\" or \"abort\" but was [ignore]`},
		"?max_docs=0":            {`{"query":{}}`, "[max_docs] parameter cannot be zero or negative, found [0]"},
		"?scroll_size=x":         {`{"query":{}}`, "Failed to parse int parameter [scroll_size]"},
		"?slices=2":              {`{"query":{},"script":{}}`, "scripts are not supported"},
	} {
		ask(t, s, "POST", "/x/_delete_by_query"+params, c.body, 400, "~"+c.want)
	}
	s = newServer(&fakeBackend{err: missingIndex("x")})
	ask(t, s, "POST", "/x/_delete_by_query", `{"query":{"match_all":{}}}`, 404, "~no such index [x]")
}
