package segment

import "slices"

// mergedKeyword is what merging a keyword has found out that merging a text by its ordinals needs.
type mergedKeyword struct {
	newOrds [][]uint32 // of each segment: merged ordinal of each old one
	used    [][]bool   // of each segment: ordinals that a live document has; nil is all
	weights []uint32   // documents of each merged ordinal
	sources []uint32   // segments that have each merged ordinal
	docs    int
}

func newMergedKeyword(newOrds [][]uint32, used [][]bool, v termValues) *mergedKeyword {
	k := &mergedKeyword{newOrds: newOrds, used: used, weights: make([]uint32, len(v.dict)), sources: make([]uint32, len(v.dict)), docs: len(v.docs)}
	for _, ord := range v.ords {
		k.weights[ord]++
	}
	for seg, ords := range newOrds {
		for old, ord := range ords {
			if used[seg] == nil || used[seg][old] {
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

// byOrdinal merges the words by ordinal. It returns false if segments do not agree on the words of an ordinal; nothing was written then.
func (w *wordMerger) byOrdinal(name string, keyword *mergedKeyword) (*columnMeta, bool) {
	w.keyword, w.entries = keyword, uint32(len(keyword.weights))
	w.words, w.v.weights = make([]uint32, w.entries), keyword.weights
	for i, origins := range w.origins {
		if i%wordsBetweenLooks == 0 && w.closed() {
			return nil, true // as in text
		}
		if !w.wordOfOrdinals(origins) {
			return nil, false
		}
	}
	for ord, n := range w.words {
		if n > 0 {
			w.v.present, w.v.lengths = append(w.v.present, uint32(ord)), append(w.v.lengths, n)
		}
	}
	if len(w.v.present) == 0 {
		return nil, true
	}
	return writeText(w.out, name, w.over(name), w.entries, w.v), true
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
	for best := next(runs); best >= 0; best = next(runs) {
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
