package analysis

import (
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/segment"

	"github.com/vedette-siem/vedette/storage/document"
)

// maxTokenLength is Lucene's: a longer word is cut into several.
const maxTokenLength = 255

// standardASCII is the standard analyzer for texts of ASCII characters alone, or false for others. It makes few allocations: the
// terms are parts of the text.
func standardASCII(text string) ([]document.Token, bool) {
	if !isASCII(text) {
		return nil, false
	}
	text = strings.ToLower(text)
	tokens := make([]document.Token, 0, len(text)/6+1)
	for at := 0; ; {
		from, to, _ := nextWord(text, at)
		if from == to {
			return tokens, true
		}
		for at = to; from < to; from += maxTokenLength {
			tokens = append(tokens, document.Token{Term: text[from:min(from+maxTokenLength, to)], Position: uint32(len(tokens))})
		}
	}
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
		for at := 0; words.Segment(); at += len(words.Bytes()) {
			kind := wordType(words.Type())
			if kind != "" && strings.Trim(string(words.Bytes()), "_") != "" { // to Lucene underscores alone are no word
				spans = appendCut(spans, text, at, at+len(words.Bytes()), longest, kind)
			}
		}
		return spans
	}
}

func wordType(kind int) string {
	switch kind {
	case segment.Letter:
		return "<ALPHANUM>"
	case segment.Number:
		return "<NUM>"
	case segment.Ideo:
		return "<IDEOGRAPHIC>"
	case segment.Kana:
		return "<KATAKANA>"
	}
	return ""
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
	other = iota
	letter
	digit
	underscore // ExtendNumLet: part of a word, but none by itself
	midLetter  // between letters: the colon
	midNumber  // between digits: comma and semicolon
	midBoth    // between letters or between digits: full stop and apostrophe
)

func class(b byte) int {
	switch {
	case b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z':
		return letter
	case b >= '0' && b <= '9':
		return digit
	}
	switch b {
	case '_':
		return underscore
	case ':':
		return midLetter
	case ',', ';':
		return midNumber
	case '.', '\'':
		return midBoth
	}
	return other
}

// nextWord finds the next word of an ASCII text at or after an offset; from == to says that there is none. letters is false for a number.
func nextWord(text string, at int) (from, to int, letters bool) {
	for at < len(text) {
		if c := class(text[at]); c < letter || c > underscore {
			at++
			continue
		}
		from, word, last := at, false, other
		letters = false
		for at < len(text) {
			c := class(text[at])
			if c >= midLetter && !joins(c, last, text, at) || c == other {
				break
			}
			if c == letter || c == digit {
				word = true
				letters = letters || c == letter
			}
			last = c
			at++
		}
		if word {
			return from, at, letters
		}
	}
	return at, at, false
}

// joins reports whether the character at an offset holds together what stands before and after it.
func joins(c, before int, text string, at int) bool {
	if at+1 == len(text) || class(text[at+1]) != before {
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
