package aggs

import (
	"math"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// topMetricsSpec is `top_metrics`: values of the documents that come first by a field.
type topMetricsSpec struct {
	sort    source
	desc    bool
	metrics []source
	size    int
}

// maxTopMetrics is how many documents a bucket may show, as `index.top_metrics_max_size` of Elasticsearch has it by default.
const maxTopMetrics = 10

func parseTopMetrics(o *options) spec {
	s := &topMetricsSpec{}
	for _, raw := range o.list("metrics") {
		members, err := parseObject(raw, "metrics")
		if err != nil {
			o.fail(err)
			continue
		}
		sub := newOptions("top_metrics", o.name, raw, members)
		s.metrics = append(s.metrics, sub.source())
		if err := sub.finish(); err != nil {
			o.fail(err)
		}
	}
	sorts := o.list("sort")
	switch {
	case len(s.metrics) == 0:
		o.fail(eserr.Illegal("[top_metrics] requires at least 1 metric"))
	case len(sorts) != 1:
		o.fail(eserr.Illegal("[top_metrics] requires exactly 1 sort, found [%d] in [%s]", len(sorts), o.name))
	default:
		s.sort.field, s.desc = o.sortKey(sorts[0])
	}
	if strings.HasPrefix(s.sort.field, "_") {
		o.fail(eserr.Illegal("sort by [%s] of aggregation [%s] is not supported: only fields are", s.sort.field, o.name))
	}
	size := o.whole("size", 1)
	switch {
	case size < 1:
		o.fail(eserr.Illegal("[size] must be more than 0 but was [%d]", size))
	case size > maxTopMetrics:
		o.fail(eserr.Illegal("[top_metrics.size] must not be more than [%d] but was [%d]. This limit can be set by changing the [index.top_metrics_max_size] index level setting.",
			maxTopMetrics, size))
	}
	s.size = int(min(max(size, 1), maxTopMetrics))
	return s
}

func (s *topMetricsSpec) typed(partial) string { return "top_metrics" }

func (s *topMetricsSpec) bind(n *node, ix *Index, _ []binding) (binding, error) {
	by, err := s.sort.bind(n, ix, numericKind)
	if err != nil {
		return nil, err
	}
	shown := make([]*values, len(s.metrics))
	for i := range s.metrics {
		if shown[i], err = s.metrics[i].bind(n, ix, anyKind); err != nil {
			return nil, err
		}
	}
	if by == nil { // as in Elasticsearch, an index without the field has no first documents
		return nil, nil
	}
	return func(seg *segmentState, _ bool) (collector, error) {
		c := &topCollector{seg: seg, spec: s, by: by.numbers(seg), show: by.show, shown: shown}
		if c.by == nil {
			return nil, nil
		}
		return c, nil
	}, nil
}

func (s *topMetricsSpec) write(w *writer, _ *node, p partial, bucket int) {
	w.key("top")
	w.open('[')
	for _, e := range topsAt(p, bucket) {
		w.open('{')
		w.key("sort")
		w.open('[')
		e.sort.write(w)
		w.close(']')
		w.key("metrics")
		w.open('{')
		for i, m := range s.metrics {
			w.key(m.field)
			e.metrics[i].write(w)
		}
		w.close('}')
		w.close('}')
	}
	w.close(']')
}

// metric is the value of a field in the first document, NaN where there is none.
func (s *topMetricsSpec) metric(p partial, bucket int, name string) (float64, bool) {
	i := slices.IndexFunc(s.metrics, func(m source) bool { return m.field == name })
	if i < 0 {
		return 0, false
	}
	if list := topsAt(p, bucket); len(list) > 0 && list[0].metrics[i].show != nil && !list[0].metrics[i].show.isText() {
		v := list[0].metrics[i]
		return v.show.float(v.num), true
	}
	return math.NaN(), true
}

// A shownValue is a value with how it is printed; without a display it is null.
type shownValue struct {
	show *display
	num  int64
	text string
}

func (v shownValue) write(w *writer) {
	switch {
	case v.show == nil:
		w.raw("null")
	case v.show.isText():
		w.str(v.show.term(v.text))
	case v.show.kind == document.Boolean:
		w.flag(v.num != 0)
	case v.show.kind == document.Date || v.show.decimal != nil:
		w.str(v.show.keyText(v.num))
	default:
		v.show.writeNumber(w, v.num)
	}
}

// A topEntry is a document that comes first.
type topEntry struct {
	sort    shownValue
	doc     uint32 // until metrics are read
	metrics []shownValue
}

// tops is the partial: the first documents of each bucket, in order.
type tops struct {
	spec *topMetricsSpec
	sets [][]topEntry
}

func topsAt(p partial, bucket int) []topEntry {
	t, _ := p.(*tops)
	if t == nil {
		return nil
	}
	return t.sets[bucket]
}

// topBytes is about what an entry holds.
const topBytes = 96

func (s *topMetricsSpec) before(a, b shownValue) bool {
	if s.desc {
		a, b = b, a
	}
	if a.show.kind == b.show.kind {
		return a.num < b.num
	}
	return a.show.float(a.num) < b.show.float(b.num)
}

// insert puts an entry where it belongs, behind those that are equal.
func (s *topMetricsSpec) insert(list []topEntry, e topEntry) []topEntry {
	at := len(list)
	for at > 0 && s.before(e.sort, list[at-1].sort) {
		at--
	}
	if at == s.size {
		return list
	}
	list = slices.Insert(list, at, e)
	return list[:min(len(list), s.size)]
}

func (t *tops) merge(m *merging, parts []share, buckets int) (partial, error) {
	if err := m.take(24 * buckets); err != nil {
		return nil, err
	}
	out := &tops{spec: t.spec, sets: make([][]topEntry, buckets)}
	for _, part := range parts {
		for from, to := range part.to {
			if to == dropped {
				continue
			}
			if err := m.stop.at(from * 16); err != nil {
				return nil, err
			}
			before := cap(out.sets[to])
			for _, e := range part.partial.(*tops).sets[from] {
				out.sets[to] = t.spec.insert(out.sets[to], e)
			}
			if err := m.take(topBytes * (cap(out.sets[to]) - before)); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func (t *tops) clone() partial {
	out := &tops{spec: t.spec, sets: slices.Clone(t.sets)}
	for i := range out.sets {
		out.sets[i] = slices.Clone(out.sets[i])
	}
	return out
}

func (t *tops) bytes() int {
	n := 24 * len(t.sets)
	for _, set := range t.sets {
		for _, e := range set {
			n += topBytes + 40*len(e.metrics)
			for _, v := range e.metrics {
				n += len(v.text)
			}
		}
	}
	return n
}

// A topCollector keeps the first documents of each bucket.
type topCollector struct {
	seg    *segmentState
	spec   *topMetricsSpec
	by     *numberReader
	show   *display
	shown  []*values
	places []uint32
	sets   [][]topEntry
	room   reserve
}

// collect takes a document with several values by the least of them, or the greatest where that order goes down. Documents without one are left out.
func (c *topCollector) collect(docs, owners []uint32, buckets int) {
	if !c.room.grow(c.seg, buckets, 24+topBytes*c.spec.size) {
		return
	}
	c.sets = grown(c.sets, buckets)
	for i := len(c.places); i < len(docs); i++ {
		c.places = append(c.places, uint32(i))
	}
	_, places, nums := c.by.read(docs, c.places[:len(docs)])
	for i := 0; i < len(nums); {
		place, num := places[i], nums[i]
		for i++; i < len(nums) && places[i] == place; i++ {
			if c.spec.desc {
				num = max(num, nums[i])
			} else {
				num = min(num, nums[i])
			}
		}
		owner := uint32(0)
		if owners != nil {
			owner = owners[place]
		}
		c.sets[owner] = c.spec.insert(c.sets[owner], topEntry{sort: shownValue{show: c.show, num: num}, doc: docs[place]})
	}
}

func (c *topCollector) finish(owners []uint32) partial {
	out := &tops{spec: c.spec, sets: make([][]topEntry, len(owners))}
	c.seg.take(24 * len(owners))
	for i, owner := range owners {
		if int(owner) >= len(c.sets) || c.seg.stopped(i*16) {
			continue
		}
		out.sets[i] = slices.Clone(c.sets[owner])
		for j := range out.sets[i] {
			e := &out.sets[i][j]
			c.seg.take(topBytes + 40*len(c.shown))
			for _, v := range c.shown {
				e.metrics = append(e.metrics, v.first(c.seg, e.doc))
			}
		}
	}
	return out
}

// first is the first value of a document.
func (v *values) first(seg *segmentState, doc uint32) shownValue {
	if v == nil {
		return shownValue{}
	}
	one := []uint32{doc}
	if v.show.isText() {
		if r := v.terms(seg); r != nil {
			if _, _, ords := r.read(one, nil); len(ords) > 0 {
				return shownValue{show: v.show, text: r.text(ords[0])}
			}
		}
		return shownValue{}
	}
	if r := v.numbers(seg); r != nil {
		if _, _, nums := r.read(one, nil); len(nums) > 0 {
			return shownValue{show: v.show, num: nums[0]}
		}
	}
	return shownValue{}
}
