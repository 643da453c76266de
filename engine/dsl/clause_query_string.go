package dsl

import (
	"maps"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// queryString reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-query-string-query.html. The text itself is parsed by Rewrite,
// because Elasticsearch reports its errors per index.
func (p *parser) queryString() (Query, error) {
	q := &QueryString{AllowLeadingWildcard: true}
	escape := false
	o := p.textOptions(q)
	maps.Copy(o, options{
		"default_field":          p.textInto(&q.DefaultField),
		"type":                   p.typeInto(&q.Type),
		"tie_breaker":            p.tieInto(&q.TieBreaker),
		"phrase_slop":            p.slopInto(&q.PhraseSlop),
		"allow_leading_wildcard": p.boolInto(&q.AllowLeadingWildcard),
		"time_zone":              p.checked(&q.TimeZone, checkZone),
		"fuzziness":              p.fuzzinessInto(&q.Fuzziness),
		"escape":                 p.boolInto(&escape),
		"quote_analyzer":         p.textInto(&q.QuoteAnalyzer),

		"enable_position_increments": p.ignored(),
		"fuzzy_rewrite":              p.ignored(),
		"max_determinized_states":    p.intInto(new(int)), // there is no such limit
		"rewrite":                    p.ignored(),
	})
	given, err := p.textQuery(q, o)
	switch {
	case err != nil:
		return nil, err
	case !given:
		return nil, p.fail("[query_string] must be provided with a [query]")
	case q.DefaultField != "" && len(q.Fields) > 0:
		return nil, shardFailure(eserr.BadRequest("query_validation_exception",
			"Validation Failed: 1: [query_string] cannot use [fields] parameter in conjunction with [default_field];"))
	}
	if escape {
		q.Query = escapeLucene(q.Query)
	}
	return q, textLimit(q.Query)
}

// textOptions are those that query_string and simple_query_string share.
func (p *parser) textOptions(q *QueryString) options {
	return p.common(&q.Base, options{
		"query":                               nil,
		"fields":                              p.arrayOnly(p.fieldsInto(&q.Fields)),
		"default_operator":                    p.operatorInto(&q.DefaultOperator),
		"analyzer":                            p.textInto(&q.Analyzer),
		"analyze_wildcard":                    p.boolInto(&q.AnalyzeWildcard),
		"lenient":                             p.optionalBool(&q.Lenient),
		"minimum_should_match":                p.minimumInto(&q.MinimumShouldMatch),
		"quote_field_suffix":                  p.textInto(&q.QuoteFieldSuffix),
		"fuzzy_prefix_length":                 p.atLeast(0, &q.FuzzyPrefixLength, "requires fuzzy_prefix_length to be non-negative."),
		"fuzzy_max_expansions":                p.atLeast(1, &q.FuzzyMaxExpansions, "requires fuzzy_max_expansions to be positive."),
		"fuzzy_transpositions":                p.not(&q.NoTranspositions),
		"auto_generate_synonyms_phrase_query": p.ignored(),
	})
}

// textQuery reads the members of a query_string or simple_query_string and reports whether there is a `query`.
func (p *parser) textQuery(q *QueryString, o options) (given bool, err error) {
	o["query"] = func() (err error) {
		given = p.tok != valueNull
		q.Query, err = p.text()
		return err
	}
	err = p.members(o)
	return given, err
}

func (p *parser) arrayOnly(read func() error) func() error {
	return func() error {
		if p.tok != startArray {
			return p.unknownOption(p.name)
		}
		return read()
	}
}

func (p *parser) optionalBool(b **bool) func() error {
	return func() error {
		*b = new(bool)
		return p.boolInto(*b)()
	}
}

func textLimit(text string) error {
	if len(text) > maxQueryText {
		return shardIllegal("Query string length exceeds max allowed length %d; actual length: %d", maxQueryText, len(text))
	}
	return nil
}

// escapeLucene makes every operator of a text an ordinary character.
func escapeLucene(text string) string {
	var b strings.Builder
	for _, c := range text {
		if strings.ContainsRune(`\+-!():^[]"{}~*?|&/`, c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}
