package aggs

import (
	"slices"
	"time"
)

// Clone is a Partial that shares nothing with p which merging or printing changes, so that one can be kept and the other used up. Only of a Keepable tree.
func (p *Partial) Clone() *Partial {
	if p == nil {
		return nil
	}
	out := *p
	out.nodes = cloneAll(p.nodes)
	return &out
}

// SetNow sets the time of the request that the Partial is used for now.
func (p *Partial) SetNow(now time.Time) {
	if p != nil {
		p.now = now
	}
}

// Bytes is about how much memory the Partial holds.
func (p *Partial) Bytes() int {
	if p == nil {
		return 0
	}
	return 64 + bytesOf(p.nodes)
}

// Keepable reports whether Partials of the tree can be kept beyond the search: those of top_hits and samplers refer to its segments.
func (t *Tree) Keepable() bool { return t == nil || keepable(t.nodes) }

func keepable(nodes []*node) bool {
	return !slices.ContainsFunc(nodes, func(n *node) bool {
		_, hits := n.spec.(*topHitsSpec)
		_, sample := n.spec.(*samplerSpec)
		return hits || sample || !keepable(n.subs)
	})
}

func cloneAll(nodes []partial) []partial {
	out := slices.Clone(nodes)
	for i, n := range out {
		if n != nil {
			out[i] = n.clone()
		}
	}
	return out
}

func bytesOf(nodes []partial) int {
	sum := 16 * len(nodes)
	for _, n := range nodes {
		if n != nil {
			sum += 128 + n.bytes()
		}
	}
	return sum
}

func (k *keyed) clone() partial {
	out := *k // merging changes nothing of what it holds itself
	out.subs = cloneAll(k.subs)
	return &out
}

func (k *keyed) bytes() int {
	n := 8*(len(k.counts)+len(k.nums)) + 16*(len(k.texts)+len(k.lead)) + 4*(len(k.starts)+len(k.ords)) + bytesOf(k.subs)
	for _, text := range k.texts {
		n += len(text)
	}
	return n
}

func (f *fixed) clone() partial {
	out := *f
	out.counts, out.subs = slices.Clone(f.counts), cloneAll(f.subs)
	return &out
}

func (f *fixed) bytes() int { return 8*len(f.counts) + bytesOf(f.subs) }

func (s *stats) clone() partial {
	out := *s
	out.counts, out.sums, out.lost = slices.Clone(s.counts), slices.Clone(s.sums), slices.Clone(s.lost)
	out.mins, out.maxs, out.squares, out.sqLost = slices.Clone(s.mins), slices.Clone(s.maxs), slices.Clone(s.squares), slices.Clone(s.sqLost)
	return &out
}

func (s *stats) bytes() int {
	return 8 * (len(s.counts) + len(s.sums) + len(s.lost) + len(s.mins) + len(s.maxs) + len(s.squares) + len(s.sqLost))
}

func (d *distincts) clone() partial {
	out := &distincts{threshold: d.threshold, sets: slices.Clone(d.sets)}
	for i := range out.sets {
		s := &out.sets[i]
		s.slots = slices.Clone(s.slots)
		if s.sketch != nil {
			s.sketch = s.sketch.Clone()
		}
	}
	return out
}

func (d *distincts) bytes() int {
	n := setBytes * len(d.sets)
	for i := range d.sets {
		n += 8 * len(d.sets[i].slots)
		if d.sets[i].sketch != nil {
			n += sketchBytes
		}
	}
	return n
}

func (q *quantiles) clone() partial {
	out := &quantiles{show: q.show, sets: slices.Clone(q.sets)}
	for i := range out.sets {
		s := &out.sets[i]
		s.values = slices.Clone(s.values)
		if s.sketch != nil {
			s.sketch = s.sketch.Copy()
		}
	}
	return out
}

func (q *quantiles) bytes() int {
	n := quantileBytes * len(q.sets)
	for i := range q.sets {
		n += 8 * len(q.sets[i].values)
		if q.sets[i].sketch != nil {
			n += quantileSketchBytes
		}
	}
	return n
}

func (h hitsPartials) clone() partial { panic("BUG: aggs: hits of a segment are kept") }
func (h hitsPartials) bytes() int     { return 16 * len(h) }
