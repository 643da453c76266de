package search

import (
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/bits-and-blooms/bitset"

	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// dictionaryScan matches documents that have a term that begins with prefix and, where accept is set, that it accepts.
type dictionaryScan struct {
	column
	prefix string
	accept func(term string) bool
}

func (n *dictionaryScan) cost() int { return costDictionary }

func (n *dictionaryScan) match(x *exec) (*roaring.Bitmap, error) {
	d := x.dictionary(n.column)
	if d == nil {
		return roaring.New(), nil
	}
	from, to := prefixRange(d, n.prefix)
	if n.accept == nil {
		return x.ordinals(d, from, to), nil
	}
	found := bitset.New(uint(to))
	for ord := from; ord < to; ord++ {
		if (ord-from)%termBlock == 0 {
			if err := x.stopped(); err != nil {
				return nil, err
			}
		}
		if n.accept(d.Term(ord)) {
			found.Set(uint(ord))
		}
	}
	return x.ordinalSet(d, found), nil
}

// ordinalSet returns the documents that have one of some ordinals; not all of them once the search has to stop, which it notices before it uses them.
func (x *exec) ordinalSet(d dictionary, ords *bitset.BitSet) *roaring.Bitmap {
	if t, ok := d.(*segment.Terms); ok && ords.Count() > fewOrdinals {
		return x.scanOrdinals(t, func(ord uint32) bool { return ords.Test(uint(ord)) })
	}
	docs := roaring.New()
	for ord, ok := ords.NextSet(0); ok && x.stopped() == nil; ord, ok = ords.NextSet(ord + 1) {
		docs.Or(x.ordinals(d, uint32(ord), uint32(ord)+1))
	}
	return docs
}

// prefixRange returns the ordinals of the terms that begin with prefix, as [from, to).
func prefixRange(d dictionary, prefix string) (from, to uint32) {
	from, _ = d.Seek(prefix)
	end := []byte(prefix)
	for len(end) > 0 && end[len(end)-1] == 0xff {
		end = end[:len(end)-1]
	}
	if len(end) == 0 {
		return from, uint32(d.Len())
	}
	end[len(end)-1]++ // the least string after all those that begin with prefix
	to, _ = d.Seek(string(end))
	return from, to
}

// spans matches documents with a range that has a relation to another one: it intersects it, contains it, or lies within it.
func (p *planner) spans(f *mapping.Field, spec mapping.RangeSpec, relation string, boost float32) (node, error) {
	asked, ok, err := f.ParseSpan(spec)
	if err != nil || !ok {
		return none{}, err
	}
	accept := func(term string) bool {
		s := mapping.SpanOf(term)
		switch strings.ToLower(relation) {
		case "contains":
			return s.Lo <= asked.Lo && s.Hi >= asked.Hi
		case "within":
			return s.Lo >= asked.Lo && s.Hi <= asked.Hi
		}
		return s.Lo <= asked.Hi && s.Hi >= asked.Lo
	}
	return constant{&dictionaryScan{column: column{name: f.SpanColumn(), kind: document.Keyword}, accept: accept}, boost}, nil
}
