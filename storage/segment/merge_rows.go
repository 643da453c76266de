package segment

// rowWriter packs the values of a column in order of documents, as they come.
type rowWriter struct {
	docs           uint32 // of the segment
	dense          bool
	absent         int64  // stands in the dense layout for no value
	count          uint32 // documents with a value
	values         intsWriter
	listed, starts intsWriter // of the list layout
}

// rows begins a column. It is dense where that will fit, and will pay unless documents that were deleted had most of the values.
func (m *merger) rows(name string, absent int64) *rowWriter {
	r := &rowWriter{docs: m.numDocs(), absent: absent}
	count, size, several := 0, uint64(0), false
	for _, v := range m.views {
		if c := v.columns[name]; c != nil {
			count += int(c.Count)
			size += c.Values.Words.Len
			several = several || c.ValueStarts.N > 0
		}
	}
	r.dense = !several && dense(count, r.docs)
	r.values.p.words = make([]uint64, 0, size/8*5/4) // ordinals of a larger dictionary take some bits more
	return r
}

// begin takes the next document that has values.
func (r *rowWriter) begin(doc uint32) {
	r.count++
	if r.dense {
		r.skipTo(doc)
		return
	}
	r.listed.add(int64(doc))
	r.starts.add(int64(r.values.n))
}

// skipTo makes documents without a value of all up to one.
func (r *rowWriter) skipTo(doc uint32) {
	for r.values.n < doc {
		r.values.add(r.absent)
	}
}

// end takes no more documents.
func (r *rowWriter) end() {
	if r.dense {
		r.skipTo(r.docs)
	} else {
		r.starts.add(int64(r.values.n))
		r.listed.end()
		r.starts.end()
	}
	r.values.end()
}

// several reports whether a document has more than one value.
func (r *rowWriter) several() bool { return !r.dense && r.values.n != r.listed.n }

// write writes what end has closed.
func (r *rowWriter) write(out *output, c *columnMeta) {
	c.Count, c.Values = r.count, r.values.write(out)
	if r.dense {
		return
	}
	c.DocList = r.listed.write(out)
	if r.several() {
		c.ValueStarts = r.starts.write(out)
	}
}

// each calls f with all values and their documents, after end.
func (r *rowWriter) each(f func(doc uint32, value int64)) {
	values, listed, starts := r.values.packed(), r.listed.packed(), r.starts.packed()
	var buf [blockSize]int64
	i := uint32(0) // of the listed document
	for b := range uint32(len(values.heads)) {
		for n, v := range values.load(b, buf[:]) {
			at := b<<blockShift + uint32(n)
			switch {
			case r.dense:
				f(at, v)
				continue
			case !r.several():
				i = at
			default:
				for uint32(starts.at(i+1)) <= at {
					i++
				}
			}
			f(uint32(listed.at(i)), v)
		}
	}
}
