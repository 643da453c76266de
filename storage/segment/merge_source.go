package segment

import (
	"fmt"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// sourceMerger writes the merged sources. A form stays what it was, but for the numbers of its skeleton and columns, and so does the rest of each document: a
// merge changes neither which values a document has nor their order.
type sourceMerger struct {
	w       *sourceWriter
	columns map[string]uint32 // places of the merged columns
	readers []*SourceReader
	forms   []map[uint32]uint32 // of each segment: new number of each form; wholeForm where there is none
	scratch []byte
}

func (m *merger) sources(columns []*columnMeta) (sourceMeta, error) {
	w := newSourceWriter(m.out)
	s := &sourceMerger{w: w, columns: make(map[string]uint32, len(columns))}
	for i, c := range columns {
		s.columns[c.Name] = uint32(i)
	}
	for _, v := range m.views {
		r := v.Sources()
		s.readers, s.forms = append(s.readers, r), append(s.forms, map[uint32]uint32{})
	}
	for i, o := range m.origins {
		if i%4096 == 0 && m.closed() {
			return sourceMeta{}, segment.ErrClosed
		}
		if err := s.add(o); err != nil {
			return sourceMeta{}, fmt.Errorf("segment %s: source of document %d: %w", m.views[o.seg].path, o.doc, err)
		}
	}
	return w.finish(), nil
}

// add takes the next document.
func (s *sourceMerger) add(o origin) error {
	r := s.readers[o.seg]
	number, rest, err := r.parts(o.doc)
	if err != nil {
		return err
	}
	form := uint32(wholeForm)
	if number != wholeForm {
		if form, err = s.form(o.seg, number); err != nil {
			return err
		}
		if form == wholeForm { // the table is full: keep the document whole
			if rest, err = r.read(o.doc); err != nil {
				return err
			}
		}
	}
	s.w.add(form, rest)
	return nil
}

// form is the merged number of a segment's form.
func (s *sourceMerger) form(seg, number uint32) (uint32, error) {
	if merged, ok := s.forms[seg][number]; ok {
		return merged, nil
	}
	r := s.readers[seg]
	f, err := r.form(number)
	if err != nil {
		return 0, err
	}
	moved := form{recipes: make([]recipe, len(f.recipes))}
	copy(moved.recipes, f.recipes)
	for i := range moved.recipes {
		recipe := &moved.recipes[i]
		if recipe.kind != fromColumn {
			continue
		}
		if int(recipe.column) >= len(r.seg.dir.Columns) {
			return 0, errForm
		}
		recipe.column = s.columns[r.seg.dir.Columns[recipe.column].Name]
	}
	merged := uint32(wholeForm)
	var ok bool
	if moved.skeleton, ok = s.w.skeletons.number(r.table.skeletons[f.skeleton].join()); ok {
		s.scratch = moved.append(s.scratch[:0])
		if merged, ok = s.w.forms.number(s.scratch); !ok {
			merged = wholeForm
		}
	}
	s.forms[seg][number] = merged
	return merged, nil
}
