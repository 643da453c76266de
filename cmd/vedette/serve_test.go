package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
)

// bulk is a _bulk body with one document for each id.
func bulk(index string, ids ...int) string {
	var b strings.Builder
	for _, id := range ids {
		fmt.Fprintf(&b, "{\"index\":{\"_index\":%q,\"_id\":\"%d\"}}\n{\"n\":%d,\"message\":\"event %d\"}\n", index, id, id, id)
	}
	return b.String()
}

func TestBothAddressesAnswer(t *testing.T) {
	s := serve(t, t.TempDir())
	if body := s.ok(t, "GET", "/", ""); !strings.Contains(body, "You Know, for Search") {
		t.Errorf("the Elasticsearch API answers %s", body)
	}
	for path, says := range map[string]string{
		"/": "<html", "/livez": "", "/readyz": "", "/metrics": "go_goroutines", "/api/es/": "You Know, for Search", "/api/v1/status": s.api, "/api/v1/ingest": "sources", "/api/v1/storage": "documents",
	} {
		resp, err := http.Get("http://" + s.board + path)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(resp.Body)
		if err := errors.Join(err, resp.Body.Close()); err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != http.StatusOK || !strings.Contains(string(raw), says) {
			t.Errorf("dashboard: GET %s: status %d and no %q in %.300s", path, resp.StatusCode, says, raw)
		}
	}
}

func TestRequestsThatComeWhileItStartsAreAnsweredWhenItHas(t *testing.T) {
	e := &environment{ctx: t.Context(), log: slog.New(slog.DiscardHandler), stderr: io.Discard}
	a, err := openApp(serverFlags{Listen: "127.0.0.1:0", Dashboard: "127.0.0.1:0", Auth: "off", Persona: "elasticsearch"}, t.TempDir(), e)
	if err != nil {
		t.Fatal(err)
	}
	early, err := net.Dial("tcp", a.api.Addr().String()) // nobody serves yet
	if err == nil {
		_, err = fmt.Fprintf(early, "PUT /early HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", a.api.Addr())
	}
	if err != nil {
		t.Fatal(errors.Join(err, a.close()))
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.run(ctx, nil) }()
	answer, err := io.ReadAll(early)
	stop()
	if err := errors.Join(err, early.Close(), <-ended); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(answer), "HTTP/1.1 200") || !strings.Contains(string(answer), `"index":"early"`) {
		t.Errorf("answered %s", answer)
	}
}

func TestDataStreamsRollOverAndAreDeleted(t *testing.T) {
	data := t.TempDir()
	s := serve(t, data)
	s.ok(t, "POST", "/_bulk?refresh=true", `{"create":{"_index":"logs-aws.cloudtrail-default","_id":"a"}}`+"\n"+`{"@timestamp":"2026-06-01T12:00:00Z"}`+"\n")
	s.stop()
	s = serve(t, data, "--rollover-max-docs", "1", "--rollover-max-age", "1000d")
	s.log.await(t, `(data stream rolled over)" stream=logs-aws.cloudtrail-default .* reason=max_docs`)
	s.stop()
	s = serve(t, data, "--retention", "1ms")
	s.log.await(t, `(index deleted)" index=\.ds-logs-aws\.cloudtrail-default-.*-000001 .* documents=1 .*older than the retention`)
}

func TestLogLinesAreJSONWhereThatIsAskedFor(t *testing.T) {
	log := newTranscript()
	ctx, cancel := context.WithCancel(t.Context())
	code := make(chan int)
	go func() {
		code <- run(ctx, []string{"serve", "--log-format", "json", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--dashboard", "127.0.0.1:0"}, strings.NewReader(""), log, log)
		log.end()
	}()
	log.await(t, `"msg":"(dashboard) is listening"`)
	cancel()
	if got := <-code; got != 0 {
		t.Errorf("status %d", got)
	}
	for line := range strings.Lines(log.String()) {
		if got := into[map[string]any](t, line); got["time"] == nil || got["level"] == nil || got["msg"] == nil {
			t.Errorf("a log line is %s", line)
		}
	}
}

func TestOtherHostsMustBeAllowed(t *testing.T) {
	for name, c := range map[string]struct {
		flags []string
		want  int
	}{
		"a name nobody allowed": {nil, http.StatusMisdirectedRequest},
		"an allowed name":       {[]string{"--allowed-host", "siem.example"}, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, t.TempDir(), c.flags...)
			for _, address := range []string{s.api, s.board} {
				req, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+address+"/", nil)
				if err != nil {
					t.Fatal(err)
				}
				req.Host = "siem.example:9200"
				resp, err := http.DefaultClient.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
				if resp.StatusCode != c.want {
					t.Errorf("%s: status %d, want %d", address, resp.StatusCode, c.want)
				}
			}
		})
	}
}

func TestAStopKeepsWhatWasAcknowledged(t *testing.T) {
	data := t.TempDir()
	s := serve(t, data)
	s.ok(t, "PUT", "/_index_template/t", `{"index_patterns":["events-*"],"template":{"mappings":{"properties":{"message":{"type":"keyword"}}}}}`)
	s.ok(t, "POST", "/_bulk", bulk("events-1", 1, 2, 3))
	s.ok(t, "DELETE", "/events-1/_doc/2", "")
	if code := s.stop(); code != 0 {
		t.Fatalf("stopped with status %d:\n%s", code, s.log)
	}
	s = serve(t, data)
	if n := s.count(t, "events-1", "*"); n != 2 {
		t.Errorf("%d documents after the start, want 2", n)
	}
	if n := s.count(t, "events-1", `message:"event 3"`); n != 1 {
		t.Errorf("%d documents have the keyword, want 1", n)
	}
	s.ok(t, "POST", "/_bulk", bulk("events-2", 1))
	if n := s.count(t, "events-*", "message:event"); n != 0 {
		t.Errorf("the template was forgotten: %d documents have the word in a keyword", n)
	}
}

func TestAStopWaitsForARequestThatRuns(t *testing.T) {
	data := t.TempDir()
	s := serve(t, data)
	body, done := newSlowBody(bulk("events", 1)), make(chan error)
	go func() {
		a, err := s.announce(t, body, -1)
		if err == nil && a.status != http.StatusOK {
			err = fmt.Errorf("status %d: %s", a.status, a.body)
		}
		done <- err
	}()
	<-body.begun
	stopped := make(chan int)
	go func() { stopped <- s.stop() }()
	close(body.goOn)
	if err := <-done; err != nil {
		t.Fatalf("the request was cut off: %v", err)
	}
	if code := <-stopped; code != 0 {
		t.Errorf("stopped with status %d", code)
	}
	if n := serve(t, data).count(t, "events", "*"); n != 1 {
		t.Errorf("%d documents are there, want the one", n)
	}
}

// slowBody gives its first byte, and the rest when it is told to.
type slowBody struct {
	rest        *strings.Reader
	given       bool
	begun, goOn chan struct{}
}

func newSlowBody(text string) *slowBody {
	return &slowBody{rest: strings.NewReader(text), begun: make(chan struct{}), goOn: make(chan struct{})}
}

// Read implements io.Reader.
func (b *slowBody) Read(p []byte) (int, error) {
	if !b.given {
		b.given = true
		n, err := b.rest.Read(p[:1])
		close(b.begun)
		return n, err
	}
	<-b.goOn
	return b.rest.Read(p)
}

func TestKillingItLosesNothingThatWasAcknowledged(t *testing.T) {
	data := t.TempDir()
	want := 0
	for round := range 3 {
		cmd, s := serveChild(t, "serve", "--data", data)
		s.ok(t, "POST", "/_bulk", bulk("events", 10*round, 10*round+1, 10*round+2))
		s.ok(t, "PUT", fmt.Sprintf("/events/_create/%d", 10*round+3), `{"n":0,"message":"alone"}`)
		want += 4
		if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		s.stop()
	}
	s := serve(t, data)
	if n := s.count(t, "events", "*"); n != want {
		t.Errorf("%d documents, want the %d that were acknowledged", n, want)
	}
	if body := s.ok(t, "GET", "/events/_doc/21", ""); !strings.Contains(body, `"message":"event 21"`) {
		t.Errorf("a document reads back as %s", body)
	}
}

func TestSIGTERMStopsTheProcessCleanly(t *testing.T) {
	_, s := serveChild(t, "serve", "--data", t.TempDir())
	s.ok(t, "POST", "/_bulk", bulk("events", 1))
	if code := s.stop(); code != 0 {
		t.Errorf("SIGTERM: status %d\n%s", code, s.log)
	}
}

func TestBothPersonasAnswerFromOneStore(t *testing.T) {
	s := serve(t, t.TempDir(), "--listen-opensearch", "127.0.0.1:0")
	second := s.log.await(t, `"?opensearch API is listening"? url=http://(\S+)`)
	s.ok(t, "PUT", "/one/_doc/1?refresh=true", `{"n":1}`)
	get := func(path string) (string, http.Header) {
		resp, err := http.Get("http://" + second + path)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(resp.Body)
		if err := errors.Join(err, resp.Body.Close()); err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %v, status %d: %s", path, err, resp.StatusCode, raw)
		}
		return string(raw), resp.Header
	}
	for path, want := range map[string]string{"/": `"distribution":"opensearch"`, "/_nodes/http": second, "/one/_search": `"_source":{"n":1}`} {
		body, header := get(path)
		if !strings.Contains(body, want) || header.Get("X-Elastic-Product") != "" {
			t.Errorf("as OpenSearch, %s answers %s, %v", path, body, header)
		}
	}
	if body := s.ok(t, "GET", "/", ""); strings.Contains(body, "opensearch") {
		t.Errorf("the first address answers %s", body)
	}
	if body := s.ok(t, "GET", "/_nodes/http", ""); strings.Contains(body, second) {
		t.Errorf("the first address names the second: %s", body)
	}
}
