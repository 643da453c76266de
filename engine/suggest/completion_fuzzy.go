package suggest

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
)

// A prefixMatcher says which inputs begin as a text does, and how well.
type prefixMatcher interface {
	// fixed is what the forms of all inputs begin with.
	fixed() string
	// score is that of an input; false is that it does not match.
	score(i mapping.Input) (float32, bool)
}

// exactPrefix matches what begins with it. The score is the weight.
type exactPrefix string

func (p exactPrefix) fixed() string { return string(p) }

func (p exactPrefix) score(i mapping.Input) (float32, bool) {
	return float32(i.Weight), p != "" && strings.HasPrefix(i.Form, string(p))
}

// fuzzyPrefix are the options of `fuzzy`. Lengths are in bytes unless unicode is set.
type fuzzyPrefix struct {
	edits, minLength, prefixLength int
	transpositions, unicode        bool
}

func parseFuzzyPrefix(m member) (*fuzzyPrefix, error) {
	f := &fuzzyPrefix{edits: 1, minLength: 3, prefixLength: 1, transpositions: true}
	switch m.token() {
	case "VALUE_BOOLEAN":
		if on, err := m.boolean(); err != nil || !on {
			return nil, err
		}
		return f, nil
	case "START_OBJECT":
	default:
		return nil, errNoType
	}
	all, err := members(m.raw, m.at)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		known, err := f.read(m)
		if err = m.parsed("fuzzy", known, err); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *fuzzyPrefix) read(m member) (known bool, err error) {
	switch m.name {
	case "fuzziness":
		f.edits, err = editsOf(m.text())
	case "min_length":
		if f.minLength, err = m.integer(); err == nil && f.minLength < 0 {
			err = eserr.Illegal("fuzzyMinLength must not be negative")
		}
	case "prefix_length":
		if f.prefixLength, err = m.integer(); err == nil && f.prefixLength < 0 {
			err = eserr.Illegal("fuzzyPrefixLength must not be negative")
		}
	case "transpositions":
		f.transpositions, err = m.boolean()
	case "unicode_aware":
		f.unicode, err = m.boolean()
	case "max_determinized_states": // there are none here
		_, err = m.integer()
	default:
		return false, nil
	}
	return true, err
}

// averageLength is the length of a word for which Elasticsearch computes AUTO here, whatever is typed.
const averageLength = 5

// editsOf reads a fuzziness.
func editsOf(text string) (int, error) {
	upper := strings.ToUpper(text)
	low, high := 3, 6
	if rest, ok := strings.CutPrefix(upper, "AUTO"); ok {
		if rest != "" {
			lo, hi, ok := strings.Cut(strings.TrimPrefix(rest, ":"), ",")
			var errLow, errHigh error
			low, errLow = strconv.Atoi(strings.TrimSpace(lo))
			high, errHigh = strconv.Atoi(strings.TrimSpace(hi))
			if !ok || errors.Join(errLow, errHigh) != nil || low < 0 || high < 0 || low > high {
				return 0, eserr.Illegal("fuzziness wrongly configured [%s]", text)
			}
		}
		switch {
		case averageLength < low:
			return 0, nil
		case averageLength < high:
			return 1, nil
		}
		return 2, nil
	}
	n, err := strconv.ParseFloat(upper, 64)
	switch {
	case err != nil:
		return 0, eserr.Illegal("fuzziness cannot be [%s].", text)
	case n != 0 && n != 1 && n != 2:
		return 0, eserr.Illegal("Valid edit distances are [0, 1, 2] but was [%s]", text)
	}
	return int(n), nil
}

// prefix is what matches a form of the text.
func (f *fuzzyPrefix) prefix(form string) prefixMatcher {
	if f == nil {
		return exactPrefix(form)
	}
	p := &nearPrefix{fuzzyPrefix: *f, text: f.letters(form), form: form}
	if len(p.text) <= f.prefixLength || len(p.text) < f.minLength {
		p.edits = 0
	}
	return p
}

// letters are what an edit changes: bytes or characters.
func (f *fuzzyPrefix) letters(text string) []rune {
	if f.unicode {
		return []rune(text)
	}
	out := make([]rune, len(text))
	for i := range len(text) {
		out[i] = rune(text[i])
	}
	return out
}

// nearPrefix matches what begins with something that a few edits lie between. The score is the weight times the number of bytes that the text has in common with
// the shortest such beginning. See Lucene's FuzzyCompletionQuery:
// https://github.com/apache/lucene/blob/main/lucene/suggest/src/java/org/apache/lucene/search/suggest/document/FuzzyCompletionQuery.java
type nearPrefix struct {
	fuzzyPrefix
	text []rune
	form string
}

func (p *nearPrefix) fixed() string {
	if p.edits == 0 {
		return p.form
	}
	size := 0
	for range min(p.prefixLength, len(p.text)) {
		if !p.unicode {
			size++
			continue
		}
		_, n := utf8.DecodeRuneInString(p.form[size:])
		size += n
	}
	return p.form[:size]
}

func (p *nearPrefix) score(i mapping.Input) (float32, bool) {
	beginning := len(p.form)
	switch {
	case !strings.HasPrefix(i.Form, p.fixed()):
		return 0, false
	case p.edits > 0:
		if beginning = p.beginning(p.letters(i.Form), i.Form); beginning < 0 {
			return 0, false
		}
	case p.form == "":
		return 0, false
	}
	same := 0
	for same < min(beginning, len(p.form)) && i.Form[same] == p.form[same] {
		same++
	}
	switch {
	case same == 0:
		return float32(i.Weight), true
	case i.Weight == 0:
		return float32(same), true
	}
	return float32(i.Weight) * float32(same), true
}

// beginning is the length in bytes of the shortest beginning of a form that is near enough; -1 is that there is none.
func (p *nearPrefix) beginning(letters []rune, form string) int {
	fixed := len(p.letters(p.fixed()))
	n := len(p.text)
	before, last, row := make([]int, n+1), make([]int, n+1), make([]int, n+1)
	for j := range last {
		last[j] = j
	}
	size := 0
	for i := 1; i <= min(len(letters), n+p.edits); i++ {
		row[0] = i
		for j := 1; j <= n; j++ {
			change := 1
			if letters[i-1] == p.text[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if p.transpositions && i > fixed+1 && j > fixed+1 && letters[i-1] == p.text[j-2] && letters[i-2] == p.text[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		if size++; p.unicode {
			_, w := utf8.DecodeRuneInString(form[size-1:])
			size += w - 1
		}
		if i >= fixed && row[n] <= p.edits {
			return size
		}
		before, last, row = last, row, before
	}
	return -1
}
