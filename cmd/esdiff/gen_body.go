package main

import "math/rand/v2"

// bodies makes whole search bodies by the option that they are about.
var bodies = map[string]func(*rand.Rand, *world) map[string]any{}
