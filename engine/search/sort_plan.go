package search

import (
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// plannedKey is a sort key read against one index. missing is what stands for a document without a value.
type plannedKey struct {
	sortKey
	source  keySource
	column  column
	mapped  *mapping.Field // nil for what is no field
	missing sortValue
	after   *sortValue // where the page begins, exclusive; nil is at the beginning
}

// keySource says where a key's values come from.
type keySource uint8

const (
	fromScore keySource = iota
	fromDoc
	fromShardDoc
	fromIndex
	fromTerms
	fromNumbers
	fromDistance
	fromNothing // a field that is not mapped: all documents lack it
)

// planSort reads the sort keys, and the values after which the page begins (nil is none), against the index.
func (p *planner) planSort(keys []sortKey, after []any) ([]plannedKey, error) {
	out := make([]plannedKey, len(keys))
	for i, k := range keys {
		planned, err := p.planKey(k)
		if err != nil {
			return nil, shardError(err)
		}
		if after != nil {
			v, err := planned.parseAfter(after[i])
			if err != nil {
				return nil, shardError(err)
			}
			planned.after = &v
		}
		out[i] = planned
	}
	return out, nil
}

func (p *planner) planKey(k sortKey) (plannedKey, error) {
	out := plannedKey{sortKey: k}
	switch k.field {
	case geoDistanceField:
		if k.distance == nil {
			return out, eserr.Illegal("no points provided for _geo_distance sort.")
		}
		return p.planDistance(out)
	case scoreField:
		return out, nil
	case docField:
		out.source = fromDoc
		if p.scroll { // pages of several indices follow one another
			out.source = fromShardDoc
		}
		return out, nil
	case shardDocField:
		out.source = fromShardDoc
		return out, nil
	case indexField:
		out.source = fromIndex
		return out, nil
	case segment.IDField:
		out.source, out.column = fromTerms, idColumn
		return out, nil
	}
	f, ok := p.mapping.Lookup(k.field)
	if !ok {
		return p.unmappedKey(out)
	}
	if f.Type == "geo_point" {
		return out, eserr.Shard(eserr.IllegalArgument, "can't sort on geo_point or point field without using specific sorting feature, like geo_distance")
	}
	if err := p.sortable(f); err != nil {
		return out, err
	}
	if err := k.fits(f); err != nil {
		return out, err
	}
	out.mapped, out.column, out.source = f, columnOf(f), fromTerms
	if f.Kind.Numeric() {
		out.source = fromNumbers
	}
	return out, out.setMissing()
}

// fits refuses options that a field of this type does not have.
func (k sortKey) fits(f *mapping.Field) error {
	if f.Kind.Numeric() {
		if k.format != "" && f.Kind != document.Date && f.Kind != document.DateNanos && f.Kind != document.Boolean {
			return eserr.Shard(eserr.IllegalArgument, "require a date_time formatter; got [decimal]")
		}
		_, err := dates.ParseFormat(k.format)
		return shardError(err)
	}
	switch {
	case k.numeric != "":
		return eserr.Shard(eserr.QueryShard, "[numeric_type] option cannot be set on a non-numeric field, got %s", f.Type)
	case k.mode == "avg" || k.mode == "sum" || k.mode == "median":
		return eserr.Shard(eserr.QueryShard, "we only support AVG, MEDIAN and SUM on number based fields")
	case k.format != "" && !f.Metadata:
		return noFormats(f, f.Name)
	}
	return nil
}

func (p *planner) unmappedKey(k plannedKey) (plannedKey, error) {
	k.source = fromNothing
	switch k.unmapped {
	case "":
		return k, eserr.Shard(eserr.QueryShard, "No mapping found for [%s] in order to sort on", k.field)
	case "keyword", "text", "ip", "wildcard", "constant_keyword", "flattened", "version":
		k.column.kind = document.Keyword
	case "double", "float", "half_float", "scaled_float":
		k.column.kind = document.Double
	case "unsigned_long":
		k.column.kind = document.Unsigned
	case "long", "integer", "short", "byte", "boolean", "date", "date_nanos":
		k.column.kind = document.Long
	default:
		return k, eserr.Shard(eserr.IllegalArgument, "No mapper found for type [%s]", k.unmapped)
	}
	return k, k.setMissing()
}

// checkMixedKeys refuses to sort by a field that is an unsigned_long in one index and something else in another, as Elasticsearch does. What is not mapped does not count here.
func (s *session) checkMixedKeys() error {
	for i := range s.keys {
		unsigned, others := false, false
		for _, run := range s.runs {
			k := run.page.keys[i]
			unsigned = unsigned || k.mapped != nil && k.column.kind == document.Unsigned
			others = others || k.mapped != nil && k.column.kind != document.Unsigned
		}
		if unsigned && others {
			e := eserr.Illegal("Can't do sort across indices, as a field has [unsigned_long] type in one index, and different type in another index!")
			e.Phase = eserr.PhaseFetch
			return e
		}
	}
	return nil
}

// sortable refuses fields that have no values by document.
func (p *planner) sortable(f *mapping.Field) error {
	switch {
	case f.Kind == document.Text && f.Fielddata:
		return nil
	case f.Kind == document.Text:
		return fielddataError(f, p.index)
	case !f.Aggregatable && !f.Metadata:
		return eserr.Shard(eserr.IllegalArgument, "Can't load fielddata on [%s] because fielddata is unsupported on fields of type [%s]. Use doc values instead.", f.Name, f.Type)
	}
	return nil
}

func fielddataError(f *mapping.Field, index string) error {
	return eserr.Shard(eserr.IllegalArgument, "Fielddata is disabled on [%s] in [%s]. Text fields are not optimised for operations that require per-document "+
		"field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead. Alternatively, "+
		"set fielddata=true on [%s] in order to load field data by uninverting the inverted index. Note that this can use significant memory.", f.Name, index, f.Name)
}

// setMissing reads `missing`. Numbers that are missing sort, and show, as the greatest or least there is, as in Elasticsearch; texts are null.
func (k *plannedKey) setMissing() error {
	custom := k.sortKey.missing != "" && k.sortKey.missing != "_first" && k.sortKey.missing != "_last"
	if custom {
		return k.setMissingValue(k.sortKey.missing)
	}
	if !k.column.kind.Numeric() {
		return nil
	}
	greatest := k.nulls() > 0
	switch {
	case k.double() && greatest:
		k.missing = floatOf(math.Inf(1))
	case k.double():
		k.missing = floatOf(math.Inf(-1))
	default:
		least, most := k.limits()
		k.missing = sortValue{kind: k.whole(), num: least}
		if greatest {
			k.missing.num = most
		}
	}
	return nil
}

// setMissingValue reads a value of `missing`: a number where the key is one, even of dates and booleans, as in Elasticsearch.
func (k *plannedKey) setMissingValue(text string) (err error) {
	if !k.column.kind.Numeric() {
		k.missing = sortValue{kind: textValue, str: text}
		if v, err := k.parseTerm(text); err == nil {
			k.missing = v
		}
		return nil
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && k.double() {
		k.missing = floatOf(f)
		return nil
	} else if err == nil && k.column.kind != document.Unsigned {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			n = int64(f)
		}
		k.missing = sortValue{kind: intValue, num: n}
		return nil
	} else if err == nil {
		k.missing, err = k.parseInteger(text)
		return err
	}
	return eserr.Shard("number_format_exception", "For input string: %q", text)
}

// limits are the least and the greatest whole number of the key, as Elasticsearch compares them: 32 bits up to integers, and nanoseconds from 1970 on.
func (k *plannedKey) limits() (least, most int64) {
	if k.mapped == nil || k.numeric != "" {
		return math.MinInt64, math.MaxInt64
	}
	switch k.mapped.Type {
	case "integer", "short", "byte":
		return math.MinInt32, math.MaxInt32
	case "date_nanos":
		return 0, math.MaxInt64
	}
	return math.MinInt64, math.MaxInt64
}

// double reports whether the key's values are floats, by its column or by `numeric_type`.
func (k *plannedKey) double() bool {
	return k.numeric == "double" || k.column.kind == document.Double && k.numeric == ""
}

// whole is the kind of the key's values where they are no floats.
func (k *plannedKey) whole() valueKind {
	if k.column.kind == document.Unsigned {
		return unsignedValue
	}
	return intValue
}

// parseAfter reads a value of `search_after`.
func (k *plannedKey) parseAfter(v any) (sortValue, error) {
	if v == nil {
		return k.missing, nil
	}
	return k.parse(textOf(v))
}

// parse reads a value of the key, as a hit's `sort` shows it.
func (k *plannedKey) parse(text string) (sortValue, error) {
	switch k.source {
	case fromScore:
		f, err := strconv.ParseFloat(text, 32)
		return floatOf(f), k.badValue(text, err)
	case fromIndex:
		return sortValue{kind: textValue, str: text}, nil
	case fromTerms:
		return k.parseTerm(text)
	case fromDoc, fromShardDoc:
		n, err := strconv.ParseInt(text, 10, 64)
		return sortValue{kind: intValue, num: n}, k.badValue(text, err)
	}
	switch {
	case !k.column.kind.Numeric():
		return sortValue{kind: textValue, str: text}, nil
	case k.double():
		f, err := strconv.ParseFloat(text, k.bits())
		return floatOf(f), k.badValue(text, err)
	}
	return k.parseInteger(text)
}

func (k *plannedKey) parseTerm(text string) (sortValue, error) {
	if k.mapped == nil || k.mapped.Kind != document.IP {
		return sortValue{kind: textValue, str: text}, nil
	}
	v, err := k.mapped.ParseTerm(text)
	return sortValue{kind: textValue, str: v.Str}, err
}

func (k *plannedKey) parseInteger(text string) (sortValue, error) {
	if k.column.kind == document.Unsigned {
		u, err := strconv.ParseUint(text, 10, 64)
		return sortValue{kind: unsignedValue, num: document.SortableUnsigned(u)}, k.badValue(text, err)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err == nil && (!k.formatted() || n == k.missing.num) {
		return sortValue{kind: intValue, num: n}, nil
	}
	switch {
	case text == "true":
		return sortValue{kind: intValue, num: 1}, nil
	case text == "false":
		return sortValue{kind: intValue}, nil
	case k.isDate():
		b, err := k.mapped.ParseRange(mapping.RangeSpec{From: text, To: text, IncludeFrom: true, IncludeTo: true, Format: k.format})
		return sortValue{kind: intValue, num: k.convert(b.Lo)}, err
	}
	f, err := strconv.ParseFloat(text, 64)
	return sortValue{kind: intValue, num: int64(f)}, k.badValue(text, err)
}

func (k *plannedKey) isDate() bool {
	return k.mapped != nil && (k.mapped.Kind == document.Date || k.mapped.Kind == document.DateNanos)
}

// formatted reports whether values are shown as texts of the key's format.
func (k *plannedKey) formatted() bool {
	return k.format != "" && k.isDate() && (k.numeric == "" || k.numeric == "date" || k.numeric == "date_nanos")
}

// time is the instant of a value of a date, which `numeric_type` may have brought to the other precision.
func (k *plannedKey) time(n int64) time.Time {
	if k.numeric == "date_nanos" || k.numeric == "" && k.mapped.Kind == document.DateNanos {
		return time.Unix(0, n).UTC()
	}
	return time.UnixMilli(n).UTC()
}

// bits is the precision of the key's floats: 32 for scores and float fields, else 64.
func (k *plannedKey) bits() int {
	if k.source == fromScore || k.mapped != nil && k.numeric == "" && (k.mapped.Type == "float" || k.mapped.Type == "half_float") {
		return 32
	}
	return 64
}

func (k *plannedKey) badValue(text string, err error) error {
	if err == nil {
		return nil
	}
	return eserr.Shard(eserr.IllegalArgument, "Failed to parse search_after value for field [%s]: %s", k.field, text)
}

// convert brings a number of the column to `numeric_type`. A double stays in its sortable form.
func (k *plannedKey) convert(n int64) int64 {
	isDouble := k.column.kind == document.Double
	switch {
	case k.numeric == "double" && k.column.kind == document.Unsigned:
		return document.SortableDouble(float64(document.UnsignedOf(n)))
	case k.numeric == "double" && !isDouble:
		return document.SortableDouble(float64(n))
	case k.numeric == "long" && isDouble:
		return int64(document.DoubleOf(n))
	case k.numeric == "date" && k.column.kind == document.DateNanos:
		return n / 1e6
	case k.numeric == "date_nanos" && k.column.kind == document.Date:
		return n * 1e6
	}
	return n
}

// show prints a value of the key for a hit's `sort`.
func (k *plannedKey) show(v sortValue) json.RawMessage {
	f := k.mapped
	stands := v.kind == intValue && k.missing.kind == intValue && v.num == k.missing.num // for a missing value
	switch {
	case k.field == docField && k.source == fromShardDoc:
		return strconv.AppendInt(nil, v.num&math.MaxUint32, 10)
	case v.kind == floatValue && k.bits() == 32:
		return floatJSON(shortest(float32(document.DoubleOf(v.num))))
	case f == nil || v.kind == nullValue || stands:
	case f.Kind == document.IP:
		if a, ok := document.IPOf(v.str); ok {
			return textJSON(a.String())
		}
	case k.formatted():
		if layout, err := dates.ParseFormat(k.format); err == nil { // it was checked
			return textJSON(layout.Format(k.time(v.num), nil))
		}
	}
	return v.json()
}

// shortest is the float64 that prints like the float32.
func shortest(f float32) float64 {
	out, err := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 64)
	if err != nil {
		return float64(f) // infinite
	}
	return out
}
