package aggs

import (
	"math"
	"strconv"
	"time"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/storage/document"
)

// A display says what the values of an aggregation are and how they are printed. It is immutable.
type display struct {
	// kind is Keyword, IP, Long, Unsigned, Double, Date or Boolean; date_nanos are counted in milliseconds, as Elasticsearch does.
	kind  document.Kind
	dates dates.Format
	zone  *time.Location
	// decimal is the request's format of numbers, nil without.
	decimal *decimal
	// given says that the request had a format or a zone.
	given bool
}

// isText reports whether values are strings.
func (d *display) isText() bool { return d.kind == document.Keyword || d.kind == document.IP }

// float is the number that a value of the column counts as.
func (d *display) float(v int64) float64 {
	switch d.kind {
	case document.Double:
		return document.DoubleOf(v)
	case document.Unsigned:
		return float64(document.UnsignedOf(v))
	}
	return float64(v)
}

// name is the prefix of terms under typed_keys.
func (d *display) name() string {
	switch {
	case d.isText():
		return "sterms"
	case d.kind == document.Double:
		return "dterms"
	}
	return "lterms"
}

// text is the printed form of a number where that is not the number itself: of dates, booleans, and with a format.
func (d *display) text(x float64) (string, bool) {
	switch {
	case d.decimal != nil && d.kind != document.Date && d.kind != document.Boolean && d.kind != document.Unsigned:
		return d.decimal.format(x), true
	case math.IsNaN(x) || math.IsInf(x, 0):
		return "", false
	case d.kind == document.Date:
		return d.dates.Format(time.UnixMilli(int64(x)), d.zone), true
	case d.kind == document.Boolean:
		if x != 0 {
			return "true", true
		}
		return "false", true
	case d.kind == document.Unsigned: // Elasticsearch gives them a format, which shows a metric as the double that it is
		return doubleText(x), true
	}
	return "", false
}

// textOf is text for a value of the column: whole numbers keep all their digits.
func (d *display) textOf(num int64) (string, bool) {
	if d.kind == document.Long && d.decimal != nil {
		return d.decimal.formatWhole(num), true
	}
	return d.text(d.float(num))
}

// writeKey prints `key` and, where there is one, `key_as_string`.
func (d *display) writeKey(w *writer, text string, num int64) {
	w.key("key")
	if d.isText() {
		w.str(d.term(text))
		return
	}
	d.writeNumber(w, num)
	if s, ok := d.textOf(num); ok && d.kind != document.Unsigned {
		w.key("key_as_string")
		w.str(s)
	}
}

// writeNumber prints a value of the column as a number.
func (d *display) writeNumber(w *writer, num int64) {
	switch d.kind {
	case document.Double:
		w.double(document.DoubleOf(num))
	case document.Unsigned:
		w.raw(strconv.FormatUint(document.UnsignedOf(num), 10))
	default:
		w.whole(num)
	}
}

// keyText is the key of a bucket as text.
func (d *display) keyText(num int64) string {
	if d.kind == document.Unsigned {
		return strconv.FormatUint(document.UnsignedOf(num), 10)
	}
	if s, ok := d.textOf(num); ok {
		return s
	}
	if d.kind == document.Double {
		return doubleText(document.DoubleOf(num))
	}
	return strconv.FormatInt(num, 10)
}

// term is a term of a keyword or ip column as text.
func (d *display) term(term string) string {
	if d.kind != document.IP {
		return term
	}
	if addr, ok := document.IPOf(term); ok {
		return addr.String()
	}
	return term
}

// writeValue prints a metric under a name, and beside it name_as_string where there is one.
func (d *display) writeValue(w *writer, name string, x float64) {
	w.key(name)
	w.double(x)
	d.writeString(w, name+"_as_string", x)
}

// writeStrings prints the text forms of values, which booleans have as booleans, as statistics in Elasticsearch do.
func (d *display) writeStrings(w *writer, names []string, value func(name string) float64) {
	for _, name := range names {
		if d != nil && d.kind == document.Boolean {
			w.key(name + "_as_string")
			w.flag(value(name) != 0)
			continue
		}
		d.writeFormatted(w, name+"_as_string", value(name))
	}
}

// writeString prints the text form of x under a name, where there is one.
func (d *display) writeString(w *writer, name string, x float64) {
	if d == nil {
		return
	}
	if s, ok := d.text(x); ok {
		w.key(name)
		w.str(s)
	}
}

// writeFormatted is writeString where Elasticsearch prints what the format makes and not its text, which differs for unsigned longs: they stay numbers.
func (d *display) writeFormatted(w *writer, name string, x float64) {
	if d != nil && d.kind == document.Unsigned {
		w.key(name)
		w.double(x)
		return
	}
	d.writeString(w, name, x)
}
