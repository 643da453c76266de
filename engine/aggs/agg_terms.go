package aggs

import (
	"github.com/vedette-siem/vedette/engine/eserr"
)

// termsSpec is `terms`: one bucket for each distinct value. Counts are exact, so that shard_size changes only which documents count as other ones.
type termsSpec struct {
	source      source
	size        int
	minDocCount int64
	shardSize   int   // how many buckets a shard of Elasticsearch would send
	shardMin    int64 // shard_min_doc_count
	order       ordering
	errors      bool // show_term_doc_count_error
	choice      choice
	hint        *string // execution_hint, nil without
}

func parseTerms(o *options) spec {
	s := &termsSpec{source: o.source()}
	s.readSize(o)
	s.choice = o.choice()
	s.hint = o.hint()
	return s
}

// readSize reads which buckets are shown, and how.
func (s *termsSpec) readSize(o *options) {
	s.minDocCount, s.order, s.errors = o.minDocs(1), o.ordering("_count", true), o.flag("show_term_doc_count_error", false)
	size := o.whole("size", 10)
	if size <= 0 {
		o.refuse("size", eserr.Illegal("[size] must be greater than 0. Found [%d] in [%s]", size, o.name))
	}
	s.size = int(min(size, 1<<31-1))
	n := o.whole("shard_size", -1)
	if n <= 0 && o.value("shard_size") != nil {
		o.refuse("shard_size", eserr.Illegal("[shardSize] must be greater than 0. Found [%d] in [%s]", n, o.name))
	}
	s.shardSize = s.sentSize(n)
	if s.shardMin = o.whole("shard_min_doc_count", 0); s.shardMin < 0 {
		o.refuse("shard_min_doc_count", eserr.Illegal("[shardMinDocCount] must be greater than or equal to 0. Found [%d] in [%s]", s.shardMin, o.name))
	}
	switch mode := o.text("collect_mode"); mode {
	case "", "depth_first", "breadth_first":
	default:
		o.refuse("collect_mode", eserr.BadRequest("parse_exception", "no [collect_mode] found for value [%s]", mode))
	}
}

// sentSize is how many buckets a shard of Elasticsearch sends, where so many are asked for; -1 for none. See TermsAggregatorFactory and BucketUtils in
// https://github.com/elastic/elasticsearch/tree/v8.19.0/server/src/main/java/org/elasticsearch/search/aggregations/bucket.
func (s *termsSpec) sentSize(asked int64) int {
	if asked < 0 && s.order[0].path != "_key" {
		asked = int64(float64(s.size)*1.5 + 10)
	}
	return int(min(max(asked, int64(s.size)), 1<<31-1))
}

func (s *termsSpec) typed(p partial) string {
	if k, ok := p.(*keyed); ok {
		return k.show.name()
	}
	return "umterms"
}

func (s *termsSpec) validate(_ []*node, n *node) error { return s.order.validate(n) }

func (s *termsSpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	v, err := s.source.bind(n, ix, anyKind)
	if err != nil || v == nil {
		return nil, err
	}
	if err := checkHint(s.hint, v); err != nil {
		return nil, err
	}
	chosen, err := s.choice.bind(n, v, ix.Now)
	if err != nil {
		return nil, err
	}
	ranking := s.ranking(n)
	return func(seg *segmentState, single bool) (collector, error) {
		c := &keyedCollector{seg: seg, name: n.name, show: v.show, single: single, all: s.minDocCount == 0}
		if single {
			c.ranking = ranking
		}
		if c.slots = openSlots(v, seg, chosen, c.all); c.slots == nil {
			c.slots = emptySlots{}
		}
		var err error
		c.subs, err = collectors(subs, seg, false)
		return c, err
	}, nil
}

// openSlots opens the column of some values as slots; nil if the segment has nothing of it. all has every value of the column as a slot from the start.
func openSlots(v *values, seg *segmentState, chosen *chosen, all bool) slots {
	if v.show.isText() {
		r := v.terms(seg)
		if r == nil {
			return nil
		}
		return &termSlots{termReader: r, accept: chosen.ordinals(r)}
	}
	r := v.numbers(seg)
	if r == nil {
		return nil
	}
	n := &numberSlots{numberReader: r, accept: chosen.numbers()}
	if all {
		n.learn(seg.view.NumDocs())
	} else {
		n.narrow()
	}
	return n
}

func (s *termsSpec) list(w *writer, n *node, p partial, bucket int) *list {
	k, _ := p.(*keyed)
	l := s.choose(w, n, k, bucket)
	if l != nil {
		k.keysOf(l)
	}
	return l
}

// choose makes the rows of the buckets that are shown, in their order, without keys.
func (s *termsSpec) choose(w *writer, n *node, k *keyed, bucket int) *list {
	from, to := k.entries(bucket)
	if !w.borrow(to - from) {
		return nil
	}
	entries := make([]int, 0, to-from)
	other := int64(0)
	if k != nil {
		other = k.rest
	}
	for e := from; e < to; e++ {
		other += k.counts[e]
		if k.counts[e] >= s.minDocCount {
			entries = append(entries, e)
		}
	}
	if len(entries) < to-from {
		other -= s.unseen(w, n, k, from, to)
	}
	l := &list{}
	for _, place := range best(len(entries), s.size, s.order.comparer(n, k, len(entries), func(i int) int { return entries[i] })) {
		l.rows = append(l.rows, k.row(entries[place]))
		other -= k.counts[entries[place]]
	}
	l.before = func(w *writer) {
		w.key("doc_count_error_upper_bound")
		w.whole(0)
		w.key("sum_other_doc_count")
		w.whole(other)
	}
	if s.errors {
		l.tail = func(w *writer, _ *row) {
			w.key("doc_count_error_upper_bound")
			w.whole(0)
		}
	}
	return l
}

// unseen counts the documents of buckets that a shard of Elasticsearch sends and that are left out then, as they have too few: they are not among the other ones.
func (s *termsSpec) unseen(w *writer, n *node, k *keyed, from, to int) int64 {
	if !w.borrow(to - from) {
		return 0
	}
	sent := make([]int, 0, to-from)
	for e := from; e < to; e++ {
		if k.counts[e] >= s.shardMin {
			sent = append(sent, e)
		}
	}
	lost := int64(0)
	for _, place := range best(len(sent), s.shardSize, s.order.comparer(n, k, len(sent), func(i int) int { return sent[i] })) {
		if count := k.counts[sent[place]]; count < s.minDocCount {
			lost += count
		}
	}
	return lost
}

// keysOf has the list print the keys of terms.
func (k *keyed) keysOf(l *list) {
	if k == nil {
		return
	}
	if k.show.isText() {
		l.head = func(w *writer, r *row) { k.show.writeKey(w, k.texts[r.id], 0) }
		l.name = func(r *row) string { return k.show.term(k.texts[r.id]) }
		l.num = noNumber
		return
	}
	l.head = func(w *writer, r *row) { k.show.writeKey(w, "", k.nums[r.id]) }
	l.num = func(r *row) float64 { return k.show.float(k.nums[r.id]) }
	l.name = func(r *row) string { return k.show.keyText(k.nums[r.id]) }
}

// emptySlots are those of a segment without the column: the aggregation has no buckets there, but is known to be of a kind.
type emptySlots struct{}

func (emptySlots) read(_, _ []uint32) (d, o, s []uint32) { return nil, nil, nil }
func (emptySlots) count() int                            { return 0 }
func (emptySlots) ordered() bool                         { return true }
func (emptySlots) text(uint32) string                    { return "" }
func (emptySlots) num(uint32) int64                      { return 0 }
func (emptySlots) allowed(uint32) bool                   { return false }
func (emptySlots) bytes() int                            { return 0 }
