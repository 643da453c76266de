package dsl

import (
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// FromURL is the query of the parameters q, df, default_operator, analyzer, analyze_wildcard and lenient of a request; nil if there is no q. Other
// parameters are left alone. https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-search.html#search-search-api-query-params
func FromURL(params map[string]string) (Query, error) {
	text, ok := params["q"]
	if !ok {
		return nil, nil
	}
	q := &QueryString{
		Query: text, DefaultField: params["df"], Analyzer: params["analyzer"], AllowLeadingWildcard: true,
	}
	q.DefaultOperator = strings.ToLower(params["default_operator"])
	if q.DefaultOperator != "" && q.DefaultOperator != "and" && q.DefaultOperator != "or" {
		return nil, operatorError(q.DefaultOperator)
	}
	var err error
	if q.AnalyzeWildcard, err = flag(params, "analyze_wildcard"); err != nil {
		return nil, err
	}
	if _, ok := params["lenient"]; ok {
		lenient, err := flag(params, "lenient")
		if err != nil {
			return nil, err
		}
		q.Lenient = &lenient
	}
	return q, textLimit(text)
}

// flag is a boolean parameter; one without a value is true.
func flag(params map[string]string, name string) (bool, error) {
	text, ok := params[name]
	switch {
	case !ok || text == "false":
		return false, nil
	case text == "" || text == "true":
		return true, nil
	}
	return false, eserr.Illegal("Failed to parse value [%s] as only [true] or [false] are allowed.", text)
}
