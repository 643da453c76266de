package search

import (
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/mapping"
)

// limited is an index with two documents and settings of its own.
func limited(t *testing.T, limits mapping.Limits) Index {
	t.Helper()
	ix := newIndex(t, "i", `{"k":{"type":"keyword","store":true},"n":{"type":"long"},"t":{"type":"text"},"o":{"type":"text","index_options":"offsets"}}`,
		[]string{`{"k":"a","n":1,"t":"The quick brown fox and a fox","o":"The quick brown fox and a fox"}`, `{"k":"b","n":2}`})
	m, err := ix.Mapping.WithSettings(mapping.Settings{Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	ix.Mapping = m
	return ix
}

func TestSettingsLimitSearches(t *testing.T) {
	ix := limited(t, mapping.Limits{Terms: 2, RegexpLength: 3, DocvalueFields: 1, InnerResultWindow: 2, AnalyzedOffset: 10})
	for _, c := range []struct{ name, body, says string }{
		{"two terms", `{"query":{"terms":{"k":["a","b"]}}}`, ""},
		{"three terms", `{"query":{"terms":{"k":["a","b","c"]}}}`, "The number of terms [3] used in the Terms Query request has exceeded the allowed maximum of [2]."},
		{"three terms of a filter aggregation", `{"aggs":{"f":{"filter":{"terms":{"k":["a","b","c"]}}}}}`, "The number of terms [3]"},
		{"a short pattern", `{"query":{"regexp":{"k":"a.*"}}}`, ""},
		{"a long pattern", `{"query":{"regexp":{"k":"a.*b"}}}`, "The length of regex [4] used in the Regexp Query request has exceeded the allowed maximum of [3]."},
		{"one column", `{"docvalue_fields":["k"]}`, ""},
		{"two columns", `{"docvalue_fields":["k","n"]}`, "Must be less than or equal to: [1] but was [2]."},
		{"two hits of a bucket", `{"aggs":{"h":{"top_hits":{"size":2}}}}`, ""},
		{"three hits of a bucket", `{"aggs":{"h":{"top_hits":{"from":1,"size":2}}}}`, "must be less than or equal to: [2] but was [3]."},
		{"a long text to be marked", `{"query":{"match":{"t":"fox"}},"highlight":{"fields":{"t":{}}}}`, "The length [29] of field [t] in doc[0]/index[i] exceeds the [index.highlight.max_analyzed_offset] limit [10]."},
		{"a long text whose words are found already", `{"query":{"match":{"o":"fox"}},"highlight":{"fields":{"o":{}}}}`, ""},
		{"but not by the plain highlighter", `{"query":{"match":{"o":"fox"}},"highlight":{"fields":{"o":{"type":"plain"}}}}`, "The length [29] of field [o]"},
		{"the beginning of a long text", `{"query":{"match":{"t":"fox"}},"highlight":{"max_analyzed_offset":9,"fields":{"t":{}}}}`, ""},
		{"the index's beginning of a long text", `{"query":{"match":{"t":"fox"}},"highlight":{"max_analyzed_offset":-1,"fields":{"t":{}}}}`, ""},
		{"more than the index allows", `{"query":{"match":{"t":"fox"}},"highlight":{"max_analyzed_offset":11,"fields":{"t":{}}}}`, "The length [29] of field [t]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Parse([]byte(c.body), nil)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Run(t.Context(), r, []Index{ix}, Options{})
			if c.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %s", err, c.says)
			}
		})
	}
}

func TestOnlyTheBeginningOfATextIsMarked(t *testing.T) {
	ix := limited(t, mapping.Limits{})
	got := ask(t, `{"query":{"match":{"t":"fox quick"}},"highlight":{"max_analyzed_offset":10,"fields":{"t":{}}}}`, ix).Hits[0]
	if want := `{"t":["The <em>quick</em> brown fox and a fox"]}`; string(got.Highlight) != want {
		t.Errorf("highlight = %s, want %s", got.Highlight, want)
	}
}

func TestABoostOfAnIndexMultipliesItsScores(t *testing.T) {
	a, b, twice := limited(t, mapping.Limits{}), limited(t, mapping.Limits{}), float32(2)
	a.Name, b.Name, b.Boost = "a", "b", &twice
	got := ask(t, `{"query":{"term":{"n":1}},"min_score":0.5,"aggs":{"h":{"top_hits":{"size":1}}}}`, a, b)
	if len(got.Hits) != 2 || got.Hits[0].Index != "b" || *got.Hits[0].Score != 2 || *got.Hits[1].Score != 1 || *got.MaxScore != 2 {
		t.Errorf("result = %s", asJSON(t, got))
	}
}

func TestStoredFieldsAreShown(t *testing.T) {
	got := ask(t, `{"query":{"ids":{"values":["1"]}},"stored_fields":["k","n"]}`, limited(t, mapping.Limits{})).Hits[0]
	if string(got.Fields) != `{"k":["a"]}` || got.Source != nil {
		t.Errorf("fields = %s, source = %s", got.Fields, got.Source)
	}
}

func TestAMappingHidesTheSource(t *testing.T) {
	for body, want := range map[string]string{`{"_source":{"enabled":false}}`: "", `{"_source":{"excludes":["b"]}}`: `{"a":1}`} {
		ix := newIndex(t, "i", `{}`, []string{`{"a":1,"b":2}`})
		m, err := mapping.Parse([]byte(body), nil)
		if err != nil {
			t.Fatal(err)
		}
		ix.Mapping = m
		if got := ask(t, `{}`, ix).Hits[0]; string(got.Source) != want {
			t.Errorf("%s shows %s, want %s", body, got.Source, want)
		}
	}
}
