package dsl

// exists reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-exists-query.html.
func (p *parser) exists() (Query, error) {
	q := &Exists{}
	if err := p.members(p.common(&q.Base, options{"field": p.textInto(&q.Field)})); err != nil {
		return nil, err
	}
	if q.Field == "" {
		return nil, p.fail("[exists] must be provided with a [field]")
	}
	return q, nil
}
