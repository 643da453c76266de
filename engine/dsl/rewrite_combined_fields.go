package dsl

import (
	"cmp"

	"github.com/vedette-siem/vedette/storage/document"
)

// combinedFields makes a CombinedTerm of each word. All fields must be texts that are searched with the same analyzer.
func (r *rewriter) combinedFields(q *CombinedFields) (Query, error) {
	if len(q.Fields) == 0 {
		return nil, shardIllegal("In [combined_fields] query, at least one field must be provided")
	}
	list, _, err := r.fields(q.Fields)
	if err != nil {
		return nil, err
	}
	fields, analyzer, err := r.combined(list)
	if err != nil {
		return nil, err
	}
	if len(fields) == 0 {
		return dressed(&MatchNone{}, q.Base), nil
	}
	tokens, err := r.mapping.Registry().Analyze(analyzer, q.Query)
	if err != nil {
		return nil, err
	}
	if err := r.count(len(tokens) * len(fields)); err != nil {
		return nil, err
	}
	var words []Query
	for _, place := range byPosition(tokens) {
		words = append(words, &CombinedTerm{Fields: fields, Terms: place.Terms})
	}
	w := &wording{and: q.Operator == "and", minimum: q.MinimumShouldMatch}
	return dressed(zeroTerms(w.joined(words), q.ZeroTermsQuery), q.Base), nil
}

// combined checks the fields, and returns the analyzer of their queries. An alias stands for its target.
func (r *rewriter) combined(list []weighted) (fields []WeightedField, analyzer string, err error) {
	place := map[string]int{}
	for _, one := range list {
		f, ok := r.mapping.Lookup(one.name)
		if !ok {
			continue
		}
		if f.Kind != document.Text || f.Metadata {
			return nil, "", shardIllegal("Field [%s] of type [%s] does not support [combined_fields] queries", f.Column, f.Type)
		}
		its := cmp.Or(searchAnalyzer(f), "standard")
		if analyzer != "" && its != analyzer {
			return nil, "", shardIllegal("All fields in [combined_fields] query must have the same search analyzer")
		}
		analyzer = its
		if at, there := place[f.Column]; there {
			fields[at].Weight = one.boost
			continue
		}
		place[f.Column] = len(fields)
		fields = append(fields, WeightedField{one.name, one.boost})
	}
	return fields, analyzer, nil
}

// joined looks for all or some of the words; nil if there are none.
func (w *wording) joined(words []Query) Query {
	switch {
	case len(words) == 0:
		return nil
	case len(words) == 1:
		return words[0]
	case w.and:
		return &Bool{Must: words, MinimumShouldMatch: w.minimum} // a minimum that is not 0 leaves no match, as in Elasticsearch
	}
	return &Bool{Should: words, MinimumShouldMatch: w.minimum}
}
