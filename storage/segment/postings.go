package segment

import (
	"encoding/binary"
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"
)

// A record holds the documents of a term. It begins with uvarint(number of documents << 3 | severalTimes | form).
const (
	formGaps   = 0 // the gaps between the documents, Rice coded: a byte with the bits of the remainders, then the gaps; of one document its uvarint number
	formBitmap = 1 // a roaring bitmap, behind its uvarint length
	formScan   = 2 // nothing: the documents are found by reading the ordinals of all
	formMask   = 3
	// severalTimes says of a word that a document has it more than once; frequencies stand before the positions then.
	severalTimes = 4
	headBits     = 3
)

// scanShare is the share of documents (one in scanShare) from which on the documents of a keyword are not listed, and bitmapShare that from which on those of a
// word are a bitmap: the gaps would take as much.
const (
	scanShare   = 32
	bitmapShare = 4
)

// appendDocs appends the documents of a term. flags are severalTimes or 0; scan says that the column's ordinals tell the documents of frequent terms.
func appendDocs(buf []byte, docs []uint32, numDocs uint32, flags uint64, scan bool) []byte {
	head := uint64(len(docs))<<headBits | flags
	switch {
	case scan && len(docs)*scanShare > int(numDocs) && len(docs) > scanShare:
		return binary.AppendUvarint(buf, head|formScan)
	case !scan && len(docs)*bitmapShare > int(numDocs) && len(docs) > scanShare:
		return appendBitmap(binary.AppendUvarint(buf, head|formBitmap), docs)
	}
	buf = binary.AppendUvarint(buf, head|formGaps)
	if len(docs) == 1 {
		return binary.AppendUvarint(buf, uint64(docs[0]))
	}
	return appendGaps(buf, docs)
}

func appendBitmap(buf []byte, docs []uint32) []byte {
	b := roaring.New()
	b.AddMany(docs)
	b.RunOptimize()
	raw, err := b.ToBytes()
	if err != nil {
		panic("BUG: segment: a bitmap in memory cannot be written: " + err.Error())
	}
	return append(binary.AppendUvarint(buf, uint64(len(raw))), raw...)
}

// appendGaps appends the gaps between ascending documents: what is left after dividing by a power of two, and the quotient as that many ones and a zero before it.
// With the power near the mean gap a gap takes about two bits more than its logarithm. See https://en.wikipedia.org/wiki/Golomb_coding.
func appendGaps(buf []byte, docs []uint32) []byte {
	mean := (uint64(docs[len(docs)-1]) + 1) / uint64(len(docs))
	k := max(bits.Len64(mean*7/10)-1, 0)
	buf = append(buf, byte(k))
	w := bitsWriter{buf: buf}
	last := int64(-1)
	for _, d := range docs {
		gap := uint32(int64(d) - last - 1)
		last = int64(d)
		q := gap >> k
		for ; q >= 32; q -= 32 {
			w.put(1<<32-1, 32)
		}
		w.put(uint64(1)<<q-1, int(q)+1)
		w.put(uint64(gap)&(1<<k-1), k)
	}
	return w.flush()
}

// docList is the decoded head of a term's record.
type docList struct {
	form    byte
	several bool
	count   int
	body    []byte
}

func readDocs(record []byte) docList {
	head, n := binary.Uvarint(record)
	return docList{form: byte(head & formMask), several: head&severalTimes != 0, count: int(head >> headBits), body: record[n:]}
}

// bitmap returns the documents of formBitmap, and what follows them in the record.
func (l *docList) bitmap() (b *roaring.Bitmap, rest []byte) {
	size, n := binary.Uvarint(l.body)
	b = roaring.New()
	if _, err := b.FromBuffer(l.body[n : n+int(size)]); err != nil {
		panic("segment: bitmap of a term cannot be read: " + err.Error())
	}
	return b, l.body[n+int(size):]
}

// addTo adds the documents to a bitmap. Not for formScan.
func (l *docList) addTo(b *roaring.Bitmap) {
	if l.form == formBitmap {
		own, _ := l.bitmap()
		b.Or(own)
		return
	}
	docs, _ := l.list(nil)
	b.AddMany(docs)
}

// list appends the documents to buf, ascending, and returns what follows them in the record. Not for formScan.
func (l *docList) list(buf []uint32) (docs []uint32, rest []byte) {
	switch {
	case l.form == formBitmap:
		b, rest := l.bitmap()
		it := b.ManyIterator()
		at := len(buf)
		buf = append(buf, make([]uint32, l.count)...)
		for at < len(buf) {
			n := it.NextMany(buf[at:])
			if n == 0 {
				panic("segment: bitmap of a term has fewer documents than its record says")
			}
			at += n
		}
		return buf, rest
	case l.count == 1:
		doc, n := binary.Uvarint(l.body)
		return append(buf, uint32(doc)), l.body[n:]
	}
	r := bitsReader{buf: l.body[1:]}
	k := int(l.body[0])
	last := uint32(1<<32 - 1) // -1
	for range l.count {
		q := r.ones()
		last += q<<k + uint32(r.take(k)) + 1
		buf = append(buf, last)
	}
	return buf, r.rest()
}

// bitsWriter appends numbers to bytes, from the low bit on.
type bitsWriter struct {
	buf  []byte
	word uint64
	used int
}

// put appends a number of at most 56 bits.
func (w *bitsWriter) put(v uint64, width int) {
	w.word |= v << w.used
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

// bitsReader reads what a bitsWriter has written. Behind the end it gives zeros.
type bitsReader struct {
	buf  []byte
	at   int // of the next byte
	word uint64
	have int // bits of word
}

// fill makes at least 56 bits ready, if there are as many.
func (r *bitsReader) fill() {
	if r.at+8 <= len(r.buf) {
		r.word |= binary.LittleEndian.Uint64(r.buf[r.at:]) << r.have
		n := (63 - r.have) >> 3
		r.at += n
		r.have += n << 3
		return
	}
	for r.have <= 56 && r.at < len(r.buf) {
		r.word |= uint64(r.buf[r.at]) << r.have
		r.at++
		r.have += 8
	}
}

// take reads a number of at most 56 bits.
func (r *bitsReader) take(width int) uint64 {
	if r.have < width {
		r.fill()
	}
	v := r.word & (1<<width - 1)
	r.word >>= width
	r.have -= width
	return v
}

// ones counts ones up to a zero, which it reads too.
func (r *bitsReader) ones() (n uint32) {
	for {
		if r.have == 0 {
			r.fill()
		}
		ones := bits.TrailingZeros64(^r.word)
		if ones < r.have || r.have <= 0 {
			r.word >>= ones + 1
			r.have -= ones + 1
			return n + uint32(ones)
		}
		n += uint32(r.have)
		r.word, r.have = 0, 0
	}
}

// rest is what follows the byte in which the reader is.
func (r *bitsReader) rest() []byte { return r.buf[min(max(r.at-r.have>>3, 0), len(r.buf)):] }

// appendPacked appends numbers: uvarint of the least << 1, with the lowest bit set if they differ; then a byte with the bits of each difference to it, and the differences.
func appendPacked(buf []byte, v []uint32) []byte {
	lo, hi := v[0], v[0]
	for _, x := range v {
		lo, hi = min(lo, x), max(hi, x)
	}
	width := bits.Len32(hi - lo)
	if width == 0 {
		return binary.AppendUvarint(buf, uint64(lo)<<1)
	}
	w := bitsWriter{buf: append(binary.AppendUvarint(buf, uint64(lo)<<1|1), byte(width))}
	for _, x := range v {
		w.put(uint64(x-lo), width)
	}
	return w.flush()
}

// readPacked appends n numbers to v, and returns what follows them.
func readPacked(buf []byte, n int, v []uint32) (all []uint32, rest []byte) {
	head, size := binary.Uvarint(buf)
	lo := uint32(head >> 1)
	if head&1 == 0 {
		for range n {
			v = append(v, lo)
		}
		return v, buf[size:]
	}
	r := bitsReader{buf: buf[size+1:]}
	width := int(buf[size])
	for range n {
		v = append(v, lo+uint32(r.take(width)))
	}
	return v, r.rest()
}
