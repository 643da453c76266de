package search

import "github.com/RoaringBitmap/roaring/v2"

// leaf is what a clause needs that does not score by itself.
type leaf interface {
	match(x *exec) (*roaring.Bitmap, error)
	cost() int
}

// constant gives every document that matches the same score.
type constant struct {
	leaf
	boost float32
}

func (n constant) scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error) {
	return constantly(x, n.leaf, n.boost*boost)
}

func constantly(x *exec, l leaf, score float32) (*roaring.Bitmap, scorer, error) {
	docs, err := l.match(x)
	if err != nil {
		return nil, nil, err
	}
	return docs, newConstantScorer(docs, score), nil
}

// all matches every document.
type all struct{ boost float32 }

func (n all) cost() int { return costConstant }

func (n all) match(x *exec) (*roaring.Bitmap, error) { return x.everything(), nil }

func (n all) scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error) {
	return constantly(x, n, n.boost*boost)
}

// none matches nothing.
type none struct{}

func (none) cost() int { return costConstant }

func (none) match(*exec) (*roaring.Bitmap, error) { return roaring.New(), nil }

func (n none) scored(x *exec, _ float32) (*roaring.Bitmap, scorer, error) {
	return constantly(x, n, 0)
}

// union matches what one of some leaves matches.
type union struct{ parts []leaf }

func (n *union) cost() int { return highestCost(n.parts) }

func (n *union) match(x *exec) (*roaring.Bitmap, error) { return matchAny(x, n.parts) }

// matchAny returns the documents that one of some leaves or nodes matches.
func matchAny[L leaf](x *exec, parts []L) (*roaring.Bitmap, error) {
	docs := roaring.New()
	for _, part := range parts {
		if err := x.stopped(); err != nil {
			return nil, err
		}
		more, err := part.match(x)
		if err != nil {
			return nil, err
		}
		docs.Or(more)
	}
	return docs, nil
}

func highestCost[L leaf](parts []L) int {
	cost := costConstant
	for _, part := range parts {
		cost = max(cost, part.cost())
	}
	return cost
}
