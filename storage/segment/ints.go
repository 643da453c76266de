package segment

import "math/bits"

// ints is an immutable array of integers, packed: blocks of blockSize numbers, each stored as the difference to the block's least one in as
// many bits as the greatest difference needs. Equal numbers cost nothing, and any number is read in constant time.
type ints struct {
	n     uint32
	heads []intsHead
	words []uint64 // two more than the blocks fill, so that reading over the end of a word needs no test
}

// intsHead says how a block is packed.
type intsHead struct {
	base  int64
	word  uint32 // where the block begins in words
	width uint32 // bits of each number
}

const (
	blockShift = 9
	blockSize  = 1 << blockShift
)

// intsMeta is where an ints lies.
type intsMeta struct {
	N            uint32
	Heads, Words span
}

func (s *Segment) ints(m intsMeta) ints {
	return ints{n: m.N, heads: view[intsHead](s.data, m.Heads), words: u64s(s.data, m.Words)}
}

// at returns one number.
func (a *ints) at(i uint32) int64 {
	h := &a.heads[i>>blockShift]
	bit := uint64(i&(blockSize-1)) * uint64(h.width)
	w := uint64(h.word) + bit>>6
	bit &= 63
	v := a.words[w]>>bit | a.words[w+1]<<(64-bit) // a shift by 64 gives 0
	return h.base + int64(v&(1<<h.width-1))
}

// bounds are limits between which all numbers of a block lie.
func (h *intsHead) bounds() (lo, hi int64) {
	spread := int64(uint64(1)<<h.width - 1)
	if h.width >= 63 || h.base > maxInt64-spread {
		return h.base, maxInt64
	}
	return h.base, h.base + spread
}

const maxInt64 = 1<<63 - 1

// load unpacks a whole block into buf, which has room for blockSize numbers, and returns those that there are.
func (a *ints) load(block uint32, buf []int64) []int64 {
	n := min(a.n-block<<blockShift, blockSize)
	h := &a.heads[block]
	buf = buf[:n]
	if h.width == 0 {
		for i := range buf {
			buf[i] = h.base
		}
		return buf
	}
	unpackInts(a.words[h.word:], h.base, uint64(h.width), 0, buf)
	return buf
}

// unpackInts reads the numbers of a block from one on into buf.
func unpackInts[T int64 | uint32](words []uint64, base int64, width, from uint64, buf []T) {
	mask := uint64(1)<<width - 1
	bit := from * width
	for i := range buf {
		w, off := bit>>6, bit&63
		buf[i] = T(base + int64((words[w]>>off|words[w+1]<<(64-off))&mask))
		bit += width
	}
}

// gather reads the numbers at ascending places, repeats among them, into out, which is as long. Blocks of which many are wanted are unpacked as a whole.
func gather[T int64 | uint32](a *ints, places []uint32, out []T) {
	if consecutive(places) {
		readRange(a, places[0], out[:len(places)])
		return
	}
	var buf [blockSize]int64
	for i := 0; i < len(places); {
		block := places[i] >> blockShift
		end := i + 1
		for end < len(places) && places[end]>>blockShift == block {
			end++
		}
		if (end-i)*8 < blockSize {
			for ; i < end; i++ {
				out[i] = T(a.at(places[i]))
			}
			continue
		}
		vals := a.load(block, buf[:])
		for ; i < end; i++ {
			out[i] = T(vals[places[i]&(blockSize-1)])
		}
	}
}

// consecutive reports whether places follow each other. A place may be there several times, so the ends do not tell.
func consecutive(places []uint32) bool {
	n := len(places)
	if n == 0 || int(places[n-1]-places[0]) != n-1 {
		return false
	}
	for i, p := range places {
		if p != places[0]+uint32(i) {
			return false
		}
	}
	return true
}

// readRange reads the numbers from a place on into out.
func readRange[T int64 | uint32](a *ints, from uint32, out []T) {
	for len(out) > 0 {
		h, at := &a.heads[from>>blockShift], from&(blockSize-1)
		n := min(len(out), int(blockSize-at))
		if h.width == 0 {
			for i := range out[:n] {
				out[i] = T(h.base)
			}
		} else {
			unpackInts(a.words[h.word:], h.base, uint64(h.width), uint64(at), out[:n])
		}
		out, from = out[n:], from+uint32(n)
	}
}

// writeInts packs numbers.
func writeInts[T int64 | uint32](out *output, v []T) intsMeta {
	p := intsPacker{heads: make([]intsHead, 0, (len(v)+blockSize-1)/blockSize)}
	for from := 0; from < len(v); from += blockSize {
		packBlock(&p, v[from:min(from+blockSize, len(v))])
	}
	p.end()
	return p.write(out, uint32(len(v)))
}

// intsPacker collects packed blocks.
type intsPacker struct {
	heads []intsHead
	words []uint64
	word  uint64
	used  int // bits of word
}

func packBlock[T int64 | uint32](p *intsPacker, v []T) {
	p.flush()
	lo, hi := v[0], v[0]
	for _, x := range v {
		lo, hi = min(lo, x), max(hi, x)
	}
	width := bits.Len64(uint64(int64(hi)) - uint64(int64(lo)))
	p.heads = append(p.heads, intsHead{base: int64(lo), word: uint32(len(p.words)), width: uint32(width)})
	if width == 0 {
		return
	}
	for _, x := range v {
		p.put(uint64(int64(x))-uint64(int64(lo)), width)
	}
}

func (p *intsPacker) put(v uint64, width int) {
	p.word |= v << p.used
	if p.used+width < 64 {
		p.used += width
		return
	}
	p.words = append(p.words, p.word)
	p.word = v >> (64 - p.used) // 0 if used is 0
	p.used += width - 64
}

// end ends the last block.
func (p *intsPacker) end() {
	p.flush()
	p.words = append(p.words, 0, 0)
}

func (p *intsPacker) write(out *output, n uint32) intsMeta {
	return intsMeta{N: n, Heads: out.bytes(memory(p.heads)), Words: out.u64s(p.words)}
}

// flush ends a word, so that the next block begins with one.
func (p *intsPacker) flush() {
	if p.used > 0 {
		p.words = append(p.words, p.word)
		p.word, p.used = 0, 0
	}
}
