package search

import (
	"math"
	"strings"
	"testing"
)

// The scores are those of Elasticsearch 8.19.
func TestRewriteSaysHowTermsScore(t *testing.T) {
	long := "The first sentence says nothing. The second names the fox and the dog. " + strings.Repeat("filler words go on and on. ", 8) + "At the end a fox <again>."
	ix := newIndex(t, "i", `{"t":{"type":"text"}}`, []string{`{"t":"The quick brown fox. A lazy dog"}`, `{"t":"` + long + `"}`})
	for _, c := range []struct {
		query string
		want  []float64 // of the hits in order
	}{
		{`{"wildcard":{"t":{"value":"*o*"}}}`, []float64{1, 1}},
		{`{"wildcard":{"t":{"value":"*o*","rewrite":"scoring_boolean"}}}`, []float64{5.2576966, 1.5827966}},
		{`{"prefix":{"t":{"value":"f","rewrite":"top_terms_1"}}}`, []float64{1.2376678}},
		{`{"regexp":{"t":{"value":"[a-f].*","rewrite":"top_terms_boost_3","boost":2}}}`, []float64{6, 2}},
		{`{"wildcard":{"t":{"value":"*o*","rewrite":"top_terms_blended_freqs_9"}}}`, []float64{1.6397208, 0.8184362}},
		{`{"fuzzy":{"t":{"value":"doq","rewrite":"top_terms_3"}}}`, []float64{0.18187469, 0.093604386}},
		{`{"fuzzy":{"t":{"value":"doq","rewrite":"constant_score"}}}`, []float64{1, 1}},
		{`{"bool":{"filter":{"prefix":{"t":{"value":"f","rewrite":"top_terms_1"}}},"should":{"match_all":{}}}}`, []float64{1}},
		{`{"bool":{"filter":{"prefix":{"t":{"value":"f"}}},"should":{"match_all":{}}}}`, []float64{1, 1}}, // no cached set of the same words
	} {
		hits := ask(t, `{"query":`+c.query+`}`, ix).Hits
		if len(hits) != len(c.want) {
			t.Errorf("%s: %d hits, want %d", c.query, len(hits), len(c.want))
			continue
		}
		for i, h := range hits {
			if h.Score == nil || math.Abs(float64(*h.Score)-c.want[i]) > 1e-6 {
				t.Errorf("%s: hit %d scores %v, want %v", c.query, i, h.Score, c.want[i])
			}
		}
	}
}
