package search

import (
	"strings"
	"unicode"
)

// sentenceBreaks are the places, in runes and in order, where Java's BreakIterator for sentences breaks a text: 0, the end, and the beginnings of sentences.
func sentenceBreaks(text []rune) []int {
	breaks := []int{0}
	for at := 0; at < len(text); {
		at = sentenceEnd(text, at)
		breaks = append(breaks, at)
	}
	return breaks
}

// sentenceEnd is where the sentence that begins at a rune ends, with the white space behind it.
func sentenceEnd(text []rune, from int) int {
	at := from
	for ; at < len(text); at++ {
		switch {
		case text[at] == '\u2029':
			return at + 1
		case isDanda(text[at]):
			return run(text, at+1, isSentenceSpace)
		case isTerminator(text[at]):
			end := run(text, at+1, func(r rune) bool { return isTerminator(r) || isPeriod(r) || isClosing(r) || isMark(r) })
			end = run(text, end, isSentenceSpace)
			if end < len(text) && text[end] == '\u2029' {
				end++
			}
			return end
		case isPeriod(text[at]):
			if end, ok := periodEnd(text, from, at); ok {
				return end
			}
		}
	}
	return at
}

// periodEnd is where a sentence ends behind a period, if it ends there: before white space and something that is neither a lower-case letter nor a digit. Where the text ends
// before that is clear, Java's sentence ends before the period, or behind it if it begins there.
func periodEnd(text []rune, from, at int) (int, bool) {
	behind := run(text, at+1, func(r rune) bool { return isPeriod(r) || isClosing(r) || isMark(r) })
	end := run(text, behind, isSentenceSpace)
	switch {
	case end == len(text):
		return end, true
	case text[end] == '\u2029':
		return end + 1, true
	case unicode.IsLetter(text[end]):
		return end, !unicode.IsLower(text[end]) && run(text, at+1, isPeriod) < end // not right behind the period
	}
	next := run(text, end, func(r rune) bool { return isOpening(r) || isSentenceStart(r) })
	if next == len(text) || next > end && isClosing(text[next]) {
		return max(at, from+1), true
	}
	return end, next > end && unicode.IsLetter(text[next])
}

func isSentenceSpace(r rune) bool {
	return strings.ContainsRune("\t\r\f\n\u2028", r) || unicode.Is(unicode.Zs, r)
}
func isTerminator(r rune) bool { return strings.ContainsRune("!?。！？", r) }
func isPeriod(r rune) bool     { return r == '.' || r == '．' }
func isDanda(r rune) bool      { return r == '।' || r == '॥' }
func isOpening(r rune) bool    { return unicode.In(r, unicode.Ps, unicode.Pi) || r == '"' || r == '\'' }
func isClosing(r rune) bool    { return unicode.In(r, unicode.Pe, unicode.Pf) || r == '"' || r == '\'' }

// isSentenceStart reports whether a rune is none of those that the other rules name.
func isSentenceStart(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !isSentenceSpace(r) && !isOpening(r) && !isClosing(r) && !isTerminator(r) && !isPeriod(r) && r != ',' && r != '\u2029' && !isMark(r)
}
