package esapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/esapi/jsonscan"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestTheTableOfErrors(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		want   string
		known  bool
	}{
		{eserr.Illegal("no"), 400, `{"error":{"root_cause":[{"type":"illegal_argument_exception","reason":"no"}],"type":"illegal_argument_exception","reason":"no"},"status":400}`, true},
		{fmt.Errorf("search: %w", eserr.Errorf(429, eserr.CircuitBreaking, "too much")), 429, `~"circuit_breaking_exception","reason":"too much"`, true},
		{&plainError{status: 405, text: "not so"}, 405, `{"error":"not so","status":405}`, true},
		{jsonscan.At([]byte("{\nab"), 4, "bad"), 400, `~"x_content_parse_exception","reason":"[2:3] bad\n at [Source: (byte[])\"{\nab\"; line: 2, column: 3]","caused_by":{"type":"json_parse_exception","reason":"bad\n at [Source: (byte[])\"{\nab\"; line: 2, column: 3]"}`, true},
		{&http.MaxBytesError{Limit: 7}, 413, `~"content_too_long_exception","reason":"entity content is too long for the configured buffer limit [7]"`, true},
		{fmt.Errorf("read: %w", context.Canceled), statusClientGone, `~the client closed the connection`, true},
		{context.DeadlineExceeded, 503, `~timeout_exception`, true},
		{fmt.Errorf("read: %w", io.ErrUnexpectedEOF), 400, `~the request body ended early`, true},
		{errors.New("secret"), 500, `{"error":{"root_cause":[{"type":"exception","reason":"an internal error occurred; the server's log has it"}],"type":"exception","reason":"an internal error occurred; the server's log has it"},"status":500}`, false},
		{invalid("a is missing", "b is missing"), 400, `~"action_request_validation_exception","reason":"Validation Failed: 1: a is missing;2: b is missing;"`, true},
	} {
		status, body, known := Render(c.err, "n")
		part, isPart := strings.CutPrefix(c.want, "~")
		if status != c.status || known != c.known || isPart && !strings.Contains(string(body), part) || !isPart && string(body) != c.want {
			t.Errorf("%v: %d %v %s", c.err, status, known, body)
		}
	}
}

func TestAClientThatDoesNotWaitIsNoFault(t *testing.T) {
	var log bytes.Buffer
	s := New(&fakeBackend{err: fmt.Errorf("search x: %w", context.Canceled)}, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if status, _, _ := do(t, s, request("GET", "/x/_search", "").WithContext(ctx)); status != statusClientGone || log.Len() != 0 {
		t.Errorf("%d, logged %s", status, &log)
	}
	ask(t, s, "POST", "/_msearch", "{}\n{}\n", statusClientGone, "~")
}
