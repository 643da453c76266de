package engine

import (
	"context"
	"encoding/json"
	"testing"
)

// A template that an earlier version took still makes indices, though it would not be taken today.
func TestWhatIsRefusedOfNewTemplatesIsTakenOfStoredOnes(t *testing.T) {
	h := newHarness(t)
	old := json.RawMessage(`{"index_patterns":["old-*"],"template":{"settings":{"auto_expand_replicas":"x"},"mappings":{"_source":{"wrong":1},"properties":{"a":{"type":"text","term_vector":"wrong"},` +
		`"c":{"type":"completion","max_input_length":0,"contexts":null}}},"wrong":1}}`)
	if err := h.PutTemplate(context.Background(), root, IndexTemplate, "old", old, false); err == nil {
		t.Fatal("the template is taken today")
	}
	h.templates[IndexTemplate]["old"] = old
	h.must(h.CreateIndex(context.Background(), root, "old-1", nil))
	h.must(h.PutMapping(context.Background(), root, Target{Expression: "old-1"}, json.RawMessage(`{"properties":{"b":{"type":"long"}}}`)))
}
