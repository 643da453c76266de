package segment

import (
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/storage/document"
)

// Text is the column of an analysed text: a dictionary of its words, and for each word the documents, how often and where.
// It has what BM25 needs: lengths, their sum, and the number of documents with the field.
type Text struct {
	dictionary
	freqs     []uint32
	posEnds   []uint32
	positions []uint32
	lengths   []byte
	present   []uint64 // a bit for each document with the field; nil where all have it
	count     uint32
	sum       uint64
	docs      uint32
}

// Text returns the column of that name, or nil if the segment has none or it is not of kind Text.
func (s *Segment) Text(field string) *Text {
	c := s.columns[field]
	if c == nil || c.Kind != document.Text {
		return nil
	}
	return &Text{
		dictionary: s.dictionary(c), count: c.Count, sum: c.SumLength, docs: s.dir.Docs,
		freqs: u32s(s.data, c.PostFreqs), posEnds: u32s(s.data, c.PosEnds), positions: u32s(s.data, c.Positions),
		lengths: raws(s.data, c.Lengths), present: u64s(s.data, c.Present),
	}
}

// Len is the number of distinct words; their ordinals are 0 to Len-1, in ascending order of the words.
func (t *Text) Len() int { return len(t.ends) }

// Term is the word of an ordinal. The string shares the segment's memory: clone it to keep it longer than the snapshot.
func (t *Text) Term(ord uint32) string { return t.term(ord) }

// Seek returns the ordinal of the first word that is not less than term (Len if there is none), and whether it is term itself.
func (t *Text) Seek(term string) (ord uint32, exact bool) {
	i := sort.Search(t.Len(), func(i int) bool { return t.term(uint32(i)) >= term })
	return uint32(i), i < t.Len() && t.term(uint32(i)) == term
}

// DocFreq is the number of documents that have the word, deleted ones included.
func (t *Text) DocFreq(ord uint32) int { return len(t.list(ord)) }

// DocCount is the number of documents that have a word of the field, deleted ones included.
func (t *Text) DocCount() int { return int(t.count) }

// SumLengths is the number of words in all documents, deleted ones included.
func (t *Text) SumLengths() uint64 { return t.sum }

// Length is the number of a document's words as Lucene's norm keeps it: exact up to 40, above that rounded down (DecodeLength).
func (t *Text) Length(doc uint32) uint32 { return DecodeLength(t.lengths[doc]) }

// Docs returns the documents that have the field, as a new bitmap that the caller owns.
func (t *Text) Docs() *roaring.Bitmap {
	docs := roaring.New()
	if t.present == nil {
		docs.AddRange(0, uint64(t.docs))
		return docs
	}
	addPresent(docs, t.docs, func(doc uint32) bool { return t.present[doc/64]&(1<<(doc%64)) != 0 })
	return docs
}

// Matching returns the documents that have a word with an ordinal in [from, to), as a new bitmap that the caller owns.
func (t *Text) Matching(from, to uint32) *roaring.Bitmap {
	docs := roaring.New()
	for ord := from; ord < to; ord++ {
		docs.AddMany(t.list(ord))
	}
	return docs
}

// Postings returns an iterator over the documents of one word, ascending, that stands before the first.
func (t *Text) Postings(ord uint32) *Postings {
	from, to := start(t.postEnds, ord), t.postEnds[ord]
	return &Postings{text: t, begin: int(from), at: int(from) - 1, end: int(to)}
}

// Postings walks the documents of one word. It is for one goroutine.
type Postings struct {
	text           *Text
	begin, at, end int
}

// Next moves to the next document, or returns false after the last.
func (p *Postings) Next() bool {
	p.at++
	return p.at < p.end
}

// Advance moves to the first document that is not less than doc and not before the present one, or returns false if there is none.
func (p *Postings) Advance(doc uint32) bool {
	p.at = max(p.at, p.begin)
	rest := p.text.postDocs[p.at:p.end]
	p.at += sort.Search(len(rest), func(i int) bool { return rest[i] >= doc })
	return p.at < p.end
}

// Doc is the present document.
func (p *Postings) Doc() uint32 { return p.text.postDocs[p.at] }

// Freq is how often the word occurs in the present document.
func (p *Postings) Freq() uint32 { return p.text.freqs[p.at] }

// Positions are the places of the word in the present document, ascending.
func (p *Postings) Positions() []uint32 {
	return p.text.positions[start(p.text.posEnds, uint32(p.at)):p.text.posEnds[p.at]]
}
