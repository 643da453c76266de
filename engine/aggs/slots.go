package aggs

import (
	"cmp"
	"slices"
)

// slots turns the values of a column into small numbers, one for each distinct key: the ordinals of a dictionary, or numbers given in the order in
// which keys come.
type slots interface {
	// read returns, for a block of documents, one entry per distinct key of each document. Owners are nil where they are nil.
	read(docs, owners []uint32) (d, o, s []uint32)
	// count is the number of slots so far, and ordered whether their order is that of the keys.
	count() int
	ordered() bool
	// text and num are the key of a slot: text in the segment's memory where keys are text, else num.
	text(slot uint32) string
	num(slot uint32) int64
	// allowed reports whether include and exclude let a slot through, for lists of all keys.
	allowed(slot uint32) bool
	// bytes is the memory held beside the column's.
	bytes() int
}

// termSlots are the ordinals of a column of terms.
type termSlots struct {
	*termReader
	accept []uint64 // a bit for each ordinal; nil accepts all
}

func (t *termSlots) ordered() bool         { return true }
func (t *termSlots) num(uint32) int64      { return 0 }
func (t *termSlots) bytes() int            { return 8 * len(t.accept) }
func (t *termSlots) allowed(s uint32) bool { return t.accept == nil || t.accept[s/64]&(1<<(s%64)) != 0 }

func (t *termSlots) read(docs, owners []uint32) ([]uint32, []uint32, []uint32) {
	d, o, s := t.termReader.read(docs, owners)
	if t.accept == nil {
		return d, o, s
	}
	n := 0
	t.docs = sized(t.docs, len(s))
	if o != nil {
		t.owners = sized(t.owners, len(s))
	}
	for i, slot := range s {
		if t.accept[slot/64]&(1<<(slot%64)) == 0 {
			continue
		}
		t.docs[n], s[n] = d[i], slot
		if o != nil {
			t.owners[n] = o[i]
		}
		n++
	}
	if o != nil {
		o = t.owners[:n]
	}
	return t.docs[:n], o, s[:n]
}

// numberSlots are the distinct keys of a numeric column, in the order in which they come or, where they lie close together, as distances from the least.
type numberSlots struct {
	*numberReader
	// key makes the keys of a block from its values, in place, ascending where the values do; nil takes them as they are. It marks with drop what is left out.
	key    func(nums []int64) (drop int64, drops bool)
	accept func(int64) bool
	base   int64
	width  int // of the range of keys, 0 if they are numbered as they come
	seen   table
	out    []uint32
}

// maxWidth is how wide a range of numbers may be to be counted by distance from the least.
const maxWidth = 1 << 16

func (n *numberSlots) ordered() bool         { return n.width > 0 }
func (n *numberSlots) text(uint32) string    { return "" }
func (n *numberSlots) bytes() int            { return n.seen.bytes() }
func (n *numberSlots) allowed(s uint32) bool { return n.accept == nil || n.accept(n.num(s)) }

func (n *numberSlots) count() int {
	if n.width > 0 {
		return n.width
	}
	return len(n.seen.keys)
}

func (n *numberSlots) num(slot uint32) int64 {
	if n.width > 0 {
		return n.base + int64(slot)
	}
	return int64(n.seen.keys[slot])
}

func (n *numberSlots) read(docs, owners []uint32) ([]uint32, []uint32, []uint32) {
	d, o, nums := n.numberReader.read(docs, owners)
	var drop int64
	var drops bool
	if n.key != nil {
		drop, drops = n.key(nums)
	}
	n.out = sized(n.out, len(nums))
	if n.numberReader.col == nil || n.numberReader.col.Single() {
		if !drops && n.accept == nil {
			n.number(nums)
			return d, o, n.out
		}
	}
	k := 0
	n.docs = sized(n.docs, len(nums))
	if o != nil {
		n.owners = sized(n.owners, len(nums))
	}
	var lastDoc uint32
	var lastNum int64
	for i, num := range nums {
		if i > 0 && num == lastNum && d[i] == lastDoc && (o == nil || k > 0 && o[i] == n.owners[k-1]) {
			continue
		}
		lastDoc, lastNum = d[i], num
		if drops && num == drop || n.accept != nil && !n.accept(num) {
			continue
		}
		n.docs[k], nums[k] = d[i], num
		if o != nil {
			n.owners[k] = o[i]
		}
		k++
	}
	if o != nil {
		o = n.owners[:k]
	}
	n.number(nums[:k])
	return n.docs[:k], o, n.out[:k]
}

// number turns keys into slots, in out.
func (n *numberSlots) number(nums []int64) {
	if n.width > 0 {
		for i, num := range nums {
			n.out[i] = uint32(num - n.base)
		}
		return
	}
	var last int64
	var slot uint32
	for i, num := range nums {
		if i == 0 || num != last {
			slot, last = n.seen.add(uint64(num)), num
		}
		n.out[i] = slot
	}
}

// narrow counts by distance where the column's values lie close together and are taken as they are.
func (n *numberSlots) narrow() {
	if lo, hi, ok := n.bounds(); ok && n.key == nil && uint64(hi)-uint64(lo) < maxWidth {
		n.base, n.width = lo, int(hi-lo)+1
	}
}

// learn numbers the values of all documents.
func (n *numberSlots) learn(numDocs int) {
	block := make([]uint32, 0, maxBlock)
	for doc := range numDocs {
		if block = append(block, uint32(doc)); len(block) == maxBlock || doc == numDocs-1 {
			n.read(block, nil)
			block = block[:0]
		}
	}
}

// rank returns the place of each slot in the order of the keys; nil where that is the slot itself.
func rank(s slots) []uint32 {
	if s.ordered() {
		return nil
	}
	if m, ok := s.(*multiSlots); ok {
		return m.rank()
	}
	order := make([]uint32, s.count())
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Compare(s.num(a), s.num(b)) })
	out := make([]uint32, len(order))
	for place, slot := range order {
		out[slot] = uint32(place)
	}
	return out
}
