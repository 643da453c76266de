package console

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/esapi"
	"github.com/vedette-siem/vedette/engine/esapi/edge"
	"github.com/vedette-siem/vedette/engine/eserr"
)

var errNotAllowed = eserr.Errorf(403, eserr.SecurityFault, "not for you")

// A fake is everything the console asks. err answers all of it.
type fake struct {
	status     Status
	ingest     IngestStats
	stats      []engine.IndexStats
	sources    SourceList
	err        error
	principals []string
	uploading  chan string   // told of each upload; nil is not
	goOn       chan struct{} // for which it then waits
}

func (f *fake) Status(_ context.Context, p engine.Principal) (Status, error) {
	f.principals = append(f.principals, p.Name)
	s := f.status
	s.Mode, s.Auth, s.StartedAt = ModeStandalone, AuthOff, Time{start}
	return s, f.err
}

func (f *fake) Ingest(_ context.Context, p engine.Principal) (IngestStats, error) {
	f.principals = append(f.principals, p.Name)
	return f.ingest, f.err
}

func (f *fake) Upload(_ context.Context, p engine.Principal, u Upload) (UploadAnswer, error) {
	f.principals = append(f.principals, p.Name)
	if f.uploading != nil {
		f.uploading <- u.Name
		<-f.goOn
	}
	return UploadAnswer{Datasets: []Dataset{}, Problems: []SourceError{}}, f.err
}

func (f *fake) IndexStats(_ context.Context, p engine.Principal, _ engine.Target) ([]engine.IndexStats, error) {
	f.principals = append(f.principals, p.Name)
	return f.stats, f.err
}

// ServeHTTP plays the Elasticsearch API: it tells what it was asked, by whom.
func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Asked", r.Method+" "+r.URL.Path+" "+r.URL.RawPath+" "+r.URL.RawQuery)
	_, _ = io.Copy(w, r.Body)
}

var start = time.Date(2026, 11, 24, 6, 0, 0, 123456789, time.FixedZone("", 3600))

func busy() *fake {
	left := 2.5
	return &fake{
		status: Status{Version: "0.1.0", Demo: true, Warnings: []Warning{{"auth_off", "Authentication is off."}}, ElasticsearchAddress: "127.0.0.1:9200"},
		ingest: IngestStats{Totals: Counts{Files: 3, Events: 10}, Sources: []Source{
			{Name: "z", Kind: KindFile, State: StateFailed, LastError: &SourceError{At: Time{start}, Message: "broken <gzip>"}},
			{Name: "a", Kind: KindDemo, State: StateLoading, LastObject: "x.json.gz", LastEventAt: Time{start}, EventsPerSecond: 1.5,
				Progress: &Progress{StartedAt: Time{start}, FilesTotal: 4, SecondsLeft: &left},
				Datasets: []Dataset{{Dataset: "aws.vpcflow", Type: "vpcflow"}, {Dataset: "aws.cloudtrail", Type: "cloudtrail", LastEventAt: Time{start}}}},
			{Name: "bulk", Kind: KindBulk, State: StateIdle, Progress: &Progress{StartedAt: Time{start}}, LastError: &SourceError{At: Time{start}, Object: "y"}},
		}},
		sources: SourceList{Sources: []KnownSource{{Name: "z", Kind: KindSQS, Where: "https://q"}, {Name: "a", Kind: KindS3, Where: "s3://b/", Added: true, ListedAt: Time{start}}},
			Letters: []Letter{{Source: "a", Name: "s3://b/old", Reason: "x", Attempts: 5, At: Time{start.Add(-time.Hour)}}, {Source: "a", Name: "s3://b/new", Reason: "x", Attempts: 1, At: Time{start}, Retry: true}}},
		stats: []engine.IndexStats{{Name: "b", Docs: 2, Bytes: 20}, {Name: ".ds-a-000001", DataStream: "a", Docs: 1, Bytes: 10}},
	}
}

func newServer(f *fake, ui fs.FS) *Server {
	return New(Options{API: f, Process: f, Ingester: f, Uploader: f, Store: f, Collector: f, UI: ui, Now: func() time.Time { return start }})
}

func request(method, path string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, path, nil)
	r.Host = "localhost:5601"
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	return r
}

func do(s *Server, r *http.Request) (status int, body string, header http.Header) {
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w.Code, w.Body.String(), w.Header()
}

func get(t *testing.T, s *Server, path string) (status int, body string, header http.Header) {
	t.Helper()
	return do(s, request("GET", path))
}

func TestAnswersInOrder(t *testing.T) {
	s := newServer(busy(), nil)
	for path, want := range map[string]string{
		"/api/v1/storage": `{"documents":3,"bytes":30,"indices":[{"name":".ds-a-000001","data_stream":"a","documents":1,"bytes":10},{"name":"b","data_stream":null,"documents":2,"bytes":20}]}`,
		"/api/v1/status":  `{"version":"0.1.0","mode":"standalone","auth":"off","demo":true,"started_at":"2026-11-24T05:00:00.123Z","now":"2026-11-24T05:00:00.123Z",`,
		"/api/v1/ingest":  `{"totals":{"files":3,"files_failed":0,"events":10,"duplicates":0,"pipeline_errors":0,"unknown":0,"bytes":0},"sources":[{"name":"a",`,
	} {
		status, body, header := get(t, s, path)
		if status != 200 || !strings.HasPrefix(body, want) || header.Get("Content-Type") != "application/json" || header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %s %v", path, status, body, header)
		}
	}
	_, body, _ := get(t, s, "/api/v1/ingest")
	if !strings.Contains(body, "broken <gzip>") || strings.Index(body, "aws.cloudtrail") > strings.Index(body, "aws.vpcflow") {
		t.Error(body)
	}
}

func TestTheElasticsearchAPIBelowThePage(t *testing.T) {
	s := newServer(&fake{}, nil)
	for _, c := range []struct{ method, path, want string }{
		{"GET", "/api/es", "GET /  "},
		{"GET", "/api/es/", "GET /  "},
		{"POST", "/api/es/a,b/_search?q=x", "POST /a,b/_search  q=x"},
		{"PUT", "/api/es/a%2Fb/_doc/1", "PUT /a/b/_doc/1 /a%2Fb/_doc/1 "},
		{"HEAD", "/api/es/api/es", "HEAD /api/es  "},
	} {
		if status, _, header := do(s, request(c.method, c.path)); status != 200 || header.Get("X-Asked") != c.want {
			t.Errorf("%s %s: %d %q", c.method, c.path, status, header.Get("X-Asked"))
		}
	}
}

func TestTheRealAPIKeepsItsMannersBelowThePage(t *testing.T) {
	asked := false
	api := esapi.New(nil, esapi.Options{Authenticate: func(*http.Request) (engine.Principal, error) {
		asked = true
		return engine.Principal{}, errNotAllowed
	}})
	s := newServer(&fake{}, nil)
	s.o.API = api.Inner()
	status, body, header := get(t, s, "/api/es/_nosuch?pretty=false")
	if status != 400 || !strings.Contains(body, "no handler found for uri [/_nosuch?pretty=false]") || header.Get("X-Elastic-Product") != "Elasticsearch" ||
		header.Get("Content-Security-Policy") == "" || asked {
		t.Errorf("%d %s %v, asked again: %v", status, body, header, asked)
	}
	if status, body, _ = get(t, s, "/api/es/_cluster/pending_tasks"); status != 200 || body != `{"tasks":[]}` {
		t.Errorf("%d %s", status, body)
	}
}

func TestTheSessionGoesWithEveryCall(t *testing.T) {
	f := &fake{}
	var inner string
	s := New(Options{Process: f, Ingester: f, Store: f, UI: fstest.MapFS{},
		API: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { inner = r.URL.Path }),
		Authenticate: func(r *http.Request) (engine.Principal, error) {
			if r.Header.Get("Cookie") == "" {
				return engine.Principal{}, eserr.Errorf(401, eserr.SecurityFault, "log in first")
			}
			return engine.Principal{Name: "alice"}, nil
		}})
	for _, path := range []string{"/api/v1/status", "/api/v1/ingest", "/api/v1/storage", "/api/es/_search"} {
		if status, body, _ := get(t, s, path); status != 401 || !strings.Contains(body, "log in first") {
			t.Errorf("%s: %d %s", path, status, body)
		}
		if status, body, _ := do(s, request("GET", path, "Cookie: a=b")); status != 200 && path != "/api/v1/status" {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if strings.Join(f.principals, " ") != "alice alice alice" || inner != "/_search" {
		t.Errorf("%v %q", f.principals, inner)
	}
	if status, _, _ := get(t, s, "/"); status != 200 {
		t.Error("the page itself needs a session")
	}
}

func TestWhoMayAsk(t *testing.T) {
	s := newServer(&fake{}, nil)
	r := request("GET", "/")
	r.Host = "evil.example:5601"
	if status, body, _ := do(s, r); status != 421 || !strings.Contains(body, "evil.example") {
		t.Errorf("%d %s", status, body)
	}
	for _, header := range []string{"Sec-Fetch-Site: cross-site", "Origin: https://evil.example"} {
		if status, _, _ := do(s, request("POST", "/api/es/x/_doc", header)); status != 403 {
			t.Errorf("%s: %d", header, status)
		}
	}
	if status, _, header := do(s, request("POST", "/api/v1/status")); status != 405 || !strings.Contains(header.Get("Allow"), "GET") {
		t.Errorf("%d %v", status, header)
	}
	if status, _, _ := do(s, request("DELETE", "/events")); status != 405 {
		t.Error(status)
	}
}

func TestFaults(t *testing.T) {
	var log bytes.Buffer
	f := &fake{err: errors.New("disk on fire")}
	s := New(Options{API: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret") }), Process: f, Ingester: f, Store: f, UI: fstest.MapFS{},
		Log: slog.New(slog.NewTextHandler(&log, nil)), Ready: func(context.Context) error { return errors.New("opening indices") }})
	for path, want := range map[string]int{"/api/v1/status": 500, "/api/es/x": 500, "/readyz": 503, "/livez": 200} {
		if status, body, _ := get(t, s, path); status != want || strings.Contains(body, "fire") || strings.Contains(body, "secret") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if !strings.Contains(log.String(), "disk on fire") || !strings.Contains(log.String(), "secret") {
		t.Error(log.String())
	}
}

func TestWatching(t *testing.T) {
	reg := prometheus.NewRegistry()
	metrics, err := edge.NewMetrics(reg)
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{}
	s := New(Options{API: f, Process: f, Ingester: f, Store: f, UI: fstest.MapFS{}, Metrics: metrics, Gatherer: reg})
	for _, path := range []string{"/livez", "/readyz"} {
		if status, body, _ := get(t, s, path); status != 200 || body != "ok\n" {
			t.Errorf("%s: %d %q", path, status, body)
		}
	}
	_, _, _ = get(t, s, "/api/es/x")
	_, _, _ = get(t, s, "/events")
	_, body, _ := get(t, s, "/metrics")
	for _, want := range []string{`route="/livez",server="dashboard"} 1`, `route="/api/es/*",server="dashboard"} 1`, `route="/*",server="dashboard"} 1`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
	if status, _, _ := get(t, newServer(f, nil), "/metrics"); status != 200 {
		t.Error(status) // the page: without a gatherer the path is its own
	}
}

func built() fstest.MapFS {
	return fstest.MapFS{
		"index.html":        {Data: []byte("<!doctype html>" + strings.Repeat("page ", 500))},
		"assets/app-1a.js":  {Data: []byte(strings.Repeat("let x = 1;", 500))},
		"assets/pre-2b.css": {Data: []byte(strings.Repeat("a{}", 500))}, "assets/pre-2b.css.gz": {Data: []byte("packed before")},
		"favicon.svg": {Data: []byte("<svg/>")},
		".gitkeep":    {Data: []byte("")},
	}
}

func TestThePage(t *testing.T) {
	s := newServer(&fake{}, built())
	for _, c := range []struct{ path, contentType, cache, body string }{
		{"/", "text/html; charset=utf-8", "no-cache", "<!doctype html>page"},
		{"/index.html", "text/html; charset=utf-8", "no-cache", "<!doctype html>page"},
		{"/events?from=now-1h", "text/html; charset=utf-8", "no-cache", "<!doctype html>page"},
		{"/events/deep/link.x", "text/html; charset=utf-8", "no-cache", "<!doctype html>page"},
		{"/.gitkeep", "text/html; charset=utf-8", "no-cache", "<!doctype html>page"},
		{"/../../etc/passwd", "text/html; charset=utf-8", "no-cache", "<!doctype html>page"},
		{"/assets", "text/html; charset=utf-8", "no-cache", "<!doctype html>page"},
		{"/favicon.svg", "image/svg+xml", "no-cache", "<svg/>"},
		{"/assets/app-1a.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "let x = 1;"},
	} {
		status, body, header := get(t, s, c.path)
		if status != 200 || !strings.HasPrefix(body, c.body) || header.Get("Content-Type") != c.contentType || header.Get("Cache-Control") != c.cache {
			t.Errorf("%s: %d %.30q %v", c.path, status, body, header)
		}
	}
	if status, body, header := get(t, s, "/assets/gone-9z.js"); status != 404 || !strings.Contains(body, "resource_not_found_exception") || header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %s %v", status, body, header)
	}
}

func TestThePageTravelsCompressedAndOnce(t *testing.T) {
	s := newServer(&fake{}, built())
	_, body, header := do(s, request("GET", "/assets/app-1a.js", "Accept-Encoding: gzip, br"))
	z, err := gzip.NewReader(strings.NewReader(body))
	if err != nil || header.Get("Content-Encoding") != "gzip" || header.Get("Vary") != "Accept-Encoding" {
		t.Fatal(err, header)
	}
	if text, err := io.ReadAll(z); err != nil || len(text) != 5000 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	if _, body, _ = do(s, request("GET", "/assets/pre-2b.css", "Accept-Encoding: gzip")); body != "packed before" {
		t.Errorf("%q", body)
	}
	if _, body, _ = do(s, request("GET", "/assets/pre-2b.css")); len(body) != 1500 {
		t.Errorf("%d bytes", len(body))
	}
	status, body, _ := do(s, request("GET", "/assets/app-1a.js", "If-None-Match: "+header.Get("ETag")))
	if status != 304 || body != "" {
		t.Errorf("%d %q", status, body)
	}
	status, body, header = do(s, request("HEAD", "/", "Accept-Encoding: gzip"))
	if status != 200 || body != "" || header.Get("Content-Length") == "0" {
		t.Errorf("%d %q %v", status, body, header)
	}
}

func TestABinaryWithoutThePageSaysHowToBuildIt(t *testing.T) {
	for _, ui := range []fs.FS{nil, fstest.MapFS{".gitkeep": {}}} {
		status, body, header := get(t, newServer(&fake{}, ui), "/events")
		if status != 200 || !strings.Contains(body, "make ui") || strings.Contains(body, "<script") || header.Get("Content-Security-Policy") != ContentSecurityPolicy {
			t.Errorf("%d %s", status, body)
		}
	}
}
