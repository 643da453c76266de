package dsl

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
)

// A weighted is a field with its boost.
type weighted struct {
	name  string
	boost float64
}

// fieldBoost takes `name^2` apart; the boost is 1 without one.
func fieldBoost(text string) (name string, boost float64, err error) {
	name, number, ok := strings.Cut(text, "^")
	if !ok {
		return text, 1, nil
	}
	boost, err = strconv.ParseFloat(number, 64)
	switch {
	case err != nil || math.IsNaN(boost) || math.IsInf(boost, 0):
		return "", 0, eserr.BadRequest(numberFormat, "For input string: %q", number)
	case boost < 0:
		return "", 0, eserr.Illegal("negative [boost] are not allowed in [%s], use a value between 0 and 1 to deboost", text)
	}
	return name, boost, nil
}

func isPattern(name string) bool { return strings.Contains(name, "*") }

// fields expands names with boosts, which may be patterns; the boosts of a field that comes by two of them are multiplied. all says that one of them was `*`.
func (r *rewriter) fields(names []string) (list []weighted, all bool, err error) {
	asked, err := distinctFields(names)
	if err != nil {
		return nil, false, err
	}
	place := map[string]int{}
	for _, n := range asked {
		all = all || n.name == "*"
		for _, f := range r.expand(n.name) {
			if at, ok := place[f]; ok {
				list[at].boost *= n.boost
				continue
			}
			place[f] = len(list)
			list = append(list, weighted{f, n.boost})
		}
	}
	return list, all, nil
}

// distinctFields reads names with boosts. Of a name that comes twice the last boost counts, as in Elasticsearch.
func distinctFields(names []string) (list []weighted, err error) {
	for _, n := range names {
		name, boost, err := fieldBoost(n)
		if err != nil {
			return nil, err
		}
		if at := slices.IndexFunc(list, func(w weighted) bool { return w.name == name }); at >= 0 {
			list[at].boost = boost
			continue
		}
		list = append(list, weighted{name, boost})
	}
	return list, nil
}

// expand is the fields of a name or pattern; none if the mapping has none.
func (r *rewriter) expand(name string) []string {
	if !isPattern(name) {
		if _, ok := r.mapping.Lookup(name); !ok {
			return nil
		}
		return []string{name}
	}
	return eligible(r.mapping.Leaves(name))
}

// eligible leaves out fields that cannot be searched, and aliases of fields that are there themselves.
func eligible(fields []*mapping.Field) []string {
	here := map[string]bool{}
	for _, f := range fields {
		here[f.Name] = true
	}
	var names []string
	for _, f := range fields {
		if f.Matchable() && (!f.Alias || !here[f.Column]) {
			names = append(names, f.Name)
		}
	}
	return names
}

// defaults are the fields that a query searches that names none.
func (r *rewriter) defaults() []weighted {
	var list []weighted
	for _, name := range eligible(r.mapping.DefaultFields()) {
		list = append(list, weighted{name, 1})
	}
	return list
}

// inFields asks the same of several fields and combines the answers by the best one; nil if no field had anything to look for.
func (r *rewriter) inFields(list []weighted, tie float64, ask func(field string) (Query, error)) (Query, error) {
	queries := make([]Query, len(list))
	for _, i := range javaOrder(list) {
		q, err := ask(list[i].name)
		if err != nil {
			return nil, err
		}
		if q != nil {
			queries[i] = boosted(q, list[i].boost)
		}
	}
	return best(slices.DeleteFunc(queries, func(q Query) bool { return q == nil }), tie), nil
}

// best combines queries of which the best one counts. Those that match nothing are dropped where there are others.
func best(queries []Query, tie float64) Query {
	if len(queries) == 0 {
		return nil
	}
	some := slices.DeleteFunc(slices.Clone(queries), func(q Query) bool { _, none := q.(*MatchNone); return none })
	switch len(some) {
	case 0:
		return &MatchNone{}
	case 1:
		return some[0]
	}
	return &DisMax{Queries: some, TieBreaker: tie}
}
