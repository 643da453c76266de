package suggest

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
)

const (
	defaultSize = 5
	// maxSuggestions is how many suggestions a request may have, each of which may go through the dictionary of a field.
	maxSuggestions = 100
)

// A Request is the `suggest` of a search, read but not yet held against any index. It is immutable, and many goroutines can run it at once.
type Request struct {
	text        *string // for suggestions that have none of their own; nil is none
	suggestions []suggestion
}

// A suggestion is one named question of a request.
type suggestion struct {
	name      string
	asked     asked
	suggester suggester
}

// asked is what a suggestion of any kind says.
type asked struct {
	text, prefix, regex *string // nil where not given
	field               string
	analyzer            string // empty is that of the field
	size                int
	shardSize           *int // how many options an index gives; nil is size, but at least 5
}

// A suggester answers one kind of suggestion.
type suggester interface {
	// kind is its name in a request and before the `#` of typed keys.
	kind() string
	// run answers the question for one index.
	run(x *Index, q *asked) ([]entry, error)
	// combine puts the options that several indices have for one entry together, the best first.
	combine(all []option) []option
	// show prints what an option has beside its text.
	show(out []byte, o option) ([]byte, error)
}

// Parse reads the object, whose first byte stands at a place of the body. The error is an *eserr.Error.
func Parse(raw json.RawMessage, at dsl.Place) (*Request, error) {
	all, err := members(raw, at)
	if err != nil {
		return nil, err
	}
	r := &Request{}
	for _, m := range all {
		switch {
		case m.isValue() && m.name == "text":
			text := m.text()
			r.text = &text
		case m.isValue():
			return nil, eserr.Illegal("[suggest] does not support [%s]", m.name)
		case m.token() != "START_OBJECT":
			return nil, m.fail("unexpected token [%s] after [%s]", m.token(), m.name)
		default:
			s, err := parseSuggestion(m)
			if err != nil {
				return nil, err
			}
			r.suggestions = append(r.suggestions, s)
		}
	}
	if len(r.suggestions) > maxSuggestions {
		return nil, eserr.Illegal("[suggest] has %d suggestions, more than the %d that a search may have: send several searches", len(r.suggestions), maxSuggestions)
	}
	slices.SortFunc(r.suggestions, func(a, b suggestion) int { return cmp.Compare(a.name, b.name) })
	return r, nil
}

func parseSuggestion(m member) (suggestion, error) {
	s := suggestion{name: m.name}
	all, err := members(m.raw, m.at)
	if err != nil {
		return s, err
	}
	var own asked
	for _, m := range all {
		switch {
		case m.isValue():
			if err := own.read(m); err != nil {
				return s, err
			}
		case m.token() == "START_OBJECT":
			if s.suggester, s.asked, err = parseSuggester(m); err != nil {
				return s, err
			}
		}
	}
	if s.suggester == nil {
		return s, eserr.BadRequest("parse_exception", "missing suggestion object")
	}
	s.asked.text, s.asked.prefix, s.asked.regex = own.text, own.prefix, own.regex
	return s, nil
}

// read reads what stands beside the suggester.
func (q *asked) read(m member) error {
	text := m.text()
	switch m.name {
	case "text":
		q.text = &text
	case "prefix":
		q.prefix = &text
	case "regex":
		q.regex = &text
	default:
		return m.fail("suggestion does not support [%s]", m.name)
	}
	return nil
}

func parseSuggester(m member) (suggester, asked, error) {
	switch m.name {
	case "term":
		return parseTerm(m)
	case "phrase":
		return parsePhrase(m)
	case "completion":
		return parseCompletion(m)
	}
	return nil, asked{}, eserr.BadRequest("named_object_not_found_exception", "[%d:%d] unknown field [%s]", m.at.Line, m.at.Column, m.name)
}

// common reads an option that all suggesters have. It returns false for any other.
func (q *asked) common(m member) (known bool, err error) {
	switch m.name {
	case "field":
		q.field = m.text()
	case "analyzer":
		q.analyzer = m.text()
	case "size":
		if q.size, err = m.integer(); err == nil && q.size <= 0 {
			err = eserr.Illegal("size must be positive")
		}
	case "shard_size":
		var n int
		n, err = m.integer()
		q.shardSize = &n
	default:
		return false, nil
	}
	return true, err
}

// named refuses a suggester without a field.
func named(all []member) error {
	at := slices.IndexFunc(all, func(m member) bool { return m.name == "field" })
	switch {
	case at < 0:
		return eserr.BadRequest("parse_exception", "the required field option [field] is missing")
	case all[at].text() == "":
		return eserr.Illegal("suggestion field name is empty")
	}
	return nil
}

// perIndex is how many options an index gives.
func (q *asked) perIndex() (int, error) {
	switch {
	case q.shardSize == nil:
		return max(q.size, defaultSize), nil
	case *q.shardSize <= 0:
		return 0, eserr.Shard(eserr.IllegalArgument, "ShardSize must be positive but was: %d", *q.shardSize)
	}
	return *q.shardSize, nil
}
