package esapi_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

// A feature is what a scenario may need that a real server may lack: the server core of Elasticsearch has no modules, and OpenSearch is
// not Elasticsearch. It is there if the request is answered as an endpoint, an aggregation and the like that exists is: without one of
// the texts below.
var features = map[string]step{
	"aggregations":    {Do: "POST /_search?size=0", Body: `{"aggs":{"a":{"ip_prefix":{"field":"x","prefix_length":8}},"b":{"adjacency_matrix":{"filters":{"a":{"match_all":{}}}}}}}`},
	"analysis":        {Do: "GET /_analyze", Body: `{"tokenizer":"whitespace","text":"a"}`},
	"async_search":    {Do: "GET /_async_search/x"},
	"data_stream":     {Do: "GET /_data_stream/_none_*"},
	"delete_by_query": {Do: "POST /_none_x/_delete_by_query", Body: `{"query":{"match_all":{}}}`},
	"ilm":             {Do: "GET /_ilm/status"},
	"ingest":          {Do: "POST /_ingest/pipeline/_simulate", Body: `{"pipeline":{"processors":[{"set":{"field":"a","value":1}}]},"docs":[]}`},
	"lifecycle":       {Do: "GET /_data_stream/_none_*/_lifecycle"},
	"mustache":        {Do: "POST /_render/template", Body: `{"source":"{}"}`},
	"pipeline_aggs":   {Do: "POST /_search?size=0", Body: `{"aggs":{"h":{"histogram":{"field":"x","interval":1},"aggs":{"d":{"derivative":{"buckets_path":"_count"}}}}}}`},
	"pit":             {Do: "POST /_none_x/_pit?keep_alive=1m"},
	"reindex":         {Do: "POST /_reindex", Body: `{}`},
	"reroute":         {Do: "POST /_ingest/pipeline/_simulate", Body: `{"pipeline":{"processors":[{"reroute":{}}]},"docs":[]}`},
	"root":            {Do: "GET /"},
	"terms_enum":      {Do: "GET /_none_x/_terms_enum", Body: `{"field":"x"}`},
	"update_by_query": {Do: "POST /_none_x/_update_by_query"},
}

// absences are the texts by which a server says that it does not know a thing at all.
var absences = []string{"no handler found", "Incorrect HTTP method", "Unknown aggregation type", "No processor type exists", "failed to find global tokenizer"}

// Two needs are no requests: `elasticsearch` is what OpenSearch answers in its own way, and `alone` is a server that nobody else uses, since
// the scenario changes all of it. VEDETTE_SCENARIO_ALONE says that there is such a one.
const (
	needElasticsearch = "elasticsearch"
	needAlone         = "alone"
)

// A reference is the real server that scenarios run on; with an empty URL they run on ours. It belongs to one goroutine.
type reference struct {
	url   string
	lacks []string // features
	ran   int
	left  map[string]int // scenarios left out, by the reason
}

func newReference(t *testing.T) *reference {
	ref := &reference{url: strings.TrimSuffix(os.Getenv("VEDETTE_SCENARIO_URL"), "/"), left: map[string]int{}}
	if ref.url == "" {
		return ref
	}
	for name, ask := range features {
		_, header, body := send(t, ref.url, ask)
		if slices.ContainsFunc(absences, func(text string) bool { return strings.Contains(string(body), text) }) {
			ref.lacks = append(ref.lacks, name)
		}
		if header.Get("X-Elastic-Product") == "" && !slices.Contains(ref.lacks, needElasticsearch) {
			ref.lacks = append(ref.lacks, needElasticsearch)
		}
	}
	if os.Getenv("VEDETTE_SCENARIO_ALONE") == "" {
		ref.lacks = append(ref.lacks, needAlone)
	}
	return ref
}

// leavesOut says why a scenario does not run on the server; empty if it does.
func (r *reference) leavesOut(s scenario) string {
	if s.Only == "vedette" {
		r.left["only: vedette"]++
		return "only: vedette"
	}
	for _, need := range s.Needs {
		if slices.Contains(r.lacks, need) {
			r.left["needs "+need]++
			return "the server lacks " + need
		}
	}
	r.ran++
	return ""
}

// report prints what the run was worth. A server that can run next to nothing proves nothing.
func (r *reference) report(t *testing.T) {
	if r.url == "" {
		return
	}
	fmt.Printf("scenarios on %s: %d ran; left out, by the first reason: %v\n", r.url, r.ran, r.left)
	if r.ran < 20 {
		t.Errorf("only %d scenarios could run on %s", r.ran, r.url)
	}
}

// clean takes away what a scenario has made, blocked indices too.
func (r *reference) clean(t *testing.T, prefix string) {
	unblock := step{Do: "PUT /" + prefix + "*/_settings?expand_wildcards=all", Body: `{"index.blocks.read_only":null}`}
	_, _, _ = send(t, r.url, unblock)
	for _, path := range []string{"/_data_stream/$I*", "/$I*?expand_wildcards=all", "/_index_template/$I*", "/_component_template/$I*", "/_template/$I*", "/_ingest/pipeline/$I*"} {
		_, _, _ = send(t, r.url, step{Do: http.MethodDelete + " " + strings.ReplaceAll(path, "$I", prefix)})
	}
}

// TestScenariosNeedWhatThereIs holds the names of `needs` against the table: a typing error would leave a scenario out of nothing.
func TestScenariosNeedWhatThereIs(t *testing.T) {
	for _, s := range readScenarios(t, "i") {
		for _, need := range s.Needs {
			if _, ok := features[need]; !ok && need != needElasticsearch && need != needAlone {
				t.Errorf("%s needs %q, which is no feature", s.Name, need)
			}
		}
	}
}
