package aggs

import (
	"math"
	"strconv"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// gridSpec is `geotile_grid` and `geohash_grid`: one bucket for each cell that places lie in. Counts are exact, so that shard_size changes nothing.
type gridSpec struct {
	kind   string
	source placeSource
	grid   grid
	within *box
	size   int
}

const defaultCells = 10_000

func parseGeotile(o *options) spec {
	return parseGrid(o, tiles(o.zoom()))
}

func parseGeohash(o *options) spec {
	return parseGrid(o, geohashes(o.letters()))
}

func parseGrid(o *options, g grid) spec {
	s := &gridSpec{kind: o.agg, source: o.places("field"), grid: g, within: o.box()}
	size := o.whole("size", defaultCells)
	if size <= 0 {
		o.failed("size", "[size] must be greater than 0. Found [%d] in [%s]", size, o.name)
	}
	s.size = int(min(size, math.MaxInt32))
	if n := o.whole("shard_size", -1); n <= 0 && o.get("shard_size") != nil {
		o.failed("shard_size", "[shardSize] must be greater than 0. Found [%d] in [%s]", n, o.name)
	}
	return s
}

// zoom reads `precision` of tiles.
func (o *options) zoom() int64 {
	n := o.whole("precision", defaultZoom)
	if n < 0 || n > maxZoom {
		o.failed("precision", "Invalid geotile_grid precision of %d. Must be between 0 and %d.", n, maxZoom)
	}
	return min(max(n, 0), maxZoom)
}

// letters reads `precision` of geohashes: how many letters they have, or how wide they may be at most.
func (o *options) letters() int64 {
	text := o.text("precision")
	if text == "" {
		return defaultLetters
	}
	n, err := strconv.ParseInt(text, 10, 32)
	far := 0.0
	if err != nil {
		if far, err = dsl.ParseDistance(text, 1); err != nil {
			o.failed("precision", "For input string: \"%s\"", text)
			return defaultLetters
		}
		n = lettersWithin(far)
	}
	if n >= 1 && n <= maxLetters {
		return n
	}
	e := eserr.Illegal("Invalid geohash aggregation precision of %d. Must be between 1 and %d.", n, maxLetters)
	if far > 0 {
		high := eserr.Illegal("precision too high [%s]", text)
		high.CausedBy, e = e, high
	}
	o.failedBy("precision", e)
	return defaultLetters
}

// lettersWithin is how many letters a geohash needs so that its cell is no larger than so many metres across, as Elasticsearch reckons it.
func lettersWithin(metres float64) int64 {
	const equator, polar = 2 * math.Pi * 6378137, math.Pi * 6356752.314245
	if metres == 0 {
		return maxLetters
	}
	bits := int64(math.Ceil(math.Log2(math.Ceil(equator / (metres / (1 + polar/equator))))))
	full, left := bits/5, bits%5
	n := 2 * full
	if left > 0 {
		n++
	}
	if left > 3 {
		n++
	}
	return n
}

func (s *gridSpec) typed(partial) string { return s.kind }

func (s *gridSpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	v, err := s.source.bind(n, ix)
	if err != nil || v == nil {
		return nil, err
	}
	return func(seg *segmentState, single bool) (collector, error) {
		c := &keyedCollector{seg: seg, name: n.name, show: v.show, single: single, slots: emptySlots{}}
		if slots := openGrid(v, seg, s.grid, s.within, true); slots != nil {
			c.slots = slots
		}
		var err error
		c.subs, err = collectors(subs, seg, false)
		return c, err
	}, nil
}

// list has the cells with the most documents first, and among equals that with the greatest number.
func (s *gridSpec) list(w *writer, _ *node, p partial, bucket int) *list {
	k, _ := p.(*keyed)
	from, to := k.entries(bucket)
	if !w.borrow(to - from) {
		return nil
	}
	l := &list{num: noNumber}
	for _, place := range best(to-from, s.size, func(a, b int) int {
		if x, y := k.counts[from+a], k.counts[from+b]; x != y {
			return int(min(max(y-x, -1), 1))
		}
		return b - a
	}) {
		l.rows = append(l.rows, k.row(from+place))
	}
	l.name = func(r *row) string { return s.grid.name(k.nums[r.id]) }
	l.head = func(w *writer, r *row) {
		w.key("key")
		w.str(l.name(r))
	}
	return l
}
