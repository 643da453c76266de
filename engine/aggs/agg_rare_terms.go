package aggs

import (
	"cmp"
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// rareTermsSpec is `rare_terms`: one bucket for each value that few documents have. Counts are exact, so that precision changes nothing.
type rareTermsSpec struct {
	source source
	most   int64 // max_doc_count
	choice choice
}

func parseRareTerms(o *options) spec {
	s := &rareTermsSpec{source: o.source(), most: o.whole("max_doc_count", 1), choice: o.choice()}
	switch {
	case s.most <= 0:
		o.refuse("max_doc_count", eserr.Illegal("[max_doc_count] must be greater than 0. Found [%d] in [%s]", s.most, o.name))
	case s.most > 100:
		o.refuse("max_doc_count", eserr.Illegal("[max_doc_count] must be smallerthan 100in [%s]", o.name))
	}
	if x, ok := o.number("precision"); ok && x < 0.00001 {
		o.refuse("precision", eserr.Illegal("[precision] must be greater than 0.00001"))
	}
	return s
}

func (s *rareTermsSpec) typed(p partial) string {
	k, ok := p.(*keyed)
	switch {
	case !ok:
		return "umrareterms"
	case k.show.isText():
		return "srareterms"
	}
	return "lrareterms"
}

func (s *rareTermsSpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	v, err := s.source.bind(n, ix, anyKind)
	if err != nil || v == nil {
		return nil, err
	}
	if v.show.kind == document.Double {
		return nil, eserr.Shard(eserr.IllegalArgument, "RareTerms aggregation does not support floating point fields.")
	}
	chosen, err := s.choice.bind(n, v, ix.Now)
	if err != nil {
		return nil, err
	}
	return func(seg *segmentState, single bool) (collector, error) {
		c := &keyedCollector{seg: seg, name: n.name, show: v.show, single: single}
		if c.slots = openSlots(v, seg, chosen, false); c.slots == nil {
			c.slots = emptySlots{}
		}
		var err error
		c.subs, err = collectors(subs, seg, false)
		return c, err
	}, nil
}

// list has the rarest first, and among equals the least key.
func (s *rareTermsSpec) list(w *writer, _ *node, p partial, bucket int) *list {
	k, _ := p.(*keyed)
	from, to := k.entries(bucket)
	if !w.borrow(to - from) {
		return nil
	}
	l := &list{name: func(*row) string { return "" }, num: noNumber}
	for e := from; e < to; e++ {
		if k.counts[e] <= s.most {
			l.rows = append(l.rows, k.row(e))
		}
	}
	slices.SortStableFunc(l.rows, func(a, b row) int { return cmp.Compare(a.count, b.count) })
	k.keysOf(l)
	return l
}
