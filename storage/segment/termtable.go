package segment

import (
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"slices"
	"strings"
	"unsafe"
)

// A termTable numbers distinct terms in order of first use. Their bytes lie in one piece and nothing in it is a pointer, so that many terms are nothing to the garbage
// collector and cost no allocation each.
type termTable struct {
	bytes   []byte
	ends    []uint32   // of each term in bytes
	slots   []termSlot // by hash, a power of two; nil if nothing was numbered
	expects int        // terms
	// recent are those of the document before, whose n-th word is often that of the next one too.
	recent []termSlot
}

// A termSlot has what tells most terms from another without a look at their bytes: those of up to eight bytes it tells from all.
type termSlot struct {
	start uint64 // see termStart
	size  uint32
	next  uint32 // number of the term plus one; 0 is free
}

func (t *termTable) len() int { return len(t.ends) }

// size is about how much memory the table takes, in bytes.
func (t *termTable) size() int { return len(t.bytes) + len(t.ends)*termBytes }

// termBytes is what a term takes beside its bytes: its end, and two to four slots.
const termBytes = 64

// at is a term. It is valid as long as the table is.
func (t *termTable) at(ord uint32) string {
	from := start(t.ends, ord)
	return unsafe.String(unsafe.SliceData(t.bytes[from:]), t.ends[ord]-from)
}

// append adds a term that the table does not look up.
func (t *termTable) append(term string) uint32 {
	t.bytes = append(t.bytes, term...)
	t.ends = append(t.ends, uint32(len(t.bytes)))
	return uint32(len(t.ends) - 1)
}

// number is that of the n-th term of a document, which is added if it is new.
func (t *termTable) number(n int, term string) uint32 {
	first := termStart(term)
	if n < len(t.recent) && t.is(&t.recent[n], first, term) {
		return t.recent[n].next - 1
	}
	if len(t.ends)*2 >= len(t.slots) {
		t.grow()
	}
	slot := t.slot(first, term)
	if slot.next == 0 {
		*slot = termSlot{first, uint32(len(term)), t.append(term) + 1}
	}
	if n == len(t.recent) {
		t.recent = append(t.recent, *slot)
	} else if n < len(t.recent) {
		t.recent[n] = *slot
	}
	return slot.next - 1
}

// is reports whether the term of a slot that is not free is the one given.
func (t *termTable) is(s *termSlot, first uint64, term string) bool {
	return s.start == first && int(s.size) == len(term) && (len(term) <= 8 || t.at(s.next-1) == term)
}

// slot is where a term is, or would be.
func (t *termTable) slot(first uint64, term string) *termSlot {
	mask := uint64(len(t.slots) - 1)
	for i := hashTerm(first, term) & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.next == 0 || t.is(s, first, term) {
			return s
		}
	}
}

func (t *termTable) grow() {
	old := t.slots
	t.slots = make([]termSlot, max(16, 2*len(old), 1<<bits.Len(uint(2*t.expects))))
	mask := uint64(len(t.slots) - 1)
	for _, s := range old {
		if s.next == 0 {
			continue
		}
		i := hashTerm(s.start, t.at(s.next-1)) & mask
		for t.slots[i].next != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = s
	}
}

// termSeed and its parts are drawn anew for each process: whoever chooses terms cannot choose their hashes.
var (
	termSeed  = maphash.MakeSeed()
	termSeedA = maphash.String(termSeed, "a")
	termSeedB = maphash.String(termSeed, "b")
)

// hashTerm is a hash of a term with that start. Those of up to 16 bytes, which most are, are their first and last eight bytes, mixed as
// https://github.com/wangyi-fudan/wyhash does.
func hashTerm(first uint64, term string) uint64 {
	if len(term) > 16 {
		return maphash.String(termSeed, term)
	}
	last := uint64(len(term)) << 56
	if len(term) > 8 {
		last ^= binary.LittleEndian.Uint64(unsafe.Slice(unsafe.StringData(term), len(term))[len(term)-8:])
	}
	hi, lo := bits.Mul64(first^termSeedA, last^termSeedB)
	return hi ^ lo
}

// sorted returns the terms in order, valid as long as the table is, and the new number of each.
func (t *termTable) sorted() (terms []string, newOrd []uint32) {
	type termKey struct {
		start uint64 // which most often decides
		old   uint32
	}
	keys := make([]termKey, t.len())
	for i := range keys {
		keys[i] = termKey{termStart(t.at(uint32(i))), uint32(i)}
	}
	slices.SortFunc(keys, func(a, b termKey) int {
		if a.start != b.start {
			return cmp.Compare(a.start, b.start)
		}
		return strings.Compare(t.at(a.old), t.at(b.old))
	})
	terms, newOrd = make([]string, len(keys)), make([]uint32, len(keys))
	for i, k := range keys {
		terms[i], newOrd[k.old] = t.at(k.old), uint32(i)
	}
	return terms, newOrd
}

// keep drops the terms that are not among ords, and gives those the new numbers.
func (t *termTable) keep(ords []uint32) {
	newOrd := make([]uint32, t.len()) // plus one
	for _, ord := range ords {
		newOrd[ord] = 1
	}
	kept := termTable{}
	for ord, used := range newOrd {
		if used > 0 {
			newOrd[ord] = kept.append(t.at(uint32(ord))) + 1
		}
	}
	for i, ord := range ords {
		ords[i] = newOrd[ord] - 1
	}
	*t = kept
}

// termStart is a number that orders terms as their first eight bytes do.
func termStart(term string) uint64 {
	n := len(term)
	switch b := unsafe.Slice(unsafe.StringData(term), n); {
	case n >= 8:
		return binary.BigEndian.Uint64(b)
	case n >= 4: // two reads that may overlap
		return uint64(binary.BigEndian.Uint32(b))<<32 | uint64(binary.BigEndian.Uint32(b[n-4:]))<<(64-8*n)
	case n > 0:
		return uint64(b[0])<<56 | uint64(b[n/2])<<(56-8*(n/2)) | uint64(b[n-1])<<(64-8*n)
	}
	return 0
}
