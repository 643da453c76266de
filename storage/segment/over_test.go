package segment

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/storage/document"
)

// agentDocs draws documents with a keyword of which many share one, and its text. odd makes some that do not fit: a text without its keyword, two keywords, other words
// for the same keyword.
func agentDocs(r *rand.Rand, from, n int, odd bool) []*document.Document {
	docs := make([]*document.Document, n)
	for i := range docs {
		d := &document.Document{ID: fmt.Sprintf("id-%05d", from+i), Time: r.Int64N(50), SeqNo: int64(from + i), Version: 1, Source: []byte(`{}`)}
		agent := fmt.Sprintf("agent %d %s a a", r.IntN(12), []string{"x", "y x", ""}[r.IntN(3)])
		words := tokensOf(agent)
		if odd && r.IntN(30) == 0 {
			words = tokensOf("other words")
		}
		if r.IntN(6) > 0 {
			if !odd || r.IntN(30) > 0 {
				d.Fields = append(d.Fields, document.Field{Name: "ua", Kind: document.Keyword, Str: agent})
			}
			if odd && r.IntN(30) == 0 {
				d.Fields = append(d.Fields, document.Field{Name: "ua", Kind: document.Keyword, Str: "second"})
			}
			if !odd || r.IntN(30) > 0 {
				d.Fields = append(d.Fields, document.Field{Name: "ua.text", Kind: document.Text, Tokens: words})
			}
		}
		docs[i] = d
	}
	return docs
}

func tokensOf(s string) (tokens []document.Token) {
	for i, w := range strings.Fields(s) {
		tokens = append(tokens, document.Token{Term: w, Position: uint32(i)})
	}
	return tokens
}

// sameText compares all that a Text answers with the documents.
func sameText(t *testing.T, s *Segment, docs []*document.Document) {
	t.Helper()
	type posting struct {
		doc       uint32
		positions []uint32
	}
	want := map[string][]posting{}
	have, lengths, sum := roaring.New(), map[uint32]uint32{}, uint64(0)
	for _, d := range docs {
		n, ok := s.Lookup(d.ID)
		if !ok {
			t.Fatalf("%s is gone", d.ID)
		}
		for _, f := range d.Fields {
			if f.Kind != document.Text {
				continue
			}
			have.Add(n)
			lengths[n] = uint32(len(f.Tokens))
			sum += uint64(len(f.Tokens))
			at := map[string][]uint32{}
			for _, token := range f.Tokens {
				at[token.Term] = append(at[token.Term], token.Position)
			}
			for word, positions := range at {
				want[word] = append(want[word], posting{n, positions})
			}
		}
	}
	text := s.Text("ua.text")
	if text == nil {
		if len(want) > 0 {
			t.Fatal("there is no text")
		}
		return
	}
	if text.Len() != len(want) || text.DocCount() != len(lengths) || text.SumLengths() != sum || !text.Docs().Equals(have) {
		t.Fatalf("%d words, %d documents, %d words in all, want %d, %d, %d", text.Len(), text.DocCount(), text.SumLengths(), len(want), len(lengths), sum)
	}
	for n := range uint32(s.NumDocs()) {
		if text.Length(n) != lengths[n] {
			t.Fatalf("document %d has %d words, want %d", n, text.Length(n), lengths[n])
		}
	}
	for ord := range uint32(text.Len()) {
		postings := want[text.Term(ord)]
		slices.SortFunc(postings, func(a, b posting) int { return int(a.doc) - int(b.doc) })
		if text.DocFreq(ord) != len(postings) || text.Matching(ord, ord+1).GetCardinality() != uint64(len(postings)) {
			t.Fatalf("%q is in %d documents, want %d", text.Term(ord), text.DocFreq(ord), len(postings))
		}
		p := text.Postings(ord)
		for _, w := range postings {
			if !p.Next() || p.Doc() != w.doc || int(p.Freq()) != len(w.positions) || !slices.Equal(p.Positions(), w.positions) {
				t.Fatalf("posting of %q in document %d is not there as it should be", text.Term(ord), w.doc)
			}
		}
		if p.Next() {
			t.Fatalf("%q has more documents than it should", text.Term(ord))
		}
	}
}

// TestTextOfAKeywordAnswersAsAnyText merges segments whose texts are kept by ordinal and by document, in all mixtures.
func TestTextOfAKeywordAnswersAsAnyText(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	byOrdinal, byDocument := 0, 0
	count := func(s *Segment) {
		if c := s.columns["ua.text"]; c != nil && c.Over != "" {
			byOrdinal++
		} else {
			byDocument++
		}
	}
	for round := range 60 {
		var all []*document.Document
		var views []View
		for i := range 1 + r.IntN(4) {
			docs := agentDocs(r, i*1000, r.IntN(300), round%3 == 0 && r.IntN(2) == 0)
			segment, err := Build(docs)
			if err != nil {
				t.Fatal(err)
			}
			count(segment)
			sameText(t, segment, docs)
			deleted := roaring.New()
			share := 1 + r.IntN(10)
			for _, d := range docs {
				if n, _ := segment.Lookup(d.ID); r.IntN(share) == 0 && round%2 == 0 {
					deleted.Add(n)
				} else {
					all = append(all, d)
				}
			}
			views = append(views, View{segment, deleted})
		}
		merged := mergeInto(t, views)
		count(merged)
		sameText(t, merged, all)
		sameText(t, mergeInto(t, []View{{Segment: merged}}), all)
	}
	if byOrdinal < 20 || byDocument < 20 {
		t.Errorf("%d texts by ordinal and %d by document: the test has not seen enough of both", byOrdinal, byDocument)
	}
}

// TestARareWordOfAKeywordsTextIsFoundByLists, and not by reading the ordinals of all documents: a search looks for many words between two looks at whether it must end.
func TestARareWordOfAKeywordsTextIsFoundByLists(t *testing.T) {
	const agents, each = 2000, 10
	docs := make([]*document.Document, agents*each)
	for i := range docs {
		agent := fmt.Sprintf("all a%d", i%agents)
		docs[i] = &document.Document{ID: fmt.Sprintf("%05d", i), SeqNo: int64(i), Version: 1, Time: int64(i), Source: []byte(`{}`), Fields: []document.Field{
			{Name: "ua", Kind: document.Keyword, Str: agent}, {Name: "ua.text", Kind: document.Text, Tokens: tokensOf(agent)},
		}}
	}
	s, err := Build(docs)
	if err != nil {
		t.Fatal(err)
	}
	text := s.Text("ua.text")
	ord, _ := text.Seek("a7")
	want := roaring.New()
	for i := 7; i < len(docs); i += agents {
		want.Add(uint32(i))
	}
	if got := text.Matching(ord, ord+1); text.over == nil || !got.Equals(want) {
		t.Errorf("documents %v, want %v", got.ToArray(), want.ToArray())
	}
	if all, _ := text.Seek("all"); text.Matching(all, all+1).GetCardinality() != uint64(len(docs)) {
		t.Error("not all documents have the word that all have")
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 100 {
		text.Matching(ord, ord+1)
	}
	runtime.ReadMemStats(&after)
	if got := (after.TotalAlloc - before.TotalAlloc) / 100; got >= uint64(len(docs)/8) { // what a bit for each document takes
		t.Errorf("%d bytes for one word", got)
	}
}
