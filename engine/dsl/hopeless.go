package dsl

import "slices"

// hopeless reports whether a query matches nothing whatever some of its clauses are, as Elasticsearch sees before it reads them: what is wrong with the others does then not come up.
// https://github.com/elastic/elasticsearch/blob/8.19/server/src/main/java/org/elasticsearch/index/query/BoolQueryBuilder.java (doRewrite)
func (r *rewriter) hopeless(q Query) bool {
	switch q := q.(type) {
	case *MatchNone:
		return true
	case *Bool:
		return slices.ContainsFunc(q.Must, r.hopeless) || slices.ContainsFunc(q.Filter, r.hopeless) || slices.ContainsFunc(q.MustNot, everything) ||
			len(q.Must)+len(q.Filter) == 0 && len(q.Should) > 0 && !slices.ContainsFunc(q.Should, func(q Query) bool { return !r.hopeless(q) })
	case *ConstantScore:
		return r.hopeless(q.Filter)
	case *Boosting:
		return r.hopeless(q.Positive)
	case *FunctionScore:
		return r.hopeless(q.Query)
	case *IDs:
		return len(q.Values) == 0
	case *Terms:
		return len(q.Values) == 0 || r.unmapped(q.Field)
	case *Term:
		return r.unmapped(q.Field)
	case *Prefix:
		return r.unmapped(q.Field)
	case *Wildcard:
		return r.unmapped(q.Field)
	case *Range:
		return r.unmapped(q.Field)
	case *Exists:
		return !isPattern(q.Field) && r.unmapped(q.Field) && !r.mapping.IsObject(q.Field)
	}
	return false
}

func everything(q Query) bool { _, all := q.(*MatchAll); return all }

func (r *rewriter) unmapped(name string) bool {
	_, ok := r.mapping.Lookup(name)
	return !ok
}
