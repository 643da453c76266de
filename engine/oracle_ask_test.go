package engine

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// asked is a query and what it means.
type asked struct {
	json    string
	matches func(d *oracleDoc) bool
}

// someValue holds for documents one of whose values of a field does.
func someValue(name string, holds func(v value) bool) func(*oracleDoc) bool {
	return func(d *oracleDoc) bool { return slices.ContainsFunc(d.values[name], holds) }
}

// anyField is a random name that can be searched, and its kind.
func (o *oracleRun) anyField() (f *oracleField, name, kind string) {
	f = &o.fields[o.r.IntN(len(o.fields))]
	names := f.searchable()
	name = slices.Sorted(maps.Keys(names))[o.r.IntN(len(names))]
	return f, name, names[name]
}

func (o *oracleRun) query(depth int) asked {
	if depth > 0 && o.r.IntN(3) > 0 {
		a, b, c := o.query(depth-1), o.query(depth-1), o.query(depth-1)
		switch o.r.IntN(3) {
		case 0:
			return asked{fmt.Sprintf(`{"bool":{"filter":[%s],"must_not":%s}}`, a.json, b.json), func(d *oracleDoc) bool { return a.matches(d) && !b.matches(d) }}
		case 1:
			return asked{fmt.Sprintf(`{"bool":{"must":[%s,%s]}}`, a.json, b.json), func(d *oracleDoc) bool { return a.matches(d) && b.matches(d) }}
		}
		return asked{fmt.Sprintf(`{"bool":{"should":[%s,%s,%s],"minimum_should_match":2}}`, a.json, b.json, c.json), func(d *oracleDoc) bool {
			return a.matches(d) && (b.matches(d) || c.matches(d)) || b.matches(d) && c.matches(d)
		}}
	}
	f, name, kind := o.anyField()
	if o.r.IntN(6) == 0 {
		return asked{fmt.Sprintf(`{"exists":{"field":%q}}`, name), func(d *oracleDoc) bool { return len(d.values[name]) > 0 }}
	}
	return o.leaf(f, name, kind)
}

func (o *oracleRun) leaf(f *oracleField, name, kind string) asked {
	r := o.r
	switch kind {
	case "text":
		a, b := anyWord(r), anyWord(r)
		has := func(w string) func(*oracleDoc) bool {
			return someValue(name, func(v value) bool { return slices.Contains(v.words, w) })
		}
		switch r.IntN(3) {
		case 0:
			return asked{fmt.Sprintf(`{"match":{%q:{"query":"%s %s","operator":"and"}}}`, name, a, b), func(d *oracleDoc) bool { return has(a)(d) && has(b)(d) }}
		case 1:
			return asked{fmt.Sprintf(`{"match_phrase":{%q:"%s %s"}}`, name, a, b), someValue(name, func(v value) bool {
				return strings.Contains(" "+strings.Join(v.words, " ")+" ", " "+a+" "+b+" ")
			})}
		}
		return asked{fmt.Sprintf(`{"match":{%q:"%s %s"}}`, name, a, b), func(d *oracleDoc) bool { return has(a)(d) || has(b)(d) }}
	case "number", "date":
		_, v, _ := f.make(r)
		lo, hi := v.n, v.n+float64(r.IntN(12))/2
		if kind == "date" {
			hi = v.n + float64(r.IntN(10))*1_800_000
		}
		if r.IntN(3) == 0 {
			return asked{fmt.Sprintf(`{"term":{%q:%s}}`, name, number(lo)), someValue(name, func(v value) bool { return v.n == lo })}
		}
		return asked{fmt.Sprintf(`{"range":{%q:{"gte":%s,"lt":%s}}}`, name, number(lo), number(hi)), someValue(name, func(v value) bool { return v.n >= lo && v.n < hi })}
	case "boolean":
		want := []string{"false", "true"}[r.IntN(2)]
		return asked{fmt.Sprintf(`{"term":{%q:%s}}`, name, want), someValue(name, func(v value) bool { return v.s == want })}
	case "ip":
		if r.IntN(2) == 0 {
			return asked{fmt.Sprintf(`{"term":{%q:"10.0.1.0/24"}}`, name), someValue(name, func(v value) bool { return strings.HasPrefix(v.s, "10.0.1.") })}
		}
		_, v, _ := f.make(r)
		return asked{fmt.Sprintf(`{"terms":{%q:[%q,"10.9.9.9"]}}`, name, v.s), someValue(name, func(x value) bool { return x.s == v.s })}
	}
	w := anyWord(r)
	if f.make != nil && r.IntN(2) == 0 {
		_, v, _ := f.make(r)
		w = v.s
	}
	switch r.IntN(4) {
	case 0:
		return asked{fmt.Sprintf(`{"prefix":{%q:%s}}`, name, quoted(w[:1])), someValue(name, func(v value) bool { return strings.HasPrefix(v.s, w[:1]) })}
	case 1:
		if f.kind == "flattened" {
			break
		}
		return asked{fmt.Sprintf(`{"wildcard":{%q:%s}}`, name, quoted("*"+w[len(w)/2:len(w)/2]+"a*")), someValue(name, func(v value) bool { return strings.Contains(v.s, "a") })}
	case 2:
		return asked{fmt.Sprintf(`{"range":{%q:{"gt":%s}}}`, name, quoted(w)), someValue(name, func(v value) bool { return v.s > w })}
	}
	return asked{fmt.Sprintf(`{"term":{%q:%s}}`, name, quoted(w)), someValue(name, func(v value) bool { return v.s == w })}
}

func number(n float64) string { raw, _ := json.Marshal(n); return string(raw) }

// aggregation is a random aggregation, and what it answers of documents; keys of buckets with their counts, and sums of a number in each.
func (o *oracleRun) aggregation() (request string, answer func(docs []*oracleDoc) string, show func(raw json.RawMessage) string) {
	_, name, kind := o.anyField()
	for kind == "text" {
		_, name, kind = o.anyField()
	}
	switch {
	case o.r.IntN(5) == 0:
		return fmt.Sprintf(`{"missing":{"field":%q}}`, name), func(docs []*oracleDoc) string {
			return fmt.Sprint(countIf(docs, func(d *oracleDoc) bool { return len(d.values[name]) == 0 }))
		}, func(raw json.RawMessage) string { return fmt.Sprint(decoded(raw)["doc_count"]) }
	case o.r.IntN(5) == 0:
		return fmt.Sprintf(`{"cardinality":{"field":%q}}`, name), func(docs []*oracleDoc) string {
			return fmt.Sprint(len(buckets(docs, name, kind)))
		}, func(raw json.RawMessage) string { return fmt.Sprint(decoded(raw)["value"]) }
	case kind == "number" && o.r.IntN(2) == 0:
		return fmt.Sprintf(`{"stats":{"field":%q}}`, name), func(docs []*oracleDoc) string {
			count, sum := 0, 0.0
			for _, d := range docs {
				for _, v := range d.values[name] {
					count, sum = count+1, sum+v.n
				}
			}
			return fmt.Sprint(count, " ", sum)
		}, func(raw json.RawMessage) string { return fmt.Sprint(decoded(raw)["count"], " ", decoded(raw)["sum"]) }
	case kind == "date":
		const hour = 3_600_000
		return fmt.Sprintf(`{"date_histogram":{"field":%q,"fixed_interval":"1h","min_doc_count":1}}`, name), func(docs []*oracleDoc) string {
			byHour := map[string]int{}
			for _, d := range docs {
				hours := map[string]bool{}
				for _, v := range d.values[name] {
					hours[fmt.Sprint(int64(v.n)/hour*hour)] = true
				}
				for h := range hours {
					byHour[h]++
				}
			}
			return fmt.Sprint(byHour)
		}, showBuckets
	}
	return fmt.Sprintf(`{"terms":{"field":%q,"size":1000}}`, name), func(docs []*oracleDoc) string { return fmt.Sprint(buckets(docs, name, kind)) }, showBuckets
}

// buckets counts documents by the distinct values of a field.
func buckets(docs []*oracleDoc, name, kind string) map[string]int {
	out := map[string]int{}
	for _, d := range docs {
		keys := map[string]bool{}
		for _, v := range d.values[name] {
			key := v.s
			switch kind {
			case "number":
				key = fmt.Sprint(v.n)
			case "date":
				key = fmt.Sprint(int64(v.n))
			case "boolean":
				key = fmt.Sprint(v.n)
			}
			keys[key] = true
		}
		for key := range keys {
			out[key]++
		}
	}
	return out
}

func countIf(docs []*oracleDoc, holds func(*oracleDoc) bool) (n int) {
	for _, d := range docs {
		if holds(d) {
			n++
		}
	}
	return n
}

func decoded(raw json.RawMessage) (out map[string]any) {
	if err := json.Unmarshal(raw, &out); err != nil {
		panic(fmt.Sprintf("%s: %v", raw, err))
	}
	return out
}

func showBuckets(raw json.RawMessage) string {
	var a struct {
		Buckets []struct {
			Key   json.RawMessage
			Count int `json:"doc_count"`
		}
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		panic(fmt.Sprintf("%s: %v", raw, err))
	}
	out := map[string]int{}
	for _, b := range a.Buckets {
		var text string
		var n float64
		if json.Unmarshal(b.Key, &text) != nil {
			_ = json.Unmarshal(b.Key, &n)
			if text = fmt.Sprint(n); n > 1e9 {
				text = fmt.Sprint(int64(n))
			}
		}
		out[text] += b.Count
	}
	return fmt.Sprint(out)
}

// sorted are the documents that match, in the order of their first value of the field that is unique.
func sorted(docs map[string]*oracleDoc, matches func(*oracleDoc) bool) (out []*oracleDoc) {
	for _, d := range docs {
		if matches(d) {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b *oracleDoc) int { return cmp.Compare(a.values["unique"][0].n, b.values["unique"][0].n) })
	return out
}
