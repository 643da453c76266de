package dsl

import (
	"cmp"
)

func (r *rewriter) multiMatch(q *MultiMatch) (Query, error) {
	w := q.wording()
	if err := r.checkAnalyzer(w.analyzer, "multi_match"); err != nil {
		return nil, err
	}
	list, all := r.defaults(), true
	if len(q.Fields) > 0 {
		var err error
		if list, all, err = r.fields(q.Fields); err != nil {
			return nil, err
		}
	}
	w.lenient = w.lenient || all
	out, err := r.acrossFields(w, cmp.Or(q.MatchType, typeBestFields), list, q.TieBreaker, q.Query)
	if err != nil {
		return nil, err
	}
	return dressed(zeroTerms(out, q.ZeroTermsQuery), q.Base), nil
}

// acrossFields looks for a value in several fields, combined in one of the ways of multi_match; nil if the value has no words.
func (r *rewriter) acrossFields(w *wording, way string, list []weighted, tie *float64, value any) (Query, error) {
	asked := *w
	switch way {
	case typePhrase, typePhrasePrefix, typeBoolPrefix:
		asked.kind = way
	case typeCrossFields:
		return r.crossFields(w, list, tieOf(way, tie), value)
	}
	return r.inFields(list, tieOf(way, tie), func(field string) (Query, error) { return r.inField(&asked, field, value) })
}

// tieOf is what the fields other than the best one add to the score.
func tieOf(way string, tie *float64) float64 {
	switch {
	case tie != nil:
		return *tie
	case way == typeMostFields || way == typeBoolPrefix:
		return 1
	}
	return 0
}

// crossFields looks for each word in the best of the fields that share an analyzer, as if they were one field. Elasticsearch also makes their
// frequencies one, which we do not: scores differ, hits do not.
func (r *rewriter) crossFields(w *wording, list []weighted, tie float64, value any) (Query, error) {
	var order []string
	groups := map[string][]weighted{}
	for _, f := range list {
		key := r.analyzerKey(w, f.name)
		if _, ok := groups[key]; !ok {
			order = append(order, key)
		}
		groups[key] = append(groups[key], f)
	}
	var queries []Query
	for _, key := range order {
		q, err := r.crossGroup(w, groups[key], tie, value)
		if err != nil {
			return nil, err
		}
		if q != nil {
			queries = append(queries, q)
		}
	}
	return best(queries, tie), nil
}

// analyzerKey is equal for fields whose words can be mixed.
func (r *rewriter) analyzerKey(w *wording, name string) string {
	f, ok := r.mapping.Lookup(name)
	switch {
	case w.analyzer != "":
		return "text " + w.analyzer
	case ok && hasWords(f):
		return "text " + cmp.Or(searchAnalyzer(f), "standard")
	case ok && f.Normalizer != "":
		return "normalizer " + f.Normalizer
	}
	return "whole"
}

// crossGroup looks for a value in fields that share an analyzer.
func (r *rewriter) crossGroup(w *wording, list []weighted, tie float64, value any) (Query, error) {
	f, ok := r.mapping.Lookup(list[0].name)
	if !ok || len(list) == 1 || !hasWords(f) && w.analyzer == "" {
		return r.inFields(list, tie, func(field string) (Query, error) { return r.inField(w, field, value) })
	}
	tokens, err := r.mapping.Registry().Analyze(cmp.Or(w.analyzer, searchAnalyzer(f)), valueText(value))
	if err != nil {
		return nil, err
	}
	if err := r.count(len(tokens) * len(list)); err != nil {
		return nil, err
	}
	var words []Query
	for _, place := range byPosition(tokens) {
		q, err := r.inFields(list, tie, func(field string) (Query, error) {
			f, ok := r.mapping.Lookup(field)
			if !ok {
				return &MatchNone{}, nil
			}
			return r.place(w, f, field, place.Terms, false)
		})
		if err != nil {
			return nil, err
		}
		words = append(words, q)
	}
	switch {
	case len(words) == 0:
		return nil, nil
	case len(words) == 1:
		return words[0], nil
	case w.and:
		return &Bool{Must: words}, nil
	}
	return &Bool{Should: words, MinimumShouldMatch: w.minimum}, nil
}
