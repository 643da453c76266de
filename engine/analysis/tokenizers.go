package analysis

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/vedette-siem/vedette/storage/document"
)

// nonWord is what the pattern analyzer and tokenizer split at by default.
func nonWord() *regexp.Regexp { return regexp.MustCompile(`\W+`) }

// word makes a Span of a part of a text.
func word(text string, from, to, position int) Span {
	return Span{Token: document.Token{Term: text[from:to], Position: uint32(position)}, Start: from, End: to, Type: "word"}
}

// keywordTokens keeps the whole text as one word; an empty text is one too.
func keywordTokens(text string) []Span { return []Span{word(text, 0, len(text), 0)} }

func whitespaceTokens(text string) []Span {
	return fieldsOf(func(r rune) bool { return !unicode.IsSpace(r) })(text)
}

func letterTokens(text string) []Span { return fieldsOf(unicode.IsLetter)(text) }

// fieldsOf makes words of runs of characters that belong to one.
func fieldsOf(belongs func(rune) bool) func(string) []Span {
	return func(text string) (spans []Span) {
		from := -1
		for i, r := range text {
			switch in := belongs(r); {
			case in && from < 0:
				from = i
			case !in && from >= 0:
				spans, from = appendCut(spans, text, from, i, maxTokenLength, "word"), -1
			}
		}
		if from >= 0 {
			spans = appendCut(spans, text, from, len(text), maxTokenLength, "word")
		}
		return spans
	}
}

// splitAt makes words of what lies between the matches of a pattern.
func splitAt(pattern *regexp.Regexp) func(string) []Span {
	return func(text string) (spans []Span) {
		from := 0
		for _, m := range append(pattern.FindAllStringIndex(text, -1), []int{len(text), len(text)}) {
			if m[0] > from {
				spans = append(spans, word(text, from, m[0], len(spans)))
			}
			from = m[1]
		}
		return spans
	}
}

// matchesOf makes words of a group of each match of a pattern.
func matchesOf(pattern *regexp.Regexp, group int) func(string) []Span {
	return func(text string) (spans []Span) {
		for _, m := range pattern.FindAllStringSubmatchIndex(text, -1) {
			if from, to := m[2*group], m[2*group+1]; from >= 0 && to > from {
				spans = append(spans, word(text, from, to, len(spans)))
			}
		}
		return spans
	}
}

// grams makes words of all runs of lo to hi characters, of each run of characters that belong; with edge only of those at its beginning.
func grams(lo, hi int, edge bool, belongs func(rune) bool) func(string) []Span {
	return func(text string) (spans []Span) {
		for _, run := range fieldsWhole(belongs, text) {
			bounds := characters(run.Term)
			for from := 0; from < len(bounds)-1; from++ {
				for n := lo; n <= hi && from+n < len(bounds); n++ {
					spans = append(spans, word(text, run.Start+bounds[from], run.Start+bounds[from+n], len(spans)))
				}
				if edge {
					break
				}
			}
		}
		return spans
	}
}

// fieldsWhole is fieldsOf without Lucene's limit of length.
func fieldsWhole(belongs func(rune) bool, text string) (spans []Span) {
	for rest, at := text, 0; rest != ""; {
		skip := strings.IndexFunc(rest, belongs)
		if skip < 0 {
			break
		}
		end := strings.IndexFunc(rest[skip:], func(r rune) bool { return !belongs(r) })
		if end < 0 {
			end = len(rest) - skip
		}
		spans = append(spans, word(text, at+skip, at+skip+end, len(spans)))
		at += skip + end
		rest = text[at:]
	}
	return spans
}

// characters returns the offset of each character, and of the end.
func characters(text string) []int {
	bounds := make([]int, 0, len(text)+1)
	for i := range text {
		bounds = append(bounds, i)
	}
	return append(bounds, len(text))
}

// pathTokens makes words of a path and of each of its parents, all at the same position.
func pathTokens(delimiter byte, replacement string) func(string) []Span {
	return func(text string) (spans []Span) {
		for i := 1; i <= len(text); i++ {
			if i < len(text) && text[i] != delimiter {
				continue
			}
			s := word(text, 0, i, 0)
			s.Term = strings.ReplaceAll(s.Term, string(delimiter), replacement)
			spans = append(spans, s)
		}
		return spans
	}
}

// charClass reads a class of `token_chars` or `tokenize_on_chars`, or nil if there is none of that name.
func charClass(name string) func(rune) bool {
	switch name {
	case "letter":
		return unicode.IsLetter
	case "digit":
		return unicode.IsDigit
	case "whitespace":
		return unicode.IsSpace
	case "punctuation":
		return unicode.IsPunct
	case "symbol":
		return unicode.IsSymbol
	}
	if r, size := utf8.DecodeRuneInString(name); size == len(name) && size > 0 {
		return func(c rune) bool { return c == r }
	}
	return nil
}
