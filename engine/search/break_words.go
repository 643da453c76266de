package search

import (
	"strings"
	"unicode"
)

// wordBreaks are the places, in runes and in order, where Java's BreakIterator for words breaks a text: 0, the end, and what is between words, numbers, runs of
// white space and everything else. Highlighters of Lucene end fragments there.
// https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/text/BreakIterator.html
func wordBreaks(text []rune) []int {
	breaks := []int{0}
	for at := 0; at < len(text); {
		at = wordEnd(text, at)
		breaks = append(breaks, at)
	}
	return breaks
}

// wordEnd is where the piece that begins at a rune ends.
func wordEnd(text []rune, at int) int {
	for _, of := range []func(rune) bool{isKanji, isKatakana, isHiragana} {
		if of(text[at]) {
			return run(text, at, func(r rune) bool { return of(r) || isKanaMark(r) && !isKanji(text[at]) })
		}
	}
	if end := spaceEnd(text, at); end > at {
		return end
	}
	end := at
	if isBeforeNumber(text[at]) {
		end = at + 1
	} else {
		end = lettersEnd(text, at)
	}
	for {
		digits := digitsEnd(text, end)
		if digits == end {
			break
		}
		if end = lettersEnd(text, digits); end == digits {
			if end < len(text) && strings.ContainsRune("¢%٪‰‱&", text[end]) {
				end++
			}
			break
		}
	}
	return run(text, max(end, at+1), isMark)
}

// spaceEnd is behind white space and one end of a line.
func spaceEnd(text []rune, at int) int {
	end := run(text, at, func(r rune) bool { return r == '\t' || unicode.Is(unicode.Zs, r) })
	if end < len(text) && text[end] == '\r' {
		end++
	}
	if end < len(text) && strings.ContainsRune("\n\f\u2028\u2029", text[end]) {
		end++
	}
	return end
}

// lettersEnd is behind letters that may have single punctuation marks between them.
func lettersEnd(text []rune, at int) int {
	return joined(text, at, isWordLetter, func(r rune) bool {
		return unicode.In(r, unicode.Pd, unicode.Pc) || strings.ContainsRune("\u00ad\u2027\"'.", r)
	})
}

// digitsEnd is behind digits that may have single marks between them.
func digitsEnd(text []rune, at int) int {
	return joined(text, at, unicode.IsNumber, func(r rune) bool { return strings.ContainsRune("\"',٫.", r) })
}

// joined is behind runs of one sort of rune with at most one joint between two runs.
func joined(text []rune, at int, of, joint func(rune) bool) int {
	if at == len(text) || !of(text[at]) {
		return at
	}
	end := run(text, at, func(r rune) bool { return of(r) || isMark(r) })
	if end+1 < len(text) && joint(text[end]) && of(text[end+1]) {
		return joined(text, end+1, of, joint)
	}
	return end
}

func run(text []rune, at int, of func(rune) bool) int {
	for at < len(text) && of(text[at]) {
		at++
	}
	return at
}

func isMark(r rune) bool { return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) && r != '\u00ad' }

func isBeforeNumber(r rune) bool {
	return r == '#' || r == '.' || unicode.Is(unicode.Sc, r) && r != '¢'
}

func isKanji(r rune) bool {
	return r == '々' || r >= 0x4e00 && r <= 0x9fa5 || r >= 0xf900 && r <= 0xfa2d
}
func isKatakana(r rune) bool { return r >= 0x30a1 && r <= 0x30fa || r == 0x30fd || r == 0x30fe }
func isHiragana(r rune) bool { return r >= 0x3041 && r <= 0x3094 || r == 0x309d || r == 0x309e }
func isKanaMark(r rune) bool { return r >= 0x3099 && r <= 0x309c || r == 0x30fb || r == 0x30fc }

func isWordLetter(r rune) bool {
	return (unicode.IsLetter(r) || unicode.Is(unicode.Mc, r)) && !isKanji(r) && !isKatakana(r) && !isHiragana(r) && !isKanaMark(r)
}
