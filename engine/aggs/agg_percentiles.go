package aggs

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// percentilesSpec is `percentiles`. Values are kept up to maxExact for a bucket, and sketched above.
type percentilesSpec struct {
	source   source
	percents []float64 // ascending
	keyed    bool
	digits   int // of `hdr`; 0 is tdigest
}

func parsePercentiles(o *options) spec {
	s := &percentilesSpec{source: o.source(), keyed: o.flag("keyed", true), percents: []float64{1, 5, 25, 50, 75, 95, 99}}
	if list := o.list("percents"); list != nil {
		s.percents = s.percents[:0]
		for _, raw := range list {
			text, _ := scalarText(raw)
			x, err := strconv.ParseFloat(text, 64)
			switch {
			case err != nil:
				o.refuse("percents", notANumber(text))
			case !(x >= 0 && x <= 100):
				o.unmade(eserr.Illegal("percent must be in [0,100], got [%s]: [%s]", doubleText(x), o.name))
			}
			s.percents = append(s.percents, x)
		}
		if len(list) == 0 {
			o.unmade(eserr.Illegal("[percents] must not be empty: [%s]", o.name))
		}
	}
	slices.Sort(s.percents)
	s.method(o)
	return s
}

// method reads `tdigest` and `hdr`, of which one may be given.
func (s *percentilesSpec) method(o *options) {
	tdigest, hdr := o.get("tdigest"), o.get("hdr")
	if tdigest != nil && hdr != nil {
		o.unmade(eserr.Illegal("Only one percentiles method should be declared."))
	}
	sub := func(key string, raw json.RawMessage) *options {
		members, err := parseObject(raw, key)
		if err != nil {
			o.fail(err)
		}
		return newOptions(key, o.name, raw, members)
	}
	if tdigest != nil {
		t := sub("tdigest", tdigest)
		if x, ok := t.number("compression"); ok && x < 0 {
			t.refuse("compression", eserr.Illegal("[compression] must be greater than or equal to 0. Found [%s]", doubleText(x)))
		}
		t.ignore("execution_hint")
		if err := t.finish(); err != nil {
			o.refuse("tdigest", err)
		}
	}
	if hdr != nil {
		h := sub("hdr", hdr)
		s.digits = int(min(max(h.whole("number_of_significant_value_digits", 3), -1), 6))
		if s.digits < 0 || s.digits > 5 {
			h.refuse("number_of_significant_value_digits", eserr.Illegal("[numberOfSignificantValueDigits] must be between 0 and 5"))
		}
		if err := h.finish(); err != nil {
			o.refuse("hdr", err)
		}
		s.digits = max(s.digits, 1)
	}
}

func (s *percentilesSpec) typed(partial) string {
	if s.digits > 0 {
		return "hdr_percentiles"
	}
	return "tdigest_percentiles"
}

func (s *percentilesSpec) bind(n *node, ix *Index, _ []binding) (binding, error) {
	return s.bindKinds(n, ix, numericKind)
}

func (s *percentilesSpec) bindKinds(n *node, ix *Index, takes func(document.Kind) bool) (binding, error) {
	v, err := s.source.bind(n, ix, takes)
	if err != nil || v == nil {
		return nil, err
	}
	return func(seg *segmentState, single bool) (collector, error) {
		if r := v.numbers(seg); r != nil {
			c := &quantileCollector{seg: seg, reader: r, hdr: s.digits > 0, quantiles: quantiles{show: v.show}}
			if single && r.countsCoarsely() {
				c.coarse = newCoarseCounts()
				seg.take(c.coarse.bytes())
			}
			return c, nil
		}
		return nil, nil
	}, nil
}

// at is one percentile of a bucket, NaN if it has no values.
func (s *percentilesSpec) at(q *quantileSet, percent float64) float64 {
	if s.digits > 0 {
		return q.hdr(percent/100, s.digits)
	}
	return q.quantile(percent / 100)
}

func (s *percentilesSpec) write(w *writer, _ *node, p partial, bucket int) {
	q, show := quantilesAt(p, bucket)
	w.key("values")
	if s.keyed {
		w.open('{')
	} else {
		w.open('[')
	}
	for _, percent := range s.percents {
		x := s.at(q, percent)
		name := doubleText(percent)
		if !s.keyed {
			w.open('{')
			w.key("key")
			w.double(percent)
			name = "value"
		}
		if math.IsNaN(x) {
			w.null(name)
		} else {
			show.writeValue(w, name, x)
		}
		if !s.keyed {
			w.close('}')
		}
	}
	if s.keyed {
		w.close('}')
	} else {
		w.close(']')
	}
}

// metric is a percentile by its number, which need not be among those that are printed.
func (s *percentilesSpec) metric(p partial, bucket int, name string) (float64, bool) {
	percent, err := strconv.ParseFloat(name, 64)
	if err != nil || !(percent >= 0 && percent <= 100) {
		return 0, false
	}
	q, _ := quantilesAt(p, bucket)
	return s.at(q, percent), true
}

func quantilesAt(p partial, bucket int) (*quantileSet, *display) {
	q, _ := p.(*quantiles)
	if q == nil {
		return &quantileSet{}, nil
	}
	return &q.sets[bucket], q.show
}
