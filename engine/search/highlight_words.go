package search

import (
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
)

// highlightField is a field whose words are marked where the query looks for them.
type highlightField struct {
	highlightOptions
	name   string
	mapped *mapping.Field
	values plannedField
	words  words
}

// words are what a query looks for in one field.
type words struct {
	terms   map[string]bool
	accepts []func(term string) bool
	phrases [][]phrasePlace // whose words count only where they follow each other
}

func (w *words) add(terms ...string) {
	if w.terms == nil {
		w.terms = map[string]bool{}
	}
	for _, t := range terms {
		w.terms[t] = true
	}
}

func (w *words) empty() bool { return len(w.terms)+len(w.accepts)+len(w.phrases) == 0 }

// planHighlight finds the fields to be marked and what the query, which is rewritten, looks for in each.
func (p *planner) planHighlight(spec *highlightSpec, query dsl.Query) ([]highlightField, error) {
	if spec == nil {
		return nil, nil
	}
	var out []highlightField
	for _, o := range spec.fields {
		q := query
		if o.query != nil {
			var err error
			if q, err = dsl.Rewrite(o.query, p.mapping, p.now); err != nil {
				return nil, shardError(err)
			}
		}
		for _, f := range dsl.InJavaOrder(p.fieldsOf(o.pattern)) {
			worded := f.Kind == document.Text || f.Kind == document.Keyword
			if f.Metadata || !worded && strings.Contains(o.pattern, "*") {
				continue
			}
			if o.kind == "fvh" && !f.Vectors && strings.Contains(o.pattern, "*") {
				continue
			}
			field := highlightField{highlightOptions: o, name: f.Name, mapped: f, values: p.fromSource(f, "")}
			if worded { // of other types only the beginning is shown
				if err := p.wordsOf(q, &field); err != nil {
					return nil, err
				}
			}
			if !field.words.empty() || o.noMatch > 0 || !knownHighlighter(o.kind) || o.unscannable() || o.kind == "fvh" && !f.Vectors { // which a hit is refused for
				out = append(out, field)
			}
		}
	}
	return out, nil
}

// wordsOf adds what the query looks for in the field.
func (p *planner) wordsOf(q dsl.Query, f *highlightField) error {
	switch q := q.(type) {
	case *dsl.Bool:
		return p.wordsOfAll(slices.Concat(q.Must, q.Filter, q.Should), f)
	case *dsl.DisMax:
		return p.wordsOfAll(q.Queries, f)
	case *dsl.ConstantScore:
		return p.wordsOf(q.Filter, f)
	case *dsl.Boosting:
		return p.wordsOf(q.Positive, f)
	case *dsl.FunctionScore:
		return p.wordsOf(q.Query, f)
	case *dsl.TermsSet:
		return p.wordsOfAll(q.Each, f)
	case *dsl.Term:
		return p.wordsOfTerm(q, f)
	case *dsl.Terms:
		if p.concerns(q.Field, f) && q.Field != indexField {
			f.words.add(texts(q.Values)...)
		}
	case *dsl.Prefix:
		return p.wordsOfPattern(q, q.Field, f)
	case *dsl.Wildcard:
		return p.wordsOfPattern(q, q.Field, f)
	case *dsl.Regexp:
		return p.wordsOfPattern(q, q.Field, f)
	case *dsl.Fuzzy:
		if p.concerns(q.Field, f) {
			n := &fuzzy{value: []rune(q.Value), edits: q.Edits, swaps: q.Transpositions}
			f.words.accepts = append(f.words.accepts, func(term string) bool { _, ok := n.near(term); return ok })
		}
	case *dsl.Phrase:
		p.wordsOfPhrase(q, f)
	case *dsl.CombinedTerm:
		for _, one := range q.Fields {
			if p.concerns(one.Name, f) {
				f.words.add(q.Terms...)
			}
		}
	}
	return nil
}

func (p *planner) wordsOfAll(qs []dsl.Query, f *highlightField) error {
	for _, q := range qs {
		if err := p.wordsOf(q, f); err != nil {
			return err
		}
	}
	return nil
}

// concerns reports whether a clause on the named field marks words of f.
func (p *planner) concerns(name string, f *highlightField) bool {
	if f.anyField {
		g, ok := p.mapping.Lookup(name)
		return !ok || g.Kind == document.Text || g.Kind == document.Keyword // others have no words
	}
	if name == f.name || slices.Contains(f.matchedField, name) {
		return true
	}
	g, ok := p.mapping.Lookup(name)
	return ok && g.Column == f.mapped.Column && g.KeyPrefix == f.mapped.KeyPrefix
}

func (p *planner) wordsOfTerm(q *dsl.Term, f *highlightField) error {
	if !p.concerns(q.Field, f) || q.Field == indexField {
		return nil
	}
	value := textOf(q.Value)
	if q.CaseInsensitive {
		value = foldASCII(value)
		f.words.accepts = append(f.words.accepts, func(term string) bool { return foldASCII(term) == value })
		return nil
	}
	normal, err := p.normalize(f.mapped, value)
	f.words.add(normal)
	return err
}

func (p *planner) wordsOfPattern(q dsl.Query, name string, f *highlightField) error {
	if !p.concerns(name, f) {
		return nil
	}
	s, err := p.scan(q, f.mapped)
	if err != nil {
		return err
	}
	if s.prefix == "" && s.accept == nil {
		return nil // `*` looks for no word
	}
	f.words.accepts = append(f.words.accepts, func(term string) bool {
		return strings.HasPrefix(term, s.prefix) && (s.accept == nil || s.accept(term))
	})
	return nil
}

func (p *planner) wordsOfPhrase(q *dsl.Phrase, f *highlightField) {
	if !p.concerns(q.Field, f) {
		return
	}
	if q.Slop > 0 || q.LastIsPrefix || len(q.Terms) == 1 {
		for i, t := range q.Terms {
			if q.LastIsPrefix && i == len(q.Terms)-1 {
				f.words.accepts = append(f.words.accepts, func(term string) bool {
					return slices.ContainsFunc(t.Terms, func(p string) bool { return strings.HasPrefix(term, p) })
				})
				continue
			}
			f.words.add(t.Terms...)
		}
		return
	}
	var places []phrasePlace
	for _, t := range q.Terms {
		places = append(places, phrasePlace{t.Terms, t.Position})
	}
	f.words.phrases = append(f.words.phrases, places)
}

// marked returns the spans that the words cover, in order, without overlaps.
func (w *words) marked(spans []analysis.Span) []analysis.Span {
	marks := make([]bool, len(spans))
	for i, s := range spans {
		marks[i] = w.terms[s.Term] || slices.ContainsFunc(w.accepts, func(ok func(string) bool) bool { return ok(s.Term) })
	}
	for _, places := range w.phrases {
		markPhrase(spans, places, marks)
	}
	var out []analysis.Span
	for i, s := range spans {
		if marks[i] && (len(out) == 0 || s.Start >= out[len(out)-1].End) {
			out = append(out, s)
		}
	}
	return out
}

// markPhrase marks the words of each place where the phrase stands.
func markPhrase(spans []analysis.Span, places []phrasePlace, marks []bool) {
	at := map[uint32][]int{}
	for i, s := range spans {
		at[s.Position] = append(at[s.Position], i)
	}
	for _, s := range spans {
		var found []int
		for _, place := range places {
			i := slices.IndexFunc(at[s.Position+place.position-places[0].position], func(i int) bool { return slices.Contains(place.terms, spans[i].Term) })
			if i < 0 {
				found = nil
				break
			}
			found = append(found, at[s.Position+place.position-places[0].position][i])
		}
		for _, i := range found {
			marks[i] = true
		}
	}
}
