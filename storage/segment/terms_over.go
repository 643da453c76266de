package segment

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// What follows serves a text whose words are kept by ordinal of a keyword: it turns ordinals into documents. The column has at most one term for each document.

// scanFewer is how many of the segment's documents (one in scanFewer) may be gathered from lists before reading the ordinals of all is cheaper.
const scanFewer = 8

// spread returns the documents of ascending ordinals, ascending, and for each its ordinal's place among the given ones. docFreq is how many there are.
func (t *Terms) spread(ords []uint32, docFreq int) (docs, places []uint32) {
	docs, places = make([]uint32, 0, docFreq), make([]uint32, 0, docFreq)
	if docFreq*scanFewer < int(t.docs) && !t.scans(ords) {
		return t.gatherLists(ords, docs, places)
	}
	table := make([]uint32, t.Len()) // place + 1
	for i, ord := range ords {
		table[ord] = uint32(i) + 1
	}
	t.eachValue(func(doc, ord uint32) {
		if place := table[ord]; place > 0 {
			docs, places = append(docs, doc), append(places, place-1)
		}
	})
	return docs, places
}

// docsOf returns the documents that have one of the ordinals.
func (t *Terms) docsOf(ords *roaring.Bitmap) *roaring.Bitmap {
	if docs, ok := t.listedDocsOf(ords); ok {
		return docs
	}
	table := make([]bool, t.Len())
	for it := ords.Iterator(); it.HasNext(); {
		table[it.Next()] = true
	}
	set := make([]uint64, words(t.docs))
	t.eachValue(func(doc, ord uint32) {
		if table[ord] {
			set[doc/64] |= 1 << (doc % 64)
		}
	})
	return bitmapOf(set)
}

// listedDocsOf is docsOf by lists, or false where reading the ordinals of all documents is cheaper.
func (t *Terms) listedDocsOf(ords *roaring.Bitmap) (*roaring.Bitmap, bool) {
	docs, left := roaring.New(), int(t.docs)/scanFewer
	if ords.GetCardinality() > uint64(left) {
		return nil, false
	}
	for it := ords.Iterator(); it.HasNext(); {
		ord := it.Next()
		if t.post.unique.n > 0 {
			docs.Add(uint32(t.post.unique.at(ord)))
			continue
		}
		l := readDocs(t.post.record(ord))
		if left -= l.count; left < 0 || l.form == formScan {
			return nil, false
		}
		l.addTo(docs)
	}
	return docs, true
}

// scans reports whether the documents of one of the ordinals are not listed.
func (t *Terms) scans(ords []uint32) bool {
	if t.post.unique.n > 0 {
		return false
	}
	return slices.ContainsFunc(ords, func(ord uint32) bool {
		l := readDocs(t.post.record(ord))
		return l.form == formScan
	})
}

func (t *Terms) gatherLists(ords, docs, places []uint32) (_, _ []uint32) {
	var pairs []uint64
	var list []uint32
	for i, ord := range ords {
		if t.post.unique.n > 0 {
			list = append(list[:0], uint32(t.post.unique.at(ord)))
		} else {
			l := readDocs(t.post.record(ord))
			list, _ = l.list(list[:0])
		}
		for _, doc := range list {
			pairs = append(pairs, uint64(doc)<<32|uint64(i))
		}
	}
	slices.Sort(pairs)
	for _, p := range pairs {
		docs, places = append(docs, uint32(p>>32)), append(places, uint32(p))
	}
	return docs, places
}

// eachValue visits the documents that have a term.
func (t *Terms) eachValue(visit func(doc, ord uint32)) {
	var values, listed [blockSize]int64
	for b := range uint32(len(t.values.heads)) {
		vals := t.values.load(b, values[:])
		if t.dense() {
			for i, v := range vals {
				if v > 0 {
					visit(b<<blockShift+uint32(i), uint32(v)-1)
				}
			}
			continue
		}
		docs := t.listed.load(b, listed[:])
		for i, v := range vals {
			visit(uint32(docs[i]), uint32(v))
		}
	}
}
