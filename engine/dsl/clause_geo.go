package dsl

import (
	"math"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
)

// raw is the text of the value at the token, an object or array included, and moves to its end.
func (p *parser) raw() ([]byte, error) {
	from := p.at
	if p.tok == startObject || p.tok == startArray {
		for depth := len(p.stack); len(p.stack) >= depth; {
			if err := p.next(); err != nil {
				return nil, err
			}
		}
	}
	return p.body[from:p.dec.InputOffset()], nil
}

func (p *parser) pointInto(into *mapping.Point) func() error {
	return func() error {
		raw, err := p.raw()
		if err == nil {
			*into, err = mapping.ParsePoint(raw)
		}
		return err
	}
}

// units are metres by the name of a unit. https://www.elastic.co/guide/en/elasticsearch/reference/8.19/api-conventions.html#distance-units
var units = map[string]float64{"m": 1, "meters": 1, "km": 1000, "kilometers": 1000, "cm": 0.01, "centimeters": 0.01, "mm": 0.001, "millimeters": 0.001, "mi": 1609.344, "miles": 1609.344,
	"yd": 0.9144, "yards": 0.9144, "ft": 0.3048, "feet": 0.3048, "in": 0.0254, "inch": 0.0254, "nmi": 1852, "NM": 1852, "nauticalmiles": 1852}

// ParseUnit is how many metres a unit of distance has.
func ParseUnit(name string) (float64, error) {
	if m, ok := units[name]; ok {
		return m, nil
	}
	return 0, eserr.Illegal("No distance unit match [%s]", name)
}

// ParseDistance reads a distance such as `12km`; a number alone counts in unit (metres each). The error is an illegal_argument_exception.
func ParseDistance(text string, unit float64) (meters float64, err error) {
	digits := strings.TrimRight(strings.TrimSpace(text), "abcdefghijklmnopqrstuvwxyzNM")
	if name := strings.TrimSpace(text)[len(digits):]; units[name] > 0 {
		unit = units[name]
	} else {
		digits += name // no number, which is what Elasticsearch complains of
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, eserr.BadRequest(numberFormat, "For input string: %q", text)
	}
	return n * unit, nil
}

// geoOptions are what the queries on places have in common; what concerns bad values means nothing, since none are stored.
func (p *parser) geoOptions(b *Base, ignoreUnmapped *bool) options {
	var ignored string
	refuse := func(text string) error { return eserr.Illegal("No enum constant [%s]", text) }
	return p.common(b, options{
		"ignore_unmapped":   p.boolInto(ignoreUnmapped),
		"validation_method": p.oneOf(&ignored, refuse, "STRICT", "COERCE", "IGNORE_MALFORMED"),
		"distance_type":     p.oneOf(&ignored, refuse, "arc", "plane"),
		"type":              p.oneOf(&ignored, refuse, "memory", "indexed"),
	})
}

// geoMembers reads the options of a query on places and, by any other name, the field.
func (p *parser) geoMembers(o options, field *string, read func() error) error {
	for {
		if err := p.next(); err != nil {
			return err
		}
		if p.tok == endObject {
			break
		}
		name := p.name
		if err := p.next(); err != nil {
			return err
		}
		option, ok := o[name]
		switch {
		case ok:
		case p.isValue() && p.tok != valueString:
			return p.unknownOption(name)
		case *field != "":
			return p.fail("[%s] query doesn't support multiple fields, found [%s] and [%s]", p.clause, *field, name)
		default:
			*field, option = name, read
		}
		if err := option(); err != nil {
			return err
		}
	}
	if *field == "" {
		return eserr.Illegal("[%s] requires fieldName", p.clause)
	}
	return nil
}

// geoDistance reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-geo-distance-query.html.
func (p *parser) geoDistance() (Query, error) {
	q := &GeoDistance{}
	var distance, unit string
	o := p.geoOptions(&q.Base, &q.IgnoreUnmapped)
	delete(o, "type")
	o["distance"], o["unit"] = p.textInto(&distance), p.textInto(&unit)
	if err := p.geoMembers(o, &q.Field, p.pointInto(&q.From)); err != nil {
		return nil, err
	}
	metres := 1.0
	var err error
	if unit != "" {
		if metres, err = ParseUnit(unit); err != nil {
			return nil, err
		}
	}
	if distance == "" {
		return nil, p.fail("geo_distance requires 'distance' to be specified")
	}
	if q.Meters, err = ParseDistance(distance, metres); err == nil && q.Meters <= 0 {
		err = eserr.Illegal("distance must be greater than zero")
	}
	return q, err
}

// geoBox reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-geo-bounding-box-query.html.
func (p *parser) geoBox() (Query, error) {
	q := &GeoBox{Top: math.NaN(), Bottom: math.NaN(), Left: math.NaN(), Right: math.NaN()}
	o := p.geoOptions(&q.Base, &q.IgnoreUnmapped)
	delete(o, "distance_type")
	if err := p.geoMembers(o, &q.Field, func() error { return p.corners(q) }); err != nil {
		return nil, err
	}
	switch {
	case math.IsNaN(q.Top + q.Bottom + q.Left + q.Right):
		return nil, p.fail("failed to parse bounding box: it needs two opposite corners, or [top], [left], [bottom] and [right]")
	case q.Top < q.Bottom:
		return nil, eserr.Illegal("top is below bottom corner: %s vs. %s", degrees(q.Top), degrees(q.Bottom))
	}
	return q, nil
}

// ParseBox reads a box of a request: corners, sides or a text. Sides that are missing are NaN.
func ParseBox(body []byte) (*GeoBox, error) {
	q := &GeoBox{Top: math.NaN(), Bottom: math.NaN(), Left: math.NaN(), Right: math.NaN()}
	p := &parser{reader: newReader(body, Place{1, 1})}
	if err := p.next(); err != nil {
		return nil, err
	}
	return q, p.corners(q)
}

// degrees prints a coordinate as Java does, with a decimal.
func degrees(x float64) string {
	text := strconv.FormatFloat(x, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

func (p *parser) corners(q *GeoBox) error {
	if p.tok != startObject {
		return p.fail("failed to parse bounding box: an object expected")
	}
	corner := func(lat, lon *float64) func() error {
		return func() error {
			raw, err := p.raw()
			if err != nil {
				return err
			}
			at, err := mapping.ParseCorner(raw, lat == &q.Top, lon == &q.Right)
			*lat, *lon = at.Lat, at.Lon
			return err
		}
	}
	var text string
	err := p.members(options{
		"top": p.floatInto(&q.Top), "bottom": p.floatInto(&q.Bottom), "left": p.floatInto(&q.Left), "right": p.floatInto(&q.Right),
		"top_left": corner(&q.Top, &q.Left), "topLeft": corner(&q.Top, &q.Left), "bottom_right": corner(&q.Bottom, &q.Right), "bottomRight": corner(&q.Bottom, &q.Right),
		"top_right": corner(&q.Top, &q.Right), "topRight": corner(&q.Top, &q.Right), "bottom_left": corner(&q.Bottom, &q.Left), "bottomLeft": corner(&q.Bottom, &q.Left),
		"wkt": p.textInto(&text),
	})
	if err != nil || text == "" {
		return err
	}
	// BBOX (left, right, top, bottom)
	inside, ok := strings.CutPrefix(strings.ToUpper(strings.TrimSpace(text)), "BBOX")
	parts := strings.Split(strings.Trim(strings.TrimSpace(inside), "() "), ",")
	if !ok || len(parts) != 4 {
		return p.fail("failed to parse WKT bounding box [%s]", text)
	}
	for i, into := range []*float64{&q.Left, &q.Right, &q.Top, &q.Bottom} {
		if *into, err = strconv.ParseFloat(strings.TrimSpace(parts[i]), 64); err != nil {
			return p.fail("failed to parse WKT bounding box [%s]", text)
		}
	}
	return nil
}
