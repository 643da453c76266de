package main

import (
	"cmp"
	"slices"
)

// sortTies puts buckets of significant_terms that follow each other with the same score in the order of their keys: Elasticsearch has them in that of a hash map.
func sortTies(list []any) {
	for from := 0; from < len(list); {
		to := from + 1
		for to < len(list) && tie(list[from], list[to]) {
			to++
		}
		slices.SortFunc(list[from:to], func(a, b any) int { return cmp.Compare(text(keyOf(a)), text(keyOf(b))) })
		from = to
	}
}

// tie says whether both are buckets of significant_terms with the same score.
func tie(a, b any) bool {
	x, y := scoreOf(a), scoreOf(b)
	return x != nil && x == y
}

func scoreOf(bucket any) any {
	o, _ := bucket.(*object)
	if o.get("bg_count") == nil {
		return nil
	}
	return o.get("score")
}

func keyOf(bucket any) any {
	o, _ := bucket.(*object)
	return o.get("key")
}

// onlyTheCut says whether two lists of buckets have the same scores, and keys that differ have the last of them: which buckets of the same score are among the first so many is an accident too.
func onlyTheCut(want, got []any) bool {
	if len(want) == 0 || len(want) != len(got) {
		return false
	}
	last := scoreOf(want[len(want)-1])
	for i := range want {
		if !tie(want[i], got[i]) || keyOf(want[i]) != keyOf(got[i]) && scoreOf(want[i]) != last {
			return false
		}
	}
	return last != nil
}
