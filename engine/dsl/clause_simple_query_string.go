package dsl

// simpleQueryString reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-simple-query-string-query.html.
func (p *parser) simpleQueryString() (Query, error) {
	q := &QueryString{Simple: true}
	o := p.textOptions(q)
	o["flags"] = p.checked(&q.Flags, func(text string) error { _, err := simpleFlags(text); return err })
	given, err := p.textQuery(q, o)
	if err != nil {
		return nil, err
	}
	if !given {
		return nil, p.fail("[simple_query_string] query text missing")
	}
	return q, textLimit(q.Query)
}
