package segment

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/storage/document"
)

// Numbers is the column of a long, double, date or boolean field. Values are the int64 of document.Field.Num: a double is in
// its sortable form, so that order and ranges need no case for it.
type Numbers struct {
	kind     document.Kind
	docs     uint32
	list     []uint32 // documents with a value; nil in the dense layout
	starts   []uint32 // of each listed document's values; nil where each has one
	values   []int64
	present  []uint64 // a bit for each document of the dense layout; nil where all have a value
	count    uint32
	min, max int64
}

// Numbers returns the column of that name, or nil if the segment has none or its kind is not numeric.
func (s *Segment) Numbers(field string) *Numbers {
	c := s.columns[field]
	if c == nil || !c.Kind.Numeric() {
		return nil
	}
	return &Numbers{
		kind: c.Kind, docs: s.dir.Docs, count: c.Count, min: c.Min, max: c.Max,
		list: u32s(s.data, c.DocList), starts: u32s(s.data, c.ValueStarts),
		values: i64s(s.data, c.Values), present: u64s(s.data, c.Present),
	}
}

// Kind is Long, Double, Date, DateNanos or Boolean.
func (n *Numbers) Kind() document.Kind { return n.kind }

// Min and Max bound the values of all documents, deleted ones included.
func (n *Numbers) Min() int64 { return n.min }

// Max is the greatest value; see Min.
func (n *Numbers) Max() int64 { return n.max }

// Single reports whether no document has more than one value, so that Value tells all.
func (n *Numbers) Single() bool { return n.starts == nil }

// Value returns the smallest value of a document, or false if it has none.
func (n *Numbers) Value(doc uint32) (int64, bool) {
	if n.list == nil {
		if n.present != nil && n.present[doc/64]&(1<<(doc%64)) == 0 {
			return 0, false
		}
		return n.values[doc], true
	}
	i, ok := rank(n.list, n.docs, doc)
	if !ok {
		return 0, false
	}
	if n.starts != nil {
		i = int(n.starts[i])
	}
	return n.values[i], true
}

// Values appends the values of a document to buf, ascending and with repeats, and returns it.
func (n *Numbers) Values(doc uint32, buf []int64) []int64 {
	if n.starts == nil {
		if v, ok := n.Value(doc); ok {
			buf = append(buf, v)
		}
		return buf
	}
	if i, ok := rank(n.list, n.docs, doc); ok {
		buf = append(buf, n.values[n.starts[i]:n.starts[i+1]]...)
	}
	return buf
}

// Docs returns the documents that have a value, as a new bitmap that the caller owns.
func (n *Numbers) Docs() *roaring.Bitmap {
	docs := roaring.New()
	switch {
	case n.count == n.docs:
		docs.AddRange(0, uint64(n.docs))
	case n.list != nil:
		docs.AddMany(n.list)
	default:
		addPresent(docs, n.docs, func(doc uint32) bool { return n.present[doc/64]&(1<<(doc%64)) != 0 })
	}
	return docs
}

// Range returns the documents that have a value in [lo, hi], both included, as a new bitmap that the caller owns.
func (n *Numbers) Range(lo, hi int64) *roaring.Bitmap {
	if lo > hi || hi < n.min || lo > n.max {
		return roaring.New()
	}
	if lo <= n.min && hi >= n.max {
		return n.Docs()
	}
	docs := roaring.New()
	if n.list == nil {
		addPresent(docs, n.docs, func(doc uint32) bool {
			v := n.values[doc]
			return v >= lo && v <= hi && (n.present == nil || n.present[doc/64]&(1<<(doc%64)) != 0)
		})
		return docs
	}
	for i, doc := range n.list {
		from, to := uint32(i), uint32(i)+1
		if n.starts != nil {
			from, to = n.starts[i], n.starts[i+1]
		}
		for _, v := range n.values[from:to] {
			if v >= lo && v <= hi {
				docs.Add(doc)
				break
			}
		}
	}
	return docs
}
