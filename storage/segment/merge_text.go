package segment

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
	w := &wordMerger{merger: m, from: from, words: make([]uint32, m.numDocs())}
	var newOrds [][]uint32
	w.v.dict, newOrds = mergeDicts(dicts, used)
	for _, origins := range oldOrds(len(w.v.dict), newOrds, used) {
		w.word(origins)
	}
	w.lengths()
	if len(w.v.present) == 0 {
		return nil
	}
	return writeText(m.out, name, m.numDocs(), w.v)
}

// usedWords marks the words that a live document has; nil where all have.
func (m *merger) usedWords(seg int, t *Text) []bool {
	if !m.deletes(seg) {
		return nil
	}
	used := make([]bool, t.Len())
	var docs []uint32
	for ord := range used {
		l := readDocs(t.post.record(uint32(ord)))
		docs, _ = l.list(docs[:0])
		for i := 0; !used[ord] && i < len(docs); i++ {
			used[ord] = m.newDocs[seg][docs[i]] != dropped
		}
	}
	return used
}

// oldOrds lists for each merged word where it comes from: the segment and the ordinal there.
func oldOrds(terms int, newOrds [][]uint32, used [][]bool) [][]origin {
	counts := make([]uint32, terms+1)
	live := func(seg, ord int) bool { return used[seg] == nil || used[seg][ord] }
	total := 0
	for seg, ords := range newOrds {
		for ord, merged := range ords {
			if live(seg, ord) {
				counts[merged]++
				total++
			}
		}
	}
	all, old := make([]origin, total), make([][]origin, terms)
	for term := range old {
		n := counts[term]
		old[term], all = all[:0:n], all[n:]
	}
	for seg, ords := range newOrds {
		for ord, merged := range ords {
			if live(seg, ord) {
				old[merged] = append(old[merged], origin{uint32(seg), uint32(ord)})
			}
		}
	}
	return old
}

// wordMerger merges the records of a Text column, word after word.
type wordMerger struct {
	*merger
	from  []*Text
	v     textValues
	words []uint32  // of each merged document
	runs  []wordRun // of the present word; their memory is used again
	// of the merged record
	docs, freqs, positions []uint32
}

// wordRun are the documents of a word in one segment, by their new numbers, which ascend as the old ones do.
type wordRun struct {
	docs, freqs, positions []uint32
	once                   bool // all freqs are 1, and are not there
	at, position           int  // of the next document
}

// word merges the records of one word.
func (w *wordMerger) word(origins []origin) {
	for len(w.runs) < len(origins) {
		w.runs = append(w.runs, wordRun{})
	}
	runs := w.runs[:len(origins)]
	for i, o := range origins {
		runs[i].read(w.from[o.seg], o.doc, w.newDocs[o.seg], w.deletes(int(o.seg)))
	}
	w.docs, w.freqs, w.positions = w.docs[:0], w.freqs[:0], w.positions[:0]
	for {
		best := -1
		for i := range runs {
			r := &runs[i]
			if r.at < len(r.docs) && (best < 0 || r.docs[r.at] < runs[best].docs[runs[best].at]) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		w.take(&runs[best])
	}
	w.v.addWord(w.docs, w.freqs, w.positions, w.numDocs())
}

// take moves the next document of a run to the merged record.
func (w *wordMerger) take(r *wordRun) {
	doc, freq := r.docs[r.at], uint32(1)
	if !r.once {
		freq = r.freqs[r.at]
	}
	w.docs, w.freqs = append(w.docs, doc), append(w.freqs, freq)
	w.positions = append(w.positions, r.positions[r.position:r.position+int(freq)]...)
	w.words[doc] += freq
	r.at++
	r.position += int(freq)
}

// read reads the record of a word. Documents that are left out go with their positions.
func (r *wordRun) read(t *Text, ord uint32, newDocs []uint64, deletes bool) {
	l := readDocs(t.post.record(ord))
	var rest []byte
	r.docs, rest = l.list(r.docs[:0])
	total := l.count
	if r.once = !l.several; !r.once {
		r.freqs, rest = readPacked(rest, l.count, r.freqs[:0])
		total = 0
		for _, f := range r.freqs {
			total += int(f)
		}
	}
	r.positions, _ = readPacked(rest, total, r.positions[:0])
	r.at, r.position = 0, 0
	if deletes {
		r.drop(newDocs)
		return
	}
	for i, doc := range r.docs {
		r.docs[i] = uint32(newDocs[doc])
	}
}

// drop gives the documents their new numbers, without those that are left out.
func (r *wordRun) drop(newDocs []uint64) {
	kept, at, keptAt := 0, 0, 0
	for i, doc := range r.docs {
		freq := 1
		if !r.once {
			freq = int(r.freqs[i])
		}
		if newDocs[doc] != dropped {
			r.docs[kept] = uint32(newDocs[doc])
			if !r.once {
				r.freqs[kept] = uint32(freq)
			}
			keptAt += copy(r.positions[keptAt:], r.positions[at:at+freq])
			kept++
		}
		at += freq
	}
	r.docs, r.positions = r.docs[:kept], r.positions[:keptAt]
}

// lengths sets which documents have the field and how many words. The exact length is the number of the document's positions, of which the segment keeps only the
// rounded one, so it was counted again from the postings.
func (w *wordMerger) lengths() {
	for doc, o := range w.origins {
		if t := w.from[o.seg]; t != nil && (t.present == nil || t.present[o.doc/64]&(1<<(o.doc%64)) != 0) {
			w.v.present = append(w.v.present, uint32(doc))
			w.v.lengths = append(w.v.lengths, w.words[doc])
		}
	}
}
