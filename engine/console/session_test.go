package console

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// memory is Sessions of one user, alice with the password "secret".
type memory struct {
	open      map[string]engine.Principal
	begun     int
	addresses []string
	err       *engine.Error // answers every login, if set
}

var alice = engine.Principal{Name: "alice", Roles: []string{"viewer"}}

func (m *memory) Login(_ context.Context, user, password, address string) (string, engine.Principal, error) {
	m.addresses = append(m.addresses, address)
	if m.err != nil {
		return "", engine.Principal{}, m.err
	}
	if user != alice.Name || password != "secret" {
		return "", engine.Principal{}, eserr.Errorf(401, eserr.SecurityFault, "user name or password is wrong")
	}
	m.begun++
	token := fmt.Sprintf("token-%d", m.begun)
	m.open[token] = alice
	return token, alice, nil
}

func (m *memory) Session(token string) (engine.Principal, bool) {
	p, ok := m.open[token]
	return p, ok
}

func (m *memory) Logout(token string) { delete(m.open, token) }

// locked makes a server with authentication on, as package security would: the header knows bob alone.
func locked(f *fake) (*Server, *memory) {
	m := &memory{open: map[string]engine.Principal{}}
	return New(Options{API: f, Process: f, Ingester: f, Store: f, UI: fstest.MapFS{}, Sessions: m, Gatherer: prometheus.NewRegistry(),
		Authenticate: func(r *http.Request) (engine.Principal, error) {
			if name, _, ok := r.BasicAuth(); ok && name == "bob" {
				return engine.Principal{Name: "bob"}, nil
			}
			return nobody(r)
		}}), m
}

const right = `{"username":"alice","password":"secret"}`

func loginRequest(body string, headers ...string) *http.Request {
	r := request("POST", "/api/v1/session", append([]string{"Content-Type: application/json"}, headers...)...)
	r.Body = io.NopCloser(strings.NewReader(body))
	return r
}

// cookieOf is the one cookie that an answer sets, and the pair of it that a browser sends back.
func cookieOf(t *testing.T, header http.Header) (set, sent string) {
	t.Helper()
	all := header.Values("Set-Cookie")
	if len(all) != 1 {
		t.Fatalf("cookies: %q", all)
	}
	pair, _, _ := strings.Cut(all[0], ";")
	return all[0], "Cookie: " + pair
}

func logIn(t *testing.T, s *Server) (cookie string) {
	t.Helper()
	status, body, header := do(s, loginRequest(right))
	if status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	_, cookie = cookieOf(t, header)
	return cookie
}

// guardedPaths are those that hold data.
var guardedPaths = []string{"/api/v1/status", "/api/v1/ingest", "/api/v1/storage", "/api/es", "/api/es/_search", "/metrics"}

func TestWithoutASessionNothingIsTold(t *testing.T) {
	s, _ := locked(busy())
	for _, headers := range [][]string{nil, {"Cookie: vedette-session=token-1"}, {"Cookie: vedette-session="}, {"Authorization: Basic YWxpY2U6c2VjcmV0"}} {
		for _, path := range append(guardedPaths, "/api/v1/session") {
			status, body, header := do(s, request("GET", path, headers...))
			if status != 401 || !strings.Contains(body, "security_exception") || header.Get("X-Asked") != "" {
				t.Errorf("%s %v: %d %s", path, headers, status, body)
			}
			// Browsers ask for a password themselves when they are offered Basic.
			if got := header.Values("WWW-Authenticate"); len(got) != 1 || got[0] != "ApiKey" {
				t.Errorf("%s: challenge %q", path, got)
			}
		}
	}
	for _, path := range []string{"/livez", "/readyz", "/", "/events"} {
		if status, _, _ := get(t, s, path); status != 200 {
			t.Errorf("%s: %d", path, status)
		}
	}
}

func TestSessionsWithoutAuthenticateLetNobodyInByHeader(t *testing.T) {
	f := busy()
	s := New(Options{API: f, Process: f, Ingester: f, Store: f, UI: fstest.MapFS{}, Sessions: &memory{}})
	if status, _, _ := do(s, request("GET", "/api/v1/status", "Authorization: Basic Ym9iOng=")); status != 401 {
		t.Error(status)
	}
}

func TestLoginOpensEverything(t *testing.T) {
	f := busy()
	s, m := locked(f)
	r := loginRequest(right)
	r.RemoteAddr = "[2001:db8::1]:4711"
	status, body, header := do(s, r)
	const want = `{"auth":"on","user":{"name":"alice","roles":["viewer"],"superuser":false}}`
	if status != 200 || body != want || header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %s %v", status, body, header)
	}
	if len(m.addresses) != 1 || m.addresses[0] != "2001:db8::1" {
		t.Error(m.addresses)
	}
	set, cookie := cookieOf(t, header)
	if set != "vedette-session=token-1; Path=/; HttpOnly; SameSite=Strict" {
		t.Error(set)
	}
	for _, path := range guardedPaths {
		if status, body, _ := do(s, request("GET", path, cookie)); status != 200 {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if got := strings.Join(f.principals, " "); got != "alice alice alice" {
		t.Error(got)
	}
	if status, body, _ = do(s, request("GET", "/api/v1/session", cookie)); status != 200 || body != want {
		t.Errorf("%d %s", status, body)
	}
}

func TestTheCookieOverTLSIsSecureAndOfThisHost(t *testing.T) {
	s, _ := locked(busy())
	r := loginRequest(right)
	r.TLS = &tls.ConnectionState{}
	_, _, header := do(s, r)
	set, cookie := cookieOf(t, header)
	if set != "__Host-vedette-session=token-1; Path=/; HttpOnly; Secure; SameSite=Strict" {
		t.Error(set)
	}
	r = request("GET", "/api/v1/session", cookie)
	if status, _, _ := do(s, r); status != 401 {
		t.Errorf("%d: a cookie of the encrypted page counts without TLS", status)
	}
	r.TLS = &tls.ConnectionState{}
	if status, _, _ := do(s, r); status != 200 {
		t.Error(status)
	}
	planted := request("GET", "/api/v1/session", strings.Replace(cookie, secureCookie, plainCookie, 1))
	planted.TLS = &tls.ConnectionState{}
	if status, _, _ := do(s, planted); status != 401 {
		t.Errorf("%d: a cookie that a neighbour can plant counts over TLS", status)
	}
}

func TestLogoutEndsTheSession(t *testing.T) {
	s, m := locked(busy())
	cookie := logIn(t, s)
	status, body, header := do(s, request("DELETE", "/api/v1/session", cookie))
	if status != 200 || body != `{"auth":"on"}` {
		t.Errorf("%d %s", status, body)
	}
	if set, _ := cookieOf(t, header); set != "vedette-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict" {
		t.Error(set)
	}
	for _, path := range guardedPaths {
		if status, _, _ := do(s, request("GET", path, cookie)); status != 401 {
			t.Errorf("%s: %d after the logout", path, status)
		}
	}
	if len(m.open) != 0 {
		t.Error(m.open)
	}
	if status, _, _ := do(s, request("DELETE", "/api/v1/session")); status != 200 {
		t.Errorf("%d: logging out twice", status)
	}
}

func TestALoginEndsTheSessionBefore(t *testing.T) {
	s, m := locked(busy())
	cookie := logIn(t, s)
	if status, _, _ := do(s, loginRequest(`{"username":"alice","password":"wrong"}`, cookie)); status != 401 || len(m.open) != 1 {
		t.Errorf("%d %v: a wrong password ended the session", status, m.open)
	}
	if status, _, _ := do(s, loginRequest(right, cookie)); status != 200 || len(m.open) != 1 || m.open["token-2"].Name != "alice" {
		t.Errorf("%d %v", status, m.open)
	}
}

func TestHeadersOpenWhatASessionOpens(t *testing.T) {
	f := busy()
	s, _ := locked(f)
	const bob = "Authorization: Basic Ym9iOng="
	for _, path := range append(guardedPaths, "/api/v1/session") {
		if status, body, _ := do(s, request("GET", path, bob)); status != 200 {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if status, body, _ := do(s, request("GET", "/api/v1/session", logIn(t, s), bob)); status != 200 || !strings.Contains(body, "alice") {
		t.Errorf("%d %s: a proxy's header goes before the session", status, body)
	}
}

func TestLoginsThatFail(t *testing.T) {
	s, m := locked(busy())
	var log bytes.Buffer
	s.o.Log = slog.New(slog.NewTextHandler(&log, nil))
	f := func(want int, r *http.Request) {
		t.Helper()
		status, body, header := do(s, r)
		var answer any
		if err := json.Unmarshal([]byte(body), &answer); err != nil || status != want || len(header.Values("Set-Cookie")) != 0 || strings.Contains(body, "hunter2") {
			t.Errorf("%d %s %v, want %d", status, body, header, want)
		}
		d := readDocument(t)
		for _, problem := range d.check("answer", d.at("components", "schemas", "Error"), answer) {
			t.Errorf("%s\n%s", problem, body)
		}
	}
	f(401, loginRequest(`{"username":"alice","password":"hunter2"}`))
	f(401, loginRequest(`{"username":"mallory","password":"hunter2"}`))
	if len(m.addresses) != 2 || m.addresses[0] != "192.0.2.1" || !strings.Contains(log.String(), "login refused") || strings.Contains(log.String(), "hunter2") {
		t.Errorf("%v %s", m.addresses, log.String())
	}
	for _, body := range []string{``, `hunter2`, `[]`, `{}`, `null`, `{"username":"alice"}`, `{"username":1,"password":"hunter2"}`, `{"username":"alice","password":""}`,
		`{"username":"alice","password":"hunter2","more":1}`, `{"username":"alice","password":"hunter2"}{}`} {
		f(400, loginRequest(body))
	}
	f(413, loginRequest(`{"username":"alice","password":"`+strings.Repeat("x", maxLoginBytes)+`"}`))
	f(406, loginRequest(right, "Content-Type: text/plain"))
	f(403, loginRequest(right, "Origin: https://evil.example"))
	f(403, loginRequest(right, "Sec-Fetch-Site: same-site"))
	if len(m.addresses) != 2 {
		t.Errorf("%d logins were tried", len(m.addresses))
	}
	m.err = eserr.Errorf(429, eserr.SecurityFault, "too many tries")
	f(429, loginRequest(right))
}

func TestAForeignPageCanUseNoSession(t *testing.T) {
	s, m := locked(busy())
	cookie := logIn(t, s)
	for _, r := range []*http.Request{
		request("DELETE", "/api/v1/session", cookie, "Origin: https://evil.example"),
		request("DELETE", "/api/es/logs-x", cookie, "Sec-Fetch-Site: cross-site"),
		request("POST", "/api/es/_bulk", cookie, "Sec-Fetch-Site: same-site"),
	} {
		if status, _, header := do(s, r); status != 403 || header.Get("X-Asked") != "" || len(m.open) != 1 {
			t.Errorf("%s %s: %d", r.Method, r.URL, status)
		}
	}
}

func TestAuthenticationOff(t *testing.T) {
	s := newServer(busy(), nil)
	for _, c := range []struct {
		r      *http.Request
		status int
		body   string
	}{
		{request("GET", "/api/v1/session"), 200, `{"auth":"off"}`},
		{request("DELETE", "/api/v1/session"), 200, `{"auth":"off"}`},
		{loginRequest(right), 400, "start the server with --auth on"},
		{request("GET", "/api/v1/status"), 200, `"version"`},
	} {
		if status, body, header := do(s, c.r); status != c.status || !strings.Contains(body, c.body) || len(header.Values("Set-Cookie")) != 0 {
			t.Errorf("%s %s: %d %s", c.r.Method, c.r.URL, status, body)
		}
	}
}

func TestASessionIsAsTheFileSays(t *testing.T) {
	d := readDocument(t)
	s, _ := locked(busy())
	check := func(method string, r *http.Request) {
		t.Helper()
		status, body, _ := do(s, r)
		var answer any
		if err := json.Unmarshal([]byte(body), &answer); err != nil || status != 200 {
			t.Errorf("%s: %d %s", method, status, body)
		}
		for _, problem := range d.check(method, d.at("paths", "/api/v1/session", method, "responses", "200", "content", "application/json", "schema"), answer) {
			t.Errorf("%s\n%s", problem, body)
		}
	}
	cookie := logIn(t, s)
	check("get", request("GET", "/api/v1/session", cookie))
	check("post", loginRequest(right, cookie))
	check("delete", request("DELETE", "/api/v1/session", cookie))
}
