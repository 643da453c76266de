package aggs

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// significantSpec is `significant_terms`: the values that are more frequent among the documents that match than in all of the index.
type significantSpec struct {
	source      source
	size        int
	minDocCount int64
	choice      choice
	hint        *string   // execution_hint, nil without
	background  dsl.Query // nil is everything
	score       significance
}

func parseSignificantTerms(o *options) spec {
	s := &significantSpec{source: o.source(), choice: o.choice(), minDocCount: o.minDocs(3), score: o.significance()}
	size := o.whole("size", 10)
	if size <= 0 {
		o.refuse("size", eserr.Illegal("[size] must be greater than 0. Found [%d] in [%s]", size, o.name))
	}
	s.size = int(min(size, 1<<31-1))
	if n := o.whole("shard_size", -1); n <= 0 && o.value("shard_size") != nil {
		o.refuse("shard_size", eserr.Illegal("[shardSize] must be greater than 0. Found [%d] in [%s]", n, o.name))
	}
	if n := o.whole("shard_min_doc_count", 0); n < 0 {
		o.refuse("shard_min_doc_count", eserr.Illegal("[shardMinDocCount] must be greater than or equal to 0. Found [%d] in [%s]", n, o.name))
	}
	if raw := o.get("background_filter"); raw != nil {
		var err error
		if s.background, err = dsl.Parse(raw); err != nil {
			o.fail(err)
		}
	}
	s.hint = o.hint()
	return s
}

func (s *significantSpec) typed(p partial) string {
	k, ok := p.(*significant)
	switch {
	case !ok:
		return "umsigterms"
	case k.show.isText():
		return "sigsterms"
	}
	return "siglterms"
}

func (s *significantSpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	v, err := s.source.bind(n, ix, anyKind)
	if err != nil {
		return nil, err
	}
	if v == nil {
		return func(*segmentState, bool) (collector, error) { return nothingSignificant{}, nil }, nil
	}
	if v.show.kind == document.Double {
		return nil, eserr.Shard("unsupported_operation_exception", "No support for examining floating point numerics")
	}
	if err := checkHint(s.hint, v); err != nil {
		return nil, err
	}
	chosen, err := s.choice.bind(n, v, ix.Now)
	if err != nil {
		return nil, err
	}
	var background dsl.Query
	if s.background != nil {
		if background, err = dsl.Rewrite(s.background, ix.Mapping, ix.Now); err != nil {
			return nil, err
		}
	}
	return func(seg *segmentState, single bool) (collector, error) {
		c := &significantCollector{keyedCollector: keyedCollector{seg: seg, name: n.name, show: v.show, single: single, slots: emptySlots{}}, all: seg.view.Live()}
		if background != nil {
			docs, err := seg.filter(background)
			if err != nil {
				return nil, fmt.Errorf("background_filter of aggregation %s: %w", n.name, err)
			}
			c.all.And(docs)
		}
		if slots := openSlots(v, seg, chosen, false); slots != nil {
			c.slots = slots
		}
		var err error
		c.subs, err = collectors(subs, seg, false)
		return c, err
	}, nil
}

func (s *significantSpec) list(w *writer, _ *node, p partial, bucket int) *list {
	l := &list{num: noNumber, name: func(*row) string { return "" }}
	if _, unmapped := p.(nothingSignificant); unmapped {
		return l
	}
	k, ok := p.(*significant)
	if !ok { // no document was there to look at
		l.before = compared(0, 0)
		return l
	}
	subset, all, from, to := int64(0), k.all, 0, 0
	if bucket < len(k.subset) { // else it is a bucket without documents
		subset = k.subset[bucket]
		from, to = k.entries(bucket)
	}
	scores := map[int]float64{}
	if !w.borrow(to - from) {
		return nil
	}
	for e := from; e < to; e++ {
		x, err := s.score(float64(k.counts[e]), float64(subset), float64(k.background(e)), float64(all))
		if err != nil {
			w.fail(err)
			return nil
		}
		if x > 0 && k.counts[e] >= s.minDocCount {
			scores[e] = x
			l.rows = append(l.rows, k.row(e))
		}
	}
	slices.SortStableFunc(l.rows, func(a, b row) int { return cmp.Compare(scores[b.id], scores[a.id]) })
	l.rows = l.rows[:min(len(l.rows), s.size)]
	k.keysOf(l)
	l.before = compared(subset, all)
	l.tail = func(w *writer, r *row) {
		w.key("score")
		w.double(scores[r.id])
		w.key("bg_count")
		w.whole(k.background(r.id))
	}
	return l
}

// compared writes how many documents a bucket of the parent has, and with how many they are compared.
func compared(subset, all int64) func(*writer) {
	return func(w *writer) {
		w.docCount(subset)
		w.key("bg_count")
		w.whole(all)
	}
}

// significant is a keyed partial with what its counts are compared with, which does not depend on the bucket of the parent.
type significant struct {
	*keyed
	subset []int64 // documents in each bucket of the parent
	all    int64   // documents to compare with
	seen   *keyed  // how many of those have each value, with one owner
}

// background is how many documents to compare with have the value of an entry.
func (k *significant) background(entry int) int64 {
	find := func() (int, bool) { return k.seen.findNum(k.nums[entry]) }
	if k.show.isText() {
		find = func() (int, bool) { return k.seen.findText(k.texts[entry]) }
	}
	if at, ok := find(); ok {
		return k.seen.counts[at]
	}
	return 0
}

func (k *significant) clone() partial {
	return &significant{k.keyed.clone().(*keyed), slices.Clone(k.subset), k.all, k.seen.clone().(*keyed)}
}

func (k *significant) bytes() int { return k.keyed.bytes() + k.seen.bytes() + 8*len(k.subset) }

func (k *significant) merge(m *merging, parts []share, buckets int) (partial, error) {
	if err := m.take(8 * buckets); err != nil {
		return nil, err
	}
	out := &significant{subset: make([]int64, buckets)}
	own, seen := make([]share, 0, len(parts)), make([]share, 0, len(parts))
	for _, part := range parts {
		p, ok := part.partial.(*significant)
		if !ok {
			continue // of an index without the field
		}
		own, seen = append(own, share{p.keyed, part.to}), append(seen, share{p.seen, []uint32{0}})
		out.all += p.all
		for from, to := range part.to {
			if to != dropped {
				out.subset[to] += p.subset[from]
			}
		}
	}
	merged, err := k.keyed.merge(m, own, buckets)
	if err != nil {
		return nil, err
	}
	out.keyed = merged.(*keyed)
	if merged, err = k.seen.merge(m, seen, 1); err != nil {
		return nil, err
	}
	out.seen = merged.(*keyed)
	return out, nil
}

// nothingSignificant is the collector and the partial of an index without the field.
type nothingSignificant struct{}

func (nothingSignificant) collect(_, _ []uint32, _ int) {}
func (n nothingSignificant) finish([]uint32) partial    { return n }
func (n nothingSignificant) clone() partial             { return n }
func (nothingSignificant) bytes() int                   { return 0 }

func (n nothingSignificant) merge(m *merging, parts []share, buckets int) (partial, error) {
	for _, part := range parts {
		if s, ok := part.partial.(*significant); ok {
			return s.merge(m, parts, buckets)
		}
	}
	return n, nil
}

// A significantCollector also counts the documents of each owner, and in the end the values in all documents.
type significantCollector struct {
	keyedCollector
	all     *roaring.Bitmap
	subset  []int64
	ownRoom reserve
}

// collectWhole is not for it, as it would count no owners.
func (c *significantCollector) collectWhole() bool { return false }

func (c *significantCollector) collect(docs, owners []uint32, buckets int) {
	if !c.ownRoom.grow(c.seg, buckets, 8) {
		return
	}
	c.subset = grown(c.subset, buckets)
	if owners == nil {
		c.subset[0] += int64(len(docs))
	}
	for i, o := range owners {
		if i == 0 || docs[i] != docs[i-1] || o != owners[i-1] {
			c.subset[o]++
		}
	}
	c.keyedCollector.collect(docs, owners, buckets)
}

func (c *significantCollector) finish(owners []uint32) partial {
	all := &keyedCollector{seg: c.seg, name: c.name, show: c.show, slots: c.slots, single: true, counts: c.countAll()}
	k, _ := c.keyedCollector.finish(owners).(*keyed)
	seen, _ := all.finish([]uint32{0}).(*keyed)
	if c.seg.take(8 * len(owners)); c.seg.err != nil || k == nil || seen == nil {
		return nil
	}
	out := &significant{keyed: k, seen: seen, subset: make([]int64, len(owners)), all: int64(c.all.GetCardinality())}
	for i, owner := range owners {
		if int(owner) < len(c.subset) {
			out.subset[i] = c.subset[owner]
		}
	}
	return out
}

// countAll counts the documents to compare with by slot.
func (c *significantCollector) countAll() []uint32 {
	c.seg.take(4 * c.slots.count())
	counts := make([]uint32, c.slots.count())
	buf := make([]uint32, maxBlock)
	for it := c.all.ManyIterator(); !c.seg.stopped(0); {
		n := it.NextMany(buf)
		if n == 0 {
			break
		}
		_, _, slots := c.slots.read(buf[:n], nil)
		for _, s := range slots {
			counts = grown(counts, int(s)+1)
			counts[s]++
		}
	}
	return counts
}
