package search

import (
	"errors"
	"math"
	"strconv"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// termsSet matches documents that have at least so many of the terms as their own field says, and scores as the terms together.
type termsSet struct {
	terms  []node
	column string
	boost  float32
}

func (p *planner) termsSet(q *dsl.TermsSet, boost float32) (node, error) {
	if len(q.Each) == 0 {
		return none{}, nil
	}
	if q.MinimumField == "" {
		b := &dsl.Bool{Base: q.Base, Should: q.Each, MinimumShouldMatch: q.Minimum}
		return p.boolean(b, boost)
	}
	f, ok := p.mapping.Lookup(q.MinimumField)
	if !ok {
		return nil, eserr.Shard(eserr.QueryShard, "failed to find minimum_should_match field [%s]", q.MinimumField)
	}
	if f.Kind != document.Long {
		return nil, failedQuery("minimum_should_match_field [%s] must be a whole number but is of type [%s]", q.MinimumField, f.Type)
	}
	nodes, err := p.planAll(q.Each)
	return &termsSet{nodes, f.Column, boost}, err
}

func (n *termsSet) cost() int { return costNumbers }

func (n *termsSet) match(x *exec) (*roaring.Bitmap, error) {
	docs, _, err := n.scored(x, 1)
	return docs, err
}

func (n *termsSet) scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error) {
	clauses, err := scoredAll(x, n.terms, boost*n.boost)
	if err != nil {
		return nil, nil, err
	}
	wanted := x.view.Numbers(n.column)
	if wanted == nil {
		return roaring.New(), newConstantScorer(roaring.New(), 0), nil
	}
	return table(x, roaring.And(roaring.FastOr(bitmaps(clauses)...), wanted.Docs()), func(doc uint32) (float32, bool, error) {
		found, sum := int64(0), 0.0
		for _, c := range clauses {
			if v, ok := c.scorer.score(doc); ok {
				found++
				sum += float64(v)
			}
		}
		least, ok := wanted.Value(doc)
		return float32(sum), ok && found >= max(least, 1), nil
	})
}

// distanceFeature scores documents by how near a date or place is to an origin.
type distanceFeature struct {
	farness
	pivot float64
	boost float32
}

func (p *planner) distanceFeature(q *dsl.DistanceFeature, boost float32) (node, error) {
	f, ok := p.mapping.Lookup(q.Field)
	if !ok {
		return none{}, nil
	}
	if f.PointColumn() == "" && f.Kind != document.Date && f.Kind != document.DateNanos {
		return nil, failedQuery("Illegal data type of [%s]![distance_feature] query can only be run on a date, date_nanos or geo_point field type!", f.Type)
	}
	d, width, err := p.far(q.Field, q.Origin, true) // Elasticsearch takes the end of a day here, and its beginning for a decay
	if err != nil {
		return nil, err
	}
	pivot, err := width(q.Pivot, "distance_feature.pivot")
	var refused *eserr.Error
	switch {
	case errors.As(err, &refused):
		return nil, createError(refused)
	case err != nil:
		return nil, err
	case pivot <= 0:
		shown := string(floatJSON(pivot))
		if f.PointColumn() == "" {
			shown = strconv.FormatInt(int64(pivot), 10)
		}
		return nil, failedQuery("pivotDistance must be > 0, got %s", shown)
	}
	return &distanceFeature{d, pivot, boost}, nil
}

func (n *distanceFeature) cost() int { return costNumbers }

func (n *distanceFeature) match(x *exec) (*roaring.Bitmap, error) {
	col := x.view.Numbers(n.column)
	if col == nil {
		return roaring.New(), nil
	}
	return col.Docs(), nil
}

func (n *distanceFeature) scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error) {
	docs, err := n.match(x)
	if err != nil || docs.IsEmpty() {
		return docs, newConstantScorer(docs, 0), err
	}
	col, weight := x.view.Numbers(n.column), float64(boost*n.boost)
	var buf []int64
	return table(x, docs, func(doc uint32) (float32, bool, error) {
		near := math.Inf(1)
		buf = col.Values(doc, buf[:0])
		for _, v := range buf {
			near = min(near, n.of(v))
		}
		return float32(weight * (n.pivot / (n.pivot + near))), true, nil
	})
}
