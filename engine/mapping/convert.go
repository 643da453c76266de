package mapping

import (
	"errors"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// maxTerm is the longest term in bytes that Lucene indexes.
const maxTerm = 32766

// jsonKind is how a scalar stood in the JSON.
type jsonKind uint8

const (
	valueString jsonKind = iota
	valueNumber
	valueBoolean
	valueNull
)

// cell is a value as a column has it: Str or Num of a document.Field.
type cell struct {
	str string
	num int64
	// none is an empty string where a number is wanted: it is taken as null.
	none bool
}

// numberFormat is Java's NumberFormatException.
func numberFormat(text string) *eserr.Error {
	if text == "" {
		return eserr.BadRequest("number_format_exception", "empty String")
	}
	return eserr.BadRequest("number_format_exception", "For input string: \"%s\"", text)
}

// convert reads a scalar of a document for the leaf's column; keywords and texts are taken as they are. coerce allows strings and fractions for numbers.
// The error is the cause that Elasticsearch names, without the field.
func (l *leaf) convert(text string, kind jsonKind, coerce bool) (cell, error) {
	switch l.spec.read {
	case readInteger:
		return integerCell(l.field.Type, text, kind, coerce)
	case readUnsigned:
		return unsignedCell(text, kind)
	case readFloat:
		return floatCell(&l.field, text, kind, coerce)
	case readBoolean:
		return booleanCell(text, kind)
	case readIP:
		return ipCell(text)
	case readDate:
		return dateCell(&l.field, text, kind)
	}
	return cell{str: text}, nil
}

func integerCell(t Type, text string, kind jsonKind, coerce bool) (cell, error) {
	switch {
	case kind == valueBoolean:
		return cell{}, notNumeric(text)
	case kind == valueString && coerce && text == "":
		return cell{none: true}, nil
	case kind == valueString && !coerce:
		return cell{}, eserr.Illegal("%s value passed as String", javaType(t))
	}
	n, err := parseInteger(t, text, coerce)
	return cell{num: n}, err
}

func notNumeric(text string) *eserr.Error {
	return eserr.Illegal("Current token (VALUE_%s) not numeric, can not use numeric value accessors", strings.ToUpper(text))
}

func javaType(t Type) string {
	switch t {
	case "long", "integer", "short", "byte", "double", "float":
		return strings.ToUpper(string(t[:1])) + string(t[1:])
	}
	return "Float"
}

// parseInteger reads a whole number of a type's range. With truncate a fraction is cut off, else refused.
func parseInteger(t Type, text string, truncate bool) (int64, error) {
	lo, hi := integerRange(t)
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		if n, err = truncated(t, text, truncate); err != nil {
			return 0, err
		}
	}
	if n < lo || n > hi {
		return 0, outOfRange(t, text)
	}
	return n, nil
}

// truncated reads numbers that strconv.ParseInt does not: fractions, exponents, and what is too large.
func truncated(t Type, text string, truncate bool) (int64, error) {
	f, err := parseFloat(text)
	switch {
	case err != nil && t == "long" && !strings.Contains(err.Error(), "multiple points"):
		return 0, eserr.Illegal("For input string: \"%s\"", text)
	case err != nil:
		return 0, err
	case f >= math.MaxInt64 || f < math.MinInt64:
		return 0, outOfRange(t, text)
	case f != math.Trunc(f) && !truncate:
		return 0, eserr.Illegal("Value [%s] has a decimal part", text)
	}
	whole, _, _ := strings.Cut(text, ".")
	if n, err := strconv.ParseInt(whole, 10, 64); err == nil && !strings.ContainsAny(text, "eE") {
		return n, nil // exact, where a float64 is not
	}
	return int64(f), nil
}

func integerRange(t Type) (lo, hi int64) {
	switch t {
	case "integer":
		return math.MinInt32, math.MaxInt32
	case "short":
		return math.MinInt16, math.MaxInt16
	case "byte":
		return math.MinInt8, math.MaxInt8
	}
	return math.MinInt64, math.MaxInt64
}

func outOfRange(t Type, text string) *eserr.Error {
	article := "a"
	if t == "integer" {
		article = "an"
	}
	return eserr.Illegal("Value [%s] is out of range for %s %s", text, article, t)
}

// parseFloat reads a decimal number as Java does: no hexadecimal digits, no underscores, blanks around it allowed.
func parseFloat(text string) (float64, error) {
	trimmed, points := strings.TrimSpace(text), 0
	for i := 0; i < len(trimmed); i++ {
		switch b := trimmed[i]; {
		case b >= '0' && b <= '9', b == '.', b == '+', b == '-', b == 'e', b == 'E':
		default:
			return 0, numberFormat(text)
		}
		if points += strings.Count(trimmed[i:i+1], "."); points > 1 { // as Java says it
			return 0, eserr.BadRequest("number_format_exception", "multiple points")
		}
	}
	f, err := strconv.ParseFloat(trimmed, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, numberFormat(text)
	}
	return f, nil // out of range is an infinity
}

func floatCell(f *Field, text string, kind jsonKind, coerce bool) (cell, error) {
	switch {
	case kind == valueBoolean:
		return cell{}, notNumeric(text)
	case kind == valueString && coerce && text == "":
		return cell{none: true}, nil
	case kind == valueString && !coerce:
		return cell{}, eserr.Illegal("%s value passed as String", javaType(f.Type))
	case text == "NaN" || text == "Infinity" || text == "-Infinity":
		return cell{}, eserr.Illegal("[%s] supports only finite values, but got [%s]", f.Type, text)
	}
	x, err := parseFloat(text)
	if err != nil {
		return cell{}, err
	}
	x = f.round(x)
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return cell{}, eserr.Illegal("[%s] supports only finite values, but got [%s]", f.Type, text)
	}
	return cell{num: document.SortableDouble(x)}, nil
}

// round is x as the field's type can hold it; an infinity if it cannot.
func (f *Field) round(x float64) float64 {
	switch f.Type {
	case "float":
		return float64(float32(x))
	case "half_float":
		return halfFloat(x)
	case "scaled_float":
		if f.ScalingFactor > 0 {
			return math.Floor(x*f.ScalingFactor+0.5) / f.ScalingFactor
		}
	}
	return x
}

// halfFloat rounds to the nearest number with 11 significant bits and the exponents of IEEE 754's binary16.
func halfFloat(x float64) float64 {
	if x == 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		return x
	}
	_, exp := math.Frexp(x)
	unit := math.Ldexp(1, max(exp-11, -24))
	if x = math.RoundToEven(x/unit) * unit; math.Abs(x) > 65504 {
		return math.Inf(1)
	}
	return x
}

func booleanCell(text string, kind jsonKind) (cell, error) {
	switch {
	case kind == valueNumber:
		return cell{}, eserr.Illegal("Failed to parse value [%s] as only [true] or [false] are allowed.", text)
	case text == "true":
		return cell{num: 1}, nil
	case text == "false" || text == "":
		return cell{}, nil
	}
	return cell{}, eserr.Illegal("Failed to parse value [%s] as only [true] or [false] are allowed.", text)
}

func ipCell(text string) (cell, error) {
	addr, err := parseAddr(text)
	if err != nil {
		return cell{}, err
	}
	return cell{str: document.IPKey(addr)}, nil
}

func parseAddr(text string) (netip.Addr, error) {
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Zone() != "" {
		return netip.Addr{}, eserr.Illegal("'%s' is not an IP string literal.", text)
	}
	return addr, nil
}

func dateCell(f *Field, text string, kind jsonKind) (cell, error) {
	if kind == valueBoolean {
		return cell{}, eserr.Illegal("failed to parse date field [%s] with format [%s]", text, f.dateFormat())
	}
	t, err := f.Dates.Parse(text, nil)
	if err != nil {
		return cell{}, err
	}
	n, err := f.dateNum(t)
	return cell{num: n}, err
}

// dateNum is an instant as the column has it. A date_nanos is nanoseconds since 1970 in an int64; Elasticsearch allows none before.
func (f *Field) dateNum(t time.Time) (int64, error) {
	if f.Kind != document.DateNanos {
		return t.UnixMilli(), nil
	}
	switch {
	case t.Unix() < 0:
		return 0, eserr.Illegal("date[%s] is before the epoch in 1970 and cannot be stored in nanosecond resolution", t.UTC().Format(time.RFC3339Nano))
	case t.After(time.Unix(0, math.MaxInt64)):
		return 0, eserr.Illegal("date[%s] is after 2262-04-11T23:47:16.854775807 and cannot be stored in nanosecond resolution", t.UTC().Format(time.RFC3339Nano))
	}
	return t.UnixNano(), nil
}

// dateFormat is the name of the field's format as errors cite it.
func (f *Field) dateFormat() string {
	if f.Dates.String() == "" && f.Kind == document.DateNanos {
		return "strict_date_optional_time_nanos||epoch_millis"
	}
	if f.Dates.String() == "" {
		return dates.DefaultName
	}
	return f.Dates.String()
}

// reason is the text of an error without its type.
func reason(err error) string {
	var e *eserr.Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return err.Error()
}
