package mapping

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func itoa(n int) string { return strconv.Itoa(n) }

// A misplaced error lacks the place in the source that Elasticsearch names, which only located finds out: it costs another pass.
type misplaced struct {
	path string
	raw  string
	err  error
}

func (e *misplaced) Error() string { return e.err.Error() }
func (e *misplaced) Unwrap() error { return e.err }

// refuse refuses a document for a value, or in a stream leaves the value out and goes on.
func (r *reader) refuse(path string, v *fastjson.Value, err error) error {
	if r.stream {
		r.ignore(path)
		return nil
	}
	return &misplaced{path: path, raw: string(v.MarshalTo(nil)), err: err}
}

// misfit is the error of a value that a field's type cannot hold.
func (r *reader) misfit(l *leaf, value string, cause error) error {
	in := "a document"
	if r.d.ID != "" {
		in = "document with id '" + r.d.ID + "'"
	}
	e := eserr.BadRequest(eserr.DocumentParsing, "failed to parse field [%s] of type [%s] in %s. Preview of field's value: '%s'", l.field.Name, l.field.Type, in, value)
	if !errors.As(cause, &e.CausedBy) {
		e.CausedBy = eserr.Illegal("%s", cause)
	}
	return e
}

// tooNested refuses a document for the number of its nested objects, in a stream too.
func (r *reader) tooNested(path string, v *fastjson.Value) error {
	return &misplaced{path: path, raw: string(v.MarshalTo(nil)), err: eserr.BadRequest(eserr.DocumentParsing, "The number of nested documents has exceeded the allowed limit of [%d]. "+
		"This limit can be set by changing the [index.mapping.nested_objects.limit] index level setting.", r.m.settings.nestedObjects())}
}

// objectCause is why a leaf cannot be an object.
func objectCause(l *leaf) error {
	switch l.spec.read {
	case readInteger, readFloat:
		return eserr.Illegal("Cannot parse object as number")
	}
	return eserr.BadRequest("illegal_state_exception", "Can't get text on a START_OBJECT")
}

// tokenName is Jackson's name of a scalar.
func tokenName(v *fastjson.Value) string {
	switch v.Type() {
	case fastjson.TypeString:
		return "VALUE_STRING"
	case fastjson.TypeNumber:
		return "VALUE_NUMBER"
	case fastjson.TypeTrue, fastjson.TypeFalse:
		return "VALUE_BOOLEAN"
	case fastjson.TypeObject:
		return "START_OBJECT"
	case fastjson.TypeArray:
		return "START_ARRAY"
	}
	return "VALUE_NULL"
}

// located completes an error with its place in the source, `[line:column] ` before the reason.
func (r *reader) located(err error) error {
	var m *misplaced
	if !errors.As(err, &m) {
		return err
	}
	line, column := locate(r.d.Source, m.path, m.raw)
	var cause *eserr.Error
	if !errors.As(m.err, &cause) {
		return parsingError(line, column, "failed to parse: "+m.err.Error())
	}
	if cause.Type == eserr.DocumentParsing || cause.Type == "strict_dynamic_mapping_exception" {
		placed := *cause
		placed.Reason = place(line, column) + cause.Reason
		return &placed
	}
	e := parsingError(line, column, "failed to parse: "+cause.Reason)
	e.CausedBy = cause
	return e
}

func place(line, column int) string { return "[" + itoa(line) + ":" + itoa(column) + "] " }

func parsingError(line, column int, reason string) *eserr.Error {
	return eserr.BadRequest(eserr.DocumentParsing, "%s%s", place(line, column), reason)
}

// badJSON is the error for a source that is not JSON. The place is where Go's decoder stops.
func badJSON(source []byte, why error) error {
	offset := int64(0)
	var syntax *json.SyntaxError
	if err := json.Unmarshal(source, new(json.RawMessage)); errors.As(err, &syntax) {
		offset, why = max(syntax.Offset-1, 0), err
	}
	line, column := position(source, int(offset))
	e := parsingError(line, column, "failed to parse: "+place(line, column)+why.Error())
	e.CausedBy = eserr.BadRequest("x_content_parse_exception", "%s%s", place(line, column), why.Error())
	return e
}

// position is the line and column, both from 1, of an offset.
func position(source []byte, offset int) (line, column int) {
	before := source[:min(offset, len(source))]
	return bytes.Count(before, []byte("\n")) + 1, len(before) - bytes.LastIndexByte(before, '\n')
}

// locate finds the value at a path of names that has the same JSON: where it begins, or where it ends if it is an object (as Elasticsearch's parser stands then).
func locate(source []byte, path, raw string) (line, column int) {
	l := locator{source: source, d: json.NewDecoder(bytes.NewReader(source)), path: path, raw: raw, offset: -1}
	l.d.UseNumber()
	if err := l.value("", 0); err != nil && !errors.Is(err, io.EOF) || l.offset < 0 {
		l.offset = max(l.offset, 0)
	}
	return position(source, l.offset)
}

type locator struct {
	source    []byte
	d         *json.Decoder
	path, raw string
	offset    int
}

// value walks over the next value, which stands under a path.
func (l *locator) value(path string, depth int) error {
	start := l.next()
	token, err := l.d.Token()
	if err != nil {
		return err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		l.found(path, start, start)
		return nil
	}
	for l.d.More() && l.offset < 0 {
		below := path
		if delim == '{' {
			key, err := l.d.Token()
			if err != nil {
				return err
			}
			name, _ := key.(string)
			below = strings.TrimPrefix(path+"."+name, ".")
		}
		if err := l.value(below, depth+1); err != nil {
			return err
		}
	}
	if l.offset >= 0 {
		return io.EOF
	}
	_, err = l.d.Token()
	at := start
	if delim == '{' {
		at = int(l.d.InputOffset()) - 1
	}
	l.found(path, start, at)
	return err
}

// next is where the next value begins: the decoder stands before the blanks and signs in between.
func (l *locator) next() int {
	at := int(l.d.InputOffset())
	for at < len(l.source) && strings.IndexByte(" \t\r\n,:", l.source[at]) >= 0 {
		at++
	}
	return at
}

// found notes the place if the value that has just been read is the one that is looked for.
func (l *locator) found(path string, start, at int) {
	if l.offset >= 0 || path != l.path && !strings.HasPrefix(path, l.path+".") {
		return
	}
	parsed, err := fastjson.ParseBytes(l.source[start:int(l.d.InputOffset())])
	if err == nil && string(parsed.MarshalTo(nil)) == l.raw {
		l.offset = at
	}
}
