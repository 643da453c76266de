package dsl

// prefix reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-prefix-query.html.
func (p *parser) prefix() (Query, error) {
	q := &Prefix{}
	field, err := p.pattern(&q.Base, &q.Value, options{"value": nil, "case_insensitive": p.boolInto(&q.CaseInsensitive)})
	q.Field = field
	return q, err
}

// pattern reads a clause whose value is a text: {"<field>": "text"} or {"<field>": {"value": "text", ...}}. Options without a reader are names of the value.
func (p *parser) pattern(base *Base, text *string, o options) (string, error) {
	given := false
	value := func() (err error) {
		given = p.tok != valueNull
		*text, err = p.text()
		return err
	}
	for name, read := range o {
		if read == nil {
			o[name] = value
		}
	}
	o["rewrite"] = p.ignored()
	field, err := p.field(value, p.common(base, o))
	if err != nil {
		return "", err
	}
	if !given {
		return "", p.required(field, nil)
	}
	return field, p.required(field, true)
}
