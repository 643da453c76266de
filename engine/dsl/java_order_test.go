package dsl

import (
	"slices"
	"testing"
)

func TestJavaOrder(t *testing.T) {
	fields := []weighted{{"bool", 1}, {"double", 1}, {"text", 1}, {"ip", 1}}
	if got := javaOrder(fields); !slices.Equal(got, []int{0, 1, 3, 2}) {
		t.Error(got)
	}
	if got := javaHash("message"); got != 954925063 {
		t.Error(got)
	}
}
