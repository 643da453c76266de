package mapping

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"net/netip"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// spansOf is what the column of a range field's values has after the field's name. A value is one term, the lower bound followed by the upper one, both included, so that those of several
// values stay together and `contains`, `within` and `intersects` can be told of each.
const spansOf = "\x00span"

// A Span is a range with both ends included, in bytes that are ordered as the values are.
type Span struct{ Lo, Hi string }

// SpanColumn is the column of terms of a range field; empty for other fields, and for one without an index and doc values.
func (f *Field) SpanColumn() string {
	if f.spans == 0 {
		return ""
	}
	return f.Column + spansOf
}

// SpanOf undoes the encoding of a term of SpanColumn.
func SpanOf(term string) Span { return Span{term[:len(term)/2], term[len(term)/2:]} }

// SpanNums are the ends of a term of a range of numbers or dates, as a column of such has them.
func SpanNums(term string) (lo, hi int64) {
	s := SpanOf(term)
	return unsortable(s.Lo), unsortable(s.Hi)
}

// SpanKind is the kind of the bounds of a range field that has a SpanColumn; 0 for other fields.
func (f *Field) SpanKind() document.Kind { return f.spans }

// spanElement is the type of the bounds of a range type.
func spanElement(t Type) (element Type, kind document.Kind) {
	switch t {
	case "integer_range":
		return "integer", document.Long
	case "long_range":
		return "long", document.Long
	case "float_range":
		return "float", document.Double
	case "double_range":
		return "double", document.Double
	case "date_range":
		return "date", document.Date
	case "ip_range":
		return "ip", document.IP
	}
	return "", 0
}

// bounds is the field that the bounds of a range would be values of.
func (f *Field) bounds() *Field {
	element, kind := spanElement(f.Type)
	return &Field{Name: f.Name, Type: element, Kind: kind, Column: f.Column, Dates: f.Dates}
}

// ShowBound prints a bound of a document's range as a value of `fields`, dates in a format of their own or the field's.
func (f *Field) ShowBound(v any, format string) any {
	element := f.bounds()
	parsed, err := element.ParseTerm(v)
	if err != nil {
		return v
	}
	return element.Format(parsed, format, nil)
}

// ParseSpan reads a range of a query on a range field; false says that nothing can lie in it. The error is a query_shard_exception.
func (f *Field) ParseSpan(r RangeSpec) (Span, bool, error) {
	b, err := f.bounds().ParseRange(r)
	if err != nil || b.Empty {
		return Span{}, false, err
	}
	if f.spans != document.IP {
		return Span{sortable(b.Lo), sortable(b.Hi)}, true, nil
	}
	s := Span{strings.Repeat("\x00", 16), strings.Repeat("\xff", 16)}
	if !b.NoFrom {
		if s.Lo = b.From; b.ExcludeFrom {
			s.Lo = neighbour(s.Lo, 1)
		}
	}
	if !b.NoTo {
		if s.Hi = b.To; b.ExcludeTo {
			s.Hi = neighbour(s.Hi, -1)
		}
	}
	return s, s.Lo <= s.Hi, nil
}

func sortable(n int64) string {
	return string(binary.BigEndian.AppendUint64(nil, uint64(n)^1<<63))
}

// unsortable undoes sortable.
func unsortable(key string) int64 { return int64(binary.BigEndian.Uint64([]byte(key)) ^ 1<<63) }

// neighbour is the address after (1) or before (-1) one; the last stays.
func neighbour(key string, step int) string {
	b := []byte(key)
	for i := len(b) - 1; i >= 0; i-- {
		b[i] += byte(step)
		if step > 0 && b[i] != 0 || step < 0 && b[i] != 0xff {
			return string(b)
		}
	}
	return key
}

// span reads the value of a document, whose form checkBounds has accepted.
func (f *Field) span(v *fastjson.Value) (Span, *eserr.Error) {
	if v.Type() == fastjson.TypeString {
		p, err := netip.ParsePrefix(string(v.GetStringBytes()))
		if err != nil {
			return Span{}, eserr.Illegal("'%s' is not an IP string literal.", v.GetStringBytes())
		}
		from, to := networkKeys(p)
		return Span{from, to}, nil
	}
	spec := RangeSpec{IncludeFrom: true, IncludeTo: true}
	v.GetObject().Visit(func(key []byte, bound *fastjson.Value) {
		var value any
		if bound.Type() != fastjson.TypeNull {
			value = f.boundText(numberText(bound))
		}
		switch string(key) {
		case "gt":
			spec.From, spec.IncludeFrom = value, false
		case "gte", "from":
			spec.From = value
		case "lt":
			spec.To, spec.IncludeTo = value, false
		case "lte", "to":
			spec.To = value
		case "include_lower":
			spec.IncludeFrom = bound.Type() == fastjson.TypeTrue
		case "include_upper":
			spec.IncludeTo = bound.Type() == fastjson.TypeTrue
		}
	})
	s, ok, err := f.ParseSpan(spec)
	if err != nil {
		return s, eserr.Illegal("%s", reason(err))
	}
	if !ok {
		return s, eserr.Illegal("min value (%s) is greater than max value (%s)", scalarText(orOpen(spec.From)), scalarText(orOpen(spec.To)))
	}
	return s, nil
}

func orOpen(v any) any {
	if v == nil {
		return "*"
	}
	return v
}

// boundText cuts off the fraction of a bound of whole numbers.
func (f *Field) boundText(text string) any {
	if f.spans == document.Long && strings.ContainsAny(text, ".eE") {
		if x, err := parseFloat(text); err == nil && math.Abs(x) < 1<<62 {
			return json.Number(itoa(int(x)))
		}
	}
	return text
}

// networkKeys are the first and the last address of a network.
func networkKeys(p netip.Prefix) (from, to string) {
	p = p.Masked()
	first := p.Addr().As16()
	bits := p.Bits()
	if p.Addr().Is4() {
		bits += 96
	}
	last := first
	for i := bits; i < 128; i++ {
		last[i/8] |= 1 << (7 - i%8)
	}
	return string(first[:]), string(last[:])
}
