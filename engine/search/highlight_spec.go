package search

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// highlightSpec is `highlight`: the fields to mark, in order.
type highlightSpec struct{ fields []highlightOptions }

// highlightOptions are those of one field or pattern.
type highlightOptions struct {
	pattern      string
	pre, post    string
	size         int // characters of a fragment
	count        int // of fragments; 0 is the whole value
	noMatch      int // characters shown where nothing is marked
	maxOffset    int // characters of a value that are looked at; 0 is not given, -1 the index's limit
	kind         string
	scanner      string // `boundary_scanner`; only "chars" means something: it is refused
	byScore      bool
	html         bool // the text is escaped for HTML
	anyField     bool // words count in whichever field the query looks for them
	query        dsl.Query
	matchedField []string
}

func defaultHighlight() highlightOptions {
	return highlightOptions{pre: "<em>", post: "</em>", size: 100, count: 5}
}

// parseHighlight reads `highlight`.
// See https://www.elastic.co/guide/en/elasticsearch/reference/8.19/highlighting.html.
func parseHighlight(raw json.RawMessage) (*highlightSpec, error) {
	if eserr.TokenName(raw) != "START_OBJECT" {
		return nil, eserr.BadRequest(eserr.Parsing, "Expected [START_OBJECT] in [highlight] but found [%s]", eserr.TokenName(raw))
	}
	ms, err := members(raw)
	if err != nil {
		return nil, err
	}
	defaults, spec := defaultHighlight(), &highlightSpec{}
	var fields json.RawMessage
	var options []member
	for _, m := range ms {
		if m.name == "fields" {
			fields = m.raw
			continue
		}
		options = append(options, m)
	}
	if err := defaults.setAll(options); err != nil {
		return nil, err
	}
	parts := []json.RawMessage{fields}
	if eserr.TokenName(fields) == "START_ARRAY" {
		parts = nil
		if err := json.Unmarshal(fields, &parts); err != nil {
			return nil, eserr.BadRequest(eserr.XContentParse, "[highlight] failed to parse field [fields]: %v", err)
		}
	}
	for _, part := range parts {
		if err := spec.addFields(part, defaults); err != nil {
			return nil, err
		}
	}
	return spec, nil
}

func (s *highlightSpec) addFields(raw json.RawMessage, defaults highlightOptions) error {
	if len(raw) == 0 {
		return nil
	}
	ms, err := members(raw)
	if err != nil {
		return err
	}
	for _, m := range ms {
		o := defaults
		o.pattern = m.name
		options, err := members(m.raw)
		if err != nil {
			return err
		}
		if err := o.setAll(options); err != nil {
			return err
		}
		s.fields = append(s.fields, o)
	}
	return nil
}

// setAll reads the options of one level. Tags go together.
func (o *highlightOptions) setAll(options []member) error {
	var pre, post *member
	for i, m := range options {
		if err := o.set(m); err != nil {
			return err
		}
		switch m.name {
		case "pre_tags":
			pre = &options[i]
		case "post_tags":
			post = &options[i]
		case "tags_schema":
			pre, post = nil, nil
		}
	}
	if pre != nil && post == nil {
		e := eserr.BadRequest(eserr.Parsing, "pre_tags are set but post_tags are not set")
		e.Line, e.Column = pre.at.Line, pre.at.Column
		return e
	}
	return nil
}

// tagsSchema reads the name of a set of tags: of `styled`, the first.
func (o *highlightOptions) tagsSchema(m member, name string) error {
	switch name {
	case "default":
		o.pre, o.post = "<em>", "</em>"
	case "styled":
		o.pre, o.post = `<em class="hlt1">`, "</em>"
	default:
		e := eserr.BadRequest(eserr.XContentParse, "[%d:%d] [highlight] failed to parse field [%s]", m.at.Line, m.at.Column, m.name)
		e.CausedBy = eserr.Illegal("Unknown tag schema [%s]", name)
		return e
	}
	return nil
}

// set reads one option. Those that only tune Elasticsearch's other highlighters are accepted and change nothing.
func (o *highlightOptions) set(m member) (err error) {
	switch m.name {
	case "pre_tags", "post_tags":
		tags, ok := stringList(m.raw)
		if !ok || len(tags) == 0 {
			return unknownHighlight(m)
		}
		if m.name == "pre_tags" {
			o.pre = tags[0]
		} else {
			o.post = tags[0]
		}
		return nil
	case "highlight_query":
		o.query, err = dsl.ParseAt(m.raw, m.at)
		return err
	case "matched_fields":
		o.matchedField, _ = stringList(m.raw)
		return nil
	case "options":
		return nil
	}
	text, ok := scalar(m.raw)
	if !ok {
		return unknownHighlight(m)
	}
	switch m.name {
	case "fragment_size":
		o.size, err = notNegative(m.name, text)
	case "number_of_fragments":
		o.count, err = notNegative(m.name, text)
	case "no_match_size":
		o.noMatch, err = notNegative(m.name, text)
	case "order":
		o.byScore = text == "score"
	case "type":
		o.kind = text
	case "max_analyzed_offset":
		if o.maxOffset, err = integer(text); err == nil && o.maxOffset < 1 && o.maxOffset != -1 {
			err = eserr.Illegal("[max_analyzed_offset] must be a positive integer, or -1")
		}
	case "encoder":
		o.html = text == "html"
	case "require_field_match":
		var require bool
		require, err = strconv.ParseBool(text)
		o.anyField = !require
	case "boundary_scanner":
		o.scanner = strings.ToLower(text)
	case "tags_schema":
		err = o.tagsSchema(m, text)
	case "boundary_chars", "boundary_max_scan", "boundary_scanner_locale", "force_source",
		"fragmenter", "fragment_offset", "phrase_limit", "highlight_filter":
	default:
		return unknownHighlight(m)
	}
	return err
}

func unknownHighlight(m member) error {
	return eserr.BadRequest(eserr.XContentParse, "[%d:%d] [highlight] unknown field [%s]", m.at.Line, m.at.Column, m.name)
}
