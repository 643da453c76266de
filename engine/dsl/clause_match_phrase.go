package dsl

// matchPhrase reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-match-query-phrase.html.
func (p *parser) matchPhrase() (Query, error) {
	q := &Match{Type: typePhrase}
	return p.phraseLike(q, p.phraseOptions(q))
}

func (p *parser) phraseOptions(q *Match) options {
	return p.common(&q.Base, options{
		"query":            p.valueInto(&q.Query),
		"analyzer":         p.textInto(&q.Analyzer),
		"slop":             p.slopInto(&q.Slop),
		"zero_terms_query": p.zeroTermsInto(&q.ZeroTermsQuery),
	})
}
