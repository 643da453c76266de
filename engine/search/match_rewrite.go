package search

import (
	"math"
	"regexp"
	"strconv"

	"github.com/RoaringBitmap/roaring/v2"
)

// termScores says how each of the terms that a clause finds scores.
type termScores int

const (
	// blendedScores are those of terms that are all as frequent as the most frequent of them.
	blendedScores termScores = iota
	// ownScores are those of each term by itself.
	ownScores
	// boostScores are the boost alone, for each term that a document has.
	boostScores
)

var topTerms = regexp.MustCompile(`^top_terms_(boost_|blended_freqs_)?(\d+)$`)

// rewriteOf reads `rewrite`: how many terms count, the best first, and how each of them scores. It returns false where all documents score the same.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-multi-term-rewrite.html
func rewriteOf(method string) (limit int, scores termScores, ok bool) {
	if method == "scoring_boolean" {
		return math.MaxInt, ownScores, true
	}
	m := topTerms.FindStringSubmatch(method)
	if m == nil {
		return 0, 0, false
	}
	limit, err := strconv.Atoi(m[2])
	if err != nil {
		limit = math.MaxInt
	}
	return limit, map[string]termScores{"": ownScores, "boost_": boostScores, "blended_freqs_": blendedScores}[m[1]], true
}

// scorerOf scores the documents of one of the terms. Blended is how many documents have the most frequent term.
func (n *fuzzy) scorerOf(x *exec, t fuzzyTerm, docs *roaring.Bitmap, boost float32, blended int) scorer {
	boost *= t.boost * n.boost
	switch n.scores {
	case boostScores:
		return newConstantScorer(docs, boost)
	case ownScores:
		return x.termScorer(n.column, t.term, docs, boost, x.stats.docFreq(n.column, t.term))
	}
	return x.termScorer(n.column, t.term, docs, boost, blended)
}
