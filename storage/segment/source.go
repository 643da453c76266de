package segment

import (
	"bytes"
	"errors"
	"fmt"
	"sync"

	"github.com/vedette-siem/vedette/storage/document"
)

// sourceColumn is what a segment knows of its sources.
type sourceColumn struct {
	forms ints
	rest  restColumn
	once  sync.Once // guards what follows
	err   error
	table formTable
}

// formTable are the skeletons and the forms of a segment.
type formTable struct {
	skeletons []skeleton
	recipes   [][]byte // of each form from 1 on, as they lie on disk
}

// skeleton is a document without its values.
type skeleton struct {
	pieces [][]byte // what stands before each hole, and after the last one
}

// join puts a skeleton together again.
func (s skeleton) join() []byte { return bytes.Join(s.pieces, []byte{0}) }

// formTable reads the table when it is first needed.
func (s *Segment) formTable() (*formTable, error) {
	c := &s.source
	c.once.Do(func() { c.err = c.table.read(s) })
	return &c.table, c.err
}

func (t *formTable) read(s *Segment) error {
	skeletons, err := s.table(s.dir.Source.Skeletons)
	if err != nil {
		return err
	}
	for _, raw := range skeletons {
		t.skeletons = append(t.skeletons, skeleton{pieces: bytes.Split(raw, []byte{0})})
	}
	t.recipes, err = s.table(s.dir.Source.Recipes)
	return err
}

// table reads a list of texts.
func (s *Segment) table(m tableMeta) ([][]byte, error) {
	if m.N == 0 {
		return nil, nil
	}
	raw, err := unpack(nil, raws(s.data, m.Bytes))
	if err != nil {
		return nil, fmt.Errorf("segment %s: unpack a table of the sources: %w", s.path, err)
	}
	c := cutter{rest: raw}
	list := make([][]byte, m.N)
	for i := range list {
		list[i] = c.text()
	}
	if c.bad {
		return nil, fmt.Errorf("segment %s: a table of the sources is shorter than it should be", s.path)
	}
	return list, nil
}

// holes is the number of a skeleton's holes.
func (t *formTable) holes(number uint32) (int, bool) {
	if int(number) >= len(t.skeletons) {
		return 0, false
	}
	return len(t.skeletons[number].pieces) - 1, true
}

// form reads a form, which is not wholeForm.
func (t *formTable) form(number uint32) (*form, error) {
	if int(number) > len(t.recipes) {
		return nil, errForm
	}
	return readForm(t.recipes[number-1], t.holes)
}

// A SourceReader reads sources of one segment. Hits that lie close together are cheaper than scattered ones. It is for one goroutine.
type SourceReader struct {
	seg     *Segment
	rest    restReader
	table   *formTable
	forms   map[uint32]*form // those that were read, with so many recipes
	recipes int
	columns map[uint32]*columnReader
	printer valuePrinter
	// of the present document
	source []byte
	values []byte // texts of all holes, one after the other
	holes  []document.Hole
	texts  holeTexts
}

// Sources returns a reader of the segment's sources.
func (s *Segment) Sources() *SourceReader {
	if s.path != "" && !s.sourceVerified.Load() {
		s.verifySpans(sourceName, s.dir.Source.spans())
		s.sourceVerified.Store(true)
	}
	return &SourceReader{seg: s, rest: restReader{c: &s.source.rest}, forms: map[uint32]*form{}, columns: map[uint32]*columnReader{}}
}

// Read returns the JSON of a document as it was written. It is valid until the next call.
func (r *SourceReader) Read(doc uint32) ([]byte, error) {
	source, err := r.read(doc)
	if err != nil {
		return nil, r.seg.badSource(doc, err)
	}
	return source, nil
}

func (r *SourceReader) read(doc uint32) ([]byte, error) {
	number, rest, err := r.parts(doc)
	if err != nil || number == wholeForm {
		return rest, err
	}
	f, err := r.form(number)
	if err != nil {
		return nil, err
	}
	return r.fill(f, doc, rest)
}

// parts returns what is stored of a document: the number of its form, and its rest.
func (r *SourceReader) parts(doc uint32) (number uint32, rest []byte, err error) {
	if doc >= r.seg.dir.Docs {
		return 0, nil, errors.New("no such document")
	}
	rest, err = r.rest.read(doc)
	return uint32(r.seg.source.forms.at(doc)), rest, err
}

func (r *SourceReader) form(number uint32) (*form, error) {
	if f := r.forms[number]; f != nil {
		return f, nil
	}
	var err error
	if r.table == nil {
		if r.table, err = r.seg.formTable(); err != nil {
			return nil, err
		}
	}
	f, err := r.table.form(number)
	if err != nil {
		return nil, err
	}
	if r.recipes += len(f.recipes); r.recipes > maxReadRecipes {
		clear(r.forms)
		r.recipes = len(f.recipes)
	}
	r.forms[number] = f
	return f, nil
}

// maxReadRecipes is how many recipes a reader keeps: some megabytes.
const maxReadRecipes = 1 << 16

// fill makes the source: first the texts of all holes that no template makes, then the whole.
func (r *SourceReader) fill(f *form, doc uint32, raw []byte) ([]byte, error) {
	r.values, r.holes = r.values[:0], r.holes[:0]
	rest := cutter{rest: raw}
	for i := range f.recipes {
		from := len(r.values)
		if err := r.value(&f.recipes[i], doc, &rest); err != nil {
			return nil, err
		}
		r.holes = append(r.holes, document.Hole{From: uint32(from), To: uint32(len(r.values))})
	}
	if rest.bad || len(rest.rest) > 0 {
		return nil, errors.New("its rest does not fit its form")
	}
	r.texts.set(r.values, r.holes)
	pieces := r.table.skeletons[f.skeleton].pieces
	r.source = append(r.source[:0], pieces[0]...)
	for i := range f.recipes {
		if f.recipes[i].kind == fromTemplate {
			put := cutter{rest: r.texts.text(i)} // what value has put aside
			r.source = appendTemplate(r.source, f.recipes[i].parts, &r.texts, &put)
		} else {
			r.source = append(r.source, r.texts.text(i)...)
		}
		r.source = append(r.source, pieces[i+1]...)
	}
	return r.source, nil
}

// value appends the text of a hole to r.values; of a template only what comes from the rest.
func (r *SourceReader) value(recipe *recipe, doc uint32, rest *cutter) error {
	switch recipe.kind {
	case fromRest:
		r.values = append(r.values, rest.text()...)
	case fromNull:
		r.values = append(r.values, "null"...)
	case fromTemplate:
		for i := range recipe.parts {
			if recipe.parts[i].kind == partRest {
				before := rest.rest
				rest.text()
				r.values = append(r.values, before[:len(before)-len(rest.rest)]...)
			}
		}
	case fromColumn:
		c, err := r.column(recipe.column)
		if err != nil {
			return err
		}
		var ok bool
		if r.values, ok = c.append(r.values, &r.printer, recipe, doc); !ok {
			return fmt.Errorf("column %q has no value to fill in", c.name)
		}
	}
	return nil
}

// columnReader gives the values of a column for sources.
type columnReader struct {
	name    string
	terms   *Terms
	numbers *Numbers
	ords    []uint32
	nums    []int64
	known   map[uint32]string // terms by ordinal, if there are few
}

// fewTerms is the size up to which a dictionary is kept unpacked by a reader.
const fewTerms = 1 << 10

func (r *SourceReader) column(at uint32) (*columnReader, error) {
	if c := r.columns[at]; c != nil {
		return c, nil
	}
	if int(at) >= len(r.seg.dir.Columns) {
		return nil, errForm
	}
	name := r.seg.dir.Columns[at].Name
	c := &columnReader{name: name, terms: r.seg.Terms(name), numbers: r.seg.Numbers(name)}
	if c.terms != nil && c.terms.Len() <= fewTerms {
		c.known = map[uint32]string{}
	}
	r.columns[at] = c
	return c, nil
}

// append appends a value as a recipe prints it.
func (c *columnReader) append(buf []byte, p *valuePrinter, r *recipe, doc uint32) ([]byte, bool) {
	if c.numbers != nil {
		c.nums = c.numbers.Values(doc, c.nums[:0])
		if int(r.nth) >= len(c.nums) {
			return buf, false
		}
		return p.number(buf, r.how, c.numbers.kind, c.nums[r.nth])
	}
	if c.terms == nil {
		return buf, false
	}
	c.ords = c.terms.Ords(doc, c.ords[:0])
	if int(r.nth) >= len(c.ords) {
		return buf, false
	}
	return p.term(buf, r.how, c.terms.kind, c.term(c.ords[r.nth]))
}

func (c *columnReader) term(ord uint32) string {
	if c.known == nil {
		return c.terms.Term(ord)
	}
	term, ok := c.known[ord]
	if !ok {
		term = c.terms.Term(ord)
		c.known[ord] = term
	}
	return term
}
