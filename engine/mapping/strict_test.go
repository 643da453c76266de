package mapping

import (
	"encoding/json"
	"strings"
	"testing"
)

// What is refused of new mappings is the same that a mapping of an earlier version may have, and that still opens.
func TestNewMappingsAreCheckedMoreStrictlyThanStoredOnes(t *testing.T) {
	f := func(body, want string) {
		t.Helper()
		err := CheckNew(json.RawMessage(body))
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", body, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: got %v, want %q", body, err, want)
		}
		if _, err := Parse(json.RawMessage(body), nil); err != nil {
			t.Errorf("%s does not open: %v", body, err)
		}
	}
	field := func(params string) string { return `{"properties":{"o":{"properties":{"a":` + params + `}}}}` }
	f(field(`{"type":"text","term_vector":"with_positions_offsets","index_options":"offsets","similarity":"BM25"}`), "")
	f(field(`{"type":"text","term_vector":"x"}`), "Unknown value [x] for field [term_vector] - accepted values are [no, yes, with_positions,")
	f(field(`{"type":"text","index_options":"x"}`), "Unknown value [x] for field [index_options] - accepted values are [positions, docs, freqs, offsets]")
	f(field(`{"type":"keyword","index_options":"positions"}`), "Unknown value [positions] for field [index_options] - accepted values are [docs, freqs]")
	f(field(`{"type":"text","similarity":"x"}`), "Unknown Similarity type [x] for field [a]")
	f(field(`{"type":"text","similarity":"boolean"}`), "[similarity: boolean] of field [a] is not supported")
	f(field(`{"type":"text","index_phrases":true,"index":false}`), "Cannot set index_phrases on unindexed field [a]")
	f(field(`{"type":"text","index_prefixes":{"x":1}}`), "Mapping definition for [a] has unsupported parameters:  [x : 1]")
	f(field(`{"type":"keyword","fields":{"t":{"type":"text","term_vector":"x"}}}`), "Unknown value [x] for field [term_vector]")
	f(field(`{"type":"long","time_series_metric":"x"}`), "accepted values are [gauge, counter]")
	f(`{"_source":{"enabled":"false","includes":["a"],"mode":"synthetic"},"_routing":{"required":true},"_field_names":{}}`, "")
	f(`{"_source":{"wrong":1}}`, "unknown parameter [wrong] on metadata field [_source]")
	f(`{"_source":{"includes":"a"}}`, "[includes] of [_source] must be a list")
	f(`{"_source":{"mode":"x"}}`, "No enum constant org.elasticsearch.index.mapper.SourceFieldMapper.Mode.X")
	f(`{"_routing":{"required":"x"}}`, "Failed to parse value [x] as only [true] or [false] are allowed.")
	f(`{"_routing":{"wrong":1}}`, "unknown parameter [wrong] on metadata field [_routing]")
	f(`{"_field_names":{"enabled":true}}`, "The `enabled` setting for the `_field_names` field has been deprecated and removed.")
}
