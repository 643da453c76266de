package aggs

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// dateHistogramSpec is `date_histogram`: buckets of time, of a fixed length or by the calendar of a time zone. A key is the start of its bucket in milliseconds.
type dateHistogramSpec struct {
	source source
	rounding
	lattice
	extended, hard dateBounds
}

// A rounding cuts time into buckets.
type rounding struct {
	interval dates.Interval
	zone     *time.Location
	offset   int64 // ms
}

// dateBounds are the limits of a histogram: milliseconds, or text with date math; nil is open.
type dateBounds struct{ min, max any }

func parseDateHistogram(o *options) spec {
	s := &dateHistogramSpec{source: o.source()}
	s.lattice = parseLattice(o)
	s.rounding = o.rounding(s.source.zone)
	s.extended, s.hard = o.dateBounds("extended_bounds"), o.dateBounds("hard_bounds")
	return s
}

// rounding reads the interval and offset of a date histogram.
func (o *options) rounding(zone *time.Location) rounding {
	r := rounding{zone: zone}
	if zone == nil {
		r.zone = time.UTC
	}
	calendar, fixed, legacy := o.text("calendar_interval"), o.text("fixed_interval"), o.text("interval")
	if n, err := strconv.ParseInt(legacy, 10, 64); err == nil {
		legacy = strconv.FormatInt(n, 10) + "ms"
	}
	switch {
	case legacy != "" && (calendar != "" || fixed != ""):
		o.fail(eserr.Illegal("Cannot use [interval] with [fixed_interval] or [calendar_interval] configuration options."))
	case calendar != "" && fixed != "": // ParseInterval refuses it
	case legacy != "" && isCalendar(legacy):
		calendar = legacy
	case legacy != "":
		fixed = legacy
	case calendar == "" && fixed == "":
		o.fail(eserr.Shard(eserr.IllegalArgument, "Invalid interval specified, must be non-null and non-empty"))
	}
	if o.err == nil {
		var err error
		if r.interval, err = dates.ParseInterval(calendar, fixed); err != nil && fixed != "" {
			o.refuse("fixed_interval", err)
		} else if err != nil {
			o.refuse("calendar_interval", err)
		}
	}
	r.offset = o.offset()
	return r
}

// isCalendar tells the names of calendar units from other lengths in the old option `interval`.
func isCalendar(s string) bool {
	switch s {
	case "year", "1y", "quarter", "1q", "month", "1M", "week", "1w", "day", "1d", "hour", "1h", "minute", "1m", "second", "1s":
		return true
	}
	return false
}

// offset reads a length of time with a sign, `+30s` or `-6h`, in milliseconds.
func (o *options) offset() int64 {
	text := o.text("offset")
	if text == "" {
		return 0
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	sign, rest := int64(1), text
	switch text[0] {
	case '-':
		sign, rest = -1, text[1:]
	case '+':
		rest = text[1:]
	}
	units := []struct {
		suffix string
		ms     float64
	}{{"nanos", 1e-6}, {"micros", 1e-3}, {"ms", 1}, {"s", 1000}, {"m", 60_000}, {"h", 3_600_000}, {"d", 86_400_000}}
	for _, u := range units {
		if number, ok := strings.CutSuffix(strings.ToLower(rest), u.suffix); ok {
			x, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
			if err != nil || x < 0 || x*u.ms > 1e15 {
				break
			}
			return sign * int64(x*u.ms)
		}
	}
	o.failed("offset", "failed to parse setting [%s.offset] with value [%s] as a time value: unit is missing or unrecognized", o.agg, text)
	return 0
}

func (o *options) dateBounds(key string) dateBounds {
	var out dateBounds
	sub := o.object(key)
	if sub == nil {
		return out
	}
	for name, to := range map[string]*any{"min": &out.min, "max": &out.max} {
		if value := sub.get(name); value != nil {
			if *to = scalar(value); *to == nil {
				sub.wrong(name, value)
			}
		}
	}
	if err := sub.finish(); err != nil {
		o.refuse(key, err)
	}
	return out
}

// limits reads the hard bounds, and checks that the extended ones are inside.
func (s *dateHistogramSpec) limits(name string, show *display, now time.Time) (least, most int64, err error) {
	from, to, err := s.extended.resolve("extended_bounds", name, show, now)
	if err != nil {
		return 0, 0, err
	}
	if least, most, err = s.hard.resolve("hard_bounds", name, show, now); err != nil {
		return 0, 0, err
	}
	if s.extended != (dateBounds{}) && (s.extended.min != nil && from < least || s.extended.max != nil && to > most) {
		return 0, 0, eserr.Shard(eserr.IllegalArgument, "Extended bounds have to be inside hard bounds, hard bounds: [%s], extended bounds: [%s]", s.hard, s.extended)
	}
	return least, most, nil
}

// String is the bounds as errors have them.
func (b dateBounds) String() string {
	side := func(x any) string {
		if x == nil {
			return ""
		}
		return fmt.Sprint(x)
	}
	return side(b.min) + "--" + side(b.max)
}

// resolve reads bounds, the option of that key, with the format of a field; a side that is not there is the least or greatest number.
func (b dateBounds) resolve(key, name string, show *display, now time.Time) (least, most int64, err error) {
	least, most = math.MinInt64, math.MaxInt64
	for _, side := range []struct {
		value any
		to    *int64
	}{{b.min, &least}, {b.max, &most}} {
		if number, ok := side.value.(json.Number); ok {
			f, ferr := number.Float64()
			if ferr != nil || math.Abs(f) > 1e17 {
				return 0, 0, eserr.Shard(eserr.IllegalArgument, "invalid bound [%s]", number)
			}
			*side.to = int64(f)
		} else if side.value != nil {
			if *side.to, err = show.parseDate(side.value, now); err != nil {
				return 0, 0, err
			}
		}
	}
	if least > most {
		return 0, 0, eserr.Shard(eserr.IllegalArgument, "[%s.min][%d] cannot be greater than [%s.max][%d] for histogram aggregation [%s]", key, least, key, most, name)
	}
	return least, most, nil
}

func (s *dateHistogramSpec) typed(partial) string { return "date_histogram" }

func (s *dateHistogramSpec) validate(_ []*node, n *node) error { return s.order.validate(n) }

func (s *dateHistogramSpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	if field, err := s.source.spans(ix); field != nil || err != nil {
		if err != nil {
			return nil, err
		}
		return s.bindSpans(n, ix, field, subs)
	}
	takes := numericKind // numbers are taken for milliseconds
	if _, mapped := ix.Mapping.Lookup(s.source.field); !mapped {
		takes = dateKind
	}
	v, err := s.source.bind(n, ix, takes)
	if err != nil || v == nil {
		return nil, err
	}
	least, most, err := s.limits(n.name, v.show, ix.Now)
	if err != nil {
		return nil, err
	}
	return func(seg *segmentState, single bool) (collector, error) {
		c := &keyedCollector{seg: seg, name: n.name, slots: emptySlots{}, show: v.show, single: single}
		if r := v.numbers(seg); r != nil {
			key := s.hardKeyer(least, most)
			if v.show.kind == document.Double {
				key = wholeFirst(key)
			}
			c.slots = &numberSlots{numberReader: r, key: key}
		}
		var err error
		c.subs, err = collectors(subs, seg, false)
		return c, err
	}, nil
}

// hardKeyer rounds, and drops buckets outside of the hard bounds.
func (s *dateHistogramSpec) hardKeyer(least, most int64) func([]int64) (int64, bool) {
	const drop = math.MaxInt64
	floor := s.rounding.keyer()
	drops := least > math.MinInt64 || most < math.MaxInt64
	return func(nums []int64) (int64, bool) {
		floor(nums)
		if drops {
			for i, n := range nums {
				if n < least || n >= most {
					nums[i] = drop
				}
			}
		}
		return drop, drops
	}
}

// wholeFirst has a keyer take the values of a column of doubles, as milliseconds without a fraction.
func wholeFirst(key func([]int64) (int64, bool)) func([]int64) (int64, bool) {
	return func(nums []int64) (int64, bool) {
		for i, n := range nums {
			nums[i] = int64(document.DoubleOf(n))
		}
		return key(nums)
	}
}

// keyer makes a function that rounds milliseconds down to the starts of their buckets, in place. It remembers the last bucket, as events come in order
// of time.
func (r rounding) keyer() func([]int64) {
	lo, hi := int64(0), int64(0)
	width, offset := r.interval.Fixed(), int64(0)
	simple := width > 0 && r.zone == time.UTC
	if simple {
		offset = r.offset % width
	}
	return func(nums []int64) {
		for i, n := range nums {
			if n < lo || n >= hi {
				if simple {
					lo = n - floorMod(n-offset, width)
					hi = lo + width
				} else {
					lo, hi = r.floor(n), r.next(n)
				}
			}
			nums[i] = lo
		}
	}
}

func (r rounding) floor(ms int64) int64 { return r.interval.Floor(ms, r.zone, r.offset) }
func (r rounding) next(ms int64) int64  { return r.interval.Next(ms, r.zone, r.offset) }

func (s *dateHistogramSpec) list(w *writer, n *node, p partial, bucket int) *list {
	k, _ := p.(*keyed)
	var show *display
	if k != nil {
		show = k.show
	} else {
		var err error
		if show, err = s.source.display(document.Date, nil); err != nil {
			w.fail(err)
			return nil
		}
	}
	least, most, err := s.extended.resolve("extended_bounds", n.name, show, w.now)
	if err != nil {
		w.fail(err)
		return nil
	}
	from, to := k.entries(bucket)
	if !w.borrow(to - from) {
		return nil
	}
	cells := s.cells(w, k, bucket, least, most)
	if w.err != nil || !w.borrow(len(cells)-(to-from)) {
		return nil
	}
	l, key := s.lattice.list(n, k, cells)
	l.ofTimes(show, key)
	return l
}

// ofTimes has the list print keys that are times in milliseconds.
func (l *list) ofTimes(show *display, key func(r *row) float64) {
	l.name = func(r *row) string {
		if s, ok := show.text(key(r)); ok {
			return s
		}
		return strconv.FormatInt(int64(key(r)), 10)
	}
	l.head = func(w *writer, r *row) {
		show.writeString(w, "key_as_string", key(r))
		w.key("key")
		w.whole(int64(key(r)))
	}
}

// cells lists the buckets of one owner, with gaps filled where min_doc_count is 0.
func (s *dateHistogramSpec) cells(w *writer, k *keyed, bucket int, least, most int64) []cell {
	from, to := k.entries(bucket)
	cells := make([]cell, 0, to-from)
	gaps := s.minDocCount == 0
	next, open := int64(0), false // where the next bucket starts, once there is one
	fill := func(until int64) {
		for gaps && open && next < until {
			if len(cells) > MaxBuckets {
				w.fail(tooManyBuckets())
				return
			}
			cells = append(cells, cell{entry: -1, num: float64(next)})
			after := s.next(next)
			if after <= next {
				return
			}
			next = after
		}
	}
	if least > math.MinInt64 && (from < to || most < math.MaxInt64) {
		start := s.floor(least)
		if from == to || start < k.nums[from] {
			next, open = start, true
		}
	}
	for i := from; i < to && w.err == nil; i++ {
		if fill(k.nums[i]); w.err != nil {
			return nil
		}
		cells = append(cells, cell{entry: i, num: float64(k.nums[i])})
		next, open = s.next(k.nums[i]), true
	}
	if most < math.MaxInt64 {
		fill(s.floor(most) + 1)
	}
	return cells
}
