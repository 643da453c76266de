package mapping

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// An unsigned_long holds whole numbers up to 2^64-1, in a column of their own kind (document.Unsigned). What is taken and refused is Elasticsearch's
// https://github.com/elastic/elasticsearch/blob/v8.19.0/x-pack/plugin/mapper-unsigned-long/src/main/java/org/elasticsearch/xpack/unsignedlong/UnsignedLongFieldMapper.java

// maxExponent bounds the numbers that are read exactly; those beyond have no place among 64 bits anyway.
const maxExponent = 400

var (
	errNoNumber = errors.New("no number")
	maxUnsigned = new(big.Rat).SetUint64(math.MaxUint64)
)

// unsignedCell reads a value of a document.
func unsignedCell(text string, kind jsonKind) (cell, error) {
	switch {
	case kind == valueBoolean:
		return cell{}, notNumeric(text)
	case text == "":
		return cell{none: true}, nil
	}
	if u, err := strconv.ParseUint(text, 10, 64); err == nil {
		return cell{num: document.SortableUnsigned(u)}, nil
	}
	x, err := exactNumber(text)
	switch {
	case err != nil:
		return cell{}, eserr.Illegal("For input string: \"%s\"", text)
	case !x.IsInt():
		return cell{}, eserr.Illegal("Value \"%s\" has a decimal part", text)
	case x.Sign() < 0 || x.Cmp(maxUnsigned) > 0:
		return cell{}, outsideUnsigned(x)
	}
	return cell{num: document.SortableUnsigned(x.Num().Uint64())}, nil
}

// outsideUnsigned is Elasticsearch's refusal, with the full stop that it puts behind numbers that a long can hold.
func outsideUnsigned(x *big.Rat) *eserr.Error {
	stop := ""
	if x.Num().IsInt64() {
		stop = "."
	}
	return eserr.Illegal("Value [%s] is out of range for unsigned long%s", x.Num(), stop)
}

// exactNumber reads a decimal number without rounding it. Numbers with more than maxExponent digits before or behind the point become one that is as large or as small as counts here.
func exactNumber(text string) (*big.Rat, error) {
	x, err := parseFloat(text)
	if err != nil {
		return nil, errNoNumber
	}
	text = strings.TrimSpace(text)
	if _, exponent, ok := strings.Cut(strings.ToLower(text), "e"); ok {
		if n, err := strconv.Atoi(exponent); err != nil || n > maxExponent || n < -maxExponent {
			return roughly(x), nil
		}
	}
	exact, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, errNoNumber
	}
	return exact, nil
}

// roughly is a float, or for an infinity a number beyond all 64 bits.
func roughly(x float64) *big.Rat {
	if math.IsInf(x, 0) {
		x = math.Copysign(1e300, x)
	}
	return new(big.Rat).SetFloat64(x)
}

// unsignedTerm reads a value of a query. What no document can have is None, and so are, as in Elasticsearch, all numbers written with a point or an exponent.
func unsignedTerm(text string) (Value, error) {
	if u, err := strconv.ParseUint(text, 10, 64); err == nil {
		n := document.SortableUnsigned(u)
		return Value{Num: n, Hi: n}, nil
	}
	if _, err := parseFloat(text); err != nil {
		return Value{}, numberFormat(text)
	}
	return Value{None: true}, nil
}

// unsignedBound is bound for an unsigned_long.
func unsignedBound(text string, include bool, inward int64) (n int64, empty bool, err error) {
	x, err := exactNumber(text)
	switch {
	case err != nil:
		return 0, false, numberFormat(text)
	case x.Sign() < 0:
		return math.MinInt64, inward < 0, nil
	case x.Cmp(maxUnsigned) > 0:
		return math.MaxInt64, inward > 0, nil
	}
	whole := new(big.Int).Quo(x.Num(), x.Denom()).Uint64()
	n = document.SortableUnsigned(whole)
	switch {
	case !x.IsInt() && inward > 0: // below the greatest, so that there is a next one
		return n + 1, false, nil
	case !x.IsInt() || include:
		return n, false, nil
	case inward > 0 && n == math.MaxInt64 || inward < 0 && n == math.MinInt64:
		return n, true, nil
	}
	return n + inward, false, nil
}

// clampUnsigned converts to the nearest unsigned long.
func clampUnsigned(x float64) int64 {
	switch {
	case x >= math.MaxUint64:
		return math.MaxInt64
	case !(x > 0):
		return math.MinInt64
	}
	return document.SortableUnsigned(uint64(x))
}
