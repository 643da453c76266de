package search

import (
	"github.com/RoaringBitmap/roaring/v2"
)

// tableScorer gives scores that were computed before: one for each document, in order.
type tableScorer struct {
	it     roaring.IntPeekable
	rank   int // of the document that it stands before
	scores []float32
}

// newTableScorer takes as many scores as docs has documents.
func newTableScorer(docs *roaring.Bitmap, scores []float32) scorer {
	return &tableScorer{scores: scores, it: docs.Iterator()}
}

func (s *tableScorer) score(doc uint32) (float32, bool) {
	for s.it.HasNext() && s.it.PeekNext() < doc {
		s.it.Next()
		s.rank++
	}
	if !s.it.HasNext() || s.it.PeekNext() != doc {
		return 0, false
	}
	return s.scores[s.rank], true
}

// table computes scores for the documents that are alive. keep false leaves a document out.
func table(x *exec, docs *roaring.Bitmap, compute func(doc uint32) (score float32, keep bool, err error)) (*roaring.Bitmap, scorer, error) {
	docs = roaring.And(docs, x.view.Live())
	if err := x.holdBytes(4 * int64(docs.GetCardinality())); err != nil {
		return nil, nil, err
	}
	scores := make([]float32, 0, docs.GetCardinality())
	out := roaring.New()
	err := eachBlock(x, docs, func(block []uint32) error {
		kept := block[:0]
		for _, doc := range block {
			score, keep, err := compute(doc)
			if err != nil {
				return err
			}
			if keep {
				kept, scores = append(kept, doc), append(scores, score)
			}
		}
		out.AddMany(kept)
		return nil
	})
	return out, newTableScorer(out, scores), err
}
