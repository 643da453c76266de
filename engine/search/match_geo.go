package search

import (
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
)

// places matches documents with a place that near accepts. Only places between the latitudes south and north are looked at.
type places struct {
	column       string
	south, north float64
	near         func(mapping.Point) bool
}

func (n *places) cost() int { return costDictionary }

func (n *places) match(x *exec) (*roaring.Bitmap, error) {
	kept := roaring.New()
	col := x.view.Numbers(n.column)
	if col == nil {
		return kept, nil
	}
	docs := col.Range(mapping.Point{Lat: max(n.south, -90), Lon: -180}.Encode(), mapping.Point{Lat: min(n.north, 90), Lon: -180}.Encode()|math.MaxUint32)
	var values []int64
	err := eachBlock(x, docs, func(block []uint32) error {
		found := block[:0]
		for _, doc := range block {
			if values = col.Values(doc, values[:0]); slices.ContainsFunc(values, func(v int64) bool { return n.near(mapping.PointOf(v)) }) {
				found = append(found, doc)
			}
		}
		kept.AddMany(found)
		return nil
	})
	return kept, err
}

// eachBlock calls do with documents in ascending order, some at a time, and looks at the context between.
func eachBlock(x *exec, docs *roaring.Bitmap, do func(block []uint32) error) error {
	buf, it := make([]uint32, blockSize), docs.ManyIterator()
	for n := it.NextMany(buf); n > 0; n = it.NextMany(buf) {
		if err := x.stopped(); err != nil {
			return err
		}
		if err := do(buf[:n]); err != nil {
			return err
		}
	}
	return nil
}

// points finds the places of a field; empty is none, which only a query that says so may ask for.
func (p *planner) points(name, query string, ignoreUnmapped bool) (string, error) {
	f, ok := p.mapping.Lookup(name)
	switch {
	case !ok && ignoreUnmapped:
		return "", nil
	case !ok:
		return "", eserr.Shard(eserr.QueryShard, "failed to find geo field [%s]", name)
	case f.PointColumn() == "":
		return "", eserr.Shard(eserr.QueryShard, "Field [%s] is of unsupported type [%s] for [%s] query", name, f.Type, query)
	}
	return f.PointColumn(), nil
}

func (p *planner) geoDistance(q *dsl.GeoDistance, boost float32) (node, error) {
	column, err := p.points(q.Field, "geo_distance", q.IgnoreUnmapped)
	if column == "" {
		return none{}, err
	}
	const metersOfDegree = 111_000 // a little less than there are, so that none is missed
	around := q.Meters / metersOfDegree
	return constant{&places{column, q.From.Lat - around, q.From.Lat + around, func(at mapping.Point) bool { return at.Distance(q.From) <= q.Meters }}, boost}, nil
}

func (p *planner) geoBox(q *dsl.GeoBox, boost float32) (node, error) {
	column, err := p.points(q.Field, "geo_bounding_box", q.IgnoreUnmapped)
	if column == "" {
		return none{}, err
	}
	edge := func(lat, lon float64) mapping.Point {
		return mapping.PointOf(mapping.Point{Lat: lat, Lon: lon}.Encode())
	} // as places are kept
	corner, opposite := edge(q.Top, q.Left), edge(q.Bottom, q.Right)
	inside := func(at mapping.Point) bool {
		if at.Lat > corner.Lat || at.Lat < opposite.Lat {
			return false
		}
		if q.Left > q.Right {
			return at.Lon >= corner.Lon || at.Lon <= opposite.Lon
		}
		return at.Lon >= corner.Lon && at.Lon <= opposite.Lon
	}
	return constant{&places{column, q.Bottom, q.Top, inside}, boost}, nil
}
