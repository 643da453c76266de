package segment

import (
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

// writeTerms writes a Terms column.
func writeTerms(out *output, name string, kind document.Kind, numDocs uint32, v termValues) *columnMeta {
	c := &columnMeta{Name: name, Kind: kind}
	writeDict(out, c, v.dict)
	postEnds, postDocs := invert(len(v.dict), v.docs, v.ords)
	c.PostEnds, c.PostDocs = out.u32s(postEnds), out.u32s(postDocs)
	list, starts := listOf(v.docs)
	c.Count = uint32(len(list))
	if starts == nil && dense(len(list), numDocs) {
		values := make([]uint32, numDocs)
		for i, doc := range v.docs {
			values[doc] = v.ords[i] + 1
		}
		c.Values = out.u32s(values)
		return c
	}
	c.DocList, c.ValueStarts, c.Values = out.u32s(list), out.u32s(starts), out.u32s(v.ords)
	return c
}

func dense(count int, numDocs uint32) bool { return count*denseShare >= int(numDocs) }

func writeDict(out *output, c *columnMeta, dict []string) {
	ends := make([]uint32, len(dict))
	var all []byte
	for i, term := range dict {
		all = append(all, term...)
		ends[i] = uint32(len(all))
	}
	c.TermEnds, c.TermBytes = out.u32s(ends), out.bytes(all)
}

// invert turns values in order of documents into lists of documents in order of ordinals.
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
	list, starts := listOf(v.docs)
	c := &columnMeta{Name: name, Kind: kind, Count: uint32(len(list)), Min: math.MaxInt64, Max: math.MinInt64}
	for _, n := range v.nums {
		c.Min, c.Max = min(c.Min, n), max(c.Max, n)
	}
	if starts != nil || !dense(len(list), numDocs) {
		c.DocList, c.ValueStarts, c.Values = out.u32s(list), out.u32s(starts), out.i64s(v.nums)
		return c
	}
	values := make([]int64, numDocs)
	for i, doc := range v.docs {
		values[doc] = v.nums[i]
	}
	c.Values = out.i64s(values)
	c.Present = writePresent(out, list, numDocs)
	return c
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

// textValues are the words of a Text column, one posting for each word of each document: ordered by ordinal, then by document.
type textValues struct {
	dict      []string
	postEnds  []uint32 // of each ordinal's postings
	docs      []uint32 // of each posting
	freqs     []uint32
	posEnds   []uint32
	positions []uint32
	present   []uint32 // documents that have the field, even without a word, ascending
	lengths   []uint32 // words of each of those
}

// writeText writes a Text column.
func writeText(out *output, name string, numDocs uint32, v textValues) *columnMeta {
	c := &columnMeta{Name: name, Kind: document.Text}
	writeDict(out, c, v.dict)
	c.PostEnds, c.PostDocs, c.PostFreqs = out.u32s(v.postEnds), out.u32s(v.docs), out.u32s(v.freqs)
	c.PosEnds, c.Positions = out.u32s(v.posEnds), out.u32s(v.positions)
	lengths := make([]byte, numDocs)
	for i, doc := range v.present {
		lengths[doc] = EncodeLength(v.lengths[i])
		c.SumLength += uint64(v.lengths[i])
		if v.lengths[i] > 0 {
			c.Count++
		}
	}
	c.Lengths = out.bytes(lengths)
	c.Present = writePresent(out, v.present, numDocs)
	return c
}
