package search

import "github.com/RoaringBitmap/roaring/v2"

// A scorer computes the score that one clause gives to documents. It is asked in ascending order, and says whether the clause matches at all.
//
// Scores are added and rounded where Lucene does: sums in float64, each clause's result in float32.
type scorer interface {
	score(doc uint32) (float32, bool)
}

// walker tells for ascending documents whether a bitmap holds them.
type walker struct{ it roaring.IntPeekable }

func walk(docs *roaring.Bitmap) *walker { return &walker{docs.Iterator()} }

func (w *walker) has(doc uint32) bool {
	w.it.AdvanceIfNeeded(doc)
	return w.it.HasNext() && w.it.PeekNext() == doc
}

// constantScorer gives each of its documents the same score.
type constantScorer struct {
	docs  *walker
	value float32
}

func newConstantScorer(docs *roaring.Bitmap, value float32) scorer {
	return &constantScorer{walk(docs), value}
}

func (s *constantScorer) score(doc uint32) (float32, bool) {
	if !s.docs.has(doc) {
		return 0, false
	}
	return s.value, true
}

// fixedScore returns the score that a scorer gives to all its documents, if it gives one.
func fixedScore(s scorer) (float32, bool) {
	if c, ok := s.(*constantScorer); ok {
		return c.value, true
	}
	return 0, false
}

// sumScorer adds what the clauses of a bool give. conjunct says that some of should had to match, so that Lucene adds them together with must.
type sumScorer struct {
	docs         *walker
	must, should []clause
	conjunct     bool
}

func (s *sumScorer) score(doc uint32) (float32, bool) {
	if !s.docs.has(doc) {
		return 0, false
	}
	required, optional := addUp(s.must, doc), addUp(s.should, doc)
	if s.conjunct {
		return float32(required + float64(float32(optional))), true
	}
	return float32(required) + float32(optional), true
}

func addUp(clauses []clause, doc uint32) float64 {
	sum := 0.0
	for _, c := range clauses {
		if v, ok := c.scorer.score(doc); ok {
			sum += float64(v)
		}
	}
	return sum
}

// maxScorer gives the best score of some clauses, plus tie times the others.
type maxScorer struct {
	clauses []clause
	tie     float32
}

func (s *maxScorer) score(doc uint32) (float32, bool) {
	best, others, matched := float32(0), 0.0, false
	for _, c := range s.clauses {
		v, ok := c.scorer.score(doc)
		switch {
		case !ok:
		case !matched:
			best, matched = v, true
		case v >= best:
			others += float64(best)
			best = v
		default:
			others += float64(v)
		}
	}
	return float32(float64(best) + others*float64(s.tie)), matched
}

// factorScorer multiplies the scores of those documents that are in worse by factor, and all by boost.
type factorScorer struct {
	scorer
	worse         *walker
	factor, boost float32
}

func (s *factorScorer) score(doc uint32) (float32, bool) {
	v, ok := s.scorer.score(doc)
	if ok && s.worse.has(doc) {
		v *= s.factor
	}
	return v * s.boost, ok
}
