package dsl

import "github.com/vedette-siem/vedette/engine/eserr"

// termsSet reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-terms-set-query.html, without scripts.
func (p *parser) termsSet() (Query, error) {
	q := &TermsSet{}
	field, err := p.field(func() error { return p.fail("[terms_set] unknown token [%s] after [%s]", p.tok, p.name) }, p.common(&q.Base, options{
		"terms": func() error {
			return p.each(func() error {
				if err := p.scalar(); err != nil {
					return err
				}
				q.Values = append(q.Values, p.val)
				return nil
			})
		},
		"minimum_should_match":       p.minimumInto(&q.Minimum),
		"minimum_should_match_field": p.textInto(&q.MinimumField),
		"minimum_should_match_script": func() error {
			return eserr.Illegal("scripts are not supported: [minimum_should_match_script] of [terms_set]; use [minimum_should_match_field]")
		},
	}))
	switch {
	case err != nil:
		return nil, err
	case field == "":
		return nil, eserr.Illegal("[terms_set] requires fieldName")
	case q.MinimumField == "" && q.Minimum == "":
		return nil, eserr.Illegal("No minimum should match has been specified")
	case len(q.Values) > maxClauses:
		return nil, clauseLimit(maxClauses)
	}
	q.Field = field
	return q, nil
}

// distanceFeature reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-distance-feature-query.html.
func (p *parser) distanceFeature() (Query, error) {
	q := &DistanceFeature{}
	pivot := func() (err error) {
		if p.tok != valueString {
			return p.xcontent("[distance_feature] pivot doesn't support values of type: %s", p.tok)
		}
		q.Pivot, err = p.text()
		return err
	}
	err := p.objectMembers(p.common(&q.Base, options{
		"field": p.textInto(&q.Field), "pivot": pivot,
		"origin": func() (err error) { q.Origin, err = p.raw(); return err },
	}))
	switch {
	case err != nil:
		return nil, err
	case q.Field == "" || q.Pivot == "" || q.Origin == nil:
		return nil, eserr.Illegal("Required [field, origin, pivot]")
	}
	return q, nil
}
