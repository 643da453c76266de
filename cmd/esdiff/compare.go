package main

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// difference is one place where two answers are not the same. Values are JSON; "nothing" where a side has none.
type difference struct {
	path      string
	want, got string
}

const nothing = "nothing"

// compare lists the differences between the decisive answer and ours. Where one of them is an error and the other is not, the status and the reasons are all there is to say.
func compare(want, got answer) []difference {
	if want.status != got.status {
		return []difference{{"status", strconv.Itoa(want.status) + " " + reason(want), strconv.Itoa(got.status) + " " + reason(got)}}
	}
	var all []difference
	compareValues("", want.body, got.body, &all)
	return all
}

func compareValues(path string, want, got any, all *[]difference) {
	switch w := want.(type) {
	case *object:
		if g, ok := got.(*object); ok {
			compareObjects(path, w, g, all)
			return
		}
	case []any:
		if g, ok := got.([]any); ok {
			compareLists(path, w, g, all)
			return
		}
	case json.Number:
		if g, ok := got.(json.Number); ok && sameNumber(path, w.String(), g.String()) {
			return
		}
	default:
		if want == got {
			return
		}
	}
	*all = append(*all, difference{path, short(want), short(got)})
}

func compareObjects(path string, want, got *object, all *[]difference) {
	id, isHit := want.get("_id").(string)
	other, alsoHit := got.get("_id").(string)
	if isHit && alsoHit && id != other {
		*all = append(*all, difference{join(path, "_id"), id, other}) // another document: the rest says nothing
		return
	}
	for _, key := range want.keys {
		below := join(path, key)
		g, ok := got.values[key]
		if !ok {
			*all = append(*all, difference{below, short(want.values[key]), nothing})
			continue
		}
		compareValues(below, want.values[key], g, all)
	}
	for _, key := range got.keys {
		if _, ok := want.values[key]; !ok {
			*all = append(*all, difference{join(path, key), nothing, short(got.values[key])})
		}
	}
	if ordered(path) && len(want.keys) == len(got.keys) && !slices.Equal(notAggs(path, want.keys), notAggs(path, got.keys)) {
		*all = append(*all, difference{join(path, "(order of keys)"), text(want.keys), text(got.keys)})
	}
}

// ordered says whether the order of an object's keys means something to clients.
func ordered(path string) bool {
	return strings.HasPrefix(path, "aggregations") || strings.Contains(path, "_source") || strings.Contains(path, "highlight")
}

func compareLists(path string, want, got []any, all *[]difference) {
	if len(want) != len(got) {
		*all = append(*all, difference{join(path, "(length)"), strconv.Itoa(len(want)), strconv.Itoa(len(got))})
	}
	cut := onlyTheCut(want, got)
	for i := range min(len(want), len(got)) {
		if cut && keyOf(want[i]) != keyOf(got[i]) {
			continue
		}
		compareValues(fmt.Sprintf("%s[%d]", path, i), want[i], got[i], all)
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// sameNumber compares by value, whole numbers exactly and fractions within what the order of adding changes. 1 and 1.0 are not the same.
func sameNumber(path, want, got string) bool {
	if want == got {
		return true
	}
	if whole(want) || whole(got) {
		return false
	}
	a, errA := strconv.ParseFloat(want, 64)
	b, errB := strconv.ParseFloat(got, 64)
	if errA != nil || errB != nil {
		return false
	}
	return math.Abs(a-b) <= tolerance(path)*max(math.Abs(a), math.Abs(b))
}

func whole(number string) bool { return !strings.ContainsAny(number, ".eE") }

// tolerance is relative: scores are 32 bit numbers.
func tolerance(path string) float64 {
	if strings.HasSuffix(path, "_score") || strings.Contains(path, ".sort[") {
		return 1e-5
	}
	return 1e-9
}
