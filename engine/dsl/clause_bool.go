package dsl

import "strings"

// boolClause reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-bool-query.html.
func (p *parser) boolClause() (Query, error) {
	q := &Bool{}
	pureNegative := true
	err := p.objectMembers(p.common(&q.Base, options{
		"must":                 p.queriesInto(&q.Must),
		"filter":               p.queriesInto(&q.Filter),
		"should":               p.queriesInto(&q.Should),
		"must_not":             p.queriesInto(&q.MustNot),
		"mustNot":              p.queriesInto(&q.MustNot),
		"minimum_should_match": p.minimumInto(&q.MinimumShouldMatch),
		"adjust_pure_negative": p.boolInto(&pureNegative),
	}))
	if err != nil {
		return nil, err
	}
	if only := len(q.MustNot) > 0 && len(q.Must)+len(q.Filter)+len(q.Should) == 0; only && !pureNegative {
		return &MatchNone{Base: q.Base}, nil // as Lucene does without the adjustment
	}
	return q, nil
}

// queriesInto reads one query, an array of them, or null for none.
func (p *parser) queriesInto(list *[]Query) func() error {
	return func() error {
		switch p.tok {
		case startObject, startArray:
		case valueNull:
			return nil
		default:
			return p.xcontent("[%s] %s doesn't support values of type: %s", p.clause, p.name, p.tok)
		}
		return p.each(func() error {
			q, err := p.query()
			if err == nil {
				*list = append(*list, q)
			}
			return err
		})
	}
}

// minimumInto reads `minimum_should_match`, whose form Elasticsearch looks at when it needs it.
func (p *parser) minimumInto(s *string) func() error {
	return func() error {
		text, err := p.text()
		*s = strings.TrimSpace(text)
		return err
	}
}
