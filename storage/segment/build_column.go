package segment

import (
	"cmp"
	"slices"

	"github.com/vedette-siem/vedette/storage/document"
)

// buildColumn collects the values of one column, in order of rows until Builder.order, then in order of documents.
type buildColumn struct {
	number uint32 // in Builder.list
	kind   document.Kind
	docs   []uint32  // of each value; not of a Text
	nums   []int64   // of a numeric kind
	terms  termTable // of the other kinds; ords are numbers of it, until sort
	ords   []uint32
	dict   []string   // the terms in order, from sort on
	text   *buildText // of a Text
	// several are the values of severalOf, a row that has more than one, ascending; see rowValues.
	several   columnValues
	severalOf uint32
}

func newBuildColumn(kind document.Kind) *buildColumn {
	c := &buildColumn{kind: kind}
	if kind == document.Text {
		c.text = &buildText{}
	}
	return c
}

// add takes a value, and returns by how much the memory of the column grows, by and large.
func (c *buildColumn) add(row uint32, f *document.Field) (bytes int) {
	switch {
	case f.Kind.Numeric():
		c.addNumber(row, f.Num)
		return valueBytes
	case f.Kind == document.Text:
		before := c.text.words.size()
		c.text.addField(row, f.Tokens)
		return valueBytes*(1+len(f.Tokens)) + c.text.words.size() - before
	}
	before := c.terms.size()
	c.docs, c.ords = append(c.docs, row), append(c.ords, c.terms.number(0, f.Str))
	return valueBytes + c.terms.size() - before
}

func (c *buildColumn) addNumber(row uint32, n int64) {
	c.docs, c.nums = append(c.docs, row), append(c.nums, n)
}

// A columnValue is one value: of a numeric kind num, else ord.
type columnValue struct {
	num int64
	ord uint32
}

func (c *buildColumn) valueAt(i int) columnValue {
	if c.kind.Numeric() {
		return columnValue{num: c.nums[i]}
	}
	return columnValue{ord: c.ords[i]}
}

// columnValues are values of one row: of a numeric kind nums, else ords.
type columnValues struct {
	nums []int64
	ords []uint32
}

func (v *columnValues) len() int { return max(len(v.nums), len(v.ords)) }

func (v *columnValues) at(i int) columnValue {
	if v.nums != nil {
		return columnValue{num: v.nums[i]}
	}
	return columnValue{ord: v.ords[i]}
}

// rowValues are the values of the row that was added last, ascending and as the segment will have them. They are valid until the next call.
func (c *buildColumn) rowValues(row uint32) columnValues {
	n := len(c.docs)
	from := n
	for from > 0 && c.docs[from-1] == row {
		from--
	}
	var v columnValues
	if c.kind.Numeric() {
		v.nums = c.nums[from:n]
	} else {
		v.ords = c.ords[from:n]
	}
	if n-from <= 1 {
		return v
	}
	if c.several.len() == 0 || c.severalOf != row {
		c.severalOf = row
		c.several.nums = append(c.several.nums[:0], v.nums...)
		c.several.ords = append(c.several.ords[:0], v.ords...)
		slices.Sort(c.several.nums)
		slices.SortFunc(c.several.ords, func(a, b uint32) int { return cmp.Compare(c.terms.at(a), c.terms.at(b)) })
		c.several.ords = slices.Compact(c.several.ords)
	}
	return c.several
}

// sort puts the terms, and the values of each document, in order.
func (c *buildColumn) sort() {
	switch {
	case c.kind.Numeric():
		sortRuns(c.docs, c.nums)
	case c.kind == document.Text:
		c.text.sort()
	default:
		var newOrd []uint32
		c.dict, newOrd = c.terms.sorted()
		for i, ord := range c.ords {
			c.ords[i] = newOrd[ord]
		}
		sortRuns(c.docs, c.ords)
		c.docs, c.ords = distinct(c.docs, c.ords)
	}
}

func (c *buildColumn) write(out *output, name string, numDocs uint32) *columnMeta {
	switch {
	case c.kind.Numeric():
		return writeNumbers(out, name, c.kind, numDocs, numberValues{docs: c.docs, nums: c.nums})
	case c.kind == document.Text:
		return c.text.write(out, name, numDocs)
	}
	return writeTerms(out, name, c.kind, numDocs, termValues{dict: c.dict, docs: c.docs, ords: c.ords})
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
