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
// Of a column it holds in memory the numbers that its terms and documents get, a few bytes each, and not what they say. It ends with segment.ErrClosed soon after closeCh is closed.
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
	for !(len(m.origins)%docsBetweenLooks == 0 && m.closed()) {
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
	return nil
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
		if k != 0 && kind != 0 && !mergeable(k, kind) {
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

// mergeable reports whether columns of two kinds can become one: those of the same kind, and whole numbers of before there was Unsigned, which become that.
func mergeable(a, b document.Kind) bool {
	return a == b || a == document.Long && b == document.Unsigned || a == document.Unsigned && b == document.Long
}

// docsBetweenLooks is how many documents are merged between two looks at whether the merge must end.
const docsBetweenLooks = 1 << 14

func (m *merger) numDocs() uint32 { return uint32(len(m.origins)) }
