package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// failure is an error answer of Elasticsearch's.
type failure struct {
	Status int
	Error  struct {
		Type, Reason string
		RootCause    []struct{ Type, Reason string } `json:"root_cause"`
	}
}

// wantFailure fails the test unless the answer is an error in Elasticsearch's form, of that status and type, that says the text.
func wantFailure(t *testing.T, a answer, status int, kind, says string) {
	t.Helper()
	f := into[failure](t, a.body)
	if a.status != status || f.Status != status || f.Error.Type != kind || len(f.Error.RootCause) == 0 {
		t.Errorf("status %d, %d and type %q, want %d and %q: %.500s", a.status, f.Status, f.Error.Type, status, kind, a.body)
	}
	if !strings.Contains(a.body, says) {
		t.Errorf("it does not say %q: %.500s", says, a.body)
	}
}

func TestBadRequestsAreAnsweredAndHarmNothing(t *testing.T) {
	s := serve(t, t.TempDir())
	s.ok(t, "PUT", "/events/_doc/first", `{"message":"before"}`)
	deep := func(open, inner, end string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		kind, says         string
	}{
		"an index two dots":             {"PUT", "/..", "", 400, "invalid_index_name_exception", "[..]"},
		"an index two escaped dots":     {"PUT", "/%2e%2e/_doc/1", "{}", 400, "invalid_index_name_exception", "[..]"},
		"an index out of the folder":    {"PUT", "/..%2Fevents", "", 400, "invalid_index_name_exception", "../events"},
		"an upper-case index":           {"PUT", "/Events", "", 400, "invalid_index_name_exception", "[Events], must be lowercase"},
		"a document there":              {"PUT", "/Events/_doc/1", "{}", 400, "invalid_index_name_exception", "[Events]"},
		"bulk without a final newline":  {"POST", "/_bulk", strings.TrimSuffix(bulk("events", 1), "\n"), 400, "illegal_argument_exception", "terminated by a newline"},
		"bulk of half a line":           {"POST", "/_bulk", "{\"index\":{\"_index\n", 400, "x_content_e_o_f_exception", ""},
		"bulk of an unknown action":     {"POST", "/_bulk", "{\"upsert\":{\"_index\":\"events\"}}\n{}\n", 400, "illegal_argument_exception", "upsert"},
		"a deep document":               {"PUT", "/events/_doc/deep", deep(`{"a":`, "1", "}", 100_000), 400, "document_parsing_exception", "depth"},
		"a deep list":                   {"PUT", "/events/_doc/deep", `{"a":` + deep("[", "1", "]", 100_000) + "}", 400, "document_parsing_exception", "depth"},
		"a deep query":                  {"POST", "/events/_search", `{"query":` + deep(`{"bool":{"must":`, `{"match_all":{}}`, "}}", 5_000) + "}", 400, "x_content_parse_exception", "depth"},
		"a deep query string":           {"POST", "/events/_search", `{"query":{"query_string":{"query":"` + deep("(", "a", ")", 20_000) + `"}}}`, 400, "search_phase_execution_exception", ""},
		"half a query":                  {"POST", "/events/_search", `{"query":`, 400, "x_content_e_o_f_exception", "end-of-input"},
		"an unknown query":              {"POST", "/events/_search", `{"query":{"matsch":{}}}`, 400, "parsing_exception", "matsch"},
		"too many hits":                 {"GET", "/events/_search?size=100000", "", 400, "search_phase_execution_exception", "[100000]"},
		"a document of invalid UTF-8":   {"PUT", "/events/_doc/utf", "{\"a\":\"\xff\"}", 400, "document_parsing_exception", "UTF-8"},
		"a query of invalid UTF-8":      {"POST", "/events/_search", "{\"a\":\"\xff\"}", 400, "x_content_parse_exception", "UTF-8"},
		"a document that is no JSON":    {"PUT", "/events/_doc/rubbish", "\x00\x01\x02", 400, "document_parsing_exception", "failed to parse"},
		"a document that is a list":     {"PUT", "/events/_doc/list", "[1]", 400, "document_parsing_exception", ""},
		"an index that does not exist":  {"GET", "/absent/_search", "", 404, "index_not_found_exception", "[absent]"},
		"a mapping of an unknown type":  {"PUT", "/other", `{"mappings":{"properties":{"a":{"type":"keywort"}}}}`, 400, "mapper_parsing_exception", "keywort"},
		"a body that calls itself gzip": {"PUT", "/events/_doc/z", "plain", 400, "parse_exception", "gzip"},
	} {
		t.Run(name, func(t *testing.T) {
			var headers []string
			if strings.Contains(name, "gzip") {
				headers = []string{"Content-Encoding", "gzip"}
			}
			wantFailure(t, s.ask(t, c.method, c.path, c.body, headers...), c.status, c.kind, c.says)
		})
	}
	t.Run("a body that unpacks to a hundred times what is allowed", func(t *testing.T) {
		a := s.ask(t, "PUT", "/events/_doc/bomb", gzipBomb(t), "Content-Encoding", "gzip")
		wantFailure(t, a, 413, "content_too_long_exception", "unpacks")
	})
	t.Run("a body larger than is allowed", func(t *testing.T) { wantFailure(t, hugeBody(t, s), 413, "content_too_long_exception", "104857600") })
	t.Run("and bad documents beside good ones", func(t *testing.T) { badBeside(t, s) })
	if n := s.count(t, "events", "*"); n != 2 {
		t.Errorf("%d documents are there, want the two that were taken", n)
	}
	if body := s.ok(t, "GET", "/events/_doc/first", ""); !strings.Contains(body, `{"message":"before"}`) {
		t.Errorf("the first document reads back as %s", body)
	}
}

// badBeside writes one good document and three bad ones in one request.
func badBeside(t *testing.T, s *server) {
	a := s.ask(t, "POST", "/_bulk", bulk("Events", 1)+bulk("../events", 2)+bulk("events", 3)+"{\"index\":{\"_index\":\"events\"}}\n{\"a\":\"\xff\"}\n")
	got := into[struct {
		Errors bool
		Items  []map[string]struct{ Status int }
	}](t, a.body)
	if a.status != 200 || !got.Errors || len(got.Items) != 4 {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	for i, want := range []int{400, 400, 201, 400} {
		if status := got.Items[i]["index"].Status; status != want {
			t.Errorf("item %d: status %d, want %d: %s", i, status, want, a.body)
		}
	}
}

// gzipBomb is 300 MB of one letter, compressed: each member is written once and repeated.
func gzipBomb(t *testing.T) string {
	t.Helper()
	var member bytes.Buffer
	z := gzip.NewWriter(&member)
	if _, err := z.Write(bytes.Repeat([]byte("x"), 10<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return strings.Repeat(member.String(), 30)
}

// hugeBody announces a body of 101 MiB.
func hugeBody(t *testing.T, s *server) answer {
	t.Helper()
	a, err := s.announce(t, io.LimitReader(endless{}, 101<<20), 101<<20)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// announce makes a _bulk request that waits for leave to send its body, as curl does: the body is read once the server handles the request.
func (s *server) announce(t *testing.T, body io.Reader, length int64) (answer, error) {
	transport := &http.Transport{ExpectContinueTimeout: time.Minute}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), "POST", "http://"+s.api+"/_bulk", body)
	if err != nil {
		return answer{}, err
	}
	req.ContentLength = length
	req.Header.Set("Expect", "100-continue")
	req.Header.Set("Content-Type", "application/x-ndjson")
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return answer{}, err
	}
	raw, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, string(raw)}, errors.Join(err, resp.Body.Close())
}

// endless is newlines without end.
type endless struct{}

// Read implements io.Reader.
func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '\n'
	}
	return len(p), nil
}
