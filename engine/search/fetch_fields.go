package search

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
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

// sourceDoc is a document's JSON, decoded when it is first asked for.
type sourceDoc struct {
	raw     []byte
	decoded any
	leaves  map[string][]any // by path
}

func (d *sourceDoc) value() (any, error) {
	if d.decoded != nil {
		return d.decoded, nil
	}
	dec := json.NewDecoder(bytes.NewReader(d.raw))
	dec.UseNumber()
	if err := dec.Decode(&d.decoded); err != nil {
		return nil, fmt.Errorf("decode the source: %w", err)
	}
	return d.decoded, nil
}

// at returns the values at a path of the source; arrays are taken apart, and a dot in a key is a step of the path.
func (d *sourceDoc) at(path string) ([]any, error) {
	v, err := d.value()
	if err != nil {
		return nil, err
	}
	if d.leaves == nil {
		d.leaves = map[string][]any{}
		eachLeaf(v, "", func(path string, leaf any) { d.leaves[path] = append(d.leaves[path], leaf) })
	}
	return d.leaves[path], nil
}

// SourceValues returns the values that a document has at a path of its source, arrays taken apart.
func SourceValues(source json.RawMessage, path string) ([]any, error) {
	values, err := (&sourceDoc{raw: source}).at(path)
	return append([]any{}, values...), err
}

// objectsAt returns the objects and other values at a path.
func (d *sourceDoc) objectsAt(path string) ([]any, error) {
	v, err := d.value()
	if err != nil {
		return nil, err
	}
	return valuesAt(v, path, nil), nil
}

func valuesAt(v any, path string, out []any) []any {
	switch v := v.(type) {
	case []any:
		if path == "" && isPair(v) {
			return append(out, v)
		}
		for _, e := range v {
			out = valuesAt(e, path, out)
		}
		return out
	case map[string]any:
		if path == "" {
			return append(out, v)
		}
		for i := 0; i <= len(path); i++ {
			if i < len(path) && path[i] != '.' {
				continue
			}
			if child, ok := v[path[:i]]; ok {
				out = valuesAt(child, path[min(i+1, len(path)):], out)
			}
		}
		return out
	case nil:
		return out
	}
	if path == "" {
		out = append(out, v)
	}
	return out
}

// isPair reports whether an array is a place: longitude and latitude.
func isPair(list []any) bool {
	if len(list) < 2 {
		return false
	}
	_, number := list[0].(json.Number)
	return number
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

// showFields makes the object `fields` of a hit; nil when it would be empty.
// ignored are the fields of which a value was not indexed; those values that were asked for are returned by themselves.
func (r ranked) showFields(doc *sourceDoc, ignored []string) (fields, ignoredValues json.RawMessage, err error) {
	out, skipped := map[string][]any{}, map[string][]any{}
	for _, f := range r.page.fields {
		var values []any
		var err error
		switch {
		case f.columns || f.mapped != nil && f.mapped.Type == "token_count":
			values = r.columnValues(f)
		case f.mapped != nil && f.mapped.Metadata:
			values = r.metadata(f.name)
		case f.mapped != nil:
			var left []any
			values, left, err = f.sourceValues(doc)
			if len(left) > 0 && slices.Contains(ignored, f.name) {
				skipped[f.name] = left
			}
		default:
			err = r.unmappedValues(f.pattern, doc, out)
		}
		if err != nil {
			return nil, nil, err
		}
		if len(values) > 0 {
			out[f.name] = values
		}
	}
	if fields, err = notEmpty(out); err != nil {
		return nil, nil, err
	}
	ignoredValues, err = notEmpty(skipped)
	return fields, ignoredValues, err
}

// notEmpty prints fields, or nothing if there are none.
func notEmpty(fields map[string][]any) (json.RawMessage, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	return plainJSON(fields)
}

// plainJSON prints a value without escaping HTML.
func plainJSON(v any) (json.RawMessage, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("print JSON: %w", err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// metadata is what `fields` shows of a field of Elasticsearch's own.
func (r ranked) metadata(name string) []any {
	switch name {
	case segment.IDField:
		return []any{string([]byte(r.x.view.ID(r.doc)))}
	case indexField:
		return []any{r.run.index.Name}
	case "_version":
		if n := r.number(segment.VersionField); n != nil {
			return []any{*n}
		}
	case ignoredField, routingField:
		var out []any
		for _, text := range r.texts(name) {
			out = append(out, text)
		}
		return out
	}
	return nil
}

// columnValues reads a field's column, in its order.
func (r ranked) columnValues(f plannedField) []any {
	var out []any
	if f.mapped.Name == indexField {
		return []any{r.run.index.Name}
	}
	if point := f.mapped.PointColumn(); point != "" {
		return r.places(point)
	}
	c := columnOf(f.mapped)
	show := func(v mapping.Value) any { return decimal(f.mapped.Format(v, f.format, nil), false) }
	if f.format != "" && !f.isDate() {
		if pattern, err := aggs.ParseDecimalFormat(f.format); err == nil { // it was checked
			show = func(v mapping.Value) any { return patterned(pattern, f.mapped.Format(v, "", nil)) }
		}
	}
	if t := r.x.terms(c); t != nil {
		for _, ord := range t.Ords(r.doc, nil) {
			out = append(out, f.mapped.Format(mapping.Value{Str: string([]byte(t.Term(ord)))}, f.format, nil))
		}
	}
	if col := r.x.view.Numbers(c.name).As(c.kind); col != nil {
		for _, n := range col.Values(r.doc, nil) {
			out = append(out, show(mapping.Value{Num: n}))
		}
	}
	return out
}

func (f plannedField) isDate() bool {
	return f.mapped.Kind == document.Date || f.mapped.Kind == document.DateNanos
}

// patterned prints a number by a pattern.
func patterned(pattern aggs.DecimalFormat, v any) any {
	switch v := v.(type) {
	case int64:
		return pattern.Whole(v)
	case uint64:
		return pattern.Double(float64(v))
	case float64:
		return pattern.Double(v)
	}
	return v
}

// places shows the places of a column as Elasticsearch does: `latitude, longitude`.
func (r ranked) places(column string) (out []any) {
	col := r.x.view.Numbers(column)
	if col == nil {
		return nil
	}
	for _, n := range col.Values(r.doc, nil) {
		p := mapping.PointOf(n)
		out = append(out, fmt.Sprintf("%s, %s", floatJSON(p.Lat), floatJSON(p.Lon)))
	}
	return out
}

// sourceValues reads a field's values from `_source`, in its order, as the mapping understands them; left are those that it does not.
func (f plannedField) sourceValues(doc *sourceDoc) (values, left []any, err error) {
	read := doc.at
	if f.holdsObjects() {
		read = doc.objectsAt
	}
	var raw []any
	for _, path := range f.paths {
		found, err := read(path)
		if err != nil {
			return nil, nil, err
		}
		raw = append(raw, found...)
	}
	for _, v := range raw {
		if shown, ok := f.show(v); ok {
			values = append(values, shown)
		} else {
			left = append(left, v)
		}
	}
	return values, left, nil
}

// holdsObjects reports whether values of the field are objects that are shown as they are.
func (f plannedField) holdsObjects() bool {
	return f.mapped.KeyPrefix == "" && (f.mapped.Type == "flattened" || f.mapped.Type == "geo_point" || f.mapped.SpanColumn() != "")
}

func (f plannedField) show(v any) (any, bool) {
	if f.mapped.SpanColumn() != "" {
		return f.showSpan(v), true
	}
	if f.mapped.Type == "geo_point" {
		return f.showPoint(v)
	}
	if o, object := v.(map[string]any); object {
		return o, f.holdsObjects()
	}
	if f.mapped.Kind == document.Text {
		return textOf(v), true
	}
	if limit := f.mapped.IgnoreAbove; limit > 0 && f.mapped.Kind == document.Keyword && mapping.Longer(textOf(v), limit) {
		return nil, false
	}
	if f.normal != nil {
		text, err := f.normal(textOf(v))
		return text, err == nil
	}
	if f.mapped.Kind == document.Boolean && v == "" {
		return false, true
	}
	parsed, err := f.mapped.ParseTerm(v)
	if err != nil {
		return nil, false
	}
	if parsed.None { // 1.5 of a long, which is indexed as 1
		n, err := strconv.ParseFloat(textOf(v), 64)
		return int64(n), err == nil
	}
	return decimal(f.mapped.Format(parsed, f.format, nil), f.mapped.Type == "float" || f.mapped.Type == "half_float"), true
}

// decimal has a float printed as Java prints it, with a decimal; short says that it is one of 32 bits.
func decimal(v any, short bool) any {
	x, ok := v.(float64)
	switch {
	case !ok:
		return v
	case short:
		return floatJSON(shortest(float32(x)))
	}
	return floatJSON(x)
}

// showPoint shows a place as GeoJSON, or as well-known text.
func (f plannedField) showPoint(v any) (any, bool) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, false
	}
	p, err := mapping.ParsePoint(raw)
	if err != nil {
		return nil, false
	}
	lon, lat := floatJSON(p.Lon), floatJSON(p.Lat)
	if f.format == "wkt" {
		return fmt.Sprintf("POINT (%s %s)", lon, lat), true
	}
	return map[string]any{"coordinates": []json.RawMessage{lon, lat}, "type": "Point"}, true
}

// showSpan shows a range as the document has it, with dates in the field's format.
func (f plannedField) showSpan(v any) any {
	bounds, ok := v.(map[string]any)
	if !ok || f.mapped.Type != "date_range" {
		return v
	}
	out := map[string]any{}
	for name, bound := range bounds {
		out[name] = f.mapped.ShowBound(bound, f.format)
	}
	return out
}

// unmappedValues adds the leaves of `_source` that the pattern covers and the mapping does not know.
func (r ranked) unmappedValues(pattern *glob, doc *sourceDoc, out map[string][]any) error {
	v, err := doc.value()
	if err != nil {
		return err
	}
	m, known := r.run.index.Mapping, map[string]bool{}
	eachLeaf(v, "", func(path string, leaf any) {
		mapped, seen := known[path]
		if !seen {
			_, mapped = m.Lookup(path)
			known[path] = mapped
		}
		if !mapped && pattern.match(path) {
			out[path] = append(out[path], leaf)
		}
	})
	return nil
}

// eachLeaf calls do for every value that is no object, array or null, keys of objects in order of their names.
func eachLeaf(v any, path string, do func(path string, leaf any)) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			eachLeaf(e, path, do)
		}
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			below := k
			if path != "" {
				below = path + "." + k
			}
			eachLeaf(v[k], below, do)
		}
	case nil:
	default:
		do(path, v)
	}
}
