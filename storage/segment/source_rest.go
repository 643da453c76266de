package segment

import (
	"fmt"
	"sort"
)

// restBlockBytes is the size from which on a block of rests is closed: large enough to compress, small enough to be read for one hit.
const restBlockBytes = 64 << 10

// restMeta says where the rests lie: compressed blocks of whole documents in order.
type restMeta struct {
	BlockEnds span     // u64: end of each compressed block in Bytes
	BlockDocs span     // u32: number of the first document after each block
	DocEnds   intsMeta // end of each document inside its block, uncompressed
	Bytes     span
}

type restColumn struct {
	blockEnds []uint64
	blockDocs []uint32
	docEnds   ints
	bytes     []byte
}

func (s *Segment) rests(m restMeta) restColumn {
	return restColumn{blockEnds: u64s(s.data, m.BlockEnds), blockDocs: u32s(s.data, m.BlockDocs), docEnds: s.ints(m.DocEnds), bytes: raws(s.data, m.Bytes)}
}

// slice cuts one document out of its block, without copying.
func (c *restColumn) slice(raw []byte, first, doc uint32) ([]byte, error) {
	from := uint32(0)
	if doc > first {
		from = uint32(c.docEnds.at(doc - 1))
	}
	to := uint32(c.docEnds.at(doc))
	if from > to || int(to) > len(raw) {
		return nil, fmt.Errorf("block of %d bytes is shorter than its documents", len(raw))
	}
	return raw[from:to:to], nil
}

// restReader reads rests, keeping the block that it read last. It is for one goroutine.
type restReader struct {
	c           *restColumn
	raw         []byte
	first, next uint32 // documents of raw: [first, next)
}

// read returns the rest of a document. It is valid until the next call.
func (r *restReader) read(doc uint32) ([]byte, error) {
	if doc < r.first || doc >= r.next {
		if err := r.load(doc); err != nil {
			return nil, err
		}
	}
	return r.c.slice(r.raw, r.first, doc)
}

func (r *restReader) load(doc uint32) (err error) {
	c := r.c
	b := sort.Search(len(c.blockDocs), func(i int) bool { return c.blockDocs[i] > doc })
	if b == len(c.blockDocs) {
		return fmt.Errorf("no such document")
	}
	var from uint64
	r.first, r.next = 0, 0
	first := uint32(0)
	if b > 0 {
		from, first = c.blockEnds[b-1], c.blockDocs[b-1]
	}
	if r.raw, err = unpack(r.raw[:0], c.bytes[from:c.blockEnds[b]]); err != nil {
		return err
	}
	r.first, r.next = first, c.blockDocs[b]
	return nil
}

// restWriter collects rests in the order of documents.
type restWriter struct {
	out       *output
	block     []byte
	packed    []byte
	written   uint64
	at        span
	blockEnds []uint64
	blockDocs []uint32
	docEnds   []uint32
}

func newRestWriter(out *output) *restWriter { return &restWriter{out: out, at: out.begin()} }

func (w *restWriter) add(rest []byte) {
	w.block = append(w.block, rest...)
	w.docEnds = append(w.docEnds, uint32(len(w.block)))
	if len(w.block) >= restBlockBytes {
		w.close()
	}
}

func (w *restWriter) close() {
	if len(w.docEnds) == 0 || len(w.blockDocs) > 0 && int(w.blockDocs[len(w.blockDocs)-1]) == len(w.docEnds) {
		return
	}
	w.packed = pack(w.packed[:0], w.block)
	w.out.write(w.packed)
	w.written += uint64(len(w.packed))
	w.blockEnds = append(w.blockEnds, w.written)
	w.blockDocs = append(w.blockDocs, uint32(len(w.docEnds)))
	w.block = w.block[:0]
}

func (w *restWriter) finish() restMeta {
	w.close()
	w.at.Len = w.written
	return restMeta{Bytes: w.at, BlockEnds: w.out.u64s(w.blockEnds), BlockDocs: w.out.u32s(w.blockDocs), DocEnds: writeInts(w.out, w.docEnds)}
}
