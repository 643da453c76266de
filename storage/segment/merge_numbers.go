package segment

import (
	"math"

	"github.com/vedette-siem/vedette/storage/document"
)

// numbers merges a Numbers column; it returns nil if no document has a value any more.
func (m *merger) numbers(name string, kind document.Kind) *columnMeta {
	from := make([]*Numbers, len(m.views))
	least := int64(math.MaxInt64)
	for i, v := range m.views {
		if from[i] = v.Numbers(name).As(kind); from[i] != nil {
			least = min(least, from[i].Min())
		}
	}
	rows, facts := m.rows(name, least), newNumberFacts(kind) // absent values repeat one that is no less than the least, so that they cost few bits
	present := make([]uint64, words(m.numDocs()))
	var nums []int64
	for doc, o := range m.origins {
		if doc%docsBetweenLooks == 0 && m.closed() {
			return nil // the merge ends after this column, and nothing of it is kept
		}
		if from[o.seg] == nil {
			continue
		}
		if nums = from[o.seg].Values(o.doc, nums[:0]); len(nums) == 0 {
			continue
		}
		rows.begin(uint32(doc))
		for _, n := range nums {
			rows.values.add(n)
			facts.add(n)
		}
		present[doc/64] |= 1 << (doc % 64)
	}
	if rows.count == 0 {
		return nil
	}
	rows.end()
	c := &columnMeta{Name: name, Kind: kind}
	rows.write(m.out, c)
	facts.tell(c, m.numDocs(), rows.several())
	if rows.dense && rows.count < m.numDocs() {
		c.Present = m.out.u64s(present)
	}
	return c
}
