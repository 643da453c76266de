package dsl

import (
	"cmp"
	"strings"

	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
)

func searchAnalyzer(f *mapping.Field) string { return cmp.Or(f.SearchAnalyzer, f.Analyzer) }

// words looks for the words of a text; nil if there are none.
func (r *rewriter) words(w *wording, f *mapping.Field, name, text string) (Query, error) {
	analyzer := cmp.Or(w.analyzer, searchAnalyzer(f))
	tokens, err := r.mapping.Registry().Analyze(analyzer, text)
	if err != nil {
		return nil, err
	}
	if err := r.count(len(tokens)); err != nil {
		return nil, err
	}
	places := byPosition(tokens)
	switch {
	case len(places) == 0:
		return nil, nil
	case w.kind == typePhrase && len(places) > 1:
		return phrase(w, f, name, places)
	case w.kind == typePhrasePrefix:
		return phrase(w, f, name, places)
	}
	open := false
	if w.kind == typeBoolPrefix {
		open, err = r.endsInWord(analyzer, text)
	}
	if err != nil {
		return nil, err
	}
	return r.separate(w, f, name, places, open)
}

// byPosition puts words that share a position together. Positions count from that of the first word.
func byPosition(tokens []document.Token) []PhraseTerm {
	var places []PhraseTerm
	for _, t := range tokens {
		at := t.Position - tokens[0].Position
		if n := len(places); n > 0 && places[n-1].Position == at {
			places[n-1].Terms = append(places[n-1].Terms, t.Term)
			continue
		}
		places = append(places, PhraseTerm{Terms: []string{t.Term}, Position: at})
	}
	return places
}

func phrase(w *wording, f *mapping.Field, name string, places []PhraseTerm) (Query, error) {
	prefix := w.kind == typePhrasePrefix
	if !hasWords(f) {
		query := map[bool]string{false: "phrase", true: "phrase prefix"}[prefix]
		return nil, shardIllegal("Can only use %s queries on text fields - not on [%s] which is of type [%s]", query, concrete(f, name), f.Type)
	}
	return &Phrase{Field: name, Terms: places, Slop: w.slop, LastIsPrefix: prefix, MaxExpansions: w.maxExpansions}, nil
}

// endsInWord reports whether the last word reaches the end of the text, so that it may be the beginning of a longer one.
func (r *rewriter) endsInWord(analyzer, text string) (bool, error) {
	spans, err := r.mapping.Registry().Spans(analyzer, text)
	return len(spans) > 0 && spans[len(spans)-1].End == len(text), err
}

// separate looks for words one by one. open makes the last one a prefix.
func (r *rewriter) separate(w *wording, f *mapping.Field, name string, places []PhraseTerm, open bool) (Query, error) {
	var queries []Query
	for i, place := range places {
		q, err := r.place(w, f, name, place.Terms, open && i == len(places)-1)
		if err != nil {
			return nil, err
		}
		queries = append(queries, q)
	}
	return w.joined(queries), nil
}

// place looks for any of the words at one position.
func (r *rewriter) place(w *wording, f *mapping.Field, name string, words []string, open bool) (Query, error) {
	var queries []Query
	for _, word := range words {
		q, err := r.word(w, f, name, word, open && len(words) == 1)
		if q, err = lenient(w.lenient, q, err); err != nil {
			return nil, err
		}
		queries = append(queries, q)
	}
	return best(queries, 0), nil
}

// word looks for one word: for all that begin so, for those that are like it, or for itself.
func (r *rewriter) word(w *wording, f *mapping.Field, name, word string, open bool) (Query, error) {
	switch {
	case open:
		return r.onSearchable(&Prefix{Field: name, Value: word}, f)
	case w.fuzziness != "" && w.kind != typePhrase:
		return r.fuzzyWord(w, f, name, word)
	}
	return r.onSearchable(&Term{Field: name, Value: word}, f)
}

// folded is a part of a word as the analyzer of a text field would write it, as far as upper and lower case go.
func (r *rewriter) folded(analyzer, text string) (string, error) {
	lower, known := r.folds[analyzer]
	if !known {
		const probe = "Qzx"
		tokens, err := r.mapping.Registry().Analyze(analyzer, probe)
		if err != nil {
			return "", err
		}
		lower = len(tokens) == 1 && tokens[0].Term == strings.ToLower(probe)
		r.folds[analyzer] = lower
	}
	if lower {
		return strings.ToLower(text), nil
	}
	return text, nil
}
