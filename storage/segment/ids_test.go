package segment

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/vedette-siem/vedette/storage/document"
)

// withIDs is a segment of documents with these ids.
func withIDs(t testing.TB, ids []string) *Segment {
	t.Helper()
	docs := make([]*document.Document, len(ids))
	for i, id := range ids {
		docs[i] = &document.Document{ID: id, Source: []byte(`{}`), Version: 1}
	}
	s, err := Build(docs)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestFindFindsWhatLookupFinds asks for ids of every form, half of which are there.
func TestFindFindsWhatLookupFinds(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	forms := []func() string{
		func() string { return fmt.Sprintf("object%d-%07d", r.IntN(9), r.IntN(3000)) },
		func() string {
			return fmt.Sprintf("ct-%08x-%04x-4%03x-8%03x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Int64N(1<<48))
		},
		func() string { return fmt.Sprint(r.IntN(5000)) },
		func() string { return "-" + fmt.Sprint(r.IntN(50)) },
	}
	for round := range 30 {
		form := forms[round%len(forms)]
		var all []string
		for range 1 + r.IntN(2000) {
			all = append(all, form())
		}
		slices.Sort(all)
		all = slices.Compact(all)
		var in []string
		for _, id := range all {
			if r.IntN(2) == 0 {
				in = append(in, id)
			}
		}
		if len(in) == 0 {
			continue
		}
		s, found := withIDs(t, in), map[string]uint32{}
		s.Find(NewIDs(all), func(i int, doc uint32) { found[all[i]] = doc })
		for _, id := range all {
			doc, ok := s.Lookup(id)
			if got, there := found[id]; there != ok || got != doc {
				t.Fatalf("%q: found %v %d, want %v %d", id, there, got, ok, doc)
			}
		}
		numbers, err := scorchSegment{s}.DocNumbers(all)
		if err != nil || int(numbers.GetCardinality()) != len(in) {
			t.Fatalf("DocNumbers: %d of %d, %v", numbers.GetCardinality(), len(in), err)
		}
	}
}

// TestFilterKeepsOutStrangers counts the ids that pass, which cost a look into the dictionary each.
func TestFilterKeepsOutStrangers(t *testing.T) {
	id := func(n int) string { return fmt.Sprintf("%x-x", n*0x9e3779b97f4a7c1) }
	var ids []string
	for i := range 20_000 {
		ids = append(ids, id(i))
	}
	s := withIDs(t, ids)
	passed := 0
	for i := range 20_000 {
		if s.mayHaveID(s.Terms(IDField), id(i+1<<20)) {
			passed++
		}
	}
	if passed > 600 {
		t.Errorf("%d of 20000 ids pass that are not there, want 3 %% at most", passed)
	}
}

// TestFiltersAreBoundedAndGivenBack counts the memory of filters.
func TestFiltersAreBoundedAndGivenBack(t *testing.T) {
	before := filterBytes.Load()
	s := withIDs(t, []string{"a", "b", "c"})
	if s.mayHaveID(s.Terms(IDField), "x") || filterBytes.Load() != before+64 {
		t.Errorf("a filter of three ids takes %d bytes", filterBytes.Load()-before)
	}
	filterBytes.Add(maxFilterBytes)
	full := withIDs(t, []string{"a", "c"})
	found := 0
	full.Find(NewIDs([]string{"a", "b", "c"}), func(int, uint32) { found++ })
	if found != 2 || full.ids.filter.blocks != nil {
		t.Errorf("without room for a filter %d of 2 ids are found", found)
	}
	filterBytes.Add(-maxFilterBytes)
	for _, seg := range []*Segment{s, full} {
		if err := (scorchSegment{seg}).Close(); err != nil {
			t.Fatal(err)
		}
	}
	if filterBytes.Load() != before {
		t.Errorf("%d bytes are not given back", filterBytes.Load()-before)
	}
}
