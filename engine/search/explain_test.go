package search

import (
	"context"
	"encoding/json"
	"math"
	"strconv"
	"testing"

	"github.com/vedette-siem/vedette/engine/dsl"
)

func explainIndex(t *testing.T) Index {
	return newIndex(t, "a", `{"t":{"type":"text"},"k":{"type":"keyword"},"n":{"type":"long"},"f":{"type":"boolean"}}`,
		[]string{`{"t":"failed login of alice","k":"x","n":1,"f":true}`, `{"t":"login","k":"y","n":2}`},
		[]string{`{"t":"failed failed login login and much more of it","k":"x","n":3,"f":false}`, `{"t":"nothing"}`})
}

// TestExplanationsAreTheScores holds explanations to the scores of hits, and their parts to the whole.
func TestExplanationsAreTheScores(t *testing.T) {
	ix := explainIndex(t)
	for _, query := range []string{
		`{"match_all":{"boost":2}}`, `{"match":{"t":"login"}}`, `{"match":{"t":{"query":"failed login","boost":3}}}`, `{"term":{"k":"x"}}`, `{"term":{"f":true}}`,
		`{"match_phrase":{"t":"failed login"}}`, `{"match_phrase":{"t":{"query":"failed of","slop":3}}}`, `{"range":{"n":{"gte":1,"boost":1.5}}}`,
		`{"bool":{"must":{"match":{"t":"login"}},"filter":{"term":{"k":"x"}},"should":[{"term":{"n":3}}]}}`, `{"bool":{"filter":{"term":{"k":"x"}}}}`,
		`{"dis_max":{"queries":[{"match":{"t":"failed"}},{"term":{"k":"x"}}],"tie_breaker":0.3}}`, `{"constant_score":{"filter":{"term":{"k":"y"}},"boost":4}}`,
		`{"boosting":{"positive":{"match":{"t":"login"}},"negative":{"term":{"k":"x"}},"negative_boost":0.5}}`,
	} {
		r, err := Parse(json.RawMessage(`{"explain":true,"query":`+query+`}`), nil)
		if err != nil {
			t.Fatal(query, err)
		}
		result, err := Run(context.Background(), r, []Index{ix}, Options{Now: testNow})
		if err != nil || len(result.Hits) == 0 {
			t.Fatal(query, err)
		}
		for _, h := range result.Hits {
			score := string(floatJSON(float64(*h.Score)))
			if string(h.Explanation.Value) != score {
				t.Errorf("%s: the hit scores %s, and is explained as %s", query, score, h.Explanation.Value)
			}
			checkParts(t, query, *h.Explanation)
			q, err := dsl.Parse(json.RawMessage(query))
			if err != nil {
				t.Fatal(err)
			}
			e, found, matched, err := Explain(context.Background(), q, ix, h.ID, Options{Now: testNow})
			if err != nil || !found || !matched || string(e.Value) != score {
				t.Errorf("%s: Explain(%s) = %s, %v, %v, %v; want %s", query, h.ID, e.Value, found, matched, err, score)
			}
		}
	}
}

// checkParts multiplies and adds again what an explanation says was multiplied and added.
func checkParts(t *testing.T, query string, e Explanation) {
	t.Helper()
	want, sum, product := number(t, e), 0.0, 1.0
	for _, d := range e.Details {
		checkParts(t, query, d)
		sum += number(t, d)
		product *= number(t, d)
	}
	got := want
	switch {
	case e.Description == "sum of:" || e.Description == "idf, sum of:" || len(e.Details) == 1:
		got = sum
	case len(e.Details) == 3 && e.Details[0].Description == "boost":
		got = product
	}
	if math.Abs(got-want) > 1e-5*math.Abs(want) {
		t.Errorf("%s: %q is %v, and its parts make %v", query, e.Description, want, got)
	}
}

func number(t *testing.T, e Explanation) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(string(e.Value), 64)
	if err != nil {
		t.Fatalf("%s: %v", e.Description, err)
	}
	return n
}

func TestAnExplanationOfATermReadsAsLucenes(t *testing.T) {
	q, err := dsl.Parse(json.RawMessage(`{"term":{"t":"alice"}}`))
	if err != nil {
		t.Fatal(err)
	}
	e, _, _, err := Explain(context.Background(), q, explainIndex(t), "1", Options{Now: testNow})
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	var collect func(Explanation)
	collect = func(e Explanation) {
		texts = append(texts, e.Description)
		for _, d := range e.Details {
			collect(d)
		}
	}
	collect(e)
	want := []string{"weight(t:alice in 0) [PerFieldSimilarity], result of:", "score(freq=1.0), computed as boost * idf * tf from:", "boost",
		"idf, computed as log(1 + (N - n + 0.5) / (n + 0.5)) from:", "n, number of documents containing term", "N, total number of documents with field",
		"tf, computed as freq / (freq + k1 * (1 - b + b * dl / avgdl)) from:", "freq, occurrences of term within document", "k1, term saturation parameter",
		"b, length normalization parameter", "dl, length of field", "avgdl, average length of field"}
	if len(texts) != len(want) {
		t.Fatalf("got %q", texts)
	}
	for i := range want {
		if texts[i] != want[i] {
			t.Errorf("%q, want %q", texts[i], want[i])
		}
	}
	if _, found, matched, err := Explain(context.Background(), q, explainIndex(t), "2", Options{Now: testNow}); err != nil || !found || matched {
		t.Error("a document without the word matches", err)
	}
	if _, found, _, err := Explain(context.Background(), q, explainIndex(t), "9", Options{Now: testNow}); err != nil || found {
		t.Error("a document that is not there is found", err)
	}
}
