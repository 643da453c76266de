package segment

import (
	"sort"
	"unsafe"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/storage/document"
)

// Terms is the column of a keyword or ip field: a dictionary of distinct terms in ascending order of their bytes, and
// for each document the ordinals of its terms. An ip's term is its document.IPKey.
type Terms struct {
	dictionary
	kind   document.Kind
	docs   uint32
	list_  []uint32 // documents with a value; nil in the dense layout
	starts []uint32 // of each listed document's values; nil where each has one
	values []uint32
	count  uint32
	prefix string // of a view made by Sub
	lo, hi uint32 // ordinals of the dictionary that the view shows
}

// dictionary is a sorted list of distinct terms, and the documents of each.
type dictionary struct {
	ends     []uint32
	bytes    []byte
	postEnds []uint32
	postDocs []uint32
}

func (s *Segment) dictionary(c *columnMeta) dictionary {
	return dictionary{
		ends: u32s(s.data, c.TermEnds), bytes: raws(s.data, c.TermBytes),
		postEnds: u32s(s.data, c.PostEnds), postDocs: u32s(s.data, c.PostDocs),
	}
}

// term returns the bytes of one term as a string that shares the segment's memory.
func (d *dictionary) term(ord uint32) string {
	b := d.bytes[start(d.ends, ord):d.ends[ord]]
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// list returns the documents of one term in ascending order.
func (d *dictionary) list(ord uint32) []uint32 {
	return d.postDocs[start(d.postEnds, ord):d.postEnds[ord]]
}

func start(ends []uint32, i uint32) uint32 {
	if i == 0 {
		return 0
	}
	return ends[i-1]
}

// Terms returns the column of that name, or nil if the segment has none or it is not of kind Keyword or IP.
func (s *Segment) Terms(field string) *Terms {
	c := s.columns[field]
	if c == nil || c.Kind != document.Keyword && c.Kind != document.IP {
		return nil
	}
	t := &Terms{
		dictionary: s.dictionary(c), kind: c.Kind, docs: s.dir.Docs, count: c.Count,
		list_: u32s(s.data, c.DocList), starts: u32s(s.data, c.ValueStarts), values: u32s(s.data, c.Values),
	}
	t.hi = uint32(len(t.ends))
	return t
}

// Sub is the part of the column whose terms begin with prefix, shown without it: ordinals count from 0 again. Flattened objects
// are read so: `key\x00value` is a term of the column, and Sub("key\x00") is the column of one key.
func (t *Terms) Sub(prefix string) *Terms {
	sub := *t
	sub.prefix = t.prefix + prefix
	lo, _ := t.Seek(prefix)
	n := uint32(sort.Search(t.Len()-int(lo), func(i int) bool {
		term := t.Term(lo + uint32(i))
		return len(term) < len(prefix) || term[:len(prefix)] != prefix
	}))
	sub.lo, sub.hi = t.lo+lo, t.lo+lo+n
	return &sub
}

// Kind is Keyword or IP.
func (t *Terms) Kind() document.Kind { return t.kind }

// Len is the number of distinct terms; their ordinals are 0 to Len-1, in ascending order of the terms.
func (t *Terms) Len() int { return int(t.hi - t.lo) }

// Term is the term of an ordinal. The string shares the segment's memory: clone it to keep it longer than the snapshot.
func (t *Terms) Term(ord uint32) string { return t.term(t.lo + ord)[len(t.prefix):] }

// Seek returns the ordinal of the first term that is not less than term (Len if there is none), and whether it is term itself.
func (t *Terms) Seek(term string) (ord uint32, exact bool) {
	i, exact := sort.Find(t.Len(), func(i int) int {
		got := t.Term(uint32(i))
		switch {
		case term < got:
			return -1
		case term > got:
			return 1
		}
		return 0
	})
	return uint32(i), exact
}

// DocFreq is the number of documents that have the term, deleted ones included.
func (t *Terms) DocFreq(ord uint32) int { return len(t.list(t.lo + ord)) }

// Single reports whether no document has more than one term, so that Ord tells all.
func (t *Terms) Single() bool { return t.starts == nil }

// whole reports whether the view shows every term of the column.
func (t *Terms) whole() bool { return t.prefix == "" }

// Ord returns the smallest ordinal of a document's terms, or false if it has none.
func (t *Terms) Ord(doc uint32) (uint32, bool) {
	if t.list_ == nil && t.whole() {
		v := t.values[doc]
		return v - 1, v != 0
	}
	for _, v := range t.raw(doc) {
		if v >= t.lo && v < t.hi {
			return v - t.lo, true
		}
	}
	return 0, false
}

// Ords appends the ordinals of a document's terms to buf, ascending and distinct, and returns it.
func (t *Terms) Ords(doc uint32, buf []uint32) []uint32 {
	if t.list_ == nil {
		if v := t.values[doc]; v > t.lo && v <= t.hi {
			buf = append(buf, v-1-t.lo)
		}
		return buf
	}
	for _, v := range t.raw(doc) {
		if v >= t.lo && v < t.hi {
			buf = append(buf, v-t.lo)
		}
	}
	return buf
}

// raw returns the ordinals of a document in the list layout, or in the dense one.
func (t *Terms) raw(doc uint32) []uint32 {
	if t.list_ == nil {
		if v := t.values[doc]; v != 0 {
			return []uint32{v - 1}
		}
		return nil
	}
	i, ok := rank(t.list_, t.docs, doc)
	if !ok {
		return nil
	}
	if t.starts == nil {
		return t.values[i : i+1]
	}
	return t.values[t.starts[i]:t.starts[i+1]]
}

// rank finds doc in a sorted list of documents; the list of all documents needs no search.
func rank(list []uint32, docs, doc uint32) (int, bool) {
	if uint32(len(list)) == docs {
		return int(doc), true
	}
	i := sort.Search(len(list), func(i int) bool { return list[i] >= doc })
	return i, i < len(list) && list[i] == doc
}

// Docs returns the documents that have a term, as a new bitmap that the caller owns.
func (t *Terms) Docs() *roaring.Bitmap {
	if !t.whole() {
		return t.Postings(0, uint32(t.Len()))
	}
	docs := roaring.New()
	switch {
	case t.count == t.docs:
		docs.AddRange(0, uint64(t.docs))
	case t.list_ != nil:
		docs.AddMany(t.list_)
	default:
		addPresent(docs, t.docs, func(doc uint32) bool { return t.values[doc] != 0 })
	}
	return docs
}

// Postings returns the documents that have a term with an ordinal in [from, to), as a new bitmap that the caller owns.
func (t *Terms) Postings(from, to uint32) *roaring.Bitmap {
	docs := roaring.New()
	for ord := t.lo + from; ord < t.lo+to; ord++ {
		docs.AddMany(t.list(ord))
	}
	return docs
}

// addPresent adds the documents for which present holds, a run at a time.
func addPresent(to *roaring.Bitmap, docs uint32, present func(uint32) bool) {
	for doc := uint32(0); doc < docs; doc++ {
		if !present(doc) {
			continue
		}
		from := doc
		for doc < docs && present(doc) {
			doc++
		}
		to.AddRange(uint64(from), uint64(doc))
	}
}
