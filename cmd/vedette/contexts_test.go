package main

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestOpenSearchesAreCounted opens a scroll and a point in time, looks for them among the metrics, and leaves them to the end of the program.
func TestOpenSearchesAreCounted(t *testing.T) {
	s := serve(t, t.TempDir())
	s.ok(t, "POST", "/_bulk?refresh=true", bulk("a", 1, 2, 3))
	s.ok(t, "GET", "/a/_search?scroll=1m&size=1", "")
	s.ok(t, "POST", "/a/_pit?keep_alive=1m", "")
	resp, err := http.Get("http://" + s.board + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{`vedette_search_contexts_open{kind="scroll"} 1`, `vedette_search_contexts_open{kind="pit"} 1`, `vedette_search_contexts_open{kind="async"} 0`} {
		if !strings.Contains(string(raw), line) {
			t.Errorf("no %s among the metrics", line)
		}
	}
}
