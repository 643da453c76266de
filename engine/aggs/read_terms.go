package aggs

import (
	"github.com/vedette-siem/vedette/storage/segment"
)

// A termReader reads blocks of documents from a column of terms: parallel slices with one entry per distinct term. They are good until the next read.
// Ordinals are those of the column, with one more among them where documents without a term count as one that the column does not have.
type termReader struct {
	col   *segment.Terms // nil where the segment has no such column
	terms int            // of the column
	fill  bool
	// fillOrd is the ordinal of documents without a term; extra says that it is not the column's, whose ordinals from fillOrd on are one higher.
	fillOrd  uint32
	extra    bool
	fillText string

	docs, owners, ords, tmp []uint32
}

// terms opens the column of some values in one segment; nil if there is nothing to read.
func (v *values) terms(s *segmentState) *termReader {
	r := &termReader{fill: v.hasMissing, fillText: v.missingText}
	switch {
	case v.index != "":
		r.fill, r.fillText = true, v.index
	case v.field != nil:
		r.col = s.view.Terms(v.field.Column)
		if r.col != nil && v.field.KeyPrefix != "" {
			r.col = r.col.Sub(v.field.KeyPrefix)
		}
	}
	if r.col == nil && !r.fill {
		return nil
	}
	if r.col != nil {
		r.terms = r.col.Len()
	}
	if r.fill {
		r.extra = true
		if r.col != nil {
			var exact bool
			r.fillOrd, exact = r.col.Seek(r.fillText)
			r.extra = !exact
		}
	}
	return r
}

// count is the number of ordinals.
func (r *termReader) count() int {
	if r.extra {
		return r.terms + 1
	}
	return r.terms
}

// text is the term of an ordinal, in the segment's memory.
func (r *termReader) text(ord uint32) string {
	switch {
	case !r.extra || ord < r.fillOrd:
		return r.col.Term(ord)
	case ord == r.fillOrd:
		return r.fillText
	}
	return r.col.Term(ord - 1)
}

// walkShare is the share of a dictionary (one in walkShare) from which on going through all of it is cheaper than looking terms up one by one.
const walkShare = 8

// texts visits the terms of ascending ordinals, each valid until the next one.
func (r *termReader) texts(ords []uint32, visit func([]byte)) {
	if r.extra || len(ords) == 0 || len(ords)*walkShare < r.terms {
		for _, ord := range ords {
			visit([]byte(r.text(ord)))
		}
		return
	}
	r.col.Each(ords[0], func(ord uint32, term []byte) bool {
		if ord == ords[0] {
			visit(term)
			ords = ords[1:]
		}
		return len(ords) > 0
	})
}

// read returns the documents with a term, their owners (nil if they are nil) and ordinals.
func (r *termReader) read(docs, owners []uint32) ([]uint32, []uint32, []uint32) {
	if r.col == nil {
		r.ords = sized(r.ords, len(docs))
		for i := range r.ords {
			r.ords[i] = r.fillOrd
		}
		return docs, owners, r.ords
	}
	if r.col.Dense() && !r.fill && r.col.Full() {
		r.ords = sized(r.ords, len(docs))
		r.col.Gather(docs, r.ords)
		for i := range r.ords {
			r.ords[i]--
		}
		return docs, owners, r.ords
	}
	r.docs, r.ords, r.owners = r.docs[:0], r.ords[:0], r.owners[:0]
	if r.col.Single() {
		r.readSingle(docs, owners)
	} else {
		r.readMany(docs, owners)
	}
	if r.extra {
		r.shift()
	}
	if owners == nil {
		return r.docs, nil, r.ords
	}
	return r.docs, r.owners, r.ords
}

func (r *termReader) readSingle(docs, owners []uint32) {
	r.docs, r.ords = sized(r.docs, len(docs)), sized(r.ords, len(docs))
	if owners != nil {
		r.owners = sized(r.owners, len(docs))
	}
	dense := r.col.Dense()
	if dense {
		r.col.Gather(docs, r.ords)
	}
	n := 0
	for i, doc := range docs {
		var ord uint32
		var ok bool
		if dense {
			ord, ok = r.ords[i]-1, r.ords[i] != 0
		} else {
			ord, ok = r.col.Ord(doc)
		}
		if !ok {
			if !r.fill {
				continue
			}
			ord = r.filled()
		}
		r.docs[n], r.ords[n] = doc, ord
		if owners != nil {
			r.owners[n] = owners[i]
		}
		n++
	}
	r.docs, r.ords = r.docs[:n], r.ords[:n]
	if owners != nil {
		r.owners = r.owners[:n]
	}
}

func (r *termReader) readMany(docs, owners []uint32) {
	for i, doc := range docs {
		r.tmp = r.col.Ords(doc, r.tmp[:0])
		if len(r.tmp) == 0 && r.fill {
			r.tmp = append(r.tmp, r.filled())
		}
		for _, ord := range r.tmp {
			r.docs, r.ords = append(r.docs, doc), append(r.ords, ord)
			if owners != nil {
				r.owners = append(r.owners, owners[i])
			}
		}
	}
}

// filled is what stands for a document without a term until shift.
func (r *termReader) filled() uint32 {
	if r.extra {
		return dropped
	}
	return r.fillOrd
}

// shift makes room for the extra ordinal.
func (r *termReader) shift() {
	for i, ord := range r.ords {
		switch {
		case ord == dropped:
			r.ords[i] = r.fillOrd
		case ord >= r.fillOrd:
			r.ords[i] = ord + 1
		}
	}
}
