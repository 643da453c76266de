package search

import (
	"cmp"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// fewOrdinals is up to how many terms are answered by joining their lists; above that, reading every document's ordinal is cheaper.
const fewOrdinals = 256

// dictionary is what the columns of keywords and of words have in common.
type dictionary interface {
	Len() int
	Term(ord uint32) string
	Seek(term string) (ord uint32, exact bool)
}

// dictionary returns the terms of a column, or nil where the segment has none.
func (x *exec) dictionary(c column) dictionary {
	if c.kind == document.Text {
		if t := x.view.Text(c.name); t != nil {
			return t
		}
		return nil
	}
	if t := x.terms(c); t != nil {
		return t
	}
	return nil
}

func (x *exec) terms(c column) *segment.Terms {
	t := x.view.Terms(c.name)
	if t != nil && c.prefix != "" {
		t = t.Sub(c.prefix)
	}
	return t
}

// ordinals returns the documents that have a term with an ordinal in [from, to).
func (x *exec) ordinals(d dictionary, from, to uint32) *roaring.Bitmap {
	t, ok := d.(*segment.Terms)
	switch {
	case from >= to:
		return roaring.New()
	case !ok:
		return d.(*segment.Text).Matching(from, to)
	case from == 0 && int(to) == t.Len():
		return t.Docs()
	case to-from <= fewOrdinals:
		return t.Postings(from, to)
	}
	return x.scanOrdinals(t, func(ord uint32) bool { return ord >= from && ord < to })
}

// scanOrdinals returns the documents that have an ordinal for which wanted holds.
func (x *exec) scanOrdinals(t *segment.Terms, wanted func(uint32) bool) *roaring.Bitmap {
	docs := roaring.New()
	block := make([]uint32, 0, blockSize)
	var buf []uint32
	for doc := uint32(0); doc < uint32(x.view.NumDocs()); doc++ {
		buf = t.Ords(doc, buf[:0])
		if slices.ContainsFunc(buf, wanted) {
			block = append(block, doc)
		}
		if len(block) == blockSize {
			docs.AddMany(block)
			block = block[:0]
		}
	}
	docs.AddMany(block)
	return docs
}

// termSet matches documents that have one of some keys, which are in ascending order.
type termSet struct {
	column
	keys []string
}

func (n *termSet) cost() int { return costTerm }

func (n *termSet) match(x *exec) (*roaring.Bitmap, error) {
	docs := roaring.New()
	d := x.dictionary(n.column)
	if d == nil {
		return docs, nil
	}
	for i, key := range n.keys {
		if i%blockSize == 0 && x.stopped() != nil {
			return nil, x.stopped()
		}
		if ord, exact := d.Seek(key); exact {
			docs.Or(x.ordinals(d, ord, ord+1))
		}
	}
	return docs, nil
}

// termRange matches documents that have a term between two bounds.
type termRange struct {
	column
	bounds mapping.Bounds
}

func (n *termRange) cost() int { return costTermRange }

func (n *termRange) match(x *exec) (*roaring.Bitmap, error) {
	d := x.dictionary(n.column)
	if d == nil || n.bounds.Empty {
		return roaring.New(), nil
	}
	from, to := uint32(0), uint32(d.Len())
	if !n.bounds.NoFrom {
		ord, exact := d.Seek(n.bounds.From)
		if from = ord; exact && n.bounds.ExcludeFrom {
			from++
		}
	}
	if !n.bounds.NoTo {
		ord, exact := d.Seek(n.bounds.To)
		if to = ord; exact && !n.bounds.ExcludeTo {
			to++
		}
	}
	return x.ordinals(d, from, to), nil
}

// exists matches documents that have a value in one of some columns.
type exists struct{ columns []column }

func (n *exists) cost() int { return costTerm }

func (n *exists) match(x *exec) (*roaring.Bitmap, error) {
	docs := roaring.New()
	for _, c := range n.columns {
		if c.prefix == "" {
			docs.Or(x.view.Docs(c.name))
		} else if t := x.terms(c); t != nil {
			docs.Or(t.Docs())
		}
	}
	return docs, nil
}

// numbers matches documents that have a value in [lo, hi].
type numbers struct {
	column
	lo, hi int64
}

func (n numbers) cost() int { return costNumbers }

func (n numbers) match(x *exec) (*roaring.Bitmap, error) {
	col := x.view.Numbers(n.name)
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
	col := x.view.Numbers(n.name)
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
	return search(docs, func(doc uint32) bool { got, _ := col.Value(doc); return got >= v })
}

// upperBound is the first document of an ordered column whose value is above v.
func upperBound(col *segment.Numbers, docs int, v int64) int {
	return search(docs, func(doc uint32) bool { got, _ := col.Value(doc); return got > v })
}

func search(docs int, holds func(uint32) bool) int {
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

// numberSet matches documents that have one of some values, which are in ascending order.
type numberSet struct {
	column
	values []int64
}

func (n *numberSet) cost() int { return costNumbers }

func (n *numberSet) match(x *exec) (*roaring.Bitmap, error) {
	col := x.view.Numbers(n.name)
	if col == nil {
		return roaring.New(), nil
	}
	if len(n.values) == 1 {
		return col.Range(n.values[0], n.values[0]), nil
	}
	lo, hi := n.values[0], n.values[len(n.values)-1]
	docs, kept := col.Range(lo, hi), make([]uint32, 0, blockSize)
	var buf []int64
	for it := docs.Iterator(); it.HasNext(); {
		doc := it.Next()
		buf = col.Values(doc, buf[:0])
		if slices.ContainsFunc(buf, n.has) {
			kept = append(kept, doc)
		}
	}
	return roaring.BitmapOf(kept...), nil
}

func (n *numberSet) has(v int64) bool {
	_, found := slices.BinarySearchFunc(n.values, v, cmp.Compare[int64])
	return found
}
