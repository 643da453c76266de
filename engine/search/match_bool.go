package search

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/dsl"
)

// boolean combines clauses. atLeast is how many of should must match.
type boolean struct {
	must, filter, should, mustNot []node
	atLeast                       int
	boost                         float32
}

func (p *planner) boolean(q *dsl.Bool, boost float32) (node, error) {
	n := &boolean{boost: boost}
	for _, part := range []struct {
		nodes   *[]node
		queries []dsl.Query
	}{{&n.must, q.Must}, {&n.filter, q.Filter}, {&n.should, q.Should}, {&n.mustNot, q.MustNot}} {
		nodes, err := p.planAll(part.queries)
		if err != nil {
			return nil, err
		}
		*part.nodes = nodes
	}
	if len(n.must)+len(n.filter)+len(n.should)+len(n.mustNot) == 0 {
		return all{boost}, nil
	}
	var err error
	if n.atLeast, err = minimumShouldMatch(q.MinimumShouldMatch, len(n.should), len(n.must)+len(n.filter) > 0); err != nil {
		return nil, err
	}
	if n.atLeast > len(n.should) {
		return none{}, nil
	}
	return n, nil
}

func (n *boolean) cost() int {
	return max(highestCost(n.must), highestCost(n.filter), highestCost(n.should), highestCost(n.mustNot))
}

// clause is a clause that has run.
type clause struct {
	docs   *roaring.Bitmap
	scorer scorer
}

func (n *boolean) match(x *exec) (*roaring.Bitmap, error) {
	docs, err := conjunction(x, nil, slices.Concat(n.must, n.filter))
	if err != nil {
		return nil, err
	}
	if n.atLeast > 0 && !empty(docs) {
		var should []*roaring.Bitmap
		for _, sub := range n.should {
			if err := x.stopped(); err != nil {
				return nil, err
			}
			got, err := sub.match(x)
			if err != nil {
				return nil, err
			}
			if err := x.hold(got); err != nil {
				return nil, err
			}
			should = append(should, got)
		}
		docs = intersect(docs, atLeast(should, n.atLeast))
	}
	return n.without(x, docs)
}

func (n *boolean) scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error) {
	boost *= n.boost
	must, err := scoredAll(x, n.must, boost)
	if err != nil {
		return nil, nil, err
	}
	should, err := scoredAll(x, n.should, boost)
	if err != nil {
		return nil, nil, err
	}
	var docs *roaring.Bitmap
	for _, c := range must {
		docs = intersect(docs, c.docs)
	}
	if n.atLeast > 0 {
		docs = intersect(docs, atLeast(bitmaps(should), n.atLeast))
	}
	if docs, err = conjunction(x, docs, n.filter); err != nil {
		return nil, nil, err
	}
	if docs, err = n.without(x, docs); err != nil {
		return nil, nil, err
	}
	if sum, ok := fixedSum(must); ok && len(should) == 0 {
		return docs, newConstantScorer(docs, sum), nil
	}
	return docs, &sumScorer{docs: walk(docs), must: must, should: should, conjunct: n.atLeast > 0}, nil
}

// fixedSum adds up scores that are the same for all documents, or returns false if one is not. Of no clauses it is 0.
func fixedSum(clauses []clause) (float32, bool) {
	sum := 0.0
	for _, c := range clauses {
		v, ok := fixedScore(c.scorer)
		if !ok {
			return 0, false
		}
		sum += float64(v)
	}
	return float32(sum), true
}

func scoredAll(x *exec, nodes []node, boost float32) ([]clause, error) {
	out := make([]clause, len(nodes))
	for i, n := range nodes {
		if err := x.stopped(); err != nil {
			return nil, err
		}
		docs, s, err := n.scored(x, boost)
		if err != nil {
			return nil, err
		}
		if err := x.hold(docs); err != nil {
			return nil, err
		}
		out[i] = clause{docs, s}
	}
	return out, nil
}

func bitmaps(clauses []clause) []*roaring.Bitmap {
	out := make([]*roaring.Bitmap, len(clauses))
	for i, c := range clauses {
		out[i] = c.docs
	}
	return out
}

// without takes away what mustNot matches; nil docs stand for all documents.
func (n *boolean) without(x *exec, docs *roaring.Bitmap) (*roaring.Bitmap, error) {
	if docs == nil {
		docs = x.everything()
	}
	for _, sub := range n.mustNot {
		if docs.IsEmpty() {
			break
		}
		not, err := sub.match(x)
		if err != nil {
			return nil, err
		}
		docs = roaring.AndNot(docs, not)
	}
	return docs, nil
}

// narrower is a node that can look at single documents, which pays where few are left.
type narrower interface {
	narrow(x *exec, docs *roaring.Bitmap) *roaring.Bitmap
}

// conjunction intersects docs (nil is all) with what every node matches: cheap nodes first, and none of the others once nothing is left.
func conjunction(x *exec, docs *roaring.Bitmap, nodes []node) (*roaring.Bitmap, error) {
	nodes = slices.Clone(nodes)
	slices.SortStableFunc(nodes, func(a, b node) int { return a.cost() - b.cost() })
	for _, n := range nodes {
		if empty(docs) {
			return docs, nil
		}
		if err := x.stopped(); err != nil {
			return nil, err
		}
		if sub, ok := narrowerOf(n); ok && docs != nil && docs.GetCardinality()*8 < uint64(x.view.NumDocs()) {
			docs = sub.narrow(x, docs)
			continue
		}
		got, err := n.match(x)
		if err != nil {
			return nil, err
		}
		docs = intersect(docs, got)
	}
	return docs, nil
}

func narrowerOf(n node) (narrower, bool) {
	if c, ok := n.(constant); ok {
		sub, ok := c.leaf.(narrower)
		return sub, ok
	}
	sub, ok := n.(narrower)
	return sub, ok
}

func empty(docs *roaring.Bitmap) bool { return docs != nil && docs.IsEmpty() }

// intersect leaves both bitmaps as they are; nil docs stand for all documents.
func intersect(docs, more *roaring.Bitmap) *roaring.Bitmap {
	if docs == nil {
		return more
	}
	return roaring.And(docs, more)
}

// atLeast returns the documents that are in at least n of the sets, as a new bitmap. reached[i] are those found in more than i so far.
func atLeast(sets []*roaring.Bitmap, n int) *roaring.Bitmap {
	if n == 1 {
		return roaring.FastOr(sets...)
	}
	reached := make([]*roaring.Bitmap, n)
	for i := range reached {
		reached[i] = roaring.New()
	}
	for _, set := range sets {
		for i := n - 1; i > 0; i-- {
			reached[i].Or(roaring.And(reached[i-1], set))
		}
		reached[0].Or(set)
	}
	return reached[n-1]
}

// disMax matches what any of the nodes matches, and scores as the best of them plus tie times the others.
type disMax struct {
	nodes []node
	tie   float32
	boost float32
}

func (n *disMax) cost() int { return highestCost(n.nodes) }

func (n *disMax) match(x *exec) (*roaring.Bitmap, error) { return matchAny(x, n.nodes) }

func (n *disMax) scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error) {
	clauses, err := scoredAll(x, n.nodes, boost*n.boost)
	if err != nil {
		return nil, nil, err
	}
	return roaring.FastOr(bitmaps(clauses)...), &maxScorer{clauses, n.tie}, nil
}

// boosting matches as positive does; what negative matches too has its score multiplied by factor.
type boosting struct {
	positive, negative node
	factor, boost      float32
}

func (n *boosting) cost() int { return n.positive.cost() }

func (n *boosting) match(x *exec) (*roaring.Bitmap, error) { return n.positive.match(x) }

func (n *boosting) scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error) {
	docs, s, err := n.positive.scored(x, 1)
	if err != nil {
		return nil, nil, err
	}
	worse, err := n.negative.match(x)
	if err != nil {
		return nil, nil, err
	}
	return docs, &factorScorer{s, walk(worse), n.factor, boost * n.boost}, nil
}

// minimumShouldMatch is how many of the should clauses must match, which may be more than there are. others says whether there are must or filter clauses; without them
// one of should must.
func minimumShouldMatch(spec string, should int, others bool) (int, error) {
	n, err := dsl.MinimumShouldMatch(spec, should)
	if err == nil && n == 0 && should > 0 && !others {
		return 1, nil
	}
	return n, err
}
