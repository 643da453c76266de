package dsl

func (p *parser) matchAll() (Query, error) {
	q := &MatchAll{}
	return q, p.asParsing(p.objectMembers(p.common(&q.Base, options{})))
}

func (p *parser) matchNone() (Query, error) {
	q := &MatchNone{}
	return q, p.members(p.common(&q.Base, options{}))
}
