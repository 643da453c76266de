package segment

import (
	"encoding/binary"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/storage/document"
)

// Text is the column of an analysed text: a dictionary of its words, and for each word the documents, how often and where.
// It has what BM25 needs: lengths, their sum, and the number of documents with the field.
type Text struct {
	dict    dictionary
	post    postings
	over    *Terms   // the keyword by whose ordinals records, lengths and present are; nil if they are by documents
	entries uint32   // number of those
	lengths ints     // length bytes
	present []uint64 // a bit for each entry with the field; nil where all have it
	count   uint32
	sum     uint64
}

// Text returns the column of that name, or nil if the segment has none or it is not of kind Text.
func (s *Segment) Text(field string) *Text {
	c := s.columns[field]
	if c == nil || c.Kind != document.Text {
		return nil
	}
	s.verify(c)
	t := &Text{
		dict: s.dictionary(c.Dict), post: s.postings(c), count: c.Count, sum: c.SumLength, entries: s.dir.Docs,
		lengths: s.ints(c.Lengths), present: u64s(s.data, c.Present),
	}
	if c.Over != "" {
		t.over = s.Terms(c.Over)
		t.entries = uint32(t.over.Len())
	}
	return t
}

// Len is the number of distinct words; their ordinals are 0 to Len-1, in ascending order of the words.
func (t *Text) Len() int { return int(t.dict.n) }

// Term is the word of an ordinal, in memory of its own. To go through many use Each.
func (t *Text) Term(ord uint32) string { return t.dict.at(ord) }

// Each calls f with the words from an ordinal on, ascending, until f returns false. The bytes are valid until f returns.
func (t *Text) Each(from uint32, f func(ord uint32, term []byte) bool) {
	for c := t.dict.cursor(from); c.ord < t.dict.n; {
		if !f(c.ord, c.term) || !c.next() {
			return
		}
	}
}

// Seek returns the ordinal of the first word that is not less than term (Len if there is none), and whether it is term itself.
func (t *Text) Seek(term string) (ord uint32, exact bool) { return t.dict.seek(term) }

// DocFreq is the number of documents that have the word, deleted ones included.
func (t *Text) DocFreq(ord uint32) int {
	if t.over != nil {
		n, _ := binary.Uvarint(t.post.record(ord))
		return int(n)
	}
	l := readDocs(t.post.record(ord))
	return l.count
}

// record reads the head of a word's record.
func (t *Text) record(ord uint32) docList {
	raw := t.post.record(ord)
	if t.over != nil {
		_, n := binary.Uvarint(raw)
		raw = raw[n:]
	}
	return readDocs(raw)
}

// DocCount is the number of documents that have a word of the field, deleted ones included.
func (t *Text) DocCount() int { return int(t.count) }

// SumLengths is the number of words in all documents, deleted ones included.
func (t *Text) SumLengths() uint64 { return t.sum }

// Length is the number of a document's words as Lucene's norm keeps it: exact up to 40, above that rounded down (DecodeLength).
func (t *Text) Length(doc uint32) uint32 {
	if t.over != nil {
		ord, ok := t.over.Ord(doc)
		if !ok {
			return 0
		}
		doc = ord
	}
	return DecodeLength(byte(t.lengths.at(doc)))
}

// Docs returns the documents that have the field, as a new bitmap that the caller owns.
func (t *Text) Docs() *roaring.Bitmap {
	entries := presentDocs(t.entries, t.present)
	if t.over != nil {
		return t.over.docsOf(entries)
	}
	return entries
}

// Matching returns the documents that have a word with an ordinal in [from, to), as a new bitmap that the caller owns.
func (t *Text) Matching(from, to uint32) *roaring.Bitmap {
	entries := roaring.New()
	for ord := from; ord < to; ord++ {
		l := t.record(ord)
		l.addTo(entries)
	}
	if t.over != nil {
		return t.over.docsOf(entries)
	}
	return entries
}

// Postings returns an iterator over the documents of one word, ascending, that stands before the first.
func (t *Text) Postings(ord uint32) *Postings {
	l := t.record(ord)
	p := &Postings{at: -1}
	p.docs, p.body = l.list(make([]uint32, 0, l.count))
	if l.several {
		p.freqs, p.body = readPacked(p.body, l.count, make([]uint32, 0, l.count))
	}
	p.entries = len(p.docs)
	if t.over != nil {
		p.docs, p.entry = t.over.spread(p.docs, t.DocFreq(ord))
	}
	return p
}

// Postings walks the documents of one word. It is for one goroutine.
type Postings struct {
	docs      []uint32
	entry     []uint32 // of each document: its place in the record; nil if that is its place in docs
	entries   int      // of the record
	freqs     []uint32 // of each entry; nil if all are 1
	body      []byte   // the packed positions
	positions []uint32 // unpacked when first asked for
	starts    []uint32 // of each entry's positions; nil if freqs is
	at        int
}

// Next moves to the next document, or returns false after the last.
func (p *Postings) Next() bool {
	p.at++
	return p.at < len(p.docs)
}

// Advance moves to the first document that is not less than doc and not before the present one, or returns false if there is none.
func (p *Postings) Advance(doc uint32) bool {
	p.at = max(p.at, 0)
	rest := p.docs[min(p.at, len(p.docs)):]
	p.at += sort.Search(len(rest), func(i int) bool { return rest[i] >= doc })
	return p.at < len(p.docs)
}

// Doc is the present document.
func (p *Postings) Doc() uint32 { return p.docs[p.at] }

// place is the present document's place in the record.
func (p *Postings) place() uint32 {
	if p.entry != nil {
		return p.entry[p.at]
	}
	return uint32(p.at)
}

// Freq is how often the word occurs in the present document.
func (p *Postings) Freq() uint32 {
	if p.freqs == nil {
		return 1
	}
	return p.freqs[p.place()]
}

// Positions are the places of the word in the present document, ascending.
func (p *Postings) Positions() []uint32 {
	if p.positions == nil {
		p.unpack()
	}
	n := p.place()
	if p.freqs == nil {
		return p.positions[n : n+1]
	}
	return p.positions[p.starts[n]:p.starts[n+1]]
}

func (p *Postings) unpack() {
	n := uint32(p.entries)
	if p.freqs != nil {
		p.starts = make([]uint32, p.entries+1)
		n = 0
		for i, f := range p.freqs {
			n += f
			p.starts[i+1] = n
		}
	}
	p.positions, _ = readPacked(p.body, int(n), make([]uint32, 0, n))
}
