package aggs

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestCoarseCountsAreCloseToAllValues(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for _, n := range []int{1, maxExact, maxExact + 1, 5 * maxExact} {
		c := newCoarseCounts()
		values := make([]int64, n)
		for i := range values {
			values[i] = int64(math.Exp(r.Float64() * 40))
		}
		values[0] = 0
		for block := range slices.Chunk(values, 4096) {
			c.add(block)
		}
		var q quantileSet
		if err := c.moveTo(&q); err != nil {
			t.Fatal(err)
		}
		slices.Sort(values)
		for _, at := range []float64{0, 0.01, 0.5, 0.95, 0.999, 1} {
			got, want := q.quantile(at), float64(values[int(at*float64(n-1))])
			if math.Abs(got-want) > 0.01*want+1 {
				t.Errorf("of %d values quantile %v is %v, want %v", n, at, got, want)
			}
		}
	}
}

func TestCountersOfNumbersFollowEachOther(t *testing.T) {
	last := uint64(0)
	for _, n := range []uint64{0, 1, 1023, 1024, 1025, 1026, 2047, 2048, 1 << 20, 1<<20 + 1<<11, 1<<62 - 1, 1<<63 - 1} {
		at := coarseOf(n)
		if at < last || at >= uint64(len(newCoarseCounts().counts)) {
			t.Errorf("%d has counter %d, behind %d", n, at, last)
		}
		if x := coarseMiddle(at); math.Abs(x-float64(n)) > float64(n)/1024 {
			t.Errorf("the counter of %d stands for %v", n, x)
		}
		last = at
	}
}
