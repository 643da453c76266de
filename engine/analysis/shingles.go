package analysis

import (
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// Shingle is the Span.Type of several words that are one token.
const Shingle = "shingle"

// maxShingleDiff is Elasticsearch's default of `index.max_shingle_diff`.
const maxShingleDiff = 3

// Shingles says which neighbouring words an analyzer makes tokens of. See Lucene's ShingleFilter:
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/analysis-shingle-tokenfilter.html
type Shingles struct {
	// Min and Max are how many words a token has.
	Min, Max int
	// Unigrams says that the words themselves are tokens too.
	Unigrams bool

	lonely            bool // words are tokens where there are no shingles
	separator, filler string
}

func parseShingles(o options) (*Shingles, error) {
	s := &Shingles{Unigrams: o.flag("output_unigrams", true), lonely: o.flag("output_unigrams_if_no_shingles", false),
		separator: o.text("token_separator", " "), filler: o.text("filler_token", "_")}
	var err error
	if s.Max, err = o.number("max_shingle_size", 2); err != nil {
		return nil, err
	}
	if s.Min, err = o.number("min_shingle_size", 2); err != nil {
		return nil, err
	}
	diff := s.Max - s.Min
	if s.Unigrams {
		diff++
	}
	switch {
	case diff > maxShingleDiff:
		return nil, eserr.Illegal("In Shingle TokenFilter the difference between max_shingle_size and min_shingle_size (and +1 if outputting unigrams) must be less than or equal to: [%d] "+
			"but was [%d]. This limit can be set by changing the [index.max_shingle_diff] index level setting.", maxShingleDiff, diff)
	case s.Max < 2:
		return nil, eserr.Illegal("Max shingle size must be >= 2")
	case s.Min < 2:
		return nil, eserr.Illegal("Min shingle size must be >= 2")
	case s.Min > s.Max:
		return nil, eserr.Illegal("Min shingle size must be <= max shingle size")
	}
	return s, nil
}

// Shingles returns those of the analyzer, or nil if it makes none.
func (a *Analyzer) Shingles() *Shingles { return a.shingles }

// filter is the token filter. Positions count the words and fillers that begin a token. As in Lucene nothing follows a filler with too few words after it for a shingle.
func (s *Shingles) filter(words []Span) []Span {
	slots := s.withFillers(words)
	var out []Span
	found, position := false, uint32(0)
	for i := range slots {
		before := len(out)
		isWord := slots[i].Type != ""
		if !isWord && i+s.Min > len(slots) {
			break
		}
		if s.Unigrams && isWord {
			out = append(out, slots[i])
		}
		for n := s.Min; n <= s.Max && i+n <= len(slots); n++ {
			if joined, ok := s.join(slots[i : i+n]); ok {
				out, found = append(out, joined), true
			}
		}
		for k := range out[before:] {
			out[before+k].Position = position
		}
		if len(out) > before {
			position++
		}
	}
	if s.lonely && !s.Unigrams && !found {
		return words
	}
	return out
}

// withFillers puts fillers, which have no type, where words are missing.
func (s *Shingles) withFillers(words []Span) []Span {
	var out []Span
	next := uint32(0)
	for _, w := range words {
		missing := min(int(w.Position)-int(next), s.Max-1)
		for i := missing; i > 0; i-- {
			out = append(out, Span{Token: document.Token{Term: s.filler, Position: w.Position - uint32(i)}, Start: w.Start, End: w.Start})
		}
		out = append(out, w)
		next = w.Position + 1
	}
	return out
}

// join makes one token of words, unless all are fillers.
func (s *Shingles) join(words []Span) (Span, bool) {
	terms, real := make([]string, len(words)), false
	for i, w := range words {
		terms[i] = w.Term
		real = real || w.Type != ""
	}
	out := Span{Start: words[0].Start, End: words[len(words)-1].End, Type: Shingle}
	out.Term = strings.Join(terms, s.separator)
	return out, real
}
