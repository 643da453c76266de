package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// phrase is some words, which now and then follow each other in a document.
func phrase(r *rand.Rand, w *world) string {
	if chance(r, 0.5) {
		body := w.documents[r.IntN(len(w.documents))].body
		if s, ok := body[pick(r, "text", "text_white", "text_stop", "obj.t", "dyn_text")].(string); ok {
			list := strings.Fields(s)
			if len(list) > 0 {
				from := r.IntN(len(list))
				return strings.Join(list[from:from+1+r.IntN(min(len(list)-from, 4))], " ")
			}
		}
	}
	list := make([]string, 1+r.IntN(3))
	for i := range list {
		list[i] = fmt.Sprint(word(r))
	}
	return strings.Join(list, " ")
}

// textField is mostly one of text, and now and then of another type.
func textField(r *rand.Rand, w *world) field {
	return w.field(r, pick(r, "text", "text", "text", "text", "keyword", "long", "date", "ip", "boolean", "double"))
}

// sought is what a full-text clause looks for in a field.
func sought(r *rand.Rand, w *world, f field) any {
	if f.typ == "text" || f.typ == "keyword" && chance(r, 0.3) {
		return phrase(r, w)
	}
	return pointOf(r, f)
}

func (o options) minimum(r *rand.Rand) {
	o.maybe(r, 0.25, "minimum_should_match", 0, 1, 2, -1, "50%", "-25%", "2<75%", "1", "1<-1 3<50%", "x", 10)
}

func (o options) analyzer(r *rand.Rand) {
	o.maybe(r, 0.1, "analyzer", "standard", "whitespace", "keyword", "simple", "stop", "nonsense")
}

func (o options) fuzziness(r *rand.Rand) {
	if chance(r, 0.2) {
		o["fuzziness"] = pick[any](r, "AUTO", 0, 1, 2, "1")
		o.maybe(r, 0.3, "prefix_length", 0, 1, 3)
		o.maybe(r, 0.2, "max_expansions", 1, 5, 50)
		o.maybe(r, 0.3, "fuzzy_transpositions", true, false)
		o.maybe(r, 0.1, "fuzzy_rewrite", rewrites...)
	}
}

func matchClause(r *rand.Rand, w *world) any {
	f := textField(r, w)
	return clause(r, "match", f.name, "query", sought(r, w, f), func(o options) {
		o.maybe(r, 0.3, "operator", "and", "or", "AND", "OR", "xor")
		o.minimum(r)
		o.analyzer(r)
		o.fuzziness(r)
		o.maybe(r, 0.1, "lenient", true, false)
		o.maybe(r, 0.1, "zero_terms_query", "none", "all", "some")
		o.maybe(r, 0.05, "auto_generate_synonyms_phrase_query", true, false)
	})
}

func matchBoolPrefixClause(r *rand.Rand, w *world) any {
	f := textField(r, w)
	return clause(r, "match_bool_prefix", f.name, "query", sought(r, w, f), func(o options) {
		o.maybe(r, 0.3, "operator", "and", "or")
		o.minimum(r)
		o.analyzer(r)
		o.fuzziness(r)
	})
}

func matchPhraseClause(r *rand.Rand, w *world) any {
	f := textField(r, w)
	return clause(r, "match_phrase", f.name, "query", sought(r, w, f), func(o options) {
		o.maybe(r, 0.3, "slop", 0, 1, 2, 5, "1", -1)
		o.analyzer(r)
		o.maybe(r, 0.1, "zero_terms_query", "none", "all", "some")
	})
}

func matchPhrasePrefixClause(r *rand.Rand, w *world) any {
	f := textField(r, w)
	return clause(r, "match_phrase_prefix", f.name, "query", sought(r, w, f), func(o options) {
		o.maybe(r, 0.2, "slop", 0, 1, 2, 5, -1)
		o.maybe(r, 0.2, "max_expansions", 1, 3, 50, 0)
		o.analyzer(r)
		o.maybe(r, 0.1, "zero_terms_query", "none", "all")
	})
}

// someFields names fields, with wildcards and boosts.
func someFields(r *rand.Rand, w *world) any {
	list := []any{}
	for range 1 + r.IntN(3) {
		list = append(list, textField(r, w).name+pick(r, "", "", "", "^2", "^0.5"))
	}
	if chance(r, 0.3) {
		list = append(list, pick[any](r, "text*", "obj.*", "*", "kw*", "absent", "text_*^3", "t*", "*.raw"))
	}
	return list
}

func multiMatchClause(r *rand.Rand, w *world) any {
	o := options{"query": phrase(r, w)}
	if chance(r, 0.95) {
		o["fields"] = someFields(r, w)
	}
	o.maybe(r, 0.7, "type", "best_fields", "most_fields", "cross_fields", "phrase", "phrase_prefix", "bool_prefix", "nonsense")
	o.maybe(r, 0.3, "operator", "and", "or")
	o.maybe(r, 0.3, "tie_breaker", 0, 0.3, 1, "0.5")
	o.maybe(r, 0.5, "lenient", true, true, true, false)
	o.maybe(r, 0.1, "slop", 1, 2)
	o.maybe(r, 0.1, "zero_terms_query", "none", "all")
	o.minimum(r)
	o.analyzer(r)
	o.fuzziness(r)
	return bare(r, "multi_match", o)
}

// combinedFieldsClause names texts, and now and then what the clause refuses.
func combinedFieldsClause(r *rand.Rand, w *world) any {
	list := []any{}
	for range 1 + r.IntN(3) {
		list = append(list, pick(r, "text", "text", "obj.t", "dyn_text", "text_white", "text_stop", "absent")+pick(r, "", "", "^2", "^1.5", "^3"))
	}
	o := options{"query": phrase(r, w), "fields": list}
	if chance(r, 0.05) {
		o["fields"] = []any{textField(r, w).name} // of several that are wrong Elasticsearch names any
	}
	o.maybe(r, 0.3, "operator", "and", "or", "AND", "xor")
	o.maybe(r, 0.1, "zero_terms_query", "none", "all", "some")
	o.maybe(r, 0.05, "auto_generate_synonyms_phrase_query", true, false)
	o.maybe(r, 0.05, "analyzer", "standard")
	o.minimum(r)
	return bare(r, "combined_fields", o)
}
