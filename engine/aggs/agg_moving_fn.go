package aggs

import (
	"math"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// movingFnSpec is `moving_fn`: a function of the values of the buckets in a window before each bucket. Its script must be a call of one of the functions of
// MovingFunctions on `values`.
type movingFnSpec struct {
	pipeBase
	window, shift int
	call          movingCall
}

func parseMovingFn(o *options) spec {
	s := &movingFnSpec{pipeBase: o.pipeBase()}
	window, shift := o.whole("window", 0), o.whole("shift", 0)
	if o.get("window") == nil {
		o.fail(eserr.Illegal("Required [window]"))
	} else if window <= 0 {
		o.fail(eserr.Illegal("[window] must be a positive, non-zero integer."))
	}
	s.window, s.shift = int(min(window, MaxBuckets)), int(min(max(shift, -MaxBuckets), MaxBuckets))
	source, params := o.script()
	if o.err == nil {
		var err error
		if s.call, err = parseMovingCall(source, params); err != nil {
			o.fail(err)
		}
	}
	return s
}

func (s *movingFnSpec) check(c *pipeCheck, n *node) {
	s.one(c, n)
	c.sequential(n)
}

func (s *movingFnSpec) run(w *writer, p *pipeRun) {
	all := p.values(w, s.paths[0], s.gap)
	values := make([]float64, 0, len(all))
	for _, x := range all {
		if !math.IsNaN(x) {
			values = append(values, x)
		}
	}
	clamp := func(i int) int { return min(max(i, 0), len(values)) }
	index := 0
	for i, x := range all {
		if w.fail(w.stop.at(i * 64)); w.err != nil {
			return
		}
		if math.IsNaN(x) {
			continue
		}
		got, err := s.call(values[clamp(index-s.window+s.shift):clamp(index+s.shift)])
		if err != nil {
			w.fail(err)
			return
		}
		p.set(&p.list.rows[i], &simpleValue{got, s.show})
		index++
	}
}

// A movingCall computes a function of a window.
type movingCall func(window []float64) (float64, error)

// parseMovingCall reads `MovingFunctions.name(values, ...)`, the further arguments being arithmetic.
func parseMovingCall(source string, params map[string]float64) (movingCall, error) {
	refused := eserr.Illegal("script [%s] is not supported: this server takes calls of MovingFunctions on [values] only, such as [MovingFunctions.unweightedAvg(values)]", source)
	text := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(source), ";"))
	text = strings.TrimSpace(strings.TrimPrefix(text, "return "))
	text, ok := strings.CutPrefix(text, "MovingFunctions.")
	name, args, ok2 := strings.Cut(text, "(")
	if len(source) > maxExpression || !ok || !ok2 || !strings.HasSuffix(args, ")") {
		return nil, refused
	}
	first, rest, _ := strings.Cut(args[:len(args)-1], ",")
	if strings.TrimSpace(first) != "values" {
		return nil, refused
	}
	if name = strings.TrimSpace(name); name == "stdDev" && strings.Join(strings.Fields(rest), "") == "MovingFunctions.unweightedAvg(values)" {
		return func(v []float64) (float64, error) { return stdDev(v, unweightedAvg(v)), nil }, nil
	}
	numbers, err := movingArguments(rest, params)
	if err != nil {
		return nil, refused
	}
	if call := movingFunction(name, numbers); call != nil {
		return call, nil
	}
	return nil, refused
}

func movingArguments(rest string, params map[string]float64) ([]float64, error) {
	if strings.TrimSpace(rest) == "" {
		return nil, nil
	}
	var out []float64
	for arg := range strings.SplitSeq(rest, ",") {
		e, err := parseExpression(arg, paramNames(params))
		if err != nil {
			return nil, err
		}
		out = append(out, e.eval(params))
	}
	return out, nil
}

// movingFunction finds a function by its name and the number of its arguments.
func movingFunction(name string, a []float64) movingCall {
	plain := func(f func([]float64) float64) movingCall {
		return func(v []float64) (float64, error) { return f(v), nil }
	}
	switch {
	case len(a) == 0 && name == "max":
		return plain(movingMax)
	case len(a) == 0 && name == "min":
		return plain(movingMin)
	case len(a) == 0 && name == "sum":
		return plain(movingSum)
	case len(a) == 0 && name == "unweightedAvg":
		return plain(unweightedAvg)
	case len(a) == 0 && name == "linearWeightedAvg":
		return plain(linearWeightedAvg)
	case len(a) == 1 && name == "stdDev":
		return plain(func(v []float64) float64 { return stdDev(v, a[0]) })
	case len(a) == 1 && name == "ewma":
		return plain(func(v []float64) float64 { return ewma(v, a[0]) })
	case len(a) == 2 && name == "holt":
		return plain(func(v []float64) float64 { return holt(v, a[0], a[1]) })
	case len(a) == 5 && name == "holtWinters" && a[3] >= 1 && a[3] <= MaxBuckets:
		h := seasons{alpha: a[0], beta: a[1], gamma: a[2], period: int(a[3]), multiplied: a[4] != 0}
		return h.forecast
	}
	return nil
}
