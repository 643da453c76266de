package search

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

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
	if f.mapped.Kind == document.Keyword && f.mapped.TooLong(textOf(v)) {
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
