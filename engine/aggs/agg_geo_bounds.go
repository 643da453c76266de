package aggs

import (
	"math"
	"slices"

	"github.com/vedette-siem/vedette/engine/mapping"
)

// geoBoundsSpec is `geo_bounds`: the least box that holds all places, over the date line if that is narrower and allowed.
type geoBoundsSpec struct {
	source placeSource
	wrap   bool
}

func parseGeoBounds(o *options) spec {
	return &geoBoundsSpec{source: o.places("field"), wrap: o.flag("wrap_longitude", true)}
}

func (s *geoBoundsSpec) typed(partial) string { return "geo_bounds" }

func (s *geoBoundsSpec) bind(n *node, ix *Index, _ []binding) (binding, error) {
	v, err := s.source.bind(n, ix)
	if err != nil || v == nil {
		return nil, err
	}
	return func(seg *segmentState, _ bool) (collector, error) {
		if r := v.numbers(seg); r != nil {
			return &extentCollector{seg: seg, reader: r}, nil
		}
		return nil, nil
	}, nil
}

func (s *geoBoundsSpec) write(w *writer, _ *node, p partial, bucket int) {
	corner, opposite, ok := s.box(p, bucket)
	if !ok {
		return
	}
	w.key("bounds")
	w.open('{')
	w.writePoint("top_left", corner)
	w.writePoint("bottom_right", opposite)
	w.close('}')
}

// box is the box of a bucket; false if it has no places.
func (s *geoBoundsSpec) box(p partial, bucket int) (topLeft, bottomRight mapping.Point, ok bool) {
	x, _ := p.(extents)
	if x == nil || x[bucket].empty() {
		return topLeft, bottomRight, false
	}
	e := x[bucket]
	left, right := e.west[0], e.east[1]
	switch {
	case e.west[1] > e.east[1]: // all are in the west
		right = e.east[0]
	case e.west[0] > e.east[0]:
		left = e.west[1]
	case s.wrap && degrees(e.east[1])-degrees(e.west[0]) > (180-degrees(e.west[1]))+(degrees(e.east[0])+180):
		left, right = e.west[1], e.east[0]
	}
	return mapping.Point{Lat: latitude(e.north), Lon: degrees(left)}, mapping.Point{Lat: latitude(e.south), Lon: degrees(right)}, true
}

func (s *geoBoundsSpec) follow(p partial, bucket int, name string) (any, bool) {
	corner, opposite, ok := s.box(p, bucket)
	if name == "" {
		return other("InternalGeoBounds"), true
	}
	x, known := map[string]float64{"top": corner.Lat, "left": corner.Lon, "bottom": opposite.Lat, "right": opposite.Lon}[name]
	if !ok {
		x = math.NaN()
	}
	return x, known
}

// latitude and degrees are halves of a place as numbers.
func latitude(n int32) float64 { return mapping.PointOf(int64(n) << 32).Lat }
func degrees(n int32) float64  { return mapping.PointOf(int64(uint32(n))).Lon }

// An extent is the least box around places, in the halves of their codes. Longitudes are apart by hemisphere: [0] below 0, [1] from there up. None has its bounds swapped.
type extent struct {
	south, north int32
	west, east   [2]int32
}

// nowhere is the extent of no place.
func nowhere() extent {
	const least, most = math.MinInt32, math.MaxInt32
	return extent{most, least, [2]int32{most, most}, [2]int32{least, least}}
}

func (e *extent) empty() bool { return e.south > e.north }

func (e *extent) add(code int64) {
	lat, lon := int32(code>>32), int32(uint32(code))
	e.south, e.north = min(e.south, lat), max(e.north, lat)
	side := 1 + lon>>31
	e.west[side], e.east[side] = min(e.west[side], lon), max(e.east[side], lon)
}

func (e *extent) join(f extent) {
	e.south, e.north = min(e.south, f.south), max(e.north, f.north)
	for side := range e.west {
		e.west[side], e.east[side] = min(e.west[side], f.west[side]), max(e.east[side], f.east[side])
	}
}

const extentBytes = 24

// extents are those of each bucket.
type extents []extent

func (x extents) clone() partial { return slices.Clone(x) }
func (x extents) bytes() int     { return extentBytes * len(x) }

func (x extents) merge(m *merging, parts []share, buckets int) (partial, error) {
	if err := m.take(extentBytes * buckets); err != nil {
		return nil, err
	}
	out := extents(slices.Repeat([]extent{nowhere()}, buckets))
	for _, part := range parts {
		other := part.partial.(extents)
		for from, to := range part.to {
			if to != dropped {
				out[to].join(other[from])
			}
		}
	}
	return out, m.stop.now()
}

// An extentCollector widens the extent of each bucket.
type extentCollector struct {
	seg    *segmentState
	reader *numberReader
	found  extents
	room   reserve
}

func (c *extentCollector) collect(docs, owners []uint32, buckets int) {
	if !c.room.grow(c.seg, buckets, extentBytes) {
		return
	}
	for len(c.found) < buckets {
		c.found = append(c.found, nowhere())
	}
	_, owners, codes := c.reader.read(docs, owners)
	if owners == nil {
		for _, code := range codes {
			c.found[0].add(code)
		}
		return
	}
	for i, code := range codes {
		c.found[owners[i]].add(code)
	}
}

func (c *extentCollector) finish(owners []uint32) partial {
	c.seg.take(extentBytes * len(owners))
	out := make(extents, len(owners))
	for to, from := range owners {
		if out[to] = nowhere(); int(from) < len(c.found) {
			out[to] = c.found[from]
		}
	}
	return out
}
