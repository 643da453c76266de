package search

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/engine/eserr"
)

const (
	wordy     = 400 // documents of each of two segments
	wordBytes = 200 // by which the longer words are longer
)

// lexicon is an index whose words are all as long as asked.
func lexicon(t *testing.T, length int) Index {
	var segments [2][]string
	pad := strings.Repeat("x", length)
	for i := range 2 * wordy {
		word := fmt.Sprintf("%s%03d", pad, i)
		segments[i%2] = append(segments[i%2], fmt.Sprintf(`{"k":%q,"t":"see %s","n":%d,"one":"same"}`, word, word, i))
	}
	return newIndex(t, "i", `{"k":{"type":"keyword"},"t":{"type":"text"},"n":{"type":"long"},"one":{"type":"keyword"}}`, segments[:]...)
}

// used is what a request takes at most of a limit (0 is none), all of which it gives back.
func used(t *testing.T, ix Index, body string, limit int64) (int64, error) {
	t.Helper()
	r, err := Parse([]byte(body), nil)
	if err != nil {
		t.Fatal(err)
	}
	all := aggs.NewBudget(0)
	b := all.Request(limit)
	_, err = Run(t.Context(), r, []Index{ix}, Options{Now: testNow, Budget: b})
	n := b.Used()
	if b.Release(); all.Used() != 0 {
		t.Errorf("%s: %d bytes were not given back", body, all.Used())
	}
	return n, err
}

// TestMemoryGrowsWithTheWordsThatAreHeld asks the same of short and of long words: what is copied out of the segments is counted, and refused beyond the limit.
func TestMemoryGrowsWithTheWordsThatAreHeld(t *testing.T) {
	short, long := lexicon(t, 4), lexicon(t, 4+wordBytes)
	const all, few = 2 * wordy * wordBytes, 20 * wordBytes
	for _, c := range []struct {
		body  string
		least int64 // by which the long words take more
	}{
		{`{"size":0,"aggs":{"a":{"terms":{"field":"k","order":{"_key":"asc"}}}}}`, all},
		{`{"size":0,"aggs":{"a":{"terms":{"field":"k"}}}}`, all},
		{`{"size":0,"aggs":{"a":{"terms":{"field":"k","size":1000}}}}`, 2 * all}, // the texts, and the answer
		{`{"size":0,"aggs":{"a":{"terms":{"field":"n"},"aggs":{"b":{"terms":{"field":"k"}}}}}}`, all},
		{`{"size":0,"aggs":{"a":{"filters":{"filters":[{"match_all":{}}]},"aggs":{"b":{"terms":{"field":"k"}}}}}}`, all},
		{`{"size":0,"aggs":{"a":{"composite":{"size":1000,"sources":[{"k":{"terms":{"field":"k"}}}]}}}}`, all},
		{`{"size":0,"aggs":{"a":{"terms":{"field":"n","size":1000},"aggs":{"h":{"top_hits":{"_source":false,"sort":["k"]}}}}}}`, 2 * all},
		{`{"size":0,"aggs":{"a":{"terms":{"field":"n","size":1000},"aggs":{"h":{"top_hits":{}}}}}}`, 2 * all},
		{`{"size":800,"_source":false,"sort":["k"]}`, 2 * all}, // the value, and how it is printed
		{`{"size":800}`, 2 * all},
		{`{"size":800,"_source":false,"fields":["k","t"]}`, 2 * all},
		{`{"size":800,"_source":false,"query":{"match":{"t":"see"}},"highlight":{"number_of_fragments":0,"fields":{"t":{}}}}`, all},
		{`{"size":0,"query":{"fuzzy":{"k":{"value":"PAD100","fuzziness":2,"max_expansions":10}}}}`, few},
		{`{"size":0,"query":{"match_phrase_prefix":{"t":{"query":"see PAD","max_expansions":1000}}}}`, all},
	} {
		t.Run(c.body, func(t *testing.T) {
			padded := func(n int) string { return strings.ReplaceAll(c.body, "PAD", strings.Repeat("x", n)) }
			before, err := used(t, short, padded(4), 0)
			if err != nil {
				t.Fatal(err)
			}
			after, err := used(t, long, padded(4+wordBytes), 0)
			if err != nil {
				t.Fatal(err)
			}
			if after-before < c.least {
				t.Errorf("%d bytes more were counted (%d and %d), want %d at least", after-before, before, after, c.least)
			}
			_, err = used(t, long, padded(4+wordBytes), after-c.least)
			if refusal := (*eserr.Error)(nil); !errors.As(err, &refusal) || refusal.Status != 429 || refusal.Type != eserr.CircuitBreaking {
				t.Errorf("with less memory than the words take: %v", err)
			}
		})
	}
}

// TestMemoryOfClausesIsCounted has many clauses that each match all documents; what a segment's clauses found is given back when it is done.
func TestMemoryOfClausesIsCounted(t *testing.T) {
	ix := lexicon(t, 4)
	any := func(clause string, n int) string {
		return `{"bool":{"minimum_should_match":2,"should":[` + strings.TrimSuffix(strings.Repeat(clause+",", n), ",") + `]}}`
	}
	for name, body := range map[string]string{
		"matched": `{"size":0,"query":` + any(`{"exists":{"field":"n"}}`, 400) + `}`,
		"scored":  `{"size":1,"query":` + any(`{"term":{"one":"same"}}`, 400) + `}`,
	} {
		if _, err := used(t, ix, body, 2000); err == nil || !strings.Contains(err.Error(), "data for [documents]") {
			t.Errorf("%s: %v, want a refusal", name, err)
		}
		if n, err := used(t, ix, body, 0); err != nil || n > 20_000 {
			t.Errorf("%s: %d bytes are still held when all segments are done, %v", name, n, err)
		}
	}
}
