package aggs

import (
	"math"
	"strings"
)

// stats are the statistics of many buckets, each a slice by bucket; those that parts leaves out are nil. Sums carry what rounding lost (Neumaier's
// sum), so that they hardly depend on the order of documents. Where numbers are so great that Elasticsearch's own sum depends on it, it is computed as there (addKahan).
type stats struct {
	show       *display
	parts      statParts
	counts     []int64
	sums, lost []float64
	mins, maxs []float64
	squares    []float64
	sqLost     []float64
}

func (s *stats) grow(n int) {
	if s.parts.count {
		s.counts = grown(s.counts, n)
	}
	if s.parts.sum {
		s.sums, s.lost = grown(s.sums, n), grown(s.lost, n)
	}
	if s.parts.squares {
		s.squares, s.sqLost = grown(s.squares, n), grown(s.sqLost, n)
	}
	if s.parts.min {
		s.mins = filled(s.mins, n, math.Inf(1))
	}
	if s.parts.max {
		s.maxs = filled(s.maxs, n, math.Inf(-1))
	}
}

// filled is grown with a value for the new elements.
func filled[T any](s []T, n int, value T) []T {
	from := len(s)
	s = grown(s, n)
	for i := from; i < len(s); i++ {
		s[i] = value
	}
	return s
}

// bytes is what one bucket holds.
func (p statParts) bytes() int {
	n := 0
	if p.count {
		n += 8
	}
	if p.sum {
		n += 16
	}
	if p.squares {
		n += 16
	}
	if p.min {
		n += 8
	}
	if p.max {
		n += 8
	}
	return n
}

// add adds to a compensated sum.
func add(sum, lost *float64, x float64) {
	t := *sum + x
	if math.Abs(*sum) >= math.Abs(x) {
		*lost += (*sum - t) + x
	} else {
		*lost += (x - t) + *sum
	}
	*sum = t
}

// total is a compensated sum; one that has left the range of numbers stays where it went.
func total(sum, lost float64) float64 {
	if math.IsInf(sum, 0) {
		return sum
	}
	return sum + lost
}

// addKahan adds to a sum as Elasticsearch's CompensatedSum does, https://github.com/elastic/elasticsearch/blob/8.19/server/src/main/java/org/elasticsearch/search/aggregations/metrics/CompensatedSum.java.
// What is lost in the end does not count: the sum stands alone.
func addKahan(sum, lost *float64, x float64) {
	if math.IsInf(*sum, 0) {
		return
	}
	corrected := x + *lost
	t := *sum + corrected
	*lost = corrected - (t - *sum)
	*sum = t
}

// greatNumber is the magnitude from which sums are taken by addKahan: with smaller numbers both ways differ by less than what a double shows of their sum.
const greatNumber = 1 << 53

// take moves what other has in bucket from into bucket to.
func (s *stats) take(to int, other *stats, from int) {
	if s.parts.count {
		s.counts[to] += other.counts[from]
	}
	if s.parts.sum {
		add(&s.sums[to], &s.lost[to], other.sums[from])
		s.lost[to] += other.lost[from]
	}
	if s.parts.squares {
		add(&s.squares[to], &s.sqLost[to], other.squares[from])
		s.sqLost[to] += other.sqLost[from]
	}
	if s.parts.min {
		s.mins[to] = min(s.mins[to], other.mins[from])
	}
	if s.parts.max {
		s.maxs[to] = max(s.maxs[to], other.maxs[from])
	}
}

func (s *stats) merge(m *merging, parts []share, buckets int) (partial, error) {
	if err := m.take(s.parts.bytes() * buckets); err != nil {
		return nil, err
	}
	out := &stats{show: s.show, parts: s.parts}
	out.grow(buckets)
	for _, part := range parts {
		p := part.partial.(*stats)
		if order(p.show) > order(out.show) || order(p.show) == order(out.show) && showID(p.show) < showID(out.show) {
			out.show = p.show
		}
		for from, to := range part.to {
			if to != dropped {
				out.take(int(to), p, from)
			}
		}
	}
	return out, nil
}

// A statsCollector counts statistics of a numeric column.
type statsCollector struct {
	seg    *segmentState
	reader *numberReader
	room   reserve
	whole  *wholeStats // of whole numbers; nil where they need not be, or a sum might not fit
	great  bool        // there may be a greatNumber
	stats
}

func (c *statsCollector) collect(docs, owners []uint32, buckets int) {
	if !c.room.grow(c.seg, buckets, c.parts.bytes()) {
		return
	}
	c.grow(buckets)
	if c.whole != nil {
		_, owners, nums := c.reader.read(docs, owners)
		c.whole.grow(buckets, c.parts)
		c.whole.add(owners, nums, c.parts)
		return
	}
	_, owners, values := c.reader.readFloats(docs, owners)
	if owners == nil {
		c.one(values)
	} else {
		c.many(owners, values)
	}
}

// one counts a block that belongs to bucket 0.
func (c *statsCollector) one(values []float64) {
	if c.parts.count {
		c.counts[0] += int64(len(values))
	}
	if c.parts.sum && c.great {
		for _, x := range values {
			addKahan(&c.sums[0], &c.lost[0], x)
		}
	} else if c.parts.sum {
		sum, lost := c.sums[0], c.lost[0]
		for _, x := range values {
			add(&sum, &lost, x)
		}
		c.sums[0], c.lost[0] = sum, lost
	}
	if c.parts.squares {
		for _, x := range values {
			add(&c.squares[0], &c.sqLost[0], x*x)
		}
	}
	if c.parts.min {
		least := c.mins[0]
		for _, x := range values {
			if x < least {
				least = x
			}
		}
		c.mins[0] = least
	}
	if c.parts.max {
		most := c.maxs[0]
		for _, x := range values {
			if x > most {
				most = x
			}
		}
		c.maxs[0] = most
	}
}

// many counts a block whose values belong to several buckets.
func (c *statsCollector) many(owners []uint32, values []float64) {
	if c.parts.count {
		for _, o := range owners {
			c.counts[o]++
		}
	}
	if c.parts.sum && c.great {
		for i, o := range owners {
			addKahan(&c.sums[o], &c.lost[o], values[i])
		}
	} else if c.parts.sum {
		for i, o := range owners {
			add(&c.sums[o], &c.lost[o], values[i])
		}
	}
	if c.parts.squares {
		for i, o := range owners {
			add(&c.squares[o], &c.sqLost[o], values[i]*values[i])
		}
	}
	if c.parts.min {
		for i, o := range owners {
			if values[i] < c.mins[o] {
				c.mins[o] = values[i]
			}
		}
	}
	if c.parts.max {
		for i, o := range owners {
			if values[i] > c.maxs[o] {
				c.maxs[o] = values[i]
			}
		}
	}
}

func (c *statsCollector) finish(owners []uint32) partial {
	out := &stats{show: c.show, parts: c.parts}
	out.grow(len(owners))
	if c.whole != nil {
		c.whole.settle(&c.stats)
	}
	if c.great {
		clear(c.lost)
	}
	seen := uint32(max(len(c.counts), len(c.sums), len(c.mins), len(c.maxs)))
	for to, from := range owners {
		if from < seen {
			out.take(to, &c.stats, int(from))
		}
	}
	c.seg.take(out.parts.bytes() * len(owners))
	return out
}

// A termCounter counts the values of a column of terms.
type termCounter struct {
	seg    *segmentState
	reader *termReader
	show   *display
	counts []int64
	room   reserve
}

func (c *termCounter) collect(docs, owners []uint32, buckets int) {
	if !c.room.grow(c.seg, buckets, 8) {
		return
	}
	c.counts = grown(c.counts, buckets)
	_, owners, ords := c.reader.read(docs, owners)
	if owners == nil {
		c.counts[0] += int64(len(ords))
	}
	for _, o := range owners {
		c.counts[o]++
	}
}

func (c *termCounter) finish(owners []uint32) partial {
	c.seg.take(8 * len(owners))
	out := &stats{show: c.show, parts: statParts{count: true}, counts: make([]int64, len(owners))}
	for to, from := range owners {
		if int(from) < len(c.counts) {
			out.counts[to] = c.counts[from]
		}
	}
	return out
}

// oneStat are the statistics of one bucket.
type oneStat struct {
	show                   *display
	count                  int64
	sum, min, max, squares float64
}

func statsAt(p partial, bucket int) oneStat {
	out := oneStat{min: math.Inf(1), max: math.Inf(-1)}
	s, _ := p.(*stats)
	if s == nil {
		return out
	}
	out.show = s.show
	if s.parts.count {
		out.count = s.counts[bucket]
	}
	if s.parts.sum {
		out.sum = total(s.sums[bucket], s.lost[bucket])
	}
	if s.parts.squares {
		out.squares = total(s.squares[bucket], s.sqLost[bucket])
	}
	if s.parts.min {
		out.min = s.mins[bucket]
	}
	if s.parts.max {
		out.max = s.maxs[bucket]
	}
	return out
}

// metric is a value by its name in the answer, NaN for an unknown one.
func (x oneStat) metric(name string) float64 {
	if name == "value_count" {
		name = "count"
	}
	v, ok := x.named(name)
	if !ok {
		return math.NaN()
	}
	return v
}

func (x oneStat) named(name string) (float64, bool) {
	n := float64(x.count)
	switch name {
	case "count":
		return n, true
	case "sum":
		return x.sum, true
	case "min":
		return x.min, true
	case "max":
		return x.max, true
	case "avg":
		return x.sum / n, true
	case "sum_of_squares":
		return x.squares, true
	case "variance", "variance_population":
		return max(0, (x.squares-x.sum*x.sum/n)/n), true
	case "variance_sampling":
		return max(0, (x.squares-x.sum*x.sum/n)/(n-1)), true
	case "std_deviation", "std_deviation_population":
		return math.Sqrt(x.metric("variance")), true
	case "std_deviation_sampling":
		return math.Sqrt(x.metric("variance_sampling")), true
	}
	return 0, false
}

func extendedOnly(name string) bool {
	return strings.HasPrefix(name, "std_") || strings.HasPrefix(name, "var") || name == "sum_of_squares"
}

// bound is the mean plus or minus sigma standard deviations: `upper`, `lower`, `upper_sampling`, ...
func (x oneStat) bound(name string, sigma float64) float64 {
	deviation := x.metric("std_deviation")
	if strings.HasSuffix(name, "_sampling") {
		deviation = x.metric("std_deviation_sampling")
	}
	if strings.HasPrefix(name, "lower") {
		sigma = -sigma
	}
	return x.metric("avg") + sigma*deviation
}

// cutBound takes the name of a bound out of the forms that an order may have: `std_upper`, `std_deviation_bounds.upper`.
func cutBound(name string) (string, bool) {
	for _, prefix := range []string{"std_deviation_bounds.", "std_"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			switch rest {
			case "upper", "lower", "upper_population", "lower_population", "upper_sampling", "lower_sampling":
				return rest, true
			}
		}
	}
	return "", false
}
