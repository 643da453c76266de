package aggs

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
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
	s := o.rawSource()
	s.format, s.valueType = o.text("format"), o.valueType()
	if zone := o.text("time_zone"); zone != "" {
		loc, err := dates.Zone(zone)
		if err != nil {
			o.refuse("time_zone", eserr.BadRequest("zone_rules_exception", "Unknown time-zone ID: %s", zone))
		}
		s.zone = loc
	}
	return s
}

// valueType reads `value_type`; "" is none.
func (o *options) valueType() string {
	text := o.onlyText("value_type")
	switch text {
	case "string", "byte", "short", "integer", "long", "float", "double", "number", "numeric", "date", "ip", "boolean":
		return text
	}
	if o.value("value_type") != nil && o.err == nil {
		o.failed("value_type", "Unknown value type [%s]", text)
	}
	return ""
}

// hint reads `execution_hint` of buckets of terms, which changes nothing; checkHint tells whether it is one.
func (o *options) hint() *string {
	text := o.onlyText("execution_hint")
	if o.value("execution_hint") == nil {
		return nil
	}
	return &text
}

// checkHint refuses an `execution_hint` that there is not. Elasticsearch looks at it for texts only; nil is none.
func checkHint(hint *string, v *values) error {
	if hint == nil || !v.show.isText() || *hint == "map" || *hint == "global_ordinals" {
		return nil
	}
	return eserr.Shard(eserr.IllegalArgument, "Unknown `execution_hint`: [%s], expected any of [map, global_ordinals]", *hint)
}

// rawSource is source for aggregations whose values are always printed in one way.
func (o *options) rawSource() source {
	s := source{field: o.onlyText("field")}
	if o.get("script") != nil {
		o.fail(eserr.Illegal("[script] of aggregation [%s] is not supported: this server runs no scripts", o.name))
	}
	if raw := o.get("missing"); raw != nil {
		if s.missing = scalar(raw); s.missing == nil {
			o.wrong("missing", raw)
		}
	}
	if s.field == "" && o.err == nil {
		o.lack(eserr.Illegal("Required one of fields [field, script], but none were specified."))
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
	case ok && field.PointColumn() != "" && field.AggregatableShape:
		if !n.countsPlaces() {
			return nil, s.unsupported(n, document.Keyword, field)
		}
		v.field, kind = pointField(field), document.Long
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
	var err error
	if v.show, err = s.display(kind, field); err != nil {
		return nil, err
	}
	if err := v.readMissing(s, ix.Now); err != nil {
		return nil, err
	}
	if !takes(kind) {
		return nil, s.unsupported(n, kind, field)
	}
	return v, nil
}

// unsupported refuses a kind of field that an aggregation does not take, after what is wrong with format and missing, as Elasticsearch does. A field is named as it is mapped.
func (s *source) unsupported(n *node, kind document.Kind, field *mapping.Field) error {
	name, typ := s.field, kind.String()
	if field != nil {
		name, typ = field.Name, string(field.Type)
	}
	return unsupported(n, name, typ)
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
	}
	if err != nil || field == nil || d.kind == document.Date {
		return d, err
	}
	switch {
	case s.zone != nil && d.decimal != nil, s.zone != nil && s.format == "":
		return nil, eserr.Shard(eserr.IllegalArgument, "Field [%s] of type [%s] does not support custom time zones", field.Name, field.Type)
	case s.format != "" && d.decimal == nil:
		return nil, eserr.Shard(eserr.IllegalArgument, "Field [%s] of type [%s] does not support custom formats", field.Name, field.Type)
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
	if n, ok := s.missing.(json.Number); ok && v.show.kind != document.Double && !v.show.isText() {
		v.missingFloat, _ = n.Float64()
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
	case v.show.kind == document.Boolean || v.show.kind == document.Long || v.show.kind == document.Double:
		num, err = v.show.parseNumber(value)
		return "", num, true, err
	case f == nil:
		f = &mapping.Field{Name: "missing", Column: "missing", Kind: v.show.kind, Type: mapping.Type(v.show.kind.String()), Searchable: true, Aggregatable: true}
	}
	got, err := f.ParseTerm(value)
	if got.None && v.show.kind == document.Unsigned {
		x, _ := strconv.ParseFloat(fmt.Sprint(value), 64)
		got.Num = f.FromDouble(x)
	}
	if wrapped := (*eserr.Error)(nil); errors.As(err, &wrapped) && wrapped.CausedBy != nil {
		err = onShard(wrapped.CausedBy)
	}
	return got.Str, got.Num, !got.None, err
}

// onShard is an error that a search meets on its shards.
func onShard(e *eserr.Error) error {
	out := *e
	out.Phase = eserr.PhaseQuery
	return &out
}

// parseNumber reads a number or boolean as the column has it; fractions of whole numbers are cut off.
func (d *display) parseNumber(value any) (int64, error) {
	text := fmt.Sprint(value)
	if _, number := value.(json.Number); d.kind == document.Boolean && !number {
		if text != "true" && text != "false" {
			return 0, eserr.Shard(eserr.IllegalArgument, "Cannot parse boolean [%s], expected either [true] or [false]", text)
		}
		return int64(len("false") - len(text)), nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && d.kind != document.Double {
		return n, nil
	}
	x, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange) || strings.ContainsAny(text, "_xX"):
		return 0, onShard(notANumber(text))
	case d.kind == document.Double:
		return document.SortableDouble(x), nil
	}
	return int64(math.Floor(min(max(x, -1<<63), 1<<63-1024))), nil
}

// parseDate reads a date of the request: milliseconds as a number unless the format wants another one, or text with date math.
func (d *display) parseDate(value any, now time.Time) (int64, error) {
	switch x := value.(type) {
	case bool:
		return d.parseDate(strconv.FormatBool(x), now)
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
