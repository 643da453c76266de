package demo

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"sort"
)

const (
	hexDigits    = "0123456789abcdef"
	base32Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	alnumDigits  = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
)

// dice is one stream of random numbers. Streams are found by name, never continued from one file to the next, so that
// every object can be made alone and equal parameters give equal bytes.
type dice struct{ *rand.Rand }

func newDice(seed uint64, name string, n int64) dice {
	h := fnv.New64a()
	h.Write([]byte(name)) // never fails
	return dice{rand.New(rand.NewPCG(h.Sum64()^seed*0x9e3779b97f4a7c15, uint64(n)))}
}

func (d dice) chance(p float64) bool { return d.Float64() < p }

// poisson draws a count with the given mean; a mean of zero or less gives zero.
func (d dice) poisson(mean float64) int {
	if mean > 30 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*d.NormFloat64())))
	}
	n, p, limit := 0, d.Float64(), math.Exp(-mean)
	for p > limit {
		n++
		p *= d.Float64()
	}
	return n
}

func (d dice) lognormal(median, sigma float64) float64 {
	return median * math.Exp(sigma*d.NormFloat64())
}

func (d dice) appendFrom(b []byte, alphabet string, n int) []byte {
	for range n {
		b = append(b, alphabet[d.IntN(len(alphabet))])
	}
	return b
}

func (d dice) text(alphabet string, n int) string {
	return string(d.appendFrom(nil, alphabet, n))
}

// appendUUID appends a version 4 UUID.
func (d dice) appendUUID(b []byte) []byte {
	hi, lo := d.Uint64(), d.Uint64()
	hi = hi&^0xf000 | 0x4000
	lo = lo&^(3<<62) | 2<<62
	for i := range 32 {
		if i == 8 || i == 12 || i == 16 || i == 20 {
			b = append(b, '-')
		}
		half, shift := hi, 60-4*(i%16)
		if i >= 16 {
			half = lo
		}
		b = append(b, hexDigits[half>>shift&15])
	}
	return b
}

// pick draws one element; it panics on an empty slice.
func pick[T any](d dice, from []T) T { return from[d.IntN(len(from))] }

// weights are cumulative.
type weights []float64

func cumulate(each ...float64) weights {
	sum, out := 0.0, make(weights, len(each))
	for i, w := range each {
		sum += w
		out[i] = sum
	}
	return out
}

// draw returns an index with the frequency of its weight.
func (w weights) draw(d dice) int {
	return sort.SearchFloat64s(w, d.Float64()*w[len(w)-1])
}

// fixed returns text that depends on the name only, never on the seed: for ids that stay the same in every demo.
func fixed(name, alphabet string, n int) string {
	return newDice(0, name, int64(n)).text(alphabet, n)
}
