package aggs

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

// write prints cells, which are in order of their keys. key prints `key` and its companions; name is the bucket's name if they are keyed.
func (l *lattice) write(w *writer, n *node, k *keyed, cells []cell, key func(float64), name func(float64) string) {
	kept := cells[:0]
	for _, c := range cells {
		if k.count(c.entry) >= l.minDocCount {
			kept = append(kept, c)
		}
	}
	if !l.order.byKey() {
		kept = l.order.sortCells(n, k, kept)
	} else if l.order[0].desc {
		for i, j := 0, len(kept)-1; i < j; i, j = i+1, j-1 {
			kept[i], kept[j] = kept[j], kept[i]
		}
	}
	brackets := "[]"
	if l.keyed {
		brackets = "{}"
	}
	w.key("buckets")
	w.open(brackets[0])
	for _, c := range kept {
		if !w.bucket() {
			return
		}
		if l.keyed {
			w.key(name(c.num))
		}
		w.open('{')
		key(c.num)
		w.docCount(k.count(c.entry))
		if c.entry < 0 {
			w.aggs(n.subs, nil, 0)
		} else {
			w.aggs(n.subs, k.subs, c.entry)
		}
		w.close('}')
	}
	w.close(brackets[1])
}

// sortCells puts cells, which are in order of their keys, in this order.
func (o ordering) sortCells(n *node, k *keyed, cells []cell) []cell {
	out := make([]cell, len(cells))
	for i, place := range best(len(cells), len(cells), o.comparer(n, k, len(cells), func(i int) int { return cells[i].entry })) {
		out[i] = cells[place]
	}
	return out
}
