package suggest

import (
	"encoding/json"
	"testing"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/mapping"
)

// The scores are those that Elasticsearch 8.19 gave.
func TestInputsThatBeginAlmostAsATextDoes(t *testing.T) {
	f := func(options, text, form string, weight int32, want float32) { // -1 is no match
		t.Helper()
		raw := json.RawMessage(options)
		fuzzy, err := parseFuzzyPrefix(member{name: "fuzzy", raw: raw, at: dsl.Place{Line: 1, Column: 1}})
		if err != nil {
			t.Fatal(err)
		}
		got, ok := fuzzy.prefix(text).score(mapping.Input{Form: form, Weight: weight})
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%s: %q for %q: got %v, want %v", options, form, text, got, want)
		}
	}
	f(`{}`, "doctr", "doctor", 4, 16)
	f(`{}`, "doctor", "doctor", 4, 20)
	f(`{}`, "dictor", "doctor", 4, 4)
	f(`{}`, "dcotor", "doctor\x1fwho", 1, 1)
	f(`{}`, "odctor", "doctor", 4, -1)
	f(`{}`, "doctorrr", "doctor", 4, -1)
	f(`{}`, "do", "documentary", 12, 24)
	f(`{}`, "doc", "dog", 1, 2)
	f(`{}`, "documentry", "documentary", 12, 96)
	f(`{}`, "dócto", "dóctor", 1, 5)
	f(`{}`, "dócto", "dóctor", 0, 5)
	f(`{}`, "dictor", "dóctor", 1, -1)
	f(`{"unicode_aware":true}`, "dictor", "dóctor", 1, 1)
	f(`{"fuzziness":2}`, "dxctor", "dóctor", 1, 1)
	f(`{"fuzziness":"AUTO:3,5"}`, "dictor", "dóctor", 1, 1)
	f(`{"fuzziness":0}`, "dictor", "doctor", 4, -1)
	f(`{"transpositions":false}`, "dcotor", "doctor", 4, -1)
	f(`{"prefix_length":2}`, "dictor", "doctor", 4, -1)
	f(`{"min_length":7}`, "dictor", "doctor", 4, -1)
	f(`{"min_length":1,"fuzziness":1}`, "di", "dog", 1, 1)
	f(`true`, "dictor", "doctor", 4, 4)
	f(`false`, "dictor", "doctor", 4, -1)
	f(`false`, "doct", "doctor", 4, 4)
	f(`false`, "", "doctor", 4, -1)
}
