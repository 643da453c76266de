package main

import (
	"maps"
	"math/rand/v2"
	"slices"
)

// spoil changes one place of a body: a key misspelt, a key too many, or a value of another type.
func spoil(r *rand.Rand, body map[string]any) {
	var places []map[string]any
	collect(body, &places)
	place := pick(r, places...)
	keys := slices.Sorted(maps.Keys(place))
	if len(keys) == 0 || chance(r, 0.3) {
		place["unknown_option"] = pick[any](r, 1, "x", map[string]any{}, []any{})
		return
	}
	key := pick(r, keys...)
	if chance(r, 0.4) {
		place[key+"s"] = place[key]
		delete(place, key)
		return
	}
	place[key] = pick[any](r, "x", -1, 1.5, true, nil, map[string]any{}, []any{}, []any{1, "x"}, map[string]any{"x": 1}, 1<<40)
}

// collect finds all objects of a value, in a fixed order.
func collect(value any, places *[]map[string]any) {
	switch v := value.(type) {
	case map[string]any:
		*places = append(*places, v)
		for _, key := range slices.Sorted(maps.Keys(v)) {
			collect(v[key], places)
		}
	case []any:
		for _, item := range v {
			collect(item, places)
		}
	}
}
