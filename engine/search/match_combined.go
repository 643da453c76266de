package search

import (
	"math"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/segment"
)

// combinedTerm matches documents that have one of some words in one of some texts, and scores as if all were one word of one text, of which each field is a part that counts
// as often as its weight says: BM25F, by the numbers of Lucene's CombinedFieldQuery.
// https://github.com/apache/lucene/blob/releases/lucene/9.12.0/lucene/core/src/java/org/apache/lucene/search/CombinedFieldQuery.java
type combinedTerm struct {
	fields []combinedField
	terms  []string // in ascending order
	boost  float32
}

type combinedField struct {
	column
	weight float32
}

func (p *planner) combined(q *dsl.CombinedTerm, boost float32) (node, error) {
	n := &combinedTerm{terms: sortedKeys(q.Terms), boost: boost}
	for _, one := range q.Fields {
		f, err := p.field(one.Name)
		if err != nil {
			return nil, err
		}
		if f != nil {
			n.fields = append(n.fields, combinedField{columnOf(f), float32(one.Weight)})
		}
	}
	return n, nil
}

func (n *combinedTerm) cost() int { return costTerm }

func (n *combinedTerm) match(x *exec) (*roaring.Bitmap, error) {
	if err := n.sameNorms(x); err != nil {
		return nil, err
	}
	docs := roaring.New()
	for _, f := range n.fields {
		some, err := (&termSet{f.column, n.terms}).match(x)
		if err != nil {
			return nil, err
		}
		docs.Or(some)
	}
	return docs, nil
}

// sameNorms refuses texts of which some have lengths and some have none, where the index has both.
func (n *combinedTerm) sameNorms(x *exec) error {
	with, without := false, false
	for _, v := range x.stats.views {
		for _, f := range n.fields {
			if v.Text(f.name) != nil {
				with, without = with || !f.flat, without || f.flat
			}
		}
	}
	if with && without {
		return eserr.Shard(eserr.IllegalArgument, "CombinedFieldQuery requires norms to be consistent across fields: some fields cannot  have norms enabled, while others have norms disabled")
	}
	return nil
}

func (n *combinedTerm) scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error) {
	docs, err := n.match(x)
	if err != nil {
		return nil, nil, err
	}
	if docs.IsEmpty() {
		return docs, newConstantScorer(docs, 0), nil
	}
	f, docFreq := n.numbers(x)
	s := &combinedScorer{sim: newBM25(f, n.boost*boost, docFreq)}
	for _, f := range n.fields {
		text := x.view.Text(f.name)
		if text == nil {
			continue
		}
		s.texts = append(s.texts, combinedText{f, text})
		for _, term := range n.terms {
			if ord, exact := text.Seek(term); exact {
				s.words = append(s.words, combinedWord{&wordScorer{column: f.column, text: text, postings: text.Postings(ord)}, f.weight})
			}
		}
	}
	return docs, s, nil
}

// numbers are those of the one text: as many documents as the field has that most have, as long as all together, and as many with the word as have the most frequent of the words
// in one field.
func (n *combinedTerm) numbers(x *exec) (f fieldStats, docFreq int) {
	for _, one := range n.fields {
		its := x.stats.field(one.column)
		f.docCount = max(f.docCount, its.docCount)
		f.sumLength = uint64(float64(f.sumLength) + float64(one.weight)*float64(its.sumLength))
		for _, term := range n.terms {
			docFreq = max(docFreq, x.stats.docFreq(one.column, term))
		}
	}
	return f, docFreq
}

func (n *combinedTerm) describe() string {
	fields := make([]string, len(n.fields))
	for i, f := range n.fields {
		fields[i] = f.name + suffix(f.weight)
	}
	return "CombinedFieldQuery((" + strings.Join(fields, " ") + ")(" + strings.Join(n.terms, ",") + "))"
}

type combinedText struct {
	combinedField
	text *segment.Text
}

type combinedWord struct {
	*wordScorer
	weight float32
}

// combinedScorer scores by the frequencies and lengths of all fields together.
type combinedScorer struct {
	texts []combinedText
	words []combinedWord
	sim   bm25
}

func (s *combinedScorer) score(doc uint32) (float32, bool) {
	freq := s.freq(doc)
	if freq == 0 {
		return 0, false
	}
	return s.sim.score(freq, s.length(doc)), true
}

// freq is how often a document has the words. It is asked in ascending order.
func (s *combinedScorer) freq(doc uint32) (sum float32) {
	for _, w := range s.words {
		if w.seek(doc) && w.postings.Doc() == doc {
			sum += float32(w.weight * float32(w.postings.Freq()))
		}
	}
	return sum
}

// length is that of all texts of a document, 1 where they have none. Lucene rounds it half up.
func (s *combinedScorer) length(doc uint32) uint32 {
	sum := float32(0)
	for _, t := range s.texts {
		if t.flat {
			return 1
		}
		sum += float32(t.weight * float32(keptLength(t.text.Length(doc))))
	}
	return uint32(math.Floor(float64(sum) + 0.5))
}
