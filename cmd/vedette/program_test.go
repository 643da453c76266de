package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/ingest/ingesttest/moto"
)

// TestMain takes the settings of whoever runs the tests out of the environment.
func TestMain(m *testing.M) {
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, "VEDETTE_") && name != "VEDETTE_SHARED" {
			_ = os.Unsetenv(name) // only an empty name is an error
		}
	}
	_ = os.Unsetenv("ELASTIC_PASSWORD")
	_ = os.Setenv("VEDETTE_AUTH", "off") // most tests are not about who asks
	code := m.Run()
	built.remove()
	moto.Stop()
	os.Exit(code)
}

// transcript keeps what a program writes, and lets a test wait for a text in it.
type transcript struct {
	mu      sync.Mutex // guards the rest
	text    bytes.Buffer
	ended   bool
	changed chan struct{} // closed when something is written or the program has ended, then replaced
}

func newTranscript() *transcript { return &transcript{changed: make(chan struct{})} }

// Write implements io.Writer.
func (tr *transcript) Write(p []byte) (int, error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.text.Write(p)
	close(tr.changed)
	tr.changed = make(chan struct{})
	return len(p), nil
}

func (tr *transcript) end() {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.ended = true
	close(tr.changed)
	tr.changed = make(chan struct{})
}

// String is all that was written so far.
func (tr *transcript) String() string {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.text.String()
}

// await returns the first group of the pattern once it is there; it fails the test if the program ends before, or if the time of the whole package is nearly over: a
// test that is ended by its deadline does not show what the program wrote.
func (tr *transcript) await(t *testing.T, pattern string) string {
	t.Helper()
	return tr.awaitUntil(t, pattern, beforeDeadline(t))
}

// beforeDeadline ends while there is time left to tell what went wrong and to stop the programs; it never ends without a deadline (-test.timeout 0).
func beforeDeadline(t *testing.T) <-chan time.Time {
	deadline, ok := t.Deadline()
	if !ok {
		return nil
	}
	return time.After(time.Until(deadline) * 9 / 10)
}

// failing is what awaitUntil needs of a test.
type failing interface {
	Helper()
	Fatalf(format string, args ...any)
}

func (tr *transcript) awaitUntil(t failing, pattern string, over <-chan time.Time) string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	for {
		tr.mu.Lock()
		found, ended, changed := re.FindSubmatch(tr.text.Bytes()), tr.ended, tr.changed
		tr.mu.Unlock()
		if found != nil {
			return string(found[1])
		}
		if ended {
			t.Fatalf("the program ended without writing %q:\n%s", pattern, tr)
		}
		select {
		case <-changed:
		case <-over:
			t.Fatalf("the program does not write %q; it has written:\n%s", pattern, tr)
		}
	}
}

// panicking is a test that fails by a panic with its message.
type panicking struct{}

func (panicking) Helper() {}

func (panicking) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

func TestAwaitShowsWhatWasWrittenBeforeTheDeadline(t *testing.T) {
	tr, over := newTranscript(), make(chan time.Time)
	fmt.Fprintln(tr, "something else")
	close(over)
	defer func() {
		if said := fmt.Sprint(recover()); !strings.Contains(said, "something else") || !strings.Contains(said, "(never)") {
			t.Errorf("it said: %s", said)
		}
	}()
	tr.awaitUntil(panicking{}, "(never)", over)
}

// result is what a program that has ended left.
type result struct {
	code           int
	stdout, stderr string
}

// vedette runs the program in this process to its end.
func vedette(t *testing.T, args ...string) result {
	t.Helper()
	stdout, stderr := newTranscript(), newTranscript()
	code := run(t.Context(), args, strings.NewReader(""), stdout, stderr)
	return result{code, stdout.String(), stderr.String()}
}

// want fails the test unless the program ended with the status and wrote all the texts, wherever.
func (r result) want(t *testing.T, code int, texts ...string) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit status %d, want %d\n%s%s", r.code, code, r.stdout, r.stderr)
	}
	for _, text := range texts {
		if !strings.Contains(r.stdout+r.stderr, text) {
			t.Errorf("it did not say %q but:\n%s%s", text, r.stdout, r.stderr)
		}
	}
}

// server is a program that serves.
type server struct {
	api, board string // host:port
	log        *transcript
	stop       func() int // tells it to stop and returns its exit status; may be called twice
}

const (
	apiAddress   = `elasticsearch API is listening" url=https?://(\S+)`
	boardAddress = `dashboard is listening" url=https?://(\S+)`
)

// serve runs `vedette serve` on the data directory in this process until the test ends.
func serve(t *testing.T, data string, more ...string) *server {
	t.Helper()
	log := newTranscript()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	code := make(chan int, 1)
	go func() {
		args := append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--dashboard", "127.0.0.1:0"}, more...)
		code <- run(ctx, args, strings.NewReader(""), log, log)
		log.end()
	}()
	s := &server{log: log, stop: sync.OnceValue(func() int { cancel(); return <-code })}
	t.Cleanup(func() {
		if got := s.stop(); got != 0 && !t.Failed() {
			t.Errorf("the server stopped with status %d:\n%s", got, log)
		}
	})
	s.api, s.board = log.await(t, apiAddress), log.await(t, boardAddress)
	return s
}

// binary is the program built without the race detector, for tests that kill it or need its speed.
type binary struct {
	once sync.Once
	dir  string
	err  error
}

var built binary // shared by the tests; TestMain removes it

func (b *binary) path(t *testing.T) string {
	t.Helper()
	b.once.Do(func() {
		if b.dir, b.err = os.MkdirTemp("", "vedette-test-"); b.err != nil {
			return
		}
		build := exec.Command("go", "build", "-o", filepath.Join(b.dir, "vedette"), ".")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			b.err = fmt.Errorf("go build: %w\n%s", err, out)
		}
	})
	if b.err != nil {
		t.Fatal(b.err)
	}
	return filepath.Join(b.dir, "vedette")
}

func (b *binary) remove() {
	if b.dir != "" {
		_ = os.RemoveAll(b.dir) // a leftover in the folder for temporary files does no harm
	}
}

// serveChild runs `vedette serve` or `vedette demo` as a process of its own.
func serveChild(t *testing.T, args ...string) (*exec.Cmd, *server) {
	t.Helper()
	log := newTranscript()
	cmd := exec.Command(built.path(t), append(args, "--listen", "127.0.0.1:0", "--dashboard", "127.0.0.1:0")...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // the status stands in cmd.ProcessState
		log.end()
		close(ended)
	}()
	s := &server{log: log, stop: sync.OnceValue(func() int {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		<-ended
		return cmd.ProcessState.ExitCode()
	})}
	t.Cleanup(func() { s.stop() }) // where the test went well it has ended, and with which status was looked at
	s.api, s.board = log.await(t, apiAddress), log.await(t, boardAddress)
	return cmd, s
}

// answer is a server's answer.
type answer struct {
	status int
	body   string
}

// ask makes a request of the Elasticsearch API. headers are names and values by turns.
func (s *server) ask(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.api+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, string(raw)}
}

// ok makes a request that must succeed.
func (s *server) ok(t *testing.T, method, path, body string) string {
	t.Helper()
	a := s.ask(t, method, path, body)
	if a.status >= 300 || strings.Contains(a.body, `"errors":true`) {
		t.Fatalf("%s %s: status %d: %s", method, path, a.status, a.body)
	}
	return a.body
}

// into parses an answer.
func into[T any](t *testing.T, body string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return v
}

// count is how many documents match a query string, after a refresh.
func (s *server) count(t *testing.T, index, query string) int {
	t.Helper()
	s.ok(t, "POST", "/"+index+"/_refresh", "")
	body, err := json.Marshal(map[string]any{"query": map[string]any{"query_string": map[string]any{"query": query}}})
	if err != nil {
		t.Fatal(err)
	}
	return into[struct{ Count int }](t, s.ok(t, "POST", "/"+index+"/_count", string(body))).Count
}
