package search

import (
	"fmt"
	"math"
	"testing"
)

// The expected scores follow from Lucene's formula (k1 + 1) * idf * freq / (freq + k1 * (1 - b + b * length / average)), with idf = ln(1 + (N - n + 0.5) / (n + 0.5)).
func TestScoresAreLucenes(t *testing.T) {
	ix := newIndex(t, "i", `{"t":{"type":"text"},"k":{"type":"keyword"},"n":{"type":"long"},"b":{"type":"boolean"}}`,
		[]string{`{"t":"quick fox","k":"a","n":1,"b":true}`, `{"t":"quick quick brown fox","k":"b","n":1,"b":true}`},
		[]string{`{"t":"lazy dog sleeps","k":"a","n":2,"b":false}`}, []string{`{"n":3}`})
	for _, c := range []struct{ name, query, want string }{
		// N 3, average (2+4+3)/3 = 3; n 2: idf ln(1 + 1.5/2.5) = 0.47000363
		{"a word once, in a short text", `{"term":{"t":"fox"}}`, "1:0.544215 2:0.413603"},
		{"a word twice", `{"term":{"t":"quick"}}`, "2:0.590862 1:0.544215"},
		// n 1: idf ln(1 + 2.5/1.5) = 0.98082925, length 3 is the average: 2.2/2.2
		{"a rare word", `{"term":{"t":"dog"}}`, "3:0.980829"},
		{"a sum", `{"bool":{"should":[{"term":{"t":"fox"}},{"term":{"t":"quick"}}]}}`, "1:1.088429 2:1.004465"},
		{"a boost", `{"term":{"t":{"value":"dog","boost":2}}}`, "3:1.961658"},
		{"a boost of a bool multiplies", `{"bool":{"must":{"term":{"t":{"value":"dog","boost":2}}},"boost":1.5}}`, "3:2.942488"},
		{"a filter adds nothing", `{"bool":{"must":{"term":{"t":"dog"}},"filter":{"term":{"n":2}}}}`, "3:0.980829"},
		{"filters alone score 0", `{"bool":{"filter":{"term":{"t":"dog"}}}}`, "3:0.000000"},
		{"must_not alone scores 0", `{"bool":{"must_not":{"exists":{"field":"t"}}}}`, "4:0.000000"},
		{"a keyword, by how rare it is", `{"term":{"k":"b"}}`, "2:0.980829"},
		{"a boolean", `{"term":{"b":false}}`, "3:0.980829"},
		{"terms score 1", `{"terms":{"k":["b"],"boost":3}}`, "2:3.000000"},
		{"a number scores 1", `{"term":{"n":2}}`, "3:1.000000"},
		{"everything", `{"match_all":{"boost":2}}`, "1:2.000000 2:2.000000 3:2.000000 4:2.000000"},
		{"a constant", `{"constant_score":{"filter":{"term":{"t":"dog"}},"boost":1.2}}`, "3:1.200000"},
		{"the best and a part of the others", `{"dis_max":{"queries":[{"term":{"t":"fox"}},{"term":{"t":"quick"}}],"tie_breaker":0.5}}`, "1:0.816322 2:0.797663"},
		{"what is unwanted is demoted", `{"boosting":{"positive":{"term":{"t":"fox"}},"negative":{"term":{"k":"a"}},"negative_boost":0.5}}`, "2:0.413603 1:0.272107"},
		// a phrase weighs as much as its words together: 2 * 0.47000363 (brown fox: 0.98082925 + 0.47000363)
		{"a phrase", `{"match_phrase":{"t":"quick fox"}}`, "1:1.088429"},
		{"a phrase of a rarer word", `{"match_phrase":{"t":"brown fox"}}`, "2:1.276733"},
		{"a phrase with slop counts less", `{"match_phrase":{"t":{"query":"quick fox","slop":1}}}`, "1:1.088429 2:0.517004"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			for i, h := range ask(t, `{"query":`+c.query+`}`, ix).Hits {
				if i > 0 {
					got += " "
				}
				got += fmt.Sprintf("%s:%.6f", h.ID, *h.Score)
			}
			if got != c.want {
				t.Errorf("scores = %s, want %s", got, c.want)
			}
		})
	}
}

func TestBM25KeepsThePrecisionOfFloat32(t *testing.T) {
	s := newBM25(fieldStats{docCount: 3, sumLength: 9}, 1, 2)
	want := 2.2 * 0.47000362924573563 / (1 + 1.2*(0.25+0.75*2.0/3.0))
	if got := s.score(1, 2); math.Abs(float64(got)-want) > 1e-7 {
		t.Errorf("score = %v, want %v", got, want)
	}
	if a, b := s.score(1, 2), s.score(2, 2); a >= b {
		t.Errorf("a second occurrence lowers the score from %v to %v", a, b)
	}
}

func TestLengthsAreKeptInAByte(t *testing.T) {
	for n, want := range map[uint32]uint32{0: 0, 3: 3, 24: 24, 39: 39, 40: 40, 41: 40, 42: 42, 57: 56, 100: 96, 1000: 984, 1 << 20: 983064} {
		if got := keptLength(n); got != want {
			t.Errorf("%d is kept as %d, want %d", n, got, want)
		}
	}
}
