package search

import (
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/storage/segment"
)

// phrase matches documents whose text has a word of each place, at the places' distances, moved by at most slop in all.
type phrase struct {
	column
	places []phrasePlace
	slop   int
	limit  int // of the terms that begin as the last place's do; 0 takes those as they are
	boost  float32

	once     sync.Once // guards expanded, seen and err
	expanded []string
	seen     map[string]bool // what is in expanded
	err      error
}

// phrasePlace is one place of a phrase: any of its terms.
type phrasePlace struct {
	terms    []string
	position uint32
}

func (n *phrase) cost() int { return costPositions }

// resolved returns the places with the last one's prefixes replaced by terms of the index.
func (n *phrase) resolved(x *exec) ([]phrasePlace, error) {
	if n.limit == 0 {
		return n.places, nil
	}
	last := len(n.places) - 1
	n.once.Do(func() {
		n.seen = map[string]bool{}
		for _, v := range x.stats.views {
			sub := *x
			sub.view = v
			if n.err = n.expand(&sub, n.places[last].terms); n.err != nil {
				return
			}
		}
	})
	return append(slices.Clone(n.places[:last]), phrasePlace{n.expanded, n.places[last].position}), n.err
}

// expand adds terms of one segment until there are enough.
func (n *phrase) expand(x *exec, prefixes []string) error {
	d := x.dictionary(n.column)
	if d == nil {
		return x.stopped()
	}
	for _, prefix := range prefixes {
		from, to := prefixRange(d, prefix)
		for ord := from; ord < to && len(n.expanded) < n.limit; ord++ {
			if (ord-from)%termBlock == 0 {
				if err := x.stopped(); err != nil {
					return err
				}
			}
			if term := d.Term(ord); !n.seen[term] {
				if err := x.keep(term); err != nil {
					return err
				}
				n.seen[term] = true
				n.expanded = append(n.expanded, term)
			}
		}
	}
	return nil
}

func (n *phrase) match(x *exec) (*roaring.Bitmap, error) {
	docs, _, err := n.run(x, nil)
	return docs, err
}

func (n *phrase) scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error) {
	freqs := map[uint32]float32{}
	docs, places, err := n.run(x, freqs)
	if err != nil {
		return nil, nil, err
	}
	const freqBytes = 32 // of a document in a map
	if err := x.holdBytes(freqBytes * int64(len(freqs))); err != nil {
		return nil, nil, err
	}
	if docs.IsEmpty() {
		return docs, newConstantScorer(docs, 0), nil
	}
	if len(places) == 1 {
		return n.wordsScorer(x, docs, places[0], boost)
	}
	var docFreqs []int
	for _, place := range places {
		for _, term := range place.terms {
			if freq := x.stats.docFreq(n.column, term); freq > 0 {
				docFreqs = append(docFreqs, freq)
			}
		}
	}
	sim := newBM25(x.stats.field(n.column), n.boost*boost, docFreqs...)
	return docs, &phraseScorer{n.column, x.view.Text(n.name), freqs, sim}, nil
}

// wordsScorer scores a phrase of one place as the sum of its words, which is what Lucene makes of it.
func (n *phrase) wordsScorer(x *exec, docs *roaring.Bitmap, place phrasePlace, boost float32) (*roaring.Bitmap, scorer, error) {
	sum := &sumScorer{docs: walk(docs)}
	for _, term := range place.terms {
		got, s, err := (&scoredTerm{n.column, term, n.boost}).scored(x, boost)
		if err != nil {
			return nil, nil, err
		}
		sum.should = append(sum.should, clause{got, s})
	}
	return docs, sum, nil
}

// phraseScorer scores documents by how often, and how closely, they have the phrase.
type phraseScorer struct {
	column
	text  *segment.Text
	freqs map[uint32]float32
	sim   bm25
}

func (s *phraseScorer) score(doc uint32) (float32, bool) {
	freq, ok := s.freqs[doc]
	if !ok {
		return 0, false
	}
	return s.sim.score(freq, s.length(s.text, doc)), true
}

// run finds the documents, and how often each has the phrase where freqs is not nil.
func (n *phrase) run(x *exec, freqs map[uint32]float32) (*roaring.Bitmap, []phrasePlace, error) {
	places, err := n.resolved(x)
	text := x.view.Text(n.name)
	if err != nil || text == nil {
		return roaring.New(), places, err
	}
	readers, candidates, err := n.readers(x, text, places)
	if err != nil {
		return nil, nil, err
	}
	if len(places) == 1 || candidates.IsEmpty() {
		return candidates, places, nil
	}
	docs := roaring.New()
	for i, it := 0, candidates.Iterator(); it.HasNext(); i++ {
		if i%64 == 0 { // a document may have many words to look at
			if err := x.stopped(); err != nil {
				return nil, nil, err
			}
		}
		doc := it.Next()
		for _, r := range readers {
			r.read(doc)
		}
		freq := phraseFreq(readers, n.slop, freqs != nil)
		if freq == 0 {
			continue
		}
		docs.Add(doc)
		if freqs != nil {
			freqs[doc] = freq
		}
	}
	return docs, places, nil
}

// readers opens the words of each place, and returns the documents that have a word for every place.
func (n *phrase) readers(x *exec, text *segment.Text, places []phrasePlace) ([]*placeReader, *roaring.Bitmap, error) {
	var candidates *roaring.Bitmap
	var readers []*placeReader
	for _, place := range places {
		r := &placeReader{offset: int(place.position), terms: place.terms}
		docs := roaring.New()
		for _, term := range place.terms {
			if err := x.stopped(); err != nil {
				return nil, nil, err
			}
			if ord, exact := text.Seek(term); exact {
				r.postings = append(r.postings, text.Postings(ord))
				docs.Or(text.Matching(ord, ord+1))
			}
		}
		readers = append(readers, r)
		candidates = intersect(candidates, docs)
	}
	return readers, candidates, nil
}

// placeReader reads where a document has the words of one place of the phrase.
type placeReader struct {
	offset    int // of the place in the phrase
	terms     []string
	postings  []*segment.Postings
	positions []int // in the document, less offset, ascending
	at        int
}

func (r *placeReader) read(doc uint32) {
	r.positions, r.at = r.positions[:0], 0
	sources := 0
	for _, p := range r.postings {
		if !p.Advance(doc) || p.Doc() != doc {
			continue
		}
		sources++
		for _, pos := range p.Positions() {
			r.positions = append(r.positions, int(pos)-r.offset)
		}
	}
	if sources > 1 {
		slices.Sort(r.positions)
		r.positions = slices.Compact(r.positions)
	}
}

// phraseFreq is how often a document has the phrase: once for each place where it begins, and with slop less the further the words are apart.
// Where only presence matters (all is false), it stops at the first.
func phraseFreq(readers []*placeReader, slop int, all bool) float32 {
	if slop > 0 {
		return sloppyFreq(readers, slop, all)
	}
	freq := float32(0)
	for _, start := range readers[0].positions {
		if everyoneAt(readers[1:], start) {
			freq++
			if !all {
				break
			}
		}
	}
	return freq
}

func everyoneAt(readers []*placeReader, start int) bool {
	for _, r := range readers {
		if _, found := slices.BinarySearch(r.positions, start); !found {
			return false
		}
	}
	return true
}
