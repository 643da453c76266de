package segment

import (
	"math/bits"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/storage/document"
)

// Terms is the column of a keyword or ip field: a dictionary of distinct terms in ascending order of their bytes, and
// for each document the ordinals of its terms. An ip's term is its document.IPKey.
type Terms struct {
	dict   dictionary
	kind   document.Kind
	docs   uint32 // of the segment
	listed ints   // documents with a value; empty in the dense layout
	starts ints   // of each listed document's values; empty where each has one
	values ints
	post   postings
	count  uint32
	prefix string // of a view made by Sub
	lo, hi uint32 // ordinals of the dictionary that the view shows
}

// postings are the documents of each term.
type postings struct {
	ends   ints // of each term's record
	bytes  []byte
	unique ints // instead of both, where each term has one document: that
}

func (s *Segment) postings(c *columnMeta) postings {
	return postings{ends: s.ints(c.PostEnds), bytes: raws(s.data, c.Postings), unique: s.ints(c.UniqueDocs)}
}

// record returns the bytes of one term's record.
func (p *postings) record(ord uint32) []byte {
	from := int64(0)
	if ord > 0 {
		from = p.ends.at(ord - 1)
	}
	return p.bytes[from:p.ends.at(ord)]
}

// Terms returns the column of that name, or nil if the segment has none or it is not of kind Keyword or IP.
func (s *Segment) Terms(field string) *Terms {
	c := s.columns[field]
	if c == nil || c.Kind != document.Keyword && c.Kind != document.IP {
		return nil
	}
	s.verify(c)
	t := &Terms{
		dict: s.dictionary(c.Dict), post: s.postings(c), kind: c.Kind, docs: s.dir.Docs, count: c.Count,
		listed: s.ints(c.DocList), starts: s.ints(c.ValueStarts), values: s.ints(c.Values),
	}
	t.hi = t.dict.n
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

// Term is the term of an ordinal, in memory of its own. To go through many use Each.
func (t *Terms) Term(ord uint32) string { return t.dict.at(t.lo + ord)[len(t.prefix):] }

// Each calls f with the terms from an ordinal on, ascending, until f returns false. The bytes are valid until f returns.
func (t *Terms) Each(from uint32, f func(ord uint32, term []byte) bool) {
	if from >= uint32(t.Len()) {
		return
	}
	for c := t.dict.cursor(t.lo + from); c.ord < t.hi; {
		if !f(c.ord-t.lo, c.term[len(t.prefix):]) || !c.next() {
			return
		}
	}
}

// Seek returns the ordinal of the first term that is not less than term (Len if there is none), and whether it is term itself.
func (t *Terms) Seek(term string) (ord uint32, exact bool) {
	if t.prefix != "" {
		term = t.prefix + term
	}
	ord, exact = t.dict.seek(term)
	switch {
	case ord < t.lo:
		return 0, false
	case ord >= t.hi:
		return t.hi - t.lo, false
	}
	return ord - t.lo, exact
}

// DocFreq is the number of documents that have the term, deleted ones included.
func (t *Terms) DocFreq(ord uint32) int {
	if t.post.unique.n > 0 {
		return 1
	}
	l := readDocs(t.post.record(t.lo + ord))
	return l.count
}

// Single reports whether no document has more than one term, so that Ord tells all.
func (t *Terms) Single() bool { return t.starts.n == 0 }

func (t *Terms) dense() bool { return t.listed.n == 0 }

// Ord returns the smallest ordinal of a document's terms, or false if it has none.
func (t *Terms) Ord(doc uint32) (uint32, bool) {
	if t.dense() {
		v := uint32(t.values.at(doc))
		return v - 1 - t.lo, v > t.lo && v <= t.hi
	}
	from, to := t.span(doc)
	for ; from < to; from++ {
		if v := uint32(t.values.at(from)); v >= t.lo && v < t.hi {
			return v - t.lo, true
		}
	}
	return 0, false
}

// Dense reports whether Gather can be called: no document has more than one term, and the column is not a view made by Sub.
func (t *Terms) Dense() bool { return t.dense() && t.prefix == "" }

// Full reports whether every document has a term of the column.
func (t *Terms) Full() bool { return t.count == t.docs }

// Gather reads the ordinals of ascending documents into out, which is as long: each one more than itself, and 0 for a document without a term. Only for a Dense
// column; it is much faster than Ord.
func (t *Terms) Gather(docs, out []uint32) { gather(&t.values, docs, out) }

// Ords appends the ordinals of a document's terms to buf, ascending and distinct, and returns it.
func (t *Terms) Ords(doc uint32, buf []uint32) []uint32 {
	if t.dense() {
		if ord, ok := t.Ord(doc); ok {
			buf = append(buf, ord)
		}
		return buf
	}
	from, to := t.span(doc)
	for ; from < to; from++ {
		if v := uint32(t.values.at(from)); v >= t.lo && v < t.hi {
			buf = append(buf, v-t.lo)
		}
	}
	return buf
}

// span is where the values of a document lie in the list layout.
func (t *Terms) span(doc uint32) (from, to uint32) { return spanOf(&t.listed, &t.starts, t.docs, doc) }

// spanOf finds the values of a document in the list layout; none is an empty span.
func spanOf(listed, starts *ints, docs, doc uint32) (from, to uint32) {
	i, ok := rank(listed, docs, doc)
	switch {
	case !ok:
		return 0, 0
	case starts.n == 0:
		return i, i + 1
	}
	return uint32(starts.at(i)), uint32(starts.at(i + 1))
}

// rank finds doc in a sorted list of documents; the list of all documents needs no search.
func rank(list *ints, docs, doc uint32) (uint32, bool) {
	if list.n == docs {
		return doc, true
	}
	i := uint32(sort.Search(int(list.n), func(i int) bool { return uint32(list.at(uint32(i))) >= doc }))
	return i, i < list.n && uint32(list.at(i)) == doc
}

// Docs returns the documents that have a term, as a new bitmap that the caller owns.
func (t *Terms) Docs() *roaring.Bitmap {
	if t.prefix != "" {
		return t.Postings(0, uint32(t.Len()))
	}
	docs := roaring.New()
	switch {
	case t.count == t.docs:
		docs.AddRange(0, uint64(t.docs))
	case t.dense():
		return t.scan(0, t.dict.n)
	default:
		addAll(docs, &t.listed)
	}
	return docs
}

// addAll adds a sorted list of documents.
func addAll(to *roaring.Bitmap, list *ints) {
	var buf [blockSize]int64
	docs := make([]uint32, 0, blockSize)
	for b := range uint32(len(list.heads)) {
		docs = docs[:0]
		for _, d := range list.load(b, buf[:]) {
			docs = append(docs, uint32(d))
		}
		to.AddMany(docs)
	}
}

// Postings returns the documents that have a term with an ordinal in [from, to), as a new bitmap that the caller owns.
func (t *Terms) Postings(from, to uint32) *roaring.Bitmap {
	docs := roaring.New()
	from, to = t.lo+from, t.lo+to
	if from >= to {
		return docs
	}
	if t.post.unique.n > 0 {
		for ord := from; ord < to; ord++ {
			docs.Add(uint32(t.post.unique.at(ord)))
		}
		return docs
	}
	for ord := from; ord < to; ord++ {
		l := readDocs(t.post.record(ord))
		if l.form == formScan || int(to-from) > int(t.docs)/8 {
			return t.scan(from, to)
		}
		l.addTo(docs)
	}
	return docs
}

// scan returns the documents that have an ordinal of the dictionary in [lo, hi), by reading the ordinals.
func (t *Terms) scan(lo, hi uint32) *roaring.Bitmap {
	if t.dense() {
		return bitmapOf(scanRange(&t.values, int64(lo)+1, int64(hi)))
	}
	return t.listedDocs(scanRange(&t.values, int64(lo), int64(hi)-1))
}

func (t *Terms) listedDocs(values []uint64) *roaring.Bitmap {
	return listedDocs(values, &t.listed, &t.starts, t.docs)
}

// listedDocs turns a bit for each value of the list layout into the documents that have them.
func listedDocs(values []uint64, listed, starts *ints, docs uint32) *roaring.Bitmap {
	set := make([]uint64, words(docs))
	i := uint32(0) // of the listed document
	for w, word := range values {
		for ; word != 0; word &= word - 1 {
			at := uint32(w*64 + bits.TrailingZeros64(word))
			if starts.n == 0 {
				i = at
			} else {
				for uint32(starts.at(i+1)) <= at {
					i++
				}
			}
			doc := uint32(listed.at(i))
			set[doc/64] |= 1 << (doc % 64)
		}
	}
	return bitmapOf(set)
}

func words(bits uint32) int { return int((uint64(bits) + 63) / 64) }

// bitmapOf turns a bit for each document into a bitmap.
func bitmapOf(set []uint64) *roaring.Bitmap { return roaring.FromDense(set, true) }

// scanRange sets a bit for each number that lies in [lo, hi]. Blocks that lie inside or outside as a whole are not read.
func scanRange(values *ints, lo, hi int64) []uint64 {
	set := make([]uint64, words(values.n))
	var buf [blockSize]int64
	for b := range uint32(len(values.heads)) {
		least, greatest := values.heads[b].bounds()
		if least > hi || greatest < lo {
			continue
		}
		out := set[b<<(blockShift-6):]
		vals := values.load(b, buf[:])
		for i, v := range vals {
			in := uint64(0)
			if v >= lo && v <= hi {
				in = 1
			}
			out[i>>6] |= in << (i & 63)
		}
	}
	return set
}
