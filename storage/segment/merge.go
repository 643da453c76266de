package segment

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	segment "github.com/blevesearch/scorch_segment_api/v2"

	"github.com/vedette-siem/vedette/storage/document"
)

// dropped is the new number of a document that a merge leaves out, as scorch has it from its own segments.
const dropped = math.MaxUint64

// origin is where a merged document comes from.
type origin struct{ seg, doc uint32 }

// merge writes one segment out of several, without the deleted documents and ordered by time, and returns the new number of each old document.
// It holds one column at a time in memory. It ends with segment.ErrClosed soon after closeCh is closed.
func merge(w io.Writer, views []View, closeCh <-chan struct{}) ([][]uint64, error) {
	m := &merger{views: views, out: newOutput(w), closeCh: closeCh, keywords: map[string]*mergedKeyword{}}
	newDocs := m.order()
	m.out.write([]byte(magic))
	dir := directory{Docs: uint32(len(m.origins))}
	for _, name := range m.columnNames() {
		if m.closed() {
			return nil, segment.ErrClosed
		}
		c, err := m.column(name)
		if err != nil {
			return nil, err
		}
		if c != nil {
			dir.Columns = append(dir.Columns, c)
		}
	}
	var err error
	if dir.Source, err = m.sources(dir.Columns); err != nil {
		return nil, err
	}
	return newDocs, finish(m.out, dir)
}

type merger struct {
	views   []View
	out     *output
	closeCh <-chan struct{}
	origins []origin   // of each new document
	newDocs [][]uint64 // of each old one
	// keywords are those by whose ordinals a text is kept; they come before the text in order of names.
	keywords map[string]*mergedKeyword
}

func (m *merger) closed() bool {
	select {
	case <-m.closeCh:
		return true
	default:
		return false
	}
}

// order merges the documents by time. Inside a segment they are in order already, so the order of each segment's documents stays.
func (m *merger) order() [][]uint64 {
	times := make([]*Numbers, len(m.views))
	next := make([]uint32, len(m.views))
	m.newDocs = make([][]uint64, len(m.views))
	for i, v := range m.views {
		times[i] = v.Numbers(TimeField)
		m.newDocs[i] = make([]uint64, v.NumDocs())
	}
	for {
		best, bestTime := -1, int64(0)
		for i, v := range m.views {
			for int(next[i]) < v.NumDocs() && v.Deleted != nil && v.Deleted.Contains(next[i]) {
				m.newDocs[i][next[i]] = dropped
				next[i]++
			}
			if int(next[i]) == v.NumDocs() {
				continue
			}
			if t, _ := times[i].Value(next[i]); best < 0 || t < bestTime {
				best, bestTime = i, t
			}
		}
		if best < 0 {
			return m.newDocs
		}
		m.newDocs[best][next[best]] = uint64(len(m.origins))
		m.origins = append(m.origins, origin{uint32(best), next[best]})
		next[best]++
	}
}

func (m *merger) columnNames() []string {
	names := map[string]bool{}
	for _, v := range m.views {
		for _, c := range v.dir.Columns {
			names[c.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// column merges one column; it returns nil if no document has a value any more.
func (m *merger) column(name string) (*columnMeta, error) {
	kind := document.Kind(0)
	for _, v := range m.views {
		k := v.Kind(name)
		if k != 0 && kind != 0 && k != kind {
			return nil, fmt.Errorf("segment: field %s is a %s in %s, but a %s in another segment", name, k, v.path, kind)
		}
		kind = max(kind, k)
	}
	switch {
	case kind == document.Text:
		return m.text(name), nil
	case kind.Numeric():
		return m.numbers(name, kind), nil
	}
	return m.terms(name, kind), nil
}

// docsBetweenLooks is how many documents are merged between two looks at whether the merge must end.
const docsBetweenLooks = 1 << 14

func (m *merger) numDocs() uint32 { return uint32(len(m.origins)) }

func (m *merger) numbers(name string, kind document.Kind) *columnMeta {
	from := make([]*Numbers, len(m.views))
	for i, v := range m.views {
		from[i] = v.Numbers(name)
	}
	var v numberValues
	for doc, o := range m.origins {
		if doc%docsBetweenLooks == 0 && m.closed() {
			return nil // the merge ends after this column, and nothing of it is kept
		}
		if from[o.seg] == nil {
			continue
		}
		v.nums = from[o.seg].Values(o.doc, v.nums)
		for len(v.docs) < len(v.nums) {
			v.docs = append(v.docs, uint32(doc))
		}
	}
	if len(v.docs) == 0 {
		return nil
	}
	return writeNumbers(m.out, name, kind, m.numDocs(), v)
}

func (m *merger) terms(name string, kind document.Kind) *columnMeta {
	from := make([]*Terms, len(m.views))
	dicts := make([]*dictionary, len(m.views))
	used := make([][]bool, len(m.views))
	for i, v := range m.views {
		if from[i] = v.Terms(name); from[i] != nil {
			dicts[i] = &from[i].dict
			used[i] = m.usedTerms(i, from[i])
		}
	}
	dict, newOrds := mergeDicts(dicts, used)
	v := termValues{dict: dict}
	for doc, o := range m.origins {
		if doc%docsBetweenLooks == 0 && m.closed() {
			return nil // as in numbers
		}
		if from[o.seg] == nil {
			continue
		}
		old := len(v.ords)
		v.ords = from[o.seg].Ords(o.doc, v.ords)
		for i := old; i < len(v.ords); i++ {
			v.ords[i] = newOrds[o.seg][v.ords[i]]
			v.docs = append(v.docs, uint32(doc))
		}
	}
	if len(v.docs) == 0 {
		return nil
	}
	if m.isOver(name) {
		m.keywords[name] = newMergedKeyword(newOrds, used, v)
	}
	return writeTerms(m.out, name, kind, m.numDocs(), v)
}

// deletes reports whether documents of a segment are left out.
func (m *merger) deletes(seg int) bool {
	return m.views[seg].Deleted != nil && !m.views[seg].Deleted.IsEmpty()
}

// usedTerms marks the terms that a live document has; nil where all have.
func (m *merger) usedTerms(seg int, t *Terms) []bool {
	if !m.deletes(seg) {
		return nil
	}
	used := make([]bool, t.Len())
	var buf []uint32
	for doc, now := range m.newDocs[seg] {
		if now == dropped {
			continue
		}
		buf = t.Ords(uint32(doc), buf[:0])
		for _, ord := range buf {
			used[ord] = true
		}
	}
	return used
}

// mergeDicts merges sorted dictionaries and returns the new ordinal of each old term. A dictionary may be nil.
func mergeDicts(dicts []*dictionary, used [][]bool) (merged []string, newOrds [][]uint32) {
	cursors := make([]dictCursor, len(dicts))
	newOrds = make([][]uint32, len(dicts))
	for i, d := range dicts {
		if d != nil {
			newOrds[i] = make([]uint32, d.n)
			cursors[i] = d.cursor(0)
		}
	}
	for {
		best := -1
		for i, d := range dicts {
			if d == nil {
				continue
			}
			c := &cursors[i]
			for c.ord < d.n && used[i] != nil && !used[i][c.ord] {
				c.next()
			}
			if c.ord < d.n && (best < 0 || c.text() < cursors[best].text()) {
				best = i
			}
		}
		if best < 0 {
			return merged, newOrds
		}
		term := string(cursors[best].term)
		for i, d := range dicts {
			if c := &cursors[i]; d != nil && c.ord < d.n && c.text() == term {
				newOrds[i][c.ord] = uint32(len(merged))
				c.next()
			}
		}
		merged = append(merged, term)
	}
}
