package suggest

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// A member is one member of a JSON object, with the place of its value.
type member struct {
	name string
	raw  json.RawMessage
	at   dsl.Place
	key  dsl.Place // of the name
}

// members takes apart an object whose first byte stands at a place.
func members(raw json.RawMessage, at dsl.Place) ([]member, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if _, err := dec.Token(); err != nil {
		return nil, malformed(at, err)
	}
	var out []member
	seen := map[string]bool{}
	for dec.More() {
		from := int(dec.InputOffset())
		key, err := dec.Token()
		if err != nil {
			return nil, malformed(at, err)
		}
		m := member{name: key.(string), key: placeOf(raw[:from+bytes.IndexByte(raw[from:], '"')], at)} // a decoder gives nothing else inside an object
		if err := dec.Decode(&m.raw); err != nil {
			return nil, malformed(at, err)
		}
		if seen[m.name] {
			return nil, eserr.BadRequest(eserr.XContentParse, "Duplicate field '%s'", m.name)
		}
		seen[m.name] = true
		m.at = placeOf(raw[:int(dec.InputOffset())-len(m.raw)], at)
		out = append(out, m)
	}
	return out, nil
}

// elements takes apart an array.
func (m member) elements() ([]member, error) {
	dec := json.NewDecoder(bytes.NewReader(m.raw))
	if _, err := dec.Token(); err != nil {
		return nil, malformed(m.at, err)
	}
	var out []member
	for dec.More() {
		e := member{name: m.name}
		if err := dec.Decode(&e.raw); err != nil {
			return nil, malformed(m.at, err)
		}
		e.at = placeOf(m.raw[:int(dec.InputOffset())-len(e.raw)], m.at)
		out = append(out, e)
	}
	return out, nil
}

// placeOf is where what follows the text stands, if the text stands at a place.
func placeOf(before []byte, at dsl.Place) dsl.Place {
	if n := bytes.Count(before, []byte("\n")); n > 0 {
		return dsl.Place{Line: at.Line + n, Column: len(before) - bytes.LastIndexByte(before, '\n')}
	}
	return dsl.Place{Line: at.Line, Column: at.Column + len(before)}
}

func malformed(at dsl.Place, err error) error {
	return parseError(eserr.XContentParse, at, "[%d:%d] %v", at.Line, at.Column, err)
}

// parseError is a refusal that names a place.
func parseError(typ string, at dsl.Place, format string, args ...any) *eserr.Error {
	e := eserr.BadRequest(typ, format, args...)
	e.Line, e.Column = at.Line, at.Column
	return e
}

func (m member) fail(format string, args ...any) error {
	return parseError(eserr.Parsing, m.at, format, args...)
}

func (m member) token() string { return eserr.TokenName(m.raw) }

// isValue reports whether the member is a text, a number or a boolean.
func (m member) isValue() bool {
	switch m.token() {
	case "VALUE_STRING", "VALUE_NUMBER", "VALUE_BOOLEAN":
		return true
	}
	return false
}

// text is the value as a text.
func (m member) text() string {
	var s string
	if m.token() == "VALUE_STRING" && json.Unmarshal(m.raw, &s) == nil {
		return s
	}
	return string(m.raw)
}

// double reads a number, also one that is written as a text.
func (m member) double() (float64, error) {
	f, err := strconv.ParseFloat(strings.TrimSpace(m.text()), 64)
	if err != nil {
		return 0, eserr.BadRequest("number_format_exception", "For input string: %q", m.text())
	}
	return f, nil
}

func (m member) float() (float32, error) {
	f, err := m.double()
	return float32(f), err
}

// integer reads a whole number, and leaves off a fraction, as Elasticsearch does.
func (m member) integer() (int, error) {
	f, err := m.double()
	if err != nil {
		return 0, err
	}
	if f < -1<<31 || f >= 1<<31 {
		return 0, parseError(eserr.XContentParse, m.at, "[%d:%d] Numeric value (%s) out of range of int (-2147483648 - 2147483647)", m.at.Line, m.at.Column, m.text())
	}
	return int(f), nil
}

func (m member) boolean() (bool, error) {
	switch m.text() {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, eserr.Illegal("Failed to parse value [%s] as only [true] or [false] are allowed.", m.text())
}

// errNoType is the error of a value whose type an option does not take.
var errNoType = errors.New("no value of this type")

// parsed turns what became of an option into the error of Elasticsearch's object parsers, of which what is the name.
func (m member) parsed(what string, known bool, err error) error {
	var cause *eserr.Error
	switch {
	case !known:
		return eserr.BadRequest(eserr.XContentParse, "[%d:%d] [%s] unknown field [%s]", m.key.Line, m.key.Column, what, m.name)
	case errors.Is(err, errNoType):
		return eserr.BadRequest(eserr.XContentParse, "[%d:%d] [%s] %s doesn't support values of type: %s", m.at.Line, m.at.Column, what, m.name, m.token())
	case errors.As(err, &cause):
		e := eserr.BadRequest(eserr.XContentParse, "[%d:%d] [%s] failed to parse field [%s]", m.at.Line, m.at.Column, what, m.name)
		e.CausedBy = cause
		return e
	}
	return err
}
