package search

import (
	"cmp"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/storage/document"
)

// sortValue is the value of one sort key of one hit, detached from its segment, so that hits of all segments and indices compare.
type sortValue struct {
	kind valueKind
	num  int64 // of integers, and of floats and unsigned ones in their sortable form
	str  string
}

type valueKind uint8

const (
	nullValue valueKind = iota
	intValue
	floatValue
	textValue
	unsignedValue
)

func floatOf(f float64) sortValue {
	return sortValue{kind: floatValue, num: document.SortableDouble(f)}
}

// compare orders two values that are both present: numbers by value whatever their kind, and before texts.
func (v sortValue) compare(w sortValue) int {
	switch {
	case v.kind == textValue && w.kind == textValue:
		return strings.Compare(v.str, w.str)
	case v.kind == textValue:
		return 1
	case w.kind == textValue:
		return -1
	case v.kind == w.kind:
		return cmp.Compare(v.num, w.num)
	}
	return cmp.Compare(v.float(), w.float())
}

func (v sortValue) float() float64 {
	switch v.kind {
	case floatValue:
		return document.DoubleOf(v.num)
	case unsignedValue:
		return float64(document.UnsignedOf(v.num))
	}
	return float64(v.num)
}

// json prints the value as a hit's `sort` shows it.
func (v sortValue) json() json.RawMessage {
	switch v.kind {
	case intValue:
		return strconv.AppendInt(nil, v.num, 10)
	case unsignedValue:
		return strconv.AppendUint(nil, document.UnsignedOf(v.num), 10)
	case floatValue:
		return floatJSON(document.DoubleOf(v.num))
	case textValue:
		return textJSON(v.str)
	}
	return json.RawMessage("null")
}

// textJSON prints a string without escaping HTML.
func textJSON(s string) json.RawMessage {
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return json.RawMessage(`""`) // a string can always be encoded
	}
	return json.RawMessage(strings.TrimSuffix(out.String(), "\n"))
}

// floatJSON prints a number as Java does: with a decimal, and infinities as strings.
func floatJSON(f float64) json.RawMessage {
	switch {
	case math.IsInf(f, 1):
		return json.RawMessage(`"Infinity"`)
	case math.IsInf(f, -1):
		return json.RawMessage(`"-Infinity"`)
	case math.IsNaN(f):
		return json.RawMessage(`"NaN"`)
	}
	if a := math.Abs(f); a != 0 && (a < 1e-3 || a >= 1e7) {
		text := strconv.FormatFloat(f, 'E', -1, 64)
		mantissa, exponent, _ := strings.Cut(text, "E")
		if !strings.Contains(mantissa, ".") {
			mantissa += ".0"
		}
		n, _ := strconv.Atoi(exponent)
		return json.RawMessage(mantissa + "E" + strconv.Itoa(n))
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return json.RawMessage(text)
}

// compareHits orders two lists of values by the keys; 0 leaves it to where the documents are.
func compareHits(keys []sortKey, a, b []sortValue) int {
	for i, k := range keys {
		if c := k.compare(a[i], b[i]); c != 0 {
			return c
		}
	}
	return 0
}

// compare orders two values of the key; what is missing goes last, or first if the key says so, in either direction.
func (k *sortKey) compare(a, b sortValue) int {
	absent, absentToo := a.kind == nullValue, b.kind == nullValue
	switch {
	case absent && absentToo:
		return 0
	case absent == (k.missing == "_first") && absent != absentToo:
		return -1
	case absent != absentToo:
		return 1
	case k.desc:
		return b.compare(a)
	}
	return a.compare(b)
}
