package segment

import "math/bits"

// EncodeLength turns a number of words into the byte that Lucene keeps of it (SmallFloat.intToByte4): exact up to 40, above that four
// significant bits. 0 is the only length that gives 0.
//
// See https://github.com/apache/lucene/blob/main/lucene/core/src/java/org/apache/lucene/util/SmallFloat.java.
func EncodeLength(n uint32) byte {
	const free = 24 // lengths below this are kept as they are, before the four-bit floats begin
	if n < free {
		return byte(n)
	}
	return byte(free + encodeFloat4(n-free))
}

// DecodeLength is the least length that EncodeLength turns into b.
func DecodeLength(b byte) uint32 {
	const free = 24
	if b < free {
		return uint32(b)
	}
	return free + decodeFloat4(uint32(b)-free)
}

func encodeFloat4(n uint32) uint32 {
	width := bits.Len32(n)
	if width < 4 {
		return n
	}
	shift := uint32(width - 4)
	return n>>shift&7 | (shift+1)<<3
}

func decodeFloat4(e uint32) uint32 {
	if e>>3 == 0 {
		return e
	}
	return (e&7 | 8) << (e>>3 - 1)
}
