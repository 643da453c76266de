package search

import (
	"encoding/binary"
	"encoding/json"
	"hash/fnv"
	"math"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// function reads one function of a function_score against the mapping.
func (p *planner) function(f *dsl.ScoreFunction) (func(x *exec) func(uint32) (float64, error), error) {
	switch f.Kind {
	case "":
		return func(*exec) func(uint32) (float64, error) { return func(uint32) (float64, error) { return 1, nil } }, nil
	case "field_value_factor":
		return p.fieldFactor(f)
	case "random_score":
		return p.random(f)
	}
	return p.decay(f)
}

// numeric finds a field of numbers.
func (p *planner) numeric(name, what string) (*mapping.Field, error) {
	f, ok := p.mapping.Lookup(name)
	if ok && f.Kind.Numeric() && f.Aggregatable {
		return f, nil
	}
	if ok {
		return nil, eserr.Shard(eserr.QueryShard, "%s: field [%s] is of type [%s], but only numeric types and dates are supported", what, name, f.Type)
	}
	return nil, nil
}

// plainNumber is a value of a column as a query has it: dates in milliseconds.
func plainNumber(f *mapping.Field, v int64) float64 {
	switch f.Kind {
	case document.Double:
		return document.DoubleOf(v)
	case document.Unsigned:
		return float64(document.UnsignedOf(v))
	case document.DateNanos:
		return float64(v / 1e6)
	}
	return float64(v)
}

func (p *planner) fieldFactor(q *dsl.ScoreFunction) (func(x *exec) func(uint32) (float64, error), error) {
	f, err := p.numeric(q.Field, "field_value_factor")
	if err != nil {
		return nil, err
	}
	if f == nil && q.Missing == nil {
		return nil, eserr.Shard(eserr.QueryShard, "Unable to find a field mapper for field [%s]. No 'missing' value defined.", q.Field)
	}
	return func(x *exec) func(uint32) (float64, error) {
		var col *segment.Numbers
		if f != nil {
			col = x.view.Numbers(f.Column).As(f.Kind)
		}
		return func(doc uint32) (float64, error) {
			if col != nil {
				if v, ok := col.Value(doc); ok {
					return modified(q, plainNumber(f, v))
				}
			}
			if q.Missing == nil {
				return 0, eserr.Shard(eserr.IllegalArgument, "Missing value for field [%s]", q.Field)
			}
			return modified(q, *q.Missing)
		}
	}, nil
}

// modified applies factor and modifier.
func modified(q *dsl.ScoreFunction, value float64) (float64, error) {
	v := value * q.Factor
	switch q.Modifier {
	case "log":
		v = math.Log10(v)
	case "log1p":
		v = math.Log10(v + 1)
	case "log2p":
		v = math.Log10(v + 2)
	case "ln":
		v = math.Log(v)
	case "ln1p":
		v = math.Log1p(v)
	case "ln2p":
		v = math.Log1p(v + 1)
	case "square":
		v *= v
	case "sqrt":
		v = math.Sqrt(v)
	case "reciprocal":
		v = 1 / v
	}
	switch {
	case math.IsNaN(v):
		return 0, eserr.Shard(eserr.IllegalArgument, "Result of field modification [%s(%v)] must be a number", q.Modifier, value*q.Factor)
	case v < 0:
		better := map[string]string{"ln": "; consider using ln1p or ln2p instead of ln to avoid negative scores", "log": "; consider using log1p or log2p instead of log to avoid negative scores"}
		return 0, eserr.Shard(eserr.IllegalArgument, "field value function must not produce negative scores, but got: [%s] for field value: [%s]%s",
			strings.Trim(string(floatJSON(v)), `"`), floatJSON(value), better[q.Modifier])
	}
	return v, nil
}

// random gives numbers in [0, 1) that are the same for the same seed and value of the field, or document. Elasticsearch mixes a number of the shard in, so that its numbers are others.
func (p *planner) random(q *dsl.ScoreFunction) (func(x *exec) func(uint32) (float64, error), error) {
	name := q.Field
	if name == "" && q.Seed != "" {
		name = segment.IDField
	}
	var c column
	if f, ok := p.mapping.Lookup(name); ok && name != segment.IDField {
		if f.Kind == document.Text {
			return nil, fielddataError(f, p.index)
		}
		c = columnOf(f)
	} else if name == segment.IDField {
		c = idColumn
	} else if name != "" && name != "_seq_no" {
		return nil, eserr.Shard(eserr.QueryShard, "field [%s] is not mapped and cannot be used as a source of random numbers", name)
	}
	return func(x *exec) func(uint32) (float64, error) {
		terms, numbers := x.terms(c), x.view.Numbers(c.name)
		if c.name == "" || c.kind.Numeric() {
			terms = nil
		}
		return func(doc uint32) (float64, error) {
			h := fnv.New64a()
			h.Write([]byte(q.Seed))
			h.Write([]byte{0})
			switch {
			case terms != nil:
				if ord, ok := terms.Ord(doc); ok {
					h.Write([]byte(terms.Term(ord)))
				}
			case numbers != nil:
				v, _ := numbers.Value(doc)
				h.Write(binary.LittleEndian.AppendUint64(nil, uint64(v)))
			default:
				h.Write(binary.LittleEndian.AppendUint32(nil, x.base+doc))
			}
			sum := h.Sum64()
			sum = (sum ^ sum>>33) * 0xff51afd7ed558ccd // so that values that are near give numbers that are not
			return float64(sum>>40) / (1 << 24), nil
		}
	}, nil
}

// farness is how far documents are from an origin, in the unit of the field: milliseconds, metres, or as the numbers are. values is empty if a document has none.
type farness struct {
	column string
	of     func(v int64) float64
}

// far reads origin (JSON; nil is now, for a date) and finds the column. A day as origin is its end where up is true, else its beginning. width reads a distance of the
// same unit, that of the named option.
func (p *planner) far(name string, origin []byte, up bool) (d farness, width func(text, option string) (float64, error), err error) {
	f, ok := p.mapping.Lookup(name)
	if ok && f.PointColumn() != "" {
		if origin == nil {
			return d, nil, eserr.Shard(eserr.Parsing, "[origin] is required for the field [%s] of type geo_point", name)
		}
		from, err := mapping.ParsePoint(origin)
		meters := func(s, _ string) (float64, error) { return dsl.ParseDistance(s, 1) }
		return farness{f.PointColumn(), func(v int64) float64 { return mapping.PointOf(v).Distance(from) }}, meters, err
	}
	if f, err = p.numeric(name, "decay"); err != nil {
		return d, nil, err
	}
	if f == nil {
		return d, nil, eserr.Shard(eserr.QueryShard, "unknown field [%s]", name)
	}
	var text string
	if json.Unmarshal(origin, &text) != nil {
		text = string(origin)
	}
	var at float64
	if f.Kind == document.Date || f.Kind == document.DateNanos {
		if origin == nil {
			text = "now"
		}
		b, err := f.ParseRange(mapping.RangeSpec{From: text, To: text, IncludeFrom: true, IncludeTo: true, Now: p.now})
		if err != nil {
			return d, nil, err
		}
		at = plainNumber(f, b.Lo)
		if up {
			at = plainNumber(f, b.Hi)
		}
		width = func(s, option string) (float64, error) {
			ms, err := dates.ParseDuration(s, option)
			return float64(ms), err
		}
	} else {
		number := func(s, _ string) (float64, error) {
			n, err := strconv.ParseFloat(s, 64)
			if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
				return 0, eserr.Shard(eserr.Parsing, "[%s] is no number, as the field [%s] needs", s, name)
			}
			return n, nil
		}
		if at, err = number(text, ""); err != nil {
			return d, nil, err
		}
		width = number
	}
	return farness{f.Column, func(v int64) float64 { return math.Abs(plainNumber(f, v) - at) }}, width, nil
}

// decay is gauss, exp or linear. A document without a value is as one at the origin.
func (p *planner) decay(q *dsl.ScoreFunction) (func(x *exec) func(uint32) (float64, error), error) {
	d, width, err := p.far(q.Field, q.Origin, false)
	if err != nil {
		return nil, err
	}
	scale, err := width(q.Scale, "scale")
	if err != nil {
		return nil, err
	}
	offset := 0.0
	if q.Offset != "" {
		if offset, err = width(q.Offset, "offset"); err != nil {
			return nil, err
		}
	}
	if !(q.Decay > 0 && q.Decay < 1) {
		return nil, failedQuery("function_score : decay must be in the range [0..1].")
	}
	if scale <= 0 {
		return nil, eserr.Shard(eserr.IllegalArgument, "%s : scale must be > 0.0.", q.Kind)
	}
	if offset < 0 {
		return nil, eserr.Shard(eserr.IllegalArgument, "%s : offset must be > 0.0", q.Kind)
	}
	fall := falls(q.Kind, scale, q.Decay)
	return func(x *exec) func(uint32) (float64, error) {
		col := x.view.Numbers(d.column)
		var buf []int64
		return func(doc uint32) (float64, error) {
			if col == nil {
				return 1, nil
			}
			if buf = col.Values(doc, buf[:0]); len(buf) == 0 {
				return 1, nil
			}
			return fall(max(0, distanceOf(q.ValueMode, buf, func(v int64) float64 { return max(0, d.of(v)-offset) }))), nil
		}
	}, nil
}

// distanceOf makes one distance of those of several values.
func distanceOf(mode string, values []int64, of func(int64) float64) float64 {
	out := of(values[0])
	for _, v := range values[1:] {
		switch far := of(v); mode {
		case "max":
			out = max(out, far)
		case "avg", "sum":
			out += far
		default:
			out = min(out, far)
		}
	}
	if mode == "avg" {
		out /= float64(len(values))
	}
	return out
}

// falls is the shape of a decay: 1 at a distance of 0, decay at scale.
func falls(shape string, scale, decay float64) func(float64) float64 {
	switch shape {
	case "gauss":
		width := 0.5 * scale * scale / math.Log(decay)
		return func(d float64) float64 { return math.Exp(0.5 * d * d / width) }
	case "exp":
		rate := math.Log(decay) / scale
		return func(d float64) float64 { return math.Exp(rate * d) }
	}
	reach := scale / (1 - decay)
	return func(d float64) float64 { return max(0, (reach-d)/reach) }
}
