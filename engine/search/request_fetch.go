package search

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func (r *Request) readFetch(m member) (err error) {
	switch m.name {
	case "_source":
		return r.fetch.source(m)
	case "fields":
		r.fetch.fields, err = fieldSpecs(m)
	case "docvalue_fields":
		r.fetch.docvalues, err = fieldSpecs(m)
	case "stored_fields":
		names, ok := stringList(m.raw)
		if eserr.TokenName(m.raw) == "START_OBJECT" {
			return unknownKey(m)
		}
		if token := eserr.TokenName(m.raw); !ok || token != "VALUE_STRING" && token != "START_ARRAY" {
			e := eserr.BadRequest(eserr.Parsing, "Expected [VALUE_STRING] or [START_ARRAY] in [stored_fields] but found [%s]", token)
			e.Line, e.Column = m.at.Line, m.at.Column
			return e
		}
		if len(names) > 1 && slices.Contains(names, "_none_") {
			return eserr.Illegal("cannot combine _none_ with other fields")
		}
		r.fetch.storedFields(names)
	case "highlight":
		r.fetch.highlight, err = parseHighlight(m.raw)
	}
	return err
}

// storedFields reads `stored_fields`: `_source` brings the source, and other names, as in Elasticsearch, do not.
func (f *fetchSpec) storedFields(names []string) {
	f.stored, f.bare = names, slices.Contains(names, "_none_")
	if !f.sourceSet && !slices.Contains(names, "_source") {
		f.noSource = true
	}
}

// source reads `_source`: a boolean, a pattern, patterns, or an object of both lists.
func (f *fetchSpec) source(m member) error {
	f.noSource, f.sourceSet = false, true
	switch eserr.TokenName(m.raw) {
	case "VALUE_BOOLEAN":
		f.noSource = string(m.raw) == "false"
		return nil
	case "START_OBJECT":
		ms, err := members(m.raw)
		if err != nil {
			return err
		}
		for _, sub := range ms {
			if err := f.sourcePart(sub); err != nil {
				return err
			}
		}
		return nil
	}
	names, ok := stringList(m.raw)
	if !ok || eserr.TokenName(m.raw) == "VALUE_NUMBER" {
		e := eserr.BadRequest(eserr.Parsing, "Expected one of [VALUE_BOOLEAN, VALUE_STRING, START_ARRAY, START_OBJECT] but found [%s]", eserr.TokenName(m.raw))
		e.Line, e.Column = m.at.Line, m.at.Column
		return e
	}
	f.includes = names
	return nil
}

func (f *fetchSpec) sourcePart(m member) error {
	names, ok := stringList(m.raw)
	if !ok || eserr.TokenName(m.raw) == "VALUE_NUMBER" {
		return unknownKey(m)
	}
	switch m.name {
	case "includes", "include":
		f.includes = names
	case "excludes", "exclude":
		f.excludes = names
	default:
		return unknownKey(m)
	}
	return nil
}

// stringList reads a string, or an array of them. Numbers and booleans count as strings.
func stringList(raw json.RawMessage) ([]string, bool) {
	if text, ok := scalar(raw); ok {
		return []string{text}, true
	}
	var parts []json.RawMessage
	if eserr.TokenName(raw) != "START_ARRAY" || json.Unmarshal(raw, &parts) != nil {
		return nil, false
	}
	out := make([]string, 0, len(parts))
	for _, part := range parts {
		text, ok := scalar(part)
		if !ok {
			return nil, false
		}
		out = append(out, text)
	}
	return out, true
}

// fieldSpecs reads `fields` or `docvalue_fields`: an array of patterns and of objects with `field`, `format` and `include_unmapped`.
func fieldSpecs(m member) ([]fieldSpec, error) {
	var parts []json.RawMessage
	if eserr.TokenName(m.raw) != "START_ARRAY" || json.Unmarshal(m.raw, &parts) != nil {
		return nil, unknownKey(m)
	}
	var out []fieldSpec
	for _, part := range parts {
		if text, ok := scalar(part); ok {
			out = append(out, fieldSpec{pattern: text})
			continue
		}
		spec, err := fieldSpecOf(m, part)
		if err != nil {
			return nil, err
		}
		out = append(out, spec)
	}
	return out, nil
}

func fieldSpecOf(outer member, raw json.RawMessage) (spec fieldSpec, err error) {
	if eserr.TokenName(raw) != "START_OBJECT" {
		return spec, eserr.BadRequest(eserr.Parsing, "Expected [START_OBJECT] or [VALUE_STRING] in [%s] but found [%s]", outer.name, eserr.TokenName(raw))
	}
	ms, err := members(raw)
	if err != nil {
		return spec, err
	}
	for _, m := range ms {
		text, ok := scalar(m.raw)
		switch {
		case !ok && eserr.TokenName(m.raw) != "VALUE_NULL":
			return spec, unknownKey(m)
		case m.name == "field":
			spec.pattern = text
		case m.name == "format":
			spec.format = text
			if text == "use_field_mapping" {
				spec.format = ""
			}
		case m.name == "include_unmapped":
			spec.unmapped, _ = strconv.ParseBool(text)
		default:
			return spec, eserr.BadRequest(eserr.XContentParse, "[%d:%d] [%s] unknown field [%s]", m.at.Line, m.at.Column, outer.name, m.name)
		}
	}
	if spec.pattern == "" {
		return spec, eserr.BadRequest(eserr.XContentParse, "Required [field]")
	}
	return spec, nil
}
