package segment

import (
	"fmt"
	"sort"

	"github.com/klauspost/compress/zstd"
)

// sourceBlockBytes is the size from which on a block of sources is closed: large enough to compress, small enough to be read for one hit.
const sourceBlockBytes = 64 << 10

// sourceMeta says where the sources lie: compressed blocks of whole documents in order.
type sourceMeta struct {
	BlockEnds span     // u64: end of each compressed block in Bytes
	BlockDocs span     // u32: number of the first document after each block
	DocEnds   intsMeta // end of each document inside its block, uncompressed
	Bytes     span
}

type sourceColumn struct {
	blockEnds []uint64
	blockDocs []uint32
	docEnds   ints
	bytes     []byte
}

// slice cuts one document out of its block, without copying.
func (c *sourceColumn) slice(raw []byte, first, doc uint32) ([]byte, error) {
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

func newDecoder() (*zstd.Decoder, error) { return zstd.NewReader(nil, zstd.WithDecoderConcurrency(1)) }

// A SourceReader reads sources of one segment, keeping the block that it read last: hits that lie close together cost one decompression.
// It is for one goroutine. Close frees it.
type SourceReader struct {
	seg         *Segment
	decoder     *zstd.Decoder
	raw         []byte
	first, next uint32 // documents of raw: [first, next)
}

// Sources returns a reader of the segment's sources.
func (s *Segment) Sources() *SourceReader {
	if s.path != "" && !s.sourceVerified.Load() {
		s.verifySpans("_source", s.dir.Source.spans())
		s.sourceVerified.Store(true)
	}
	return &SourceReader{seg: s}
}

// Read returns the JSON of a document as it was written. It is valid until the next call.
func (r *SourceReader) Read(doc uint32) ([]byte, error) {
	c := &r.seg.source
	if doc < r.first || doc >= r.next {
		if err := r.load(c, doc); err != nil {
			return nil, r.seg.badSource(doc, err)
		}
	}
	src, err := c.slice(r.raw, r.first, doc)
	if err != nil {
		return nil, r.seg.badSource(doc, err)
	}
	return src, nil
}

func (r *SourceReader) load(c *sourceColumn, doc uint32) (err error) {
	if r.decoder == nil {
		if r.decoder, err = newDecoder(); err != nil {
			return err
		}
	}
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
	if r.raw, err = r.decoder.DecodeAll(c.bytes[from:c.blockEnds[b]], r.raw[:0]); err != nil {
		return err
	}
	r.first, r.next = first, c.blockDocs[b]
	return nil
}

// Close frees the reader.
func (r *SourceReader) Close() {
	if r.decoder != nil {
		r.decoder.Close()
	}
}

// sourceWriter collects sources in the order of documents.
type sourceWriter struct {
	out       *output
	encoder   *zstd.Encoder
	block     []byte
	packed    []byte
	written   uint64
	at        span
	blockEnds []uint64
	blockDocs []uint32
	docEnds   []uint32
}

func newSourceWriter(out *output) (*sourceWriter, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	return &sourceWriter{out: out, encoder: encoder, at: out.bytes(nil)}, nil
}

func (w *sourceWriter) add(source []byte) {
	w.block = append(w.block, source...)
	w.docEnds = append(w.docEnds, uint32(len(w.block)))
	if len(w.block) >= sourceBlockBytes {
		w.close()
	}
}

func (w *sourceWriter) close() {
	if len(w.docEnds) == 0 || len(w.blockDocs) > 0 && int(w.blockDocs[len(w.blockDocs)-1]) == len(w.docEnds) {
		return
	}
	w.packed = w.encoder.EncodeAll(w.block, w.packed[:0])
	w.out.write(w.packed)
	w.written += uint64(len(w.packed))
	w.blockEnds = append(w.blockEnds, w.written)
	w.blockDocs = append(w.blockDocs, uint32(len(w.docEnds)))
	w.block = w.block[:0]
}

func (w *sourceWriter) finish() (sourceMeta, error) {
	w.close()
	w.at.Len = w.written
	return sourceMeta{
		Bytes: w.at, BlockEnds: w.out.u64s(w.blockEnds), BlockDocs: w.out.u32s(w.blockDocs), DocEnds: writeInts(w.out, w.docEnds),
	}, w.encoder.Close()
}
