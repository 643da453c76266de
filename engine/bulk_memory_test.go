package engine

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"weak"

	"github.com/vedette-siem/vedette/storage"
)

// TestBodiesThatSmallDocumentsKeepAreBounded writes bodies of which one small document is taken and the rest refused: until that one is in a segment, the whole body
// stays, and counts.
func TestBodiesThatSmallDocumentsKeepAreBounded(t *testing.T) {
	const size, limit, bodies = 1 << 20, 3 << 20, 20
	h := openWith(t, storage.Options{MaxUnpersistedBytes: limit})
	ctx := context.Background()
	h.must(h.CreateIndex(ctx, root, "a", []byte(`{"settings":{"refresh_interval":"-1"},"mappings":{"properties":{"n":{"type":"long"}}}}`)))
	var all []weak.Pointer[byte]
	for i := range bodies {
		body := []byte(`{"n":7}` + fmt.Sprintf(`{"n":"no number","filler":%q}`, strings.Repeat("x", size)))
		all = append(all, weak.Make(&body[0]))
		ops := []BulkOp{op("create", "a", fmt.Sprint(i), ""), op("create", "a", fmt.Sprint("large", i), "")}
		ops[0].Source, ops[1].Source = body[:7], body[7:]
		answer, err := h.Bulk(ctx, root, ops, BulkOptions{BodyBytes: cap(body)})
		h.must(err)
		equal(t, answer.Items[0].Status, 201)
		equal(t, answer.Items[1].Status, 400)
	}
	runtime.GC()
	kept := 0
	for _, body := range all {
		if body.Value() != nil {
			kept++
		}
	}
	// The one that reaches the limit, and that of the last request; twice, since a refresh that has given its room back may not have let go of its own yet.
	if bound := 2 * (limit/size + 2); kept > bound {
		t.Errorf("%d bodies are kept, with a limit of %d", kept, bound)
	}
	_, err := h.Refresh(ctx, root, Target{})
	h.must(err)
	equal(t, h.count("a"), int64(bodies))
}
