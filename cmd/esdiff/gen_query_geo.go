package main

import (
	"fmt"
	"math/rand/v2"
)

// aPlaceOrigin is a place as clauses take it.
func aPlaceOrigin(r *rand.Rand) any {
	lat, lon := float64(r.IntN(160)-80), float64(r.IntN(360)-180)
	return pick[any](r, map[string]any{"lat": lat, "lon": lon}, fmt.Sprintf("%g,%g", lat, lon), []any{lon, lat}, "u33dc1")
}

func geoDistanceClause(r *rand.Rand, w *world) any {
	name := "place"
	if chance(r, 0.05) {
		name = w.field(r).name
	}
	o := options{name: aPlaceOrigin(r), "distance": pick[any](r, "500km", "2000km", "3000mi", "5000000", 8000000, "12000km", "1m", "x", "-5km")}
	o.maybe(r, 0.2, "distance_type", "arc", "plane")
	o.maybe(r, 0.1, "validation_method", "STRICT", "COERCE", "IGNORE_MALFORMED")
	o.maybe(r, 0.1, "ignore_unmapped", true, false)
	return bare(r, "geo_distance", o)
}

func geoBoundingBoxClause(r *rand.Rand, w *world) any {
	name := "place"
	if chance(r, 0.05) {
		name = w.field(r).name
	}
	top, bottom := float64(r.IntN(90)), float64(-r.IntN(90))
	left, right := float64(r.IntN(360)-180), float64(r.IntN(360)-180)
	box := pick[any](r,
		map[string]any{"top_left": map[string]any{"lat": top, "lon": left}, "bottom_right": map[string]any{"lat": bottom, "lon": right}},
		map[string]any{"top": top, "left": left, "bottom": bottom, "right": right},
		map[string]any{"top_right": []any{right, top}, "bottom_left": fmt.Sprintf("%g,%g", bottom, left)},
		map[string]any{"wkt": fmt.Sprintf("BBOX (%g, %g, %g, %g)", left, right, top, bottom)},
		map[string]any{"top_left": "u", "bottom_right": "s"},
		map[string]any{"top": bottom - 1, "left": left, "bottom": top, "right": right},
	)
	o := options{name: box}
	o.maybe(r, 0.1, "validation_method", "STRICT", "COERCE", "IGNORE_MALFORMED")
	o.maybe(r, 0.1, "ignore_unmapped", true, false)
	return bare(r, "geo_bounding_box", o)
}
