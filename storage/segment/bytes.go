package segment

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
	"hash/maphash"
	"io"
	"unsafe"
)

// The arrays of a segment are read where they lie, so the machine must be little-endian, as all that Go runs servers on are;
// output keeps each array on a multiple of its element's size.

func raws(data []byte, s span) []byte { return data[s.Off : s.Off+s.Len : s.Off+s.Len] }

func u32s(data []byte, s span) []uint32 { return view[uint32](data, s) }
func u64s(data []byte, s span) []uint64 { return view[uint64](data, s) }

func view[T uint32 | uint64 | intsHead](data []byte, s span) []T {
	var zero T
	if s.Len == 0 {
		return nil
	}
	b := raws(data, s)
	return unsafe.Slice((*T)(unsafe.Pointer(&b[0])), len(b)/int(unsafe.Sizeof(zero)))
}

// output writes the arrays of a segment one after the other and says where each lies. An array with the bytes of an earlier one is not written again: columns are
// often copies of each other, as `@timestamp` is of the time by which documents are ordered. The first error stays and ends all writing.
type output struct {
	w    *bufio.Writer
	off  uint64
	err  error
	seed maphash.Seed
	seen map[arrayHash]uint64 // offset of each array
	held []byte               // of the arrayWriter
}

// arrayHash stands for the bytes of an array. The seed is secret, so that nobody can make two arrays that it takes for one.
type arrayHash struct {
	size, hash uint64
	crc        uint32
}

// leastShared is the size from which on an array is looked for among the earlier ones.
const leastShared = 64

func newOutput(w io.Writer) *output {
	return &output{w: bufio.NewWriterSize(w, 1<<20), seed: maphash.MakeSeed(), seen: map[arrayHash]uint64{}}
}

func (o *output) write(b []byte) {
	if o.err != nil {
		return
	}
	var n int
	n, o.err = o.w.Write(b)
	o.off += uint64(n)
}

// begin goes on to a multiple of eight, and returns the empty span there.
func (o *output) begin() span {
	var zeros [8]byte
	o.write(zeros[:(8-o.off%8)%8])
	return span{Off: o.off}
}

// bytes writes b on a multiple of eight.
func (o *output) bytes(b []byte) span {
	s := span{Len: uint64(len(b)), CRC: crc32.Checksum(b, castagnoli)}
	hash := arrayHash{size: s.Len, crc: s.CRC}
	if len(b) >= leastShared {
		hash.hash = maphash.Bytes(o.seed, b)
		if off, ok := o.seen[hash]; ok {
			s.Off = off
			return s
		}
	}
	s.Off = o.begin().Off
	o.write(b)
	if len(b) >= leastShared {
		o.seen[hash] = s.Off
	}
	return s
}

func (o *output) u32s(v []uint32) span { return o.bytes(memory(v)) }
func (o *output) u64s(v []uint64) span { return o.bytes(memory(v)) }

func memory[T uint32 | uint64 | intsHead](v []T) []byte {
	var zero T
	if len(v) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&v[0])), len(v)*int(unsafe.Sizeof(zero)))
}

func (o *output) u64(v uint64) { o.write(binary.LittleEndian.AppendUint64(nil, v)) }
func (o *output) u32(v uint32) { o.write(binary.LittleEndian.AppendUint32(nil, v)) }

func (o *output) flush() error {
	if o.err != nil {
		return o.err
	}
	return o.w.Flush()
}
