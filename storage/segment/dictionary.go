package segment

import (
	"encoding/binary"
	"sort"
	"unsafe"
)

// dictionary is a sorted list of distinct terms. They lie in groups of dictGroup: the first one of a group whole, each other one as the length of what it
// shares with the one before it and the rest. A term costs what it adds to its neighbour, and any is found by reading one group. Groups of long terms are
// compressed. Terms that are all a common prefix and a UUID lie as 16 bytes each instead, and those that are a common prefix and a few digits as numbers.
type dictionary struct {
	n       uint32
	groups  ints // where each group begins in bytes; none in the form of UUIDs
	bytes   []byte
	prefix  string // of the forms of UUIDs and of digits
	uuids   bool
	digits  int  // how many follow the prefix; 0 in other forms
	numbers ints // of the form of digits
}

const (
	dictGroup = 16
	// packGroupBytes is the size from which on a group is compressed.
	packGroupBytes = 1 << 10
)

// dictMeta is where a dictionary lies.
type dictMeta struct {
	N       uint32
	Groups  intsMeta
	Bytes   span
	UUIDs   bool   `json:",omitempty"`
	Prefix  string `json:",omitempty"`
	Digits  int    `json:",omitempty"`
	Numbers intsMeta
}

func (s *Segment) dictionary(m dictMeta) dictionary {
	return dictionary{n: m.N, groups: s.ints(m.Groups), bytes: raws(s.data, m.Bytes), prefix: m.Prefix, uuids: m.UUIDs, digits: m.Digits, numbers: s.ints(m.Numbers)}
}

// group returns the terms of a group as they were written, unpacked into buf if they are compressed.
func (d *dictionary) group(g uint32, buf []byte) []byte {
	end := int64(len(d.bytes))
	if g+1 < d.groups.n {
		end = d.groups.at(g + 1)
	}
	b := d.bytes[d.groups.at(g):end]
	if b[0] == 0 {
		return b[1:]
	}
	b, err := unpack(buf[:0], b[1:])
	if err != nil {
		panic("segment: terms cannot be unpacked: " + err.Error())
	}
	return b
}

// dictCursor walks the terms of a dictionary in order.
type dictCursor struct {
	d      *dictionary
	ord    uint32 // of term
	rest   []byte
	term   []byte
	buffer []byte // of unpacked groups
}

// cursor returns a cursor that stands on a term.
func (d *dictionary) cursor(ord uint32) dictCursor {
	c := dictCursor{d: d}
	c.move(ord)
	return c
}

// move puts the cursor on a term.
func (c *dictCursor) move(ord uint32) {
	if ord >= c.d.n {
		c.ord = c.d.n
		return
	}
	c.ord = ord &^ (c.d.step() - 1)
	c.read()
	for c.ord < ord {
		c.next()
	}
}

// read reads the term under the cursor.
func (c *dictCursor) read() {
	if c.d.uuids {
		c.term = appendUUID(append(c.term[:0], c.d.prefix...), c.d.bytes[16*c.ord:])
		return
	}
	if c.d.digits > 0 {
		c.term = appendDigits(append(c.term[:0], c.d.prefix...), uint64(c.d.numbers.at(c.ord)), c.d.digits)
		return
	}
	shared := uint64(0)
	if c.ord%dictGroup == 0 {
		c.rest = c.d.group(c.ord/dictGroup, c.buffer)
		if cap(c.rest) > cap(c.buffer) && c.d.bytes[c.d.groups.at(c.ord/dictGroup)] != 0 {
			c.buffer = c.rest
		}
	} else {
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

// step is the distance between terms that can be read without those before them.
func (d *dictionary) step() uint32 {
	if d.uuids || d.digits > 0 {
		return 1
	}
	return dictGroup
}

// seek returns the ordinal of the first term that is not less than term (n if there is none), and whether it is term itself.
func (d *dictionary) seek(term string) (ord uint32, exact bool) {
	c := dictCursor{d: d}
	step := d.step()
	marks := (d.n + step - 1) / step
	g := uint32(sort.Search(int(marks), func(i int) bool {
		c.move(uint32(i) * step)
		return c.text() > term
	}))
	if g == 0 {
		return 0, false
	}
	for c.move((g - 1) * step); c.ord < d.n && c.text() < term; {
		c.next()
	}
	return c.ord, c.ord < d.n && c.text() == term
}
