package aggs_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/vedette-siem/vedette/engine/aggs"
)

// crowds is an index of some segments in which some terms are frequent everywhere, some in one segment only, and many are equally rare; and one that has other kinds.
func crowds(t *testing.T, g *rand.Rand) []shelf {
	segments := make([][]string, 6)
	for i := range segments {
		for range []int{900, 900, 600, 300, 5, 1}[i] {
			x := int(g.ExpFloat64() * 5)
			switch g.IntN(3) {
			case 0:
				x = 2000 + g.IntN(1000)
			case 1:
				if g.IntN(5) == 0 {
					x = 1000 + i*10 + g.IntN(3) // of this segment
				}
			}
			source := fmt.Sprintf(`{"k":"term-%d","n":%d,"d":%d.5,"mix":%d,"ip":"10.0.%d.%d","labels._keyed":["a\u0000v%d","b\u0000w"]}`, x, x, x, g.IntN(1000), x/256, x%256, x)
			if g.IntN(20) == 0 {
				source = `{"mix":7}`
			}
			segments[i] = append(segments[i], source)
		}
	}
	other := newShelf(t, "other", `{"properties":{"n":{"type":"double"},"k":{"type":"keyword"}}}`, kinds(), []string{`{"n":3,"k":"term-3"}`})
	return []shelf{newShelf(t, "crowds", testMapping, kinds(), segments...), other}
}

// TestTheFirstTermsOfManySegmentsAreExact compares what is merged for the last time, where only terms that may be shown are looked up, with what merges all of them.
func TestTheFirstTermsOfManySegmentsAreExact(t *testing.T) {
	seed := rand.Uint64()
	g := rand.New(rand.NewPCG(seed, 0))
	shelves := crowds(t, g)
	subs := `,"aggs":{"s":{"sum":{"field":"mix"}},"c":{"value_count":{"field":"k"}},"m":{"max":{"field":"mix"}},"t":{"terms":{"field":"k","size":2}},"u":{"cardinality":{"field":"mix"}}}`
	saved := 0
	for _, field := range []string{`"k"`, `"n"`, `"ip"`, `"labels.a"`, `"k","missing":"nothing"`, `"k","missing":"term-5"`, `"k","include":"term-[12].*"`, `"n","exclude":[0,1]`} {
		for _, more := range []string{``, `,"order":[{"_count":"desc"},{"_key":"desc"}]`, `,"order":{"_count":"asc"}`, `,"order":{"s":"desc"}`, `,"order":{"c":"desc"}`, `,"order":{"m":"desc"}`} {
			size, asked := []int{1, 2, 5, 100}[g.IntN(4)], shelves[:1+g.IntN(2)]
			request := fmt.Sprintf(`{"a":{"terms":{"field":%s,"size":%d%s}%s}}`, field, size, more, subs)
			if more == "" {
				request = fmt.Sprintf(`{"f":{"filter":{"term":{"mix":7}},"aggs":{"y":{"terms":{"field":%s}}}},"a":{"terms":{"field":%s,"size":%d}}}`, field, field, size)
			}
			saved += sameAnswers(t, g, seed, request, asked)
		}
	}
	if t.Logf("%d requests were answered without merging all terms", saved); saved == 0 {
		t.Error("no request was answered without merging all terms")
	}
}

// sameAnswers returns 1 if the last merge took much less memory than one of all.
func sameAnswers(t *testing.T, g *rand.Rand, seed uint64, request string, shelves []shelf) int {
	tree := parse(t, request)
	var parts, kept []*aggs.Partial
	for _, s := range shelves {
		p, err := s.partials(tree, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, p...)
	}
	g.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	held := 0
	for _, p := range parts {
		kept, held = append(kept, p.Clone(), p.Clone()), held+p.Bytes()
	}
	want, err := tree.Result(aggs.Merge(parts), false)
	if err != nil {
		t.Fatal(err)
	}
	budget := aggs.NewBudget(0)
	for i := range 2 { // what was cloned is not changed by the first merge
		parts = parts[:0]
		for j := i; j < len(kept); j += 2 {
			parts = append(parts, kept[j])
		}
		got, err := tree.Answer(parts, aggs.Printing{Budget: budget})
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Fatalf("seed %d: %s\n got %s\nwant %s", seed, request, got, want)
		}
	}
	if budget.Used() < int64(held) {
		return 1
	}
	return 0
}

// TestATermThatLeadsNowhereMayBeTheFirst has terms that lead in one segment each, with 100 documents, and one with 17 in each of the six, that is 102 in all.
func TestATermThatLeadsNowhereMayBeTheFirst(t *testing.T) {
	segments := make([][]string, 6)
	for i := range segments {
		add := func(n int, term string) {
			for range n {
				segments[i] = append(segments[i], `{"k":"`+term+`","n":1}`)
			}
		}
		add(100, fmt.Sprintf("lead-%d", i))
		add(17, "everywhere")
		for j := range 400 {
			add(1, fmt.Sprintf("rare-%d", j+i*200))
		}
	}
	s := newShelf(t, "leads", testMapping, kinds(), segments...)
	for _, more := range []string{``, `,"order":{"s":"desc"}`} {
		tree := parse(t, `{"a":{"terms":{"field":"k","size":1`+more+`},"aggs":{"s":{"sum":{"field":"n"}}}}}`)
		parts, err := s.partials(tree, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		budget := aggs.NewBudget(0)
		got, err := tree.Answer(parts, aggs.Printing{Budget: budget})
		want := `{"a":{"doc_count_error_upper_bound":0,"sum_other_doc_count":3000,"buckets":[{"key":"everywhere","doc_count":102,"s":{"value":102.0}}]}}`
		if err != nil || string(got) != want {
			t.Errorf("got %s, %v\nwant %s", got, err, want)
		}
		if budget.Used() > 50_000 {
			t.Errorf("%d bytes were taken: all terms were merged", budget.Used())
		}
	}
}
