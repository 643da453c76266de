package segment

import (
	"encoding/binary"
	"errors"
)

// A source is not stored: it is filled in from the columns. What a document's JSON looks like without its values is its skeleton (document.Shape); a form is a
// skeleton with a recipe for each of its holes. A document has the number of its form, of which a segment of one stream has few, and its rest: what no column has.
//
// Form 0 has neither: the whole source is the rest.
const wholeForm = 0

// recipeKind says where the text of a hole comes from. The numbers are on disk.
type recipeKind byte

const (
	fromRest     recipeKind = 0 // uvarint length and text, from the rest
	fromColumn   recipeKind = 1 // a value of a column, printed
	fromNull     recipeKind = 2 // null
	fromTemplate recipeKind = 3 // a string with parts that stand in other holes of the document
)

// recipe says how the text of a hole is made.
type recipe struct {
	kind   recipeKind
	column uint32  // of fromColumn: its place among the columns of the segment
	nth    uint32  // of fromColumn: which of the document's values in ascending order
	how    printer // of fromColumn
	parts  []part  // of fromTemplate: what stands between the quotes
}

// partKind says what a part of a template is. The numbers are on disk.
type partKind byte

const (
	partLiteral partKind = 0 // a text that is the same in all documents of the form
	partHole    partKind = 1 // the text of another hole, without its quotes
	partSeconds partKind = 2 // the date of another hole, in seconds since 1970
	partRest    partKind = 3 // uvarint length and text, from the rest
)

type part struct {
	kind partKind
	text string // of partLiteral
	hole uint32 // of partHole and partSeconds; it is none of a template
}

// form is a skeleton, by its number, and a recipe for each of its holes.
type form struct {
	skeleton uint32
	recipes  []recipe
}

// append appends the form as it lies on disk.
func (f *form) append(buf []byte) []byte {
	buf = binary.AppendUvarint(buf, uint64(f.skeleton))
	for i := range f.recipes {
		buf = f.recipes[i].append(buf)
	}
	return buf
}

func (r *recipe) append(buf []byte) []byte {
	buf = append(buf, byte(r.kind))
	switch r.kind {
	case fromColumn:
		buf = binary.AppendUvarint(binary.AppendUvarint(buf, uint64(r.column)), uint64(r.nth))
		return append(buf, byte(r.how))
	case fromTemplate:
		buf = binary.AppendUvarint(buf, uint64(len(r.parts)))
		for _, p := range r.parts {
			buf = append(buf, byte(p.kind))
			switch p.kind {
			case partLiteral:
				buf = append(binary.AppendUvarint(buf, uint64(len(p.text))), p.text...)
			case partHole, partSeconds:
				buf = binary.AppendUvarint(buf, uint64(p.hole))
			}
		}
	}
	return buf
}

var errForm = errors.New("form of a source cannot be read")

// cutter cuts numbers and texts off a byte slice. Once something is missing it gives zeros, and bad stays true.
type cutter struct {
	rest []byte
	bad  bool
}

func (c *cutter) number() uint64 {
	n, size := binary.Uvarint(c.rest)
	if size <= 0 {
		c.bad, c.rest = true, nil
		return 0
	}
	c.rest = c.rest[size:]
	return n
}

func (c *cutter) byte() byte {
	if len(c.rest) == 0 {
		c.bad = true
		return 0
	}
	b := c.rest[0]
	c.rest = c.rest[1:]
	return b
}

// text cuts off a text behind its length.
func (c *cutter) text() []byte {
	n := c.number()
	if n > uint64(len(c.rest)) {
		c.bad, n = true, uint64(len(c.rest))
	}
	b := c.rest[:n:n]
	c.rest = c.rest[n:]
	return b
}

// readForm reads a form with as many recipes as the skeleton has holes, given by the number of the skeleton.
func readForm(raw []byte, holes func(skeleton uint32) (int, bool)) (*form, error) {
	c := cutter{rest: raw}
	f := &form{skeleton: uint32(c.number())}
	n, ok := holes(f.skeleton)
	if c.bad || !ok {
		return nil, errForm
	}
	f.recipes = make([]recipe, n)
	for i := range f.recipes {
		f.recipes[i] = readRecipe(&c, n)
	}
	if c.bad || len(c.rest) > 0 {
		return nil, errForm
	}
	return f, nil
}

func readRecipe(c *cutter, holes int) recipe {
	r := recipe{kind: recipeKind(c.byte())}
	switch r.kind {
	case fromRest, fromNull:
	case fromColumn:
		r.column, r.nth, r.how = uint32(c.number()), uint32(c.number()), printer(c.byte())
	case fromTemplate:
		n := c.number()
		if n > uint64(len(c.rest)) {
			c.bad, n = true, 0
		}
		r.parts = make([]part, n)
		for i := range r.parts {
			r.parts[i] = readPart(c, holes)
		}
	default:
		c.bad = true
	}
	return r
}

func readPart(c *cutter, holes int) part {
	p := part{kind: partKind(c.byte())}
	switch p.kind {
	case partLiteral:
		p.text = string(c.text())
	case partHole, partSeconds:
		p.hole = uint32(c.number())
		c.bad = c.bad || int(p.hole) >= holes
	case partRest:
	default:
		c.bad = true
	}
	return p
}
