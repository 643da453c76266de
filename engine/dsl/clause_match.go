package dsl

import (
	"maps"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// match reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-match-query.html.
func (p *parser) match() (Query, error) {
	q := &Match{}
	o := p.wordOptions(q)
	maps.Copy(o, options{"lenient": p.boolInto(&q.Lenient), "zero_terms_query": p.zeroTermsInto(&q.ZeroTermsQuery)})
	field, err := p.field(p.valueInto(&q.Query), o)
	if err != nil {
		return nil, err
	}
	if q.Query == nil {
		return nil, p.fail("No text specified for text query")
	}
	q.Field = field
	return q, p.required(field, q.Query)
}

// wordOptions are those of all queries that match words one by one.
func (p *parser) wordOptions(q *Match) options {
	return p.common(&q.Base, options{
		"query":                               p.valueInto(&q.Query),
		"analyzer":                            p.textInto(&q.Analyzer),
		"operator":                            p.operatorInto(&q.Operator),
		"minimum_should_match":                p.minimumInto(&q.MinimumShouldMatch),
		"fuzziness":                           p.fuzzinessInto(&q.Fuzziness),
		"prefix_length":                       p.atLeast(0, &q.PrefixLength, "requires prefix length to be non-negative."),
		"max_expansions":                      p.atLeast(1, &q.MaxExpansions, "requires maxExpansions to be positive."),
		"fuzzy_transpositions":                p.not(&q.NoTranspositions),
		"fuzzy_rewrite":                       p.ignored(),
		"auto_generate_synonyms_phrase_query": p.ignored(),
	})
}

// not reads a boolean into its opposite.
func (p *parser) not(b *bool) func() error {
	read := p.boolInto(b)
	return func() error {
		err := read()
		*b = !*b
		return err
	}
}

func (p *parser) zeroTermsInto(s *string) func() error {
	return p.oneOf(s, func(text string) error { return p.fail("Unsupported zero_terms_query value [%s]", text) }, "none", "all")
}

func (p *parser) slopInto(n *int) func() error {
	read := p.intInto(n)
	return func() error {
		if err := read(); err != nil {
			return err
		}
		if *n < 0 {
			return eserr.Illegal("No negative slop allowed.")
		}
		return nil
	}
}

// phraseLike reads the rest of match_phrase, match_phrase_prefix and match_bool_prefix.
func (p *parser) phraseLike(q *Match, o options) (Query, error) {
	field, err := p.field(p.valueInto(&q.Query), o)
	if err != nil {
		return nil, err
	}
	if field == "" {
		return nil, eserr.Illegal("[%s] requires fieldName", p.clause)
	}
	if q.Query == nil {
		return nil, eserr.Illegal("[%s] requires query value", p.clause)
	}
	q.Field = field
	return q, nil
}
