package aggs

import "math"

// wholeStats are statistics of whole numbers by bucket. Their sums fit 64 bits, and so need no care for rounding, which takes most of the time with doubles.
type wholeStats struct {
	counts, sums, mins, maxs []int64
}

// fitsWhole reports whether the column holds whole numbers whose sum fits 64 bits, whichever documents match.
func (r *numberReader) fitsWhole() bool {
	lo, hi, ok := r.bounds()
	if !ok || r.fill || r.unsigned {
		return false
	}
	limit := min(math.MaxInt64/int64(r.col.ValueCount()+1), greatNumber)
	return lo >= -limit && hi <= limit
}

func (w *wholeStats) grow(n int, parts statParts) {
	if parts.count {
		w.counts = grown(w.counts, n)
	}
	if parts.sum {
		w.sums = grown(w.sums, n)
	}
	if parts.min {
		w.mins = filled(w.mins, n, math.MaxInt64)
	}
	if parts.max {
		w.maxs = filled(w.maxs, n, math.MinInt64)
	}
}

// add counts a block; nil owners are all 0.
func (w *wholeStats) add(owners []uint32, nums []int64, parts statParts) {
	if owners == nil {
		w.addOne(nums, parts)
		return
	}
	if parts.count {
		for _, o := range owners {
			w.counts[o]++
		}
	}
	if parts.sum {
		for i, o := range owners {
			w.sums[o] += nums[i]
		}
	}
	if parts.min {
		for i, o := range owners {
			w.mins[o] = min(w.mins[o], nums[i])
		}
	}
	if parts.max {
		for i, o := range owners {
			w.maxs[o] = max(w.maxs[o], nums[i])
		}
	}
}

func (w *wholeStats) addOne(nums []int64, parts statParts) {
	if parts.count {
		w.counts[0] += int64(len(nums))
	}
	if parts.sum {
		sum := int64(0)
		for _, n := range nums {
			sum += n
		}
		w.sums[0] += sum
	}
	if parts.min {
		for _, n := range nums {
			w.mins[0] = min(w.mins[0], n)
		}
	}
	if parts.max {
		for _, n := range nums {
			w.maxs[0] = max(w.maxs[0], n)
		}
	}
}

// settle writes what was counted into the statistics; buckets without a value have their infinities.
func (w *wholeStats) settle(s *stats) {
	copy(s.counts, w.counts)
	for i, n := range w.sums {
		s.sums[i] = float64(n)
	}
	for i, n := range w.mins {
		if n != math.MaxInt64 {
			s.mins[i] = float64(n)
		}
	}
	for i, n := range w.maxs {
		if n != math.MinInt64 {
			s.maxs[i] = float64(n)
		}
	}
}
