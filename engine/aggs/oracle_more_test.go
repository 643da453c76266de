package aggs_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// compareAny compares keys of which some are lists.
func compareAny(a, b any) int {
	x, ok := a.([]any)
	if !ok {
		return compareKeys(a, b)
	}
	for i, y := range b.([]any) {
		if c := compareKeys(x[i], y); c != 0 {
			return c
		}
	}
	return 0
}

func answerRare(o, subs map[string]any, events []event) any {
	field := o["field"].(string)
	keys, groups := group(events, func(e event) []any { return values(e, field) })
	buckets := []map[string]any{}
	for _, key := range keys {
		if len(groups[key]) > o["max_doc_count"].(int) {
			continue
		}
		b := with(map[string]any{"key": key}, single(subs, groups[key]))
		if field == "b" {
			b["key_as_string"] = map[any]string{0.0: "false", 1.0: "true"}[key]
		}
		buckets = append(buckets, b)
	}
	slices.SortStableFunc(buckets, func(a, b map[string]any) int { return cmp.Compare(a["doc_count"].(float64), b["doc_count"].(float64)) })
	out := []any{}
	for _, b := range buckets {
		out = append(out, b)
	}
	return map[string]any{"buckets": out}
}

func answerMulti(o, subs map[string]any, events []event) any {
	var fields []string
	for _, term := range o["terms"].([]any) {
		fields = append(fields, term.(map[string]any)["field"].(string))
	}
	lists := map[string][]any{}
	groups := map[string][]event{}
	for _, e := range events {
		combos := [][]any{{}}
		for _, field := range fields {
			var longer [][]any
			for _, c := range combos {
				for _, v := range values(e, field) {
					longer = append(longer, append(slices.Clone(c), v))
				}
			}
			combos = longer
		}
		for _, c := range combos {
			id := fmt.Sprint(c...) + fmt.Sprint(c)
			lists[id], groups[id] = c, append(groups[id], e)
		}
	}
	buckets := []map[string]any{}
	for id, list := range lists {
		var texts []string
		for i, v := range list {
			text := fmt.Sprint(v)
			if x, ok := v.(float64); ok && fields[i] == "d" && x == math.Trunc(x) {
				text = fmt.Sprintf("%.1f", x)
			}
			texts = append(texts, text)
		}
		buckets = append(buckets, with(map[string]any{"key": list, "key_as_string": strings.Join(texts, "|")}, single(subs, groups[id])))
	}
	slices.SortFunc(buckets, func(a, b map[string]any) int { return compareAny(a["key"], b["key"]) })
	return firstBuckets(o, buckets)
}

func answerWeighted(o map[string]any, events []event) any {
	sum, weights := 0.0, 0.0
	for _, e := range events {
		weight := 3.0
		if w := e.numbers["w"]; len(w) > 0 {
			weight = w[0]
		}
		for _, x := range e.numbers[o["value"].(map[string]any)["field"].(string)] {
			sum, weights = sum+x*weight, weights+weight
		}
	}
	if weights == 0 {
		return map[string]any{"value": nil}
	}
	return map[string]any{"value": sum / weights}
}

// quantileOf interpolates among sorted values.
func quantileOf(all []float64, q float64) float64 {
	at := q * float64(len(all)-1)
	low := int(at)
	return all[low] + (at-float64(low))*(all[min(low+1, len(all)-1)]-all[low])
}

func answerSpread(kind string, o map[string]any, events []event) any {
	var all []float64
	for _, e := range events {
		all = append(all, e.numbers[o["field"].(string)]...)
	}
	slices.Sort(all)
	switch {
	case kind == "percentile_ranks":
		out := map[string]any{}
		for _, v := range o["values"].([]float64) {
			out[fmt.Sprintf("%.1f", v)] = rankOf(all, v)
		}
		return map[string]any{"values": out}
	case kind == "boxplot" && len(all) == 0:
		return map[string]any{"min": "Infinity", "max": "-Infinity", "q1": "NaN", "q2": "NaN", "q3": "NaN", "lower": "NaN", "upper": "NaN"}
	case kind == "boxplot":
		q1, q3 := quantileOf(all, 0.25), quantileOf(all, 0.75)
		above := slices.DeleteFunc(slices.Clone(all), func(x float64) bool { return x <= q1-1.5*(q3-q1) })
		below := slices.DeleteFunc(slices.Clone(all), func(x float64) bool { return x > q3+1.5*(q3-q1) })
		var lower any = "NaN"
		if len(above) > 0 {
			lower = above[0]
		}
		return map[string]any{"min": all[0], "max": all[len(all)-1], "q1": q1, "q2": quantileOf(all, 0.5), "q3": q3, "lower": lower, "upper": below[len(below)-1]}
	case len(all) == 0:
		return map[string]any{"value": nil}
	}
	median := quantileOf(all, 0.5)
	for i := range all {
		all[i] = math.Abs(all[i] - median)
	}
	slices.Sort(all)
	return map[string]any{"value": quantileOf(all, 0.5)}
}

// rankOf is the percentage below v, with what is equal counting half. A value between two others stands for the room up to the middle of each gap.
func rankOf(all []float64, v float64) any {
	if len(all) == 0 {
		return nil
	}
	n, below, equal := float64(len(all)), 0.0, 0.0
	for _, x := range all {
		if x < v {
			below++
		} else if x == v {
			equal++
		}
	}
	switch {
	case below == 0 && equal == 0:
		return 0.0
	case below == n:
		return 100.0
	case below == 0 || below+equal == n:
		return 100 * (below + equal/2) / n
	}
	// how far each value's room has been crossed at v; at a gap's middle the next begins
	crossed := 0.0
	for i, x := range all {
		left, right := math.NaN(), math.NaN()
		if i > 0 {
			left = (x - all[i-1]) / 2
		}
		if i < len(all)-1 {
			right = (all[i+1] - x) / 2
		}
		if i == 0 {
			left = right
		} else if i == len(all)-1 {
			right = left
		}
		switch {
		case v >= x+right:
			crossed++
		case v > x-left:
			crossed += (v - x + left) / (left + right)
		}
	}
	return 100 * crossed / n
}

// answerAuto tries one unit of time after the other.
func answerAuto(o, subs map[string]any, events []event) any {
	cut := []func(t time.Time) time.Time{
		func(t time.Time) time.Time { return t.Truncate(time.Second) },
		func(t time.Time) time.Time { return t.Truncate(time.Minute) },
		func(t time.Time) time.Time { return t.Truncate(time.Hour) },
		func(t time.Time) time.Time { return t.Truncate(24 * time.Hour) },
		func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC) },
		func(t time.Time) time.Time { return time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC) },
	}
	step := [][]int{{1, 5, 10, 30}, {1, 5, 10, 30}, {1, 3, 12}, {1, 7}, {1, 3}, {1, 5, 10, 20, 50, 100}}
	var times []float64
	for _, e := range events {
		times = append(times, e.numbers["t1"]...)
	}
	if len(times) == 0 {
		return map[string]any{"buckets": []any{}, "interval": "1s"}
	}
	target := o["buckets"].(int)
	for level := range cut {
		at := cut[level](time.UnixMilli(int64(slices.Min(times))).UTC())
		end := cut[level](time.UnixMilli(int64(slices.Max(times))).UTC())
		most := step[level][len(step[level])-1]
		var cells []time.Time
		for !at.After(end) && len(cells) <= target*most {
			cells = append(cells, at)
			at = cut[level](at.Add([]time.Duration{time.Second, time.Minute, time.Hour, 24 * time.Hour, 31 * 24 * time.Hour, 366 * 24 * time.Hour}[level]))
		}
		if len(cells) > target*most {
			continue
		}
		inner := step[level][slices.IndexFunc(step[level], func(n int) bool { return (len(cells)+n-1)/n <= target })]
		buckets := []any{}
		for i := 0; i < len(cells); i += inner {
			until := at
			if i+inner < len(cells) {
				until = cells[i+inner]
			}
			var in []event
			for _, e := range events {
				if slices.ContainsFunc(e.numbers["t1"], func(x float64) bool { return int64(x) >= cells[i].UnixMilli() && int64(x) < until.UnixMilli() }) {
					in = append(in, e)
				}
			}
			buckets = append(buckets, with(map[string]any{"key": float64(cells[i].UnixMilli()), "key_as_string": cells[i].Format("2006-01-02T15:04:05.000Z")}, single(subs, in)))
		}
		return map[string]any{"buckets": buckets, "interval": fmt.Sprint(inner, []string{"s", "m", "h", "d", "M", "y"}[level])}
	}
	return nil
}

func answerSignificant(o, subs map[string]any, events []event) any {
	field := o["field"].(string)
	keys, groups := group(events, func(e event) []any { return values(e, field) })
	size, all := float64(len(events)), 0.0
	everywhere := map[any]float64{}
	if len(events) > 0 {
		all = float64(len(*events[0].all))
		for _, e := range *events[0].all {
			for _, v := range values(e, field) {
				everywhere[v]++
			}
		}
	}
	buckets := []map[string]any{}
	for _, key := range keys {
		n, has := float64(len(groups[key])), everywhere[key]
		score := 0.0
		switch {
		case o["percentage"] != nil:
			score = n / has
		case o["jlh"] != nil:
			score = (n/size - has/all) * (n / size) / (has / all)
			if n/size <= has/all {
				score = 0
			}
		default:
			expected := 0.0 // by the four cells of the table
			for _, cell := range [][2]float64{{n, has * size / all}, {has - n, has * (all - size) / all}, {size - n, (all - has) * size / all}, {all - has - size + n, (all - has) * (all - size) / all}} {
				expected += (cell[0] - cell[1]) * (cell[0] - cell[1]) / cell[1]
			}
			score = expected
			if !(n/size >= (has-n)/(all-size)) || math.IsNaN(expected) {
				score = -1
			}
		}
		if int(n) >= o["min_doc_count"].(int) && score > 1e-12 {
			buckets = append(buckets, with(map[string]any{"key": key, "score": score, "bg_count": has}, single(subs, groups[key])))
		}
	}
	slices.SortStableFunc(buckets, func(a, b map[string]any) int {
		if x, y := a["score"].(float64), b["score"].(float64); math.Abs(x-y) > 1e-12*max(x, y) {
			return cmp.Compare(y, x)
		}
		return 0
	})
	out := []any{}
	for _, b := range buckets[:min(len(buckets), o["size"].(int))] {
		out = append(out, b)
	}
	if len(events) == 0 { // in the gaps of a histogram nobody knows
		return map[string]any{"doc_count": size, "bg_count": anything{}, "buckets": out}
	}
	return map[string]any{"doc_count": size, "bg_count": all, "buckets": out}
}

func answerAdjacency(o, subs map[string]any, events []event) any {
	filters := o["filters"].(map[string]any)
	sets := map[string][]event{}
	names := []string{"w", "x", "y", "z"}
	for i, a := range names {
		in := keep(events, filters[a].(map[string]any))
		sets[a] = in
		for _, b := range names[i+1:] {
			sets[a+"&"+b] = keep(in, filters[b].(map[string]any))
		}
	}
	buckets := []any{}
	for _, name := range slices.Sorted(maps.Keys(sets)) {
		if len(sets[name]) > 0 {
			buckets = append(buckets, with(map[string]any{"key": name}, single(subs, sets[name])))
		}
	}
	return map[string]any{"buckets": buckets}
}

// answerTop shows the field that it sorts by, the least value of each document.
func answerTop(o map[string]any, events []event) any {
	field := o["metrics"].(map[string]any)["field"].(string)
	desc := o["sort"].(map[string]any)[field] == "desc"
	var found [][2]float64
	for _, e := range events {
		if list := e.numbers[field]; len(list) > 0 {
			by := slices.Min(list)
			if desc {
				by = -slices.Max(list)
			}
			found = append(found, [2]float64{by, list[0]})
		}
	}
	slices.SortStableFunc(found, func(a, b [2]float64) int { return cmp.Compare(a[0], b[0]) })
	out := []any{}
	for _, f := range found[:min(len(found), o["size"].(int))] {
		by := f[0]
		if desc {
			by = -by
		}
		metric := any(f[1])
		if desc { // documents with the same greatest value may differ in the least
			metric = anything{}
		}
		out = append(out, map[string]any{"sort": []any{by}, "metrics": map[string]any{field: metric}})
	}
	return map[string]any{"top": out}
}

// answerPrefix groups by the last number of an address, which is the only one that differs.
func answerPrefix(o, subs map[string]any, events []event) any {
	bits := o["prefix_length"].(int)
	keys, groups := group(events, func(e event) []any {
		var out []any
		for _, ip := range e.texts["ip"] {
			out = append(out, float64(int(ip[len(ip)-1]-'0')>>(32-bits)<<(32-bits)))
		}
		return out
	})
	buckets := []any{}
	for _, key := range keys {
		buckets = append(buckets, with(map[string]any{"key": fmt.Sprintf("10.0.0.%v", key), "is_ipv6": false, "prefix_length": float64(bits),
			"netmask": fmt.Sprintf("255.255.255.%d", 256-1<<(32-bits))}, single(subs, groups[key])))
	}
	return map[string]any{"buckets": buckets}
}

// answerStrings takes texts of one character.
func answerStrings(o map[string]any, events []event) any {
	n, counts := 0.0, map[string]float64{}
	for _, e := range events {
		for _, v := range values(e, o["field"].(string)) {
			counts[v.(string)]++
			n++
		}
	}
	if n == 0 {
		return map[string]any{"count": 0.0, "min_length": nil, "max_length": nil, "avg_length": nil, "entropy": 0.0, "distribution": nil}
	}
	entropy, shares := 0.0, map[string]any{}
	for c, k := range counts {
		entropy, shares[c] = entropy-k/n*math.Log2(k/n), k/n
	}
	return map[string]any{"count": n, "min_length": 1.0, "max_length": 1.0, "avg_length": 1.0, "entropy": entropy, "distribution": shares}
}

// answerMatrix goes over the documents with both fields twice: for the means, and for the distances from them.
func answerMatrix(o map[string]any, events []event) any {
	pick := map[string]func([]float64) float64{"min": slices.Min[[]float64], "max": slices.Max[[]float64], "sum": func(list []float64) float64 {
		sum := 0.0
		for _, x := range list {
			sum += x
		}
		return sum
	}}[o["mode"].(string)]
	var rows [][2]float64
	for _, e := range events {
		if len(e.numbers["n"]) > 0 && len(e.numbers["d"]) > 0 {
			rows = append(rows, [2]float64{pick(e.numbers["n"]), pick(e.numbers["d"])})
		}
	}
	count := float64(len(rows))
	if count == 0 {
		return map[string]any{"doc_count": 0.0}
	}
	// power is the sum of products of distances from the means
	mean := [2]float64{}
	for _, r := range rows {
		mean[0], mean[1] = mean[0]+r[0]/count, mean[1]+r[1]/count
	}
	power := func(i, a, j, b int) float64 {
		sum := 0.0
		for _, r := range rows {
			sum += math.Pow(r[i]-mean[i], float64(a)) * math.Pow(r[j]-mean[j], float64(b))
		}
		return sum
	}
	fields := []any{}
	for i, name := range []string{"n", "d"} {
		m2 := power(i, 2, i, 0)
		f := map[string]any{"name": name, "count": count, "mean": mean[i], "variance": asJSON(m2 / (count - 1)), "skewness": anything{}, "kurtosis": anything{},
			"covariance": map[string]any{"n": asJSON(power(i, 1, 0, 1) / (count - 1)), "d": asJSON(power(i, 1, 1, 1) / (count - 1))}, "correlation": anything{}}
		if m2 > 1e-9 && power(1-i, 2, i, 0) > 1e-9 {
			f["skewness"], f["kurtosis"] = math.Sqrt(count)*power(i, 3, i, 0)/math.Pow(m2, 1.5), count*power(i, 4, i, 0)/(m2*m2)
			both := power(0, 1, 1, 1) / math.Sqrt(power(0, 2, 0, 0)*power(1, 2, 1, 0))
			f["correlation"] = map[string]any{name: 1.0, []string{"d", "n"}[i]: both}
		}
		fields = append(fields, f)
	}
	return map[string]any{"doc_count": count, "fields": fields}
}

func asJSON(x float64) any {
	if math.IsNaN(x) {
		return "NaN"
	}
	return x
}
