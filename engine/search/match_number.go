package search

import (
	"cmp"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/storage/segment"
)

// numbers matches documents that have a value in [lo, hi].
type numbers struct {
	column
	lo, hi int64
}

func (n numbers) cost() int { return costNumbers }

func (n numbers) match(x *exec) (*roaring.Bitmap, error) {
	col := x.view.Numbers(n.name).As(n.kind)
	if col == nil {
		return roaring.New(), nil
	}
	if x.ordered(n.name, col) {
		docs := roaring.New()
		from, to := lowerBound(col, x.view.NumDocs(), n.lo), upperBound(col, x.view.NumDocs(), n.hi)
		if from < to {
			docs.AddRange(uint64(from), uint64(to))
		}
		return docs, nil
	}
	return col.Range(n.lo, n.hi), nil
}

// narrow keeps those of docs that match; it is for few documents.
func (n numbers) narrow(x *exec, docs *roaring.Bitmap) *roaring.Bitmap {
	kept := roaring.New()
	col := x.view.Numbers(n.name).As(n.kind)
	if col == nil {
		return kept
	}
	var buf []int64
	for it := docs.Iterator(); it.HasNext(); {
		doc := it.Next()
		buf = col.Values(doc, buf[:0])
		if slices.ContainsFunc(buf, func(v int64) bool { return v >= n.lo && v <= n.hi }) {
			kept.Add(doc)
		}
	}
	return kept
}

// lowerBound is the first document of an ordered column whose value is at least v.
func lowerBound(col *segment.Numbers, docs int, v int64) int {
	return firstDoc(docs, func(doc uint32) bool { got, _ := col.Value(doc); return got >= v })
}

// upperBound is the first document of an ordered column whose value is above v.
func upperBound(col *segment.Numbers, docs int, v int64) int {
	return firstDoc(docs, func(doc uint32) bool { got, _ := col.Value(doc); return got > v })
}

// firstDoc is the first document for which holds is true; it is true for all after that one.
func firstDoc(docs int, holds func(uint32) bool) int {
	lo, hi := 0, docs
	for lo < hi {
		if mid := int(uint(lo+hi) / 2); holds(uint32(mid)) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// numberSet matches documents that have a value in one of some spans, which ascend and do not overlap.
type numberSet struct {
	column
	spans []numberSpan
}

// numberSpan is the values from lo to hi, both included.
type numberSpan struct{ lo, hi int64 }

// newNumberSet takes spans in any order; there is at least one.
func newNumberSet(c column, spans []numberSpan) *numberSet {
	slices.SortFunc(spans, func(a, b numberSpan) int { return cmp.Compare(a.lo, b.lo) })
	kept := spans[:1]
	for _, s := range spans[1:] {
		if last := &kept[len(kept)-1]; s.lo <= last.hi {
			last.hi = max(last.hi, s.hi)
		} else {
			kept = append(kept, s)
		}
	}
	return &numberSet{c, kept}
}

func (n *numberSet) cost() int { return costNumbers }

func (n *numberSet) match(x *exec) (*roaring.Bitmap, error) {
	first, last := n.spans[0], n.spans[len(n.spans)-1]
	docs, err := numbers{n.column, first.lo, last.hi}.match(x)
	if err != nil || len(n.spans) == 1 || docs.IsEmpty() {
		return docs, err
	}
	col, kept := x.view.Numbers(n.name).As(n.kind), roaring.New()
	buf, it := make([]uint32, blockSize), docs.ManyIterator()
	var values []int64
	for count := it.NextMany(buf); count > 0; count = it.NextMany(buf) {
		if err := x.stopped(); err != nil {
			return nil, err
		}
		found := buf[:0]
		for _, doc := range buf[:count] {
			if values = col.Values(doc, values[:0]); slices.ContainsFunc(values, n.has) {
				found = append(found, doc)
			}
		}
		kept.AddMany(found)
	}
	return kept, x.stopped()
}

func (n *numberSet) has(v int64) bool {
	i, found := slices.BinarySearchFunc(n.spans, v, func(s numberSpan, v int64) int { return cmp.Compare(s.lo, v) })
	return found || i > 0 && v <= n.spans[i-1].hi
}
