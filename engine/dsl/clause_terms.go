package dsl

// terms reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-terms-query.html, without the lookup in another document.
func (p *parser) terms() (Query, error) {
	q := &Terms{}
	read, count := p.common(&q.Base, options{}), 0
	for {
		if err := p.next(); err != nil {
			return nil, err
		}
		if p.tok == endObject {
			break
		}
		name := p.name
		if err := p.next(); err != nil {
			return nil, err
		}
		if option, ok := read[name]; ok && p.isValue() {
			if err := option(); err != nil {
				return nil, err
			}
			continue
		}
		if err := p.termsOf(q, name, &count); err != nil {
			return nil, err
		}
	}
	if q.Field == "" {
		return nil, p.fail("[terms] query requires a field name, followed by array of terms or a document lookup specification")
	}
	return q, termsLimit(count)
}

// termsOf reads the values of a field. Those above the limit are counted but not kept.
func (p *parser) termsOf(q *Terms, name string, count *int) error {
	switch {
	case p.isValue():
		return p.unknownOption(name)
	case q.Field != "" && p.tok == startArray:
		return p.fail("[terms] query does not support multiple fields")
	case q.Field != "":
		return p.fail("[terms] query does not support more than one field. Already got: [%s] but also found [%s]", q.Field, name)
	case p.tok == startObject:
		return p.fail("[terms] query does not support a terms lookup for [%s] in Vedette: give the terms as an array", name)
	}
	q.Field = name
	return p.each(func() error {
		if err := p.scalar(); err != nil {
			return err
		}
		if p.val == nil {
			return p.fail("No value specified for terms query")
		}
		if *count++; *count <= maxTermsCount {
			q.Values = append(q.Values, p.val)
		}
		return nil
	})
}

func termsLimit(count int) error {
	if count <= maxTermsCount {
		return nil
	}
	return shardIllegal("The number of terms [%d] used in the Terms Query request has exceeded the allowed maximum of [%d]. "+
		"This maximum can be set by changing the [index.max_terms_count] index level setting.", count, maxTermsCount)
}
