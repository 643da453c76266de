package aggs

import (
	"math"
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A significance scores a value that freq of size documents have, and allFreq of allSize: the higher the more it stands out. 0 and less is not at all.
// See https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-aggregations-bucket-significantterms-aggregation.html.
type significance func(freq, size, allFreq, allSize float64) (float64, error)

// significance reads which one is asked for; `jlh` where none is.
func (o *options) significance() significance {
	var out significance
	names := []string{"jlh", "mutual_information", "chi_square", "gnd", "percentage"}
	o.ignore(names...)
	for _, m := range o.members { // the last one counts
		name := m.key
		if !slices.Contains(names, name) || o.get(name) == nil {
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
		return always(jlh)
	}
	return out
}

// always is a significance of a score that there always is.
func always(score func(freq, size, allFreq, allSize float64) float64) significance {
	return func(freq, size, allFreq, allSize float64) (float64, error) {
		return score(freq, size, allFreq, allSize), nil
	}
}

// tabled is a significance of a score of a crossTable. Documents to compare with that do not hold the subset though they should are an error, as in Elasticsearch:
// https://github.com/elastic/elasticsearch/blob/v8.19.0/server/src/main/java/org/elasticsearch/search/aggregations/bucket/terms/heuristic/NXYSignificanceHeuristic.java
func tabled(inside bool, score func(crossTable) float64) significance {
	return func(freq, size, allFreq, allSize float64) (float64, error) {
		wrong := ""
		switch {
		case !inside:
		case freq > allFreq:
			wrong = "subsetFreq > supersetFreq"
		case size > allSize:
			wrong = "subsetSize > supersetSize"
		case allFreq-freq > allSize-size:
			wrong = "supersetFreq - subsetFreq > supersetSize - subsetSize"
		}
		if wrong != "" {
			return 0, eserr.Shard(eserr.IllegalArgument, "%s, does your background filter not include all documents in the bucket? If so and it is intentional, "+
				"set \"background_is_superset\": false\n", wrong)
		}
		return score(crossed(freq, size, allFreq, allSize, inside)), nil
	}
}

func (o *options) significanceOf(name string) significance {
	switch name {
	case "jlh":
		return always(jlh)
	case "percentage":
		return always(func(freq, _, allFreq, _ float64) float64 {
			if allFreq == 0 {
				return 0
			}
			return freq / allFreq
		})
	}
	inside := o.flag("background_is_superset", true)
	if name == "gnd" {
		return tabled(inside, crossTable.gnd)
	}
	negatives := o.flag("include_negatives", false)
	return tabled(inside, func(c crossTable) float64 {
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
	})
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
