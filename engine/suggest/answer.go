package suggest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// An entry is a part of the text, with what it may be meant to be.
type entry struct {
	text           string
	offset, length int // in the text, in UTF-16 units as Java counts
	options        []option
	cutoff         float64 // what the scores of options exceed; 0 where none is too low
}

// An option is what a part of a text may be meant to be.
type option struct {
	text  string
	score float32
	freq  int
	// highlighted is the text with what differs marked.
	highlighted string
	// hit is the document of a completion, and form what was looked for; nil and empty for other kinds.
	hit  *Hit
	form string
}

// A Result is what one index answers, suggestion by suggestion.
type Result struct{ entries [][]entry }

// Run answers the request for one index. The error is an *eserr.Error of the query phase where the request does not fit the index.
func (r *Request) Run(x *Index) (*Result, error) {
	out := &Result{}
	for _, s := range r.suggestions {
		q, err := r.complete(s.asked)
		if err != nil {
			return nil, err
		}
		entries, err := s.suggester.run(x, q)
		if err != nil {
			return nil, err
		}
		out.entries = append(out.entries, entries)
	}
	return out, nil
}

// complete gives a question its text: its own one, what it completes, or that of all suggestions.
func (r *Request) complete(q asked) (*asked, error) {
	own := q.text
	for _, other := range []*string{q.prefix, q.regex, r.text} {
		if q.text == nil {
			q.text = other
		}
	}
	if q.prefix == nil && (own != nil || q.regex == nil) {
		q.prefix = q.text
	}
	if q.text == nil {
		return nil, eserr.Shard(eserr.IllegalArgument, "The required text option is missing")
	}
	return &q, nil
}

// Answer prints what the indices found together, with the kind before each name if typed is set. Nil is that there is nothing to print.
func (r *Request) Answer(results []*Result, typed bool) (json.RawMessage, error) {
	if len(r.suggestions) == 0 || len(results) == 0 {
		return nil, nil
	}
	out := []byte{'{'}
	for i, s := range r.suggestions {
		if i > 0 {
			out = append(out, ',')
		}
		name := s.name
		if typed {
			name = s.suggester.kind() + "#" + name
		}
		out = append(appendText(out, name), ":["...)
		merged, err := s.merge(results, i)
		if err != nil {
			return nil, err
		}
		for j, e := range merged {
			if j > 0 {
				out = append(out, ',')
			}
			if out, err = e.print(out, s.suggester); err != nil {
				return nil, err
			}
		}
		out = append(out, ']')
	}
	return append(out, '}'), nil
}

// merge puts the entries of all indices together, and leaves the best options of each.
func (s *suggestion) merge(results []*Result, at int) ([]entry, error) {
	merged := slices.Clone(results[0].entries[at])
	for i := range merged {
		var all []option
		cutoff := math.Inf(-1)
		for _, r := range results {
			others := r.entries[at]
			if len(others) != len(merged) || others[i].text != merged[i].text {
				return nil, eserr.Illegal("Can't merge suggest result, this might be caused by suggest calls across multiple indices with different analysis chains: [%s]", s.name)
			}
			all, cutoff = append(all, others[i].options...), max(cutoff, others[i].cutoff)
		}
		if len(results) > 1 {
			all = slices.DeleteFunc(s.suggester.combine(all), func(o option) bool { return float64(o.score) <= cutoff })
		}
		merged[i].options = all[:min(len(all), s.asked.size)]
	}
	return merged, nil
}

// mergeOptions makes one option of those with the same text, and puts them in order.
func mergeOptions(all []option, order func(a, b option) int) []option {
	var out []option
	places := map[string]int{}
	for _, o := range all {
		at, known := places[o.text]
		if !known {
			places[o.text] = len(out)
			out = append(out, o)
			continue
		}
		out[at].freq += o.freq
		out[at].score = max(out[at].score, o.score)
	}
	slices.SortFunc(out, order)
	return out
}

func (e *entry) print(out []byte, s suggester) (_ []byte, err error) {
	out = appendText(append(out, `{"text":`...), e.text)
	out = strconv.AppendInt(append(out, `,"offset":`...), int64(e.offset), 10)
	out = strconv.AppendInt(append(out, `,"length":`...), int64(e.length), 10)
	out = append(out, `,"options":[`...)
	for i, o := range e.options {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendText(append(out, `{"text":`...), o.text)
		if out, err = s.show(out, o); err != nil {
			return nil, err
		}
		out = append(out, '}')
	}
	return append(out, "]}"...), nil
}

// byScore puts the option with the higher score first.
func byScore(a, b option) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.text, b.text))
}

func appendText(out []byte, s string) []byte {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return append(out, `""`...) // a string can always be encoded
	}
	return append(out, bytes.TrimSuffix(text.Bytes(), []byte("\n"))...)
}

// appendFloat prints a score as Java does, with a fraction.
func appendFloat(out []byte, f float32) []byte {
	text := strconv.AppendFloat(nil, float64(f), 'f', -1, 32)
	if slices.Contains(text, '.') || math.IsInf(float64(f), 0) {
		return append(out, text...)
	}
	return append(append(out, text...), ".0"...)
}

// units is the length of a text as Java counts it.
func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF && r <= utf8.MaxRune {
			n++
		}
	}
	return n
}
