package aggs

import (
	"fmt"
	"math"
	"slices"

	"github.com/DataDog/sketches-go/ddsketch"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// maxExact is how many values of one bucket are kept as they are.
const maxExact = 10_000

// What an empty set holds, and a sketch by and large: pages of counters.
const (
	quantileBytes       = 64
	quantileSketchBytes = 8 << 10
)

// sketchAccuracy is the greatest relative error of a percentile above maxExact values.
const sketchAccuracy = 0.005

// quantiles are the values of many buckets.
type quantiles struct {
	show *display
	sets []quantileSet
}

// A quantileSet answers quantiles of its values: exactly up to maxExact of them, with a small relative error above. The zero value is empty.
type quantileSet struct {
	values   []float64
	sorted   bool
	sketch   *ddsketch.DDSketch // once there are too many values; values is nil then
	min, max float64            // of the sketch
}

// add takes a value, and returns by how many bytes the set grew.
func (q *quantileSet) add(x float64) (int, error) {
	if q.sketch == nil && len(q.values) < maxExact {
		before := cap(q.values)
		q.values, q.sorted = append(q.values, x), false
		return 8 * (cap(q.values) - before), nil
	}
	grew := 0
	if q.sketch == nil {
		grew = quantileSketchBytes
		if err := q.compress(); err != nil {
			return 0, err
		}
	}
	return grew, q.addSketch(x)
}

func (q *quantileSet) addSketch(x float64) error {
	q.min, q.max = min(q.min, x), max(q.max, x)
	if err := q.sketch.Add(x); err != nil {
		return fmt.Errorf("sketch of percentiles: %w", err)
	}
	return nil
}

// compress goes over to the sketch.
func (q *quantileSet) compress() error {
	var err error
	if q.sketch, err = ddsketch.NewDefaultDDSketch(sketchAccuracy); err != nil {
		return fmt.Errorf("sketch of percentiles: %w", err)
	}
	q.min, q.max = math.Inf(1), math.Inf(-1)
	for _, x := range q.values {
		if err := q.addSketch(x); err != nil {
			return err
		}
	}
	q.values = nil
	return nil
}

// merge takes what other has, and returns by how many bytes the set grew; other may be used no more.
func (q *quantileSet) merge(other *quantileSet) (grew int, err error) {
	if q.sketch == nil && len(q.values) == 0 {
		*q = *other
		return 0, nil
	}
	if other.sketch == nil {
		for _, x := range other.values {
			n, err := q.add(x)
			if err != nil {
				return grew, err
			}
			grew += n
		}
		return grew, nil
	}
	if q.sketch == nil {
		grew = quantileSketchBytes
		if err := q.compress(); err != nil {
			return grew, err
		}
	}
	q.min, q.max = min(q.min, other.min), max(q.max, other.max)
	if err := q.sketch.MergeWith(other.sketch); err != nil {
		return grew, fmt.Errorf("merge percentiles: %w", err)
	}
	return grew, nil
}

func (q *quantileSet) sort() {
	if !q.sorted {
		slices.Sort(q.values)
		q.sorted = true
	}
}

// quantile interpolates between the two values that the quantile lies between, as Elasticsearch's t-digest does while it holds each value by itself.
// It is NaN without values.
func (q *quantileSet) quantile(at float64) float64 {
	n := len(q.values)
	switch {
	case q.sketch != nil:
		return q.estimate(at)
	case n == 0:
		return math.NaN()
	}
	q.sort()
	index := at * float64(n-1)
	low := min(max(int(math.Floor(index)), 0), n-1)
	high := min(low+1, n-1)
	return q.values[low] + (index-float64(low))*(q.values[high]-q.values[low])
}

func (q *quantileSet) estimate(at float64) float64 {
	switch {
	case at <= 0:
		return q.min
	case at >= 1:
		return q.max
	}
	x, err := q.sketch.GetValueAtQuantile(at)
	if err != nil {
		return math.NaN()
	}
	return min(max(x, q.min), q.max)
}

// hdr is the quantile as an HDR histogram with so many significant digits answers it: no interpolation, and the greatest value that the histogram
// cannot tell from the one found. See https://github.com/HdrHistogram/HdrHistogram.
func (q *quantileSet) hdr(at float64, digits int) float64 {
	found, least := q.ranked(at), math.Inf(1)
	if q.sketch != nil {
		least = q.min
	} else {
		for _, x := range q.values {
			if x > 0 {
				least = x
				break
			}
		}
	}
	if !(found > 0) || !(least > 0) || math.IsInf(least, 0) {
		return found
	}
	half := math.Exp2(math.Ceil(math.Log2(2*math.Pow10(digits)))) / 2
	unit := func(x float64) float64 { return math.Exp2(math.Floor(math.Log2(x))) / half }
	width := unit(found)
	return math.Floor(found/width)*width + width - unit(least)
}

// ranked is the value of the quantile's rank.
func (q *quantileSet) ranked(at float64) float64 {
	n := len(q.values)
	if q.sketch != nil || n == 0 {
		return q.quantile(at)
	}
	q.sort()
	rank := int(at*float64(n) + 0.5) // HdrHistogram 2.1.9, which Elasticsearch has, rounds
	return q.values[min(max(rank, 1), n)-1]
}

func (q *quantiles) merge(m *merging, parts []share, buckets int) (partial, error) {
	if err := m.take(quantileBytes * buckets); err != nil {
		return nil, err
	}
	out := &quantiles{show: q.show, sets: make([]quantileSet, buckets)}
	for _, part := range parts {
		p := part.partial.(*quantiles)
		if order(p.show) > order(out.show) || order(p.show) == order(out.show) && showID(p.show) < showID(out.show) {
			out.show = p.show
		}
		for from, to := range part.to {
			if to == dropped {
				continue
			}
			if err := m.stop.at(from * 256); err != nil { // a set takes much longer than a number
				return nil, err
			}
			grew, err := out.sets[to].merge(&p.sets[from])
			if err = firstError(err, m.take(grew)); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// A quantileCollector collects the values of a numeric column.
type quantileCollector struct {
	seg    *segmentState
	reader *numberReader
	room   reserve
	hdr    bool          // a histogram that holds no negative values
	coarse *coarseCounts // of many values without an owner
	quantiles
}

func (c *quantileCollector) collect(docs, owners []uint32, buckets int) {
	if !c.room.grow(c.seg, buckets, quantileBytes) {
		return
	}
	c.sets = grown(c.sets, buckets)
	if c.coarse != nil && owners == nil {
		_, _, nums := c.reader.read(docs, nil)
		c.coarse.add(nums)
		return
	}
	_, owners, values := c.reader.readFloats(docs, owners)
	grew, owner := 0, uint32(0)
	for i, x := range values {
		if owners != nil {
			owner = owners[i]
		}
		if c.hdr && x < 0 {
			c.seg.err = firstError(c.seg.err, eserr.Shard("array_index_out_of_bounds_exception", "The value %s is out of bounds for histogram: negative values cannot be recorded", doubleText(x)))
			return
		}
		n, err := c.sets[owner].add(x)
		if err != nil {
			c.seg.err = firstError(c.seg.err, err)
			return
		}
		grew += n
	}
	c.seg.take(grew)
}

func (c *quantileCollector) finish(owners []uint32) partial {
	out := &quantiles{show: c.show, sets: make([]quantileSet, len(owners))}
	if c.coarse != nil && len(c.sets) > 0 {
		c.seg.err = firstError(c.seg.err, c.coarse.moveTo(&c.sets[0]))
	}
	for to, from := range owners {
		if int(from) < len(c.sets) {
			out.sets[to] = c.sets[from]
		}
	}
	c.seg.take(quantileBytes * len(owners))
	return out
}
