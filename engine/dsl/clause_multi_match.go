package dsl

import (
	"maps"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// The ways to combine several fields (`type` of multi_match and query_string), and the kinds of Match.
const (
	typeBestFields   = "best_fields"
	typeMostFields   = "most_fields"
	typeCrossFields  = "cross_fields"
	typePhrase       = "phrase"
	typePhrasePrefix = "phrase_prefix"
	typeBoolPrefix   = "bool_prefix"
)

// multiMatch reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-multi-match-query.html.
func (p *parser) multiMatch() (Query, error) {
	q := &MultiMatch{MatchType: typeBestFields}
	o := p.wordOptions(&q.Match)
	maps.Copy(o, options{
		"fields":           p.fieldsInto(&q.Fields),
		"type":             p.typeInto(&q.MatchType),
		"slop":             p.slopInto(&q.Slop),
		"tie_breaker":      p.tieInto(&q.TieBreaker),
		"lenient":          p.boolInto(&q.Lenient),
		"zero_terms_query": p.zeroTermsInto(&q.ZeroTermsQuery),
	})
	if err := p.members(o); err != nil {
		return nil, err
	}
	switch {
	case q.Query == nil:
		return nil, p.fail("No text specified for multi_match query")
	case q.Fuzziness != "" && (q.MatchType == typeCrossFields || q.MatchType == typePhrase || q.MatchType == typePhrasePrefix):
		return nil, p.fail("Fuzziness not allowed for type [%s]", q.MatchType)
	case q.Slop != 0 && q.MatchType == typeBoolPrefix:
		return nil, p.fail("[slop] not allowed for type [%s]", q.MatchType)
	}
	return q, nil
}

func (p *parser) typeInto(s *string) func() error {
	refuse := func(text string) error {
		return eserr.BadRequest(parseException, "failed to parse [multi_match] query type [%s]. unknown type.", text)
	}
	return p.oneOf(s, refuse, typeBestFields, typeMostFields, typeCrossFields, typePhrase, typePhrasePrefix, typeBoolPrefix)
}

func (p *parser) tieInto(tie **float64) func() error {
	return func() error {
		var f float64
		err := p.floatInto(&f)()
		*tie = &f
		return err
	}
}

// fieldsInto reads field names with an optional ^boost each.
func (p *parser) fieldsInto(list *[]string) func() error {
	read := p.stringsInto(list)
	return func() error {
		if err := read(); err != nil {
			return err
		}
		for _, f := range *list {
			if _, _, err := fieldBoost(f); err != nil {
				return err
			}
		}
		return nil
	}
}
