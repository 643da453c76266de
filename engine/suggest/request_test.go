package suggest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/mapping"
)

func TestTooManySuggestionsAreRefused(t *testing.T) {
	var all []string
	for i := range maxSuggestions + 1 {
		all = append(all, fmt.Sprintf(`"s%d":{"text":"a","term":{"field":"f"}}`, i))
	}
	f := func(n int, want bool) {
		t.Helper()
		if _, err := Parse(json.RawMessage("{"+strings.Join(all[:n], ",")+"}"), dsl.Place{Line: 1, Column: 1}); (err == nil) != want {
			t.Errorf("%d suggestions: %v", n, err)
		}
	}
	f(maxSuggestions, true)
	f(maxSuggestions+1, false)
}

func TestRefusalsNameThePlace(t *testing.T) {
	_, err := Parse(json.RawMessage("{\"a\":{\"text\":\"x\",\n \"term\":{\"field\":\"f\", \"foo\": 1}}}"), dsl.Place{Line: 3, Column: 10})
	if e, ok := err.(interface{ Error() string }); !ok || e.Error() != "parsing_exception: suggester[term] doesn't support field [foo]" {
		t.Fatal(err)
	}
	raw, _ := json.Marshal(err)
	if !strings.Contains(string(raw), `"line":4,"col":30`) {
		t.Errorf("%s", raw)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"text":"a","b":{"term":{"field":"f","size":3}}}`)
	f.Add(`{"a":{"text":["x"],"term":null}}`)
	f.Add(`{"a":{"prefix":1,"term":{"field":{},"sort":"SCORE"}}}`)
	f.Add(`{"a":{"text":"x","phrase":{"field":"f","direct_generator":[{"field":"f","size":"2"},1],"smoothing":{"linear":{}},"highlight":{"pre_tag":"a"}}}}`)
	f.Fuzz(func(t *testing.T, body string) {
		if !json.Valid([]byte(body)) || !strings.HasPrefix(strings.TrimSpace(body), "{") {
			return
		}
		if r, err := Parse(json.RawMessage(body), dsl.Place{Line: 1, Column: 1}); (r == nil) == (err == nil) {
			t.Errorf("%q: %v, %v", body, r, err)
		}
	})
}

func TestTextsWithTooManyWordsAreRefused(t *testing.T) {
	m, err := mapping.Parse(json.RawMessage(`{"properties":{"f":{"type":"text"}}}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	f := func(n int, want bool) {
		t.Helper()
		body := `{"s":{"text":"` + strings.Repeat("a ", n) + `","term":{"field":"f"}}}`
		r, err := Parse(json.RawMessage(body), dsl.Place{Line: 1, Column: 1})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = r.Run(&Index{Mapping: m}); (err == nil) != want {
			t.Errorf("%d words: %v", n, err)
		}
	}
	f(maxWords, true)
	f(maxWords+1, false)
}
