package aggs

import (
	"fmt"
	"math"
	"math/bits"
)

// coarseCounts count whole numbers that are not negative by their highest bits: exactly below 2 << coarseBits, and above that with an error of at most one part in
// 2 << coarseBits, which is a tenth of the sketch's. It takes a few instructions for a value, where the sketch takes a logarithm.
type coarseCounts struct {
	counts []uint32
	few    []int64 // the first values, exactly as they are
	total  int     // of the others; lo and hi bound them
	lo, hi int64
}

const coarseBits = 9

func newCoarseCounts() *coarseCounts {
	return &coarseCounts{counts: make([]uint32, (64-coarseBits)<<coarseBits), lo: math.MaxInt64}
}

func (c *coarseCounts) bytes() int { return 4*len(c.counts) + 8*maxExact }

// countsCoarsely reports whether a column has so many values, all of them whole and not negative, that it pays.
func (r *numberReader) countsCoarsely() bool {
	lo, _, ok := r.bounds()
	return ok && lo >= 0 && !r.fill && !r.unsigned && r.col.ValueCount() > 4*maxExact && r.col.ValueCount() < 1<<32
}

// add counts values, of which the first maxExact are kept.
func (c *coarseCounts) add(nums []int64) {
	if n := min(len(nums), maxExact-len(c.few)); n > 0 {
		c.few = append(c.few, nums[:n]...)
		nums = nums[n:]
	}
	for _, n := range nums {
		c.counts[coarseOf(uint64(n))]++
		c.lo, c.hi = min(c.lo, n), max(c.hi, n)
	}
	c.total += len(nums)
}

// coarseOf is the counter of a number: its highest bit and the coarseBits after that.
func coarseOf(n uint64) uint64 {
	shift := uint64(max(bits.Len64(n)-coarseBits-1, 0))
	return shift<<coarseBits + n>>shift
}

// coarseMiddle is the number in the middle of those of a counter.
func coarseMiddle(at uint64) float64 {
	if at < 2<<coarseBits {
		return float64(at)
	}
	shift := at>>coarseBits - 1
	least := (at - shift<<coarseBits) << shift
	return float64(least) + float64(uint64(1)<<shift-1)/2
}

// moveTo moves everything into a set.
func (c *coarseCounts) moveTo(q *quantileSet) error {
	for _, n := range c.few {
		if _, err := q.add(float64(n)); err != nil {
			return err
		}
	}
	if c.total == 0 {
		return nil
	}
	if err := q.compress(); err != nil {
		return err
	}
	for at, n := range c.counts {
		if n == 0 {
			continue
		}
		if err := q.sketch.AddWithCount(coarseMiddle(uint64(at)), float64(n)); err != nil {
			return fmt.Errorf("sketch of percentiles: %w", err)
		}
	}
	q.min, q.max = min(q.min, float64(c.lo)), max(q.max, float64(c.hi))
	return nil
}
