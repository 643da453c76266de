package aggs

// DecimalFormat prints numbers by a pattern of Java's DecimalFormat, as `format` of numbers means it.
type DecimalFormat struct{ d *decimal }

// ParseDecimalFormat reads a pattern. The error is an *eserr.Error.
func ParseDecimalFormat(pattern string) (DecimalFormat, error) {
	d, err := parseDecimal(pattern)
	return DecimalFormat{d}, err
}

// Double prints a number with a fraction.
func (f DecimalFormat) Double(x float64) string { return f.d.format(x) }

// Whole prints a whole number, however large.
func (f DecimalFormat) Whole(n int64) string { return f.d.formatWhole(n) }
