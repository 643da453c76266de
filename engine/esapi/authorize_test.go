package esapi

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/security"
	"github.com/vedette-siem/vedette/storage"
)

// secured is a server with the user admin, and one that may do nothing.
func secured(t *testing.T) *Server {
	t.Helper()
	dir, err := storage.Open(filepath.Join(t.TempDir(), "data"), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dir.Close() })
	backend, err := engine.OpenEmbedded(dir, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	users, err := security.Open(dir.Meta(), security.Options{AdminPassword: "secret-admin"})
	if err != nil {
		t.Fatal(err)
	}
	password := "secret-nobody"
	if _, err := users.PutUser(t.Context(), engine.Principal{Superuser: true}, "nobody", security.UserChange{Password: &password, Roles: []string{}}); err != nil {
		t.Fatal(err)
	}
	return New(backend, Options{Security: users, Authenticate: users.Authenticate})
}

func askAs(s *Server, method, path, user, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if user != "" {
		r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user+":secret-"+user)))
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

// open are the endpoints that every user may call: about themselves, and those that say that they are not there.
var open = []string{"GET /_security/_authenticate", "GET /_security/user/_has_privileges", "POST /_security/user/_has_privileges", "GET /_security/user/_privileges",
	"GET /_cat", "PUT /_security/user/_password", "POST /_security/user/_password"}

// requests are bodies without which an endpoint refuses a request before anybody asks who makes it.
var requests = map[string]string{
	"_bulk": "{\"index\":{\"_index\":\"x\"}}\n{}\n", "_msearch": "{\"index\":\"x\"}\n{}\n", "_mget": `{"docs":[{"_index":"x","_id":"1"}]}`, "_aliases": `{"actions":[{"add":{"index":"x","alias":"y"}}]}`,
	"_update": `{"doc":{}}`, "_settings": `{"index.refresh_interval":"1s"}`, "_password": `{"password":"secret-nobody"}`, "_delete_by_query": `{"query":{"match_all":{}}}`, "user": `{"password":"secret-x","roles":[]}`, "api_key": `{"name":"x"}`,
	"template": `{"source":{"query":{"match_all":{}}}}`, "_scripts": `{"script":{"lang":"mustache","source":"{}"}}`, "_terms_enum": `{"field":"a"}`, "_explain": `{"query":{"match_all":{}}}`,
	"scroll": `{"scroll_id":"x"}`, "_analyze": `{"text":"x"}`, "_simulate": `{"pipeline":{"processors":[]},"docs":[{"_source":{}}]}`, "_reindex": `{"source":{"index":"x"},"dest":{"index":"y"}}`,
	"_index_template": `{"index_patterns":["x"]}`, "_template": `{"index_patterns":["x"]}`, "_component_template": `{"template":{}}`,
}

// needsBody says whether a request without one is refused before anybody asks who makes it, though its method needs none elsewhere.
func needsBody(method, path string) bool {
	switch method {
	case http.MethodGet:
		return slices.ContainsFunc([]string{"_msearch", "_mget", "_analyze", "_simulate", "scroll", "template", "_explain", "_terms_enum"}, func(part string) bool { return strings.Contains(path, "/"+part) })
	case http.MethodDelete:
		return slices.ContainsFunc([]string{"api_key", "scroll", "_pit", "point_in_time"}, func(part string) bool { return strings.Contains(path, "/"+part) })
	}
	return method != http.MethodHead
}

// TestEveryEndpointAsksForAuthorisation calls all endpoints that there are on behalf of a user without rights, and of nobody.
func TestEveryEndpointAsksForAuthorisation(t *testing.T) {
	s := secured(t)
	declined := map[string]bool{}
	for _, r := range declinedRoutes() {
		for path := range strings.FieldsSeq(r.paths) {
			declined[path] = true
		}
	}
	for endpoint := range s.routes {
		method, path, _ := strings.Cut(endpoint, " ")
		if declined[path] {
			continue
		}
		var segments []string
		body := "{}"
		for segment := range strings.SplitSeq(path, "/") {
			if known, ok := requests[segment]; ok {
				body = known
			}
			if strings.HasPrefix(segment, ":") {
				segment = "x"
			}
			segments = append(segments, segment)
		}
		if strings.HasSuffix(path, "/_aliases/:name") || strings.HasSuffix(path, "/:index/_aliases") {
			body = "{}"
		}
		url := strings.Join(segments, "/")
		switch {
		case strings.HasSuffix(path, "/_msearch/template"):
			body = "{\"index\":\"x\"}\n{\"source\":{\"query\":{\"match_all\":{}}}}\n"
		case path == "/_pit":
			body = `{"id":"x"}`
		case path == "/_search/point_in_time":
			body = `{"pit_id":["x"]}`
		case strings.HasSuffix(path, "/_alias/:name") || strings.HasSuffix(path, "/_aliases/:name"):
			if body = "{}"; !strings.HasPrefix(path, "/:index") {
				body = `{"index":"x"}`
			}
		case strings.HasSuffix(path, "/_alias") || path == "/:index/_aliases":
			if body = `{"alias":"y"}`; !strings.HasPrefix(path, "/:index") {
				body = `{"index":"x","alias":"y"}`
			}
		case strings.HasSuffix(path, "/_field_caps"):
			url += "?fields=a"
		case strings.HasSuffix(path, "/_stats/:metric"):
			url = strings.TrimSuffix(url, "x") + "docs"
		case strings.HasSuffix(path, "/_block/:block"):
			url = strings.TrimSuffix(url, "x") + "write"
		}
		if !needsBody(method, path) {
			body = ""
		}
		if w := askAs(s, method, url, "", body); w.Code != http.StatusUnauthorized || len(w.Header()["Www-Authenticate"]) != 2 {
			t.Errorf("%s without credentials: %d %s", endpoint, w.Code, w.Body)
		}
		w := askAs(s, method, url, "nobody", body)
		text := w.Body.String()
		denied := w.Code == http.StatusForbidden || w.Code == http.StatusOK && strings.Contains(text, "is unauthorized for user [nobody]") && !strings.Contains(text, `"_source"`)
		if denied == slices.Contains(open, endpoint) {
			t.Errorf("%s: %d %.300s", endpoint, w.Code, text)
		}
	}
}

// TestAPathIsAuthorisedAsItIsRouted: no spelling of a path leads to what the usual one is refused for.
func TestAPathIsAuthorisedAsItIsRouted(t *testing.T) {
	s := secured(t)
	if w := askAs(s, "PUT", "/secret/_doc/1?refresh=true", "admin", `{"token":"classified"}`); w.Code != http.StatusCreated {
		t.Fatal(w.Body)
	}
	if w := askAs(s, "PUT", "/_security/role/logs", "admin", `{"indices":[{"names":["logs*"],"privileges":["all"]}]}`); w.Code != http.StatusOK {
		t.Fatal(w.Body)
	}
	if w := askAs(s, "PUT", "/_security/user/eve", "admin", `{"password":"secret-eve","roles":["logs"]}`); w.Code != http.StatusOK {
		t.Fatal(w.Body)
	}
	if w := askAs(s, "PUT", "/logs/_doc/1?refresh=true", "eve", `{"a":1}`); w.Code != http.StatusCreated {
		t.Fatal(w.Body)
	}
	spellings := func(path string) []string {
		dotted := strings.ReplaceAll(path, "secret", "logs/../secret")
		return []string{path, "/" + path, strings.ReplaceAll(path, "/", "//"), path + "/", path + "//", strings.ReplaceAll(path, "s", "%73"), strings.ReplaceAll(path, "secret", "%2Fsecret"),
			strings.ReplaceAll(path, "secret", "secret%2F"), strings.ReplaceAll(path, "secret", "logs%2F..%2Fsecret"), dotted, strings.ReplaceAll(path, "secret", "./secret"), strings.ReplaceAll(path, "secret", "secret;a=b"),
			strings.ReplaceAll(path, "secret", "SECRET"), strings.ReplaceAll(path, "secret", "logs,secret"), strings.ReplaceAll(path, "secret", "logs%2Csecret"), strings.ReplaceAll(path, "secret", "logs,-logs,secret"),
			strings.ReplaceAll(path, "secret", "*"), strings.ReplaceAll(path, "secret", "s*t"), strings.ReplaceAll(path, "secret", "%2A"), strings.ReplaceAll(path, "secret", "<secret>"), strings.ReplaceAll(path, "secret", "%3Csecret%3E"),
			strings.ReplaceAll(path, "secret", "secret%00"), strings.ReplaceAll(path, "secret", " secret"), strings.ReplaceAll(path, "secret", "%20secret"), strings.ReplaceAll(path, "secret", "secr%65t"), strings.ReplaceAll(path, "secret", "secr%2565t")}
	}
	for _, call := range []struct{ method, path, body string }{
		{"GET", "/secret/_doc/1", ""}, {"GET", "/secret/_source/1", ""}, {"GET", "/secret/_search", ""}, {"POST", "/secret/_search", `{}`}, {"GET", "/secret/_mapping", ""}, {"GET", "/secret", ""},
		{"GET", "/_cat/indices/secret?format=json", ""}, {"POST", "/secret/_msearch", "{}\n{}\n"}, {"POST", "/secret/_mget", `{"ids":["1"]}`}, {"GET", "/secret/_field_caps?fields=*", ""},
		{"GET", "/secret/_count", ""}, {"POST", "/secret/_delete_by_query", `{"query":{"match_all":{}}}`}, {"DELETE", "/secret/_doc/1", ""}, {"PUT", "/secret/_doc/1", `{"a":1}`}, {"GET", "/secret/_stats", ""},
		{"DELETE", "/secret", ""}, {"PUT", "/secret/_mapping", `{}`}, {"GET", "/_resolve/index/secret", ""}, {"POST", "/secret/_bulk", "{\"delete\":{\"_id\":\"1\"}}\n"},
	} {
		for _, path := range spellings(call.path) {
			r, err := http.NewRequest(call.method, "http://127.0.0.1", io.NopCloser(strings.NewReader(call.body)))
			if err != nil {
				t.Fatal(err)
			}
			target, query, _ := strings.Cut(path, "?")
			if r.URL.Path = target; strings.Contains(target, "%") {
				r.URL.RawPath = target
			}
			r.URL.RawQuery, r.ContentLength = query, int64(len(call.body))
			r.Header.Set("Content-Type", "application/json")
			r.SetBasicAuth("eve", "secret-eve")
			w := httptest.NewRecorder()
			s.Handler().ServeHTTP(w, r)
			if text := w.Body.String(); strings.Contains(text, "classified") || strings.Contains(text, `"token"`) || strings.Contains(text, `"secret":`) || strings.Contains(text, `"index":"secret"`) && w.Code < 300 && !strings.Contains(text, "unauthorized") || w.Code >= 500 {
				t.Errorf("%s %s: %d %.300s", call.method, path, w.Code, text)
			}
		}
		if w := askAs(s, "GET", "/secret/_doc/1", "admin", ""); !strings.Contains(w.Body.String(), "classified") {
			t.Fatalf("%s %s changed the document: %s", call.method, call.path, w.Body)
		}
	}
}
