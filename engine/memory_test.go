package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

// TestSearchesAreRefusedForTheirMemory has one search that takes more than it may, and one that takes more than is left of what all may.
func TestSearchesAreRefusedForTheirMemory(t *testing.T) {
	for breaker, o := range map[string]Options{"[request]": {RequestMemory: 1000}, "[parent]": {TotalMemory: 1000}} {
		var log bytes.Buffer
		o.Logger, o.CacheBytes = slog.New(slog.NewTextHandler(&log, nil)), -1
		h := cached(t, o)
		ask := func(body string) error {
			_, err := h.Search(context.Background(), root, &SearchRequest{Target: Target{Expression: "i"}, Body: json.RawMessage(body)})
			return err
		}
		for _, body := range []string{
			`{"size":300,"sort":["n"]}`,
			`{"size":0,"aggs":{"a":{"terms":{"field":"n","size":300},"aggs":{"h":{"top_hits":{}},"c":{"cardinality":{"field":"n"}}}}}}`,
			`{"size":0,"aggs":{"a":{"composite":{"size":300,"sources":[{"n":{"terms":{"field":"n"}}}]}}}}`,
			`{"size":0,"aggs":{"a":{"histogram":{"field":"n","interval":1},"aggs":{"p":{"percentiles":{"field":"n"}}}}}}`,
		} {
			log.Reset()
			err := ask(body)
			var refusal *Error
			if !errors.As(err, &refusal) || refusal.Status != 429 || refusal.Type != "circuit_breaking_exception" || !strings.Contains(refusal.Reason, breaker) {
				t.Errorf("%s: %s: %v", breaker, body, err)
			}
			if !strings.Contains(log.String(), `msg="search refused for its memory" target=i`) {
				t.Errorf("the log does not tell: %s", log.String())
			}
			if h.memory.Used() != 0 {
				t.Errorf("%d bytes were not given back", h.memory.Used())
			}
		}
		if err := ask(`{"size":0}`); err != nil {
			t.Errorf("a small search after it: %v", err)
		}
	}
}

func TestCountsAreRefusedForTheirMemory(t *testing.T) {
	h := cached(t, Options{RequestMemory: 10, CacheBytes: -1})
	_, err := h.Count(context.Background(), root, &SearchRequest{Target: Target{Expression: "i"}, Body: json.RawMessage(`{"query":{"range":{"n":{"gte":5}}}}`)})
	if refusal := (*Error)(nil); !errors.As(err, &refusal) || refusal.Status != 429 || refusal.Type != "circuit_breaking_exception" {
		t.Errorf("counting 300 documents in 10 bytes: %v", err)
	}
	if h.memory.Used() != 0 {
		t.Errorf("%d bytes were not given back", h.memory.Used())
	}
}
