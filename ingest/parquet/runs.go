package parquet

import "encoding/binary"

// runs reads the hybrid of runs and packed bits that levels, indexes and truths are written in
// (https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE), one value at a time, so that a long run costs nothing.
type runs struct {
	buf   []byte
	width uint // of a value in bits, up to 32
	left  uint64
	value uint32 // of a run
	bits  []byte // of packed values; nil in a run
	at    uint   // in bits
}

// next returns false at the end, and where the text is damaged.
func (r *runs) next() (uint32, bool) {
	for r.left == 0 {
		if !r.begin() {
			return 0, false
		}
	}
	r.left--
	if r.bits == nil {
		return r.value, true
	}
	var word [8]byte
	copy(word[:], r.bits[r.at/8:])
	v := uint32(binary.LittleEndian.Uint64(word[:])>>(r.at%8)) & uint32(uint64(1)<<r.width-1)
	r.at += r.width
	return v, true
}

// begin reads the head of the next run.
func (r *runs) begin() bool {
	head, n := binary.Uvarint(r.buf)
	if n <= 0 || r.width > 32 {
		return false
	}
	r.buf, r.bits, r.at, r.left = r.buf[n:], nil, 0, head>>1
	if head&1 == 0 {
		size := int(r.width+7) / 8
		if len(r.buf) < size {
			return false
		}
		var word [4]byte
		copy(word[:], r.buf[:size])
		r.value, r.buf = binary.LittleEndian.Uint32(word[:]), r.buf[size:]
		return true
	}
	if r.width == 0 { // nothing but zeros
		r.value, r.left = 0, min(r.left, 1<<32)*8
		return true
	}
	groups := min(r.left, uint64(len(r.buf))/uint64(r.width)) // the last group may be cut off by some writers
	rest := r.buf[:min(uint64(len(r.buf)), r.left*uint64(r.width))]
	if r.left > groups+1 {
		return false
	}
	r.left = min(r.left*8, uint64(len(rest))*8/uint64(r.width))
	r.bits, r.buf = rest, r.buf[len(rest):]
	return r.left > 0
}
