package dsl

// ids reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-ids-query.html.
func (p *parser) ids() (Query, error) {
	q := &IDs{}
	err := p.objectMembers(p.common(&q.Base, options{"values": p.idsInto(&q.Values)}))
	if err != nil {
		return nil, p.asParsing(err)
	}
	return q, termsLimit(len(q.Values))
}

// idsInto reads a text, or an array of texts or numbers.
func (p *parser) idsInto(list *[]string) func() error {
	read := p.stringsInto(list)
	return func() error {
		if p.tok == startArray || p.tok == valueString {
			return read()
		}
		return p.fail("[ids] values doesn't support values of type: %s", p.tok)
	}
}
