package dsl

import "github.com/vedette-siem/vedette/engine/eserr"

// term reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-term-query.html.
func (p *parser) term() (Query, error) {
	q := &Term{}
	short := func() error {
		if p.tok == startArray {
			return p.fail("[term] query does not support array of values")
		}
		return p.valueInto(&q.Value)()
	}
	value := func() error {
		if p.tok == startArray {
			return p.fail("[term] query does not support arrays for value - use a bool query with multiple term clauses in the should section " +
				"or use a Terms query if scoring is not required")
		}
		return p.valueInto(&q.Value)()
	}
	field, err := p.field(short, p.common(&q.Base, options{
		"value": value, "term": value, "case_insensitive": p.boolInto(&q.CaseInsensitive),
	}))
	if err != nil {
		return nil, err
	}
	q.Field = field
	return q, p.required(field, q.Value)
}

// required refuses a clause without a field or a value.
func (p *parser) required(field string, value any) error {
	if field == "" {
		return eserr.Illegal("field name is null or empty")
	}
	if value == nil {
		return eserr.Illegal("value cannot be null")
	}
	return nil
}
