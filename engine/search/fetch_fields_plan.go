package search

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// plannedField is a field that hits are to show: from its column, or from `_source` through its mapping. Where mapped is nil, it is
// what `_source` has under the pattern and the mapping has not.
type plannedField struct {
	name    string
	mapped  *mapping.Field
	format  string
	columns bool
	pattern *glob
	paths   []string // where in `_source` the values stand, those that copy_to brings included
	// normal writes a keyword as its normalizer does; nil is as it is.
	normal func(string) (string, error)
}

// docvaluesLimit refuses more `docvalue_fields` than the index allows.
func (p *planner) docvaluesLimit(spec fetchSpec) error {
	limit := p.limits().DocvalueFields
	if len(spec.docvalues) <= limit {
		return nil
	}
	return eserr.Shard(eserr.IllegalArgument, "Trying to retrieve too many docvalue_fields. Must be less than or equal to: [%d] but was [%d]. "+
		"This limit can be set by changing the [index.max_docvalue_fields_search] index level setting.", limit, len(spec.docvalues))
}

// planFields reads `fields` and `docvalue_fields` against the mapping. A name that is not mapped shows nothing.
func (p *planner) planFields(spec fetchSpec) ([]plannedField, error) {
	var out []plannedField
	for _, s := range spec.docvalues {
		for _, f := range dsl.InJavaOrder(p.fieldsOf(s.pattern)) {
			planned := plannedField{name: f.Name, mapped: f, format: s.format, columns: true}
			if err := planned.checkColumnFormat(); err != nil {
				return nil, err
			}
			if err := p.readable(f); err != nil {
				return nil, err
			}
			out = append(out, planned)
		}
	}
	for _, s := range spec.fields {
		if slices.Contains([]string{"_seq_no", "_source", "_field_names"}, s.pattern) {
			return nil, notFetched(s.pattern, "Cannot fetch values for internal field [%s].", s.pattern)
		}
		for _, f := range p.fieldsOf(s.pattern) {
			out = append(out, p.fromSource(f, s.format))
		}
		if s.unmapped {
			out = append(out, plannedField{pattern: newGlob(s.pattern, false)})
		}
	}
	out = append(out, p.storedFields(spec.stored)...)
	for _, f := range out {
		if err := f.checkFormat(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fromSource is a field whose values come from `_source`.
func (p *planner) fromSource(f *mapping.Field, format string) plannedField {
	out := plannedField{name: f.Name, mapped: f, format: format, paths: append([]string{sourcePath(f)}, p.mapping.CopiedTo(f.Column)...)}
	if f.Kind == document.Keyword && f.Normalizer != "" {
		out.normal = func(text string) (string, error) { return p.normalize(f, text) }
	}
	return out
}

// storedFields are the fields that the mapping stores (`store: true`). Their values come from `_source` here.
func (p *planner) storedFields(patterns []string) (out []plannedField) {
	for _, pattern := range patterns {
		for _, f := range p.fieldsOf(pattern) {
			if f.Stored {
				out = append(out, p.fromSource(f, ""))
			}
		}
	}
	return out
}

// StoredFields makes the object `fields` of a get that asks for stored fields by names or patterns; nil when it would be empty.
func StoredFields(m *mapping.Mapping, source json.RawMessage, patterns []string) (json.RawMessage, error) {
	p, doc, out := &planner{mapping: m}, &sourceDoc{raw: source}, map[string][]any{}
	for _, f := range p.storedFields(patterns) {
		values, _, err := f.sourceValues(doc)
		if err != nil {
			return nil, err
		}
		if len(values) > 0 {
			out[f.name] = values
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return plainJSON(out)
}

func (p *planner) fieldsOf(pattern string) []*mapping.Field {
	if strings.Contains(pattern, "*") {
		return p.mapping.Leaves(pattern)
	}
	f, ok := p.mapping.Lookup(pattern)
	if !ok {
		return nil
	}
	named := *f
	named.Name = pattern
	return []*mapping.Field{&named}
}

// readable refuses fields that have no values by document.
func (p *planner) readable(f *mapping.Field) error {
	switch {
	case f.Column == segment.IDField:
		return eserr.Shard(eserr.IllegalArgument, "Fielddata access on the _id field is disallowed, you can re-enable it by updating the dynamic cluster setting: indices.id_field_data.enabled")
	case f.PointColumn() != "" && f.AggregatableShape:
		return nil
	}
	return p.sortable(f)
}

// checkColumnFormat refuses a format of `docvalue_fields` on what is no date or number.
func (f plannedField) checkColumnFormat() error {
	if f.format == "" {
		return nil
	}
	switch f.mapped.Kind {
	case document.Date, document.DateNanos:
		_, err := dates.ParseFormat(f.format)
		return shardError(err)
	case document.Long, document.Double, document.Unsigned:
		if f.mapped.SpanColumn() == "" && !f.mapped.Shape {
			_, err := aggs.ParseDecimalFormat(f.format)
			return shardError(err)
		}
	}
	return noFormats(f.mapped, f.name)
}

func noFormats(f *mapping.Field, name string) error {
	return eserr.Shard(eserr.IllegalArgument, "Field [%s] of type [%s] does not support custom formats", name, f.Type)
}

// checkFormat refuses a format of `fields` on what is no date or place.
func (f plannedField) checkFormat() error {
	if f.format == "" || f.mapped == nil || f.columns || f.mapped.Metadata {
		return nil
	}
	if f.mapped.Type == "geo_point" {
		if f.format == "geojson" || f.format == "wkt" {
			return nil
		}
		return notFetched(f.name, "Unrecognized geometry format [%s].", f.format)
	}
	if f.mapped.Kind != document.Date && f.mapped.Kind != document.DateNanos && f.mapped.Type != "date_range" {
		return notFetched(f.name, "Field [%s] doesn't support formats.", f.name)
	}
	if _, err := dates.ParseFormat(f.format); err != nil {
		return notFetched(f.name, "%s", reasonOf(err))
	}
	return nil
}

// notFetched is how Elasticsearch reports that it cannot show a field.
func notFetched(name, format string, args ...any) error {
	cause := eserr.Illegal(format, args...)
	e := eserr.Shard(eserr.IllegalArgument, "error fetching [%s]: %s", name, cause.Reason)
	e.CausedBy = cause
	return e
}

func reasonOf(err error) string {
	var e *eserr.Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return err.Error()
}

// sourcePath is where in `_source` the values of a field stand.
func sourcePath(f *mapping.Field) string {
	switch {
	case f.MultiField && f.Parent != "":
		return f.Parent
	case f.KeyPrefix != "":
		return f.Name
	}
	return f.Column
}
