package segment

import (
	"encoding/binary"
	"sort"
	"unsafe"
)

// dictionary is a sorted list of distinct terms. They lie in groups of dictGroup: the first one of a group whole, each other one as the length of what it
// shares with the one before it and the rest. A term costs what it adds to its neighbour, and any is found by reading one group.
type dictionary struct {
	n      uint32
	groups ints // where each group begins in bytes
	bytes  []byte
}

const dictGroup = 16

// dictMeta is where a dictionary lies.
type dictMeta struct {
	N      uint32
	Groups intsMeta
	Bytes  span
}

func (s *Segment) dictionary(m dictMeta) dictionary {
	return dictionary{n: m.N, groups: s.ints(m.Groups), bytes: raws(s.data, m.Bytes)}
}

// dictCursor walks the terms of a dictionary in order.
type dictCursor struct {
	d    *dictionary
	ord  uint32 // of term
	rest []byte
	term []byte
}

// cursor returns a cursor that stands on a term.
func (d *dictionary) cursor(ord uint32) dictCursor {
	c := dictCursor{d: d}
	if ord >= d.n {
		c.ord = d.n
		return c
	}
	c.ord = ord &^ (dictGroup - 1)
	c.rest = d.bytes[d.groups.at(ord/dictGroup):]
	c.read()
	for c.ord < ord {
		c.next()
	}
	return c
}

// read reads the term under the cursor.
func (c *dictCursor) read() {
	shared := uint64(0)
	if c.ord%dictGroup != 0 {
		var n int
		shared, n = binary.Uvarint(c.rest)
		c.rest = c.rest[n:]
	}
	size, n := binary.Uvarint(c.rest)
	c.term = append(c.term[:shared], c.rest[n:n+int(size)]...)
	c.rest = c.rest[n+int(size):]
}

// next moves to the next term. It returns false after the last one.
func (c *dictCursor) next() bool {
	c.ord++
	if c.ord >= c.d.n {
		return false
	}
	c.read()
	return true
}

// text is the term as a string that changes when the cursor moves.
func (c *dictCursor) text() string { return unsafe.String(unsafe.SliceData(c.term), len(c.term)) }

// at returns one term, in memory of its own.
func (d *dictionary) at(ord uint32) string {
	c := d.cursor(ord)
	return string(c.term)
}

// first is the first term of a group, in the segment's memory.
func (d *dictionary) first(group uint32) string {
	b := d.bytes[d.groups.at(group):]
	size, n := binary.Uvarint(b)
	b = b[n : n+int(size)]
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// seek returns the ordinal of the first term that is not less than term (n if there is none), and whether it is term itself.
func (d *dictionary) seek(term string) (ord uint32, exact bool) {
	groups := int(d.groups.n)
	g := sort.Search(groups, func(i int) bool { return d.first(uint32(i)) > term })
	if g == 0 {
		return 0, false
	}
	c := d.cursor(uint32(g-1) * dictGroup)
	for c.ord < d.n && c.text() < term {
		c.next()
	}
	return c.ord, c.ord < d.n && c.text() == term
}

// writeDict writes sorted terms.
func writeDict(out *output, terms []string) dictMeta {
	groups := make([]uint32, 0, len(terms)/dictGroup+1)
	var all []byte
	for i, term := range terms {
		shared := 0
		if i%dictGroup == 0 {
			groups = append(groups, uint32(len(all)))
		} else {
			shared = sharedPrefix(terms[i-1], term)
			all = binary.AppendUvarint(all, uint64(shared))
		}
		all = binary.AppendUvarint(all, uint64(len(term)-shared))
		all = append(all, term[shared:]...)
	}
	return dictMeta{N: uint32(len(terms)), Groups: writeInts(out, groups), Bytes: out.bytes(all)}
}

func sharedPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
