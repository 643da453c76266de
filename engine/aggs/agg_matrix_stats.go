package aggs

import (
	"math"
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// matrixStatsSpec is `matrix_stats`: moments of several fields, and how they vary together, over the documents that have them all.
type matrixStatsSpec struct {
	fields []source
	mode   string
}

func parseMatrixStats(o *options) spec {
	s := &matrixStatsSpec{mode: o.text("mode")}
	var missing *options
	if o.get("missing") != nil {
		missing = o.object("missing")
	}
	for _, raw := range o.list("fields") {
		name, ok := scalarText(raw)
		if !ok {
			o.wrong("fields", raw)
		}
		f := source{field: name}
		if missing != nil {
			if value := missing.get(name); value != nil {
				f.missing = scalar(value)
			}
		}
		s.fields = append(s.fields, f)
	}
	if missing != nil {
		if err := missing.finish(); err != nil {
			o.fail(err)
		}
	}
	switch s.mode {
	case "":
		s.mode = "avg"
	case "avg", "min", "max", "sum", "median":
	default:
		o.fail(eserr.Illegal("Illegal value '%s'. Supported values are [avg, min, max, sum, median]", s.mode))
	}
	switch n := len(s.fields); {
	case n == 0:
		o.fail(eserr.Illegal("Required one of fields [fields], but none were specified. "))
	case n > maxMatrix:
		o.fail(eserr.Illegal("[matrix_stats] of [%s] has [%d] fields, more than the [%d] that this server takes", o.name, n, maxMatrix))
	}
	return s
}

// maxMatrix is how many fields a matrix may have, as what it keeps grows with their square.
const maxMatrix = 32

func (s *matrixStatsSpec) typed(partial) string { return "matrix_stats" }

func (s *matrixStatsSpec) bind(n *node, ix *Index, _ []binding) (binding, error) {
	bound := make([]*values, len(s.fields))
	for i := range s.fields {
		var err error
		if bound[i], err = s.fields[i].bind(n, ix, numericKind); err != nil || bound[i] == nil {
			return nil, err
		}
	}
	return func(seg *segmentState, _ bool) (collector, error) {
		c := &matrixCollector{seg: seg, spec: s}
		for _, v := range bound {
			r := v.numbers(seg)
			if r == nil {
				return nil, nil
			}
			c.readers = append(c.readers, r)
		}
		return c, nil
	}, nil
}

// A matrix holds the moments of one bucket: means, and sums of powers of the distances from them. Sets of it are put together as in
// https://en.wikipedia.org/wiki/Algorithms_for_calculating_variance#Higher-order_statistics.
type matrix struct {
	n              float64
	means          []float64
	m2, m3, m4, co []float64 // co is field by field, n*n
}

func newMatrix(fields int) *matrix {
	return &matrix{means: make([]float64, fields), m2: make([]float64, fields), m3: make([]float64, fields), m4: make([]float64, fields), co: make([]float64, fields*fields)}
}

func matrixBytes(fields int) int { return 160 + 8*(4*fields+fields*fields) }

// merge adds the documents of another.
func (a *matrix) merge(b *matrix) {
	if b == nil || b.n == 0 {
		return
	}
	n, k := a.n+b.n, len(a.means)
	delta := make([]float64, k)
	for i := range delta {
		d := b.means[i] - a.means[i]
		delta[i] = d
		a.m4[i] += b.m4[i] + d*d*d*d*a.n*b.n*(a.n*a.n-a.n*b.n+b.n*b.n)/(n*n*n) + 6*d*d*(a.n*a.n*b.m2[i]+b.n*b.n*a.m2[i])/(n*n) + 4*d*(a.n*b.m3[i]-b.n*a.m3[i])/n
		a.m3[i] += b.m3[i] + d*d*d*a.n*b.n*(a.n-b.n)/(n*n) + 3*d*(a.n*b.m2[i]-b.n*a.m2[i])/n
		a.m2[i] += b.m2[i] + d*d*a.n*b.n/n
	}
	for i := range delta {
		for j := range delta {
			a.co[i*k+j] += b.co[i*k+j] + delta[i]*delta[j]*a.n*b.n/n
		}
		a.means[i] += delta[i] * b.n / n
	}
	a.n = n
}

func (s *matrixStatsSpec) write(w *writer, _ *node, p partial, bucket int) {
	t, _ := p.(*matrices)
	if t == nil || t.sets[bucket] == nil {
		w.docCount(0)
		return
	}
	x, k := t.sets[bucket], len(s.fields)
	w.docCount(int64(x.n))
	w.key("fields")
	w.open('[')
	for i, f := range s.fields {
		variance := x.m2[i] / (x.n - 1)
		w.open('{')
		w.key("name")
		w.str(f.field)
		w.key("count")
		w.whole(int64(x.n))
		for _, v := range []struct {
			name string
			x    float64
		}{{"mean", x.means[i]}, {"variance", variance}, {"skewness", math.Sqrt(x.n) * x.m3[i] / math.Pow(x.m2[i], 1.5)}, {"kurtosis", x.n * x.m4[i] / (x.m2[i] * x.m2[i])}} {
			w.key(v.name)
			w.double(v.x)
		}
		s.row(w, "covariance", func(j int) float64 { return x.co[i*k+j] / (x.n - 1) })
		s.row(w, "correlation", func(j int) float64 {
			if i == j {
				return 1
			}
			return x.co[i*k+j] / math.Sqrt(x.m2[i]*x.m2[j])
		})
		w.close('}')
	}
	w.close(']')
}

func (s *matrixStatsSpec) row(w *writer, name string, at func(j int) float64) {
	w.key(name)
	w.open('{')
	for j, f := range s.fields {
		w.key(f.field)
		w.double(at(j))
	}
	w.close('}')
}

// matrices is the partial.
type matrices struct {
	fields int
	sets   []*matrix
}

func (t *matrices) merge(m *merging, parts []share, buckets int) (partial, error) {
	if err := m.take(matrixBytes(t.fields) * buckets); err != nil {
		return nil, err
	}
	out := &matrices{fields: t.fields, sets: make([]*matrix, buckets)}
	for _, part := range parts {
		for from, to := range part.to {
			if to == dropped || part.partial.(*matrices).sets[from] == nil {
				continue
			}
			if err := m.stop.at(from * 64); err != nil {
				return nil, err
			}
			if out.sets[to] == nil {
				out.sets[to] = newMatrix(t.fields)
			}
			out.sets[to].merge(part.partial.(*matrices).sets[from])
		}
	}
	return out, nil
}

func (t *matrices) clone() partial {
	out := &matrices{fields: t.fields, sets: make([]*matrix, len(t.sets))}
	for i, set := range t.sets {
		if set != nil {
			out.sets[i] = newMatrix(t.fields)
			out.sets[i].merge(set)
		}
	}
	return out
}

func (t *matrices) bytes() int { return matrixBytes(t.fields) * len(t.sets) }

// A matrixCollector takes documents that have all fields.
type matrixCollector struct {
	seg     *segmentState
	spec    *matrixStatsSpec
	readers []*numberReader
	places  []uint32
	rows    []float64 // by place, one value for each field
	has     []int
	sets    []*matrix
	one     *matrix
	room    reserve
}

func (c *matrixCollector) collect(docs, owners []uint32, buckets int) {
	k := len(c.readers)
	if !c.room.grow(c.seg, buckets, matrixBytes(k)) {
		return
	}
	c.sets = grown(c.sets, buckets)
	for i := len(c.places); i < len(docs); i++ {
		c.places = append(c.places, uint32(i))
	}
	c.rows, c.has = sized(c.rows, k*len(docs)), sized(c.has, len(docs))
	clear(c.has)
	for f, r := range c.readers {
		_, places, values := r.readFloats(docs, c.places[:len(docs)])
		for i := 0; i < len(values); {
			from, place := i, places[i]
			for i < len(values) && places[i] == place {
				i++
			}
			c.rows[int(place)*k+f] = oneOf(c.spec.mode, values[from:i])
			c.has[place]++
		}
	}
	if c.one == nil {
		c.one = newMatrix(k)
		c.one.n = 1
	}
	for place, n := range c.has {
		if n < k {
			continue
		}
		owner := uint32(0)
		if owners != nil {
			owner = owners[place]
		}
		if c.sets[owner] == nil {
			c.sets[owner] = newMatrix(k)
		}
		copy(c.one.means, c.rows[place*k:(place+1)*k])
		c.sets[owner].merge(c.one)
	}
}

// oneOf makes one number of the several that a document has.
func oneOf(mode string, values []float64) float64 {
	sum := 0.0
	for _, x := range values {
		sum += x
	}
	switch mode {
	case "min":
		return slices.Min(values)
	case "max":
		return slices.Max(values)
	case "sum":
		return sum
	case "median":
		return (&quantileSet{values: slices.Clone(values)}).quantile(0.5)
	}
	return sum / float64(len(values))
}

func (c *matrixCollector) finish(owners []uint32) partial {
	out := &matrices{fields: len(c.readers), sets: make([]*matrix, len(owners))}
	c.seg.take(8 * len(owners))
	for to, from := range owners {
		if int(from) < len(c.sets) {
			out.sets[to] = c.sets[from]
		}
	}
	return out
}
