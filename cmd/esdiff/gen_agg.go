package main

import "math/rand/v2"

// aggregations makes aggregations by their type, with sub-aggregations below while depth allows: the whole object of one name, such as {"terms": {..}, "aggs": {..}}.
var aggregations = map[string]func(r *rand.Rand, w *world, depth int) any{}
