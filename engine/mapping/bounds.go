package mapping

import (
	"math"
	"time"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// A RangeSpec is a range as a query has it; a bound is nil (open), string, json.Number or bool.
type RangeSpec struct {
	From, To               any
	IncludeFrom, IncludeTo bool
	// Format and TimeZone are for dates; empty is the field's format, and UTC.
	Format, TimeZone string
	// Now is what `now` means in date math.
	Now time.Time
}

// Bounds is a range of a column: Lo to Hi of a numeric column, From to To of an IP, keyword or text column.
type Bounds struct {
	// Empty says that nothing can lie in the range.
	Empty bool
	// Lo and Hi are both included (numeric columns).
	Lo, Hi int64
	// From and To bound the terms of other columns; NoFrom and NoTo leave a side open, ExcludeFrom and ExcludeTo leave the bound itself out.
	From, To                             string
	NoFrom, NoTo, ExcludeFrom, ExcludeTo bool
}

// ParseRange reads a range for the field. Fractions and the ends of spans of time are settled, so that numeric bounds are always included.
// The error is a query_shard_exception.
func (f *Field) ParseRange(r RangeSpec) (Bounds, error) {
	b, err := f.parseRange(r)
	if err != nil {
		return Bounds{}, queryError(err)
	}
	if f.Kind.Numeric() && b.Lo > b.Hi {
		b.Empty = true
	}
	return b, nil
}

func (f *Field) parseRange(r RangeSpec) (Bounds, error) {
	if f.Type == "version" && (r.From != nil || r.To != nil) {
		return Bounds{}, eserr.Illegal("Field [%s] is of type [version], whose values Vedette stores as text: 1.10.0 would sort before 1.9.5, so [range] queries are not supported on it", f.Name)
	}
	switch f.Kind {
	case document.Date, document.DateNanos:
		return f.dateBounds(r)
	case document.Long, document.Double, document.Boolean, document.Unsigned:
		return f.numberBounds(r)
	}
	b := Bounds{NoFrom: r.From == nil, NoTo: r.To == nil, ExcludeFrom: r.From != nil && !r.IncludeFrom, ExcludeTo: r.To != nil && !r.IncludeTo}
	for _, side := range []struct {
		value any
		into  *string
	}{{r.From, &b.From}, {r.To, &b.To}} {
		if side.value == nil {
			continue
		}
		*side.into = scalarText(side.value)
		if f.Kind != document.IP {
			continue
		}
		addr, err := parseAddr(*side.into)
		if err != nil {
			return Bounds{}, err
		}
		*side.into = document.IPKey(addr)
	}
	b.Empty = !b.NoFrom && !b.NoTo && (b.From > b.To || b.From == b.To && (b.ExcludeFrom || b.ExcludeTo))
	return b, nil
}

func (f *Field) numberBounds(r RangeSpec) (b Bounds, err error) {
	b = Bounds{Lo: math.MinInt64, Hi: math.MaxInt64}
	if f.Kind == document.Double { // leaves NaN out
		b.Lo, b.Hi = document.SortableDouble(math.Inf(-1)), document.SortableDouble(math.Inf(1))
	}
	if r.From != nil {
		if b.Lo, b.Empty, err = f.bound(scalarText(r.From), r.IncludeFrom, 1); err != nil || b.Empty {
			return b, err
		}
	}
	if r.To != nil {
		b.Hi, b.Empty, err = f.bound(scalarText(r.To), r.IncludeTo, -1)
	}
	return b, err
}

// bound reads one bound of a numeric range as the first value inside it; inward is 1 for the lower and -1 for the upper bound.
// empty says that no value of the type lies inside.
func (f *Field) bound(text string, include bool, inward int64) (n int64, empty bool, err error) {
	switch f.Kind {
	case document.Boolean:
		if n, err = parseBoolean(text); err == nil && !include {
			n += inward
		}
		return n, false, err
	case document.Unsigned:
		return unsignedBound(text, include, inward)
	case document.Double:
		x, err := parseFloat(text)
		return document.SortableDouble(f.inside(x, include, float64(inward))), false, err
	}
	lo, hi := integerRange(f.Type)
	if n, err = parseInteger(f.Type, text, false); err != nil {
		x, err := parseFloat(text)
		switch {
		case err != nil:
			return 0, false, numberFormat(text)
		case x > float64(hi):
			return hi, inward > 0, nil
		case x < float64(lo):
			return lo, inward < 0, nil
		case inward > 0:
			return clamp(math.Ceil(x)), false, nil
		}
		return clamp(math.Floor(x)), false, nil
	}
	if include {
		return n, false, nil
	}
	if inward > 0 && n == math.MaxInt64 || inward < 0 && n == math.MinInt64 {
		return n, true, nil
	}
	return n + inward, false, nil
}

// inside is the first number of the field's type that lies inside a bound.
func (f *Field) inside(x float64, include bool, inward float64) float64 {
	if f.Type == "scaled_float" && f.ScalingFactor > 0 {
		scaled := x * f.ScalingFactor
		whole := math.Ceil(scaled*inward) * inward
		if !include && whole == scaled {
			whole += inward
		}
		return whole / f.ScalingFactor
	}
	x = f.round(x)
	if include {
		return x
	}
	switch f.Type {
	case "float":
		return float64(math.Nextafter32(float32(x), float32(math.Inf(int(inward)))))
	case "half_float":
		_, exp := math.Frexp(math.Nextafter(x, math.Inf(int(inward)))) // below a power of two numbers lie closer
		return x + inward*math.Ldexp(1, max(exp-11, -24))
	}
	return math.Nextafter(x, math.Inf(int(inward)))
}

// dateBounds reads a range of dates. `gte` and `lt` mean the beginning of a span such as `2026-06-01` or `now/d`, `gt` and `lte` its end.
func (f *Field) dateBounds(r RangeSpec) (Bounds, error) {
	zone, err := dates.Zone(r.TimeZone)
	if err != nil {
		return Bounds{}, err
	}
	format := f.Dates
	if r.Format != "" {
		if format, err = dates.ParseFormat(r.Format); err != nil {
			return Bounds{}, err
		}
	}
	b := Bounds{Lo: math.MinInt64, Hi: math.MaxInt64}
	if r.From != nil {
		t, err := format.ParseRound(scalarText(r.From), !r.IncludeFrom, zone, r.Now)
		if err != nil {
			return b, err
		}
		if b.Lo = f.nearest(t); !r.IncludeFrom {
			b.Lo++
		}
	}
	if r.To != nil {
		t, err := format.ParseRound(scalarText(r.To), r.IncludeTo, zone, r.Now)
		if err != nil {
			return b, err
		}
		if b.Hi = f.nearest(t); !r.IncludeTo {
			b.Hi--
		}
	}
	return b, nil
}

// nearest is an instant as the column has it, or the end of what a date_nanos can hold.
func (f *Field) nearest(t time.Time) int64 {
	if f.Kind != document.DateNanos {
		return t.UnixMilli()
	}
	switch {
	case t.Before(time.Unix(0, math.MinInt64)):
		return math.MinInt64 + 1
	case t.After(time.Unix(0, math.MaxInt64)):
		return math.MaxInt64 - 1
	}
	return t.UnixNano()
}

// clamp converts to the nearest int64.
func clamp(x float64) int64 {
	switch {
	case x >= math.MaxInt64:
		return math.MaxInt64
	case x <= math.MinInt64:
		return math.MinInt64
	case x != x:
		return 0
	}
	return int64(x)
}

// CheckFormat refuses a format that the field cannot be shown in, as illegal_argument_exception: dates have formats, numbers Java's DecimalFormat patterns
// (which are aggs' own), others none.
func (f *Field) CheckFormat(format string) error {
	switch {
	case format == "":
		return nil
	case f.Kind == document.Date || f.Kind == document.DateNanos:
		_, err := dates.ParseFormat(format)
		return err
	case f.Kind == document.Long || f.Kind == document.Double || f.Kind == document.Unsigned:
		return nil
	}
	return eserr.Illegal("Field [%s] of type [%s] doesn't support formats.", f.Name, f.Type)
}
