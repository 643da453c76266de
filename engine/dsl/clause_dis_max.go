package dsl

// disMax reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-dis-max-query.html.
func (p *parser) disMax() (Query, error) {
	q := &DisMax{}
	list := func() error {
		err := p.each(func() error {
			var one Query
			err := p.queryInto(&one)()
			q.Queries = append(q.Queries, one)
			return err
		})
		if err == nil && len(q.Queries) == 0 { // Elasticsearch reads on to the end of the list, and finds no query there
			return p.fail("[_na] query malformed, must start with start_object")
		}
		return err
	}
	if err := p.members(p.common(&q.Base, options{"queries": list, "tie_breaker": p.floatInto(&q.TieBreaker)})); err != nil {
		return nil, err
	}
	if len(q.Queries) == 0 {
		return nil, p.fail("[dis_max] requires 'queries' field with at least one clause")
	}
	return q, nil
}
