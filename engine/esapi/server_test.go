package esapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/esapi/edge"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestPathsThatNothingServes(t *testing.T) {
	s := newServer(&fakeBackend{})
	for _, c := range []struct {
		method, path string
		status       int
		want         string
	}{
		{"GET", "/_nosuch", 400, `{"error":"no handler found for uri [/_nosuch] and method [GET]","status":400}`},
		{"GET", "/_nosuch?pretty=false", 400, `~no handler found for uri [/_nosuch?pretty=false]`},
		{"POST", "/_nosuch", 400, "~no handler found"},
		{"GET", "/x/_nosuch/1/2", 400, "~no handler found"},
		{"GET", "/x/_doc/1/2", 400, "~no handler found"},
		{"PUT", "/x/y", 400, "~no handler found"},
		{"GET", "/x/_doc//", 405, "~Incorrect HTTP method"},
		{"GET", "//_search", 200, "~took"},
		{"PUT", "/_under", 200, "~acknowledged"}, // the Backend says what is wrong with the name
		{"DELETE", "/_search", 405, `~Incorrect HTTP method for uri [/_search] and method [DELETE], allowed: [`},
		{"PATCH", "/x", 405, "~[PATCH]"},
		{"POST", "/_query", 400, "~ES|QL is not supported"},
		{"OPTIONS", "/x", 204, ""},
	} {
		ask(t, s, c.method, c.path, "", c.status, c.want)
	}
	_, _, header := do(t, s, request("PATCH", "/x", ""))
	if allow := header.Get("Allow"); !strings.Contains(allow, "PUT") || !strings.Contains(allow, "DELETE") {
		t.Errorf("Allow: %q", allow)
	}
}

func TestNamesArriveDecodedOnce(t *testing.T) {
	for path, want := range map[string]string{
		"/a%2Cb%2A/_search":                  "a,b*",
		"/a,b*/_search/":                     "a,b*",
		"/%3Cx-%7Bnow%2Fd%7D-000001%3E":      "x-2026.11.24-000001",
		"/%5Fall/%5Fsearch":                  "_all",
		"/a%252Fb/_search":                   "a%2Fb",
		"/a+b/_search":                       "a+b",
		"/..%2F..%2Fetc/_search":             "../../etc",
		"/<logs-{now%2FM{yyyy.MM}}>/_search": "logs-2026.11",
	} {
		f := &fakeBackend{}
		if status, body, _ := do(t, newServer(f), request("GET", path, "")); status != 200 {
			t.Errorf("%s: %d %s", path, status, body)
			continue
		}
		got := f.target.Expression
		if len(f.searches) > 0 {
			got = f.searches[0].Target.Expression
		}
		if got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	s := newServer(&fakeBackend{})
	status, body, header := do(t, s, request("HEAD", "/", "", "X-Opaque-Id: abc"))
	if status != 200 || body != "" || header.Get("X-Opaque-Id") != "abc" || header.Get("Content-Length") == "0" {
		t.Errorf("%d %q %v", status, body, header)
	}
	if _, _, header = do(t, s, request("GET", "/", "", "X-Opaque-Id: "+strings.Repeat("x", 2000))); header.Get("X-Opaque-Id") != "" {
		t.Error("an endless X-Opaque-Id was echoed")
	}
	r := request("GET", "/", "")
	r.Host = "evil.example"
	if status, body, _ = do(t, s, r); status != 421 || !strings.Contains(body, "evil.example") {
		t.Errorf("another host: %d %s", status, body)
	}
	ask(t, s, "POST", "/x/_doc", `{"a":1}`, 403, "~security_exception", "Origin: https://evil.example")
	ask(t, s, "POST", "/x/_doc", `{"a":1}`, 403, "~security_exception", "Sec-Fetch-Site: cross-site")
	ask(t, s, "POST", "/x/_doc", `{"a":1}`, 201, "~created", "Origin: http://localhost:9200")
}

func TestForms(t *testing.T) {
	s := newServer(&fakeBackend{})
	for _, c := range []struct {
		accept, path string
		status       int
		contentType  string
	}{
		{"", "/", 200, "application/json"},
		{"*/*", "/", 200, "application/json"},
		{"application/json; charset=utf-8", "/", 200, "application/json"},
		{"application/vnd.elasticsearch+json; compatible-with=8", "/", 200, "application/vnd.elasticsearch+json;compatible-with=8"},
		{"application/vnd.elasticsearch+json;compatible-with=9", "/", 200, "application/vnd.elasticsearch+json;compatible-with=9"},
		{"application/vnd.elasticsearch+x-ndjson;compatible-with=7", "/", 200, "application/vnd.elasticsearch+json;compatible-with=7"},
		{"application/vnd.elasticsearch+json;compatible-with=6", "/", 400, "application/json"},
		{"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", "/", 200, "application/json"},
		{"text/html", "/", 400, "application/json"},
		{"application/yaml", "/", 200, "application/yaml"},
		{"application/yaml", "/_cat/count", 200, "application/yaml"},
		{"application/yaml", "/x/_nosuch/2/3", 400, "application/yaml"},
		{"application/vnd.elasticsearch+yaml;compatible-with=8", "/", 200, "application/vnd.elasticsearch+yaml;compatible-with=8"},
		{"application/yaml", "/?format=json", 200, "application/json"},
		{"application/vnd.elasticsearch+cbor;compatible-with=8", "/", 406, "application/json"},
		{"text/plain", "/", 200, "application/json"},
		{"", "/?format=yaml", 200, "application/yaml"},
		{"", "/x/_nosuch/2/3?format=yaml", 400, "application/yaml"},
		{"", "/?format=cbor", 406, "application/json"},
		{"", "/_cat/count", 200, "text/plain; charset=UTF-8"},
		{"text/plain,application/json", "/_cat/count", 200, "text/plain; charset=UTF-8"},
		{"application/json", "/_cat/count", 200, "application/json"},
		{"application/json", "/_cat/count?format=text", 200, "text/plain; charset=UTF-8"},
		{"text/html,*/*;q=0.8", "/_cat/count?format=json", 200, "application/json"},
		{"application/vnd.elasticsearch+json;compatible-with=9", "/x/_nosuch/2/3", 400, "application/vnd.elasticsearch+json;compatible-with=9"},
	} {
		status, body, header := do(t, s, request("GET", c.path, "", "Accept: "+c.accept))
		if status != c.status || header.Get("Content-Type") != c.contentType {
			t.Errorf("%q %s: %d %q %s", c.accept, c.path, status, header.Get("Content-Type"), body)
		}
	}
	for contentType, want := range map[string]int{
		"application/json": 201, "application/json;charset=UTF-8": 201, "application/x-ndjson": 201, "application/vnd.elasticsearch+json; compatible-with=9": 201,
		"application/x-www-form-urlencoded": 406, "text/plain": 406, "application/yaml": 201, "application/cbor": 406, "": 406, "application/vnd.elasticsearch+json;compatible-with=10": 400,
	} {
		if status, body, _ := do(t, s, request("POST", "/x/_doc", `{"a":1}`, "Content-Type: "+contentType)); status != want {
			t.Errorf("Content-Type %q: %d %s", contentType, status, body)
		}
	}
	ask(t, s, "POST", "/x/_doc", `{"a":1}`, 406, `{"error":"Content-Type header [text/plain] is not supported","status":406}`, "Content-Type: text/plain")
}

func TestParametersThatNobodyKnows(t *testing.T) {
	s := newServer(&fakeBackend{})
	for path, want := range map[string]string{
		"/x/_search?foo=1":            `request [/x/_search] contains unrecognized parameter: [foo]`,
		"/x/_search?sise=1":           `request [/x/_search] contains unrecognized parameter: [sise]"`,
		"/x/_search?dfx=1":            `request [/x/_search] contains unrecognized parameter: [dfx] -> did you mean [df]?`,
		"/x/_search?b=1&aaaaaaa=2":    `request [/x/_search] contains unrecognized parameters: [aaaaaaa], [b]`,
		"/?timout=1":                  `request [/] contains unrecognized parameter: [timout]`,
		"/x/_search?typed_keys=maybe": "Failed to parse value [maybe] as only [true] or [false] are allowed.",
		"/x/_search?pretty=maybe":     "Failed to parse value [maybe] as only [true] or [false] are allowed.",
		"/x/_search?a=%zz":            "the URL's parameters cannot be read",
		"/x/_search?search_type=scan": "No search type for [scan]",
	} {
		status, body, _ := do(t, s, request("GET", path, ""))
		if status != 400 || !strings.Contains(body, want) || !strings.Contains(body, eserr.IllegalArgument) {
			t.Errorf("%s\n got %d %s\nwant %s", path, status, body, want)
		}
	}
	ask(t, s, "GET", "/?human&error_trace=true&pretty=false&filter_path=tagline", "", 200, `{"tagline":"You Know, for Search"}`)
	ask(t, s, "GET", "/?pretty&filter_path=tagline", "", 200, "{\n  \"tagline\": \"You Know, for Search\"\n}\n")
	ask(t, s, "GET", "/x/_nosuch/1/2?pretty", "", 400, "~{\n  \"error\": ")
}

func TestPrincipals(t *testing.T) {
	alice := engine.Principal{Name: "alice"}
	f := &fakeBackend{}
	s := New(f, Options{Authenticate: func(r *http.Request) (engine.Principal, error) {
		if r.Header.Get("Authorization") == "" {
			err := eserr.Errorf(401, eserr.SecurityFault, "missing authentication credentials for REST request [%s]", r.URL.Path)
			err.Challenge = []string{"Basic", "ApiKey"}
			return engine.Principal{}, err
		}
		return alice, nil
	}})
	ask(t, s, "GET", "/", "", 401, "~missing authentication credentials")
	ask(t, s, "GET", "/_nosuch", "", 401, "~missing authentication credentials")
	if _, _, header := do(t, s, request("GET", "/", "")); !slices.Equal(header["Www-Authenticate"], []string{"Basic", "ApiKey"}) {
		t.Errorf("WWW-Authenticate is %q", header["Www-Authenticate"])
	}
	ask(t, s, "GET", "/", "", 200, "~tagline", "Authorization: Basic eDp5")
	w := httptest.NewRecorder()
	s.Inner().ServeHTTP(w, request("GET", "/", "").WithContext(WithPrincipal(context.Background(), engine.Principal{Name: "session"})))
	if w.Code != 200 || len(f.principals) != 2 || f.principals[0].Name != "alice" || f.principals[1].Name != "session" {
		t.Errorf("%d %v", w.Code, f.principals)
	}
	anybody := &fakeBackend{}
	ask(t, newServer(anybody), "GET", "/", "", 200, "~tagline")
	if !anybody.principals[0].Superuser {
		t.Error("without authentication the request was not the superuser's")
	}
}

func TestEveryEndpointTellsTheBackendsError(t *testing.T) {
	f := &fakeBackend{err: eserr.Errorf(403, eserr.SecurityFault, "not for you")}
	s := newServer(f)
	tried := 0
	for _, r := range s.router.Routes() {
		path := strings.NewReplacer(":index", "x", ":id", "1", ":name", "n", ":fields", "f", ":metric", "docs", ":node", "n", ":repository", "r", ":snapshot", "s").Replace(r.Path)
		body := ""
		switch {
		case strings.HasSuffix(path, "_bulk"), strings.HasSuffix(path, "_msearch"):
			body = "{\"index\":{\"_index\":\"x\"}}\n{}\n"
		case r.Method == "PUT", r.Method == "POST", strings.HasSuffix(path, "_mget"):
			body = `{"docs":[{"_index":"x","_id":1}]}`
		}
		if strings.HasSuffix(path, "_count") {
			body = ""
		}
		if strings.HasSuffix(path, "_field_caps") {
			path, body = path+"?fields=*", ""
		}
		status, got, _ := do(t, s, request(r.Method, path, body))
		if status >= 500 {
			t.Errorf("%s %s: %d %s", r.Method, path, status, got)
		}
		if status == 403 {
			tried++
		}
	}
	if tried < 70 {
		t.Errorf("only %d endpoints reached the backend", tried)
	}
}

func TestFaultsAreLoggedAndToldBlandly(t *testing.T) {
	var log bytes.Buffer
	f := &fakeBackend{err: fmt.Errorf("open segment 7: %w", errors.New("disk on fire"))}
	s := New(f, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	status, body, _ := do(t, s, request("GET", "/", ""))
	if status != 500 || strings.Contains(body, "fire") || !strings.Contains(log.String(), "disk on fire") {
		t.Errorf("%d %s\n%s", status, body, &log)
	}
	f.err = nil
	f.search = func(*engine.SearchRequest) (*engine.SearchAnswer, error) { panic("nobody expected this") }
	status, body, _ = do(t, s, request("GET", "/x/_search", ""))
	if status != 500 || strings.Contains(body, "expected") || !strings.Contains(log.String(), "nobody expected this") {
		t.Errorf("%d %s\n%s", status, body, &log)
	}
}

func TestAnswersAreCompressedWhenAsked(t *testing.T) {
	s := newServer(&fakeBackend{templates: map[engine.TemplateKind][]engine.Template{engine.LegacyTemplate: {{Name: "a", Body: []byte(`{"x":"` + strings.Repeat("y", 2000) + `"}`)}}}})
	_, body, header := do(t, s, request("GET", "/_template", "", "Accept-Encoding: gzip, deflate, br"))
	if header.Get("Content-Encoding") != "gzip" || !strings.HasPrefix(body, `{"a":{"x":"yyy`) {
		t.Errorf("%v %.50s", header, body)
	}
}

func TestMetricsNeedNoRegistry(t *testing.T) {
	s := New(&fakeBackend{}, Options{Hosts: edge.NewHosts("10.0.0.1:9200", "siem.example")})
	r := request("GET", "/", "")
	r.Host = "siem.example"
	if status, _, _ := do(t, s, r); status != 200 {
		t.Errorf("a configured host: %d", status)
	}
}
