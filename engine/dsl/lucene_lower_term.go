package dsl

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/mapping"
)

const existsField = "_exists_"

// term lowers a leaf of a query_string.
func (l *lowering) term(t *luceneTerm) (Query, error) {
	switch t.kind {
	case lexRangeIn:
		return l.rangeOf(t.field, t)
	case lexWild:
		return l.wildcard(t.field, t.text)
	case lexPrefix:
		return l.prefix(t.field, t.text)
	case lexRegexp:
		return l.regexp(t.field, t.text)
	case lexQuoted:
		return l.quoted(t)
	}
	if t.fuzzy {
		return l.fuzzy(t)
	}
	return l.plain(t.field, t.text)
}

// target is the fields of a name, a pattern, or none (the default fields).
func (l *lowering) target(field, suffix string) []weighted {
	list := l.fields
	if field != "" && (field != "*" || !l.all) {
		list = nil
		for _, name := range l.expand(field) {
			list = append(list, weighted{name, 1})
		}
	}
	if suffix == "" {
		return list
	}
	out := make([]weighted, len(list))
	for i, f := range list {
		out[i] = f
		if _, ok := l.mapping.Lookup(f.name + suffix); ok {
			out[i].name += suffix
		}
	}
	return out
}

// each asks the fields of a name; a name or pattern that the mapping does not have matches nothing.
func (l *lowering) each(field string, ask func(name string) (Query, error)) (Query, error) {
	list := l.target(field, "")
	if len(list) == 0 {
		return &MatchNone{}, nil
	}
	return l.inFields(list, l.tie, func(name string) (Query, error) {
		if err := l.count(1); err != nil {
			return nil, err
		}
		q, err := ask(name)
		return lenient(l.lenient, q, err)
	})
}

func (l *lowering) wording() *wording {
	return &wording{
		and: l.and, analyzer: l.q.Analyzer, slop: l.q.PhraseSlop, lenient: l.lenient, zone: l.q.TimeZone,
		prefixLength: l.q.FuzzyPrefixLength, maxExpansions: l.q.FuzzyMaxExpansions, noTranspositions: l.q.NoTranspositions,
	}
}

// plain looks for a word, or for words that stand together; `>`, `>=`, `<` and `<=` at the beginning make it a range.
func (l *lowering) plain(field, text string) (Query, error) {
	if field == existsField {
		return l.exists(&Exists{Field: text})
	}
	if field = cmp.Or(field, l.single); field != "" {
		if t, ok := oneSided(text); ok {
			return l.rangeOf(field, t)
		}
	}
	list := l.target(field, "")
	if len(list) == 0 {
		return &MatchNone{}, nil
	}
	return l.acrossFields(l.wording(), l.way, list, l.q.TieBreaker, text)
}

// oneSided reads `>5` and the like.
func oneSided(text string) (*luceneTerm, bool) {
	if len(text) < 2 || (text[0] != '>' && text[0] != '<') {
		return nil, false
	}
	value, include := text[1:], false
	if len(text) > 2 && text[1] == '=' {
		value, include = text[2:], true
	}
	if text[0] == '>' {
		return &luceneTerm{from: value, openTo: true, includeFrom: include, includeTo: true, openFrom: value == "*"}, true
	}
	return &luceneTerm{to: value, openFrom: true, includeFrom: true, includeTo: include, openTo: value == "*"}, true
}

func (l *lowering) quoted(t *luceneTerm) (Query, error) {
	if t.field == existsField {
		return l.exists(&Exists{Field: t.text})
	}
	list := l.target(cmp.Or(t.field, l.single), l.q.QuoteFieldSuffix)
	if len(list) == 0 {
		return &MatchNone{}, nil
	}
	w := l.wording()
	w.analyzer = cmp.Or(l.q.QuoteAnalyzer, w.analyzer)
	if t.amount != "" {
		slop, err := strconv.ParseFloat(t.amount, 64)
		if err != nil {
			return nil, &syntaxError{reason: "Invalid slop value: " + t.amount}
		}
		w.slop = int(min(slop, 1<<20))
	}
	return l.acrossFields(w, typePhrase, list, l.q.TieBreaker, t.text)
}

func (l *lowering) rangeOf(field string, t *luceneTerm) (Query, error) {
	field = cmp.Or(field, l.single)
	if f, ok := l.mapping.Lookup(field); ok && f.Type == "version" && !(t.openFrom && t.openTo) { // no range can be asked, where a wrong value matches nothing
		_, err := f.ParseRange(mapping.RangeSpec{From: t.from, To: t.to})
		return nil, err
	}
	return l.each(field, func(name string) (Query, error) {
		f, _ := l.mapping.Lookup(name)
		q := &Range{Field: name, IncludeFrom: t.includeFrom, IncludeTo: t.includeTo, TimeZone: l.q.TimeZone}
		var err error
		if !t.openFrom {
			q.From, err = l.normalized(f, t.from)
		}
		if !t.openTo && err == nil {
			q.To, err = l.normalized(f, t.to)
		}
		if err != nil {
			return nil, err
		}
		return l.onSearchable(q, f)
	})
}

func (l *lowering) wildcard(field, pattern string) (Query, error) {
	name := cmp.Or(field, l.single)
	if pattern == "*" && name != "" {
		if name == "*" {
			return &MatchAll{}, nil
		}
		return l.exists(&Exists{Field: name})
	}
	return l.each(name, func(name string) (Query, error) {
		if pattern == "*" {
			return l.exists(&Exists{Field: name})
		}
		if !l.q.AllowLeadingWildcard && strings.IndexAny(pattern, "*?") == 0 {
			return nil, &syntaxError{reason: "'*' or '?' not allowed as first character in WildcardQuery"}
		}
		f, _ := l.mapping.Lookup(name)
		text, err := mapLiterals(pattern, func(s string) (string, error) { return l.normalized(f, s) })
		if err != nil {
			return nil, err
		}
		return l.onSearchable(&Wildcard{Field: name, Pattern: text}, f)
	})
}

// regexp looks for a regular expression, which is never folded.
func (l *lowering) regexp(field, pattern string) (Query, error) {
	if err := regexpLimit(pattern, "[query_string]"); err != nil {
		return nil, err
	}
	return l.each(cmp.Or(field, l.single), func(name string) (Query, error) {
		f, _ := l.mapping.Lookup(name)
		return l.onSearchable(&Regexp{Field: name, Pattern: pattern, Lenient: l.lenient}, f)
	})
}

func (l *lowering) fuzzy(t *luceneTerm) (Query, error) {
	amount := cmp.Or(t.amount, l.q.Fuzziness)
	if _, err := edits(amount, t.text); err != nil {
		return nil, err
	}
	return l.each(cmp.Or(t.field, l.single), func(name string) (Query, error) {
		f, _ := l.mapping.Lookup(name)
		word, err := l.normalized(f, t.text)
		if err != nil {
			return nil, err
		}
		w := l.wording()
		w.fuzziness = cmp.Or(amount, "AUTO")
		return l.fuzzyWord(w, f, name, word)
	})
}
