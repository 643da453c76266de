package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

var words = []string{
	"alpha", "Alpha", "ALPHA", "beta", "gamma", "delta", "quick", "brown", "fox", "foxes", "lazy", "dog", "the", "and", "not", "to", "a", "b",
	"über", "Straße", "naïve", "日本", "東京", "😀", "İstanbul", "e\u0301", "x-y", "user@example.com", "10.0.0.1", "a.b.c", "2024-05-06", "42", "-7", "3.14", "true",
	"C:\\Windows", "a/b/c", "it's", "snake_case", "it*s", "wh?t", "a+b", "(x)", "\"q\"", "longerthantheothers",
}

func word(r *rand.Rand) any {
	switch n := r.Float64(); {
	case n < 0.02:
		return ""
	case n < 0.06:
		return words[r.IntN(len(words))] + " " + words[r.IntN(len(words))]
	}
	return words[r.IntN(len(words))]
}

func sentence(r *rand.Rand) any {
	if chance(r, 0.02) {
		return ""
	}
	n := 1 + r.IntN(8)
	if chance(r, 0.05) {
		n = 60
	}
	list := make([]string, n)
	for i := range list {
		list[i] = words[r.IntN(len(words))] + pick(r, "", "", "", "", ",", ".", "!", "\n", " <b>&")
	}
	return strings.Join(list, " ")
}

func aLong(r *rand.Rand) any {
	if chance(r, 0.15) {
		return pick[any](r, int64(math.MaxInt64), int64(math.MinInt64), int64(1)<<53+1, -(int64(1)<<53 + 1), "12", 12.7, "1e3", json.Number("4.0"))
	}
	return r.IntN(40) - 10
}

func anInt(r *rand.Rand) any {
	if chance(r, 0.05) {
		return pick(r, math.MaxInt32, math.MinInt32)
	}
	return r.IntN(30) - 5
}

func aShort(r *rand.Rand) any { return pick(r, r.IntN(20), r.IntN(20), -32768, 32767) }
func aByte(r *rand.Rand) any  { return pick(r, r.IntN(20), r.IntN(20), -128, 127) }

func aDouble(r *rand.Rand) any {
	if chance(r, 0.1) {
		return pick[any](r, math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, json.Number("-0.0"), "2.5", 1e21, 1e-7, 123456789.125)
	}
	return float64(r.IntN(400)-100) / 8
}

func aFloat(r *rand.Rand) any {
	return pick[any](r, float64(r.IntN(100))/4, float64(r.IntN(100))/4, 0.1, 3.4e38, 1e-40, 16777217)
}

func aHalf(r *rand.Rand) any {
	return pick[any](r, float64(r.IntN(100))/4, float64(r.IntN(100))/4, 0.1, 65504, 2049)
}

// aDynamicFloat always has a fraction, so that the field's type does not depend on which document comes first.
func aDynamicFloat(r *rand.Rand) any { return float64(r.IntN(50)) + 0.5 }

func aScaled(r *rand.Rand) any { return pick[any](r, float64(r.IntN(5000))/100, 1.005, -3.333, "7.7") }

func laxLong(r *rand.Rand) any {
	if chance(r, 0.2) {
		return pick[any](r, "no number", "", "1.5x", true)
	}
	return r.IntN(20)
}

// aDate is one of three years, in one of the ways in which dates are written.
func aDate(r *rand.Rand) any {
	year, month, day := 2023+r.IntN(3), 1+r.IntN(12), 1+r.IntN(28)
	hour, minute := r.IntN(24), r.IntN(60)
	switch r.IntN(8) {
	case 0:
		return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
	case 1:
		return fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:07+05:30", year, month, day, hour, minute)
	case 2:
		return fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:59.123456Z", year, month, day, hour, minute)
	case 3:
		return int64(1700000000000) + int64(r.IntN(1<<30))*31
	case 4:
		return pick[any](r, "1969-12-31T23:59:59.999Z", "0001-01-01T00:00:00Z", "2024-02-29", "9999-12-31", "2024-03-31T01:30:00Z", "2024-03-31T02:30:00+01:00", -1, 0, "1700000000000")
	}
	return fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:00Z", year, month, day, hour, minute)
}

// aDynamicDate is a date that is recognised as one where nothing is mapped.
func aDynamicDate(r *rand.Rand) any {
	return fmt.Sprintf("2024-%02d-%02dT%02d:00:00Z", 1+r.IntN(12), 1+r.IntN(28), r.IntN(24))
}

func aDay(r *rand.Rand) any {
	if chance(r, 0.3) {
		return fmt.Sprint(1700000000 + 86400*r.IntN(300))
	}
	return fmt.Sprintf("%04d/%02d/%02d", 2023+r.IntN(2), 1+r.IntN(12), 1+r.IntN(28))
}

func aNanos(r *rand.Rand) any {
	return fmt.Sprintf("2024-%02d-%02dT%02d:00:00.%09dZ", 1+r.IntN(12), 1+r.IntN(28), r.IntN(24), r.IntN(1e9))
}

func aBool(r *rand.Rand) any { return pick[any](r, true, false, true, "true", "false", "") }

func aRealBool(r *rand.Rand) any { return chance(r, 0.5) }

func anIP(r *rand.Rand) any {
	switch r.IntN(6) {
	case 0:
		return fmt.Sprintf("2001:db8::%x", r.IntN(20))
	case 1:
		return pick(r, "::1", "::", "255.255.255.255", "0.0.0.0", "::ffff:10.0.0.5", "fe80::1:2", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
	}
	return fmt.Sprintf("10.0.%d.%d", r.IntN(3), r.IntN(12))
}

func aPlace(r *rand.Rand) any {
	lat, lon := float64(r.IntN(1600)-800)/10, float64(r.IntN(3400)-1700)/10
	switch r.IntN(4) {
	case 0:
		return fmt.Sprintf("%g,%g", lat, lon)
	case 1:
		return []any{lon, lat}
	case 2:
		return fmt.Sprintf("POINT (%g %g)", lon, lat)
	}
	return map[string]any{"lat": lat, "lon": lon}
}

func anIntRange(r *rand.Rand) any {
	from := r.IntN(30)
	return map[string]any{pick(r, "gte", "gt"): from, pick(r, "lte", "lt"): from + 2 + r.IntN(10)}
}

func aDateRange(r *rand.Rand) any {
	year := 2023 + r.IntN(2)
	return map[string]any{"gte": fmt.Sprintf("%d-%02d-01", year, 1+r.IntN(12)), "lt": fmt.Sprintf("%d-%02d-01", year+1, 1+r.IntN(12))}
}

func anIPRange(r *rand.Rand) any {
	if chance(r, 0.5) {
		return fmt.Sprintf("10.0.%d.0/24", r.IntN(3))
	}
	return map[string]any{"gte": fmt.Sprintf("10.0.0.%d", r.IntN(10)), "lte": "10.0.1.9"}
}
