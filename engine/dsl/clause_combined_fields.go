package dsl

import (
	"errors"
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// combinedFields reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-combined-fields-query.html.
func (p *parser) combinedFields() (Query, error) {
	q := &CombinedFields{}
	var late lateMembers
	zero := p.oneOf(&q.ZeroTermsQuery, func(text string) error { return eserr.Illegal("Unsupported [zero_terms_query] value [%s]", text) }, "none", "all")
	o := p.common(&q.Base, options{
		"fields":                              p.combinedInto(&q.Fields),
		"operator":                            p.operatorInto(&q.Operator),
		"minimum_should_match":                p.textInto(&q.MinimumShouldMatch),
		"zero_terms_query":                    zero,
		"auto_generate_synonyms_phrase_query": p.ignoredFlag(),
	})
	o["fields"] = late.before(p, "fields", o["fields"])
	o["query"] = late.required(p, p.textInto(&q.Query))
	for name, allowed := range map[string][]token{"query": {valueString}, "fields": {valueString, startArray}, "operator": {valueString}, "zero_terms_query": {valueString},
		"minimum_should_match": {valueString, valueNumber, valueNull}, "auto_generate_synonyms_phrase_query": {valueString, valueBool}, "boost": {valueString, valueNumber}, "_name": {valueString}} {
		o[name] = p.only(o[name], allowed...)
	}
	err := p.objectMembers(o)
	if err == nil && !late.arrived {
		err = eserr.Illegal("Required [query]")
	}
	return q, err
}

// lateMembers are those that come before the one that Elasticsearch needs to begin with: what is wrong with them is said only when that one comes.
type lateMembers struct {
	arrived bool
	err     error // of the first one that is wrong
}

func (l *lateMembers) before(p *parser, name string, read func() error) func() error {
	return func() error {
		err := read()
		if err == nil || l.arrived {
			return err
		}
		if l.err == nil {
			late := p.xcontent("failed to build [%s] after last required field arrived", p.clause)
			errors.As(p.within(p.clause, name, err), &late.CausedBy)
			l.err = late
		}
		return nil
	}
}

func (l *lateMembers) required(p *parser, read func() error) func() error {
	return func() error {
		l.arrived = true
		if err := read(); err != nil {
			return err
		}
		return l.err
	}
}

// only refuses values of other types than these, in the words of Elasticsearch's ObjectParser.
func (p *parser) only(read func() error, allowed ...token) func() error {
	return func() error {
		if !slices.Contains(allowed, p.tok) {
			return asItIs{p.xcontent("[%s] %s doesn't support values of type: %s", p.clause, p.name, p.tok)}
		}
		return read()
	}
}

// combinedInto reads fields, of which none may count less than 1. Of one that comes several times the last boost counts, where another query multiplies them.
func (p *parser) combinedInto(list *[]string) func() error {
	var all []string
	read := p.fieldsInto(&all)
	return func() error {
		if err := read(); err != nil {
			return err
		}
		place := map[string]int{}
		for _, f := range all {
			name, boost, _ := fieldBoost(f)
			if boost < 1 {
				return eserr.Illegal("[combined_fields] requires field boosts to be >= 1.0")
			}
			if at, again := place[name]; !again {
				place[name] = len(*list)
				*list = append(*list, f)
			} else if f != name {
				(*list)[at] = f
			}
		}
		return nil
	}
}

func (p *parser) ignoredFlag() func() error {
	var b bool
	return p.boolInto(&b)
}
