package dsl

// ids reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-ids-query.html.
func (p *parser) ids() (Query, error) {
	q := &IDs{}
	err := p.objectMembers(p.common(&q.Base, options{"values": p.stringsInto(&q.Values)}))
	if err != nil {
		return nil, p.asParsing(err)
	}
	return q, termsLimit(len(q.Values))
}
