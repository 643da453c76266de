package dsl

// matchPhrasePrefix reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-match-query-phrase-prefix.html.
func (p *parser) matchPhrasePrefix() (Query, error) {
	q := &Match{Type: typePhrasePrefix}
	o := p.phraseOptions(q)
	o["max_expansions"] = p.atLeast(0, &q.MaxExpansions, "requires maxExpansions to be non-negative.")
	return p.phraseLike(q, o)
}
