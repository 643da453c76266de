package mapping

import (
	"encoding/base64"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// checkShape refuses a value that Elasticsearch would refuse for a field which is kept in _source only. It says why not, or nil. The value is
// that of the column of a geo_point or range; without a name there is none.
func (l *leaf) checkShape(v *fastjson.Value) (value document.Field, err error) {
	var cause *eserr.Error
	switch l.field.Type {
	case "geo_point":
		var place Point
		if place, cause = l.point(v); cause == nil {
			value = document.Field{Name: l.field.PointColumn(), Kind: document.Long, Num: place.Encode()}
		}
	case "binary":
		if !l.present {
			return value, nil // Elasticsearch does not look at it then
		}
		if _, err := base64.StdEncoding.DecodeString(string(v.GetStringBytes())); v.Type() != fastjson.TypeString || err != nil {
			cause = eserr.Illegal("Illegal base64 in field [%s]", l.field.Name)
		}
	case "integer_range", "long_range", "float_range", "double_range", "ip_range", "date_range":
		if cause = l.checkBounds(v); cause == nil && l.field.spans != 0 {
			var s Span
			s, cause = l.field.span(v)
			value = document.Field{Name: l.field.SpanColumn(), Kind: document.Keyword, Str: s.Lo + s.Hi}
		}
	}
	if cause == nil {
		return value, nil
	}
	e := eserr.BadRequest(eserr.DocumentParsing, "failed to parse field [%s] of type [%s]", l.field.Name, l.field.Type)
	e.CausedBy = cause
	return value, e
}

// badPoint is Elasticsearch's parse_exception of a point.
func badPoint(format string, args ...any) *eserr.Error {
	return eserr.BadRequest("parse_exception", format, args...)
}

// point knows the forms of https://www.elastic.co/guide/en/elasticsearch/reference/8.19/geo-point.html.
func (l *leaf) point(v *fastjson.Value) (Point, *eserr.Error) {
	switch v.Type() {
	case fastjson.TypeString:
		return l.pointText(string(v.GetStringBytes()))
	case fastjson.TypeArray:
		parts := v.GetArray()
		if len(parts) < 2 || len(parts) > 3 {
			return Point{}, badPoint("[geo_point] field type expects 2 or 3 numbers, but found %d", len(parts))
		}
		return l.coordinates(parts[1].String(), parts[0].String())
	case fastjson.TypeObject:
		return l.pointObject(v.GetObject())
	}
	return Point{}, badPoint("geo_point expected")
}

func (l *leaf) pointText(text string) (Point, *eserr.Error) {
	if rest, ok := strings.CutPrefix(strings.ToUpper(strings.TrimSpace(text)), "POINT"); ok {
		parts := strings.Fields(strings.Trim(strings.TrimSpace(rest), "()Z "))
		if len(parts) < 2 {
			return Point{}, badPoint("failed to parse WKT for geo point")
		}
		return l.coordinates(parts[1], parts[0])
	}
	if lat, lon, ok := strings.Cut(text, ","); ok {
		lon, _, _ = strings.Cut(lon, ",")
		return l.coordinates(strings.TrimSpace(lat), strings.TrimSpace(lon))
	}
	return geohash(text)
}

func (l *leaf) pointObject(o *fastjson.Object) (Point, *eserr.Error) {
	var unknown string
	o.Visit(func(key []byte, _ *fastjson.Value) {
		if name := string(key); unknown == "" && !slices.Contains([]string{"lat", "lon", "z", "type", "coordinates", "geohash"}, name) {
			unknown = name
		}
	})
	lat, lon := o.Get("lat"), o.Get("lon")
	switch {
	case unknown != "":
		return Point{}, badPoint("field [%s] not supported - must be one of: lon, lat, z, type, coordinates", unknown)
	case o.Get("coordinates") != nil:
		return l.point(o.Get("coordinates"))
	case o.Get("geohash") != nil:
		return l.point(o.Get("geohash"))
	case lat == nil:
		return Point{}, badPoint("Required [lat]")
	case lon == nil:
		return Point{}, badPoint("Required [lon]")
	}
	return l.coordinates(numberText(lat), numberText(lon))
}

// numberText is the text of a number, which may stand in quotation marks.
func numberText(v *fastjson.Value) string {
	if v.Type() == fastjson.TypeString {
		return string(v.GetStringBytes())
	}
	return v.String()
}

func (l *leaf) coordinates(lat, lon string) (p Point, cause *eserr.Error) {
	for _, c := range []struct {
		name, text string
		limit      float64
		into       *float64
	}{{"latitude", lat, 90, &p.Lat}, {"longitude", lon, 180, &p.Lon}} {
		x, err := strconv.ParseFloat(c.text, 64)
		switch {
		case err != nil:
			return p, badPoint("%s must be a number", c.name)
		case !(x >= -c.limit && x <= c.limit):
			return p, eserr.Illegal("illegal %s value [%s] for %s", c.name, javaDouble(x), l.field.Name)
		}
		*c.into = x
	}
	return p, nil
}

// javaDouble prints a whole number with `.0`, as Java does.
func javaDouble(x float64) string {
	text := strconv.FormatFloat(x, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// checkBounds knows the forms of https://www.elastic.co/guide/en/elasticsearch/reference/8.19/range.html.
func (l *leaf) checkBounds(v *fastjson.Value) (cause *eserr.Error) {
	name := l.field.Name
	if v.Type() != fastjson.TypeObject {
		if _, err := netip.ParsePrefix(string(v.GetStringBytes())); l.field.Type == "ip_range" && err == nil {
			return nil
		}
		return eserr.BadRequest(eserr.DocumentParsing, "error parsing field [%s], expected an object but got %s", name, name)
	}
	v.GetObject().Visit(func(key []byte, bound *fastjson.Value) {
		if cause != nil || bound.Type() == fastjson.TypeNull {
			return
		}
		switch string(key) {
		case "gt", "gte", "lt", "lte", "from", "to":
			cause = l.checkBound(bound)
		case "include_lower", "include_upper":
		default:
			cause = eserr.BadRequest(eserr.DocumentParsing, "error parsing field [%s], with unknown parameter [%s]", name, key)
		}
	})
	return cause
}

// checkBound refuses what is no value of the range's type. Whole numbers may have a fraction, which Elasticsearch cuts off.
func (l *leaf) checkBound(v *fastjson.Value) *eserr.Error {
	text := numberText(v)
	switch l.field.Type {
	case "date_range":
		if _, err := l.field.Dates.Parse(text, nil); err != nil {
			return badPoint("failed to parse date field [%s] with format [%s]: [failed to parse date field [%s] with format [%s]]", text, l.field.Dates.Name(), text, l.field.Dates.Name())
		}
	case "ip_range":
		if _, err := netip.ParseAddr(text); err != nil {
			return eserr.Illegal("'%s' is not an IP string literal.", text)
		}
	default:
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			return eserr.BadRequest("number_format_exception", "For input string: %q", text)
		}
	}
	return nil
}
