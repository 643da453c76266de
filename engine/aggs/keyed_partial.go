package aggs

import (
	"cmp"
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// keyed is the partial of aggregations whose buckets come from values. The buckets of one owner stand together, with ascending keys.
type keyed struct {
	name string // of the aggregation, for errors
	show *display
	// Bucket i of the parent owns the entries [starts[i], starts[i+1]).
	starts []uint32
	texts  []string // keys, if show.isText
	nums   []int64  // keys, if not
	counts []int64
	subs   []partial
	// limit is how many buckets of an owner are kept, from the first; 0 keeps all.
	limit int
	// sources show the parts of a composite key, nil in the others.
	sources []*display
}

func (k *keyed) own() int { return 24*len(k.counts) + 4*len(k.starts) }

// entries returns the range of a parent's bucket. It is empty for nil and for buckets that are not there.
func (k *keyed) entries(bucket int) (from, to int) {
	if k == nil || bucket+1 >= len(k.starts) {
		return 0, 0
	}
	return int(k.starts[bucket]), int(k.starts[bucket+1])
}

func (k *keyed) merge(parts []share, buckets int) (partial, error) {
	all, err := alike(parts)
	if err != nil {
		return nil, err
	}
	out := &keyed{name: k.name, show: all[0].show, limit: all[0].limit, sources: all[0].sources, starts: make([]uint32, 1, buckets+1)}
	m := merger{out: out, stop: parts[0].stop, to: make([][]uint32, len(all))}
	subs := make([][]partial, len(all))
	for i, p := range all {
		m.to[i], subs[i] = make([]uint32, len(p.counts)), p.subs
		for j := range m.to[i] {
			m.to[i][j] = dropped
		}
	}
	for _, runs := range runsOf(all, parts, buckets) {
		if out.show.isText() {
			mergeRuns(&m, runs, func(src int) []string { return all[src].texts }, &out.texts, all)
		} else {
			mergeRuns(&m, runs, func(src int) []int64 { return all[src].nums }, &out.nums, all)
		}
		out.starts = append(out.starts, uint32(len(out.counts)))
	}
	if m.err != nil {
		return nil, m.err
	}
	out.subs, err = mergeAll(subs, m.to, len(out.counts), m.stop)
	return out, err
}

// alike makes the keys of all parts comparable: whole numbers become doubles where another part has doubles. Parts without buckets adapt to the others.
func alike(parts []share) ([]*keyed, error) {
	all := make([]*keyed, len(parts))
	var first *keyed
	for i, s := range parts {
		all[i] = s.partial.(*keyed)
		if first == nil || len(all[i].counts) > 0 && (len(first.counts) == 0 || order(all[i].show) > order(first.show) || order(all[i].show) == order(first.show) && showID(all[i].show) < showID(first.show)) {
			first = all[i]
		}
	}
	for i, p := range all {
		switch {
		case p.show.isText() != first.show.isText() || p.sources != nil && !sameSources(p.sources, first.sources):
			if len(p.counts) > 0 {
				return nil, eserr.Shard("aggregation_execution_exception", "Merging/Reducing the aggregations failed when computing the aggregation [%s] because the field "+
					"you gave in the aggregation query existed as two different types in two different indices", p.name)
			}
			all[i] = &keyed{show: first.show, starts: p.starts, subs: p.subs, sources: first.sources}
		case first.show.kind == document.Double && p.show.kind != document.Double:
			for j, n := range p.nums {
				p.nums[j] = document.SortableDouble(float64(n))
			}
		}
	}
	// the first decides how keys are shown
	out := *all[0]
	out.show, out.limit, out.name, out.sources = first.show, first.limit, first.name, bestSources(all)
	all[0] = &out
	return all, nil
}

// order ranks kinds: doubles can hold what the others have.
func order(d *display) int {
	if d.kind == document.Double {
		return 1
	}
	return 0
}

// showID tells displays apart, so that what is chosen does not depend on the order of parts.
func showID(d *display) string { return d.kind.String() + " " + d.dates.String() }

// bestSources takes each source's display from a part that maps the field; nil for partials that are no composites.
func bestSources(all []*keyed) []*display {
	out := slices.Clone(all[0].sources)
	for _, p := range all[1:] {
		for i, show := range p.sources {
			if out[i] == nil || show != nil && showID(show) < showID(out[i]) {
				out[i] = show
			}
		}
	}
	return out
}

// sameSources reports whether the keys of two composites can be compared.
func sameSources(a, b []*display) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != nil && b[i] != nil && a[i].kind != b[i].kind {
			return false
		}
	}
	return true
}

// A run is a piece of one source's entries that goes into one bucket of the merged parent.
type run struct {
	src      int
	from, to uint32
}

func runsOf(all []*keyed, parts []share, buckets int) [][]run {
	runs := make([][]run, buckets)
	for src, p := range all {
		for i, to := range parts[src].to {
			if from, end := p.entries(i); to != dropped && from < end {
				runs[to] = append(runs[to], run{src, uint32(from), uint32(end)})
			}
		}
	}
	return runs
}

// A merger writes the merged entries of one bucket of the parent after the other.
type merger struct {
	out *keyed
	to  [][]uint32 // where each source's entries went

	stop  stop
	steps int
	err   error
}

// A head is the next entry of a run.
type head[K cmp.Ordered] struct {
	key K
	run
}

// mergeRuns merges the runs of one bucket by a heap of their heads, adding up what has the same key.
func mergeRuns[K cmp.Ordered](m *merger, runs []run, keysOf func(int) []K, keys *[]K, all []*keyed) {
	first := len(*keys)
	heap := make([]head[K], 0, len(runs))
	for _, r := range runs {
		heap = append(heap, head[K]{keysOf(r.src)[r.from], r})
	}
	for i := len(heap)/2 - 1; i >= 0; i-- {
		sink(heap, i)
	}
	for len(heap) > 0 && m.err == nil {
		m.err = m.stop.at(m.steps)
		m.steps++
		top := &heap[0]
		if n := len(*keys); n == first || (*keys)[n-1] != top.key {
			if m.out.limit > 0 && n-first == m.out.limit {
				return
			}
			*keys, m.out.counts = append(*keys, top.key), append(m.out.counts, 0)
		}
		entry := len(*keys) - 1
		m.out.counts[entry] += all[top.src].counts[top.from]
		m.to[top.src][top.from] = uint32(entry)
		if top.from++; top.from < top.to {
			top.key = keysOf(top.src)[top.from]
		} else {
			heap[0] = heap[len(heap)-1]
			heap = heap[:len(heap)-1]
		}
		sink(heap, 0)
	}
}

// sink moves the head at i down to where it belongs.
func sink[K cmp.Ordered](heap []head[K], i int) {
	for {
		least := i
		for _, child := range [2]int{2*i + 1, 2*i + 2} {
			if child < len(heap) && heap[child].key < heap[least].key {
				least = child
			}
		}
		if least == i {
			return
		}
		heap[i], heap[least] = heap[least], heap[i]
		i = least
	}
}

// count is the number of documents of an entry; entry -1 has none.
func (k *keyed) count(entry int) int64 {
	if entry < 0 {
		return 0
	}
	return k.counts[entry]
}
