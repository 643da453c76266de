package search

import (
	"math"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// functionScore changes the scores of a query by functions, with Lucene's and Elasticsearch's arithmetic.
// https://github.com/elastic/elasticsearch/blob/v8.19.0/server/src/main/java/org/elasticsearch/common/lucene/search/function/FunctionScoreQuery.java
type functionScore struct {
	query                node
	functions            []scoreFunction
	scoreMode, boostMode string
	maxBoost             float64
	minScore             *float64
	boost                float32
}

// scoreFunction is one function; filter nil is all documents, and open gives its values in a segment.
type scoreFunction struct {
	filter node
	weight float64
	open   func(x *exec) func(doc uint32) (float64, error)
}

func (p *planner) functionScore(q *dsl.FunctionScore, boost float32) (node, error) {
	n := &functionScore{scoreMode: q.ScoreMode, boostMode: q.BoostMode, maxBoost: math.MaxFloat32, minScore: q.MinScore, boost: boost}
	if q.MaxBoost != nil {
		n.maxBoost = *q.MaxBoost
	}
	var err error
	if n.query, err = p.plan(q.Query); err != nil {
		return nil, err
	}
	for _, f := range q.Functions {
		one := scoreFunction{weight: 1}
		if f.Weight != nil {
			one.weight = *f.Weight
		}
		if f.Filter != nil {
			if one.filter, err = p.plan(f.Filter); err != nil {
				return nil, err
			}
		}
		if one.open, err = p.function(f); err != nil {
			return nil, err
		}
		n.functions = append(n.functions, one)
	}
	return n, nil
}

func (n *functionScore) cost() int { return n.query.cost() }

func (n *functionScore) match(x *exec) (*roaring.Bitmap, error) {
	if n.minScore == nil {
		return n.query.match(x)
	}
	docs, _, err := n.scored(x, 1)
	return docs, err
}

func (n *functionScore) scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error) {
	docs, base, err := n.query.scored(x, n.boost*boost)
	if err != nil {
		return nil, nil, err
	}
	open := make([]openFunction, len(n.functions))
	for i, f := range n.functions {
		open[i] = openFunction{value: f.open(x), weight: f.weight}
		if f.filter != nil {
			matched, err := f.filter.match(x)
			if err != nil {
				return nil, nil, err
			}
			if err := x.hold(matched); err != nil {
				return nil, nil, err
			}
			open[i].filter = walk(matched)
		}
	}
	return table(x, docs, func(doc uint32) (float32, bool, error) {
		score, _ := base.score(doc)
		if len(open) > 0 {
			factor, err := n.factor(open, doc)
			if err != nil {
				return 0, false, err
			}
			score = n.combine(score, factor)
		}
		if math.IsNaN(float64(score)) || score < 0 {
			return 0, false, eserr.Shard(eserr.IllegalArgument, "function score query returned an invalid score: %v for doc: %d", score, doc)
		}
		return score, n.minScore == nil || float64(score) >= *n.minScore, nil
	})
}

// openFunction is a function in one segment.
type openFunction struct {
	filter *walker // nil is all
	value  func(doc uint32) (float64, error)
	weight float64
}

// factor combines the values of the functions whose filters match; 1 if none does.
func (n *functionScore) factor(open []openFunction, doc uint32) (float64, error) {
	factor, weights, any := 1.0, 0.0, false
	for _, f := range open {
		if f.filter != nil && !f.filter.has(doc) {
			continue
		}
		v, err := f.value(doc)
		if err != nil {
			return 0, err
		}
		v *= f.weight
		weights += f.weight
		switch {
		case !any:
			factor = v
		case n.scoreMode == "multiply":
			factor *= v
		case n.scoreMode == "max":
			factor = max(factor, v)
		case n.scoreMode == "min":
			factor = min(factor, v)
		default: // sum, avg
			factor += v
		}
		if any = true; n.scoreMode == "first" {
			break
		}
	}
	if any && n.scoreMode == "avg" && weights != 0 {
		factor /= weights
	}
	return factor, nil
}

func (n *functionScore) combine(score float32, factor float64) float32 {
	factor = min(factor, n.maxBoost)
	switch n.boostMode {
	case "replace":
		return float32(factor)
	case "sum":
		return float32(float64(score) + factor)
	case "avg":
		return float32((factor + float64(score)) / 2)
	case "min":
		return float32(min(float64(score), factor))
	case "max":
		return float32(max(float64(score), factor))
	}
	return float32(float64(score) * factor)
}
