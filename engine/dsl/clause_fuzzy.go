package dsl

// fuzzy reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-fuzzy-query.html.
func (p *parser) fuzzy() (Query, error) {
	q := &Fuzzy{Transpositions: true}
	fuzziness := ""
	field, err := p.pattern(&q.Base, &q.Value, &q.Rewrite, options{
		"value": nil, "term": nil,
		"fuzziness":      p.fuzzinessInto(&fuzziness),
		"prefix_length":  p.atLeast(0, &q.PrefixLength, "requires prefix length to be non-negative."),
		"max_expansions": p.atLeast(1, &q.MaxExpansions, "requires maxExpansions to be positive."),
		"transpositions": p.boolInto(&q.Transpositions),
	})
	if err != nil {
		return nil, err
	}
	q.Field = field
	q.Edits, err = edits(fuzziness, q.Value)
	return q, err
}
