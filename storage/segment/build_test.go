package segment

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/vedette-siem/vedette/storage/document"
)

// TestRowsThatAreReplacedLeaveNothing builds a segment of some of a Builder's rows, and compares it with one that was built of their documents alone.
func TestRowsThatAreReplacedLeaveNothing(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for round := range 40 {
		docs := slices.Concat(agentDocs(r, 0, r.IntN(200), round%3 == 0), flows(r, r.IntN(20)))
		for i, d := range docs {
			d.ID, d.SeqNo = fmt.Sprintf("id-%d", i%(1+len(docs)*2/3)), int64(i)
		}
		b := NewBuilder(Sizes{})
		last := map[string]uint32{}
		for _, d := range docs {
			row, err := b.Add(d)
			if err != nil {
				t.Fatal(err)
			}
			last[d.ID] = row
		}
		var rows []uint32
		var kept []*document.Document
		for _, row := range last {
			rows, kept = append(rows, row), append(kept, docs[row])
		}
		got, err := b.Build(rows)
		if err != nil {
			t.Fatal(err)
		}
		want, err := Build(kept)
		if err != nil {
			t.Fatal(err)
		}
		got.path, want.path = "got", "want" // so that Check looks at checksums
		got.Check(func(d *Damage) { t.Error(d) })
		sameSources(t, got, kept)
		sameColumns(t, got, want)
		sameText(t, got, kept)
	}
}

// sameColumns compares all values of two segments.
func sameColumns(t *testing.T, got, want *Segment) {
	t.Helper()
	if !slices.Equal(got.FieldNames(), want.FieldNames()) {
		t.Fatalf("columns %q, want %q", got.FieldNames(), want.FieldNames())
	}
	for _, name := range want.FieldNames() {
		if g, w := got.columns[name], want.columns[name]; g.Count != w.Count || g.Min != w.Min || g.Max != w.Max || g.SumLength != w.SumLength || g.Dict.N != w.Dict.N {
			t.Errorf("column %q is %+v, want %+v", name, g, w)
		}
		if got.Kind(name) == document.Text {
			continue
		}
		for doc := range uint32(want.NumDocs()) {
			if g, w := valuesOf(got, name, doc), valuesOf(want, name, doc); g != w {
				t.Errorf("%q of document %d is %s, want %s", name, doc, g, w)
			}
		}
	}
}

func valuesOf(s *Segment, name string, doc uint32) string {
	if n := s.Numbers(name); n != nil {
		return fmt.Sprint(n.Values(doc, nil))
	}
	var all []string
	for _, ord := range s.Terms(name).Ords(doc, nil) {
		all = append(all, s.Terms(name).Term(ord))
	}
	return fmt.Sprintf("%q", all)
}

func TestAFieldOfTwoKindsTakesNothing(t *testing.T) {
	b := NewBuilder(Sizes{})
	if _, err := b.Add(&document.Document{ID: "1", Fields: []document.Field{{Name: "a", Kind: document.Long, Num: 1}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Add(&document.Document{ID: "2", Fields: []document.Field{{Name: "b", Kind: document.Long}, {Name: "a", Kind: document.Keyword}}}); err == nil {
		t.Fatal("a second kind is taken")
	}
	s, err := b.Build([]uint32{0})
	if err != nil || s.NumDocs() != 1 || b.Len() != 1 {
		t.Fatalf("%v, %v", s, err)
	}
}
