package dsl

import (
	"encoding/base64"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// wrapper reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-wrapper-query.html: a query as base64. It counts as one of the request, so that the limits hold.
func (p *parser) wrapper() (Query, error) {
	var text string
	if err := p.members(options{"query": p.textInto(&text)}); err != nil {
		return nil, err
	}
	if text == "" {
		return nil, p.fail("[wrapper] query has no [query] specified")
	}
	body, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, eserr.Illegal("[wrapper] query is no base64: %v", err)
	}
	inner := &parser{reader: newReader(body, Place{1, 1}), depth: p.depth, clauses: p.clauses}
	if err := inner.next(); err != nil {
		return nil, err
	}
	q, err := inner.query()
	p.clauses = inner.clauses
	return q, err
}
