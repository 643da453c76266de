package segment

import "github.com/vedette-siem/vedette/storage/document"

// Sizes say how much a Builder holds. One that is given those of the one before it makes room for as much, so that nothing is copied as it grows. The zero value
// is nothing.
type Sizes struct {
	docs    int
	rests   int // bytes
	columns map[string]columnSize
}

// columnSize is how much a column holds.
type columnSize struct {
	kind   document.Kind
	values int // of a Text the documents that have it
	words  int // of a Text
	terms  int
	bytes  int // of the terms
}

// Sizes are those of what was added so far. Build ends them.
func (b *Builder) Sizes() Sizes {
	s := Sizes{docs: len(b.docs), rests: len(b.sources.rests), columns: make(map[string]columnSize, len(b.columns))}
	for name, c := range b.columns {
		size := columnSize{kind: c.kind, values: len(c.docs), terms: c.terms.len(), bytes: len(c.terms.bytes)}
		if t := c.text; t != nil {
			size.values, size.words, size.terms, size.bytes = len(t.rows), len(t.ords), t.words.len(), len(t.words.bytes)
		}
		s.columns[name] = size
	}
	return s
}

// more is a little more than n: two batches of one stream are not equal.
func more(n int) int { return n + n/8 }

func (c *buildColumn) reserve(s columnSize) {
	switch {
	case c.kind.Numeric():
		c.docs, c.nums = make([]uint32, 0, more(s.values)), make([]int64, 0, more(s.values))
	case c.kind == document.Text:
		c.text.reserve(s)
	default:
		c.docs, c.ords = make([]uint32, 0, more(s.values)), make([]uint32, 0, more(s.values))
		c.terms.reserve(s)
	}
}

func (t *buildText) reserve(s columnSize) {
	t.rows, t.ends, t.ords = make([]uint32, 0, more(s.values)), make([]uint32, 0, more(s.values)), make([]uint32, 0, more(s.words))
	t.words.reserve(s)
}

func (t *termTable) reserve(s columnSize) {
	t.bytes, t.ends, t.expects = make([]byte, 0, more(s.bytes)), make([]uint32, 0, more(s.terms)), more(s.terms)
}

func (m *sourceMatcher) reserve(s Sizes) {
	m.of, m.restEnds, m.rests = make([]uint32, 0, more(s.docs)), make([]uint32, 0, more(s.docs)), make([]byte, 0, more(s.rests))
}
