package segment

import (
	"encoding/binary"
	"slices"

	"github.com/vedette-siem/vedette/storage/document"
)

// sourceMatcher finds for each document of a new segment the form that makes its source out of the columns.
type sourceMatcher struct {
	docs      []*document.Document
	columns   []*valueCursor // of all columns by name; nil of a text
	places    map[string]int // of a column's name in columns
	w         *sourceWriter
	skeletons []*skeletonMatcher
	shape     document.Shape
	number    uint32 // of the skeleton of the document before, if it is known
	known     bool
	texts     holeTexts
	printer   valuePrinter
	scratch   []byte
	rest      []byte
	learning  int      // steps that were spent on learning templates
	chosen    []uint16 // by hole: number of the recipe
}

// skeletonMatcher is what is known of the documents of one skeleton.
type skeletonMatcher struct {
	holes []holeMatcher
	forms map[string]uint32 // by chosen recipes
	// last is the form of the document before, whose recipes were lastChosen.
	last       uint32
	lastChosen []uint16
	before     int // number of the document before, or -1
}

// holeMatcher is what is known of one hole: the recipes that fitted so far, the last one first to be tried.
type holeMatcher struct {
	columns  []int // that may have its values
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

// valueCursor gives the values of one column, document after document.
type valueCursor struct {
	kind     document.Kind
	docs     []uint32
	nums     []int64
	ords     []uint32
	dict     []string
	from, to int // values of the present document
}

// move goes to a document that is not before the present one.
func (c *valueCursor) move(doc uint32) {
	for c.from < len(c.docs) && c.docs[c.from] < doc {
		c.from++
	}
	for c.to = max(c.to, c.from); c.to < len(c.docs) && c.docs[c.to] == doc; {
		c.to++
	}
}

// match writes the sources of the documents, whose columns are given.
func (m *sourceMatcher) match() {
	for i, d := range m.docs {
		m.rest = m.rest[:0]
		form, ok := m.document(i, d.Source)
		if !ok {
			form, m.rest = wholeForm, append(m.rest[:0], d.Source...)
		}
		m.w.add(form, m.rest)
	}
}

// document finds the form of a document and fills the rest. It returns false for a document that is kept whole.
func (m *sourceMatcher) document(i int, source []byte) (uint32, bool) {
	if !m.shape.Scan(source) {
		m.known = false
		return 0, false
	}
	if holes := len(m.shape.Holes); holes > maxHoles || holes*len(m.shape.Skeleton) > maxPathBytes {
		m.known = false
		return 0, false
	}
	number, ok := m.number, m.known
	if !m.shape.Same || !ok {
		number, ok = m.w.skeletons.number(m.shape.Skeleton)
		m.number, m.known = number, ok
	}
	if !ok {
		return 0, false
	}
	for len(m.skeletons) <= int(number) {
		m.skeletons = append(m.skeletons, m.newSkeleton(m.shape.Skeleton))
	}
	s := m.skeletons[number]
	m.texts.set(source, m.shape.Holes)
	m.chosen = m.chosen[:0]
	for h := range s.holes {
		m.chosen = append(m.chosen, m.hole(s, uint32(i), h))
	}
	s.before = i
	if len(m.rest) > 0 && !m.readsBack(s) {
		return 0, false
	}
	if s.last != 0 && slices.Equal(m.chosen, s.lastChosen) {
		return s.last, true
	}
	return m.form(s, number)
}

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
		key := string(m.scratch)
		f := form{skeleton: skeleton, recipes: make([]recipe, len(m.chosen))}
		for h, c := range m.chosen {
			f.recipes[h] = s.holes[h].recipes[c]
		}
		m.scratch = f.append(m.scratch[:0])
		if number, ok = m.w.forms.number(m.scratch); !ok {
			return 0, false
		}
		s.forms[key] = number
	}
	s.last, s.lastChosen = number, append(s.lastChosen[:0], m.chosen...)
	return number, true
}

func (m *sourceMatcher) newSkeleton(skeleton []byte) *skeletonMatcher {
	paths := document.Paths(skeleton)
	s := &skeletonMatcher{holes: make([]holeMatcher, len(paths)), forms: map[string]uint32{}, before: -1}
	for i, path := range paths {
		h := &s.holes[i]
		h.recipes = []recipe{restRecipe: {kind: fromRest}, nullRecipe: {kind: fromNull}}
		for _, name := range []string{path, path + ".keyword"} {
			if at, ok := m.places[name]; ok && m.columns[at] != nil {
				h.columns = append(h.columns, at)
			}
		}
	}
	return s
}

// hole chooses the recipe of a hole, and adds to the rest what it needs.
func (m *sourceMatcher) hole(s *skeletonMatcher, doc uint32, i int) uint16 {
	h, text := &s.holes[i], m.texts.text(i)
	if string(text) == "null" {
		return nullRecipe
	}
	if h.hot > nullRecipe && m.fits(&h.recipes[h.hot], doc, text) {
		return h.hot
	}
	for n := nullRecipe + 1; n < len(h.recipes); n++ {
		if n != int(h.hot) && m.fits(&h.recipes[n], doc, text) {
			h.hot = uint16(n)
			return h.hot
		}
	}
	if len(h.recipes) < maxRecipes && m.invent(s, h, doc, text, i) {
		h.hot = uint16(len(h.recipes) - 1)
		return h.hot
	}
	m.rest = append(binary.AppendUvarint(m.rest, uint64(len(text))), text...)
	return restRecipe
}

// fits reports whether a recipe makes the text, and adds to the rest what it needs.
func (m *sourceMatcher) fits(r *recipe, doc uint32, text []byte) bool {
	if r.kind == fromTemplate {
		if text[0] != '"' {
			return false
		}
		var ok bool
		m.rest, ok = matches(r.parts, unquoted(text), &m.texts, m.rest)
		return ok
	}
	c := m.columns[r.column]
	c.move(doc)
	return int(r.nth) < c.to-c.from && m.prints(c, int(r.nth), r.how, text)
}

// prints reports whether a printer makes the text of the present document's n-th value.
func (m *sourceMatcher) prints(c *valueCursor, n int, how printer, text []byte) bool {
	var ok bool
	switch {
	case c.kind.Numeric():
		m.scratch, ok = m.printer.number(m.scratch[:0], how, c.kind, c.nums[c.from+n])
	case how == printQuoted && c.kind == document.Keyword: // the most frequent one, without copying
		term := c.dict[c.ords[c.from+n]]
		return len(text) == len(term)+2 && text[0] == '"' && string(text[1:len(text)-1]) == term
	default:
		m.scratch, ok = m.printer.term(m.scratch[:0], how, c.kind, c.dict[c.ords[c.from+n]])
	}
	return ok && string(m.scratch) == string(text)
}

// maxNth is how many values of a document are looked at.
const maxNth = 16

// invent finds a new recipe for a hole and adds it.
func (m *sourceMatcher) invent(s *skeletonMatcher, h *holeMatcher, doc uint32, text []byte, i int) bool {
	for _, at := range h.columns {
		c := m.columns[at]
		c.move(doc)
		for n := range min(c.to-c.from, maxNth) {
			for _, how := range printersOf(c.kind) {
				if m.prints(c, n, how, text) {
					h.recipes = append(h.recipes, recipe{kind: fromColumn, column: uint32(at), nth: uint32(n), how: how})
					return true
				}
			}
		}
	}
	return len(h.columns) == 0 && m.learn(s, h, text, i)
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
	var before document.Shape
	var texts holeTexts
	source := m.docs[s.before].Source
	before.Scan(source)
	texts.set(source, before.Holes)
	parts := learn(texts.inner(i), unquoted(text), &texts, &m.texts, func(hole int) bool { return len(s.holes[hole].columns) > 0 })
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
