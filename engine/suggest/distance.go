package suggest

import (
	"strings"

	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// A distance says how alike two words are: 1 is equal. Nil is the internal one, by the edits that led from one word to the other. They are Lucene's:
// https://github.com/apache/lucene/tree/main/lucene/suggest/src/java/org/apache/lucene/search/spell
type distance func(a, b []rune) float32

func parseDistance(name string) (distance, error) {
	switch strings.ToLower(name) {
	case "internal":
		return nil, nil
	case "damerau_levenshtein":
		return func(a, b []rune) float32 { return byEdits(analysis.Edits(a, b, true), min(len(a), len(b))) }, nil
	case "levenshtein":
		return func(a, b []rune) float32 { return byEdits(analysis.Edits(a, b, false), max(len(a), len(b))) }, nil
	case "jaro_winkler":
		return jaroWinkler, nil
	case "ngram":
		return bigrams, nil
	}
	return nil, eserr.Illegal("Illegal distance option %s", name)
}

// byEdits scores words that so many edits lie between.
func byEdits(n, length int) float32 {
	if n == 0 {
		return 1
	}
	return 1 - float32(n)/float32(length)
}

// jaroWinkler counts characters that both words have at about the same place, and favours words that begin alike.
func jaroWinkler(a, b []rune) float32 {
	short, long := a, b
	if len(short) > len(long) {
		short, long = long, short
	}
	fromShort, fromLong := common(short, long)
	m := float32(len(fromShort))
	if m == 0 {
		return 0
	}
	moved := 0
	for i := range fromShort {
		if fromShort[i] != fromLong[i] {
			moved++
		}
	}
	prefix := 0
	for prefix < len(short) && short[prefix] == long[prefix] {
		prefix++
	}
	j := (m/float32(len(a)) + m/float32(len(b)) + (m-float32(moved/2))/m) / 3
	if j < 0.7 {
		return j
	}
	return j + min(0.1, 1/float32(len(long)))*float32(prefix)*(1-j)
}

// common are the characters that two words share, in the order of each.
func common(short, long []rune) (fromShort, fromLong []rune) {
	reach := max(len(long)/2-1, 0)
	taken := make([]bool, len(long))
	for i, c := range short {
		for j := max(i-reach, 0); j < min(i+reach+1, len(long)); j++ {
			if !taken[j] && long[j] == c {
				taken[j] = true
				fromShort = append(fromShort, c)
				break
			}
		}
	}
	for j, c := range long {
		if taken[j] {
			fromLong = append(fromLong, c)
		}
	}
	return fromShort, fromLong
}

// bigrams is Levenshtein's distance of the pairs of neighbours, where a pair that differs in one character costs half.
func bigrams(a, b []rune) float32 {
	if len(a) < 2 || len(b) < 2 {
		same := 0
		for i := range min(len(a), len(b)) {
			if a[i] == b[i] {
				same++
			}
		}
		return float32(same) / float32(max(len(a), len(b), 1))
	}
	last, row := make([]float32, len(a)+1), make([]float32, len(a)+1)
	for i := range last {
		last[i] = float32(i)
	}
	for j := 1; j <= len(b); j++ {
		row[0] = float32(j)
		for i := 1; i <= len(a); i++ {
			row[i] = min(row[i-1]+1, last[i]+1, last[i-1]+pairCost(a, b, i-1, j-1))
		}
		last, row = row, last
	}
	return 1 - last[len(a)]/float32(max(len(a), len(b)))
}

// pairCost compares the pairs that end at two places; before the first character stands one that all words share, and that does not count.
func pairCost(a, b []rune, i, j int) float32 {
	cost, size := float32(0), float32(2)
	switch {
	case i == 0 && j == 0:
		size--
	case i == 0 || j == 0 || a[i-1] != b[j-1]:
		cost++
	}
	if a[i] != b[j] {
		cost++
	}
	return cost / size
}
