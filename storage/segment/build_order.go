package segment

import "github.com/vedette-siem/vedette/storage/document"

// order puts all columns into the order of the documents: rows lists the row of each. Rows that are not listed are left out.
func (b *Builder) order(rows []uint32) {
	docs := make([]*document.Document, len(rows))
	for doc, row := range rows {
		docs[doc] = b.docs[row]
	}
	o := &ordering{rows: rows, all: len(rows) == len(b.docs), first: make([]uint32, len(b.docs)+1)}
	o.keep = make([]bool, len(b.docs))
	for _, row := range rows {
		o.keep[row] = true
	}
	b.settleTexts(o.keep)
	for name, c := range b.columns {
		if c.order(o); c.empty() { // only rows had it that are left out
			delete(b.columns, name)
		}
	}
	b.docs = docs
}

// ordering is the way from rows to documents.
type ordering struct {
	rows  []uint32 // of each document
	all   bool     // every row has a document
	keep  []bool   // by row: whether it has
	first []uint32 // scratch: by row, where its values begin in the present column
}

// starts fills first for a column whose values have these rows, which ascend.
func (o *ordering) starts(rows []uint32) {
	at := 0
	for row := range o.first {
		for at < len(rows) && rows[at] < uint32(row) {
			at++
		}
		o.first[row] = uint32(at)
	}
}

// order moves the values of a column.
func (c *buildColumn) order(o *ordering) {
	if c.text != nil {
		c.text.order(o)
		return
	}
	o.starts(c.docs)
	docs := make([]uint32, 0, len(c.docs))
	for doc, row := range o.rows {
		for n := o.first[row+1] - o.first[row]; n > 0; n-- {
			docs = append(docs, uint32(doc))
		}
	}
	c.docs, c.nums, c.ords = docs, moved(o, c.nums), moved(o, c.ords)
	if !o.all && !c.kind.Numeric() {
		c.terms.keep(c.ords)
	}
}

// empty reports whether no row has a value.
func (c *buildColumn) empty() bool {
	return len(c.docs) == 0 && (c.text == nil || len(c.text.rows) == 0)
}

// moved is the values in order of documents, where first tells the rows of values.
func moved[T any](o *ordering, values []T) []T {
	if len(values) == 0 {
		return nil
	}
	out := make([]T, 0, len(values))
	for _, row := range o.rows {
		out = append(out, values[o.first[row]:o.first[row+1]]...)
	}
	return out
}
