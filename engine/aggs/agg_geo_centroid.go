package aggs

import (
	"math"

	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
)

// geoCentroidSpec is `geo_centroid`: the mean of places, latitude and longitude each by itself, as Elasticsearch has it.
type geoCentroidSpec struct{ source placeSource }

func parseGeoCentroid(o *options) spec { return &geoCentroidSpec{o.places("field, script")} }

func (s *geoCentroidSpec) typed(partial) string { return "geo_centroid" }

func (s *geoCentroidSpec) bind(n *node, ix *Index, _ []binding) (binding, error) {
	v, err := s.source.bind(n, ix)
	if err != nil || v == nil {
		return nil, err
	}
	return func(seg *segmentState, _ bool) (collector, error) {
		if r := v.numbers(seg); r != nil {
			return &centroidCollector{seg: seg, reader: r, stats: stats{parts: statParts{count: true, sum: true}}}, nil
		}
		return nil, nil
	}, nil
}

// at is the mean of a bucket and how many places it has.
func (s *geoCentroidSpec) at(p partial, bucket int) (mapping.Point, int64) {
	t, _ := p.(*paired)
	if t == nil || t.counts[2*bucket] == 0 {
		return mapping.Point{Lat: math.NaN(), Lon: math.NaN()}, 0
	}
	n := t.counts[2*bucket]
	mean := func(i int) float64 { return total(t.sums[i], t.lost[i]) / float64(n) }
	return mapping.Point{Lat: mean(2 * bucket), Lon: mean(2*bucket + 1)}, n
}

func (s *geoCentroidSpec) write(w *writer, _ *node, p partial, bucket int) {
	at, n := s.at(p, bucket)
	if n > 0 {
		w.writePoint("location", at)
	}
	w.key("count")
	w.whole(n)
}

func (s *geoCentroidSpec) follow(p partial, bucket int, name string) (any, bool) {
	at, n := s.at(p, bucket)
	switch name {
	case "":
		return other("InternalGeoCentroid"), true
	case "value":
		return other("GeoPoint"), true
	case "lat":
		return at.Lat, true
	case "lon":
		return at.Lon, true
	case "count":
		return float64(n), true
	}
	return nil, false
}

// A centroidCollector keeps two sums for each bucket, of latitudes and of longitudes. They are buckets of a stats that has twice as many.
type centroidCollector struct {
	seg    *segmentState
	reader *numberReader
	stats  stats
	room   reserve
}

func (c *centroidCollector) collect(docs, owners []uint32, buckets int) {
	if !c.room.grow(c.seg, 2*buckets, c.stats.parts.bytes()) {
		return
	}
	c.stats.grow(2 * buckets)
	_, owners, codes := c.reader.read(docs, owners)
	owner := uint32(0)
	for i, code := range codes {
		if owners != nil {
			owner = owners[i]
		}
		at := mapping.PointOf(code)
		c.stats.counts[2*owner]++
		add(&c.stats.sums[2*owner], &c.stats.lost[2*owner], at.Lat)
		add(&c.stats.sums[2*owner+1], &c.stats.lost[2*owner+1], at.Lon)
	}
}

func (c *centroidCollector) finish(owners []uint32) partial {
	out := &paired{stats{show: &display{kind: document.Double}, parts: c.stats.parts}}
	out.grow(2 * len(owners))
	c.seg.take(out.parts.bytes() * 2 * len(owners))
	for to, from := range owners {
		if from != none && int(2*from) < len(c.stats.sums) {
			out.take(2*to, &c.stats, int(2*from))
			out.take(2*to+1, &c.stats, int(2*from)+1)
		}
	}
	return out
}
