package dsl

import (
	"slices"
	"testing"
)

func TestEverySupportedQueryHasAReader(t *testing.T) {
	for _, name := range supported() {
		if clauseReader(name) == nil {
			t.Errorf("%s has none", name)
		}
		if slices.Contains(unsupported(), name) {
			t.Errorf("%s is said to be unsupported", name)
		}
	}
}
