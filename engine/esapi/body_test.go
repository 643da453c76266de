package esapi

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func zipped(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestGzippedBodies(t *testing.T) {
	f := &fakeBackend{}
	s := newServer(f)
	ask(t, s, "POST", "/x/_doc", zipped(t, `{"a":"b"}`), 201, "~created", "Content-Encoding: gzip")
	if string(f.ops[0].Source) != `{"a":"b"}` {
		t.Errorf("source %q", f.ops[0].Source)
	}
	for name, body := range map[string]string{"no gzip": "hello", "cut": zipped(t, `{"a":"b"}`)[:12], "damaged": strings.Replace(zipped(t, `{"a":"b"}`), "\x1f\x8b\x08", "\x1f\x8b\x07", 1)} {
		status, got, _ := do(t, s, request("POST", "/x/_doc", body, "Content-Encoding: gzip"))
		if status != 400 || !strings.Contains(got, "no whole gzip stream") {
			t.Errorf("%s: %d %s", name, status, got)
		}
	}
	ask(t, s, "POST", "/x/_doc", "x", 415, "~Content-Encoding [br] is not supported", "Content-Encoding: br")
}

// endless is a body of one long line that says nothing of its length.
type endless struct{ left int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), e.left)
	e.left -= n
	return copy(p[:n], bytes.Repeat([]byte("x"), int(n))), nil
}

func TestLimitsOfBodies(t *testing.T) {
	const limit = 1 << 20
	small := func() *Server { return New(&fakeBackend{}, Options{MaxBodyBytes: limit}) }
	ask(t, small(), "POST", "/x/_doc", strings.Repeat(" ", limit-2)+"{}", 201, "~created")
	ask(t, small(), "POST", "/x/_doc", strings.Repeat("x", limit+1), 413, "~entity content is too long for the configured buffer limit [1048576]")
	ask(t, small(), "POST", "/x/_doc", zipped(t, strings.Repeat("x", limit+1)), 413, "~too long", "Content-Encoding: gzip")
	bomb := New(&fakeBackend{}, Options{})
	ask(t, bomb, "POST", "/x/_doc", zipped(t, strings.Repeat("x", 20<<20)), 413, "~unpacks to more than [250] times", "Content-Encoding: gzip")

	line := &endless{left: 300 << 20}
	r := httptest.NewRequest("POST", "/_bulk", line)
	r.Host, r.ContentLength = "localhost", -1
	r.Header.Set("Content-Type", "application/x-ndjson")
	if status, got, _ := do(t, small(), r); status != 413 || line.left < 298<<20 {
		t.Errorf("a line of 300 MB: %d %s, %d bytes left unread", status, got, line.left)
	}
	r = request("POST", "/x/_doc", "{}")
	r.ContentLength = 300 << 20
	if status, _, _ := do(t, small(), r); status != 413 {
		t.Errorf("a declared length of 300 MB: %d", status)
	}
}

func TestBodiesOfUntoldLength(t *testing.T) {
	for body, want := range map[string]int{"": 200, "{}": 406} {
		r := request("POST", "/x/_search", "")
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), -1
		if status, got, _ := do(t, newServer(&fakeBackend{}), r); status != want {
			t.Errorf("%q without a Content-Type: %d %s", body, status, got)
		}
	}
	f := &fakeBackend{}
	r := request("POST", "/x/_search", "", "Content-Type: application/json")
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(`{"size":1}`)), -1
	if status, got, _ := do(t, newServer(f), r); status != 200 || string(f.searches[0].Body) != `{"size":1}` {
		t.Errorf("%d %s", status, got)
	}
}

func TestBodiesShareABudget(t *testing.T) {
	f := &fakeBackend{}
	s := New(f, Options{MaxHeldBytes: 1 << 20})
	ask(t, s, "POST", "/_bulk", strings.Repeat("{\"index\":{}}\n{}\n", 60_000), 413, "~send it in parts")
	s.held.used.Store(1<<20 - 100)
	status, got, _ := do(t, s, request("POST", "/x/_doc", `{"some":"`+strings.Repeat("x", 200)+`"}`))
	if status != 429 || !strings.Contains(got, "circuit_breaking_exception") {
		t.Errorf("%d %s", status, got)
	}
	s.held.used.Store(0)
	ask(t, s, "POST", "/x/_doc", `{"a":1}`, 201, "~created")
	if held := s.held.used.Load(); held != 0 {
		t.Errorf("%d bytes were not given back", held)
	}
}

func TestBrokenJSON(t *testing.T) {
	s := newServer(&fakeBackend{})
	for body, want := range map[string]string{
		`{"query":`:                       `"type":"x_content_e_o_f_exception","reason":"[1:10] Unexpected end of file","caused_by":{"type":"json_e_o_f_exception"`,
		`{"query":{}}{`:                   `[1:13] Unexpected character ('{' (code 123))`,
		"{\n\"query\": foo}":              `[2:14] Unrecognized token 'foo'`,
		`[]`:                              `"type":"parsing_exception","reason":"Expected [START_OBJECT] but found [START_ARRAY]","line":1,"col":1`,
		`{"size":1,"size":2}`:             `[1:17] Duplicate field 'size'`,
		`{"a":{"b":1},"c":{"b":1},"c":2}`: `[1:29] Duplicate field 'c'`,
		strings.Repeat(`{"a":`, 100000):   `nesting depth (501) exceeds the maximum allowed (500)`,
		"{\"a\":\"\xff\"}":                `Invalid UTF-8 byte 0xff`,
	} {
		status, got, _ := do(t, s, request("POST", "/x/_search", body))
		if status != 400 || !strings.Contains(got, want) {
			t.Errorf("%.40s: %d %s", body, status, got)
		}
	}
	ask(t, s, "POST", "/x/_search", `{`, 400, `~"caused_by":{"type":"json_e_o_f_exception"`)
	for _, path := range []string{"PUT /_index_template/x", "PUT /x/_mapping", "POST /_aliases", "POST /x/_doc"} {
		method, path, _ := strings.Cut(path, " ")
		ask(t, s, method, path, "", 400, "~request body is required")
	}
	ask(t, s, "POST", "/x/_update/1", "", 400, "~script or doc is missing")
}

func TestClientsThatLeave(t *testing.T) {
	s := newServer(&fakeBackend{})
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	reader, writer := io.Pipe()
	r, err := http.NewRequest("POST", server.URL+"/x/_doc", reader)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	go func() {
		_, _ = writer.Write([]byte(`{"a":`))
		_ = writer.CloseWithError(io.ErrClosedPipe)
	}()
	if answer, err := http.DefaultClient.Do(r); err == nil {
		_ = answer.Body.Close()
		t.Error("half a body was answered", answer.StatusCode)
	}
	answer, err := http.Get(server.URL + "/")
	if err != nil || answer.StatusCode != 200 {
		t.Fatal("the server is gone", err)
	}
	_ = answer.Body.Close()
}

func TestABodyIsNotBelievedToBeAsLongAsItsHeaderSays(t *testing.T) {
	s := newServer(&fakeBackend{})
	arrived, more := make(chan struct{}), make(chan struct{})
	r := request("POST", "/_bulk", "", "Content-Type: application/x-ndjson")
	r.Body, r.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader(strings.Repeat(" ", firstBytes+1)), reader(func([]byte) (int, error) {
		close(arrived)
		<-more
		return 0, io.EOF
	}))), 80<<20
	done := make(chan struct{})
	go func() { s.Handler().ServeHTTP(nowhere{http.Header{}}, r); close(done) }()
	<-arrived
	if held := s.held.used.Load(); held > 1<<20 {
		t.Errorf("%d bytes are held for a body of which %d have come", held, firstBytes+1)
	}
	close(more)
	<-done
}

type reader func([]byte) (int, error)

func (r reader) Read(p []byte) (int, error) { return r(p) }
