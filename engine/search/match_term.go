package search

import (
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

// scanOrdinals returns the documents that have an ordinal for which wanted holds; not all of them once the search has to stop, which it notices before it uses them.
func (x *exec) scanOrdinals(t *segment.Terms, wanted func(uint32) bool) *roaring.Bitmap {
	docs := roaring.New()
	block := make([]uint32, 0, blockSize)
	var buf []uint32
	single := t.Single()
	for doc := uint32(0); doc < uint32(x.view.NumDocs()); doc++ {
		if doc%blockSize == 0 && x.stopped() != nil {
			break
		}
		if single {
			if ord, ok := t.Ord(doc); ok && wanted(ord) {
				block = append(block, doc)
			}
		} else if buf = t.Ords(doc, buf[:0]); slices.ContainsFunc(buf, wanted) {
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
	for _, key := range n.keys {
		if err := x.stopped(); err != nil { // a frequent term is found by reading the ordinals of all documents
			return nil, err
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
