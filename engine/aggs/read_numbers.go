package aggs

import (
	"math"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// A numberReader reads blocks of documents from a numeric column: parallel slices with one entry per value. They are good until the next read.
type numberReader struct {
	col      *segment.Numbers // nil where the segment has no such column
	nanos    bool
	double   bool
	unsigned bool // numbers are in the form of document.SortableUnsigned
	fill     bool // documents without a value get one
	fillNum  int64
	fillReal float64
	real     func(int64) float64 // what readFloats makes of a value; nil is the number that it stands for

	docs, owners []uint32
	nums         []int64
	floats       []float64
	tmp          []int64
}

// numbers opens the column of some values in one segment; nil if there is nothing to read.
func (v *values) numbers(s *segmentState) *numberReader {
	r := &numberReader{fill: v.hasMissing, fillNum: v.missingNum, fillReal: v.missingFloat, double: v.show.kind == document.Double, unsigned: v.show.kind == document.Unsigned}
	if v.field != nil {
		r.col = s.view.Numbers(v.field.Column).As(v.field.Kind)
		r.nanos = v.field.Kind == document.DateNanos
	}
	if r.col == nil && !r.fill {
		return nil
	}
	return r
}

// bounds are the least and the greatest value that read can give; false for doubles, and where nobody knows.
func (r *numberReader) bounds() (lo, hi int64, ok bool) {
	if r.col == nil || r.nanos || r.double {
		return 0, 0, false
	}
	lo, hi = r.col.Min(), r.col.Max()
	if r.fill {
		lo, hi = min(lo, r.fillNum), max(hi, r.fillNum)
	}
	return lo, hi, lo <= hi
}

// great says whether there may be a greatNumber among what readFloats gives.
func (r *numberReader) great() bool {
	if r.fill && math.Abs(r.fillReal) >= greatNumber {
		return true
	}
	if r.col == nil || r.nanos {
		return false // nanoseconds count as milliseconds
	}
	for _, n := range []int64{r.col.Min(), r.col.Max()} {
		x := float64(n)
		switch {
		case r.double:
			x = document.DoubleOf(n)
		case r.unsigned:
			return true
		}
		if !(math.Abs(x) < greatNumber) {
			return true
		}
	}
	return false
}

// read returns the documents with a value, their owners (nil if they are nil) and their values, a document once per value, repeats included.
func (r *numberReader) read(docs, owners []uint32) ([]uint32, []uint32, []int64) {
	if r.col != nil && r.col.Full() && !r.nanos { // the documents and owners are as they are
		r.nums = sized(r.nums, len(docs))
		r.col.Gather(docs, r.nums)
		return docs, owners, r.nums
	}
	r.docs, r.nums, r.owners = r.docs[:0], r.nums[:0], r.owners[:0]
	switch {
	case r.col == nil:
		for range docs {
			r.nums = append(r.nums, r.fillNum)
		}
		return docs, owners, r.nums
	case r.col.Single():
		r.readSingle(docs, owners)
	default:
		r.readMany(docs, owners)
	}
	if r.nanos {
		r.millis()
	}
	if owners == nil {
		return r.docs, nil, r.nums
	}
	return r.docs, r.owners, r.nums
}

func (r *numberReader) readSingle(docs, owners []uint32) {
	r.docs, r.nums = sized(r.docs, len(docs)), sized(r.nums, len(docs))
	if r.col.Full() {
		r.col.Gather(docs, r.nums)
		copy(r.docs, docs)
		r.owners = append(r.owners[:0], owners...)
		return
	}
	if owners != nil {
		r.owners = sized(r.owners, len(docs))
	}
	fill := r.fillNum
	if r.nanos {
		fill *= 1e6
	}
	n := 0
	for i, doc := range docs {
		num, ok := r.col.Value(doc)
		if !ok {
			if !r.fill {
				continue
			}
			num = fill
		}
		r.docs[n], r.nums[n] = doc, num
		if owners != nil {
			r.owners[n] = owners[i]
		}
		n++
	}
	r.docs, r.nums = r.docs[:n], r.nums[:n]
	if owners != nil {
		r.owners = r.owners[:n]
	}
}

func (r *numberReader) readMany(docs, owners []uint32) {
	fill := r.fillNum
	if r.nanos {
		fill *= 1e6
	}
	for i, doc := range docs {
		r.tmp = r.col.Values(doc, r.tmp[:0])
		if len(r.tmp) == 0 && r.fill {
			r.tmp = append(r.tmp, fill)
		}
		for _, num := range r.tmp {
			r.docs, r.nums = append(r.docs, doc), append(r.nums, num)
			if owners != nil {
				r.owners = append(r.owners, owners[i])
			}
		}
	}
}

// millis turns nanoseconds into milliseconds, towards the past.
func (r *numberReader) millis() {
	for i, n := range r.nums {
		ms := n / 1e6
		if n%1e6 < 0 {
			ms--
		}
		r.nums[i] = ms
	}
}

// readFloats is read with the values as metrics count them.
func (r *numberReader) readFloats(docs, owners []uint32) ([]uint32, []uint32, []float64) {
	docs, owners, nums := r.read(docs, owners)
	r.floats = sized(r.floats, len(nums))
	switch {
	case r.real != nil:
		for i, n := range nums {
			r.floats[i] = r.real(n)
		}
	case r.col == nil:
		for i := range nums {
			r.floats[i] = r.fillReal
		}
	case r.double:
		for i, n := range nums {
			r.floats[i] = document.DoubleOf(n)
		}
	case r.unsigned:
		for i, n := range nums {
			r.floats[i] = float64(document.UnsignedOf(n))
		}
	case r.fill && r.fillReal != float64(r.fillNum):
		for i, n := range nums { // a fraction among whole numbers: tell the filled documents apart
			r.floats[i] = float64(n)
			if _, has := r.col.Value(docs[i]); !has {
				r.floats[i] = r.fillReal
			}
		}
	default:
		for i, n := range nums {
			r.floats[i] = float64(n)
		}
	}
	return docs, owners, r.floats
}

// plain is a number as 64 bits that are the same for a long and an unsigned long of the same value.
func (r *numberReader) plain(n int64) uint64 {
	if r.unsigned {
		return document.UnsignedOf(n)
	}
	return uint64(n)
}

// sized returns a slice of n elements, in the same memory if it is large enough. What it held may be lost.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}
