package analysis

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/blevesearch/segment"

	"github.com/vedette-siem/vedette/storage/document"
)

// maxTokenLength is Lucene's: a longer word is cut into several.
const maxTokenLength = 255

// standardASCII appends the words that the standard analyzer finds in a text of ASCII characters without capitals. It makes few allocations: the terms are parts
// of the text.
func standardASCII(tokens []document.Token, text string) []document.Token {
	for at := 0; ; {
		from, to, _ := nextWord(text, at)
		if from == to {
			return tokens
		}
		for at = to; from < to; from += maxTokenLength {
			tokens = append(tokens, document.Token{Term: text[from:min(from+maxTokenLength, to)], Position: uint32(len(tokens))})
		}
	}
}

// lowerASCII is a text in small letters, itself where it has no others, or false if it has characters beyond ASCII. It looks at eight bytes at a time.
func lowerASCII(text string) (string, bool) {
	all, capital := uint64(0), uint64(0)
	for at := 0; at < len(text); at += 8 {
		w := eightBytes(text, at)
		all |= w
		capital |= capitals(w)
	}
	if all&highBits != 0 || capital == 0 {
		return text, all&highBits == 0
	}
	lower := make([]byte, (len(text)+7)&^7)
	for at := 0; at < len(text); at += 8 {
		w := eightBytes(text, at)
		binary.LittleEndian.PutUint64(lower[at:], w|capitals(w)>>2)
	}
	return unsafe.String(unsafe.SliceData(lower), len(text)), true // which nobody changes any more
}

// eightBytes are those from an offset on, with zeros behind the end.
func eightBytes(text string, at int) (w uint64) {
	if at+8 <= len(text) {
		return binary.LittleEndian.Uint64(unsafe.Slice(unsafe.StringData(text), len(text))[at:])
	}
	for i := len(text) - 1; i >= at; i-- {
		w = w<<8 | uint64(text[i])
	}
	return w
}

const (
	everyByte = 0x0101010101010101
	highBits  = everyByte * 0x80
)

// capitals has the high bit of each byte that is a capital letter, if all bytes are ASCII: a sum with 0x80-'A' reaches it from A on, one with 0x7F-'Z' beyond Z.
func capitals(w uint64) uint64 {
	return (w + everyByte*(0x80-'A')) &^ (w + everyByte*(0x7F-'Z')) & highBits
}

// standardTokens splits a text at the word boundaries of Unicode's annex 29, as Lucene's StandardTokenizer does.
func standardTokens(text string) []Span { return standardTokensOf(maxTokenLength)(text) }

func standardTokensOf(longest int) func(string) []Span {
	return func(text string) (spans []Span) {
		if isASCII(text) {
			for at := 0; ; {
				from, to, letters := nextWord(text, at)
				if from == to {
					return spans
				}
				kind := "<NUM>"
				if letters {
					kind = "<ALPHANUM>"
				}
				spans, at = appendCut(spans, text, from, to, longest, kind), to
			}
		}
		text = strings.ToValidUTF8(text, "\uFFFD")
		words := segment.NewWordSegmenterDirect([]byte(text))
		for at := 0; words.Segment(); {
			for word := string(words.Bytes()); word != ""; {
				n := flag(word)
				spans = appendSegment(spans, text, at, at+n, longest, words.Type())
				at, word = at+n, word[n:]
			}
		}
		return spans
	}
}

// appendSegment appends a segment of annex 29 if it is a word, or adds it to the word before where it belongs to that.
func appendSegment(spans []Span, text string, from, to, longest, kind int) []Span {
	word := text[from:to]
	name := wordType(word, kind)
	if n := len(spans); n > 0 && spans[n-1].End == from && continues(spans[n-1], word, name) {
		spans[n-1].End, spans[n-1].Term = to, text[spans[n-1].Start:to]
		return spans
	}
	if name == "" || strings.Trim(word, "_") == "" { // to Lucene underscores alone are no word
		return spans
	}
	return appendCut(spans, text, from, to, longest, name)
}

// appendCut appends a word, in pieces of at most longest characters.
func appendCut(spans []Span, text string, from, to, longest int, kind string) []Span {
	for from < to {
		end := to
		if to-from > longest {
			end = from
			for n := 0; end < to && n < longest; n++ {
				_, size := utf8.DecodeRuneInString(text[end:to])
				end += size
			}
		}
		token := document.Token{Term: text[from:end], Position: uint32(len(spans))}
		spans = append(spans, Span{Token: token, Start: from, End: end, Type: kind})
		from = end
	}
	return spans
}

// Classes of ASCII characters in annex 29's terms.
const (
	other uint8 = iota
	letter
	digit
	underscore // ExtendNumLet: part of a word, but none by itself
	midLetter  // between letters: the colon
	midNumber  // between digits: comma and semicolon
	midBoth    // between letters or between digits: full stop and apostrophe
)

// asciiClass is the class of each character.
var asciiClass = func() (t [256]uint8) {
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = letter, letter
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = digit
	}
	t['_'], t[':'], t[','], t[';'], t['.'], t['\''] = underscore, midLetter, midNumber, midNumber, midBoth, midBoth
	return t
}()

// nextWord finds the next word of an ASCII text at or after an offset; from == to says that there is none. letters is false for a number.
func nextWord(text string, at int) (from, to int, letters bool) {
	for at < len(text) {
		if c := asciiClass[text[at]]; c < letter || c > underscore {
			at++
			continue
		}
		from, seen, last := at, uint(0), other
		for at < len(text) {
			c := asciiClass[text[at]]
			if c == other || c >= midLetter && !joins(c, last, text, at) {
				break
			}
			seen |= 1 << c
			last = c
			at++
		}
		if seen&(1<<letter|1<<digit) != 0 {
			return from, at, seen&(1<<letter) != 0
		}
	}
	return at, at, false
}

// joins reports whether the character at an offset holds together what stands before and after it.
func joins(c, before uint8, text string, at int) bool {
	if at+1 == len(text) || asciiClass[text[at+1]] != before {
		return false
	}
	return before == letter && c != midNumber || before == digit && c != midLetter
}

func isASCII(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
