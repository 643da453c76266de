package segment

import "slices"

// mergedKeyword is what merging a keyword has found out that merging a text by its ordinals needs.
type mergedKeyword struct {
	newOrds [][]uint32 // of each segment: merged ordinal of each old one, or goneTerm
	weights []uint32   // documents of each merged ordinal
	sources []uint32   // segments that have each merged ordinal
	docs    int
}

func newMergedKeyword(newOrds [][]uint32, weights []uint32) *mergedKeyword {
	k := &mergedKeyword{newOrds: newOrds, weights: weights, sources: make([]uint32, len(weights))}
	for _, n := range weights {
		k.docs += int(n)
	}
	for _, ords := range newOrds {
		for _, ord := range ords {
			if ord != goneTerm {
				k.sources[ord]++
			}
		}
	}
	return k
}

// isOver reports whether a text is kept by the keyword's ordinals in one of the segments.
func (m *merger) isOver(keyword string) bool {
	return slices.ContainsFunc(m.views, func(v View) bool {
		return slices.ContainsFunc(v.dir.Columns, func(c *columnMeta) bool { return c.Over == keyword })
	})
}

// overOf returns the keyword by whose ordinals the merged text can be kept, or nil: in all segments that have the keyword the text must be kept so, and it must pay.
func (m *merger) overOf(name string, from []*Text) *mergedKeyword {
	over := ""
	for _, v := range m.views {
		if c := v.columns[name]; c != nil && c.Over == "" {
			return nil
		} else if c != nil {
			over = c.Over
		}
	}
	k := m.keywords[over]
	if k == nil || len(k.weights)*10 > k.docs*overShare {
		return nil
	}
	for i, v := range m.views {
		if v.columns[over] != nil && from[i] == nil {
			return nil
		}
	}
	return k
}

// byOrdinal merges the words by ordinal. It returns false if segments do not agree on the words of an ordinal; what was written then is in no column.
func (w *wordMerger) byOrdinal(name string, keyword *mergedKeyword) (*columnMeta, bool) {
	w.keyword, w.entries = keyword, uint32(len(keyword.weights))
	w.words, w.v.weights = make([]uint32, w.entries), keyword.weights
	w.begin(name, w.over(name))
	for ord := range uint32(w.dict.len()) {
		if ord%wordsBetweenLooks == 0 && w.closed() {
			return nil, true // as in text
		}
		if !w.wordOfOrdinals(w.origins.of(ord)) {
			return nil, false
		}
		w.written()
	}
	for ord, n := range w.words {
		if n > 0 {
			w.v.present, w.v.lengths = append(w.v.present, uint32(ord)), append(w.v.lengths, n)
		}
	}
	return w.column(), true
}

func (w *wordMerger) over(name string) string {
	for _, v := range w.views {
		if c := v.columns[name]; c != nil {
			return c.Over
		}
	}
	return ""
}

// wordOfOrdinals merges the records of one word. An ordinal that several segments have must have the word in each of them, at the same places.
func (w *wordMerger) wordOfOrdinals(origins []origin) bool {
	runs := w.read(origins)
	for best, _ := next(runs); best >= 0; best, _ = next(runs) {
		ord, freq, positions := runs[best].pop()
		w.docs, w.freqs, w.positions = append(w.docs, ord), append(w.freqs, freq), append(w.positions, positions...)
		w.words[ord] += freq
		have := uint32(1)
		for i := range runs {
			if r := &runs[i]; r.at < len(r.docs) && r.docs[r.at] == ord {
				if _, _, same := r.pop(); !slices.Equal(same, positions) {
					return false
				}
				have++
			}
		}
		if have != w.keyword.sources[ord] {
			return false
		}
	}
	w.v.addWord(w.docs, w.freqs, w.positions, w.entries)
	return true
}
