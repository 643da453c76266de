package search

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf16"

	"github.com/vedette-siem/vedette/engine/analysis"
)

// passage is a piece of a value with marks, as Lucene's unified highlighter finds them. Places are in UTF-16 units, in which Java counts.
// https://github.com/apache/lucene/blob/main/lucene/highlighter/src/java/org/apache/lucene/search/uhighlight/FieldHighlighter.java
type passage struct {
	from, to int
	marks    []analysis.Span // whose places are bytes of the value
}

// units translates between bytes and UTF-16 units of a text.
type units struct {
	runes  []rune
	ofRune []int // unit at which each rune begins, and the number of units
	ofByte map[int]int
	bytes  []int // byte at which each unit begins, and the number of bytes
}

func unitsOf(text string) units {
	u := units{ofByte: map[int]int{}}
	for at, r := range text {
		u.ofByte[at] = len(u.bytes)
		u.runes, u.ofRune = append(u.runes, r), append(u.ofRune, len(u.bytes))
		for range max(utf16.RuneLen(r), 1) {
			u.bytes = append(u.bytes, at)
		}
	}
	u.ofByte[len(text)] = len(u.bytes)
	u.ofRune, u.bytes = append(u.ofRune, len(u.bytes)), append(u.bytes, len(text))
	return u
}

// breaks are places in runes as units.
func (u units) breaks(places []int) []int {
	for i, p := range places {
		places[i] = u.ofRune[p]
	}
	return places
}

// scanner finds the passage around the mark that begins at a place. Marks come in order.
type scanner func(start int) (from, to int)

// scannerOf is what the options ask for: sentences that are no longer than a fragment, or words; nil is the whole value.
func (f *highlightField) scannerOf(u units) scanner {
	switch {
	case f.count == 0:
		return nil
	case f.scanner == "word":
		return between(u.breaks(wordBreaks(u.runes)))
	case f.size == 0:
		return between(u.breaks(sentenceBreaks(u.runes)))
	}
	b := &bounded{sentences: u.breaks(sentenceBreaks(u.runes)), words: u.breaks(wordBreaks(u.runes)), most: f.size, end: len(u.bytes) - 1, windowEnd: -1}
	return b.around
}

// preceding is the last break before a place, and 0 if there is none; following is the first one behind it.
func preceding(breaks []int, place int) int {
	i, _ := slices.BinarySearch(breaks, place)
	return breaks[max(i-1, 0)]
}

func following(breaks []int, place int) int {
	i, _ := slices.BinarySearch(breaks, place+1)
	return breaks[min(i, len(breaks)-1)]
}

func between(breaks []int) scanner {
	return func(start int) (int, int) { return preceding(breaks, start+1), following(breaks, start) }
}

// bounded finds sentences of at most `most` units together; of a sentence that is longer it takes whole words around the mark.
// https://github.com/elastic/elasticsearch/blob/main/server/src/main/java/org/elasticsearch/lucene/search/uhighlight/BoundedBreakIteratorScanner.java
type bounded struct {
	sentences, words       []int
	most, end              int
	windowStart, windowEnd int // of the sentence in which the last passage was
	to                     int // end of the last passage
}

func (b *bounded) around(start int) (from, to int) {
	place := start + 1
	if place > b.windowStart && place < b.windowEnd {
		from, to = b.to, b.windowEnd
	} else {
		from, to = b.sentencesAround(place)
		b.windowStart, b.windowEnd = from, to
	}
	if to-from > b.most {
		if place-b.most > from {
			from = max(from, preceding(b.words, place-b.most))
		}
		if rest := place + max(0, b.most-(place-from)); rest < b.windowEnd {
			to = min(b.windowEnd, following(b.words, rest))
		}
	}
	b.to = to
	return from, to
}

// sentencesAround are as many whole sentences as fit behind the beginning of that of a place, at least one.
func (b *bounded) sentencesAround(place int) (from, to int) {
	from = preceding(b.sentences, place)
	last := place + max(0, b.most-(place-from))
	if last+1 > b.end {
		return from, b.end
	}
	if to = preceding(b.sentences, last+1); to == from {
		to = following(b.sentences, last)
	}
	return from, to
}

// passages cuts a value around its marks.
func (f *highlightField) passages(u units, marks []analysis.Span) (out []passage) {
	scan := f.scannerOf(u)
	if scan == nil && len(marks) > 0 {
		return []passage{{0, len(u.bytes) - 1, marks}}
	}
	for _, m := range marks {
		start := u.ofByte[m.Start]
		if len(out) == 0 || start >= out[len(out)-1].to {
			from, to := scan(start)
			out = append(out, passage{from: from, to: to})
		}
		last := &out[len(out)-1]
		last.marks = append(last.marks, m)
	}
	return out
}

// Numbers of Lucene's scorer of passages.
// https://github.com/apache/lucene/blob/main/lucene/highlighter/src/java/org/apache/lucene/search/uhighlight/PassageScorer.java
const passageK1, passageB, passagePivot = 1.2, 0.75, 87

// score is how well a passage that begins at a place of all values together tells what a text of a length is about.
func (p passage) score(offset, length int) float64 {
	weight := (passageK1 + 1) * math.Log(1+(1+float64(length)/passagePivot+0.5)/1.5)
	counts := map[string]int{}
	for _, m := range p.marks {
		counts[m.Term]++
	}
	norm, sum := passageK1*((1-passageB)+passageB*float64(p.to-p.from)/passagePivot), 0.0
	for _, n := range counts {
		sum += weight * float64(n) / (float64(n) + norm)
	}
	return float64(float32(sum * (1 + 1/math.Log(float64(passagePivot+offset+p.from)))))
}

// best are the fragments of all values together that are shown: the best of them, in their order unless `order` asks for the best first.
func (f *highlightField) best(found []fragment) []string {
	byScore := func(a, b fragment) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.from, a.from)) }
	if f.count > 0 && len(found) > f.count {
		slices.SortFunc(found, byScore) // of equal ones the later stay
		found = found[:f.count]
	}
	slices.SortFunc(found, func(a, b fragment) int { return cmp.Compare(a.from, b.from) })
	if f.byScore {
		slices.SortStableFunc(found, func(a, b fragment) int { return cmp.Compare(b.score, a.score) })
	}
	var out []string
	for _, one := range found {
		out = append(out, one.text)
	}
	return out
}

// noMatchText is the beginning of a value in which nothing is marked, up to the end of a word.
func (f *highlightField) noMatchText(text string) string {
	u := unitsOf(text)
	if f.noMatch >= len(u.bytes)-1 {
		return text
	}
	return text[:u.bytes[following(u.breaks(wordBreaks(u.runes)), f.noMatch)]]
}
