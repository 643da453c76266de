package aggs

import (
	"fmt"

	"github.com/axiomhq/hyperloglog"
)

// A hashSet counts distinct hashes: exactly up to a threshold, by HyperLogLog above. The zero value is empty.
type hashSet struct {
	slots  []uint64 // open addressing, 0 is free; a power of two long
	used   int
	sketch *hyperloglog.Sketch // once there are too many
}

// sketchBytes is about what a sketch of precision 14 holds.
const sketchBytes = 16 << 10

// add takes a hash, and returns by how many bytes the set grew.
func (s *hashSet) add(h uint64, threshold int) int {
	if s.sketch != nil {
		s.sketch.InsertHash(h)
		return 0
	}
	if h == 0 {
		h = 1
	}
	grew := 0
	if 4*s.used >= 3*len(s.slots) {
		grew = s.grow()
	}
	if s.insert(h); s.used > threshold {
		s.estimate()
		return sketchBytes
	}
	return grew
}

func (s *hashSet) insert(h uint64) {
	mask := uint64(len(s.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch s.slots[i] {
		case h:
			return
		case 0:
			s.slots[i] = h
			s.used++
			return
		}
	}
}

func (s *hashSet) grow() int {
	old := s.slots
	s.slots, s.used = make([]uint64, max(4, 2*len(old))), 0
	for _, h := range old {
		if h != 0 {
			s.insert(h)
		}
	}
	return 8 * (len(s.slots) - len(old))
}

// estimate goes over to the sketch.
func (s *hashSet) estimate() {
	s.sketch = hyperloglog.New()
	for _, h := range s.slots {
		if h != 0 {
			s.sketch.InsertHash(h)
		}
	}
	s.slots = nil
}

// merge takes what other has, and returns by how many bytes the set grew; other may be used no more.
func (s *hashSet) merge(other *hashSet, threshold int) (grew int, err error) {
	if s.used == 0 && s.sketch == nil {
		*s = *other
		return 0, nil
	}
	if other.sketch == nil {
		for _, h := range other.slots {
			if h != 0 {
				grew += s.add(h, threshold)
			}
		}
		return grew, nil
	}
	if s.sketch == nil {
		grew = sketchBytes
		s.estimate()
	}
	if err := s.sketch.Merge(other.sketch); err != nil {
		return grew, fmt.Errorf("merge cardinality: %w", err)
	}
	return grew, nil
}

func (s *hashSet) count() uint64 {
	if s.sketch != nil {
		return s.sketch.Estimate()
	}
	return uint64(s.used)
}

// hashText is FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) with its bits spread; never 0.
func hashText(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return max(mix(h), 1)
}
