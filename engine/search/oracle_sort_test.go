package search

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
)

// sortOracle is a sort with what it means.
type sortOracle struct {
	json    string
	compare func(a, b *oracleDoc) int
}

// randomSort is by one to three keys.
func randomSort(r *rand.Rand) sortOracle {
	var texts []string
	var keys []func(a, b *oracleDoc) int
	for range 1 + r.IntN(3) {
		text, key := randomSortKey(r)
		texts, keys = append(texts, text), append(keys, key)
	}
	return sortOracle{"[" + strings.Join(texts, ",") + "]", func(a, b *oracleDoc) int {
		for _, key := range keys {
			if c := key(a, b); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.order, b.order)
	}}
}

func randomSortKey(r *rand.Rand) (string, func(a, b *oracleDoc) int) {
	desc, first := r.IntN(2) == 0, r.IntN(4) == 0
	order, missing, mode := "asc", "_last", pickOne(r, []string{"", "min", "max"})
	if desc {
		order = "desc"
	}
	if first {
		missing = "_first"
	}
	greatest := mode == "max" || mode == "" && desc
	option := ""
	if mode != "" {
		option = fmt.Sprintf(`,"mode":%q`, mode)
	}
	field := pickOne(r, []string{"n", "d", "k", "ip", "@timestamp", "_id"})
	if field == "_id" {
		return fmt.Sprintf(`{"_id":%q}`, order), direction(desc, func(a, b *oracleDoc) int { return strings.Compare(a.id, b.id) })
	}
	text := fmt.Sprintf(`{%q:{"order":%q,"missing":%q%s}}`, field, order, missing, option)
	return text, func(a, b *oracleDoc) int {
		va, oka := a.sortValue(field, greatest)
		vb, okb := b.sortValue(field, greatest)
		switch {
		case !oka && !okb:
			return 0
		case oka != okb && oka == first:
			return 1
		case oka != okb:
			return -1
		case desc:
			return compareAny(vb, va)
		}
		return compareAny(va, vb)
	}
}

func direction(desc bool, compare func(a, b *oracleDoc) int) func(a, b *oracleDoc) int {
	if !desc {
		return compare
	}
	return func(a, b *oracleDoc) int { return compare(b, a) }
}

// sortValue is the least or greatest value of a field: a float64 or a string.
func (d *oracleDoc) sortValue(field string, greatest bool) (any, bool) {
	var nums []float64
	switch field {
	case "k":
		if len(d.keys) == 0 {
			return nil, false
		}
		if greatest {
			return slices.Max(d.keys), true
		}
		return slices.Min(d.keys), true
	case "ip":
		if d.ip == "" {
			return nil, false
		}
		a := netip.MustParseAddr(d.ip).As4()
		return float64(a[2])*256 + float64(a[3]), true
	case "n":
		for _, n := range d.nums {
			nums = append(nums, float64(n))
		}
	case "d":
		nums = d.doubles
	case "@timestamp":
		if d.time >= 0 {
			nums = []float64{float64(d.time)}
		}
	}
	if len(nums) == 0 {
		return math.NaN(), false
	}
	if greatest {
		return slices.Max(nums), true
	}
	return slices.Min(nums), true
}

func compareAny(a, b any) int {
	if s, ok := a.(string); ok {
		return strings.Compare(s, b.(string))
	}
	return cmp.Compare(a.(float64), b.(float64))
}
