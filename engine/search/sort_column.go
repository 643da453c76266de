package search

import (
	"math"
	"math/bits"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// A keyReader gives the values of one sort key in one segment as codes: numbers of the same order as the values. Codes of two segments do not compare.
type keyReader interface {
	// code of a document; the score is only looked at by the key `_score`.
	code(doc uint32, score float32) int64
	// seek is the code of a value that need not be in the segment; it equals the code of a document exactly when the values are equal.
	seek(v sortValue) int64
	// value of a document, detached from the segment.
	value(doc uint32, score float32) sortValue
}

// reader opens a key in a segment. shard is the place of the index among the searched ones.
func (k *plannedKey) reader(x *exec, index string, shard int) keyReader {
	switch k.source {
	case fromScore:
		return scoreReader{}
	case fromDoc:
		return docReader{base: int64(x.base)}
	case fromShardDoc:
		return docReader{base: int64(shard)<<32 + int64(x.base)}
	case fromIndex:
		return fixedReader{sortValue{kind: textValue, str: index}, k.nulls()}
	case fromTerms:
		if t := x.view.Text(k.column.name); t != nil && k.column.kind == document.Text {
			return newWordReader(x, t, k)
		}
		if t := x.terms(k.column); t != nil {
			return newTermReader(t, k)
		}
	case fromDistance:
		if col := x.view.Numbers(k.column.name); col != nil {
			return &distanceReader{key: k, column: col}
		}
	case fromNumbers:
		if col := x.view.Numbers(k.column.name).As(k.column.kind); col != nil {
			return &numberReader{key: k, column: col}
		}
	}
	return fixedReader{k.missing, k.nulls()}
}

// nulls is the code of a document that has no value: after, or before, all others.
func (k *plannedKey) nulls() int64 {
	if k.desc == (k.sortKey.missing == "_first") {
		return math.MaxInt64
	}
	return math.MinInt64
}

// scoreReader reads `_score`.
type scoreReader struct{}

func (scoreReader) code(_ uint32, score float32) int64 {
	return document.SortableDouble(float64(score))
}

func (scoreReader) seek(v sortValue) int64 { return v.num }

func (scoreReader) value(_ uint32, score float32) sortValue { return floatOf(float64(score)) }

// docReader reads `_doc` and `_shard_doc`.
type docReader struct{ base int64 }

func (r docReader) code(doc uint32, _ float32) int64 { return r.base + int64(doc) }

func (r docReader) seek(v sortValue) int64 { return v.num }

func (r docReader) value(doc uint32, _ float32) sortValue {
	return sortValue{kind: intValue, num: r.base + int64(doc)}
}

// fixedReader gives all documents the same value.
type fixedReader struct {
	v     sortValue
	nulls int64
}

func (r fixedReader) code(uint32, float32) int64 { return 0 }

func (r fixedReader) seek(v sortValue) int64 {
	switch absent := r.v.kind == nullValue; {
	case absent && v.kind == nullValue:
		return 0
	case v.kind == nullValue:
		return r.nulls
	case absent && r.nulls > 0:
		return -1
	case absent:
		return 1
	}
	return int64(v.compare(r.v))
}

func (r fixedReader) value(uint32, float32) sortValue { return r.v }

// termReader reads a keyword or ip column. An ordinal's code is twice itself, so that there is room between two terms.
type termReader struct {
	terms   *segment.Terms
	max     bool  // of several terms the greatest counts
	nulls   int64 // the code of a null
	missing int64
	absent  sortValue
	buf     []uint32
}

func newTermReader(t *segment.Terms, k *plannedKey) *termReader {
	r := &termReader{terms: t, absent: k.missing, max: k.mode == "max" || k.mode == "" && k.desc}
	r.nulls = k.nulls()
	r.missing = r.seek(k.missing)
	return r
}

func (r *termReader) ord(doc uint32) (uint32, bool) {
	if !r.max || r.terms.Single() {
		return r.terms.Ord(doc)
	}
	r.buf = r.terms.Ords(doc, r.buf[:0])
	if len(r.buf) == 0 {
		return 0, false
	}
	return r.buf[len(r.buf)-1], true
}

func (r *termReader) code(doc uint32, _ float32) int64 {
	if ord, ok := r.ord(doc); ok {
		return 2 * int64(ord)
	}
	return r.missing
}

func (r *termReader) seek(v sortValue) int64 {
	if v.kind == nullValue {
		return r.nulls
	}
	ord, exact := r.terms.Seek(v.str)
	if exact {
		return 2 * int64(ord)
	}
	return 2*int64(ord) - 1
}

func (r *termReader) value(doc uint32, _ float32) sortValue {
	ord, ok := r.ord(doc)
	if !ok {
		return r.absent
	}
	return sortValue{kind: textValue, str: string([]byte(r.terms.Term(ord)))}
}

// numberReader reads a numeric column; codes are the values, doubles in their sortable form.
type numberReader struct {
	key    *plannedKey
	column *segment.Numbers
	buf    []int64
}

func (r *numberReader) seek(v sortValue) int64 { return v.num }

func (r *numberReader) value(doc uint32, score float32) sortValue {
	kind := r.key.whole()
	if r.key.double() {
		kind = floatValue
	}
	return sortValue{kind: kind, num: r.code(doc, score)}
}

func (r *numberReader) code(doc uint32, _ float32) int64 {
	if r.column.Single() {
		if v, ok := r.column.Value(doc); ok {
			return r.key.convert(v)
		}
		return r.key.missing.num
	}
	r.buf = r.column.Values(doc, r.buf[:0])
	if len(r.buf) == 0 {
		return r.key.missing.num
	}
	return r.key.convert(r.pick(r.buf))
}

// pick makes one value of several, which ascend.
func (r *numberReader) pick(values []int64) int64 {
	n := len(values)
	mode := r.key.mode
	if mode == "" {
		mode = "min"
		if r.key.desc {
			mode = "max"
		}
	}
	switch {
	case mode == "min":
		return values[0]
	case mode == "max":
		return values[n-1]
	case mode == "median" && n%2 == 1:
		return values[n/2]
	case mode == "median":
		return r.combine(values[n/2-1:n/2+1], true)
	}
	return r.combine(values, mode == "avg")
}

// combine adds values up, and divides by their number for a mean; a mean of integers is rounded.
func (r *numberReader) combine(values []int64, mean bool) int64 {
	if r.column.Kind() == document.Double {
		sum := 0.0
		for _, v := range values {
			sum += document.DoubleOf(v)
		}
		if mean {
			sum /= float64(len(values))
		}
		return document.SortableDouble(sum)
	}
	if r.column.Kind() == document.Unsigned {
		return combineUnsigned(values, mean)
	}
	sum := int64(0)
	for _, v := range values {
		sum += v
	}
	if mean {
		return int64(math.Floor(float64(sum)/float64(len(values)) + 0.5))
	}
	return sum
}

// combineUnsigned is combine for values that may fill 64 bits: a sum of such stops at the greatest there is.
func combineUnsigned(values []int64, mean bool) int64 {
	hi, lo := uint64(0), uint64(0)
	for _, v := range values {
		var carry uint64
		lo, carry = bits.Add64(lo, document.UnsignedOf(v), 0)
		hi += carry
	}
	if !mean && hi > 0 {
		lo = math.MaxUint64
	}
	if mean {
		n := uint64(len(values))
		var rest uint64
		if lo, rest = bits.Div64(hi, lo, n); rest >= n-rest {
			lo++
		}
	}
	return document.SortableUnsigned(lo)
}
