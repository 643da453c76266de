package segment

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/vedette-siem/vedette/storage/document"
)

// denseShare is the share of documents (one in denseShare) from which on a column has an entry for every document.
const denseShare = 8

// termValues are the values of a Terms column: for each value its document, ascending, and its ordinal in the sorted dictionary, ascending
// and distinct inside a document.
type termValues struct {
	dict []string
	docs []uint32
	ords []uint32
}

// writeTerms writes a Terms column. Its ords are of no use afterwards.
func writeTerms(out *output, name string, kind document.Kind, numDocs uint32, v termValues) *columnMeta {
	c := &columnMeta{Name: name, Kind: kind, Dict: writeDict(out, v.dict)}
	writeDocs(out, c, numDocs, v)
	if all(v.docs, numDocs) {
		for i := range v.ords {
			v.ords[i]++
		}
		c.Count, c.Values = numDocs, writeInts(out, v.ords)
		return c
	}
	list, starts := listOf(v.docs)
	c.Count = uint32(len(list))
	if starts == nil && dense(len(list), numDocs) {
		values := make([]uint32, numDocs)
		for i, doc := range v.docs {
			values[doc] = v.ords[i] + 1
		}
		c.Values = writeInts(out, values)
		return c
	}
	c.DocList, c.ValueStarts, c.Values = writeInts(out, list), writeInts(out, starts), writeInts(out, v.ords)
	return c
}

func dense(count int, numDocs uint32) bool { return count*denseShare >= int(numDocs) }

// writeDocs writes the documents of each term.
func writeDocs(out *output, c *columnMeta, numDocs uint32, v termValues) {
	ends, list := invert(len(v.dict), v.docs, v.ords)
	w := newListWriter(out, c, numDocs, len(list) == len(ends))
	w.add(ends, list)
	w.write()
}

// listWriter writes the documents of each term, and nothing else may be written until write.
type listWriter struct {
	out     *output
	c       *columnMeta
	numDocs uint32
	unique  *intsWriter   // where each term has one document
	records *recordWriter // else
	record  []byte
}

func newListWriter(out *output, c *columnMeta, numDocs uint32, unique bool) *listWriter {
	w := &listWriter{out: out, c: c, numDocs: numDocs}
	if unique {
		w.unique = &intsWriter{}
	} else {
		w.records = newRecordWriter(out)
	}
	return w
}

// add takes the next terms. Their documents lie one term after the other in list, up to the end of each.
func (w *listWriter) add(ends, list []uint32) {
	if w.unique != nil {
		for _, doc := range list {
			w.unique.add(int64(doc))
		}
		return
	}
	for ord := range ends {
		w.record = appendDocs(w.record[:0], list[start(ends, uint32(ord)):ends[ord]], w.numDocs, 0, true)
		w.records.add(w.record)
	}
}

func (w *listWriter) write() {
	if w.unique == nil {
		w.records.write(w.c)
		return
	}
	w.unique.end()
	w.c.UniqueDocs = w.unique.write(w.out)
}

// recordWriter writes the records of a column's terms as they come. Nothing else may be written until write.
type recordWriter struct {
	to   *arrayWriter
	at   int64
	ends intsWriter
}

func newRecordWriter(out *output) *recordWriter { return &recordWriter{to: out.array()} }

// add takes the record of the next term.
func (r *recordWriter) add(record []byte) {
	r.to.write(record)
	r.at += int64(len(record))
	r.ends.add(r.at)
}

func (r *recordWriter) write(c *columnMeta) {
	c.Postings = r.to.end()
	r.ends.end()
	c.PostEnds = r.ends.write(r.to.out)
}

// invert turns values in order of documents into lists of documents in order of ordinals, and the end of each.
func invert(terms int, docs, ords []uint32) (ends, list []uint32) {
	ends, list = make([]uint32, terms), make([]uint32, len(docs))
	for _, ord := range ords {
		ends[ord]++
	}
	sum := uint32(0)
	for ord, n := range ends {
		ends[ord] = sum
		sum += n
	}
	for i, ord := range ords {
		list[ends[ord]] = docs[i]
		ends[ord]++
	}
	return ends, list
}

func start(ends []uint32, i uint32) uint32 {
	if i == 0 {
		return 0
	}
	return ends[i-1]
}

// all reports whether each document of a segment has one value.
func all(docs []uint32, numDocs uint32) bool {
	if len(docs) != int(numDocs) {
		return false
	}
	for i, doc := range docs { // a document without a value and one with two would be as many
		if doc != uint32(i) {
			return false
		}
	}
	return true
}

// listOf returns the distinct documents of a list in which each stands once per value, and the start of each one's values, which is nil
// where every document has one.
func listOf(docs []uint32) (list, starts []uint32) {
	list = slices.Compact(slices.Clone(docs))
	if len(list) == len(docs) {
		return list, nil
	}
	starts = make([]uint32, 0, len(list)+1)
	for i, doc := range docs {
		if i == 0 || doc != docs[i-1] {
			starts = append(starts, uint32(i))
		}
	}
	return list, append(starts, uint32(len(docs)))
}

// numberValues are the values of a Numbers column: for each value its document, ascending, and itself, ascending inside a document.
type numberValues struct {
	docs []uint32
	nums []int64
}

// writeNumbers writes a Numbers column.
func writeNumbers(out *output, name string, kind document.Kind, numDocs uint32, v numberValues) *columnMeta {
	c, facts := &columnMeta{Name: name, Kind: kind}, newNumberFacts(kind)
	for _, n := range v.nums {
		facts.add(n)
	}
	if all(v.docs, numDocs) {
		c.Count, c.Values = numDocs, writeInts(out, v.nums)
		facts.tell(c, numDocs, false)
		return c
	}
	list, starts := listOf(v.docs)
	c.Count = uint32(len(list))
	facts.tell(c, numDocs, starts != nil)
	if starts != nil || !dense(len(list), numDocs) {
		c.DocList, c.ValueStarts, c.Values = writeInts(out, list), writeInts(out, starts), writeInts(out, v.nums)
		return c
	}
	values := make([]int64, numDocs)
	if len(list) < len(values) { // absent values repeat a present one, so that they cost no bits
		for i := range values {
			values[i] = c.Min
		}
	}
	for i, doc := range v.docs {
		values[doc] = v.nums[i]
	}
	c.Values = writeInts(out, values)
	c.Present = writePresent(out, list, numDocs)
	return c
}

// numberFacts are what is known of the values of a Numbers column.
type numberFacts struct {
	min, max, sum int64
	fits          bool // sum is right
	ascending     bool
}

func newNumberFacts(kind document.Kind) numberFacts {
	return numberFacts{min: math.MaxInt64, max: math.MinInt64, fits: kind != document.Double && kind != document.Unsigned, ascending: true}
}

// add takes the next value, in order of documents.
func (f *numberFacts) add(n int64) {
	f.ascending = f.ascending && n >= f.max
	f.min, f.max = min(f.min, n), max(f.max, n)
	next := f.sum + n
	f.fits = f.fits && (next > f.sum) == (n > 0)
	f.sum = next
}

// tell tells the column, whose Count is known.
func (f *numberFacts) tell(c *columnMeta, numDocs uint32, several bool) {
	c.Min, c.Max, c.Ascending = f.min, f.max, f.ascending && c.Count == numDocs && !several
	if f.fits {
		sum := f.sum
		c.Sum = &sum
	}
}

// writePresent writes a bit for each document, unless all are present.
func writePresent(out *output, list []uint32, numDocs uint32) span {
	if len(list) == int(numDocs) {
		return span{}
	}
	bits := make([]uint64, (numDocs+63)/64)
	for _, doc := range list {
		bits[doc/64] |= 1 << (doc % 64)
	}
	return out.u64s(bits)
}

// textValues are the words of a Text column. Its documents are those of the segment, or the ordinals of a keyword.
type textValues struct {
	dict    []string
	records []byte   // documents, frequencies and positions of each word
	ends    []int64  // of each record
	present []uint32 // documents that have the field, even without a word, ascending
	lengths []uint32 // words of each of those
	weights []uint32 // of ordinals of a keyword: how many documents have it; nil else
}

// addWord adds the record of the next word of the dictionary. The positions of all its documents follow each other.
func (v *textValues) addWord(docs, freqs, positions []uint32, numDocs uint32) {
	if v.weights != nil {
		v.records = binary.AppendUvarint(v.records, v.weight(docs))
	}
	if len(positions) == len(docs) {
		v.records = appendDocs(v.records, docs, numDocs, 0, false)
	} else {
		v.records = appendPacked(appendDocs(v.records, docs, numDocs, severalTimes, false), freqs)
	}
	v.records = appendPacked(v.records, positions)
	v.ends = append(v.ends, int64(len(v.records)))
}

// weight is the number of documents that ordinals have.
func (v *textValues) weight(ords []uint32) (n uint64) {
	for _, ord := range ords {
		n += uint64(v.weights[ord])
	}
	return n
}

// writeText writes a Text column of so many documents, or ordinals of the keyword over.
func writeText(out *output, name, over string, numDocs uint32, v textValues) *columnMeta {
	c := &columnMeta{Name: name, Kind: document.Text, Over: over, Dict: writeDict(out, v.dict)}
	c.PostEnds, c.Postings = writeInts(out, v.ends), out.bytes(v.records)
	writeLengths(out, c, numDocs, v)
	return c
}

// writeLengths writes all of a Text column but its words.
func writeLengths(out *output, c *columnMeta, numDocs uint32, v textValues) {
	lengths := make([]uint32, numDocs)
	for i, doc := range v.present {
		weight := uint32(1)
		if v.weights != nil {
			weight = v.weights[doc]
		}
		lengths[doc] = uint32(EncodeLength(v.lengths[i]))
		c.SumLength += uint64(weight) * uint64(v.lengths[i])
		if v.lengths[i] > 0 {
			c.Count += weight
		}
	}
	c.Lengths = writeInts(out, lengths)
	c.Present = writePresent(out, v.present, numDocs)
}
