package segment

import (
	"bytes"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// IDs are `_id`s that are looked for in many segments, with what that takes worked out once.
type IDs struct {
	ids   []string // ascending
	heads []uint64 // hash of each one's head
}

// NewIDs takes ids in ascending order, and keeps the slice.
func NewIDs(ascending []string) *IDs {
	out := &IDs{ids: ascending, heads: make([]uint64, len(ascending))}
	last := ""
	for i, id := range ascending {
		if head := id[:headLen(id)]; i > 0 && head == last {
			out.heads[i] = out.heads[i-1]
		} else {
			last, out.heads[i] = head, maphash.String(idSeed, head)
		}
	}
	return out
}

// headLen is the length of an id's head: all before its last dash. The ids of one object of logs differ only behind it, so that one look into the filter
// answers for all of them, and the filter holds an object and not each of its events. Other ids have heads that are nearly as distinct as themselves, or whole.
func headLen(id string) int {
	if i := strings.LastIndexByte(id, '-'); i > 0 {
		return i
	}
	return len(id)
}

var idSeed = maphash.MakeSeed()

// Find calls found with the place in ids, and the document, deleted or not, of each id that the segment has.
func (s *Segment) Find(ids *IDs, found func(i int, doc uint32)) {
	t := s.Terms(IDField)
	if t == nil || t.Len() == 0 {
		return
	}
	f := s.idFilter(t)
	from, _ := slices.BinarySearch(ids.ids, f.least)
	absent, last, next := false, uint64(0), ""
	for i := from; i < len(ids.ids) && ids.ids[i] <= f.greatest; i++ {
		if ids.ids[i] < next { // which is the first term after an id that is not there
			continue
		}
		if i == from || ids.heads[i] != last {
			last, absent = ids.heads[i], !f.mayHave(ids.heads[i])
		}
		if absent {
			continue
		}
		ord, exact := t.Seek(ids.ids[i])
		if exact {
			found(i, uint32(t.post.unique.at(ord)))
		} else {
			next = t.Term(ord) // there is one: the id is less than the greatest
		}
	}
}

// mayHaveID reports whether the segment may have an id; false is certain.
func (s *Segment) mayHaveID(t *Terms, id string) bool {
	f := s.idFilter(t)
	return id >= f.least && id <= f.greatest && f.mayHave(maphash.String(idSeed, id[:headLen(id)]))
}

// idFilters is what a segment remembers of its ids once it was asked for one.
type idFilters struct {
	once   sync.Once
	filter idFilter
}

// An idFilter tells most ids that a segment does not have from those that it may have, without looking into its dictionary.
type idFilter struct {
	least, greatest string
	blocks          [][8]uint64 // a Bloom filter whose bits of one id lie in one line of the cache; nil says nothing
}

// maxFilterBytes bounds what the filters of all segments take; those that would take more are not made, and their segments are asked one by one. It is enough
// for some 50 million ids that are random, such as CloudTrail's, and for any number of the others.
const maxFilterBytes = 64 << 20

// filterBytes is what they take.
var filterBytes atomic.Int64

const (
	filterBits   = 10 // for each id: 1 to 2 % of those that are not there pass
	filterProbes = 6
)

// idFilter makes the filter when it is first asked for.
func (s *Segment) idFilter(t *Terms) *idFilter {
	s.ids.once.Do(func() {
		s.ids.filter = idFilter{least: t.Term(0), greatest: t.Term(uint32(t.Len() - 1))}
		s.ids.filter.blocks = newFilter(headsOf(t))
		size := int64(len(s.ids.filter.blocks)) * 64
		s.OnClose(func() { filterBytes.Add(-size) })
	})
	return &s.ids.filter
}

// headsOf are the hashes of the distinct heads.
func headsOf(t *Terms) []uint64 {
	var heads []uint64
	var last []byte
	t.Each(0, func(_ uint32, id []byte) bool {
		head := id
		if i := bytes.LastIndexByte(id, '-'); i > 0 {
			head = id[:i]
		}
		if len(heads) == 0 || !bytes.Equal(head, last) {
			last = append(last[:0], head...)
			heads = append(heads, maphash.Bytes(idSeed, head))
		}
		return true
	})
	return heads
}

// newFilter is nil where there is no room.
func newFilter(heads []uint64) [][8]uint64 {
	n := len(heads)*filterBits/512 + 1
	if filterBytes.Add(int64(n)*64) > maxFilterBytes {
		filterBytes.Add(int64(-n) * 64)
		return nil
	}
	blocks := make([][8]uint64, n)
	for _, h := range heads {
		b := &blocks[blockOf(h, n)]
		for range filterProbes {
			b[h>>6&7] |= 1 << (h & 63)
			h >>= 9
		}
	}
	return blocks
}

// blockOf spreads hashes over n blocks by bits that the probes hardly use.
func blockOf(h uint64, n int) int { return int((h * 0x9e3779b97f4a7c15 >> 32) * uint64(n) >> 32) }

func (f *idFilter) mayHave(h uint64) bool {
	if f.blocks == nil {
		return true
	}
	b := &f.blocks[blockOf(h, len(f.blocks))]
	for range filterProbes {
		if b[h>>6&7]&(1<<(h&63)) == 0 {
			return false
		}
		h >>= 9
	}
	return true
}
