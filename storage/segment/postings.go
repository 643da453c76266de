package segment

import (
	"encoding/binary"
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"
)

// The documents of a term are kept in one of these forms, told by the first byte of its record. Ordinals that have no record of documents are found by
// reading the ordinals of all documents.
const (
	formGaps   = 1 // uvarint number of documents, then uvarint gaps between them, the first from -1
	formBitmap = 2 // a roaring bitmap, with its length before it
	formScan   = 3 // uvarint number of documents, which are found by the ordinals
)

// bitmapShare is the share of documents (one in bitmapShare) from which on a list of words is kept as a bitmap, and a list of ordinals not at all.
const bitmapShare = 32

// appendDocs appends the documents of a term. scan says that the column's ordinals tell the documents of frequent terms.
func appendDocs(buf []byte, docs []uint32, numDocs uint32, scan bool) []byte {
	switch frequent := len(docs)*bitmapShare > int(numDocs) && len(docs) > bitmapShare; {
	case frequent && scan:
		return binary.AppendUvarint(append(buf, formScan), uint64(len(docs)))
	case frequent:
		b := roaring.New()
		b.AddMany(docs)
		b.RunOptimize()
		raw, err := b.ToBytes()
		if err != nil {
			panic("BUG: segment: a bitmap in memory cannot be written: " + err.Error())
		}
		return append(binary.AppendUvarint(append(buf, formBitmap), uint64(len(raw))), raw...)
	}
	buf = binary.AppendUvarint(append(buf, formGaps), uint64(len(docs)))
	last := int64(-1)
	for _, d := range docs {
		buf = binary.AppendUvarint(buf, uint64(int64(d)-last))
		last = int64(d)
	}
	return buf
}

// docList is the decoded head of a term's record.
type docList struct {
	form  byte
	count int
	body  []byte // gaps, or the bitmap
	rest  []byte // what follows in the record
}

// readDocs reads the head of a record. Its rest is only known for formScan and formBitmap; gaps end where decode says.
func readDocs(record []byte) docList {
	l := docList{form: record[0]}
	n, size := binary.Uvarint(record[1:])
	body := record[1+size:]
	switch l.form {
	case formBitmap:
		l.body, l.rest = body[:n], body[n:]
		l.count = int(l.bitmap().GetCardinality())
	case formGaps:
		l.count, l.body = int(n), body
	default:
		l.count, l.rest = int(n), body
	}
	return l
}

func (l *docList) bitmap() *roaring.Bitmap {
	b := roaring.New()
	if _, err := b.FromBuffer(l.body); err != nil {
		panic("segment: bitmap of a term cannot be read: " + err.Error())
	}
	return b
}

// addTo adds the documents to a bitmap. Not for formScan.
func (l *docList) addTo(b *roaring.Bitmap) {
	if l.form == formBitmap {
		b.Or(l.bitmap())
		return
	}
	b.AddMany(l.list())
}

// list returns the documents, ascending, and sets rest. Not for formScan.
func (l *docList) list() []uint32 {
	if l.form == formBitmap {
		return l.bitmap().ToArray()
	}
	docs := make([]uint32, l.count)
	last, body := int64(-1), l.body
	for i := range docs {
		gap, n := binary.Uvarint(body)
		body = body[n:]
		last += int64(gap)
		docs[i] = uint32(last)
	}
	l.rest = body
	return docs
}

// bitsWriter appends numbers of a fixed width to bytes.
type bitsWriter struct {
	buf  []byte
	word uint64
	used int
}

func (w *bitsWriter) put(v uint32, width int) {
	w.word |= uint64(v) << w.used
	for w.used += width; w.used >= 8; w.used -= 8 {
		w.buf = append(w.buf, byte(w.word))
		w.word >>= 8
	}
}

func (w *bitsWriter) flush() []byte {
	if w.used > 0 {
		w.buf = append(w.buf, byte(w.word))
	}
	w.word, w.used = 0, 0
	return w.buf
}

// appendPacked appends numbers: uvarint of the least, a byte with the width, then the differences to it.
func appendPacked(buf []byte, v []uint32) []byte {
	lo, hi := v[0], v[0]
	for _, x := range v {
		lo, hi = min(lo, x), max(hi, x)
	}
	width := bits.Len32(hi - lo)
	buf = append(binary.AppendUvarint(buf, uint64(lo)), byte(width))
	if width == 0 {
		return buf
	}
	w := bitsWriter{buf: buf}
	for _, x := range v {
		w.put(x-lo, width)
	}
	return w.flush()
}

// readPacked reads n numbers and returns what follows them.
func readPacked(buf []byte, n int) (v []uint32, rest []byte) {
	lo, size := binary.Uvarint(buf)
	width := int(buf[size])
	buf = buf[size+1:]
	v = make([]uint32, n)
	word, have, at := uint64(0), 0, 0
	mask := uint64(1)<<width - 1
	for i := range v {
		for have < width {
			word |= uint64(buf[at]) << have
			at++
			have += 8
		}
		v[i] = uint32(lo) + uint32(word&mask)
		word >>= width
		have -= width
	}
	return v, buf[at:]
}
