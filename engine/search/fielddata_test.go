package search

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/aggs"
)

func TestFielddataKeepsWhatFits(t *testing.T) {
	budget := aggs.NewBudget(0)
	f := NewFielddata(100, budget)
	put := func(column string, docs int) { f.put(&ends{make([]uint32, docs), make([]uint32, docs), column}) }
	put("large", 13) // 104 bytes are more than 100
	put("old", 4)
	put("used", 4)
	f.get("old")
	put("new", 6) // has no room beside both
	for column, want := range map[string]bool{"large": false, "old": true, "used": false, "new": true} {
		if got := f.get(column) != nil; got != want {
			t.Errorf("%s is kept: %v, want %v", column, got, want)
		}
	}
	if budget.Used() != 80 {
		t.Errorf("%d bytes are counted", budget.Used())
	}
}
