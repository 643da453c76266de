package mapping

import (
	"encoding/json"
	"math"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A Point is a place on the earth, in degrees.
type Point struct{ Lat, Lon float64 }

// pointsOf is what the column of a geo_point's places has after the field's name: names of fields have no zero byte. The field's own column says which documents have one.
const pointsOf = "\x00point"

// PointColumn is the column of a geo_point's places, one Long for each (Point.Encode), so that latitude and longitude of several places stay together; empty if the field has none.
func (f *Field) PointColumn() string {
	if f.Type != "geo_point" || !f.SearchableShape {
		return ""
	}
	return f.Column + pointsOf
}

// Encode packs a place as Lucene does: latitude in the upper half, longitude in the lower one, each 32 bits of its range. Codes ascend with the latitude.
// https://github.com/apache/lucene/blob/main/lucene/core/src/java/org/apache/lucene/geo/GeoEncodingUtils.java
func (p Point) Encode() int64 {
	return int64(quantize(p.Lat, 180))<<32 | int64(uint32(quantize(p.Lon, 360)))
}

// PointOf undoes Encode, but for what the 32 bits cut off: about a centimetre.
func PointOf(n int64) Point {
	return Point{float64(int32(n>>32)) * 180 / (1 << 32), float64(int32(uint32(n))) * 360 / (1 << 32)}
}

func quantize(degrees, span float64) int32 {
	if degrees >= span/2 {
		degrees = math.Nextafter(span/2, 0)
	}
	return int32(math.Floor(degrees / (span / (1 << 32))))
}

// earthRadius is the mean radius in metres, as Lucene has it.
const earthRadius = 6371008.7714

// Distance is how far two places are from each other, in metres along the surface of a sphere.
func (p Point) Distance(q Point) float64 {
	const radian = math.Pi / 180
	h := 1 - math.Cos((p.Lat-q.Lat)*radian) + math.Cos(p.Lat*radian)*math.Cos(q.Lat*radian)*(1-math.Cos((p.Lon-q.Lon)*radian))
	return 2 * earthRadius * math.Asin(min(1, math.Sqrt(h/2)))
}

// PlaneDistance is Distance on a plane, which is wrong by more the farther they are apart, and near the poles.
func (p Point) PlaneDistance(q Point) float64 {
	const radian = math.Pi / 180
	return earthRadius * math.Hypot((q.Lon-p.Lon)*radian*math.Cos((p.Lat+q.Lat)/2*radian), (q.Lat-p.Lat)*radian)
}

// ParsePoint reads a place of a request, in any form that a document may have it. The error is a parse_exception or an illegal argument.
func ParsePoint(raw []byte) (Point, error) {
	v, err := fastjson.ParseBytes(raw)
	if err != nil {
		return Point{}, eserr.BadRequest("parse_exception", "geo_point expected: %v", err)
	}
	p, cause := (&leaf{field: Field{Name: "point"}}).point(v)
	if cause != nil {
		return p, cause
	}
	return p, nil
}

// ParseCorner is ParsePoint for a corner of a box, of which a geohash stands for its cell's own corner.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-geo-bounding-box-query.html#_geohash
func ParseCorner(raw []byte, north, east bool) (Point, error) {
	var text string
	if json.Unmarshal(raw, &text) != nil || strings.ContainsAny(text, ",( ") {
		return ParsePoint(raw)
	}
	from, to, err := geohashCell(text)
	if err != nil {
		return Point{}, err
	}
	if north {
		from.Lat = to.Lat
	}
	if east {
		from.Lon = to.Lon
	}
	return from, nil
}

// geohash reads a geohash: the south-western corner of its cell.
func geohash(text string) (Point, *eserr.Error) {
	p, _, err := geohashCell(text)
	return p, err
}

// geohashCell reads a geohash: the south-western and the north-eastern corner of its cell. https://en.wikipedia.org/wiki/Geohash
func geohashCell(text string) (from, to Point, err *eserr.Error) {
	const alphabet = "0123456789bcdefghjkmnpqrstuvwxyz"
	lat, lon := [2]float64{-90, 90}, [2]float64{-180, 180}
	if len(text) == 0 || len(text) > 64 {
		return from, to, badPoint("geo_point expected, a geohash has 1 to 12 letters")
	}
	even := true
	for _, r := range text {
		at := -1
		for i, a := range alphabet {
			if a == r {
				at = i
			}
		}
		if at < 0 {
			return from, to, badPoint("unsupported symbol [%c] in geohash [%s]", r, text)
		}
		for bit := 4; bit >= 0; bit-- {
			side := &lat
			if even {
				side = &lon
			}
			even = !even
			middle := (side[0] + side[1]) / 2
			if at>>bit&1 == 1 {
				side[0] = middle
			} else {
				side[1] = middle
			}
		}
	}
	return Point{lat[0], lon[0]}, Point{lat[1], lon[1]}, nil
}
