package mapping

import (
	"errors"
	"net/netip"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// A Value is one value of a column as queries and answers hold it.
type Value struct {
	// Str is the term of a keyword or text, and the 16 bytes of an IP (document.IPKey).
	Str string
	// Num is the value of a numeric column, as document.Field.Num.
	Num int64
	// Hi is Num, but for a date that names a span (`2026-06-01`, `now/d`) the last instant of it: a term on a date matches [Num, Hi].
	Hi int64
	// Network is set for an IP field when the text is a network (`10.0.0.0/8`); Str is then its first address, and Last its last one.
	Network netip.Prefix
	Last    string
	// None says that no document can have the value, such as 1.5 of a long.
	None bool
}

// ParseTerm reads a value of a query (string, json.Number or bool) for the field. A keyword is taken as it is: normalizing is the caller's, who has the
// Registry. Dates are read with the field's format, in UTC and by the real clock; ParseRange with From and To the same does it with a request's clock and zone.
// The error is a query_shard_exception.
func (f *Field) ParseTerm(v any) (Value, error) {
	text := scalarText(v)
	value, err := f.parseTerm(text)
	if err != nil {
		return Value{}, queryError(err)
	}
	return value, nil
}

func (f *Field) parseTerm(text string) (Value, error) {
	switch f.Kind {
	case document.Keyword, document.Text:
		return Value{Str: text}, nil
	case document.Long:
		return f.integerTerm(text)
	case document.Unsigned:
		return unsignedTerm(text)
	case document.Double:
		x, err := parseFloat(text)
		n := document.SortableDouble(f.round(x))
		return Value{Num: n, Hi: n}, err
	case document.Boolean:
		if text == "" { // false in a document only
			return Value{}, eserr.Illegal("Can't parse boolean value [], expected [true] or [false]")
		}
		n, err := parseBoolean(text)
		return Value{Num: n, Hi: n}, err
	case document.IP:
		return parseNetwork(text)
	case document.Date, document.DateNanos:
		b, err := f.dateBounds(RangeSpec{From: text, To: text, IncludeFrom: true, IncludeTo: true, Now: time.Now()})
		return Value{Num: b.Lo, Hi: b.Hi, None: b.Empty}, err
	}
	return Value{Str: text, None: !f.Metadata}, nil
}

// integerTerm reads a whole number. What no document can have is None, as Elasticsearch matches nothing then.
func (f *Field) integerTerm(text string) (Value, error) {
	n, err := parseInteger(f.Type, text, false)
	if err == nil {
		return Value{Num: n, Hi: n}, nil
	}
	if _, err = parseFloat(text); err == nil { // a number, but with a fraction or out of range
		return Value{None: true}, nil
	}
	return Value{}, err
}

func parseBoolean(text string) (int64, error) {
	switch text {
	case "true":
		return 1, nil
	case "false", "":
		return 0, nil
	}
	return 0, eserr.Illegal("Can't parse boolean value [%s], expected [true] or [false]", text)
}

// parseNetwork reads an address or a network in CIDR notation.
func parseNetwork(text string) (Value, error) {
	if !strings.Contains(text, "/") {
		addr, err := parseAddr(text)
		if err != nil {
			return Value{}, err
		}
		return Value{Str: document.IPKey(addr)}, nil
	}
	address, bits, _ := strings.Cut(text, "/")
	if bits == "" || strings.Contains(bits, "/") {
		return Value{}, eserr.Illegal("Expected [ip/prefix] but was [%s]", text)
	}
	addr, err := parseAddr(address)
	if err != nil {
		return Value{}, err
	}
	p, err := netip.ParsePrefix(address + "/" + bits)
	if err != nil {
		limit := 32
		if addr.Is6() {
			limit = 128
		}
		return Value{}, eserr.Illegal("Illegal prefix length '%s' in '%s'. Must be 0-%d for %s ranges", bits, text, limit, map[int]string{32: "IPv4", 128: "IPv6"}[limit])
	}
	p = p.Masked()
	return Value{Str: document.IPKey(p.Addr()), Network: p, Last: document.IPKey(lastOf(p))}, nil
}

// lastOf is the last address of a network.
func lastOf(p netip.Prefix) netip.Addr {
	bytes := p.Addr().AsSlice()
	for bit := p.Bits(); bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 1 << (7 - bit%8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	return last
}

// queryError is how Elasticsearch reports that a value does not fit a field in a query.
func queryError(err error) error {
	e := eserr.Shard(eserr.QueryShard, "failed to create query: %s", reason(err))
	errors.As(err, &e.CausedBy)
	return e
}

// Format is the JSON value of a column's value, as `fields` and `docvalue_fields` show it and as key of a bucket: a date is text in
// format (empty is the field's own) on the calendar of loc (nil is UTC), a boolean is a bool, a long an int64, an unsigned long a uint64, a double a float64, others are text.
// A format that dates do not have is taken as empty; callers refuse it before.
func (f *Field) Format(v Value, format string, loc *time.Location) any {
	switch f.Kind {
	case document.Long:
		return v.Num
	case document.Unsigned:
		return document.UnsignedOf(v.Num)
	case document.Double:
		return document.DoubleOf(v.Num)
	case document.Boolean:
		return v.Num != 0
	case document.IP:
		if addr, ok := document.IPOf(v.Str); ok {
			return addr.String()
		}
	case document.Date, document.DateNanos:
		layout := f.Dates
		if own, err := dates.ParseFormat(format); err == nil && format != "" {
			layout = own
		}
		return layout.Format(f.Time(v.Num), loc)
	}
	return v.Str
}

// Time is the instant of a date column's value.
func (f *Field) Time(num int64) time.Time {
	if f.Kind == document.DateNanos {
		return time.Unix(0, num).UTC()
	}
	return time.UnixMilli(num).UTC()
}

// Double is the number that aggregations count with: milliseconds for both kinds of dates, 0 or 1 for booleans.
func (f *Field) Double(num int64) float64 {
	switch f.Kind {
	case document.Double:
		return document.DoubleOf(num)
	case document.Unsigned:
		return float64(document.UnsignedOf(num))
	case document.DateNanos:
		return float64(num) / 1e6
	}
	return float64(num)
}

// FromDouble is the column's value of a number; it undoes Double.
func (f *Field) FromDouble(x float64) int64 {
	switch f.Kind {
	case document.Double:
		return document.SortableDouble(x)
	case document.Unsigned:
		return clampUnsigned(x)
	case document.DateNanos:
		return clamp(x * 1e6)
	}
	return clamp(x)
}
