package aggs

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// compositeSpec is `composite`: one bucket for each combination of values of its sources, a page at a time.
// The key of a bucket in a partial is the combination as bytes that sort as the page does (composite_key.go).
type compositeSpec struct {
	sources []*compositeSource
	size    int
	after   map[string]any // string, json.Number, bool or nil; nil map without
}

// compositeSource is one of the sources.
type compositeSource struct {
	name             string
	kind             string // terms, histogram, date_histogram or geotile_grid
	source           source
	desc             bool
	missing          bool // missing_bucket: documents without a value count as null
	nullsLast        bool
	interval, offset float64
	rounding         rounding
	places           placeSource
	tiles            tiles
	within           *box
}

func parseComposite(o *options) spec {
	s := &compositeSpec{}
	raw := o.get("sources")
	switch {
	case raw == nil && o.err == nil:
		o.fail(eserr.Illegal("Required [sources]"))
	case eserr.TokenName(raw) == "START_OBJECT":
		s.readSources(o, []json.RawMessage{raw})
	case raw != nil:
		s.readSources(o, o.list("sources"))
	}
	size := o.whole("size", 10)
	switch {
	case size <= 0:
		o.fail(eserr.Illegal("[size] must be greater than 0. Found [%d] in [%s]", size, o.name))
	case size > MaxBuckets:
		o.fail(eserr.Shard(eserr.IllegalArgument, "Trying to create too many buckets. Must be less than or equal to: [%d] but was [%d]. "+
			"This limit can be set by changing the [search.max_buckets] cluster level setting.", MaxBuckets, size))
	}
	s.size = int(min(max(size, 0), MaxBuckets))
	s.readAfter(o)
	return s
}

func (s *compositeSpec) readSources(o *options, list []json.RawMessage) {
	seen := map[string]bool{}
	for _, raw := range list {
		members, err := parseObject(raw, "sources")
		if err != nil {
			o.fail(err)
			return
		}
		for _, m := range members {
			if seen[m.key] {
				o.fail(eserr.Illegal("Composite source names must be unique, found duplicates: [%s]", m.key))
			}
			seen[m.key] = true
			s.sources = append(s.sources, readSource(o, m))
		}
	}
	if len(s.sources) == 0 {
		o.fail(eserr.Illegal("Composite [sources] cannot be null or empty"))
	}
}

// readSource reads `"name": {"terms": {...}}`.
func readSource(o *options, m member) *compositeSource {
	out := &compositeSource{name: m.key}
	types, err := parseObject(m.value, m.key)
	if err != nil {
		o.fail(err)
		return out
	}
	if len(types) != 1 {
		o.fail(eserr.BadRequest(eserr.Parsing, "Composite source [%s] needs exactly one type, found [%d]", m.key, len(types)))
		return out
	}
	out.kind = types[0].key
	members, err := parseObject(types[0].value, out.kind)
	if err != nil {
		o.fail(err)
		return out
	}
	sub := newOptions(out.kind, o.name, types[0].value, members)
	out.read(sub)
	if err := sub.finish(); err != nil {
		o.refuse("sources", err)
	}
	return out
}

func (c *compositeSource) read(o *options) {
	if c.kind == "geotile_grid" {
		c.places, c.tiles, c.within = o.places("field, script"), tiles(o.zoom()), o.box()
	} else {
		c.source = o.source()
	}
	c.missing = o.flag("missing_bucket", false)
	switch order := o.text("order"); order {
	case "", "asc":
	case "desc":
		c.desc = true
	default:
		o.refuse("order", eserr.Illegal("No enum constant org.elasticsearch.search.sort.SortOrder.%s", strings.ToUpper(order)))
	}
	switch order := o.text("missing_order"); order {
	case "", "default":
		c.nullsLast = c.desc
	case "first", "last":
		c.nullsLast = order == "last"
	default:
		o.fail(eserr.Illegal("No enum constant for missing_order [%s]", order))
	}
	switch c.kind {
	case "terms", "geotile_grid":
	case "histogram":
		c.interval, _ = o.number("interval")
		c.offset, _ = o.number("offset")
		if c.interval <= 0 {
			o.refuse("interval", eserr.Illegal("[interval] must be greater than 0 for [histogram] source"))
		}
	case "date_histogram":
		c.rounding = o.rounding(c.source.zone)
	default:
		o.err = eserr.BadRequest(eserr.Parsing, "invalid source type: %s", c.kind)
	}
}

func (s *compositeSpec) readAfter(o *options) {
	raw := o.get("after")
	if raw == nil {
		return
	}
	members, err := parseObject(raw, "after")
	if err != nil {
		o.fail(err)
		return
	}
	s.after = make(map[string]any, len(members))
	for _, m := range members {
		value := scalar(m.value)
		if value == nil && string(m.value) != "null" {
			o.fail(eserr.Illegal("Invalid value type for [after.%s]: %s", m.key, eserr.TokenName(m.value)))
		}
		s.after[m.key] = value
	}
	if len(s.after) != len(s.sources) {
		o.fail(eserr.Shard(eserr.IllegalArgument, "[after] has %d value(s) but [sources] has %d", len(s.after), len(s.sources)))
	}
	for _, source := range s.sources {
		if _, ok := s.after[source.name]; !ok {
			o.fail(eserr.Shard(eserr.IllegalArgument, "Missing value for [after.%s]", source.name))
		}
	}
}

func (s *compositeSpec) typed(partial) string { return "composite" }

// validate refuses composites below anything but filters, as Elasticsearch does.
func (s *compositeSpec) validate(parents []*node, _ *node) error {
	for _, p := range parents {
		if _, ok := p.spec.(*filterSpec); !ok {
			return eserr.Shard(eserr.IllegalArgument, "[composite] aggregation cannot be used with a parentAggregation of type: [%s]", factoryName(p.kind))
		}
	}
	return nil
}

// factoryName is the name of the Java class that makes a kind of aggregation: `date_histogram` is DateHistogramAggregatorFactory.
func factoryName(kind string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(kind, "_") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String() + "AggregatorFactory"
}

func (s *compositeSpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	bound := make([]boundSource, len(s.sources))
	empty := false
	for i, source := range s.sources {
		takes := anyKind
		switch source.kind {
		case "histogram":
			takes = numericKind
		case "date_histogram":
			takes = dateKind
		}
		var v *values
		var err error
		if source.kind == "geotile_grid" {
			v, err = source.places.bind(&node{name: n.name, kind: source.kind}, ix)
		} else {
			v, err = source.source.bind(n, ix, takes)
		}
		if err != nil {
			return nil, err
		}
		bound[i] = boundSource{compositeSource: source, values: v}
		empty = empty || v == nil && !source.missing
		if s.after == nil {
			continue
		}
		if bound[i].after, err = bound[i].parseAfter(s.after[source.name], ix.Now); err != nil {
			return nil, badAfter(n, i, source, err)
		}
	}
	if empty {
		return nil, nil
	}
	return func(seg *segmentState, single bool) (collector, error) {
		c := newCompositeCollector(seg, n.name, s, bound)
		var err error
		c.subs, err = collectors(subs, seg, false)
		return c, err
	}, nil
}

// badAfter is the error of a value of `after`.
func badAfter(n *node, at int, source *compositeSource, cause error) error {
	if source.kind != "geotile_grid" {
		return cause
	}
	return eserr.Shard("parse_exception", "Cannot set after key in the composite aggregation [%s] - incompatible value in the position %d: %s", n.name, at, strings.TrimPrefix(cause.Error(), eserr.IllegalArgument+": "))
}

// boundSource is a source read against one index. Its values are nil where the field is not mapped.
type boundSource struct {
	*compositeSource
	values *values
	after  part
}

// show is how the values of the source are printed; nil where the field is not mapped.
func (b *boundSource) show() *display {
	switch {
	case b.values == nil:
		return nil
	case b.kind == "histogram": // whose keys are doubles, whatever the values are
		return &display{kind: document.Double, decimal: b.values.show.decimal}
	}
	return b.values.show
}

// parseAfter reads a value of `after`, which need not be one that a bucket has.
func (b *boundSource) parseAfter(value any, now time.Time) (part, error) {
	if value == nil {
		return part{null: true}, nil
	}
	if b.values == nil { // the field may be mapped in another index; here there are nulls only, which come before or after every value
		return part{text: []byte{}}, nil
	}
	if b.kind == "geotile_grid" {
		num, err := parseTile(fmt.Sprint(value))
		return part{num: num}, err
	}
	if b.kind == "histogram" {
		x, err := b.values.show.bound(value, now, true)
		if err != nil {
			return part{}, err
		}
		place := (x - b.offset) / b.interval
		if b.desc && place != math.Floor(place) {
			place++ // the buckets below it are yet to come
		}
		return part{num: document.SortableDouble(math.Floor(place) + 0), between: place != math.Floor(place)}, nil
	}
	if b.kind == "terms" && b.values.show.kind == document.Unsigned {
		num, err := parseUnsignedKey(fmt.Sprint(value))
		return part{num: num}, err
	}
	text, num, _, err := b.values.parse(value, now)
	if err != nil {
		return part{}, err
	}
	if b.kind == "date_histogram" {
		floor := b.rounding.floor(num)
		return b.betweenDates(floor, num), nil
	}
	if b.values.show.isText() {
		return part{text: append([]byte{}, text...)}, nil
	}
	return part{num: num}, nil
}

// betweenDates is the part for a time of `after` whose bucket begins at floor.
func (b *boundSource) betweenDates(floor, at int64) part {
	if b.desc && at != floor {
		return part{num: floor + 1, between: true} // that bucket is yet to come
	}
	return part{num: floor, between: at != floor}
}

// parseUnsignedKey reads an unsigned long as Java's Long.parseUnsignedLong does.
func parseUnsignedKey(text string) (int64, error) {
	n, err := strconv.ParseUint(strings.TrimPrefix(text, "+"), 10, 64)
	switch {
	case err == nil:
		return document.SortableUnsigned(n), nil
	case strings.HasPrefix(text, "-"):
		return 0, eserr.Shard("number_format_exception", "Illegal leading minus sign on unsigned string %s.", text)
	case errors.Is(err, strconv.ErrRange):
		return 0, eserr.Shard("number_format_exception", "String value %s exceeds range of unsigned long.", text)
	}
	return 0, eserr.Shard("number_format_exception", "For input string: %q", text)
}

// open makes the slots of the source in one segment; nil if the segment has nothing of it.
func (b *boundSource) open(seg *segmentState) slots {
	switch {
	case b.values == nil:
		return nil
	case b.kind == "terms":
		return openSlots(b.values, seg, nil, false)
	case b.kind == "geotile_grid":
		return openGrid(b.values, seg, b.tiles, b.within, false)
	}
	r := b.values.numbers(seg)
	if r == nil {
		return nil
	}
	if b.kind == "histogram" {
		h := histogramSpec{interval: b.interval, offset: b.offset, hard: bounds{math.NaN(), math.NaN()}}
		return &numberSlots{numberReader: r, key: h.keyer(b.values.show)}
	}
	floor := b.rounding.keyer()
	return &numberSlots{numberReader: r, key: func(nums []int64) (int64, bool) { floor(nums); return 0, false }}
}

func (s *compositeSpec) list(w *writer, _ *node, p partial, bucket int) *list {
	k, _ := p.(*keyed)
	from, to := k.entries(bucket)
	if !w.borrow(to - from) {
		return nil
	}
	l := &list{rows: k.rows(from, to), num: noNumber, name: func(r *row) string { return "" }}
	if to > from {
		l.before = func(w *writer) {
			w.key("after_key")
			s.writeKey(w, k, to-1)
		}
	}
	l.head = func(w *writer, r *row) {
		w.key("key")
		s.writeKey(w, k, r.id)
	}
	return l
}

// writeKey prints the combination of values that an entry stands for.
func (s *compositeSpec) writeKey(w *writer, k *keyed, entry int) {
	rest := k.texts[entry]
	w.open('{')
	for i, source := range s.sources {
		var p part
		p, rest = source.cut(rest, k.sources[i])
		w.key(source.name)
		source.writePart(w, p, k.sources[i])
	}
	w.close('}')
}

func (c *compositeSource) writePart(w *writer, p part, show *display) {
	switch {
	case p.null || show == nil:
		w.raw("null")
	case c.kind == "geotile_grid":
		w.str(c.tiles.name(p.num))
	case show.isText():
		w.str(show.term(string(p.text)))
	case c.kind == "histogram":
		x := document.DoubleOf(p.num)*c.interval + c.offset
		if show.decimal != nil {
			w.str(show.decimal.format(x))
			return
		}
		w.double(x)
	case show.kind == document.Boolean:
		w.flag(p.num != 0)
	case c.source.format != "":
		text, _ := show.text(show.float(p.num))
		w.str(text)
	default:
		show.writeNumber(w, p.num)
	}
}
