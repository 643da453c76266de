package search

import (
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
)

func TestWalkerFindsDocumentsInOrder(t *testing.T) {
	w := walk(roaring.BitmapOf(2, 5, 70_000))
	for _, c := range []struct {
		doc  uint32
		want bool
	}{{0, false}, {2, true}, {2, true}, {4, false}, {5, true}, {69_999, false}, {70_000, true}, {70_001, false}} {
		if got := w.has(c.doc); got != c.want {
			t.Errorf("has(%d) = %v", c.doc, got)
		}
	}
}

func TestAtLeast(t *testing.T) {
	sets := []*roaring.Bitmap{roaring.BitmapOf(1, 2, 3), roaring.BitmapOf(2, 3, 4), roaring.BitmapOf(3, 4, 5)}
	for n, want := range map[int][]uint32{1: {1, 2, 3, 4, 5}, 2: {2, 3, 4}, 3: {3}, 4: {}} {
		if got := atLeast(sets, n); !got.Equals(roaring.BitmapOf(want...)) {
			t.Errorf("atLeast(%d) = %v, want %v", n, got, want)
		}
	}
	if sets[0].GetCardinality() != 3 {
		t.Error("the sets were changed")
	}
}

func TestScorersCombine(t *testing.T) {
	one := func(v float32, docs ...uint32) clause {
		set := roaring.BitmapOf(docs...)
		return clause{set, newConstantScorer(set, v)}
	}
	for _, c := range []struct {
		name string
		s    scorer
		want map[uint32]float32 // absent: no match
	}{
		{"a sum", &sumScorer{docs: walk(roaring.BitmapOf(1, 2)), must: []clause{one(1, 1, 2, 3)}, should: []clause{one(2, 2)}}, map[uint32]float32{1: 1, 2: 3}},
		{"the best", &maxScorer{[]clause{one(1, 1, 2), one(4, 2), one(2, 2, 3)}, 0.5}, map[uint32]float32{1: 1, 2: 5.5, 3: 2}},
		{"a factor", &factorScorer{one(4, 1, 2).scorer, walk(roaring.BitmapOf(2, 3)), 0.25, 2}, map[uint32]float32{1: 8, 2: 2}},
	} {
		for doc := range uint32(5) {
			got, ok := c.s.score(doc)
			if want, matches := c.want[doc]; ok != matches || ok && got != want {
				t.Errorf("%s: score of %d = %v, %v, want %v", c.name, doc, got, ok, want)
			}
		}
	}
}

func TestSortValuesCompareAcrossKinds(t *testing.T) {
	whole, half, text, null := sortValue{kind: intValue, num: 3}, floatOf(3.5), sortValue{kind: textValue, str: "3"}, sortValue{}
	key, desc, first := &sortKey{}, &sortKey{desc: true}, &sortKey{desc: true, missing: "_first"}
	for _, c := range []struct {
		key  *sortKey
		a, b sortValue
		want int
	}{
		{key, whole, half, -1}, {desc, whole, half, 1}, {key, half, text, -1}, {key, text, text, 0}, {key, null, null, 0},
		{key, null, whole, 1}, {desc, null, whole, 1}, {first, null, whole, -1}, {first, whole, null, 1}, {key, floatOf(3), whole, 0},
	} {
		if got := c.key.compare(c.a, c.b); got != c.want {
			t.Errorf("compare(%+v, %+v) with %+v = %d, want %d", c.a, c.b, c.key, got, c.want)
		}
	}
}

func TestNumberSetsJoinTheirSpans(t *testing.T) {
	n := newNumberSet(column{}, []numberSpan{{5, 9}, {1, 2}, {7, 12}, {2, 2}, {20, 20}})
	if len(n.spans) != 3 {
		t.Fatalf("spans = %v", n.spans)
	}
	for v, want := range map[int64]bool{0: false, 1: true, 2: true, 3: false, 5: true, 12: true, 13: false, 20: true, 21: false} {
		if n.has(v) != want {
			t.Errorf("has(%d) = %v", v, !want)
		}
	}
}
