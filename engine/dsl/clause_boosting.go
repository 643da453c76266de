package dsl

// boosting reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-boosting-query.html.
func (p *parser) boosting() (Query, error) {
	q := &Boosting{NegativeBoost: -1}
	err := p.members(p.common(&q.Base, options{
		"positive": p.queryInto(&q.Positive), "negative": p.queryInto(&q.Negative), "negative_boost": p.floatInto(&q.NegativeBoost),
	}))
	switch {
	case err != nil:
		return nil, err
	case q.Positive == nil:
		return nil, p.fail("[boosting] query requires 'positive' query to be set'")
	case q.Negative == nil:
		return nil, p.fail("[boosting] query requires 'negative' query to be set'")
	case q.NegativeBoost < 0:
		return nil, p.fail("[boosting] query requires 'negative_boost' to be set to be a positive value'")
	}
	return q, nil
}
