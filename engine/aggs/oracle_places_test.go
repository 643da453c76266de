package aggs_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/vedette-siem/vedette/engine/mapping"
)

// codes is the column of the places of the field `p`.
const codes = "p\x00point"

// place makes a place whose code has few enough bits for a JSON number.
func (g *generator) place() float64 {
	at := mapping.Point{Lat: float64(g.IntN(61)-30) * 180 / 64, Lon: float64(g.IntN(64)-32) * 360 / 64}
	return float64(at.Encode())
}

func places(e event) []mapping.Point {
	var out []mapping.Point
	for _, code := range e.numbers[codes] {
		out = append(out, mapping.PointOf(int64(code)))
	}
	return out
}

func answerGeoBounds(o map[string]any, events []event) any {
	var lons []float64
	north, south := math.Inf(-1), math.Inf(1)
	for _, e := range events {
		for _, p := range places(e) {
			north, south = max(north, p.Lat), min(south, p.Lat)
			lons = append(lons, p.Lon)
		}
	}
	if len(lons) == 0 {
		return map[string]any{}
	}
	slices.Sort(lons)
	left, right := lons[0], lons[len(lons)-1]
	first := slices.IndexFunc(lons, func(x float64) bool { return x >= 0 })
	if o["wrap_longitude"] == true && first > 0 && 360-lons[first]+lons[first-1] < right-left { // from the least one in the east to the greatest in the west
		left, right = lons[first], lons[first-1]
	}
	return map[string]any{"bounds": map[string]any{"top_left": map[string]any{"lat": north, "lon": left}, "bottom_right": map[string]any{"lat": south, "lon": right}}}
}

func answerGeoCentroid(events []event) any {
	n, lat, lon := 0.0, 0.0, 0.0
	for _, e := range events {
		for _, p := range places(e) {
			n, lat, lon = n+1, lat+p.Lat, lon+p.Lon
		}
	}
	if n == 0 {
		return map[string]any{"count": 0.0}
	}
	return map[string]any{"count": n, "location": map[string]any{"lat": lat / n, "lon": lon / n}}
}

// tileOf finds the tile by the formula with the tangent.
func tileOf(p mapping.Point, zoom int) (name string, order int64) {
	n := math.Exp2(float64(zoom))
	x := math.Floor((p.Lon + 180) / 360 * n)
	y := math.Floor((1 - math.Asinh(math.Tan(p.Lat*math.Pi/180))/math.Pi) / 2 * n)
	return fmt.Sprintf("%d/%.0f/%.0f", zoom, x, y), int64(x)<<32 | int64(y)
}

// geohashOf halves the earth.
func geohashOf(p mapping.Point, letters int) string {
	lat, lon := [2]float64{-90, 90}, [2]float64{-180, 180}
	out := ""
	for i, n := 0, 0; len(out) < letters; i++ {
		side, x := &lon, p.Lon
		if i%2 == 1 {
			side, x = &lat, p.Lat
		}
		n *= 2
		if middle := (side[0] + side[1]) / 2; x >= middle {
			side[0], n = middle, n+1
		} else {
			side[1] = middle
		}
		if i%5 == 4 {
			out, n = out+"0123456789bcdefghjkmnpqrstuvwxyz"[n:n+1], 0
		}
	}
	return out
}

func answerGrid(kind string, o, subs map[string]any, events []event) any {
	precision := o["precision"].(int)
	orders := map[string]int64{}
	_, groups := group(events, func(e event) []any {
		var out []any
		for _, p := range places(e) {
			name := geohashOf(p, precision)
			if kind == "geotile_grid" {
				var order int64
				name, order = tileOf(p, precision)
				orders[name] = order
			}
			out = append(out, name)
		}
		return out
	})
	buckets := []map[string]any{}
	for key, in := range groups {
		buckets = append(buckets, with(map[string]any{"key": key}, single(subs, in)))
	}
	slices.SortFunc(buckets, func(a, b map[string]any) int {
		if c := cmp.Compare(b["doc_count"].(float64), a["doc_count"].(float64)); c != 0 {
			return c
		}
		x, y := a["key"].(string), b["key"].(string)
		if kind == "geotile_grid" {
			return cmp.Compare(orders[y], orders[x])
		}
		return cmp.Compare(y, x)
	})
	out := []any{}
	for _, b := range buckets[:min(len(buckets), o["size"].(int))] {
		out = append(out, b)
	}
	return map[string]any{"buckets": out}
}

// answerRings measures by the haversine formula.
func answerRings(o, subs map[string]any, events []event) any {
	origin := o["origin"].(map[string]any)
	lat, lon := origin["lat"].(float64), origin["lon"].(float64)
	rad := func(x float64) float64 { return x * math.Pi / 180 }
	far := func(p mapping.Point) float64 {
		s, t := math.Sin(rad(p.Lat-lat)/2), math.Sin(rad(p.Lon-lon)/2)
		return 2 * 6371.0087714 * math.Asin(math.Sqrt(s*s+math.Cos(rad(lat))*math.Cos(rad(p.Lat))*t*t))
	}
	out := []any{}
	for _, r := range o["ranges"].([]any) {
		from, to := r.(map[string]any)["from"].(float64), r.(map[string]any)["to"].(float64)
		var in []event
		for _, e := range events {
			if slices.ContainsFunc(places(e), func(p mapping.Point) bool { return far(p) >= from && far(p) < to }) {
				in = append(in, e)
			}
		}
		out = append(out, with(map[string]any{"key": r.(map[string]any)["key"], "from": from, "to": to}, single(subs, in)))
	}
	return map[string]any{"buckets": out}
}

// geoBucket is an aggregation with buckets over places.
func (g *generator) geoBucket() map[string]any {
	switch g.IntN(3) {
	case 0:
		return map[string]any{"geotile_grid": map[string]any{"field": "p", "precision": g.IntN(30), "size": 1 + g.IntN(30)}}
	case 1:
		return map[string]any{"geohash_grid": map[string]any{"field": "p", "precision": 1 + g.IntN(11), "size": 1 + g.IntN(30)}}
	}
	return map[string]any{"geo_distance": map[string]any{"field": "p", "unit": "km", "origin": map[string]any{"lat": 1.25 * float64(g.IntN(60)), "lon": 2.5 * float64(g.IntN(60))}, "ranges": []any{
		map[string]any{"key": "near", "from": 0.0, "to": 3000.7}, map[string]any{"key": "far", "from": 2000.3, "to": 9000.1}, map[string]any{"key": "away", "from": 9000.1, "to": 30000.0}}}}
}
