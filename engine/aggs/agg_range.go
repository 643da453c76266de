package aggs

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// rangeSpec is `range` and `date_range`: buckets of values between bounds, which may overlap.
type rangeSpec struct {
	kind   string
	source source
	ranges []rangeOf
	keyed  bool
}

// rangeOf is one range as the request has it: from is included, to is not. A nil bound is open.
type rangeOf struct {
	key      string
	from, to any // string or json.Number
}

// interval is a range read against an index. Open sides are infinite.
type interval struct {
	rangeOf
	index  int // in the request, which numbers the buckets
	lo, hi float64
}

func parseRange(o *options) spec { return parseRanges(o) }

func parseDateRange(o *options) spec { return parseRanges(o) }

func parseRanges(o *options) *rangeSpec {
	s := &rangeSpec{kind: o.agg, source: o.source(), keyed: o.flag("keyed", false)}
	for _, raw := range o.list("ranges") {
		s.ranges = append(s.ranges, parseRangeOf(o, raw, "from", "to"))
	}
	o.checkRanges(len(s.ranges))
	return s
}

// checkRanges refuses none, and more than can be answered.
func (o *options) checkRanges(n int) {
	switch {
	case o.err != nil:
	case n == 0:
		o.fail(eserr.Shard(eserr.IllegalArgument, "No [ranges] specified for the [%s] aggregation", o.name))
	case n > MaxBuckets:
		o.fail(tooManyBuckets())
	}
}

// parseRangeOf reads one element of `ranges`.
func parseRangeOf(o *options, raw json.RawMessage, keys ...string) rangeOf {
	members, err := parseObject(raw, "ranges")
	if err != nil {
		o.refuse("ranges", eserr.BadRequest(eserr.XContentParse, "[%s] Expected START_OBJECT but was: %s", o.agg, eserr.TokenName(raw)))
		return rangeOf{}
	}
	parser := o.agg
	if parser == "date_range" { // whose ranges are read as those of range
		parser = "range"
	}
	sub := newOptions(parser, o.name, raw, members)
	r := rangeOf{key: sub.text("key")}
	for i, bound := range []*any{&r.from, &r.to} {
		if value := sub.get(keys[i]); value != nil {
			if *bound = scalar(value); *bound == nil {
				sub.wrong(keys[i], value)
			}
		}
	}
	if len(keys) > 2 {
		if mask := sub.text(keys[2]); mask != "" {
			r.from, r.to = maskBound(mask), nil
			if r.key == "" {
				r.key = mask
			}
		}
	}
	if err := sub.finish(); err != nil {
		if len(keys) > 2 && sub.err == nil {
			err = eserr.BadRequest(eserr.Parsing, "Unexpected ip range parameter: [%s]", sub.stranger())
		}
		o.refuse("ranges", err)
	}
	return r
}

func (s *rangeSpec) typed(partial) string { return s.kind }

func (s *rangeSpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	takes := numericKind
	if s.kind == "date_range" {
		if _, mapped := ix.Mapping.Lookup(s.source.field); !mapped {
			takes = dateKind
		}
	}
	v, err := s.source.bind(n, ix, takes)
	if err != nil || v == nil {
		if err == nil {
			_, err = s.resolve(nil, ix.Now)
		}
		return nil, err
	}
	ranges, err := s.resolve(v.show, ix.Now)
	if err != nil {
		return nil, err
	}
	for _, r := range ranges {
		if err := firstError(v.storable(r.lo, r.from), v.storable(r.hi, r.to)); err != nil {
			return nil, err
		}
	}
	return func(seg *segmentState, _ bool) (collector, error) {
		c := &rangeCollector{fixedCollector: fixedCollector{seg: seg, width: len(ranges), show: v.show}, reader: v.numbers(seg), ranges: ranges}
		var err error
		c.subs, err = collectors(subs, seg, false)
		return c, err
	}, nil
}

// storable refuses a bound that Elasticsearch cannot keep as the field keeps its values. given is the bound in the request, nil for none.
func (v *values) storable(x float64, given any) error {
	const halfs, most = "half_float", 65520 // from which on a half_float is infinite
	switch {
	case given == nil || v.field == nil:
		return nil
	case v.field.Type == halfs && math.Abs(x) >= most:
		return eserr.Shard(eserr.IllegalArgument, "[%s] supports only finite values, but got [%s]", halfs, doubleText(x))
	case v.field.Type == "float" && math.IsInf(float64(float32(x)), 0):
		return eserr.Shard(eserr.IllegalArgument, "[float] supports only finite values, but got [%s]", strings.Trim(doubleText(float64(float32(x))), `"`))
	}
	return nil
}

// resolve reads the bounds and sorts the ranges as Elasticsearch does, by from and then by to. Without a display the bounds are those of a field that is not mapped.
func (s *rangeSpec) resolve(show *display, now time.Time) ([]interval, error) {
	if show == nil {
		var err error
		kind := document.Double
		if s.kind == "date_range" {
			kind = document.Date
		}
		if show, err = s.source.display(kind, nil); err != nil {
			return nil, err
		}
	}
	out := make([]interval, len(s.ranges))
	for i, r := range s.ranges {
		out[i] = interval{rangeOf: r, index: i, lo: math.Inf(-1), hi: math.Inf(1)}
		for _, side := range []struct {
			value any
			to    *float64
		}{{r.from, &out[i].lo}, {r.to, &out[i].hi}} {
			if side.value == nil {
				continue
			}
			x, err := show.bound(side.value, now, s.kind == "range")
			if err != nil {
				return nil, err
			}
			*side.to = x
		}
	}
	sortIntervals(out)
	return out, nil
}

// sortIntervals sorts ranges as Elasticsearch does, by from and then by to.
func sortIntervals(list []interval) {
	slices.SortStableFunc(list, func(a, b interval) int {
		if c := cmp.Compare(a.lo, b.lo); c != 0 {
			return c
		}
		return cmp.Compare(a.hi, b.hi)
	})
}

// bound reads the bound of a range: a date, or a number that may be written as text. raw takes numbers as they are for dates too.
func (d *display) bound(value any, now time.Time, raw bool) (float64, error) {
	if _, number := value.(json.Number); d.kind == document.Date && !(raw && number) {
		ms, err := d.parseDate(value, now)
		return float64(ms), err
	}
	var text string
	switch x := value.(type) {
	case json.Number:
		text = x.String()
	case string:
		text = x
	}
	if d.kind == document.Boolean {
		n, err := d.parseNumber(value)
		return float64(n), err
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) {
		return 0, onShard(notANumber(text))
	}
	return f, nil
}

func (s *rangeSpec) list(w *writer, _ *node, p partial, bucket int) *list {
	f, _ := p.(*fixed)
	var show *display
	if f != nil {
		show = f.show
	}
	ranges, err := s.resolve(show, w.now)
	if err != nil {
		w.fail(err)
		return nil
	}
	if show == nil {
		kind := document.Double
		if s.kind == "date_range" {
			kind = document.Date
		}
		show, _ = s.source.display(kind, nil)
	}
	if !w.borrow(len(ranges)) {
		return nil
	}
	l := &list{rows: make([]row, len(ranges)), keyed: s.keyed, num: noNumber}
	for i, r := range ranges {
		l.rows[i] = row{id: i, count: f.count(bucket, r.index)}
		l.rows[i].subs, l.rows[i].at = f.children(bucket, r.index)
	}
	l.name = func(r *row) string { return ranges[r.id].name(show) }
	l.head = func(w *writer, r *row) { ranges[r.id].write(w, show, s.keyed) }
	return l
}

// name is the key of a range.
func (r interval) name(show *display) string {
	if r.key != "" {
		return r.key
	}
	return show.boundText(r.lo) + "-" + show.boundText(r.hi)
}

// write prints the key of a range, unless it is keyed by it, and its bounds.
func (r interval) write(w *writer, show *display, keyed bool) {
	if !keyed {
		w.key("key")
		w.str(r.name(show))
	}
	for _, side := range []struct {
		name string
		x    float64
	}{{"from", r.lo}, {"to", r.hi}} {
		if !math.IsInf(side.x, 0) {
			w.key(side.name)
			w.double(side.x)
			show.writeStrings(w, []string{side.name}, func(string) float64 { return side.x })
		}
	}
}

// boundText is a bound in the key of a range.
func (d *display) boundText(x float64) string {
	if math.IsInf(x, 0) {
		return "*"
	}
	if s, ok := d.text(x); ok {
		return s
	}
	return doubleText(x)
}

// A rangeCollector counts documents by the ranges that one of their values lies in. A document with several values in a range counts once.
type rangeCollector struct {
	fixedCollector
	reader *numberReader // nil where the segment has no such column; the partial then still knows how bounds are printed
	ranges []interval
}

func (c *rangeCollector) collect(docs, owners []uint32, buckets int) {
	if c.reader == nil {
		c.put(nil, nil, buckets)
		return
	}
	many := c.reader.col != nil && !c.reader.col.Single()
	docs, owners, values := c.reader.readFloats(docs, owners)
	c.docs, c.buckets = c.docs[:0], c.buckets[:0]
	start, owner := 0, uint32(0)
	for i, x := range values {
		if owners != nil {
			owner = owners[i]
		}
		if many && (i == 0 || docs[i] != docs[i-1] || owners != nil && owners[i] != owners[i-1]) {
			start = len(c.buckets)
		}
		base := owner * uint32(c.width)
		for b := range c.ranges {
			r := &c.ranges[b]
			if x < r.lo {
				break // they are sorted by lo
			}
			if bucket := base + uint32(r.index); x < r.hi && !(many && slices.Contains(c.buckets[start:], bucket)) {
				c.docs, c.buckets = append(c.docs, docs[i]), append(c.buckets, bucket)
			}
		}
	}
	c.put(c.docs, c.buckets, buckets)
}
