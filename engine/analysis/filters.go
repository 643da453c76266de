package analysis

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/go-porterstemmer"
	"golang.org/x/text/unicode/norm"
)

// eachTerm makes a filter of a function on terms. A filter may change the spans that it is given.
func eachTerm(change func(string) string) func([]Span) []Span {
	return func(spans []Span) []Span {
		for i := range spans {
			spans[i].Term = change(spans[i].Term)
		}
		return spans
	}
}

// keep makes a filter that drops words and leaves a gap where they stood.
func keep(wanted func(Span) bool) func([]Span) []Span {
	return func(spans []Span) []Span {
		kept := spans[:0]
		for _, s := range spans {
			if wanted(s) {
				kept = append(kept, s)
			}
		}
		return kept
	}
}

func lowercase(spans []Span) []Span { return eachTerm(strings.ToLower)(spans) }
func uppercase(spans []Span) []Span { return eachTerm(strings.ToUpper)(spans) }
func trim(spans []Span) []Span      { return eachTerm(strings.TrimSpace)(spans) }
func fold(spans []Span) []Span      { return eachTerm(foldTerm)(spans) }
func porter(spans []Span) []Span    { return eachTerm(stem)(spans) }

// possessive removes the `'s` at the end of English words.
func possessive(spans []Span) []Span {
	return eachTerm(func(term string) string {
		for _, ending := range []string{"'s", "'S", "\u2019s", "\u2019S", "\uFF07s", "\uFF07S"} {
			if rest, ok := strings.CutSuffix(term, ending); ok {
				return rest
			}
		}
		return term
	})(spans)
}

// stem is Porter's stemmer, as Lucene's English analyzer has it. Words of fewer than three letters stay.
func stem(term string) string {
	if len(term) < 3 {
		return term
	}
	return string(porterstemmer.StemWithoutLowerCasing([]rune(term)))
}

// foldTerm writes letters with accents and ligatures in ASCII.
func foldTerm(term string) string {
	if isASCII(term) {
		return term
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(term) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case plainLetters[r] != "":
			b.WriteString(plainLetters[r])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plainLetters are those that Unicode does not decompose.
var plainLetters = map[rune]string{
	'ß': "ss", 'æ': "ae", 'Æ': "AE", 'œ': "oe", 'Œ': "OE", 'ø': "o", 'Ø': "O", 'đ': "d", 'Đ': "D", 'ð': "d", 'Ð': "D", 'ł': "l", 'Ł': "L", 'þ': "th", 'Þ': "TH", 'ı': "i",
	'‘': "'", '’': "'", '“': `"`, '”': `"`, '–': "-", '—': "-",
}

// stop drops words of a list; with fold without regard to case.
func stop(words []string, foldCase bool) func([]Span) []Span {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		if foldCase {
			w = strings.ToLower(w)
		}
		set[w] = true
	}
	return keep(func(s Span) bool {
		if foldCase {
			return !set[strings.ToLower(s.Term)]
		}
		return !set[s.Term]
	})
}

// englishStopWords is Lucene's list.
func englishStopWords() []string {
	return strings.Fields("a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with")
}

func ofLength(lo, hi int) func([]Span) []Span {
	return keep(func(s Span) bool {
		n := utf8.RuneCountInString(s.Term)
		return n >= lo && n <= hi
	})
}

// unique drops words that stood before, or with samePosition only those that stood at the same place.
func unique(samePosition bool) func([]Span) []Span {
	return func(spans []Span) []Span {
		seen := map[string]uint32{}
		return keep(func(s Span) bool {
			at, ok := seen[s.Term]
			seen[s.Term] = s.Position
			return !ok || samePosition && at != s.Position
		})(spans)
	}
}

func truncate(length int) func([]Span) []Span {
	return eachTerm(func(term string) string {
		if bounds := characters(term); len(bounds)-1 > length {
			return term[:bounds[length]]
		}
		return term
	})
}

func reverse(spans []Span) []Span {
	return eachTerm(func(term string) string {
		runes := []rune(term)
		for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
			runes[i], runes[j] = runes[j], runes[i]
		}
		return string(runes)
	})(spans)
}

func limit(most int) func([]Span) []Span {
	return func(spans []Span) []Span { return spans[:min(most, len(spans))] }
}

// gramFilter replaces each word by its runs of lo to hi characters, at the word's position.
func gramFilter(lo, hi int, edge, keepWhole bool) func([]Span) []Span {
	split := grams(lo, hi, edge, func(rune) bool { return true })
	return func(spans []Span) (out []Span) {
		for _, s := range spans {
			for _, g := range split(s.Term) {
				part := s
				part.Term = g.Term
				out = append(out, part)
			}
			if n := utf8.RuneCountInString(s.Term); keepWhole && (n < lo || n > hi) {
				out = append(out, s)
			}
		}
		return out
	}
}

// replace rewrites matches of a pattern; only the first one unless all is set.
func replace(pattern *regexp.Regexp, replacement string, all bool) func(string) string {
	return func(text string) string {
		if all {
			return pattern.ReplaceAllString(text, replacement)
		}
		m := pattern.FindStringSubmatchIndex(text)
		if m == nil {
			return text
		}
		return text[:m[0]] + string(pattern.ExpandString(nil, replacement, text, m)) + text[m[1]:]
	}
}
