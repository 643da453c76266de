package dsl

// constantScore reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-constant-score-query.html.
func (p *parser) constantScore() (Query, error) {
	q := &ConstantScore{}
	if err := p.members(p.common(&q.Base, options{"filter": p.queryInto(&q.Filter)})); err != nil {
		return nil, err
	}
	if q.Filter == nil {
		return nil, p.fail("[constant_score] requires a 'filter' element")
	}
	return q, nil
}

// queryInto reads exactly one query.
func (p *parser) queryInto(q *Query) func() error {
	return func() (err error) {
		if p.tok != startObject {
			return p.fail("[%s] query malformed, unexpected token [%s] after [%s]", p.clause, p.tok, p.name)
		}
		*q, err = p.query()
		return err
	}
}
