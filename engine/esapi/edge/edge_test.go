package edge

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestHosts(t *testing.T) {
	loopback, named, all := NewHosts("127.0.0.1:9200"), NewHosts("10.1.2.3:9200", "siem.example.org", "other:9200"), NewHosts("0.0.0.0:9200")
	for _, c := range []struct {
		hosts Hosts
		host  string
		want  bool
	}{
		{loopback, "localhost:9200", true}, {loopback, "LOCALHOST", true}, {loopback, "a.localhost:1", true}, {loopback, "127.0.0.1:5601", true},
		{loopback, "[::1]:9200", true}, {loopback, "127.8.0.1", true}, {loopback, "", true}, {loopback, "localhost.", true},
		{loopback, "[::ffff:127.0.0.1]:9200", true},
		{loopback, "evil.example:9200", false}, {loopback, "localhost.evil.example", false}, {loopback, "10.1.2.3:9200", false}, {loopback, ":9200", false},
		{named, "10.1.2.3:9200", true}, {named, "siem.example.org:443", true}, {named, "other", true}, {named, "10.1.2.4", false},
		{all, "192.0.2.7:9200", true}, {all, "evil.example", false}, {NewHosts(":9200"), "192.0.2.7", true}, {Hosts{}, "localhost", true}, {Hosts{}, "x", false},
	} {
		if got := c.hosts.Allow(c.host); got != c.want {
			t.Errorf("%q: %v", c.host, got)
		}
	}
}

// fail writes only the status.
func fail(w http.ResponseWriter, _ *http.Request, err error) {
	status := http.StatusTeapot
	if e, ok := err.(*eserr.Error); ok {
		status = e.Status
	}
	http.Error(w, err.Error(), status)
}

func guard(t *testing.T, log io.Writer, next http.HandlerFunc) http.Handler {
	t.Helper()
	origin := http.NewCrossOriginProtection()
	if err := origin.AddTrustedOrigin("https://friend.example"); err != nil {
		t.Fatal(err)
	}
	return Guard{Hosts: NewHosts("127.0.0.1:9200"), Origin: origin, Fail: fail, Log: slog.New(slog.NewTextHandler(log, nil))}.Wrap(next)
}

func TestGuardTurnsTrickedBrowsersAway(t *testing.T) {
	h := guard(t, io.Discard, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })
	for _, c := range []struct {
		name, method, host string
		headers            map[string]string
		want               int
	}{
		{"a program", "POST", "localhost:9200", nil, 200},
		{"the own page", "POST", "localhost:9200", map[string]string{"Origin": "http://localhost:9200", "Sec-Fetch-Site": "same-origin"}, 200},
		{"an old browser on the own page", "POST", "localhost:9200", map[string]string{"Origin": "http://localhost:9200"}, 200},
		{"a trusted origin", "POST", "localhost:9200", map[string]string{"Origin": "https://friend.example", "Sec-Fetch-Site": "cross-site"}, 200},
		{"reading from elsewhere, whose answer the browser keeps to itself", "GET", "localhost:9200", map[string]string{"Sec-Fetch-Site": "cross-site"}, 200},
		{"another site's form", "POST", "localhost:9200", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"another site's form in an old browser", "DELETE", "localhost:9200", map[string]string{"Origin": "https://evil.example"}, 403},
		{"an opaque origin", "PUT", "localhost:9200", map[string]string{"Origin": "null"}, 403},
		{"another port of this machine", "POST", "localhost:9200", map[string]string{"Origin": "http://localhost:8080", "Sec-Fetch-Site": "same-site"}, 403},
		{"a rebound name", "GET", "evil.example", nil, 421},
	} {
		r := httptest.NewRequest(c.method, "/", nil)
		r.Host = c.host
		for k, v := range c.headers {
			r.Header.Set(k, v)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
	}
}

func serve(h http.Handler, r *http.Request) (w *httptest.ResponseRecorder, fault any) {
	w = httptest.NewRecorder()
	defer func() { fault = recover() }()
	r.Host = "localhost"
	h.ServeHTTP(w, r)
	return w, nil
}

func TestPanics(t *testing.T) {
	var log bytes.Buffer
	w, fault := serve(guard(t, &log, func(http.ResponseWriter, *http.Request) { panic("secret detail") }), httptest.NewRequest("GET", "/x", nil))
	if fault != nil || w.Code != 500 || strings.Contains(w.Body.String(), "secret") || !strings.Contains(log.String(), "secret detail") {
		t.Errorf("%v %d %s %s", fault, w.Code, w.Body, &log)
	}
	_, fault = serve(guard(t, &log, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "half"); panic("late") }), httptest.NewRequest("GET", "/x", nil))
	if fault != http.ErrAbortHandler {
		t.Errorf("half an answer ended with %v", fault)
	}
	_, fault = serve(guard(t, &log, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), httptest.NewRequest("GET", "/x", nil))
	if fault != http.ErrAbortHandler {
		t.Errorf("aborting ended with %v", fault)
	}
}

func TestWriterCompressesWhatIsWorthIt(t *testing.T) {
	var writer Writer
	long := []byte(strings.Repeat("a", 5000))
	for _, c := range []struct {
		accept, method string
		body           []byte
		compressed     bool
	}{
		{"gzip, deflate", "GET", long, true}, {"gzip;q=0", "GET", long, false}, {"*", "GET", long, true}, {"", "GET", long, false},
		{"identity, *;q=0", "GET", long, false}, {"gzip", "GET", []byte("short"), false}, {"br, GZIP;q=0.1", "GET", long, true}, {"gzip", "HEAD", long, true},
		{"", "HEAD", long, false},
	} {
		r := httptest.NewRequest(c.method, "/", nil)
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		writer.Write(w, r, 200, "text/plain", c.body)
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != c.compressed {
			t.Errorf("%q: compressed %v", c.accept, got)
		}
		if c.method == "HEAD" {
			if w.Body.Len() != 0 || !c.compressed && w.Header().Get("Content-Length") != strconv.Itoa(len(c.body)) {
				t.Errorf("HEAD: %d bytes, %v", w.Body.Len(), w.Header())
			}
			continue
		}
		var body io.Reader = w.Body
		if c.compressed {
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = z
		}
		if got, err := io.ReadAll(body); err != nil || !bytes.Equal(got, c.body) {
			t.Errorf("%q: %d bytes, %v", c.accept, len(got), err)
		}
	}
}

func TestMetricsCountByRoute(t *testing.T) {
	reg := prometheus.NewRegistry()
	m, err := NewMetrics(reg)
	if err != nil {
		t.Fatal(err)
	}
	h := m.Wrap("api", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/known" {
			SetRoute(r.Context(), "/:index")
			w.WriteHeader(http.StatusCreated)
			return
		}
		_, _ = io.WriteString(w, "x")
	}))
	for _, path := range []string{"/known", "/known", "/a", "/b"} {
		_, _ = serve(h, httptest.NewRequest("GET", path, nil))
	}
	_, _ = serve(h, httptest.NewRequest("BREW", "/a", nil))
	w, _ := serve(promhttp.HandlerFor(reg, promhttp.HandlerOpts{}), httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{
		`vedette_http_requests_total{code="200",method="GET",route="none",server="api"} 2`,
		`vedette_http_requests_total{code="200",method="other",route="none",server="api"} 1`,
		`vedette_http_requests_total{code="201",method="GET",route="/:index",server="api"} 2`,
		`vedette_http_request_duration_seconds_count{route="/:index",server="api"} 2`,
		`vedette_http_requests_in_flight{server="api"} 0`,
	} {
		if !strings.Contains(w.Body.String(), want+"\n") {
			t.Errorf("no %s in\n%s", want, w.Body)
		}
	}
	if _, err := NewMetrics(reg); err == nil {
		t.Error("registered twice")
	}
	var none *Metrics
	if w, _ := serve(none.Wrap("x", http.NotFoundHandler()), httptest.NewRequest("GET", "/", nil)); w.Code != 404 {
		t.Error("nil metrics change the answer")
	}
	SetRoute(t.Context(), "nowhere")
}
