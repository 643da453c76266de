package aggs

import (
	"encoding/json"
	"math"
	"strconv"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
)

// geoDistanceSpec is `geo_distance`: rings around a place. A document is in each ring that one of its places lies in.
type geoDistanceSpec struct {
	source placeSource
	origin mapping.Point
	unit   float64 // metres
	plane  bool
	rings  []interval // in the order of their bounds
	keyed  bool
}

func parseGeoDistance(o *options) spec {
	s := &geoDistanceSpec{source: o.places("field, script"), unit: 1, keyed: o.flag("keyed", false)}
	switch raw := o.get("origin"); {
	case raw == nil && o.err == nil:
		o.fail(eserr.Illegal("Aggregation [%s] must define an [origin].", o.name))
	case eserr.TokenName(raw) == "VALUE_BOOLEAN":
		o.wrong("origin", raw)
	case raw != nil:
		var err error
		if s.origin, err = mapping.ParsePoint(raw); err != nil {
			o.failedBy("origin", err)
		}
	}
	if unit := o.text("unit"); unit != "" {
		var err error
		if s.unit, err = dsl.ParseUnit(unit); err != nil {
			o.failedBy("unit", err)
		}
	}
	switch kind := o.text("distance_type"); kind {
	case "", "arc":
	case "plane":
		s.plane = true
	default:
		o.failed("distance_type", "No geo distance for [%s]", kind)
	}
	for i, raw := range o.list("ranges") {
		s.rings = append(s.rings, o.ring(i, raw))
	}
	sortIntervals(s.rings)
	return s
}

// ring reads one of the ranges: from is part of it, to is not.
func (o *options) ring(index int, raw json.RawMessage) interval {
	r := interval{index: index, lo: 0, hi: math.Inf(1)}
	members, err := parseObject(raw, "ranges")
	if err != nil {
		o.fail(err)
	}
	for _, m := range members {
		switch m.key {
		case "from", "to":
			side := &r.lo
			if m.key == "to" {
				side = &r.hi
			}
			text, _ := scalarText(m.value)
			x, err := strconv.ParseFloat(text, 64)
			if err != nil {
				o.failedBy("ranges", eserr.BadRequest("number_format_exception", "For input string: \"%s\"", text))
				return r
			}
			*side = x
		case "key":
			r.key, _ = scalarText(m.value)
		default:
			o.failedBy("ranges", eserr.BadRequest(eserr.Parsing, "Failed to parse object: unknown field [%s] found", m.key))
		}
	}
	return r
}

func (s *geoDistanceSpec) typed(partial) string { return "geo_distance" }

func (s *geoDistanceSpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	if len(s.rings) == 0 {
		return nil, eserr.Shard(eserr.IllegalArgument, "No [ranges] specified for the [%s] aggregation", n.name)
	}
	v, err := s.source.bind(n, ix)
	if err != nil || v == nil {
		return nil, err
	}
	return func(seg *segmentState, _ bool) (collector, error) {
		c := &rangeCollector{fixedCollector: fixedCollector{seg: seg, width: len(s.rings), show: v.show}, reader: v.numbers(seg), ranges: s.rings}
		if c.reader != nil {
			c.reader.real = s.far
		}
		var err error
		c.subs, err = collectors(subs, seg, false)
		return c, err
	}, nil
}

// far is how far a place is from the origin, in the unit.
func (s *geoDistanceSpec) far(code int64) float64 {
	at := mapping.PointOf(code)
	if s.plane {
		return s.origin.PlaneDistance(at) / s.unit
	}
	return s.origin.Distance(at) / s.unit
}

func (s *geoDistanceSpec) list(w *writer, _ *node, p partial, bucket int) *list {
	f, _ := p.(*fixed)
	if !w.borrow(len(s.rings)) {
		return nil
	}
	l := &list{rows: make([]row, len(s.rings)), keyed: s.keyed, num: noNumber}
	for i, r := range s.rings {
		l.rows[i] = row{id: i, count: f.count(bucket, r.index)}
		l.rows[i].subs, l.rows[i].at = f.children(bucket, r.index)
	}
	l.name = func(r *row) string { return s.rings[r.id].ringName() }
	l.head = func(w *writer, r *row) {
		if !s.keyed {
			w.key("key")
			w.str(l.name(r))
		}
		w.key("from")
		w.double(s.rings[r.id].lo)
		if to := s.rings[r.id].hi; !math.IsInf(to, 1) {
			w.key("to")
			w.double(to)
		}
	}
	return l
}

// ringName is the key of a ring: one from 0 is open.
func (r interval) ringName() string {
	if r.key != "" {
		return r.key
	}
	from, to := "*", "*"
	if r.lo != 0 {
		from = doubleText(r.lo)
	}
	if !math.IsInf(r.hi, 1) {
		to = doubleText(r.hi)
	}
	return from + "-" + to
}
