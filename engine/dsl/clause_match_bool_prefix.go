package dsl

// matchBoolPrefix reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-match-bool-prefix-query.html.
func (p *parser) matchBoolPrefix() (Query, error) {
	q := &Match{Type: typeBoolPrefix}
	o := p.wordOptions(q)
	delete(o, "auto_generate_synonyms_phrase_query")
	return p.phraseLike(q, o)
}
