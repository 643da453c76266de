package dsl

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// queryString rewrites a query_string or simple_query_string.
func (r *rewriter) queryString(q *QueryString) (Query, error) {
	if err := textLimit(q.Query); err != nil {
		return nil, err
	}
	l, err := r.newLowering(q)
	if err != nil {
		return nil, err
	}
	var out Query
	if q.Simple {
		out, err = l.simple()
	} else {
		out, err = l.lucene()
	}
	if err != nil {
		return nil, err
	}
	if out == nil {
		return &MatchNone{Base: q.Base}, nil
	}
	if b, ok := out.(*Bool); ok && q.MinimumShouldMatch != "" { // without an optional clause nothing is left to match, as in Elasticsearch
		b.MinimumShouldMatch = q.MinimumShouldMatch
	}
	return dressed(out, q.Base), nil
}

// A lowering turns the tree of one query text into primitive clauses. Its results are new queries, or nil where the analyzer has left nothing.
type lowering struct {
	*rewriter
	q       *QueryString
	fields  []weighted // searched without a field name
	all     bool       // those are all fields
	single  string     // the one field or pattern of `default_field`; `*` for all fields; empty with `fields`
	lenient bool
	way     string // how fields are combined
	tie     float64
	and     bool
}

func (r *rewriter) newLowering(q *QueryString) (*lowering, error) {
	name := "query_string"
	if q.Simple {
		name = "simple_query_string"
	}
	if err := errors.Join(r.checkAnalyzer(q.Analyzer, name), r.checkAnalyzer(q.QuoteAnalyzer, name)); err != nil {
		return nil, err
	}
	l := &lowering{rewriter: r, q: q, way: cmp.Or(q.Type, typeBestFields), and: strings.EqualFold(q.DefaultOperator, "and")}
	if q.Simple {
		l.way = typeMostFields
	}
	l.tie = tieOf(l.way, q.TieBreaker)
	if err := l.chooseFields(); err != nil {
		return nil, err
	}
	l.lenient = l.all
	if q.Lenient != nil {
		l.lenient = *q.Lenient
	}
	return l, nil
}

// chooseFields finds out what is searched without a field name.
func (l *lowering) chooseFields() (err error) {
	switch {
	case len(l.q.Fields) > 0:
		l.fields, l.all, err = l.rewriter.fields(l.q.Fields)
		return err
	case l.q.DefaultField != "" && l.q.DefaultField != "*":
		l.single = l.q.DefaultField
		l.fields, _, err = l.rewriter.fields([]string{l.single})
		return err
	}
	l.single, l.all, l.fields = "*", true, l.defaults()
	return nil
}

// lucene parses and lowers a query_string. Its errors of syntax are those of a shard, lenient or not.
func (l *lowering) lucene() (Query, error) {
	if strings.TrimSpace(l.q.Query) == "" {
		return nil, nil
	}
	tree, done, err := parseLucene(l.q.Query)
	if err == nil {
		var q Query
		if q, err = l.group(tree); err == nil {
			return q, nil
		}
	}
	for _, t := range done { // Lucene makes the query of a term before it reads on
		if _, bad := l.term(t); bad != nil {
			err = bad
			break
		}
	}
	var syntax *syntaxError
	if !errors.As(err, &syntax) {
		return nil, err
	}
	e := eserr.Shard(eserr.QueryShard, "Failed to parse query [%s]", l.q.Query)
	e.CausedBy = eserr.BadRequest(parseException, "Cannot parse '%s': %s", l.q.Query, syntax.reason)
	e.CausedBy.CausedBy = eserr.BadRequest(parseException, "%s", syntax.reason)
	if syntax.lexical {
		e.CausedBy.CausedBy.Type = "token_mgr_error"
	}
	return nil, e
}

// An occurrence says whether a clause must, may or must not match.
type occurrence uint8

const (
	should occurrence = iota
	must
	mustNot
)

type occurring struct {
	query Query
	occurrence
}

// group lowers clauses. Lucene's operators have no precedence: AND makes the clauses on both its sides required, OR leaves them, and what is not
// required is optional. https://lucene.apache.org/core/9_12_0/queryparser/org/apache/lucene/queryparser/classic/package-summary.html
func (l *lowering) group(g *luceneGroup) (Query, error) {
	var list []occurring
	for _, c := range g.clauses {
		l.conjoin(list, c)
		q, err := l.node(c.node)
		if err != nil {
			return nil, err
		}
		switch {
		case q == nil: // nothing left by the analyzer
		case c.words:
			list = l.addWords(list, q)
		default:
			list = append(list, occurring{q, l.occurrence(c)})
		}
	}
	return combined(list), nil
}

// conjoin lets the operator before a clause change the clause before it.
func (l *lowering) conjoin(list []occurring, c luceneClause) {
	if len(list) == 0 || list[len(list)-1].occurrence == mustNot {
		return
	}
	switch last := &list[len(list)-1]; {
	case c.and:
		last.occurrence = must
	case c.or && l.and:
		last.occurrence = should
	}
}

func (l *lowering) occurrence(c luceneClause) occurrence {
	switch {
	case c.negated:
		return mustNot
	case l.and && c.or:
		return should
	case l.and || c.required || c.and:
		return must
	}
	return should
}

// addWords adds what became of several words without an operator: one by one if they are the words of one field, else as a whole.
func (l *lowering) addWords(list []occurring, q Query) []occurring {
	if b, ok := q.(*Bool); ok && len(b.MustNot) == 0 && allTerms(b.Must) && allTerms(b.Should) {
		for _, t := range b.Must {
			list = append(list, occurring{t, must})
		}
		for _, t := range b.Should {
			list = append(list, occurring{t, should})
		}
		return list
	}
	if l.and {
		return append(list, occurring{q, must})
	}
	return append(list, occurring{q, should})
}

func allTerms(queries []Query) bool {
	return !slices.ContainsFunc(queries, func(q Query) bool { _, term := q.(*Term); return !term })
}

// combined is the query for clauses; nil if there are none. One that need not be in a Bool is not.
func combined(list []occurring) Query {
	if len(list) == 0 {
		return nil
	}
	if len(list) == 1 && list[0].occurrence != mustNot {
		return list[0].query
	}
	b := &Bool{}
	for _, o := range list {
		switch o.occurrence {
		case must:
			b.Must = append(b.Must, o.query)
		case mustNot:
			b.MustNot = append(b.MustNot, o.query)
		default:
			b.Should = append(b.Should, o.query)
		}
	}
	return negative(b)
}

func (l *lowering) node(n luceneNode) (q Query, err error) {
	switch n := n.(type) {
	case *luceneGroup:
		q, err = l.group(n)
	case *luceneTerm:
		q, err = l.term(n)
	}
	if q == nil || err != nil {
		return nil, err
	}
	return boosted(q, n.weight()), nil
}
