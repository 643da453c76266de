package dsl

// wildcard reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-wildcard-query.html.
func (p *parser) wildcard() (Query, error) {
	q := &Wildcard{}
	field, err := p.pattern(&q.Base, &q.Pattern, &q.Rewrite, options{"value": nil, "wildcard": nil, "case_insensitive": p.boolInto(&q.CaseInsensitive)})
	q.Field = field
	return q, err
}
