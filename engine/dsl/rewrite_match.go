package dsl

import (
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
)

// A wording is how a text is looked for in a field.
type wording struct {
	kind             string // empty for single words, or typePhrase, typePhrasePrefix, typeBoolPrefix
	and              bool   // all words, not any
	minimum          string
	analyzer         string
	fuzziness        string // empty for none
	prefixLength     int
	maxExpansions    int
	noTranspositions bool
	slop             int
	lenient          bool   // a field that cannot have the value matches nothing
	zone             string // of dates
}

func (q *Match) wording() *wording {
	return &wording{
		kind: q.Type, and: q.Operator == "and", minimum: q.MinimumShouldMatch, analyzer: q.Analyzer, fuzziness: q.Fuzziness, prefixLength: q.PrefixLength,
		maxExpansions: q.MaxExpansions, noTranspositions: q.NoTranspositions, slop: q.Slop, lenient: q.Lenient,
	}
}

func (r *rewriter) match(q *Match) (Query, error) {
	w := q.wording()
	if err := r.checkAnalyzer(w.analyzer, matchName(q.Type)); err != nil {
		return nil, err
	}
	out, err := r.inField(w, q.Field, q.Query)
	if err != nil {
		return nil, err
	}
	return dressed(zeroTerms(out, q.ZeroTermsQuery), q.Base), nil
}

func matchName(kind string) string {
	if kind == "" {
		return "match"
	}
	return "match_" + kind
}

// checkAnalyzer refuses an analyzer that the index does not have.
func (r *rewriter) checkAnalyzer(name, query string) error {
	if name == "" || r.mapping.Registry().HasAnalyzer(name) {
		return nil
	}
	return eserr.Shard(eserr.QueryShard, "[%s] analyzer [%s] not found", query, name)
}

// zeroTerms is what a query matches whose text has no words (q is nil then).
func zeroTerms(q Query, option string) Query {
	switch {
	case q != nil:
		return q
	case option == "all":
		return &MatchAll{}
	}
	return &MatchNone{}
}

// inField looks for a value in one field. The result is new, and nil if the value has no words.
func (r *rewriter) inField(w *wording, name string, value any) (Query, error) {
	f, ok := r.mapping.Lookup(name)
	if !ok {
		return &MatchNone{}, nil
	}
	if err := r.count(1); err != nil {
		return nil, err
	}
	q, err := r.inKnownField(w, f, name, value)
	return lenient(w.lenient, q, err)
}

// lenient turns an error about a field into no match, but not one about a limit.
func lenient(on bool, q Query, err error) (Query, error) {
	if err != nil && on && isHidden(err) {
		return &MatchNone{}, nil
	}
	return q, err
}

// inKnownField takes a text apart if the field has words, or the request names an analyzer; all else is looked for as it is.
func (r *rewriter) inKnownField(w *wording, f *mapping.Field, name string, value any) (Query, error) {
	if f.Shape && f.SpanColumn() == "" {
		return nil, shardIllegal("Field [%s] of type [%s] does not support match queries", concrete(f, name), f.Type)
	}
	if f.SpanColumn() == "" {
		if err := searchable(f, name); err != nil {
			return nil, err
		}
	}
	if hasWords(f) || w.analyzer != "" && !f.Metadata {
		return r.words(w, f, name, valueText(value))
	}
	return r.whole(w, f, name, value)
}

// hasWords reports whether values of the field are taken apart.
func hasWords(f *mapping.Field) bool { return f.Kind == document.Text && f.SpanColumn() == "" }

// concrete is the name of a field, or of the one that an alias stands for.
func concrete(f *mapping.Field, name string) string {
	if f.Alias {
		return f.Column
	}
	return name
}

// whole looks for a value that is not taken apart.
func (r *rewriter) whole(w *wording, f *mapping.Field, name string, value any) (Query, error) {
	switch {
	case w.kind == typePhrasePrefix:
		return nil, shardIllegal("Can only use phrase prefix queries on text fields - not on [%s] which is of type [%s]", concrete(f, name), f.Type)
	case w.kind == typeBoolPrefix && f.Kind == document.Keyword && f.SpanColumn() == "":
		return r.prefixOn(&Prefix{Field: name, Value: valueText(value)}, f)
	case w.fuzziness != "" && w.kind != typePhrase:
		return r.fuzzyWord(w, f, name, valueText(value))
	case isDate(f) || f.SpanColumn() != "":
		return r.onSearchable(&Range{Field: name, From: value, To: value, IncludeFrom: true, IncludeTo: true, TimeZone: w.zone}, f)
	}
	return r.term(&Term{Field: name, Value: value}, f)
}

// fuzzyWord is a word that may differ; one that may not is a Term.
func (r *rewriter) fuzzyWord(w *wording, f *mapping.Field, name, word string) (Query, error) {
	if err := fuzzyOnly(f, name); err != nil {
		return nil, err
	}
	n, err := edits(w.fuzziness, word)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return r.onSearchable(&Term{Field: name, Value: word}, f)
	}
	return r.onSearchable(&Fuzzy{
		Field: name, Value: word, Edits: n, PrefixLength: w.prefixLength, MaxExpansions: w.maxExpansions, Transpositions: !w.noTranspositions,
	}, f)
}

// onSearchable checks a clause on a field that the mapping has.
func (r *rewriter) onSearchable(q Query, f *mapping.Field) (Query, error) {
	if f.SpanColumn() != "" {
		return r.onSpans(q, f)
	}
	return r.onField(q, f)
}
