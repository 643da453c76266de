package aggs

import "slices"

// A lattice is what both histograms have in common: which of their buckets are printed, and how.
type lattice struct {
	minDocCount int64
	keyed       bool
	order       ordering
}

func parseLattice(o *options) lattice {
	return lattice{minDocCount: o.minDocs(0), keyed: o.flag("keyed", false), order: o.ordering("_key", false)}
}

// A cell is one bucket of a histogram on its way into the answer.
type cell struct {
	entry int // of the partial; -1 for a gap
	num   float64
}

// list makes the rows of cells, which are in order of their keys. The id of a row is the number of its cell in what keyOf reads.
func (l *lattice) list(n *node, k *keyed, cells []cell) (out *list, keyOf func(r *row) float64) {
	kept := cells[:0]
	for _, c := range cells {
		if k.count(c.entry) >= l.minDocCount {
			kept = append(kept, c)
		}
	}
	if !l.order.byKey() {
		kept = l.order.sortCells(n, k, kept)
	} else if l.order[0].desc {
		slices.Reverse(kept)
	}
	keyOf = func(r *row) float64 { return kept[r.id].num }
	out = &list{rows: make([]row, len(kept)), keyed: l.keyed, num: keyOf}
	empty := k.ofNothing()
	for i, c := range kept {
		out.rows[i] = row{id: i, subs: empty, at: noBucket}
		if c.entry >= 0 {
			out.rows[i] = row{id: i, count: k.count(c.entry), subs: k.subs, at: c.entry}
		}
	}
	return out, keyOf
}

// sortCells puts cells, which are in order of their keys, in this order.
func (o ordering) sortCells(n *node, k *keyed, cells []cell) []cell {
	out := make([]cell, len(cells))
	for i, place := range best(len(cells), len(cells), o.comparer(n, k, len(cells), func(i int) int { return cells[i].entry })) {
		out[i] = cells[place]
	}
	return out
}
