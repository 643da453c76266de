package pipeline

import (
	"math"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// javaType names the type that a value has in Elasticsearch, which its errors cite.
func javaType(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "java.lang.Boolean"
	case string:
		return "java.lang.String"
	case *List:
		return "java.util.ArrayList"
	case *Object:
		return "java.util.HashMap"
	case Number:
		i, ok := whole(v)
		switch {
		case !isInteger(v):
			return "java.lang.Double"
		case ok && i >= math.MinInt32 && i <= math.MaxInt32:
			return "java.lang.Integer"
		case ok:
			return "java.lang.Long"
		}
		return "java.math.BigInteger"
	}
	return "java.lang.Object"
}

// text is what Java's toString makes of a value.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case Number:
		if isInteger(v) {
			return string(v)
		}
		return javaDouble(v.float())
	case *List:
		parts := make([]string, len(v.items))
		for i, item := range v.items {
			parts[i] = text(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case *Object:
		parts := make([]string, len(v.keys))
		for i, key := range v.keys {
			parts[i] = key + "=" + text(v.values[key])
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return ""
}

// javaDouble spells a number as Double.toString does: 1.0, 1.0E10, 1.0E-5.
func javaDouble(f float64) string {
	abs := math.Abs(f)
	if abs != 0 && (abs < 1e-3 || abs >= 1e7) && !math.IsInf(f, 0) {
		s := strconv.FormatFloat(f, 'E', -1, 64)
		mantissa, exponent, _ := strings.Cut(s, "E")
		if !strings.Contains(mantissa, ".") {
			mantissa += ".0"
		}
		exponent = strings.TrimPrefix(exponent, "+")
		if n, err := strconv.Atoi(exponent); err == nil {
			exponent = strconv.Itoa(n)
		}
		return mantissa + "E" + exponent
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// toText gives a field's string, or Elasticsearch's error for one of another type.
func toText(field string, v any) (string, error) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	if v == nil {
		return "", nil
	}
	return "", cast(field, v, "java.lang.String")
}

func cast(field string, v any, want string) error {
	return eserr.Illegal("field [%s] of type [%s] cannot be cast to [%s]", field, javaType(v), want)
}
