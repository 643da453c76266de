package mapping

import (
	"bytes"
	"encoding/json"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// namesTwice says whether an object anywhere in a value has two members of one name. The parser has bounded the depth.
func namesTwice(v *fastjson.Value) bool {
	found := false
	switch v.Type() {
	case fastjson.TypeArray:
		for _, e := range v.GetArray() {
			found = found || namesTwice(e)
		}
	case fastjson.TypeObject:
		members := v.GetObject()
		found = duplicates(members) != nil
		members.Visit(func(_ []byte, e *fastjson.Value) { found = found || namesTwice(e) })
	}
	return found
}

// twice is the error of a source in which an object has two members of one name, of which Elasticsearch's parser says the first.
func twice(source []byte) error {
	d := json.NewDecoder(bytes.NewReader(source))
	d.UseNumber()
	name, before, at := firstTwice(d, source)
	line, column := position(source, at)
	why := place(line, column) + "Duplicate field '" + name + "'"
	e := parsingError(0, 0, "")
	line, column = position(source, before)
	e.Reason = place(line, column) + "failed to parse: " + why
	e.CausedBy = eserr.BadRequest(eserr.XContentParse, "%s", why)
	e.CausedBy.CausedBy = eserr.BadRequest("json_parse_exception", "Duplicate field '%s'", name)
	return e
}

// firstTwice reads up to the first name that its object has already. It returns the name, the offset of the token before it, and where the name ends.
func firstTwice(d *json.Decoder, source []byte) (name string, before, at int) {
	type level struct {
		names map[string]bool // nil in an array
		value bool            // a member's value comes next
	}
	var open []level
	for start := 0; ; before = start {
		start = (&locator{source: source, d: d}).next()
		token, err := d.Token()
		if err != nil {
			return "", before, start // not reached: the source was read before
		}
		var in *level
		if len(open) > 0 {
			in = &open[len(open)-1]
		}
		if delim, ok := token.(json.Delim); ok && (delim == '}' || delim == ']') {
			open = open[:len(open)-1]
			continue
		}
		if in != nil && in.names != nil && !in.value {
			name, _ = token.(string)
			if in.names[name] {
				return name, before, int(d.InputOffset())
			}
			in.names[name], in.value = true, true
			continue
		}
		if in != nil {
			in.value = false
		}
		switch token {
		case json.Delim('{'):
			open = append(open, level{names: map[string]bool{}})
		case json.Delim('['):
			open = append(open, level{})
		}
	}
}
