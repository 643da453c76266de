package aggs

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
)

// A source is where an aggregation takes its values from, as the request has it.
type source struct {
	field     string
	missing   any // string, json.Number, bool; nil without
	format    string
	zone      *time.Location // nil without
	valueType string
}

// source reads the options that name a field. Scripts are refused.
func (o *options) source() source {
	s := source{field: o.text("field"), format: o.text("format"), valueType: o.text("value_type")}
	if o.get("script") != nil {
		o.fail(eserr.Illegal("[script] of aggregation [%s] is not supported: this server runs no scripts", o.name))
	}
	if raw := o.get("missing"); raw != nil {
		if s.missing = scalar(raw); s.missing == nil {
			o.wrong("missing", raw)
		}
	}
	if zone := o.text("time_zone"); zone != "" {
		loc, err := dates.Zone(zone)
		if err != nil {
			o.fail(err)
		}
		s.zone = loc
	}
	if s.field == "" && o.err == nil {
		o.fail(eserr.Illegal("Required one of fields [field, script], but none were specified. "))
	}
	return s
}

// values is a source read against one index.
type values struct {
	field *mapping.Field // nil where the index does not map it
	show  *display
	// index is the name that every document has, for the field `_index`.
	index string
	// missing is what documents without a value count as, if hasMissing; a number is as in the column, dates in milliseconds.
	hasMissing   bool
	missingNum   int64
	missingText  string
	missingFloat float64 // missingNum as metrics count it; a fraction is kept even where the column has whole numbers
}

// Kinds of field that an aggregation takes.
func anyKind(document.Kind) bool       { return true }
func numericKind(k document.Kind) bool { return k.Numeric() }
func dateKind(k document.Kind) bool    { return k == document.Date || k == document.DateNanos }
func ipKind(k document.Kind) bool      { return k == document.IP }

// bind looks the field up in an index. It returns nil values where documents of the index cannot have any.
func (s *source) bind(n *node, ix *Index, takes func(document.Kind) bool) (*values, error) {
	v := &values{}
	kind := document.Keyword
	field, ok := ix.Mapping.Lookup(s.field)
	switch {
	case s.field == "_index":
		v.index = ix.Name
	case ok && field.SpanColumn() != "" && field.AggregatableShape:
		return nil, notOfSpans(field, n.kind)
	case ok:
		if err := aggregatable(field, ix.Name); err != nil {
			return nil, err
		}
		v.field, kind = field, field.Kind
	case s.missing == nil:
		return nil, s.checkFormat()
	default:
		kind = s.guessKind(takes)
	}
	if !takes(kind) {
		typ := kind.String()
		if field != nil {
			typ = string(field.Type)
		}
		return nil, eserr.Shard(eserr.IllegalArgument, "Field [%s] of type [%s] is not supported for aggregation [%s]", s.field, typ, n.kind)
	}
	var err error
	if v.show, err = s.display(kind, field); err != nil {
		return nil, err
	}
	return v, v.readMissing(s, ix.Now)
}

// aggregatable refuses fields whose values are kept by word only.
func aggregatable(f *mapping.Field, index string) error {
	switch {
	case f.Kind == document.Text:
		return eserr.Shard(eserr.IllegalArgument, "Fielddata is disabled on [%s] in [%s]. Text fields are not optimised for operations that require per-document field data "+
			"like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead. Alternatively, set fielddata=true on [%s] "+
			"in order to load field data by uninverting the inverted index. Note that this can use significant memory.", f.Name, index, f.Name)
	case !f.Aggregatable:
		return eserr.Shard(eserr.IllegalArgument, "Can't load fielddata on [%s] because fielddata is unsupported on fields of type [%s]. Use doc values instead.", f.Name, f.Type)
	}
	return nil
}

// guessKind is the kind of a field that is not mapped, from `value_type` or the value for documents without one.
func (s *source) guessKind(takes func(document.Kind) bool) document.Kind {
	switch s.valueType {
	case "string", "keyword":
		return document.Keyword
	case "long", "integer", "short", "byte", "number", "numeric":
		return document.Long
	case "double", "float":
		return document.Double
	case "boolean":
		return document.Boolean
	case "date":
		return document.Date
	case "ip":
		return document.IP
	}
	switch m := s.missing.(type) {
	case bool:
		return document.Boolean
	case json.Number:
		if _, err := m.Int64(); err == nil && takes(document.Long) {
			return document.Long
		}
		if takes(document.Double) {
			return document.Double
		}
	}
	for _, k := range []document.Kind{document.Keyword, document.Double, document.Date, document.IP} {
		if takes(k) {
			return k
		}
	}
	return document.Keyword
}

func (s *source) checkFormat() error {
	if s.format == "" {
		return nil
	}
	_, err1 := dates.ParseFormat(s.format)
	_, err2 := parseDecimal(s.format)
	if err1 != nil && err2 != nil {
		return err1
	}
	return nil
}

// display is how values of the kind are printed, with the request's format or the field's.
func (s *source) display(kind document.Kind, field *mapping.Field) (*display, error) {
	d := &display{kind: kind, zone: s.zone, given: s.format != "" || s.zone != nil}
	if kind == document.DateNanos {
		d.kind = document.Date
	}
	var err error
	switch {
	case d.kind == document.Date && s.format != "":
		d.dates, err = dates.ParseFormat(s.format)
	case d.kind == document.Date && field != nil:
		d.dates = field.Dates
	case (d.kind == document.Long || d.kind == document.Double) && s.format != "":
		d.decimal, err = parseDecimal(s.format)
	case d.kind != document.Date && s.zone != nil && d.kind != document.Long && d.kind != document.Double && field != nil:
		return nil, eserr.Shard(eserr.IllegalArgument, "Field [%s] of type [%s] does not support custom time zones", field.Name, field.Type)
	case d.isText() && s.format != "" && field != nil:
		return nil, eserr.Shard(eserr.IllegalArgument, "Field [%s] of type [%s] doesn't support formats.", field.Name, field.Type)
	}
	return d, err
}

// readMissing reads what documents without a value count as.
func (v *values) readMissing(s *source, now time.Time) error {
	if s.missing == nil || v.index != "" {
		return nil
	}
	text, num, _, err := v.parse(s.missing, now)
	if err != nil {
		return err
	}
	v.hasMissing, v.missingText, v.missingNum = true, text, num
	v.missingFloat = v.show.float(num)
	if n, ok := s.missing.(json.Number); ok && v.show.kind == document.Long {
		v.missingFloat, _ = n.Float64()
		v.missingNum = int64(v.missingFloat)
	}
	return nil
}

// parse reads a value of the request as the column has it: text for keyword and ip, a number for the others, dates in milliseconds. ok is false where
// the column cannot have the value, such as 1.5 among whole numbers; num is then the whole number below.
func (v *values) parse(value any, now time.Time) (text string, num int64, ok bool, err error) {
	f := v.field
	switch {
	case v.show.kind == document.Date:
		num, err = v.show.parseDate(value, now)
		return "", num, true, err
	case v.index != "":
		text, ok = value.(string)
		return text, 0, ok, nil
	case f == nil:
		f = &mapping.Field{Name: "missing", Column: "missing", Kind: v.show.kind, Type: mapping.Type(v.show.kind.String()), Searchable: true, Aggregatable: true}
	}
	got, err := f.ParseTerm(value)
	if got.None && v.show.kind == document.Unsigned {
		x, _ := strconv.ParseFloat(fmt.Sprint(value), 64)
		got.Num = f.FromDouble(x)
	}
	if got.None && v.show.kind == document.Long {
		x, _ := strconv.ParseFloat(fmt.Sprint(value), 64)
		got.Num = int64(math.Floor(min(max(x, -1<<62), 1<<62)))
	}
	return got.Str, got.Num, !got.None, err
}

// parseDate reads a date of the request: milliseconds as a number unless the format wants another one, or text with date math.
func (d *display) parseDate(value any, now time.Time) (int64, error) {
	switch x := value.(type) {
	case bool:
		return 0, eserr.Illegal("failed to parse date field [%t] with format [%s]", x, d.dates)
	case json.Number:
		t, err := d.dates.ParseRound(x.String(), false, d.zone, now)
		if err == nil {
			return t.UnixMilli(), nil
		}
		f, ferr := x.Float64()
		if ferr != nil || math.Abs(f) > 1e17 {
			return 0, err
		}
		return int64(f), nil
	case string:
		t, err := d.dates.ParseRound(x, false, d.zone, now)
		return t.UnixMilli(), err
	}
	return 0, eserr.Illegal("failed to parse date field with format [%s]", d.dates)
}
