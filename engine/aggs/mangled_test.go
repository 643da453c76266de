package aggs_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/vedette-siem/vedette/engine/aggs"
)

// TestMangledRequestsDoNotPanic changes pieces of random requests: each is answered or refused.
func TestMangledRequestsDoNotPanic(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0))}
	pieces := []string{"_count", "_key", ">", "['a']", "[", "]", ".", "0", "-1", "null", "{}", `"`, "k", "n", "t", "filter", "terms", "bucket_sort", "derivative", "rate", "multi_terms", "1e309"}
	for range 1500 {
		body, err := json.Marshal(g.aggs(2))
		if err != nil {
			t.Fatal(err)
		}
		for range 1 + g.IntN(3) {
			at := g.IntN(len(body))
			to := min(len(body), at+g.IntN(4))
			body = append(append(append([]byte{}, body[:at]...), pieces[g.IntN(len(pieces))]...), body[to:]...)
		}
		tree, err := aggs.Parse(body)
		if err != nil {
			continue
		}
		s := newShelf(t, "m", testMapping, kinds(), []string{g.event().source(), g.event().source()})
		parts, err := s.partials(tree, nil, nil)
		if err != nil {
			continue
		}
		if got, err := tree.Answer(parts, aggs.Printing{}); err == nil && !json.Valid(got) {
			t.Errorf("%s: answer is no JSON: %s", body, got)
		}
	}
}
