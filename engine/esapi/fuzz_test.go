package esapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/esapi"
	"github.com/vedette-siem/vedette/storage"
)

// anyRequestTime is how long one request of the fuzz test may take, on a slow machine that has other things to do.
const anyRequestTime = time.Minute

// FuzzAnyRequest sends any method, path, parameters and body to a server with documents in it. The answer must come, be no 5xx but those of
// an `otherwise` below, and be Elasticsearch's error if it is one. The seeds are all requests of the scenarios.
func FuzzAnyRequest(f *testing.F) {
	for _, s := range readScenarios(f, "fz") {
		for _, step := range s.Steps {
			method, target, _ := strings.Cut(step.Do, " ")
			path, query, _ := strings.Cut(target, "?")
			body, kind := step.content(f)
			f.Add(method, strings.ReplaceAll(path, s.prefix, "i"), query, strings.ReplaceAll(string(body), s.prefix, "i"), kind)
		}
	}
	for _, one := range badRequests {
		f.Add(one.method, one.path, one.query, one.body, "application/json")
	}
	handler := fuzzed(f)
	f.Fuzz(func(t *testing.T, method, path, query, body, kind string) {
		r := anyRequest(method, path, query, body, kind)
		if r == nil || waits(r) {
			return
		}
		ctx, stop := context.WithTimeout(context.Background(), anyRequestTime)
		defer stop()
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r.WithContext(ctx))
		if ctx.Err() != nil {
			t.Fatalf("%s %s took longer than %s", r.Method, r.URL, anyRequestTime)
		}
		checkAnyAnswer(t, r, w)
	})
}

// badRequests are seeds beside the scenarios.
var badRequests = []struct{ method, path, query, body string }{
	{"POST", "/i/_search", "", `{"query":{"query_string":{"query":"a:(b OR [c TO"}}}`},
	{"POST", "/i/_search", "", `{"query":{"regexp":{"a":"((((a*)*)*)*){1,999}"}}}`},
	{"POST", "/i/_search", "", `{"aggs":{"a":{"date_histogram":{"field":"d","fixed_interval":"1ms"}}}}`},
	{"POST", "/i/_search", "size=-1&from=99999999999", ""},
	{"POST", "/i/_search", "q=%00%ff", ""},
	{"PUT", "/%00", "", "{}"},
	{"PUT", "/j", "", `{"mappings":{"properties":{"a.b..c":{"type":"long"}}}}`},
	{"POST", "/i/_bulk", "", "{\"index\":{}}\n{\"a\":1}\n{\"delete\":{\"_id\":\"1\"}}\n"},
	{"GET", "/_cat/indices", "s=a:b,c&h=*&bytes=x", ""},
	{"GET", "/<i-{now/d{yyyy|+99:99}}>/_search", "", ""},
}

// fuzzed is the handler of a server with an index `i`.
func fuzzed(f testing.TB) http.Handler {
	dir, err := storage.Open(filepath.Join(f.TempDir(), "data"), storage.Options{})
	if err != nil {
		f.Fatal(err)
	}
	backend, err := engine.OpenEmbedded(dir, engine.Options{AllowWildcardDelete: true})
	if err != nil {
		f.Fatal(err)
	}
	handler := esapi.New(backend, esapi.Options{}).Handler()
	f.Cleanup(func() {
		if err := backend.Close(); err != nil {
			f.Error(err)
		}
		if err := dir.Close(); err != nil {
			f.Error(err)
		}
	})
	return &refilled{handler: handler}
}

// refilled is a handler that has an index `i` with documents before each request, and forgets all others now and then.
type refilled struct {
	handler http.Handler
	n       int
}

// ServeHTTP implements http.Handler.
func (h *refilled) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h.n%500 == 0 {
		h.do("DELETE", "/_all?expand_wildcards=all", "")
		h.do("PUT", "/_cluster/settings", `{"persistent":{"action.*":null},"transient":{"action.*":null}}`)
	}
	if h.n++; h.do("HEAD", "/i/_doc/1", "") != http.StatusOK {
		h.do("DELETE", "/i", "")
		h.do("PUT", "/i", `{"mappings":{"properties":{"t":{"type":"text"},"k":{"type":"keyword"},"n":{"type":"long"},"x":{"type":"double"},"d":{"type":"date"},"ip":{"type":"ip"},
			"g":{"type":"geo_point"},"r":{"type":"long_range"},"o":{"type":"object"},"ne":{"type":"nested"}}},"aliases":{"a":{}}}`)
		h.do("POST", "/i/_bulk?refresh=true", `{"index":{"_id":"1"}}
{"t":"the quick brown fox","k":["a","b"],"n":1,"x":0.5,"d":"2026-01-01","ip":"10.0.0.1","g":"1,2","r":{"gte":1,"lte":5},"o":{"p":1},"ne":[{"q":1}]}
{"index":{"_id":"2"}}
{"t":"jumps","k":"","n":-9223372036854775808,"x":1e300,"d":0,"ip":"::1","g":[3,4]}
`)
	}
	h.handler.ServeHTTP(w, r)
}

func (h *refilled) do(method, path, body string) int {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = "127.0.0.1"
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w.Code
}

// anyRequest makes a request, or nil if net/http would not have let it in.
func anyRequest(method, path, query, body, kind string) *http.Request {
	u, err := url.ParseRequestURI(path)
	if err != nil || !strings.HasPrefix(path, "/") {
		return nil
	}
	u.RawQuery = strings.ReplaceAll(query, "#", "")
	r, err := http.NewRequest(method, "http://127.0.0.1/", strings.NewReader(body))
	if err != nil || u.Host != "" {
		return nil
	}
	r.URL, r.RequestURI = u, u.RequestURI()
	if body != "" {
		r.Header.Set("Content-Type", kind)
	}
	return r
}

// waits says whether a request is meant to take long.
func waits(r *http.Request) bool {
	return strings.Contains(r.URL.RawQuery, "wait_for") || strings.Contains(r.URL.RawQuery, "requests_per_second")
}

// checkAnyAnswer looks at what every answer has.
func checkAnyAnswer(t *testing.T, r *http.Request, w *httptest.ResponseRecorder) {
	t.Helper()
	body := w.Body.Bytes()
	fail := func(why string) {
		t.Helper()
		t.Fatalf("%s %s: %s\n%d %.2000s", r.Method, r.URL, why, w.Code, body)
	}
	if w.Code >= 500 && !otherwise(string(body)) {
		fail("a fault of ours")
	}
	if w.Header().Get("X-Elastic-Product") == "" {
		fail("no product header")
	}
	if w.Code < 400 || r.Method == http.MethodHead || len(body) == 0 {
		return
	}
	var answer map[string]any
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") || strings.Contains(w.Header().Get("Content-Type"), "yaml") {
		return
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer == nil {
		fail("an error that is no object")
	}
}

// otherwise are the 5xx that Elasticsearch has for the same requests: a pipeline that refuses a document, and what is not started.
func otherwise(body string) bool {
	for _, typ := range []string{"fail_processor_exception", "ingest_processor_exception", "graph_structure_exception", "unavailable_shards_exception"} {
		if strings.Contains(body, typ) {
			return true
		}
	}
	return strings.Contains(body, "index cycle detected")
}
