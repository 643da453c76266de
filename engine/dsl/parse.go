package dsl

import (
	"encoding/json"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// Limits of one request. Elasticsearch's defaults, but for the number of clauses, which it derives from the heap.
const (
	maxNestedDepth   = 30
	maxClauses       = 4096  // clauses that a request spells out
	maxRewritten     = 65536 // clauses after fields have been expanded
	maxTermsCount    = 65536
	maxRegexLength   = 1000 // characters
	maxQueryText     = 256 << 10
	maxGroups        = 250 // nested parentheses of a query_string
	defaultExpansion = 50
)

// Parse reads the value of `query`, such as {"bool": {...}}. No body at all is match_all. The error is an *eserr.Error whose place counts from the
// beginning of body; use ParseAt to count from that of the whole request.
func Parse(body json.RawMessage) (Query, error) { return ParseAt(body, Place{1, 1}) }

// ParseAt is Parse for a query that begins at this place of a request.
func ParseAt(body json.RawMessage, at Place) (Query, error) {
	if len(body) == 0 {
		return &MatchAll{}, nil
	}
	p := &parser{reader: newReader(body, at)}
	if err := p.next(); err != nil {
		return nil, err
	}
	q, err := p.query()
	if err != nil {
		return nil, err
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	if p.tok != endInput {
		return nil, p.fail("expected the end of the query but found [%s]", p.tok)
	}
	return q, nil
}

// A parser reads clauses from a reader.
type parser struct {
	*reader
	clause  string // the query that is being read
	depth   int
	clauses int
}

// query reads {"<query>": {...}} from its START_OBJECT to its END_OBJECT.
func (p *parser) query() (Query, error) {
	outer := p.clause
	defer func() { p.clause = outer; p.depth-- }()
	p.depth++
	if err := p.limits(); err != nil {
		return nil, err
	}
	name, err := p.queryName()
	if err != nil {
		return nil, err
	}
	read := clauseReader(name)
	if read == nil {
		return nil, p.unknownQuery(name)
	}
	p.clause = name
	q, err := read(p)
	if err != nil {
		return nil, err
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	if p.tok != endObject {
		return nil, p.fail("[%s] malformed query, expected [END_OBJECT] but found [%s]", name, p.tok)
	}
	return q, nil
}

func (p *parser) limits() error {
	if p.depth > maxNestedDepth {
		return eserr.Illegal("The nested depth of the query exceeds the maximum nested depth for bool queries set in [indices.query.bool.max_nested_depth]")
	}
	if p.clauses++; p.clauses > maxClauses {
		return clauseLimit(maxClauses)
	}
	return nil
}

func clauseLimit(limit int) error {
	return shardFailure(eserr.BadRequest(tooManyClauses, "maxClauseCount is set to %d", limit))
}

// queryName moves from the START_OBJECT around a query to the one of its body.
func (p *parser) queryName() (string, error) {
	if p.tok != startObject {
		return "", p.fail("[_na] query malformed, must start with start_object")
	}
	if err := p.next(); err != nil {
		return "", err
	}
	if p.tok == endObject {
		place := p.here()
		return "", eserr.Illegal("query malformed, empty clause found at [%d:%d]", place.Line, place.Column)
	}
	name := p.name
	if err := p.next(); err != nil {
		return "", err
	}
	if p.tok != startObject {
		return "", p.fail("[%s] query malformed, no start_object after query name", name)
	}
	return name, nil
}

// clauseReader returns what reads the body of a query, or nil if it is not one of ours.
func clauseReader(name string) func(*parser) (Query, error) {
	switch name {
	case "bool":
		return (*parser).boolClause
	case "boosting":
		return (*parser).boosting
	case "combined_fields":
		return (*parser).combinedFields
	case "constant_score":
		return (*parser).constantScore
	case "dis_max":
		return (*parser).disMax
	case "exists":
		return (*parser).exists
	case "distance_feature":
		return (*parser).distanceFeature
	case "function_score":
		return (*parser).functionScore
	case "fuzzy":
		return (*parser).fuzzy
	case "geo_bounding_box":
		return (*parser).geoBox
	case "geo_distance":
		return (*parser).geoDistance
	case "ids":
		return (*parser).ids
	case "match":
		return (*parser).match
	case "match_all":
		return (*parser).matchAll
	case "match_bool_prefix":
		return (*parser).matchBoolPrefix
	case "match_none":
		return (*parser).matchNone
	case "match_phrase":
		return (*parser).matchPhrase
	case "match_phrase_prefix":
		return (*parser).matchPhrasePrefix
	case "multi_match":
		return (*parser).multiMatch
	case "prefix":
		return (*parser).prefix
	case "query_string":
		return (*parser).queryString
	case "range":
		return (*parser).rangeClause
	case "regexp":
		return (*parser).regexp
	case "simple_query_string":
		return (*parser).simpleQueryString
	case "term":
		return (*parser).term
	case "terms":
		return (*parser).terms
	case "terms_set":
		return (*parser).termsSet
	case "wrapper":
		return (*parser).wrapper
	case "wildcard":
		return (*parser).wildcard
	}
	return nil
}
