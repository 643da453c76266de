package segment

import "github.com/vedette-siem/vedette/storage/document"

// buildText collects the words of a Text column, in order of rows until order, then in order of documents.
type buildText struct {
	words     termTable
	rows      []uint32 // that have the text, ascending
	ends      []uint32 // of each one's words in ords
	ords      []uint32 // numbers of words, until sort
	positions []uint32 // of each of ords; nil as long as those of each row count from 0
	dict      []string // the words in order, from sort on

	over     *overText // of a sub-field of a keyword, until settleTexts: has the words instead
	overName string    // the keyword by whose ordinals rows count; weights are the documents of each
	weights  []uint32
}

// addField takes a value of a row.
func (t *buildText) addField(row uint32, tokens []document.Token) {
	if t.over != nil {
		if t.over.add(row, tokens) {
			return
		}
		t.spill()
	}
	t.add(row, tokens)
}

func (t *buildText) add(row uint32, tokens []document.Token) {
	if n := len(t.rows); n == 0 || t.rows[n-1] != row {
		t.rows, t.ends = append(t.rows, row), append(t.ends, uint32(len(t.ords)))
	}
	last := len(t.rows) - 1
	before := t.ends[last] - start(t.ends, uint32(last)) // words of the row
	for i := range tokens {
		if t.positions == nil && tokens[i].Position != before+uint32(i) {
			t.ends[last] = uint32(len(t.ords))
			t.spread()
		}
		t.ords = append(t.ords, t.words.number(i, tokens[i].Term))
		if t.positions != nil {
			t.positions = append(t.positions, tokens[i].Position)
		}
	}
	t.ends[last] = uint32(len(t.ords))
}

// spread makes positions of their own for all words.
func (t *buildText) spread() {
	t.positions = make([]uint32, 0, cap(t.ords))
	for i, end := range t.ends {
		from := start(t.ends, uint32(i))
		for at := from; at < end; at++ {
			t.positions = append(t.positions, at-from)
		}
	}
}

// spill turns a text that was kept by ordinals of a keyword into one by row.
func (t *buildText) spill() {
	o := t.over
	t.over = nil
	at := 0
	for _, row := range o.rows {
		for o.keyword.docs[at] < row {
			at++
		}
		t.add(row, o.tokens[o.keyword.ords[at]])
	}
}

// order moves the words of all rows.
func (t *buildText) order(o *ordering) {
	if t.overName != "" { // it is in order of ordinals already
		return
	}
	o.starts(t.rows)
	moved := buildText{rows: make([]uint32, 0, len(t.rows)), ends: make([]uint32, 0, len(t.rows)), ords: make([]uint32, 0, len(t.ords))}
	if t.positions != nil {
		moved.positions = make([]uint32, 0, len(t.ords))
	}
	for doc, row := range o.rows {
		i := o.first[row]
		if o.first[row+1] == i {
			continue
		}
		from, to := start(t.ends, i), t.ends[i]
		moved.rows, moved.ords = append(moved.rows, uint32(doc)), append(moved.ords, t.ords[from:to]...)
		moved.ends = append(moved.ends, uint32(len(moved.ords)))
		if t.positions != nil {
			moved.positions = append(moved.positions, t.positions[from:to]...)
		}
	}
	t.rows, t.ends, t.ords, t.positions = moved.rows, moved.ends, moved.ords, moved.positions
	if !o.all {
		t.words.keep(t.ords)
	}
}

// sort puts the words in order.
func (t *buildText) sort() {
	var newOrd []uint32
	t.dict, newOrd = t.words.sorted()
	for i, ord := range t.ords {
		t.ords[i] = newOrd[ord]
	}
}

func (t *buildText) write(out *output, name string, numDocs uint32) *columnMeta {
	if t.overName != "" {
		numDocs = uint32(len(t.weights))
	}
	return writeText(out, name, t.overName, numDocs, t.values(numDocs))
}

// values turns words in order of documents into records in order of words.
func (t *buildText) values(numDocs uint32) textValues {
	v := textValues{dict: t.dict, present: t.rows, lengths: t.lengths(), weights: t.weights, ends: make([]int64, 0, len(t.dict))}
	ends, docs, positions := t.invert()
	var freqs []uint32
	for ord, end := range ends {
		from := start(ends, uint32(ord))
		var list []uint32
		list, freqs = counted(docs[from:end], freqs[:0])
		v.addWord(list, freqs, positions[from:end], numDocs)
	}
	return v
}

// counted makes of a document that stands several times in a row one, in place, with their number in freqs.
func counted(docs, freqs []uint32) (distinct, counts []uint32) {
	n := 0
	for i, doc := range docs {
		if i > 0 && docs[n-1] == doc {
			freqs[n-1]++
			continue
		}
		docs[n] = doc
		freqs = append(freqs, 1)
		n++
	}
	return docs[:n], freqs
}

// invert lists for each word where it stands: the end of its list, and the document and the position of each place.
func (t *buildText) invert() (ends, docs, positions []uint32) {
	ends, docs, positions = make([]uint32, len(t.dict)), make([]uint32, len(t.ords)), make([]uint32, len(t.ords))
	for _, ord := range t.ords {
		ends[ord]++
	}
	sum := uint32(0)
	for ord, n := range ends {
		ends[ord] = sum
		sum += n
	}
	for i, doc := range t.rows {
		from := start(t.ends, uint32(i))
		for at := from; at < t.ends[i]; at++ {
			to := &ends[t.ords[at]]
			docs[*to], positions[*to] = doc, at-from
			if t.positions != nil {
				positions[*to] = t.positions[at]
			}
			*to++
		}
	}
	return ends, docs, positions
}

// lengths are the numbers of words of the documents. Words at one place count once, as in Lucene.
func (t *buildText) lengths() []uint32 {
	lengths := make([]uint32, len(t.ends))
	for i, end := range t.ends {
		from := start(t.ends, uint32(i))
		lengths[i] = end - from
		for at := from + 1; t.positions != nil && at < end; at++ {
			if t.positions[at] == t.positions[at-1] {
				lengths[i]--
			}
		}
	}
	return lengths
}
