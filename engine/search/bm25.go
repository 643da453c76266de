package search

import (
	"math"
	"math/bits"
)

const (
	k1 = float32(1.2)
	b  = float32(0.75)
)

// bm25 is Elasticsearch's similarity for one term or phrase of one field: how much it weighs, and how long documents are on average. It is
// Lucene's LegacyBM25Similarity, which is its BM25Similarity times k1 + 1.
//
// See https://github.com/apache/lucene/blob/main/lucene/core/src/java/org/apache/lucene/search/similarities/BM25Similarity.java. The order
// of its float32 operations is kept; conversions stop the compiler from fusing them.
type bm25 struct {
	weight    float32 // boost times k1 + 1 times idf
	avgLength float32
}

// idf is the inverse document frequency of a term that docFreq of the docCount documents with the field have.
func idf(docFreq, docCount int) float32 {
	return float32(math.Log(1 + (float64(docCount)-float64(docFreq)+0.5)/(float64(docFreq)+0.5)))
}

// newBM25 weighs a term, or a phrase of several terms.
func newBM25(f fieldStats, boost float32, docFreqs ...int) bm25 {
	sum := 0.0
	for _, n := range docFreqs {
		sum += float64(idf(n, f.docCount))
	}
	return bm25{weight: float32(boost*(1+k1)) * float32(sum), avgLength: float32(float64(f.sumLength) / float64(f.docCount))}
}

// score of a document of that length in which the term occurs freq times. Where a field keeps no lengths, Lucene counts 1.
func (s bm25) score(freq float32, length uint32) float32 {
	return s.scoreNorm(freq, s.norm(length))
}

// norm is what a document's length does to a frequency.
func (s bm25) norm(length uint32) float32 {
	long := float32(b * float32(keptLength(length)))
	return 1 / float32(k1*float32(float32(1-b)+float32(long/s.avgLength)))
}

// keptLength is a length as Lucene keeps it, in one byte: exact up to 40, and to the first four bits of what is above 24 otherwise.
// See https://github.com/apache/lucene/blob/main/lucene/core/src/java/org/apache/lucene/util/SmallFloat.java.
func keptLength(n uint32) uint32 {
	const free = 24
	if n < free {
		return n
	}
	rest := n - free
	dropped := max(bits.Len32(rest)-4, 0)
	return free + rest>>dropped<<dropped
}

func (s bm25) scoreNorm(freq, norm float32) float32 {
	return s.weight - float32(s.weight/float32(1+float32(freq*norm)))
}
