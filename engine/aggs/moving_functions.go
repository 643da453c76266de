package aggs

import (
	"math"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// The functions of Elasticsearch's MovingFunctions, on windows in which every value is a number.
// See https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-aggregations-pipeline-movfn-aggregation.html.

func movingMax(window []float64) float64 {
	out := math.NaN()
	for i, x := range window {
		if i == 0 || x > out {
			out = x
		}
	}
	return out
}

func movingMin(window []float64) float64 {
	out := math.NaN()
	for i, x := range window {
		if i == 0 || x < out {
			out = x
		}
	}
	return out
}

func movingSum(window []float64) float64 {
	sum := 0.0
	for _, x := range window {
		sum += x
	}
	return sum
}

// unweightedAvg is NaN of nothing, as are those below.
func unweightedAvg(window []float64) float64 { return movingSum(window) / float64(len(window)) }

func stdDev(window []float64, avg float64) float64 {
	squares := 0.0
	for _, x := range window {
		squares += (x - avg) * (x - avg)
	}
	return math.Sqrt(squares / float64(len(window)))
}

// linearWeightedAvg weighs the values by their place. The weights add up from 1, as Elasticsearch's do.
func linearWeightedAvg(window []float64) float64 {
	if len(window) == 0 {
		return math.NaN()
	}
	sum, weights := 0.0, 1.0
	for i, x := range window {
		sum, weights = sum+x*float64(i+1), weights+float64(i+1)
	}
	return sum / weights
}

func ewma(window []float64, alpha float64) float64 {
	avg := math.NaN()
	for i, x := range window {
		if i == 0 {
			avg = x
			continue
		}
		avg = x*alpha + avg*(1-alpha)
	}
	return avg
}

func holt(window []float64, alpha, beta float64) float64 {
	level, trend := math.NaN(), 0.0
	for i, x := range window {
		if i == 0 {
			level = x
			continue
		}
		before := level
		level = alpha*x + (1-alpha)*(before+trend)
		trend = beta*(level-before) + (1-beta)*trend
	}
	return level
}

// seasons are the parameters of holtWinters.
type seasons struct {
	alpha, beta, gamma float64
	period             int // values of one season
	multiplied         bool
}

// forecast smooths level, trend and season, and adds or multiplies them.
func (h seasons) forecast(window []float64) (float64, error) {
	if len(window) == 0 {
		return math.NaN(), nil
	}
	if n := len(window); n < 2*h.period {
		return 0, eserr.Illegal("Holt-Winters aggregation requires at least (2 * period == 2 * %d == %d) data-points to function.  Only [%d] were provided.", h.period, 2*h.period, n)
	}
	values := append([]float64(nil), window...)
	if h.multiplied {
		for i := range values {
			values[i] += 1e-10 // so that nothing is divided by zero
		}
	}
	level, trend := 0.0, 0.0
	for i := range h.period {
		level += values[i]
		trend += (values[i+h.period] - values[i]) / float64(h.period)
	}
	level, trend = level/float64(h.period), trend/float64(h.period)
	season := make([]float64, len(values))
	for i := range h.period {
		if level != 0 {
			season[i] = values[i] / level
		}
	}
	for i := h.period; i < len(values); i++ {
		before, old := level, season[i-h.period]
		lastTrend := trend
		if h.multiplied {
			level = h.alpha*(values[i]/old) + (1-h.alpha)*(before+lastTrend)
			season[i] = h.gamma*(values[i]/(before+lastTrend)) + (1-h.gamma)*old
		} else {
			level = h.alpha*(values[i]-old) + (1-h.alpha)*(before+lastTrend)
			season[i] = h.gamma*(values[i]-(before-lastTrend)) + (1-h.gamma)*old
		}
		trend = h.beta*(level-before) + (1-h.beta)*lastTrend
	}
	last := season[len(values)-h.period]
	if h.multiplied {
		return (level + trend) * last, nil
	}
	return level + trend + last, nil
}
