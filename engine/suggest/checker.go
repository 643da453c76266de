package suggest

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
	"unicode/utf8"
)

// A candidate is a word that may be meant.
type candidate struct {
	word  string
	score float32
	freq  int
}

// checker finds the words that a word may be meant to be, in the order and with the cuts of Lucene's DirectSpellChecker:
// https://github.com/apache/lucene/blob/main/lucene/suggest/src/java/org/apache/lucene/search/spell/DirectSpellChecker.java
type checker struct {
	spelling
	words *words
	docs  int
}

// similar returns the limit best candidates for a word.
func (c *checker) similar(word string, limit int) ([]candidate, error) {
	if utf8.RuneCountInString(word) < c.minWord {
		return nil, nil
	}
	freq := c.words.docFreq(word)
	tooFrequent := freq > int(math.Ceil(float64(c.maxTermFreq*float32(c.docs)))) || c.maxTermFreq >= 1 && float32(freq) > c.maxTermFreq
	if c.mode == modeMissing && freq > 0 || tooFrequent {
		return nil, nil
	}
	if c.mode != modePopular {
		freq = 0
	}
	switch {
	case c.minDocFreq >= 1:
		freq = max(freq, int(c.minDocFreq))
	case c.minDocFreq > 0:
		freq = max(freq, int(c.minDocFreq*float32(c.docs))-1)
	}
	out, err := c.draw([]rune(word), limit*c.inspections, freq)
	slices.SortFunc(out, c.compare)
	return out[:min(len(out), limit)], err
}

// compare puts the better candidate first.
func (s *spelling) compare(a, b candidate) int {
	score, freq := cmp.Compare(b.score, a.score), cmp.Compare(b.freq, a.freq)
	if s.byFrequency {
		score, freq = freq, score
	}
	return cmp.Or(score, freq, cmp.Compare(a.word, b.word))
}

// draw looks at words one edit away first, and further only if these are not enough. Those must begin alike.
func (c *checker) draw(word []rune, inspections, moreThan int) ([]candidate, error) {
	near, err := c.words.near(word, c.prefixLength, c.maxEdits)
	if err != nil {
		return nil, err
	}
	sorted := make([]*nearWord, 0, len(near))
	for _, n := range near {
		sorted = append(sorted, n)
	}
	slices.SortFunc(sorted, func(a, b *nearWord) int { return cmp.Compare(a.word, b.word) })
	first := c.best(sorted, word, 1, inspections, moreThan)
	if c.maxEdits == 1 || len(first) >= inspections {
		return first, nil
	}
	for _, more := range c.best(sorted, word, c.maxEdits, inspections, moreThan) {
		if !slices.ContainsFunc(first, func(known candidate) bool { return known.word == more.word }) {
			first = append(first, more)
		}
	}
	return first, nil
}

// best keeps the candidates with the best scores. They come in the order of the dictionary, and the first of equals counts.
func (c *checker) best(sorted []*nearWord, word []rune, maxEdits, limit, moreThan int) []candidate {
	kept := &worstFirst{}
	for _, n := range sorted {
		if n.edits > maxEdits || maxEdits > 1 && len(word) > 0 && (len(n.runes) == 0 || n.runes[0] != word[0]) {
			continue
		}
		score := byEdits(n.edits, min(len(n.runes), len(word)))
		if limit == 0 || len(*kept) >= limit && score <= (*kept)[0].score {
			continue
		}
		if n.edits == 0 || n.freq <= moreThan {
			continue
		}
		if c.distance != nil {
			score = c.distance(word, n.runes)
		}
		if score < c.accuracy {
			continue
		}
		heap.Push(kept, candidate{n.word, score, n.freq})
		if len(*kept) > limit {
			heap.Pop(kept)
		}
	}
	return *kept
}

// worstFirst is a heap with the candidate on top that is left out next.
type worstFirst []candidate

func (h worstFirst) Len() int { return len(h) }
func (h worstFirst) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(h[i].score, h[j].score), cmp.Compare(h[j].word, h[i].word)) < 0
}
func (h worstFirst) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *worstFirst) Push(c any)   { *h = append(*h, c.(candidate)) }
func (h *worstFirst) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
