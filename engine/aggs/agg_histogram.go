package aggs

import (
	"math"
	"strconv"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// histogramSpec is `histogram`: buckets of numbers of equal width. A key is the number of its bucket from the offset, as a sortable double.
type histogramSpec struct {
	source           source
	interval, offset float64
	lattice
	extended, hard bounds
}

// bounds are the limits of a histogram, as the request has them; NaN is open.
type bounds struct{ min, max float64 }

func parseHistogram(o *options) spec {
	s := &histogramSpec{source: o.source(), lattice: parseLattice(o)}
	s.interval, _ = o.number("interval")
	s.offset, _ = o.number("offset")
	s.extended, s.hard = o.bounds("extended_bounds"), o.bounds("hard_bounds")
	switch {
	case o.err != nil:
	case o.get("interval") == nil:
		o.fail(eserr.Shard(eserr.IllegalArgument, "interval must be positive, got: 0.0"))
	case s.interval <= 0:
		o.refuse("interval", eserr.Illegal("[interval] must be >0 for histogram aggregation [%s]", o.name))
	case s.extended.min > s.extended.max:
		o.fail(eserr.Illegal("[extended_bounds.min][%s] cannot be greater than [extended_bounds.max][%s] for histogram aggregation [%s]",
			doubleText(s.extended.min), doubleText(s.extended.max), o.name))
	case s.hard.min > s.hard.max:
		o.fail(eserr.Illegal("max bound [%s] must be greater than min bound [%s]", doubleText(s.hard.max), doubleText(s.hard.min)))
	}
	return s
}

// bounds reads `{"min":..,"max":..}`.
func (o *options) bounds(key string) bounds {
	out := bounds{math.NaN(), math.NaN()}
	sub := o.object(key)
	if sub == nil {
		return out
	}
	if x, ok := sub.number("min"); ok {
		out.min = x
	}
	if x, ok := sub.number("max"); ok {
		out.max = x
	}
	if err := sub.finish(); err != nil {
		o.refuse(key, err)
	}
	return out
}

// String is the bounds as errors have them.
func (b bounds) String() string {
	side := func(x float64) string {
		if math.IsNaN(x) {
			return ""
		}
		return doubleText(x)
	}
	return side(b.min) + "--" + side(b.max)
}

func (s *histogramSpec) typed(partial) string { return "histogram" }

func (s *histogramSpec) validate(_ []*node, n *node) error { return s.order.validate(n) }

func (s *histogramSpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	if field, err := s.source.spans(ix); field != nil || err != nil {
		if err != nil {
			return nil, err
		}
		return s.bindSpans(n, field, subs)
	}
	v, err := s.source.bind(n, ix, numericKind)
	if err != nil || v == nil {
		return nil, err
	}
	if s.extended.min < s.hard.min || s.extended.max > s.hard.max {
		return nil, eserr.Shard(eserr.IllegalArgument, "Extended bounds have to be inside hard bounds, hard bounds: [%s], extended bounds: [%s]", s.hard, s.extended)
	}
	return func(seg *segmentState, single bool) (collector, error) {
		c := &keyedCollector{seg: seg, name: n.name, slots: emptySlots{}, show: v.show, doubles: true, single: single}
		if r := v.numbers(seg); r != nil {
			c.slots = &numberSlots{numberReader: r, key: s.keyer(v.show)}
		}
		var err error
		c.subs, err = collectors(subs, seg, false)
		return c, err
	}, nil
}

// keyer makes the function that turns values into keys, in place.
func (s *histogramSpec) keyer(show *display) func([]int64) (int64, bool) {
	const drop = math.MaxInt64
	drops := !math.IsNaN(s.hard.min) || !math.IsNaN(s.hard.max)
	return func(nums []int64) (int64, bool) {
		for i, n := range nums {
			k := math.Floor((show.float(n) - s.offset) / s.interval)
			nums[i] = document.SortableDouble(k + 0) // no -0
			if drops {                               // without the offset, as in Elasticsearch, https://github.com/elastic/elasticsearch/blob/8.19/server/src/main/java/org/elasticsearch/search/aggregations/bucket/histogram/NumericHistogramAggregator.java
				if key := k * s.interval; key < s.hard.min || key > s.hard.max {
					nums[i] = drop
				}
			}
		}
		return drop, drops
	}
}

func (s *histogramSpec) list(w *writer, n *node, p partial, bucket int) *list {
	k, _ := p.(*keyed)
	show := &display{kind: document.Double}
	if s.source.format != "" {
		show.decimal, _ = parseDecimal(s.source.format)
	}
	if k != nil {
		show = k.show
	}
	from, to := k.entries(bucket)
	if !w.borrow(to - from) {
		return nil
	}
	cells := s.cells(w, k, bucket)
	if w.err != nil || !w.borrow(len(cells)-(to-from)) {
		return nil
	}
	l, key := s.lattice.list(n, k, cells)
	l.name = func(r *row) string { return show.boundText(key(r)) }
	l.head = func(w *writer, r *row) {
		show.writeString(w, "key_as_string", key(r))
		w.key("key")
		w.double(key(r))
	}
	return l
}

// cells lists the buckets of one owner, with gaps filled where min_doc_count is 0.
func (s *histogramSpec) cells(w *writer, k *keyed, bucket int) []cell {
	from, to := k.entries(bucket)
	cells := make([]cell, 0, to-from)
	number := func(x float64) float64 { return math.Floor((x - s.offset) / s.interval) }
	least, most := number(s.extended.min), number(s.extended.max)
	next := math.NaN() // number of the bucket that comes next without gaps, once there is one
	fill := func(until float64) {
		for s.minDocCount == 0 && next < until { // never if one is NaN
			if len(cells) > MaxBuckets {
				w.fail(tooManyBuckets())
				return
			}
			cells = append(cells, cell{entry: -1, num: next*s.interval + s.offset})
			if next+1 == next {
				return
			}
			next++
		}
	}
	if from < to && least < document.DoubleOf(k.nums[from]) || from == to && least <= most {
		next = least
	}
	for i := from; i < to && w.err == nil; i++ {
		at := document.DoubleOf(k.nums[i])
		fill(at)
		cells = append(cells, cell{entry: i, num: at*s.interval + s.offset})
		next = at + 1
	}
	if w.err == nil {
		fill(most + 1)
	}
	return cells
}

// minDocs reads `min_doc_count`.
func (o *options) minDocs(missing int64) int64 {
	n := o.whole("min_doc_count", missing)
	if n < 0 {
		o.refuse("min_doc_count", eserr.Illegal("[minDocCount] must be greater than or equal to 0. Found [%s] in [%s]", strconv.FormatInt(n, 10), o.name))
	}
	return n
}
