package segment

import (
	"cmp"
	"slices"
)

// mergedPosting is one posting of a merged word.
type mergedPosting struct {
	doc       uint32
	positions []uint32
}

// text merges a Text column; it returns nil if no document has the field any more.
func (m *merger) text(name string) *columnMeta {
	from := make([]*Text, len(m.views))
	dicts := make([]*dictionary, len(m.views))
	used := make([][]bool, len(m.views))
	for i, v := range m.views {
		if from[i] = v.Text(name); from[i] != nil {
			dicts[i] = &from[i].dict
			used[i] = m.usedWords(i, from[i])
		}
	}
	var v textValues
	var newOrds [][]uint32
	v.dict, newOrds = mergeDicts(dicts, used)
	m.textLengths(&v, from, m.textPostings(&v, from, oldOrds(len(v.dict), newOrds, used)))
	if len(v.present) == 0 {
		return nil
	}
	return writeText(m.out, name, m.numDocs(), v)
}

// usedWords marks the words that a live document has; nil where all have.
func (m *merger) usedWords(seg int, t *Text) []bool {
	if !m.deletes(seg) {
		return nil
	}
	used := make([]bool, t.Len())
	for ord := range used {
		for p := t.Postings(uint32(ord)); !used[ord] && p.Next(); {
			used[ord] = m.newDocs[seg][p.Doc()] != dropped
		}
	}
	return used
}

// oldOrds lists for each merged word where it comes from: the segment and the ordinal there.
func oldOrds(terms int, newOrds [][]uint32, used [][]bool) [][]origin {
	old := make([][]origin, terms)
	for seg, ords := range newOrds {
		for ord, merged := range ords {
			if used[seg] == nil || used[seg][ord] {
				old[merged] = append(old[merged], origin{uint32(seg), uint32(ord)})
			}
		}
	}
	return old
}

// textPostings merges the records, and returns the number of words of each merged document.
func (m *merger) textPostings(v *textValues, from []*Text, old [][]origin) (words []uint32) {
	words = make([]uint32, m.numDocs())
	var postings []mergedPosting
	var docs, freqs, positions []uint32
	for _, sources := range old {
		postings = postings[:0]
		for _, o := range sources {
			for p := from[o.seg].Postings(o.doc); p.Next(); {
				if doc := m.newDocs[o.seg][p.Doc()]; doc != dropped {
					postings = append(postings, mergedPosting{uint32(doc), p.Positions()})
				}
			}
		}
		if len(sources) > 1 {
			slices.SortFunc(postings, func(a, b mergedPosting) int { return cmp.Compare(a.doc, b.doc) })
		}
		docs, freqs, positions = docs[:0], freqs[:0], positions[:0]
		for _, p := range postings {
			docs, freqs, positions = append(docs, p.doc), append(freqs, uint32(len(p.positions))), append(positions, p.positions...)
			words[p.doc] += uint32(len(p.positions))
		}
		v.addWord(docs, freqs, positions, m.numDocs())
	}
	return words
}

// textLengths sets which documents have the field and how many words. The exact length is the number of the document's positions, of which
// the segment keeps only the rounded one, so it was counted again from the postings.
func (m *merger) textLengths(v *textValues, from []*Text, words []uint32) {
	for doc, o := range m.origins {
		if t := from[o.seg]; t != nil && (t.present == nil || t.present[o.doc/64]&(1<<(o.doc%64)) != 0) {
			v.present = append(v.present, uint32(doc))
			v.lengths = append(v.lengths, words[doc])
		}
	}
}
