package search

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/suggest"
)

// member is one member of a JSON object, with its place in the body.
type member struct {
	name string
	raw  json.RawMessage
	at   dsl.Place
}

// members splits a JSON object whose first byte is at offset 0 of body. Nothing is decoded below it.
func members(body []byte) ([]member, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	tok, err := dec.Token()
	if err != nil {
		return nil, malformed(body, dec, err)
	}
	if tok != json.Delim('{') {
		return nil, eserr.BadRequest(eserr.Parsing, "Expected [START_OBJECT] but found [%s]", eserr.TokenName(bytes.TrimSpace(body)))
	}
	var out []member
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return nil, malformed(body, dec, err)
		}
		name := tok.(string) // a decoder gives nothing else inside an object
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, malformed(body, dec, err)
		}
		if slices.ContainsFunc(out, func(m member) bool { return m.name == name }) {
			return nil, eserr.BadRequest(eserr.XContentParse, "Duplicate field '%s'", name)
		}
		out = append(out, member{name, raw, placeOf(body, int(dec.InputOffset())-len(raw))})
	}
	if _, err := dec.Token(); err != nil {
		return nil, malformed(body, dec, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, eserr.BadRequest(eserr.XContentParse, "unexpected text after the end of the JSON object")
	}
	return out, nil
}

func malformed(body []byte, dec *json.Decoder, err error) error {
	p := placeOf(body, int(dec.InputOffset()))
	e := eserr.BadRequest(eserr.XContentParse, "[%d:%d] %v", p.Line, p.Column, err)
	e.Line, e.Column = p.Line, p.Column
	return e
}

func placeOf(body []byte, offset int) dsl.Place {
	before := body[:min(max(offset, 0), len(body))]
	return dsl.Place{Line: 1 + bytes.Count(before, []byte("\n")), Column: len(before) - bytes.LastIndexByte(before, '\n')}
}

func unknownKey(m member) error {
	e := eserr.BadRequest(eserr.Parsing, "Unknown key for a %s in [%s].", eserr.TokenName(m.raw), m.name)
	e.Line, e.Column = m.at.Line, m.at.Column
	return e
}

func (r *Request) readBody(body json.RawMessage) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	ms, err := members(body)
	if err != nil {
		return err
	}
	for _, m := range ms {
		if err := r.readMember(m); err != nil {
			return err
		}
	}
	return nil
}

// readMember reads one member of a search body.
func (r *Request) readMember(m member) (err error) {
	if !mayStand(m) {
		return unknownKey(m)
	}
	switch m.name {
	case "query":
		r.query, err = dsl.ParseAt(m.raw, m.at)
	case "post_filter":
		r.postFilter, err = dsl.ParseAt(m.raw, m.at)
	case "aggs", "aggregations":
		r.aggs, err = aggs.Parse(m.raw)
		r.aggsBody = keyBody(m.raw)
	case "sort":
		r.sort, err = parseSort(m.raw)
		r.sortSet = true
	case "search_after":
		r.searchAfter, err = parseSearchAfter(m)
	case "_source", "fields", "docvalue_fields", "stored_fields", "highlight":
		return r.readFetch(m)
	case "script_fields", "runtime_mappings", "ext", "stats":
		return onlyEmpty(m)
	case "suggest":
		r.suggest, err = suggest.Parse(m.raw, m.at)
	case "rescore":
		r.rescorers, err = parseRescore(m)
	case "indices_boost":
		r.boosts, err = parseBoosts(m)
	case "pit":
		r.pit, err = parsePIT(m)
	case "slice":
		r.slice, err = parseSlice(m)
	case "collapse":
		r.collapse, err = parseCollapse(m)
	case "knn", "rank", "retriever":
		return eserr.Illegal("[%s] of a search is not supported by Vedette yet", m.name)
	default:
		return r.readScalar(m)
	}
	return err
}

// mayStand says whether a member has the kind of value that it has in Elasticsearch, whose error of other kinds is that of an unknown key.
func mayStand(m member) bool {
	token := eserr.TokenName(m.raw)
	switch m.name {
	case "query", "post_filter", "suggest", "aggs", "aggregations", "collapse", "highlight", "pit", "slice", "ext", "knn", "runtime_mappings", "script_fields":
		return token == "START_OBJECT"
	case "indices_boost":
		return token == "START_OBJECT" || token == "START_ARRAY"
	}
	return true
}

// readScalar reads the members that are a number, a text or a boolean.
func (r *Request) readScalar(m member) error {
	text, ok := scalar(m.raw)
	if !ok {
		return unknownKey(m)
	}
	known, err := r.set(m.name, text)
	if !known {
		return unknownKey(m)
	}
	return err
}

// scalar returns a string, number or boolean as text.
func scalar(raw json.RawMessage) (string, bool) {
	switch eserr.TokenName(raw) {
	case "VALUE_STRING":
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err == nil
	case "VALUE_NUMBER", "VALUE_BOOLEAN":
		return string(raw), true
	}
	return "", false
}

// onlyEmpty accepts a member that asks for nothing, and refuses all else by name.
func onlyEmpty(m member) error {
	switch string(bytes.Join(bytes.Fields(m.raw), nil)) {
	case "{}", "[]", "false", `"false"`, "null":
		return nil
	}
	if m.name == "stats" && eserr.TokenName(m.raw) == "START_ARRAY" {
		return nil // labels of a search, which only Elasticsearch's statistics use
	}
	if m.name == "stats" {
		return unknownKey(m)
	}
	return eserr.Illegal("[%s] of a search is not supported by Vedette; only an empty one is", m.name)
}

func parseSearchAfter(m member) ([]any, error) {
	dec := json.NewDecoder(bytes.NewReader(m.raw))
	dec.UseNumber()
	var values []any
	if eserr.TokenName(m.raw) != "START_ARRAY" {
		return nil, unknownKey(m)
	}
	if err := dec.Decode(&values); err != nil {
		return nil, malformed(m.raw, dec, err)
	}
	if len(values) == 0 {
		return nil, eserr.Illegal("Values must contains at least one value.")
	}
	for _, v := range values {
		switch v.(type) {
		case map[string]any, []any:
			return nil, eserr.BadRequest(eserr.Parsing, "Expected [VALUE_STRING] or [VALUE_NUMBER] or [VALUE_BOOLEAN] or [VALUE_NULL] but found an object or array inside search_after.")
		}
	}
	return values, nil
}
