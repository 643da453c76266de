package segment

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/storage/document"
)

// Build makes a segment in memory out of documents, which it orders by their time. It keeps no reference to them. A field name of
// two kinds is an error, since a mapping never gives one.
func Build(docs []*document.Document) (*Segment, error) {
	docs = slices.Clone(docs)
	slices.SortFunc(docs, func(a, b *document.Document) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.SeqNo, b.SeqNo))
	})
	b := newBuilder(docs)
	for i, d := range docs {
		if err := b.add(uint32(i), d); err != nil {
			return nil, err
		}
		b.done++
	}
	buf := bytes.NewBuffer(make([]byte, 0, sourceBytes(docs)/3)) // most often enough
	if err := b.write(buf); err != nil {
		return nil, err
	}
	return parse(buf.Bytes(), "")
}

func sourceBytes(docs []*document.Document) (n int) {
	for _, d := range docs {
		n += len(d.Source)
	}
	return n
}

// builder collects the columns of documents that come in their final order.
type builder struct {
	docs    []*document.Document
	columns map[string]*buildColumn
	recent  []recentColumn // by number of the field in the document before
	done    int            // documents that were added

	id, seqNo, version, time *buildColumn // those that every document has
}

func newBuilder(docs []*document.Document) *builder {
	b := &builder{
		docs: docs, columns: map[string]*buildColumn{},
		id: newBuildColumn(document.Keyword), seqNo: newBuildColumn(document.Long), version: newBuildColumn(document.Long), time: newBuildColumn(document.Date),
	}
	for _, c := range []*buildColumn{b.id, b.seqNo, b.version, b.time} {
		c.reserve(len(docs))
	}
	b.columns[IDField], b.columns[SeqNoField], b.columns[VersionField], b.columns[TimeField] = b.id, b.seqNo, b.version, b.time
	return b
}

type recentColumn struct {
	name string
	*buildColumn
}

// buildColumn collects the values of one column in order of documents.
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

func (b *builder) add(doc uint32, d *document.Document) error {
	b.id.docs, b.id.ords = append(b.id.docs, doc), append(b.id.ords, b.id.ord(d.ID))
	b.seqNo.addNumber(doc, d.SeqNo)
	b.version.addNumber(doc, d.Version)
	b.time.addNumber(doc, d.Time)
	for i := range d.Fields {
		f := &d.Fields[i]
		c := b.nth(i, f)
		if c.kind != f.Kind {
			return fmt.Errorf("segment: field %s of document %q is a %s, but a %s in another document", f.Name, d.ID, f.Kind, c.kind)
		}
		c.add(doc, f)
	}
	return nil
}

// nth is the column of a document's i-th field, which most often is that of the i-th field of the document before.
func (b *builder) nth(i int, f *document.Field) *buildColumn {
	if i < len(b.recent) && b.recent[i].name == f.Name {
		return b.recent[i].buildColumn
	}
	c := b.column(f)
	for len(b.recent) <= i {
		b.recent = append(b.recent, recentColumn{})
	}
	b.recent[i] = recentColumn{f.Name, c}
	return c
}

func (b *builder) column(f *document.Field) *buildColumn {
	c := b.columns[f.Name]
	if c == nil {
		c = newBuildColumn(f.Kind)
		if b.done < earlyDocs { // most likely nearly all documents have the field
			c.reserve(len(b.docs))
		}
		if f.Kind == document.Text {
			if k := b.parentOf(f.Name); k != nil {
				c.over = &overText{keyword: k}
			}
		}
		b.columns[f.Name] = c
	}
	return c
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
	case f.Kind == document.Text && c.over != nil:
		c.over.add(doc, f.Tokens)
	case f.Kind == document.Text:
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

// write writes the segment.
func (b *builder) write(w io.Writer) error {
	out := newOutput(w)
	out.write([]byte(magic))
	dir := directory{Docs: uint32(len(b.docs))}
	b.settleTexts()
	names := slices.Sorted(maps.Keys(b.columns))
	for _, name := range names {
		b.columns[name].sort()
	}
	sources := newSourceWriter(out)
	b.matcher(sources, names).match()
	dir.Source = sources.finish()
	for _, name := range names {
		dir.Columns = append(dir.Columns, b.columns[name].write(out, name, dir.Docs))
		delete(b.columns, name)
	}
	return finish(out, dir)
}

func (b *builder) matcher(w *sourceWriter, names []string) *sourceMatcher {
	m := &sourceMatcher{docs: b.docs, places: map[string]int{}, w: w}
	for i, name := range names {
		c := b.columns[name]
		m.places[name] = i
		m.columns = append(m.columns, nil)
		if c.kind != document.Text {
			m.columns[i] = &valueCursor{kind: c.kind, docs: c.docs, nums: c.nums, ords: c.ords, dict: c.dict}
		}
	}
	return m
}

// finish writes the directory and the footer.
func finish(out *output, dir directory) error {
	raw, err := json.Marshal(dir)
	if err != nil {
		return fmt.Errorf("segment: write directory: %w", err)
	}
	at := out.bytes(raw)
	out.u64(at.Off)
	out.u64(at.Len)
	out.u32(crc32.Checksum(raw, castagnoli))
	out.write([]byte(magic))
	return out.flush()
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
