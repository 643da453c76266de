package search

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// scoredTerm matches one word of a text or one whole keyword, and scores by BM25.
type scoredTerm struct {
	column
	term  string
	boost float32
}

func (n *scoredTerm) cost() int { return costTerm }

func (n *scoredTerm) match(x *exec) (*roaring.Bitmap, error) {
	return (&termSet{n.column, []string{n.term}}).match(x)
}

func (n *scoredTerm) scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error) {
	docs, err := n.match(x)
	if err != nil {
		return nil, nil, err
	}
	freq := x.stats.docFreq(n.column, n.term)
	return docs, x.termScorer(n.column, n.term, docs, n.boost*boost, freq), nil
}

// termScorer scores the documents of a term as if docFreq documents had it.
func (x *exec) termScorer(c column, term string, docs *roaring.Bitmap, boost float32, docFreq int) scorer {
	if docs.IsEmpty() {
		return newConstantScorer(docs, 0)
	}
	if c.fixed {
		return newConstantScorer(docs, boost)
	}
	sim := newBM25(x.stats.field(c), boost, docFreq)
	if c.kind != document.Text {
		return newConstantScorer(docs, sim.score(1, 1))
	}
	text := x.view.Text(c.name)
	ord, _ := text.Seek(term)
	return newWordScorer(c, text, ord, sim)
}

// wordScorer scores a word by its frequency and the length of the text.
type wordScorer struct {
	column
	text           *segment.Text
	postings       *segment.Postings
	sim            bm25
	norms          [commonLengths]float32 // of the lengths that most texts have
	started, ended bool
}

const commonLengths = 256

func newWordScorer(c column, text *segment.Text, ord uint32, sim bm25) *wordScorer {
	s := &wordScorer{column: c, text: text, postings: text.Postings(ord), sim: sim}
	for n := range s.norms {
		s.norms[n] = sim.norm(uint32(n))
	}
	return s
}

func (s *wordScorer) score(doc uint32) (float32, bool) {
	if !s.seek(doc) || s.postings.Doc() != doc {
		return 0, false
	}
	freq, length := float32(s.postings.Freq()), s.length(s.text, doc)
	if length < commonLengths {
		return s.sim.scoreNorm(freq, s.norms[length]), true
	}
	return s.sim.score(freq, length), true
}

// seek moves to the first posting that is not before doc: step by step where it is near, else by search.
func (s *wordScorer) seek(doc uint32) bool {
	const near = 4
	for step := 0; !s.ended && (!s.started || s.postings.Doc() < doc); step++ {
		if step < near {
			s.ended = !s.postings.Next()
		} else {
			s.ended = !s.postings.Advance(doc)
		}
		s.started = true
	}
	return !s.ended
}

// scoredFlag matches a boolean and scores as the term that it is in Lucene.
type scoredFlag struct {
	numbers
	boost float32
}

func (n *scoredFlag) scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error) {
	docs, err := n.match(x)
	if err != nil || docs.IsEmpty() {
		return docs, newConstantScorer(docs, 0), err
	}
	if n.fixed {
		return docs, newConstantScorer(docs, n.boost*boost), nil
	}
	sim := newBM25(x.stats.field(n.column), n.boost*boost, x.stats.flagFreq(n.numbers))
	return docs, newConstantScorer(docs, sim.score(1, 1)), nil
}
