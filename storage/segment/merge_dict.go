package segment

import "math"

// goneTerm is the new ordinal of a term that no document has any more.
const goneTerm = math.MaxUint32

// termsBetweenLooks is how many terms are merged between two looks at whether the merge must end.
const termsBetweenLooks = 1 << 8

// mergedDict is a dictionary made of those of several segments. It does not hold the terms, but which segment has each.
type mergedDict struct {
	*merger
	dicts   []*dictionary // of each segment; nil where it has none
	newOrds [][]uint32    // of each of their terms, ascending but for goneTerm
	from    []uint16      // a segment of each merged term
	found   formFinder
	term    []byte // that is being merged
}

// mergeDicts merges dictionaries. used says which of each one's terms a document has; nil is all.
func (m *merger) mergeDicts(dicts []*dictionary, used [][]bool) *mergedDict {
	d := &mergedDict{merger: m, dicts: dicts, newOrds: make([][]uint32, len(dicts))}
	cursors := d.cursors()
	for i, dict := range dicts {
		if dict != nil {
			d.newOrds[i] = make([]uint32, dict.n)
			skipGone(&cursors[i], d.newOrds[i], used[i])
		}
	}
	for open := true; ; {
		best := least(cursors)
		if best < 0 || len(d.from)%termsBetweenLooks == 0 && m.closed() { // the merge ends after this column, and nothing of it is kept
			return d
		}
		d.term = append(d.term[:0], cursors[best].term...)
		term := textOf(d.term)
		open = open && d.found.add(term)
		for i := range cursors {
			if c := &cursors[i]; c.d != nil && c.ord < c.d.n && c.text() == term {
				d.newOrds[i][c.ord] = uint32(len(d.from))
				c.next()
				skipGone(c, d.newOrds[i], used[i])
			}
		}
		d.from = append(d.from, uint16(best))
	}
}

// least is the cursor that stands on the first of all terms, or -1 at the end of all.
func least(cursors []dictCursor) int {
	best := -1
	for i := range cursors {
		if c := &cursors[i]; c.d != nil && c.ord < c.d.n && (best < 0 || c.text() < cursors[best].text()) {
			best = i
		}
	}
	return best
}

// skipGone moves the cursor to a term that a document has.
func skipGone(c *dictCursor, newOrds []uint32, used []bool) {
	for used != nil && c.ord < c.d.n && !used[c.ord] {
		newOrds[c.ord] = goneTerm
		c.next()
	}
}

// cursors stand on the first terms; those of segments without a dictionary have none.
func (d *mergedDict) cursors() []dictCursor {
	cursors := make([]dictCursor, len(d.dicts))
	for i, dict := range d.dicts {
		if dict != nil {
			cursors[i] = dict.cursor(0)
		}
	}
	return cursors
}

func (d *mergedDict) len() int       { return len(d.from) }
func (d *mergedDict) form() dictForm { return d.found.form() }

// each implements termList. It ends early if the merge must end.
func (d *mergedDict) each(f func(string) bool) {
	cursors := d.cursors()
	for ord, seg := range d.from {
		if ord%termsBetweenLooks == 0 && d.closed() {
			return
		}
		c := &cursors[seg]
		for d.newOrds[seg][c.ord] != uint32(ord) {
			c.next()
		}
		if !f(c.text()) {
			return
		}
	}
}

// wordOrigins finds where merged terms come from, one after the other.
type wordOrigins struct {
	dict *mergedDict
	at   []uint32 // the next term of each segment
	list []origin
}

// of returns the segments that have a term, and its ordinal in each, in memory that the next call uses again. Terms come in ascending order, none left out.
func (w *wordOrigins) of(ord uint32) []origin {
	w.list = w.list[:0]
	for seg, newOrds := range w.dict.newOrds {
		at := &w.at[seg]
		for int(*at) < len(newOrds) && newOrds[*at] == goneTerm {
			*at++
		}
		if int(*at) < len(newOrds) && newOrds[*at] == ord {
			w.list = append(w.list, origin{uint32(seg), *at})
			*at++
		}
	}
	return w.list
}
