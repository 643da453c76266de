package segment

import (
	"slices"

	"github.com/vedette-siem/vedette/storage/document"
)

// terms merges a Terms column; it returns nil if no document has a term any more.
func (m *merger) terms(name string, kind document.Kind) *columnMeta {
	from := make([]*Terms, len(m.views))
	dicts := make([]*dictionary, len(m.views))
	used := make([][]bool, len(m.views))
	for i, v := range m.views {
		if from[i] = v.Terms(name); from[i] != nil {
			dicts[i] = &from[i].dict
			used[i] = m.usedTerms(i, from[i])
		}
	}
	dict := m.mergeDicts(dicts, used)
	rows, counts := m.rows(name, 0), make([]uint32, dict.len())
	plus := int64(0) // what is added to ordinals
	if rows.dense {
		plus = 1
	}
	var ords []uint32
	for doc, o := range m.origins {
		if doc%docsBetweenLooks == 0 && m.closed() {
			return nil // as in numbers
		}
		if from[o.seg] == nil {
			continue
		}
		if t := from[o.seg]; t.dense() { // as Ords has it, without a slice
			v := uint32(t.values.at(o.doc))
			if v == 0 {
				continue
			}
			ord := dict.newOrds[o.seg][v-1]
			rows.begin(uint32(doc))
			rows.values.add(int64(ord) + plus)
			counts[ord]++
			continue
		}
		if ords = from[o.seg].Ords(o.doc, ords[:0]); len(ords) == 0 {
			continue
		}
		rows.begin(uint32(doc))
		for _, old := range ords {
			ord := dict.newOrds[o.seg][old]
			rows.values.add(int64(ord) + plus)
			counts[ord]++
		}
	}
	if rows.count == 0 {
		return nil
	}
	rows.end()
	if m.isOver(name) {
		m.keywords[name] = newMergedKeyword(dict.newOrds, slices.Clone(counts))
	}
	c := &columnMeta{Name: name, Kind: kind, Dict: writeTermList(m.out, dict)}
	rows.write(m.out, c)
	m.writeLists(c, rows, counts, plus)
	return c
}

// listedAtOnce is how many documents of terms are put in order of the terms at once: more are worth another walk through the values. Tests make it less.
var listedAtOnce = 1 << 22

// writeLists writes the documents of each term, of which counts are the numbers.
func (m *merger) writeLists(c *columnMeta, rows *rowWriter, counts []uint32, plus int64) {
	w := newListWriter(m.out, c, m.numDocs(), len(counts) == int(sum(counts)))
	var list []uint32
	for lo := 0; lo < len(counts) && !m.closed(); { // if it is, as in numbers
		hi, n := lo, 0
		for hi < len(counts) && (hi == lo || n+int(counts[hi]) <= listedAtOnce) {
			n += int(counts[hi])
			hi++
		}
		list = slices.Grow(list[:0], n)[:n]
		rows.invert(list, counts[lo:hi], int64(lo)+plus)
		w.add(counts[lo:hi], list)
		lo = hi
	}
	w.write()
}

// sum is the number of all values of a column, which fits.
func sum(counts []uint32) (n uint64) {
	for _, c := range counts {
		n += uint64(c)
	}
	return n
}

// invert puts the documents with one of the values from a first one on in order of the values, of which counts are the numbers and become the ends in list.
func (r *rowWriter) invert(list, counts []uint32, first int64) {
	at := uint32(0)
	for i, n := range counts {
		counts[i] = at
		at += n
	}
	r.each(func(doc uint32, value int64) {
		if i := value - first; i >= 0 && i < int64(len(counts)) {
			list[counts[i]] = doc
			counts[i]++
		}
	})
}

// deletes reports whether documents of a segment are left out.
func (m *merger) deletes(seg int) bool {
	return m.views[seg].Deleted != nil && !m.views[seg].Deleted.IsEmpty()
}

// usedTerms marks the terms that a live document has; nil where all have.
func (m *merger) usedTerms(seg int, t *Terms) []bool {
	if !m.deletes(seg) {
		return nil
	}
	used := make([]bool, t.Len())
	var buf []uint32
	for doc, now := range m.newDocs[seg] {
		if doc%docsBetweenLooks == 0 && m.closed() {
			break // as in numbers
		}
		if now == dropped {
			continue
		}
		buf = t.Ords(uint32(doc), buf[:0])
		for _, ord := range buf {
			used[ord] = true
		}
	}
	return used
}
