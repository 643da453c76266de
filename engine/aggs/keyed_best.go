package aggs

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// A ranking is how the buckets of terms are chosen, where that goes by a number that adds up over the segments and is never negative: documents, or a sum.
type ranking struct {
	size int // how many buckets are shown
	// score makes the function that tells the number of an entry.
	score func(k *keyed) func(entry int) float64
}

// ranking is that of the aggregation, or nil: where the first key of its order is another one, or a bucket may be left out for what it has in all segments.
func (s *termsSpec) ranking(n *node) *ranking {
	first := s.order[0]
	if s.minDocCount != 1 || !first.desc {
		return nil
	}
	if first.path == "_count" {
		return &ranking{s.size, func(k *keyed) func(int) float64 { return func(e int) float64 { return float64(k.counts[e]) } }}
	}
	for i, sub := range n.subs {
		if metric, ok := sub.spec.(*statsSpec); ok && sub.name == first.path && (metric.kind == "sum" || metric.kind == "value_count") {
			return &ranking{s.size, func(k *keyed) func(int) float64 { return added(k.subs[i]) }}
		}
	}
	return nil
}

// added is what each bucket adds to a sum or a value_count, of which p may be nil.
func added(p partial) func(bucket int) float64 {
	s, _ := p.(*stats)
	switch {
	case s == nil:
		return func(int) float64 { return 0 }
	case s.parts.sum:
		return func(b int) float64 { return total(s.sums[b], s.lost[b]) }
	}
	return func(b int) float64 { return float64(s.counts[b]) }
}

// ranked is what a partial of one segment knows of its ranking. The zero value knows nothing.
type ranked struct {
	ranking *ranking
	lead    []lead  // the entries that come first in the segment
	weight  float64 // what the scores of all entries add up to
}

// A lead is an entry that comes first in its segment.
type lead struct {
	entry int
	score float64
}

// rank finds the lead of a partial with one owner.
func (k *keyed) rank(r *ranking) {
	if len(k.starts) != 2 {
		return
	}
	score, floor := r.score(k), -1.0
	heads, weight := make([]lead, 0, min(len(k.counts), 2*r.size)), 0.0
	cut := func() {
		slices.SortFunc(heads, func(a, b lead) int { return cmp.Compare(b.score, a.score) })
		if len(heads) >= r.size {
			heads, floor = heads[:r.size], heads[r.size-1].score
		}
	}
	for e := range k.counts {
		x := score(e)
		if !(x >= 0) {
			return
		}
		weight += x
		if x > floor {
			if heads = append(heads, lead{e, x}); len(heads) == 2*r.size {
				cut()
			}
		}
	}
	cut()
	k.ranked = ranked{r, slices.Clone(heads), weight}
}

// mergeBest merges only the entries that may be shown, and counts the documents of all others together; false is that it cannot, or that it does not pay.
func (k *keyed) mergeBest(m *merging, all []*keyed, parts []share) (done bool, err error) {
	for i, p := range all {
		if len(p.counts) > 0 && (p.ranking == nil || p.show.kind != k.show.kind || len(parts[i].to) != 1 || parts[i].to[0] != 0) {
			return false, nil
		}
	}
	if k.show.isText() {
		c := chooser[string]{merging: m, all: all, key: (*keyed).text, find: (*keyed).findText}
		k.texts = c.choose()
		return k.texts != nil, firstError(c.err, c.gather(k, k.texts))
	}
	c := chooser[int64]{merging: m, all: all, key: (*keyed).num, find: (*keyed).findNum}
	k.nums = c.choose()
	return k.nums != nil, firstError(c.err, c.gather(k, k.nums))
}

// A chooser finds the keys that may be among the first, in three steps: what comes first in a segment is looked up in all of them, which gives a score that so many keys
// reach; if each segment answers for its share of that score, a key that reaches it must reach the share in one of them at least; so those are looked up too.
// It is TPUT of Cao and Wang, "Efficient Top-K Query Calculation in Distributed Networks" (https://doi.org/10.1145/1011767.1011798), with shares by the segments' weights.
type chooser[K cmp.Ordered] struct {
	*merging
	all    []*keyed
	key    func(*keyed, int) K
	find   func(*keyed, K) (int, bool)
	scores []func(int) float64
	found  map[K]found
	left   int // entries that may be looked up before it would be cheaper to merge all
	err    error
}

// found is a key in all parts.
type found struct {
	entries []int // -1 where the part does not have it
	score   float64
}

// lookupCost is about how many entries are merged in the time that one is looked up.
const lookupCost = 16

// choose returns the keys in ascending order, or nil if it does not pay.
func (c *chooser[K]) choose() []K {
	c.found, c.scores = map[K]found{}, make([]func(int) float64, len(c.all))
	weight, size, longest := 0.0, 0, 0
	for i, p := range c.all {
		if len(p.counts) > 0 {
			c.scores[i], size, longest = p.ranking.score(p), p.ranking.size, max(longest, len(p.lead))
			weight, c.left = weight+p.weight, c.left+len(p.counts)/lookupCost
		}
	}
	if longest*len(c.all) > c.left {
		return nil
	}
	for _, p := range c.all {
		for _, l := range p.lead {
			if !c.add(c.key(p, l.entry)) {
				return nil
			}
		}
	}
	floor := c.floor(size)
	if !(floor > 0) || math.IsInf(weight, 1) || !c.addFrom(floor/weight) {
		return nil
	}
	return slices.Sorted(maps.Keys(c.found))
}

// addFrom adds the entries that reach a share of their parts' weights. It does not begin if they are too many: no key is more than once in a part.
func (c *chooser[K]) addFrom(share float64) bool {
	type place struct{ part, entry int }
	var places []place
	for i, p := range c.all {
		if c.err = c.stop.now(); c.err != nil {
			return false
		}
		least := share * p.weight
		for e := range p.counts {
			if c.scores[i](e) < least {
				continue
			}
			if places = append(places, place{i, e}); len(places) > c.left+len(c.found)*len(c.all) {
				return false
			}
		}
	}
	if c.err = c.take(16 * len(places)); c.err != nil {
		return false
	}
	for _, at := range places {
		if !c.add(c.key(c.all[at.part], at.entry)) {
			return false
		}
	}
	return true
}

// floor is a score that size keys reach, a little less for what rounding may have taken; 0 if there are not so many.
func (c *chooser[K]) floor(size int) float64 {
	if len(c.found) < size || size == 0 {
		return 0
	}
	scores := make([]float64, 0, len(c.found))
	for _, f := range c.found {
		scores = append(scores, f.score)
	}
	slices.Sort(scores)
	return scores[len(scores)-size] * (1 - 1e-9)
}

// foundBytes is about what a key holds beside its text and its entries.
const foundBytes = 128

// add looks a key up in all parts, once. False is that it does not pay any more, or an error.
func (c *chooser[K]) add(key K) bool {
	if _, known := c.found[key]; known {
		return true
	}
	if c.left -= len(c.all); c.left < 0 {
		return false
	}
	if c.err = c.take(foundBytes + 8*len(c.all)); c.err != nil {
		return false
	}
	f := found{entries: make([]int, len(c.all))}
	for i, p := range c.all {
		entry, ok := c.find(p, key)
		if !ok {
			f.entries[i] = -1
			continue
		}
		f.entries[i] = entry
		f.score += c.scores[i](entry)
	}
	c.found[key] = f
	return true
}

// gather merges what was found.
func (c *chooser[K]) gather(out *keyed, keys []K) error {
	if keys == nil {
		return nil
	}
	subs, to := make([][]partial, len(c.all)), make([][]uint32, len(c.all))
	nested := false
	for i, p := range c.all {
		if subs[i] = p.subs; len(p.subs) > 0 {
			if err := c.take(4 * len(p.counts)); err != nil {
				return err
			}
			nested, to[i] = true, slices.Repeat([]uint32{dropped}, len(p.counts))
		}
		for _, n := range p.counts {
			out.rest += n
		}
	}
	out.counts, out.starts = make([]int64, len(keys)), []uint32{0, uint32(len(keys))}
	for at, key := range keys {
		for i, entry := range c.found[key].entries {
			if entry < 0 {
				continue
			}
			out.counts[at] += c.all[i].counts[entry]
			if nested {
				to[i][entry] = uint32(at)
			}
		}
		out.rest -= out.counts[at]
	}
	if !nested {
		return nil
	}
	var err error
	out.subs, err = mergeAll(c.merging, subs, to, len(keys))
	return err
}
