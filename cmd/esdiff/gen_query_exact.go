package main

import (
	"fmt"
	"math/rand/v2"
)

func termClause(r *rand.Rand, w *world) any {
	f := w.field(r, append([]string{"text", "integer_range", "date_range", "ip_range"}, exact...)...)
	return clause(r, "term", f.name, "value", pointOf(r, f), func(o options) {
		o.maybe(r, 0.1, "case_insensitive", true, false)
	})
}

// pointOf is a value to look for: of a range a point in it, else as in documents, and now and then one that does not fit.
func pointOf(r *rand.Rand, f field) any {
	if chance(r, 0.04) {
		return pick[any](r, "x", 1.5, true, "2024-01-01", "10.0.0.0/30", -1, "", "99999999999999999999", int64(1)<<40)
	}
	switch f.typ {
	case "integer_range":
		return r.IntN(40)
	case "date_range":
		return aDynamicDate(r)
	case "ip_range", "ip":
		if chance(r, 0.2) {
			return fmt.Sprintf("10.0.%d.0/%d", r.IntN(3), 20+r.IntN(12))
		}
		return anIP(r)
	case "text":
		return word(r)
	}
	return f.value(r)
}

func termsClause(r *rand.Rand, w *world) any {
	f := w.field(r, append([]string{"text", "integer_range", "ip_range"}, exact...)...)
	list := []any{}
	for range r.IntN(6) {
		list = append(list, pointOf(r, f))
	}
	o := options{f.name: list}
	if chance(r, 0.05) {
		o[f.name] = map[string]any{"index": w.index, "id": w.documents[r.IntN(len(w.documents))].id, "path": f.name}
	}
	return bare(r, "terms", o)
}

func rangeClause(r *rand.Rand, w *world) any {
	f := w.field(r, append([]string{"integer_range", "date_range", "ip_range"}, exact...)...)
	o := options{}
	for _, side := range [][]string{{"gt", "gte", "from"}, {"lt", "lte", "to"}} {
		if chance(r, 0.75) {
			o[pick(r, side[:2+r.IntN(2)*r.IntN(2)]...)] = boundOf(r, f)
		}
	}
	if contains(dates, f.typ) || f.typ == "date_range" {
		o.maybe(r, 0.2, "time_zone", "+01:00", "Europe/Berlin", "UTC", "-05:30", "Pacific/Apia", "Nowhere/Else")
		o.maybe(r, 0.1, "format", "yyyy-MM-dd", "strict_date_optional_time", "epoch_millis", "epoch_second", "yyyy", "dd/MM/yyyy||yyyy")
	}
	o.maybe(r, 0.15, "relation", "intersects", "contains", "within", "WITHIN")
	o.common(r)
	return map[string]any{"range": map[string]any{f.name: map[string]any(o)}}
}

func boundOf(r *rand.Rand, f field) any {
	if contains(dates, f.typ) || f.typ == "date_range" {
		if chance(r, 0.4) {
			return pick(r, "2024-01-01||/M", "2024-02-29||+1y/d", "2024-03-31T02:30:00||-1M", "2024", "2024-05", "2024-06-15||/w", "2024-07-01T10||+90m/h", "2024-01-01||+1d-3h", "2024-13-01", "2024-02-30", "2024-01-01T24:00:00Z")
		}
	}
	if chance(r, 0.05) {
		return nil
	}
	return pointOf(r, f)
}

func existsClause(r *rand.Rand, w *world) any {
	name := w.field(r).name
	if chance(r, 0.15) {
		name = pick(r, "obj", "obj.a", "obj.*", "_id", "_source", "_index", "kw*", "obj.a.*")
	}
	return bare(r, "exists", options{"field": name})
}

// piece is a part of a value, to be completed by patterns.
func piece(r *rand.Rand, f field) string {
	runes := []rune(fmt.Sprint(f.value(r)))
	if len(runes) == 0 {
		return ""
	}
	from := r.IntN(len(runes))
	if chance(r, 0.6) {
		from = 0
	}
	return string(runes[from : from+1+r.IntN(min(len(runes)-from, 6))])
}

func prefixClause(r *rand.Rand, w *world) any {
	f := w.field(r, "keyword", "keyword", "text")
	return clause(r, "prefix", f.name, "value", piece(r, f), func(o options) {
		o.maybe(r, 0.2, "case_insensitive", true, false)
		o.maybe(r, 0.1, "rewrite", rewrites...)
	})
}

var rewrites = []any{"constant_score", "scoring_boolean", "constant_score_boolean", "top_terms_3", "top_terms_boost_3", "top_terms_blended_freqs_3", "nonsense"}

func wildcardClause(r *rand.Rand, w *world) any {
	f := w.field(r, "keyword", "keyword", "text")
	key := "value"
	if chance(r, 0.3) {
		key = "wildcard"
	}
	return clause(r, "wildcard", f.name, key, pick(r, "", "*", "?", "**")+piece(r, f)+pick(r, "*", "?", "", "*?", "*"+piece(r, f), `\*`, `\?`), func(o options) {
		o.maybe(r, 0.2, "case_insensitive", true, false)
		o.maybe(r, 0.1, "rewrite", rewrites...)
	})
}

var expressions = []any{
	"a.*", "[a-c].*", "al?pha", "(quick|brown)", "fox(es)?", ".{3}", "[^a-z]+", "<1-50>", "~alpha", "al@", ".+-.+", "\\d+", "a{2,3}", "", ".*", "日.*", "\"a.b\"", "x\\-y", "#", "&", "a&b",
	"(", "[a", "a**", "<5-1>", "İ.*", "straße", "STRASSE", "ü.*", "[[:alpha:]]+", "\\w+", "😀",
}

func regexpClause(r *rand.Rand, w *world) any {
	f := w.field(r, "keyword", "keyword", "text")
	return clause(r, "regexp", f.name, "value", pick(r, expressions...), func(o options) {
		o.maybe(r, 0.15, "case_insensitive", true, false)
		o.maybe(r, 0.15, "flags", "ALL", "NONE", "INTERVAL", "COMPLEMENT|INTERVAL", "ANYSTRING", "INTERSECTION", "EMPTY", "nonsense")
		o.maybe(r, 0.05, "max_determinized_states", 10000, 2, 100)
		o.maybe(r, 0.1, "rewrite", rewrites...)
	})
}

func fuzzyClause(r *rand.Rand, w *world) any {
	f := w.field(r, "keyword", "keyword", "text", "text")
	return clause(r, "fuzzy", f.name, "value", misspelt(r, fmt.Sprint(word(r))), func(o options) {
		o.maybe(r, 0.4, "fuzziness", "AUTO", 0, 1, 2, "1", "AUTO:2,4", "auto", 3, "AUTO:x", 1.0)
		o.maybe(r, 0.2, "prefix_length", 0, 1, 3)
		o.maybe(r, 0.1, "max_expansions", 1, 2, 50)
		o.maybe(r, 0.2, "transpositions", true, false)
		o.maybe(r, 0.1, "rewrite", rewrites...)
	})
}

// misspelt changes up to two letters.
func misspelt(r *rand.Rand, s string) string {
	runes := []rune(s)
	for range r.IntN(3) {
		if len(runes) < 2 {
			break
		}
		i := r.IntN(len(runes) - 1)
		switch r.IntN(3) {
		case 0:
			runes[i], runes[i+1] = runes[i+1], runes[i]
		case 1:
			runes[i] = 'x'
		default:
			runes = append(runes[:i:i], runes[i+1:]...)
		}
	}
	return string(runes)
}

func idsClause(r *rand.Rand, w *world) any {
	list := []any{}
	for range r.IntN(5) {
		list = append(list, pick[any](r, w.documents[r.IntN(len(w.documents))].id, "d001", "absent", "", 7))
	}
	if chance(r, 0.1) {
		return bare(r, "ids", options{"values": "d002"})
	}
	return bare(r, "ids", options{"values": list})
}
