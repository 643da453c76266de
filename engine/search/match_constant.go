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

// union matches what one of some nodes matches, with a score of 1.
type union struct{ nodes []node }

func (n *union) cost() int { return highestCost(n.nodes) }

func (n *union) match(x *exec) (*roaring.Bitmap, error) {
	docs := roaring.New()
	for _, sub := range n.nodes {
		if err := x.stopped(); err != nil {
			return nil, err
		}
		more, err := sub.match(x)
		if err != nil {
			return nil, err
		}
		docs.Or(more)
	}
	return docs, nil
}

func highestCost(nodes []node) int {
	cost := costConstant
	for _, n := range nodes {
		cost = max(cost, n.cost())
	}
	return cost
}

// The leaves are nodes too, with a score of 1, so that a union can hold them.

func (n *union) scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error) {
	return constantly(x, n, boost)
}

func (n *termSet) scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error) {
	return constantly(x, n, boost)
}

func (n *termRange) scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error) {
	return constantly(x, n, boost)
}

func (n *numberSet) scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error) {
	return constantly(x, n, boost)
}
