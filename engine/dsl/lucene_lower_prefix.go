package dsl

import (
	"cmp"

	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
)

// prefix looks for words that begin so.
func (l *lowering) prefix(field, text string) (Query, error) {
	return l.each(cmp.Or(field, l.single), func(name string) (Query, error) { return l.prefixIn(name, text) })
}

func (l *lowering) prefixIn(name, text string) (Query, error) {
	f, _ := l.mapping.Lookup(name)
	if l.q.AnalyzeWildcard && hasWords(f) {
		return l.analyzedPrefix(f, name, text)
	}
	value, err := l.normalized(f, text)
	if err != nil {
		return nil, err
	}
	return l.onSearchable(&Prefix{Field: name, Value: value}, f)
}

// analyzedPrefix takes a prefix apart as the analyzer does, and only the last word stays one; nil if nothing is left.
func (l *lowering) analyzedPrefix(f *mapping.Field, name, text string) (Query, error) {
	if err := searchable(f, name); err != nil {
		return nil, err
	}
	tokens, err := l.mapping.Registry().Analyze(cmp.Or(l.q.Analyzer, searchAnalyzer(f)), text)
	if err != nil {
		return nil, err
	}
	if err := l.count(len(tokens)); err != nil {
		return nil, err
	}
	places := byPosition(tokens)
	if len(places) == 0 {
		return nil, nil
	}
	w := &wording{and: l.and, lenient: l.lenient}
	last := len(places) - 1
	end := make([]Query, len(places[last].Terms))
	for i, word := range places[last].Terms {
		end[i] = &Prefix{Field: name, Value: word}
	}
	if last == 0 {
		return best(end, 0), nil
	}
	var queries []Query
	for _, place := range places[:last] {
		q, err := l.place(w, f, name, place.Terms, false)
		if err != nil {
			return nil, err
		}
		queries = append(queries, q)
	}
	queries = append(queries, best(end, 0))
	if l.and {
		return &Bool{Must: queries}, nil
	}
	return &Bool{Should: queries}, nil
}

// normalized writes a part of a value as the field has it: a keyword by its normalizer, a text in the case that its analyzer leaves.
func (l *lowering) normalized(f *mapping.Field, text string) (string, error) {
	switch f.Kind {
	case document.Keyword:
		return l.mapping.Registry().Normalize(f.Normalizer, text)
	case document.Text:
		return l.folded(cmp.Or(l.q.Analyzer, searchAnalyzer(f)), text)
	}
	return text, nil
}
