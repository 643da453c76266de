package segment

import (
	"encoding/binary"
	"slices"
	"unsafe"

	"github.com/vedette-siem/vedette/storage/document"
)

// sourceMatcher finds for each document, as it comes, the form that makes its source out of the columns. Forms name columns by their number in the Builder.
type sourceMatcher struct {
	b         *Builder
	skeletons *textTable
	matchers  []*skeletonMatcher // by number of the skeleton
	shape     document.Shape
	skeleton  string // of the document before, whose number it is, if known
	number    uint32
	known     bool
	forms     []form   // from number 1 on
	of        []uint32 // form of each row
	rests     []byte   // of all rows that are not kept whole
	restEnds  []uint32 // of each row's rest
	bytes     int      // that matchers and forms take, by and large
	texts     holeTexts
	earlier   earlier
	printer   valuePrinter
	scratch   []byte
	rest      []byte   // of the present document
	learning  int      // steps that were spent on learning templates
	chosen    []uint16 // by hole: number of the recipe
}

func newSourceMatcher(b *Builder) *sourceMatcher {
	return &sourceMatcher{b: b, skeletons: newTextTable(0, maxSkeletons, maxSkeletonBytes)}
}

// skeletonMatcher is what is known of the documents of one skeleton.
type skeletonMatcher struct {
	holes []holeMatcher
	forms map[string]uint32 // by chosen recipes
	// last is the form of the document before, whose recipes were lastChosen.
	last       uint32
	lastChosen []uint16
	before     int // row of the document before, or -1
}

// holeMatcher is what is known of one hole: the recipes that fitted so far, the last one first to be tried.
type holeMatcher struct {
	path     string
	columns  []*buildColumn // that may have its values
	among    int            // so many were there when they were looked for
	recipes  []recipe
	hot      uint16
	failures int // to learn a template, in a row
}

// recipes that every hole has, by number
const (
	restRecipe = 0
	nullRecipe = 1
)

// Limits of a document that is filled in from columns; one beyond them is kept whole. The paths of its holes take no more than holes times skeleton.
const (
	maxHoles     = 4096
	maxPathBytes = 16 << 20
)

// maxRecipes is how many recipes are kept for a hole; what fits none of them is rest.
const maxRecipes = 64

// add takes the next row, whose values are in the columns, and returns by how much memory grows.
func (m *sourceMatcher) add(d *document.Document) (bytes int) {
	m.rest = m.rest[:0]
	before := m.bytes
	number, ok := m.document(uint32(len(m.of)), d)
	if !ok {
		number, m.rest = wholeForm, m.rest[:0]
	}
	m.of, m.rests = append(m.of, number), append(m.rests, m.rest...)
	m.restEnds = append(m.restEnds, uint32(len(m.rests)))
	return rowBytes + len(m.rest) + m.bytes - before
}

// rowBytes is what a row takes here beside its rest.
const rowBytes = 8

// write writes the sources of documents, given by their rows. places are those of the columns in the segment, by their numbers here.
func (m *sourceMatcher) write(w *sourceWriter, rows []uint32, docs []*document.Document, places []uint32) {
	written := make([]uint32, len(m.forms)+1) // number of each form in the segment
	for doc, row := range rows {
		number := m.of[row]
		if number != wholeForm && written[number] == 0 {
			written[number] = m.writeForm(w, number, places)
		}
		if number = written[number]; number == wholeForm {
			w.add(wholeForm, docs[doc].Source)
			continue
		}
		w.add(number, m.rests[start(m.restEnds, row):m.restEnds[row]])
	}
}

// writeForm returns the number of a form in the segment, or wholeForm if there is no room.
func (m *sourceMatcher) writeForm(w *sourceWriter, number uint32, places []uint32) uint32 {
	f := m.forms[number-1]
	skeleton, ok := w.skeletons.number([]byte(m.skeletons.list[f.skeleton]))
	if !ok {
		return wholeForm
	}
	placed := form{skeleton: skeleton, recipes: slices.Clone(f.recipes)}
	for i := range placed.recipes {
		if placed.recipes[i].kind == fromColumn {
			placed.recipes[i].column = places[placed.recipes[i].column]
		}
	}
	m.scratch = placed.append(m.scratch[:0])
	if number, ok = w.forms.number(m.scratch); !ok {
		return wholeForm
	}
	return number
}

// document finds the form of a document and fills the rest. It returns false for a document that is kept whole.
func (m *sourceMatcher) document(row uint32, d *document.Document) (uint32, bool) {
	holes, ok := m.take(d)
	if !ok {
		return 0, false
	}
	s := m.matchers[m.number]
	m.texts.set(d.Source, holes)
	m.chosen = m.chosen[:0]
	for h := range s.holes {
		m.chosen = append(m.chosen, m.hole(s, row, h))
	}
	s.before = int(row)
	if len(m.rest) > 0 && !m.readsBack(s) {
		return 0, false
	}
	if s.last != 0 && slices.Equal(m.chosen, s.lastChosen) {
		return s.last, true
	}
	return m.form(s, m.number)
}

// take takes a document apart, if that was not done before, and finds its skeleton. It returns false for one that is kept whole.
func (m *sourceMatcher) take(d *document.Document) (holes []document.Hole, ok bool) {
	skeleton, holes := d.Skeleton, d.Holes
	if skeleton == "" {
		if !m.shape.Scan(d.Source) {
			m.known = false
			return nil, false
		}
		skeleton, holes = textOf(m.shape.Skeleton), m.shape.Holes
	}
	if m.known && skeleton == m.skeleton {
		return holes, true
	}
	if m.known = len(holes) <= maxHoles && len(holes)*len(skeleton) <= maxPathBytes; m.known {
		m.number, m.known = m.skeletons.number([]byte(skeleton))
	}
	if !m.known {
		return nil, false
	}
	if m.skeleton = m.skeletons.list[m.number]; int(m.number) == len(m.matchers) {
		m.matchers = append(m.matchers, newSkeletonMatcher(m.skeletons.list[m.number]))
		m.bytes += len(skeleton) + len(holes)*holeBytes
	}
	return holes, true
}

// holeBytes is about what a hole takes that has two recipes of its own.
const holeBytes = 256

// readsBack reports whether what was put into the rest comes out of it again, hole by hole. It always should; but a document is evidence, and a mistake here would
// be seen only when it is asked for.
func (m *sourceMatcher) readsBack(s *skeletonMatcher) bool {
	c := cutter{rest: m.rest}
	for i, n := range m.chosen {
		switch r, text := &s.holes[i].recipes[n], m.texts.text(i); r.kind {
		case fromRest:
			if string(c.text()) != string(text) {
				return false
			}
		case fromTemplate:
			if m.scratch = appendTemplate(m.scratch[:0], r.parts, &m.texts, &c); string(m.scratch) != string(text) {
				return false
			}
		}
	}
	return !c.bad && len(c.rest) == 0
}

// form is the number of the form with the chosen recipes.
func (m *sourceMatcher) form(s *skeletonMatcher, skeleton uint32) (uint32, bool) {
	m.scratch = m.scratch[:0]
	for _, c := range m.chosen {
		m.scratch = binary.LittleEndian.AppendUint16(m.scratch, c)
	}
	number, ok := s.forms[string(m.scratch)]
	if !ok {
		if len(m.forms) == maxForms || m.bytes > maxMatcherBytes {
			return 0, false
		}
		f := form{skeleton: skeleton, recipes: make([]recipe, len(m.chosen))}
		for h, c := range m.chosen {
			f.recipes[h] = s.holes[h].recipes[c]
		}
		m.forms = append(m.forms, f)
		number = uint32(len(m.forms))
		s.forms[string(m.scratch)] = number
		m.bytes += len(m.scratch) + len(m.chosen)*recipeBytes
	}
	s.last, s.lastChosen = number, append(s.lastChosen[:0], m.chosen...)
	return number, true
}

// maxMatcherBytes bounds what the forms of a segment in the making take; documents that would need more are kept whole. recipeBytes is one recipe of a form.
const (
	maxMatcherBytes = 64 << 20
	recipeBytes     = int(unsafe.Sizeof(recipe{}))
)

func newSkeletonMatcher(skeleton string) *skeletonMatcher {
	paths := document.Paths([]byte(skeleton))
	s := &skeletonMatcher{holes: make([]holeMatcher, len(paths)), forms: map[string]uint32{}, before: -1}
	for i, path := range paths {
		s.holes[i].path, s.holes[i].recipes = path, []recipe{restRecipe: {kind: fromRest}, nullRecipe: {kind: fromNull}}
	}
	return s
}

// columnsOf are the columns that may have the values of a hole, of those that there are by now.
func (m *sourceMatcher) columnsOf(h *holeMatcher) []*buildColumn {
	if h.among == len(m.b.columns) {
		return h.columns
	}
	h.columns, h.among = h.columns[:0], len(m.b.columns)
	for _, name := range []string{h.path, h.path + ".keyword"} {
		if c := m.b.columns[name]; c != nil && c.text == nil {
			h.columns = append(h.columns, c)
		}
	}
	return h.columns
}

// hole chooses the recipe of a hole, and adds to the rest what it needs.
func (m *sourceMatcher) hole(s *skeletonMatcher, row uint32, i int) uint16 {
	h, text := &s.holes[i], m.texts.text(i)
	if string(text) == "null" {
		return nullRecipe
	}
	if h.hot > nullRecipe && m.fits(&h.recipes[h.hot], row, text) {
		return h.hot
	}
	for n := nullRecipe + 1; n < len(h.recipes); n++ {
		if n != int(h.hot) && m.fits(&h.recipes[n], row, text) {
			h.hot = uint16(n)
			return h.hot
		}
	}
	if len(h.recipes) < maxRecipes && m.invent(s, h, row, text, i) {
		h.hot = uint16(len(h.recipes) - 1)
		return h.hot
	}
	m.rest = append(binary.AppendUvarint(m.rest, uint64(len(text))), text...)
	return restRecipe
}

// fits reports whether a recipe makes the text, and adds to the rest what it needs.
func (m *sourceMatcher) fits(r *recipe, row uint32, text []byte) bool {
	if r.kind == fromTemplate {
		if text[0] != '"' {
			return false
		}
		var ok bool
		m.rest, ok = matches(r.parts, unquoted(text), &m.texts, m.rest)
		return ok
	}
	c := m.b.list[r.column]
	n := len(c.docs) - 1
	if n < 0 || c.docs[n] != row {
		return false
	}
	if n == 0 || c.docs[n-1] != row { // most documents have one value
		return r.nth == 0 && m.prints(c, c.valueAt(n), r.how, text)
	}
	values := c.rowValues(row)
	return int(r.nth) < values.len() && m.prints(c, values.at(int(r.nth)), r.how, text)
}

// prints reports whether a printer makes the text of a value.
func (m *sourceMatcher) prints(c *buildColumn, v columnValue, how printer, text []byte) bool {
	var ok bool
	switch {
	case c.kind.Numeric():
		m.scratch, ok = m.printer.number(m.scratch[:0], how, c.kind, v.num)
	case how == printQuoted && c.kind == document.Keyword: // the most frequent one, without copying
		term := c.terms.at(v.ord)
		return len(text) == len(term)+2 && text[0] == '"' && string(text[1:len(text)-1]) == term
	default:
		m.scratch, ok = m.printer.term(m.scratch[:0], how, c.kind, c.terms.at(v.ord))
	}
	return ok && string(m.scratch) == string(text)
}

// maxNth is how many values of a document are looked at.
const maxNth = 16

// invent finds a new recipe for a hole and adds it.
func (m *sourceMatcher) invent(s *skeletonMatcher, h *holeMatcher, row uint32, text []byte, i int) bool {
	columns := m.columnsOf(h)
	for _, c := range columns {
		values := c.rowValues(row)
		for n := range min(values.len(), maxNth) {
			for _, how := range printersOf(c.kind) {
				if m.prints(c, values.at(n), how, text) {
					h.recipes = append(h.recipes, recipe{kind: fromColumn, column: c.number, nth: uint32(n), how: how})
					return true
				}
			}
		}
	}
	return len(columns) == 0 && m.learn(s, h, text, i)
}

// earlier is the document that was taken apart last to learn from it: its row, plus one so that zero is none, and its values. All holes of a document learn from the same one.
type earlier struct {
	row   int
	shape document.Shape
	texts holeTexts
}

// earlierTexts are the values of a document before this one, which was taken apart at its time too.
func (m *sourceMatcher) earlierTexts(row int) *holeTexts {
	e := &m.earlier
	if e.row != row+1 {
		source := m.b.docs[row].Source
		e.shape.Scan(source)
		e.texts.set(source, e.shape.Holes)
		e.row = row + 1
	}
	return &e.texts
}

// learn finds a template for a hole from this document and the one before.
func (m *sourceMatcher) learn(s *skeletonMatcher, h *holeMatcher, text []byte, i int) bool {
	if text[0] != '"' || s.before < 0 || h.failures >= maxFailures || len(h.recipes) > nullRecipe+maxTemplates || len(text) > maxTemplateText {
		return false
	}
	h.failures++
	steps := len(text) * len(s.holes) // about as many
	if m.learning+steps > maxLearning {
		return false
	}
	m.learning += steps
	before := m.earlierTexts(s.before)
	parts := learn(before.inner(i), unquoted(text), before, &m.texts, func(hole int) bool { return len(m.columnsOf(&s.holes[hole])) > 0 })
	if parts == nil {
		return false
	}
	rest, ok := matches(parts, unquoted(text), &m.texts, m.rest)
	if !ok {
		return false
	}
	m.rest = rest
	h.recipes = append(h.recipes, recipe{kind: fromTemplate, parts: parts})
	h.failures = 0
	return true
}
