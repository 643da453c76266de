package aggs

import (
	"math"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A significance scores a value that freq of size documents have, and allFreq of allSize: the higher the more it stands out. 0 and less is not at all.
// See https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-aggregations-bucket-significantterms-aggregation.html.
type significance func(freq, size, allFreq, allSize float64) float64

// significance reads which one is asked for; `jlh` where none is.
func (o *options) significance() significance {
	var out significance
	for _, name := range []string{"jlh", "mutual_information", "chi_square", "gnd", "percentage"} {
		if o.get(name) == nil {
			continue
		}
		sub := o.object(name)
		if sub == nil {
			continue
		}
		out = sub.significanceOf(name)
		if err := sub.finish(); err != nil {
			o.refuse(name, err)
		}
	}
	for _, name := range []string{"script_heuristic", "p_value"} {
		if o.get(name) != nil {
			o.fail(eserr.Illegal("[%s] of aggregation [%s] is not supported by this server", name, o.name))
		}
	}
	if out == nil {
		return jlh
	}
	return out
}

func (o *options) significanceOf(name string) significance {
	switch name {
	case "jlh":
		return jlh
	case "percentage":
		return func(freq, _, allFreq, _ float64) float64 {
			if allFreq == 0 {
				return 0
			}
			return freq / allFreq
		}
	}
	inside := o.flag("background_is_superset", true)
	if name == "gnd" {
		return func(freq, size, allFreq, allSize float64) float64 {
			return crossed(freq, size, allFreq, allSize, inside).gnd()
		}
	}
	negatives := o.flag("include_negatives", false)
	return func(freq, size, allFreq, allSize float64) float64 {
		c := crossed(freq, size, allFreq, allSize, inside)
		rarer := c.n11/c.in < c.n10/c.out
		if name == "chi_square" {
			if rarer && !negatives {
				return math.Inf(-1)
			}
			return c.n * math.Pow(c.n11*c.n00-c.n01*c.n10, 2) / (c.in * c.yes * c.no * c.out)
		}
		score := c.information()
		if rarer && !negatives {
			return -score
		}
		return score
	}
}

// jlh multiplies the change in the share of documents by the factor of it.
func jlh(freq, size, allFreq, allSize float64) float64 {
	if size == 0 || allSize == 0 {
		return 0
	}
	share, allShare := freq/size, max(allFreq, 1)/allSize
	if share <= allShare {
		return 0
	}
	return (share - allShare) * (share / allShare)
}

// A crossTable counts documents: n10 has the value and is not in the subset, yes has the value, and so on; n is all.
type crossTable struct{ n00, n01, n10, n11, no, yes, out, in, n float64 }

// crossed makes the table; inside says that the documents to compare with hold the subset.
func crossed(freq, size, allFreq, allSize float64, inside bool) crossTable {
	if inside {
		return crossTable{n00: allSize - allFreq - (size - freq), n01: size - freq, n10: allFreq - freq, n11: freq,
			no: allSize - allFreq, yes: allFreq, out: allSize - size, in: size, n: allSize}
	}
	return crossTable{n00: allSize - allFreq, n01: size - freq, n10: allFreq, n11: freq,
		no: allSize - allFreq + size - freq, yes: allFreq + freq, out: allSize, in: size, n: allSize + size}
}

// information is the mutual information of value and subset, in bits.
func (c crossTable) information() float64 {
	term := func(nxy, nx, ny float64) float64 {
		if c.n*nxy < 1e-7 && nxy/c.n < 1e-7 {
			return 0
		}
		return nxy / c.n * math.Log(c.n*nxy/(nx*ny))
	}
	score := (term(c.n00, c.no, c.out) + term(c.n01, c.no, c.in) + term(c.n10, c.yes, c.out) + term(c.n11, c.yes, c.in)) / math.Ln2
	if math.IsNaN(score) {
		return math.Inf(-1)
	}
	return score
}

// gnd is the normalised Google distance, turned so that more is nearer.
func (c crossTable) gnd() float64 {
	switch {
	case c.n11 == 0:
		return 0
	case c.yes == c.in && c.yes == c.n11:
		return 1
	}
	x, y := math.Log(c.yes), math.Log(c.in)
	return math.Exp(-(max(x, y) - math.Log(c.n11)) / (math.Log(c.n) - min(x, y)))
}
