package aggs

// A termReader reads blocks of documents from a column of terms: parallel slices with one entry per distinct term. They are good until the next read.
type termReader struct {
	lexicon
	docs, owners, ords, tmp []uint32
}

// terms opens the column of some values in one segment; nil if there is nothing to read.
func (v *values) terms(s *segmentState) *termReader {
	r := &termReader{lexicon: lexicon{fill: v.hasMissing, fillText: v.missingText}}
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
