package segment

import (
	"math"
	"slices"

	"github.com/vedette-siem/vedette/storage/document"
)

// text merges a Text column; it returns nil if no document has the field any more.
func (m *merger) text(name string) *columnMeta {
	w := m.newWordMerger(name)
	if keyword := m.overOf(name, w.from); keyword != nil {
		if c, ok := w.byOrdinal(name, keyword); ok {
			return c
		}
		w = m.newWordMerger(name)
	}
	w.words, w.entries = make([]uint32, m.numDocs()), m.numDocs()
	w.begin(name, "")
	for ord := range uint32(w.dict.len()) {
		if ord%wordsBetweenLooks == 0 && m.closed() {
			return nil // the merge ends after this column, and nothing of it is kept
		}
		w.word(w.origins.of(ord))
		w.written()
	}
	w.lengths()
	return w.column()
}

// wordsBetweenLooks is how many words are merged between two looks at whether the merge must end.
const wordsBetweenLooks = 1 << 8

// wordMerger merges the records of a Text column, word after word.
type wordMerger struct {
	*merger
	from    []*Text
	dict    *mergedDict
	origins wordOrigins // of each merged word
	keyword *mergedKeyword
	entries uint32 // merged documents, or ordinals of the keyword
	meta    *columnMeta
	records *recordWriter
	v       textValues // its records are those that were not written yet
	words   []uint32   // of each entry
	runs    []wordRun  // of the present word; their memory is used again
	// of the merged record
	docs, freqs, positions []uint32
}

func (m *merger) newWordMerger(name string) *wordMerger {
	w := &wordMerger{merger: m, from: make([]*Text, len(m.views))}
	dicts := make([]*dictionary, len(m.views))
	used := make([][]bool, len(m.views))
	for i, v := range m.views {
		if w.from[i] = v.Text(name); w.from[i] != nil {
			dicts[i] = &w.from[i].dict
			used[i] = m.usedWords(i, w.from[i])
		}
	}
	w.dict = m.mergeDicts(dicts, used)
	w.origins = wordOrigins{dict: w.dict, at: make([]uint32, len(dicts))}
	return w
}

// begin writes the dictionary, so that the records can be written as they come.
func (w *wordMerger) begin(name, over string) {
	w.meta = &columnMeta{Name: name, Kind: document.Text, Over: over, Dict: writeTermList(w.out, w.dict)}
	w.records = newRecordWriter(w.out)
}

// written writes the record of a word.
func (w *wordMerger) written() {
	w.records.add(w.v.records)
	w.v.records, w.v.ends = w.v.records[:0], w.v.ends[:0]
}

// column writes the rest.
func (w *wordMerger) column() *columnMeta {
	if len(w.v.present) == 0 {
		return nil
	}
	w.records.write(w.meta)
	writeLengths(w.out, w.meta, w.entries, w.v)
	return w.meta
}

// usedWords marks the words that a live document has; nil where all have.
func (m *merger) usedWords(seg int, t *Text) []bool {
	if !m.deletes(seg) {
		return nil
	}
	live := func(doc uint32) bool { return m.newDocs[seg][doc] != dropped }
	if t.over != nil {
		terms := m.usedTerms(seg, t.over)
		live = func(ord uint32) bool { return terms[ord] }
	}
	used := make([]bool, t.Len())
	var entries []uint32
	for ord := range used {
		if ord%wordsBetweenLooks == 0 && m.closed() {
			break // as in text
		}
		l := t.record(uint32(ord))
		entries, _ = l.list(entries[:0])
		used[ord] = slices.ContainsFunc(entries, live)
	}
	return used
}

// wordRun are the documents of a word in one segment, by their new numbers, which ascend as the old ones do.
type wordRun struct {
	docs, freqs, positions []uint32
	once                   bool // all freqs are 1, and are not there
	at, position           int  // of the next document
}

// read reads the records of a word. It returns them in memory that the next call uses again.
func (w *wordMerger) read(origins []origin) []wordRun {
	for len(w.runs) < len(origins) {
		w.runs = append(w.runs, wordRun{})
	}
	runs := w.runs[:len(origins)]
	for i, o := range origins {
		t := w.from[o.seg]
		switch {
		case w.keyword != nil:
			runs[i].read(t, o.doc)
			runs[i].keepOrds(w.keyword.newOrds[o.seg])
		case t.over != nil:
			runs[i].spread(t, o.doc)
			runs[i].keepDocs(w.newDocs[o.seg])
		default:
			runs[i].read(t, o.doc)
			runs[i].keepDocs(w.newDocs[o.seg])
		}
	}
	w.docs, w.freqs, w.positions = w.docs[:0], w.freqs[:0], w.positions[:0]
	return runs
}

// next is the run with the lowest next document, or -1 at the end of all, and the lowest next document of the others.
func next(runs []wordRun) (best int, others uint32) {
	best, others = -1, math.MaxUint32
	lowest := uint32(math.MaxUint32) // no segment has such a document
	for i := range runs {
		r := &runs[i]
		if r.at == len(r.docs) {
			continue
		}
		if doc := r.docs[r.at]; doc < lowest {
			best, lowest, others = i, doc, lowest
		} else {
			others = min(others, doc)
		}
	}
	return best, others
}

// word merges the records of one word.
func (w *wordMerger) word(origins []origin) {
	runs := w.read(origins)
	for best, others := next(runs); best >= 0; best, others = next(runs) {
		w.take(&runs[best], others)
	}
	w.v.addWord(w.docs, w.freqs, w.positions, w.entries)
}

// take moves the documents of a run before one to the merged record: where segments follow each other in time, all of them.
func (w *wordMerger) take(r *wordRun, before uint32) {
	from, first := r.at, r.position
	for ; r.at < len(r.docs) && r.docs[r.at] < before; r.at++ {
		freq := r.freq()
		w.words[r.docs[r.at]] += freq
		w.freqs = append(w.freqs, freq)
		r.position += int(freq)
	}
	w.docs, w.positions = append(w.docs, r.docs[from:r.at]...), append(w.positions, r.positions[first:r.position]...)
}

// freq is how often the next document has the word.
func (r *wordRun) freq() uint32 {
	if r.once {
		return 1
	}
	return r.freqs[r.at]
}

// pop takes the next document.
func (r *wordRun) pop() (doc, freq uint32, positions []uint32) {
	doc, freq = r.docs[r.at], r.freq()
	positions = r.positions[r.position : r.position+int(freq)]
	r.at++
	r.position += int(freq)
	return doc, freq, positions
}

// read reads the record of a word as it is.
func (r *wordRun) read(t *Text, ord uint32) {
	l := t.record(ord)
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
}

// spread reads the record of a word that is kept by ordinal, by document.
func (r *wordRun) spread(t *Text, ord uint32) {
	*r = wordRun{docs: r.docs[:0], freqs: r.freqs[:0], positions: r.positions[:0]}
	for p := t.Postings(ord); p.Next(); {
		r.docs, r.freqs, r.positions = append(r.docs, p.Doc()), append(r.freqs, p.Freq()), append(r.positions, p.Positions()...)
	}
}

// keepDocs gives the documents their new numbers, without those that are left out.
func (r *wordRun) keepDocs(newDocs []uint64) {
	r.keep(func(doc uint32) (uint32, bool) { return uint32(newDocs[doc]), newDocs[doc] != dropped })
}

// keepOrds gives ordinals of a keyword their new numbers, without those that no document has any more.
func (r *wordRun) keepOrds(newOrds []uint32) {
	r.keep(func(ord uint32) (uint32, bool) { return newOrds[ord], newOrds[ord] != goneTerm })
}

func (r *wordRun) keep(number func(uint32) (uint32, bool)) {
	kept, at, keptAt := 0, 0, 0
	for i, doc := range r.docs {
		freq := 1
		if !r.once {
			freq = int(r.freqs[i])
		}
		if now, ok := number(doc); ok {
			r.docs[kept] = now
			if !r.once {
				r.freqs[kept] = uint32(freq)
			}
			if keptAt != at {
				copy(r.positions[keptAt:], r.positions[at:at+freq])
			}
			keptAt += freq
			kept++
		}
		at += freq
	}
	r.docs, r.positions = r.docs[:kept], r.positions[:keptAt]
}

// lengths sets which documents have the field and how many words. The exact length is the number of the document's positions, of which the segment keeps only the
// rounded one, so it was counted again from the postings.
func (w *wordMerger) lengths() {
	for doc, o := range w.merger.origins {
		if t := w.from[o.seg]; t != nil && t.has(o.doc) {
			w.v.present = append(w.v.present, uint32(doc))
			w.v.lengths = append(w.v.lengths, w.words[doc])
		}
	}
}

// has reports whether a document has the field.
func (t *Text) has(doc uint32) bool {
	if t.over != nil {
		ord, ok := t.over.Ord(doc)
		if !ok {
			return false
		}
		doc = ord
	}
	return t.present == nil || t.present[doc/64]&(1<<(doc%64)) != 0
}
