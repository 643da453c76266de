package dsl

import (
	"time"

	"github.com/vedette-siem/vedette/engine/mapping"
)

// Rewrite turns a query into primitive clauses for one index: all but Match, MultiMatch and QueryString. Patterns and values of keyword fields come
// out as the field's normalizer writes them, words of text fields as its analyzer does; a field that the mapping lacks matches nothing. The date math
// of values counts from now. The query itself is not changed, and what needs no rewriting is shared with the result.
//
// The error is an *eserr.Error of a shard, but for the unexpected.
func Rewrite(q Query, m *mapping.Mapping, now time.Time) (Query, error) {
	r := &rewriter{mapping: m, now: now, folds: map[string]bool{}}
	out, err := r.rewrite(q)
	if err != nil {
		return nil, asShard(err)
	}
	return out, nil
}

// A rewriter rewrites one query.
type rewriter struct {
	mapping *mapping.Mapping
	now     time.Time
	clauses int             // primitive clauses made so far
	folds   map[string]bool // by analyzer: whether it writes everything in lower case
}

// count notes that n clauses more are needed, and refuses what passes the limit.
func (r *rewriter) count(n int) error {
	if r.clauses += n; r.clauses > maxRewritten {
		return clauseLimit(maxRewritten)
	}
	return nil
}

func (r *rewriter) rewrite(q Query) (Query, error) {
	if err := r.count(1); err != nil {
		return nil, err
	}
	if r.hopeless(q) {
		return &MatchNone{Base: *q.base()}, nil
	}
	switch q := q.(type) {
	case *Bool:
		return r.boolean(q)
	case *ConstantScore:
		filter, err := r.rewrite(q.Filter)
		return &ConstantScore{Base: q.Base, Filter: filter}, err
	case *DisMax:
		queries, err := r.all(q.Queries)
		return &DisMax{Base: q.Base, Queries: queries, TieBreaker: q.TieBreaker}, err
	case *Boosting:
		return r.demoting(q)
	case *FunctionScore:
		return r.functionScore(q)
	case *TermsSet:
		return r.termsSet(q)
	case *Match:
		return r.match(q)
	case *MultiMatch:
		return r.multiMatch(q)
	case *CombinedFields:
		return r.combinedFields(q)
	case *QueryString:
		return r.queryString(q)
	}
	return r.leaf(q)
}

func (r *rewriter) all(queries []Query) ([]Query, error) {
	var out []Query
	for _, q := range queries {
		one, err := r.rewrite(q)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

func (r *rewriter) boolean(q *Bool) (Query, error) {
	out := &Bool{Base: q.Base, MinimumShouldMatch: q.MinimumShouldMatch}
	for _, part := range []struct {
		from []Query
		to   *[]Query
	}{{q.Must, &out.Must}, {q.Filter, &out.Filter}, {q.Should, &out.Should}, {q.MustNot, &out.MustNot}} {
		queries, err := r.all(part.from)
		if err != nil {
			return nil, err
		}
		*part.to = queries
	}
	if len(out.Must)+len(out.Filter)+len(out.Should) > 0 {
		return out, nil
	}
	if len(out.MustNot) == 0 {
		return &MatchAll{Base: q.Base}, nil
	}
	out.MinimumShouldMatch = "" // which Elasticsearch forgets when it makes such a query match
	return negative(out), nil
}

// negative makes a Bool of nothing but MustNot match everything else, as Elasticsearch does and Lucene does not.
func negative(b *Bool) *Bool {
	if len(b.MustNot) > 0 && len(b.Must)+len(b.Filter)+len(b.Should) == 0 {
		b.Filter = []Query{&MatchAll{}}
	}
	return b
}

func (r *rewriter) demoting(q *Boosting) (Query, error) {
	positive, err := r.rewrite(q.Positive)
	if err != nil {
		return nil, err
	}
	neg, err := r.rewrite(q.Negative)
	return &Boosting{Base: q.Base, Positive: positive, Negative: neg, NegativeBoost: q.NegativeBoost}, err
}

func (r *rewriter) functionScore(q *FunctionScore) (Query, error) {
	out := *q
	var err error
	if out.Query, err = r.rewrite(q.Query); err != nil {
		return nil, err
	}
	out.Functions = make([]*ScoreFunction, len(q.Functions))
	for i, f := range q.Functions {
		next := *f
		if f.Filter != nil {
			if next.Filter, err = r.rewrite(f.Filter); err != nil {
				return nil, err
			}
		}
		out.Functions[i] = &next
	}
	return &out, nil
}

// termsSet makes a clause of each value, so that they score as terms do.
func (r *rewriter) termsSet(q *TermsSet) (Query, error) {
	out := *q
	out.Each = make([]Query, len(q.Values))
	for i, v := range q.Values {
		var err error
		if out.Each[i], err = r.rewrite(&Term{Field: q.Field, Value: v}); err != nil {
			return nil, err
		}
	}
	return &out, nil
}

// dressed gives a query that Rewrite has made the name of the one it stands for, and multiplies its boost.
func dressed(q Query, as Base) Query {
	b := q.base()
	if as.Named {
		b.Name, b.Named = as.Name, true
	}
	return boosted(q, as.Boost())
}

// boosted multiplies the boost of a query that nobody else has seen yet.
func boosted(q Query, boost float64) Query {
	if b := q.base(); boost != 1 {
		b.boost, b.boosted = b.Boost()*boost, true
	}
	return q
}
