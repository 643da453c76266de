package segment

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/storage/document"
)

// Numbers is the column of a long, unsigned long, double, date or boolean field. Values are the int64 of document.Field.Num: a double and an unsigned long are in
// their sortable forms, so that order and ranges need no case for them.
type Numbers struct {
	kind     document.Kind
	docs     uint32   // of the segment
	listed   ints     // documents with a value; empty in the dense layout
	starts   ints     // of each listed document's values; empty where each has one
	values   ints     // of each document (dense; 0 where absent), or of the listed ones
	present  []uint64 // a bit for each document of the dense layout; nil where all have a value
	count    uint32
	min, max int64
	sum      *int64
	ascends  bool
}

// Numbers returns the column of that name, or nil if the segment has none or its kind is not numeric.
func (s *Segment) Numbers(field string) *Numbers {
	c := s.columns[field]
	if c == nil || !c.Kind.Numeric() {
		return nil
	}
	s.verify(c)
	return &Numbers{
		kind: c.Kind, docs: s.dir.Docs, count: c.Count, min: c.Min, max: c.Max, sum: c.Sum, ascends: c.Ascending,
		listed: s.ints(c.DocList), starts: s.ints(c.ValueStarts), values: s.ints(c.Values), present: u64s(s.data, c.Present),
	}
}

// As is the column read as another kind. Segments written before there was the kind Unsigned have such fields as Long, none above 2^63-1: asked for Unsigned, they give
// the same numbers in their sortable form, by a copy of the heads of blocks (16 bytes for 512 values). Every other column, and nil, is returned as it is.
func (n *Numbers) As(kind document.Kind) *Numbers {
	if n == nil || n.kind != document.Long || kind != document.Unsigned {
		return n
	}
	out := *n
	out.kind, out.sum, out.min, out.max = kind, nil, sortable(n.min), sortable(n.max)
	out.values.heads = slices.Clone(n.values.heads)
	for i := range out.values.heads {
		out.values.heads[i].base = sortable(out.values.heads[i].base)
	}
	return &out
}

// sortable is a whole number of 0 or above in the form of Unsigned.
func sortable(n int64) int64 { return document.SortableUnsigned(uint64(n)) }

// Kind is Long, Double, Date, DateNanos, Boolean or Unsigned.
func (n *Numbers) Kind() document.Kind { return n.kind }

// Min and Max bound the values of all documents, deleted ones included.
func (n *Numbers) Min() int64 { return n.min }

// Max is the greatest value; see Min.
func (n *Numbers) Max() int64 { return n.max }

// Sum is the sum of the values of all documents, deleted ones included, or false if that is not known: of doubles, and where it does not fit.
func (n *Numbers) Sum() (int64, bool) {
	if n.sum == nil {
		return 0, false
	}
	return *n.sum, true
}

// ValueCount is the number of values of all documents, deleted ones included.
func (n *Numbers) ValueCount() int {
	if n.dense() {
		return int(n.count)
	}
	return int(n.values.n)
}

// Ascending reports whether every document has exactly one value, which is not less than that of the document before.
func (n *Numbers) Ascending() bool { return n.ascends }

// Single reports whether no document has more than one value, so that Value tells all.
func (n *Numbers) Single() bool { return n.starts.n == 0 }

func (n *Numbers) dense() bool { return n.listed.n == 0 }

func (n *Numbers) has(doc uint32) bool {
	return n.present == nil || n.present[doc/64]&(1<<(doc%64)) != 0
}

// Value returns the smallest value of a document, or false if it has none.
func (n *Numbers) Value(doc uint32) (int64, bool) {
	if n.dense() {
		if !n.has(doc) {
			return 0, false
		}
		return n.values.at(doc), true
	}
	from, to := spanOf(&n.listed, &n.starts, n.docs, doc)
	if from == to {
		return 0, false
	}
	return n.values.at(from), true
}

// Full reports whether every document has exactly one value, so that Gather can be called.
func (n *Numbers) Full() bool { return n.dense() && n.present == nil }

// Gather reads the values of ascending documents into out, which is as long. Only for a Full column; it is much faster than Value.
func (n *Numbers) Gather(docs []uint32, out []int64) { gather(&n.values, docs, out) }

// Values appends the values of a document to buf, ascending and with repeats, and returns it.
func (n *Numbers) Values(doc uint32, buf []int64) []int64 {
	if n.dense() {
		if n.has(doc) {
			buf = append(buf, n.values.at(doc))
		}
		return buf
	}
	for from, to := spanOf(&n.listed, &n.starts, n.docs, doc); from < to; from++ {
		buf = append(buf, n.values.at(from))
	}
	return buf
}

// Docs returns the documents that have a value, as a new bitmap that the caller owns.
func (n *Numbers) Docs() *roaring.Bitmap {
	if n.dense() {
		return presentDocs(n.docs, n.present)
	}
	docs := roaring.New()
	addAll(docs, &n.listed)
	return docs
}

// presentDocs returns the documents whose bit is set; nil is all.
func presentDocs(docs uint32, present []uint64) *roaring.Bitmap {
	if present != nil {
		return bitmapOf(present)
	}
	all := roaring.New()
	all.AddRange(0, uint64(docs))
	return all
}

// Range returns the documents that have a value in [lo, hi], both included, as a new bitmap that the caller owns.
func (n *Numbers) Range(lo, hi int64) *roaring.Bitmap {
	if lo > hi || hi < n.min || lo > n.max {
		return roaring.New()
	}
	if lo <= n.min && hi >= n.max {
		return n.Docs()
	}
	set := scanRange(&n.values, lo, hi)
	if !n.dense() {
		return listedDocs(set, &n.listed, &n.starts, n.docs)
	}
	for i := range n.present {
		set[i] &= n.present[i]
	}
	return bitmapOf(set)
}
