package engine

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// value is one value of a field as the oracle sees it: a text, the number of those that are numbers, or the words of a text.
type value struct {
	s     string
	n     float64
	words []string
}

// fieldType is a type of a random mapping: how a value is written and what it then is. A value that the field does not keep has ok false.
type fieldType struct {
	mapping string
	kind    string // of value: keyword, number, date, boolean, ip, text or flattened
	sub     string // name of the sub-field that holds the same values as kind subKind; empty is none
	subKind string
	make    func(r *rand.Rand) (json string, v value, ok bool)
}

var oracleWords = []string{"alpha", "beta", "gamma", "delta", "alphabet", "be"}

func anyWord(r *rand.Rand) string { return oracleWords[r.IntN(len(oracleWords))] }

func quoted(s string) string { raw, _ := json.Marshal(s); return string(raw) }

func makeKeyword(r *rand.Rand) (string, value, bool) {
	switch r.IntN(8) {
	case 0:
		n := r.IntN(5)
		return fmt.Sprint(n), value{s: fmt.Sprint(n)}, true
	case 1:
		return "true", value{s: "true"}, true
	}
	s := anyWord(r) + []string{"", "-é", `-"x"`}[r.IntN(3)]
	return quoted(s), value{s: s}, true
}

func makeText(r *rand.Rand) (string, value, bool) {
	var words []string
	for range 1 + r.IntN(1+r.IntN(4)) { // often one, so that some texts are kept by the ordinals of their keyword
		words = append(words, anyWord(r))
	}
	s := strings.Join(words, " ")
	return quoted(s), value{s: s, words: words}, true
}

func makeWhole(r *rand.Rand) (string, value, bool) {
	n := r.IntN(20) - 6
	v := value{s: fmt.Sprint(n), n: float64(n)}
	switch {
	case r.IntN(8) == 0:
		return fmt.Sprintf("%q", v.s), v, true
	case r.IntN(8) == 0 && n > 0:
		return v.s + ".75", v, true // coerced
	}
	return v.s, v, true
}

func makeFraction(r *rand.Rand) (string, value, bool) {
	n := float64(r.IntN(60)-20) / 4
	return []string{fmt.Sprint(n), fmt.Sprintf("%.3f", n), fmt.Sprintf("%q", fmt.Sprint(n))}[r.IntN(3)], value{n: n}, true
}

func makeDate(r *rand.Rand) (string, value, bool) {
	at := time.UnixMilli(1780000000000 + int64(r.IntN(40))*1_800_000).UTC()
	v := value{n: float64(at.UnixMilli())}
	if r.IntN(3) == 0 {
		return fmt.Sprint(at.UnixMilli()), v, true
	}
	return quoted(at.Format([]string{time.RFC3339, "2006-01-02T15:04:05.000Z07:00"}[r.IntN(2)])), v, true
}

var fieldTypes = []fieldType{
	{`{"type":"keyword"}`, "keyword", "", "", makeKeyword},
	{`{"type":"keyword","ignore_above":6}`, "keyword", "", "", func(r *rand.Rand) (string, value, bool) {
		raw, v, _ := makeKeyword(r)
		return raw, v, len([]rune(v.s)) <= 6
	}},
	{`{"type":"keyword","fields":{"words":{"type":"text"}}}`, "keyword", "words", "text", makeText},
	{`{"type":"text","fields":{"keyword":{"type":"keyword"}}}`, "text", "keyword", "keyword", makeText},
	{`{"type":"text"}`, "text", "", "", makeText},
	{`{"type":"wildcard"}`, "keyword", "", "", makeKeyword},
	{`{"type":"long"}`, "number", "", "", makeWhole},
	{`{"type":"short"}`, "number", "", "", makeWhole},
	{`{"type":"double"}`, "number", "", "", makeFraction},
	{`{"type":"float"}`, "number", "", "", makeFraction},
	{`{"type":"scaled_float","scaling_factor":100}`, "number", "", "", makeFraction},
	{`{"type":"date"}`, "date", "", "", makeDate},
	{`{"type":"boolean"}`, "boolean", "", "", func(r *rand.Rand) (string, value, bool) {
		n := r.IntN(2)
		return [][]string{{"false", `"false"`}, {"true", `"true"`}}[n][r.IntN(2)], value{s: []string{"false", "true"}[n], n: float64(n)}, true
	}},
	{`{"type":"ip"}`, "ip", "", "", func(r *rand.Rand) (string, value, bool) {
		s := fmt.Sprintf("10.0.%d.%d", r.IntN(2), r.IntN(3))
		return quoted(s), value{s: s}, true
	}},
	{`{"type":"flattened"}`, "flattened", "", "", nil},
}

// oracleField is a field of a random mapping.
type oracleField struct {
	fieldType
	name string
}

// oracleDoc is a document: its values by the full names of fields, and its JSON.
type oracleDoc struct {
	id             string
	parts          map[string]string // JSON of each field that is written
	values         map[string][]value
	version, seqNo int64
}

// write gives the field a random value: none, null, one, or an array of some with nulls in it.
func (f *oracleField) write(r *rand.Rand, d *oracleDoc) {
	delete(d.values, f.name)
	delete(d.values, f.name+"."+f.sub)
	for _, key := range []string{".a", ".b.c"} {
		delete(d.values, f.name+key)
	}
	if f.make == nil {
		f.writeFlattened(r, d)
		return
	}
	var texts []string
	add := func() {
		raw, v, ok := f.make(r)
		if texts = append(texts, raw); ok {
			d.values[f.name] = append(d.values[f.name], v)
		}
	}
	switch r.IntN(6) {
	case 0:
		d.parts[f.name] = "null"
		return
	case 1:
		for range r.IntN(4) {
			if add(); r.IntN(4) == 0 {
				texts = append(texts, "null")
			}
		}
		d.parts[f.name] = "[ " + strings.Join(texts, ", ") + "]"
	default:
		add()
		d.parts[f.name] = texts[0]
	}
	if f.sub != "" {
		d.set(f.name+"."+f.sub, d.values[f.name])
	}
}

func (d *oracleDoc) set(name string, values []value) {
	if len(values) > 0 {
		d.values[name] = values
	}
}

func (f *oracleField) writeFlattened(r *rand.Rand, d *oracleDoc) {
	a, c := value{s: anyWord(r)}, []value{{s: anyWord(r)}, {s: "k"}}[:r.IntN(3)]
	var list []string
	for _, v := range c {
		list = append(list, quoted(v.s))
	}
	d.parts[f.name] = fmt.Sprintf(`{"a":%s,"b":{"c":[%s]}}`, quoted(a.s), strings.Join(list, ","))
	d.set(f.name+".a", []value{a})
	d.set(f.name+".b.c", c)
	d.set(f.name, append([]value{a}, c...))
}

func (d *oracleDoc) source() string {
	var out []string
	for name, raw := range d.parts {
		out = append(out, fmt.Sprintf("%q: %s", name, raw))
	}
	slices.Sort(out)
	return "{" + strings.Join(out, ",") + "}"
}

// searchable lists the names under which a field can be asked for, with the kind of each.
func (f *oracleField) searchable() map[string]string {
	out := map[string]string{f.name: f.kind}
	if f.sub != "" {
		out[f.name+"."+f.sub] = f.subKind
	}
	if f.kind == "flattened" {
		out = map[string]string{f.name: "keyword", f.name + ".a": "keyword", f.name + ".b.c": "keyword"}
	}
	return out
}
