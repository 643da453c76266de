package segment

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/storage/document"
)

// buildColumn collects the values of one column, in order of rows until Builder.order, then in order of documents.
type buildColumn struct {
	kind   document.Kind
	docs   []uint32 // of each value; of each word for Text
	nums   []int64
	terms  map[string]uint32
	dict   []string // in order of first use; ords are numbers of it
	ords   []uint32
	recent []recentTerm // the value before, of a Text each of its words: the next one often has the same
	// Text only
	positions []uint32
	present   []uint32
	lengths   []uint32
	over      *overText // of a sub-field of a keyword, until settleTexts: has the words instead
	overName  string    // the keyword by whose ordinals docs counts; weights are the documents of each
	weights   []uint32
}

// earlyDocs is how many documents are looked at for fields that all have.
const earlyDocs = 16

// reserve makes room for a value of each document, so that nothing is copied as the column grows.
func (c *buildColumn) reserve(docs int) {
	switch {
	case c.kind.Numeric():
		c.docs, c.nums = make([]uint32, 0, docs), make([]int64, 0, docs)
	case c.kind != document.Text:
		c.docs, c.ords = make([]uint32, 0, docs), make([]uint32, 0, docs)
	}
}

func newBuildColumn(kind document.Kind) *buildColumn {
	c := &buildColumn{kind: kind}
	if !kind.Numeric() {
		c.terms = map[string]uint32{}
	}
	return c
}

func (c *buildColumn) add(doc uint32, f *document.Field) {
	switch {
	case f.Kind.Numeric():
		c.addNumber(doc, f.Num)
	case f.Kind == document.Text:
		if c.over != nil {
			if c.over.add(doc, f.Tokens) {
				return
			}
			c.spill()
		}
		c.addText(doc, f.Tokens)
	default:
		c.docs, c.ords = append(c.docs, doc), append(c.ords, c.nthOrd(0, f.Str))
	}
}

func (c *buildColumn) addNumber(doc uint32, n int64) {
	c.docs, c.nums = append(c.docs, doc), append(c.nums, n)
}

// nthOrd is ord for a document's n-th word.
func (c *buildColumn) nthOrd(n int, term string) uint32 {
	start := termStart(term)
	if n < len(c.recent) {
		if r := &c.recent[n]; r.start == start && r.size == len(term) && (r.size <= 8 || c.dict[r.ord] == term) {
			return r.ord
		}
	}
	r := recentTerm{start: start, size: len(term), ord: c.ord(term)}
	if n == len(c.recent) {
		c.recent = append(c.recent, r)
	} else if n < len(c.recent) {
		c.recent[n] = r
	}
	return r.ord
}

func (c *buildColumn) ord(term string) uint32 {
	ord, ok := c.terms[term]
	if !ok {
		ord = uint32(len(c.dict))
		c.terms[term] = ord
		c.dict = append(c.dict, term)
	}
	return ord
}

func (c *buildColumn) addText(doc uint32, tokens []document.Token) {
	if n := len(c.present); n == 0 || c.present[n-1] != doc {
		c.present, c.lengths = append(c.present, doc), append(c.lengths, 0)
	}
	for i, t := range tokens {
		c.docs, c.ords, c.positions = append(c.docs, doc), append(c.ords, c.nthOrd(i, t.Term)), append(c.positions, t.Position)
		if i == 0 || t.Position != tokens[i-1].Position { // words at one place count once, as in Lucene
			c.lengths[len(c.lengths)-1]++
		}
	}
}

// sort puts the terms, and the values of each document, in order.
func (c *buildColumn) sort() {
	if c.kind.Numeric() {
		sortRuns(c.docs, c.nums)
		return
	}
	var newOrd []uint32
	c.dict, newOrd = sortDict(c.dict)
	for i, ord := range c.ords {
		c.ords[i] = newOrd[ord]
	}
	if c.kind != document.Text {
		sortRuns(c.docs, c.ords)
		c.docs, c.ords = distinct(c.docs, c.ords)
	}
}

func (c *buildColumn) write(out *output, name string, numDocs uint32) *columnMeta {
	switch {
	case c.kind.Numeric():
		return writeNumbers(out, name, c.kind, numDocs, numberValues{docs: c.docs, nums: c.nums})
	case c.kind == document.Text:
		return c.writeText(out, name, numDocs)
	}
	return writeTerms(out, name, c.kind, numDocs, termValues{dict: c.dict, docs: c.docs, ords: c.ords})
}

// sortDict sorts the terms and returns the new number of each.
func sortDict(terms []string) (sorted []string, newOrd []uint32) {
	type termKey struct {
		start uint64 // the first eight bytes, which most often decide
		old   uint32
	}
	keys := make([]termKey, len(terms))
	for i, term := range terms {
		keys[i] = termKey{termStart(term), uint32(i)}
	}
	slices.SortFunc(keys, func(a, b termKey) int {
		if a.start != b.start {
			return cmp.Compare(a.start, b.start)
		}
		return strings.Compare(terms[a.old], terms[b.old])
	})
	sorted, newOrd = make([]string, len(terms)), make([]uint32, len(terms))
	for i, k := range keys {
		sorted[i], newOrd[k.old] = terms[k.old], uint32(i)
	}
	return sorted, newOrd
}

// recentTerm is a term that was seen; most others differ in their length or first eight bytes, so that its memory need not be looked at.
type recentTerm struct {
	start uint64
	size  int
	ord   uint32
}

// termStart is a number that orders terms as their first eight bytes do.
func termStart(term string) (n uint64) {
	if len(term) >= 8 {
		return uint64(term[0])<<56 | uint64(term[1])<<48 | uint64(term[2])<<40 | uint64(term[3])<<32 | uint64(term[4])<<24 | uint64(term[5])<<16 | uint64(term[6])<<8 | uint64(term[7])
	}
	for i := range len(term) {
		n |= uint64(term[i]) << (56 - 8*i)
	}
	return n
}

// sortRuns sorts the values of each document that has several.
func sortRuns[T cmp.Ordered](docs []uint32, values []T) {
	for i := 0; i < len(docs); {
		j := i + 1
		for j < len(docs) && docs[j] == docs[i] {
			j++
		}
		if j-i > 1 {
			slices.Sort(values[i:j])
		}
		i = j
	}
}

// distinct drops repeated values of a document, in place.
func distinct(docs, ords []uint32) ([]uint32, []uint32) {
	n := 0
	for i := range docs {
		if n > 0 && docs[n-1] == docs[i] && ords[n-1] == ords[i] {
			continue
		}
		docs[n], ords[n] = docs[i], ords[i]
		n++
	}
	return docs[:n], ords[:n]
}

func (c *buildColumn) writeText(out *output, name string, numDocs uint32) *columnMeta {
	if c.overName != "" {
		numDocs = uint32(len(c.weights))
	}
	return writeText(out, name, c.overName, numDocs, c.text(c.dict, numDocs))
}

// text turns words in order of documents into records in order of terms.
func (c *buildColumn) text(dict []string, numDocs uint32) textValues {
	v := textValues{dict: dict, present: c.present, lengths: c.lengths, weights: c.weights}
	at := make([]uint32, len(c.ords)) // numbers of words, in order of terms
	for i := range at {
		at[i] = uint32(i)
	}
	ends, words := invert(len(dict), at, c.ords)
	var docs, freqs, positions []uint32
	for ord := range dict {
		docs, freqs, positions = docs[:0], freqs[:0], positions[:0]
		for i := start(ends, uint32(ord)); i < ends[ord]; {
			doc, from := c.docs[words[i]], len(positions)
			for ; i < ends[ord] && c.docs[words[i]] == doc; i++ {
				positions = append(positions, c.positions[words[i]])
			}
			slices.Sort(positions[from:])
			docs, freqs = append(docs, doc), append(freqs, uint32(len(positions)-from))
		}
		v.addWord(docs, freqs, positions, numDocs)
	}
	return v
}
