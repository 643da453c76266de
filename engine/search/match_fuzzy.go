package search

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/analysis"
)

const defaultExpansions = 50 // Elasticsearch's max_expansions

// fuzzy matches documents that have a term a few edits away from value, or one that a pattern covers. Of all such terms of the index the limit best ones count.
type fuzzy struct {
	column
	value  []rune
	edits  int
	prefix int // characters that must be the same
	limit  int
	swaps  bool // two neighbours that change places are one edit
	boost  float32
	scan   *dictionaryScan // of a pattern, else nil: all terms that it finds are equally good
	scores termScores

	once  sync.Once // guards terms and err: the terms are looked up once for the index
	terms []fuzzyTerm
	err   error
}

// fuzzyTerm is a term that is near enough, with a boost that falls with its distance.
type fuzzyTerm struct {
	term  string
	boost float32
}

func (n *fuzzy) cost() int { return costDictionary }

// expand finds the terms in all segments, the best first.
func (n *fuzzy) expand(x *exec) ([]fuzzyTerm, error) {
	n.once.Do(func() {
		found := map[string]float32{}
		for _, v := range x.stats.views {
			sub := *x
			sub.view = v
			if n.err = n.collect(&sub, found); n.err != nil {
				return
			}
		}
		for term, boost := range found {
			n.terms = append(n.terms, fuzzyTerm{term, boost})
		}
		slices.SortFunc(n.terms, func(a, b fuzzyTerm) int {
			return cmp.Or(cmp.Compare(b.boost, a.boost), cmp.Compare(a.term, b.term))
		})
		n.terms = n.terms[:min(len(n.terms), n.limit)]
	})
	return n.terms, n.err
}

func (n *fuzzy) collect(x *exec, found map[string]float32) error {
	d := x.dictionary(n.column)
	if d == nil {
		return nil
	}
	start := string(n.value[:min(n.prefix, len(n.value))])
	if n.scan != nil {
		start = n.scan.prefix
	}
	from, to := prefixRange(d, start)
	for ord := from; ord < to; ord++ {
		if (ord-from)%termBlock == 0 {
			if err := x.stopped(); err != nil {
				return err
			}
		}
		term := d.Term(ord)
		if boost, ok := n.near(term); ok && found[term] == 0 {
			if err := x.keep(term); err != nil {
				return err
			}
			found[strings.Clone(term)] = boost
		}
	}
	return nil
}

// near returns Lucene's boost of a term (1 for the value itself, less with every edit), or false if it is too far away.
func (n *fuzzy) near(term string) (float32, bool) {
	if n.scan != nil {
		return 1, n.scan.accept == nil || n.scan.accept(term)
	}
	size := utf8.RuneCountInString(term)
	if size > len(n.value)+n.edits || size < len(n.value)-n.edits {
		return 0, false
	}
	d := analysis.Edits([]rune(term), n.value, n.swaps)
	if d > n.edits {
		return 0, false
	}
	if d == 0 {
		return 1, true
	}
	shorter := min(size, len(n.value))
	return 1 - float32(d)/float32(max(shorter, 1)), true
}

func (n *fuzzy) match(x *exec) (*roaring.Bitmap, error) {
	terms, err := n.expand(x)
	if err != nil {
		return nil, err
	}
	docs := roaring.New()
	for _, t := range terms { // each match looks at the context
		got, err := (&termSet{n.column, []string{t.term}}).match(x)
		if err != nil {
			return nil, err
		}
		docs.Or(got)
	}
	return docs, nil
}

// scored adds up the terms' scores.
func (n *fuzzy) scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error) {
	terms, err := n.expand(x)
	if err != nil {
		return nil, nil, err
	}
	blended := 0
	for _, t := range terms {
		blended = max(blended, x.stats.docFreq(n.column, t.term))
	}
	docs, sum := roaring.New(), &sumScorer{}
	for _, t := range terms {
		got, err := (&termSet{n.column, []string{t.term}}).match(x)
		if err != nil {
			return nil, nil, err
		}
		if !got.IsEmpty() {
			docs.Or(got)
			sum.should = append(sum.should, clause{got, n.scorerOf(x, t, got, boost, blended)})
		}
	}
	sum.docs = walk(docs)
	return docs, sum, nil
}
