package dsl

import (
	"errors"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// rangeClause reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-range-query.html, and the older `from`, `to`,
// `include_lower` and `include_upper`, which Elasticsearch 8 still takes.
func (p *parser) rangeClause() (Query, error) {
	q := &Range{IncludeFrom: true, IncludeTo: true}
	notObject := func() error { return p.unknownOption(p.name) }
	field, err := p.field(notObject, p.common(&q.Base, options{
		"gt":            p.bound(&q.From, &q.IncludeFrom, false),
		"gte":           p.bound(&q.From, &q.IncludeFrom, true),
		"lt":            p.bound(&q.To, &q.IncludeTo, false),
		"lte":           p.bound(&q.To, &q.IncludeTo, true),
		"from":          p.valueInto(&q.From),
		"to":            p.valueInto(&q.To),
		"include_lower": p.boolInto(&q.IncludeFrom),
		"include_upper": p.boolInto(&q.IncludeTo),
		"format":        p.checked(&q.Format, checkFormat),
		"time_zone":     p.checked(&q.TimeZone, checkZone),
		"relation":      p.checked(&q.Relation, checkRelation),
	}))
	if err != nil {
		return nil, err
	}
	q.Field = field
	return q, p.required(field, true)
}

func (p *parser) bound(value *any, include *bool, included bool) func() error {
	read := p.valueInto(value)
	return func() error {
		*include = included
		return read()
	}
}

// checked reads a text that has to pass a check.
func (p *parser) checked(s *string, check func(string) error) func() error {
	read := p.textInto(s)
	return func() error {
		if err := read(); err != nil {
			return err
		}
		return check(*s)
	}
}

func checkFormat(format string) error {
	_, err := dates.ParseFormat(format)
	return err
}

// checkZone makes an unknown time zone an illegal argument.
func checkZone(zone string) error {
	_, err := dates.Zone(zone)
	var known *eserr.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return eserr.Illegal("Unknown time-zone ID: %s", zone)
}

func checkRelation(relation string) error {
	switch relation {
	case "intersects", "contains", "within", "INTERSECTS", "CONTAINS", "WITHIN":
		return nil
	case "disjoint", "DISJOINT":
		return eserr.Illegal("[range] query does not support relation [%s]", relation)
	}
	return eserr.Illegal("%s is not a valid relation", relation)
}
