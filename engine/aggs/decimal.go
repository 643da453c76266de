package aggs

import (
	"math"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A decimal is a pattern of Java's DecimalFormat: `0.00`, `#,##0.#`, `$0`, `0%`. Subpatterns for negative numbers and exponents are refused.
// See https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/text/DecimalFormat.html.
type decimal struct {
	prefix, suffix             string
	minWhole, minFrac, maxFrac int
	group                      int // digits between commas; 0 for none
	scale                      float64
}

// parseDecimal reads a pattern. `raw` is the empty one: numbers as they are.
func parseDecimal(pattern string) (*decimal, error) {
	bad := eserr.Illegal("Malformed pattern \"%s\"", pattern)
	from := strings.IndexAny(pattern, "#0,.")
	if strings.ContainsAny(pattern, ";E'") {
		return nil, bad
	}
	if from < 0 {
		return &decimal{prefix: pattern, scale: 1}, nil
	}
	if strings.Count(pattern, ".") > 1 {
		return nil, eserr.Illegal("Multiple decimal separators in pattern \"%s\"", pattern)
	}
	to := strings.LastIndexAny(pattern, "#0,.") + 1
	d := &decimal{prefix: pattern[:from], suffix: pattern[to:], scale: 1}
	if strings.Contains(d.prefix+d.suffix, "%") {
		d.scale = 100
	}
	whole, frac, _ := strings.Cut(pattern[from:to], ".")
	if strings.Trim(whole, "#0,") != "" || strings.Trim(frac, "#0") != "" || strings.Contains(frac, "#0") || strings.Contains(strings.ReplaceAll(whole, ",", ""), "0#") {
		return nil, bad
	}
	if comma := strings.LastIndexByte(whole, ','); comma >= 0 {
		d.group = len(whole) - comma - 1
	}
	d.minWhole, d.minFrac, d.maxFrac = strings.Count(whole, "0"), strings.Count(frac, "0"), len(frac)
	return d, nil
}

// format prints x, rounding half to even as DecimalFormat does.
func (d *decimal) format(x float64) string {
	x *= d.scale
	switch {
	case math.IsNaN(x):
		return "NaN"
	case math.IsInf(x, 0):
		return d.sign(x < 0) + d.prefix + "∞" + d.suffix
	}
	text := digitsOf(math.Abs(x))
	if _, frac, _ := strings.Cut(text, "."); len(frac) > d.maxFrac {
		text = strconv.FormatFloat(math.Abs(x), 'f', d.maxFrac, 64)
	}
	return d.compose(text, x < 0)
}

// formatWhole prints a whole number.
func (d *decimal) formatWhole(n int64) string {
	if d.scale != 1 {
		return d.format(float64(n))
	}
	return d.compose(strings.TrimPrefix(strconv.FormatInt(n, 10), "-"), n < 0)
}

// compose puts digits, of which no more follow the point than the pattern has, into the form of the pattern.
func (d *decimal) compose(text string, negative bool) string {
	whole, frac, _ := strings.Cut(text, ".")
	for len(frac) < d.minFrac {
		frac += "0"
	}
	for len(frac) > d.minFrac && frac[len(frac)-1] == '0' {
		frac = frac[:len(frac)-1]
	}
	if whole == "0" && d.minWhole == 0 && frac != "" {
		whole = ""
	}
	for len(whole) < d.minWhole {
		whole = "0" + whole
	}
	if d.group > 0 {
		for i := len(whole) - d.group; i > 0; i -= d.group {
			whole = whole[:i] + "," + whole[i:]
		}
	}
	if frac != "" {
		whole += "." + frac
	}
	return d.sign(negative) + d.prefix + whole + d.suffix
}

func (d *decimal) sign(negative bool) string {
	if negative {
		return "-"
	}
	return ""
}

// digitsOf writes a number that is not negative with the digits that tell it from others, and zeros after them. Of whole numbers from 2^53 to 2^63 DecimalFormat has more digits: all but
// those that say less than a bit (dtoa in https://github.com/openjdk/jdk/blob/jdk-21+35/src/java.base/share/classes/jdk/internal/math/FloatingDecimal.java).
func digitsOf(x float64) string {
	if x < 1<<53 || x >= 1<<63 {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	n, unit := int64(x), int64(1)
	for spare := int64(1) << max(math.Ilogb(x)-54, 0); unit*10 <= spare; {
		unit *= 10
	}
	n += unit / 2
	return strconv.FormatInt(n-n%unit, 10)
}
