package dsl

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A token is what a reader stands on, by the names that Elasticsearch's errors have for them.
type token string

const (
	startObject token = "START_OBJECT"
	endObject   token = "END_OBJECT"
	startArray  token = "START_ARRAY"
	endArray    token = "END_ARRAY"
	fieldName   token = "FIELD_NAME"
	valueString token = "VALUE_STRING"
	valueNumber token = "VALUE_NUMBER"
	valueBool   token = "VALUE_BOOLEAN"
	valueNull   token = "VALUE_NULL"
	endInput    token = "null" // what Elasticsearch prints after the last token
)

// A Place is a line and a column of a JSON text, both from 1.
type Place struct{ Line, Column int }

// A reader walks the tokens of a JSON text one by one and knows where they stand. It refuses a key that an object has twice, as Elasticsearch does.
type reader struct {
	dec   *json.Decoder
	body  []byte
	place Place // of the first byte of body

	tok   token
	val   any    // string, json.Number or bool of a value
	name  string // of the member that the token belongs to
	at    int    // offset of the token
	stack []frame
}

// A frame is an object or array that is not closed yet.
type frame struct {
	object bool
	value  bool // in an object: a value comes next, not a key
	keys   keySet
}

func newReader(body []byte, place Place) *reader {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	return &reader{dec: dec, body: body, place: place}
}

// next moves to the next token; after the last one to endInput.
func (r *reader) next() error {
	r.at = r.skipSpace(int(r.dec.InputOffset()))
	raw, err := r.dec.Token()
	if errors.Is(err, io.EOF) && len(r.stack) == 0 {
		r.tok = endInput
		return nil
	}
	if err != nil {
		return r.malformed(err)
	}
	r.val = nil
	switch v := raw.(type) {
	case json.Delim:
		r.delim(v)
		return nil
	case nil:
		r.tok = valueNull
	case bool:
		r.tok, r.val = valueBool, v
	case json.Number:
		r.tok, r.val = valueNumber, v
	case string:
		if r.wantsKey() {
			return r.key(v)
		}
		r.tok, r.val = valueString, v
	}
	r.valueRead()
	return nil
}

func (r *reader) skipSpace(at int) int {
	for at < len(r.body) && bytes.IndexByte([]byte(" \t\r\n,:"), r.body[at]) >= 0 {
		at++
	}
	return at
}

func (r *reader) wantsKey() bool {
	top := len(r.stack) - 1
	return top >= 0 && r.stack[top].object && !r.stack[top].value
}

func (r *reader) key(name string) error {
	r.tok, r.name = fieldName, name
	top := &r.stack[len(r.stack)-1]
	if !top.keys.add(name) {
		return r.xcontent("Duplicate field '%s'", name)
	}
	top.value = true
	return nil
}

func (r *reader) valueRead() {
	if top := len(r.stack) - 1; top >= 0 {
		r.stack[top].value = false
	}
}

func (r *reader) delim(d json.Delim) {
	switch d {
	case '{':
		r.valueRead()
		r.tok = startObject
		r.stack = append(r.stack, frame{object: true})
	case '[':
		r.valueRead()
		r.tok = startArray
		r.stack = append(r.stack, frame{})
	case '}':
		r.tok = endObject
		r.stack = r.stack[:len(r.stack)-1]
	default:
		r.tok = endArray
		r.stack = r.stack[:len(r.stack)-1]
	}
}

// isValue reports whether the token is a string, a number or a boolean, or null.
func (r *reader) isValue() bool {
	switch r.tok {
	case valueString, valueNumber, valueBool, valueNull:
		return true
	}
	return false
}

// here is the place of the token.
func (r *reader) here() Place { return r.placeOf(r.at) }

func (r *reader) placeOf(at int) Place {
	before := r.body[:min(at, len(r.body))]
	lines := bytes.Count(before, []byte("\n"))
	if lines == 0 {
		return Place{r.place.Line, r.place.Column + len(before)}
	}
	return Place{r.place.Line + lines, len(before) - bytes.LastIndexByte(before, '\n')}
}

// malformed is the answer to a text that is not JSON.
func (r *reader) malformed(err error) *eserr.Error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		r.at = len(r.body)
		return r.xcontent("Unexpected end-of-input")
	}
	return r.xcontent("%s", err.Error())
}

// keySet holds the keys of one object: a slice while there are few, a map after that.
type keySet struct {
	few  []string
	many map[string]struct{}
}

const fewKeys = 12

// add puts a key into the set and reports whether it is new.
func (s *keySet) add(key string) bool {
	if s.many != nil {
		_, had := s.many[key]
		s.many[key] = struct{}{}
		return !had
	}
	for _, k := range s.few {
		if k == key {
			return false
		}
	}
	s.few = append(s.few, key)
	if len(s.few) > fewKeys {
		s.many = make(map[string]struct{}, 4*fewKeys)
		for _, k := range s.few {
			s.many[k] = struct{}{}
		}
	}
	return true
}
