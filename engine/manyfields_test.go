package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// A mapping has as many fields as the index's own settings allow: when it is made, when a document brings them, and when it is opened again.
func TestAnIndexWithManyFieldsIsOpenedAgain(t *testing.T) {
	h := newHarness(t)
	ctx := context.Background()
	var properties, values []string
	for i := range 1500 {
		properties = append(properties, fmt.Sprintf(`"p%d":{"type":"long"}`, i))
		values = append(values, fmt.Sprintf(`"v%d":%d`, i, i))
	}
	fields, document := strings.Join(properties, ","), "{"+strings.Join(values, ",")+"}"
	settings := `"settings":{"index.mapping.total_fields.limit":4000}`
	h.must(h.CreateIndex(ctx, root, "declared", json.RawMessage(`{`+settings+`,"mappings":{"properties":{`+fields+`}}}`)))
	h.must(h.CreateIndex(ctx, root, "grown", json.RawMessage(`{`+settings+`}`)))
	if err := h.CreateIndex(ctx, root, "toomany", json.RawMessage(`{"mappings":{"properties":{`+fields+`}}}`)); err == nil || !strings.Contains(err.Error(), "Limit of total fields [1000] has been exceeded") {
		t.Errorf("1,500 fields with the default limit: %v", err)
	}
	stream := strings.TrimSuffix(document, "}") + `,"@timestamp":"2026-06-01T12:00:00Z"}` // its template has no limit
	for _, status := range h.bulk(op("index", "declared", "1", `{"p1":1}`), op("index", "grown", "1", document), op("create", trail, "1", stream)) {
		if !strings.HasPrefix(status, "201") {
			t.Fatal(status)
		}
	}
	h.reopen()
	for _, name := range []string{"declared", "grown", trail} {
		if n := h.count(name); n != 1 {
			t.Errorf("%s has %d documents after it was opened again", name, n)
		}
	}
}
