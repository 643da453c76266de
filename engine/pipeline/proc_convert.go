package pipeline

import (
	"math"
	"net/netip"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// convert changes the type of a field, or of each item of a list.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/convert-processor.html
type convert struct {
	field, target string
	ignoreMissing bool
	to            func(v any) (any, error)
}

func makeConvert(c *config) processor {
	field := c.required("field")
	p := &convert{field: field, target: c.optional("target_field", field), ignoreMissing: c.flag("ignore_missing", false)}
	typ := c.required("type")
	if p.to = converters(strings.ToLower(typ)); p.to == nil && c.err == nil {
		c.fail("type", "type [%s] not supported, cannot convert field.", typ)
	}
	return p
}

func converters(typ string) func(any) (any, error) {
	switch typ {
	case "integer":
		return func(v any) (any, error) { return toWhole(v, 32, "integer") }
	case "long":
		return func(v any) (any, error) { return toWhole(v, 64, "long") }
	case "double":
		return func(v any) (any, error) { return toFloat(v, 64, "double") }
	case "float":
		return func(v any) (any, error) { return toFloat(v, 32, "float") }
	case "boolean":
		return toBoolean
	case "ip":
		return toIP
	case "string":
		return func(v any) (any, error) { return text(v), nil }
	case "auto":
		return auto
	}
	return nil
}

// toWhole reads a decimal, or a hexadecimal number with 0x, as Java's decode.
func toWhole(v any, bits int, name string) (any, error) {
	s := text(v)
	digits, negative := strings.CutPrefix(strings.TrimPrefix(s, "+"), "-")
	base := 10
	if rest, ok := strings.CutPrefix(strings.ToLower(digits), "0x"); ok {
		digits, base = rest, 16
	}
	n, err := strconv.ParseInt(digits, base, bits)
	if negative {
		n, err = strconv.ParseInt("-"+digits, base, bits)
	}
	if err != nil {
		return nil, unable(s, name)
	}
	return integer(n), nil
}

func unable(s, typ string) error {
	e := eserr.Illegal("unable to convert [%s] to %s", clip(s), typ)
	return e
}

func toFloat(v any, bits int, name string) (any, error) {
	s := text(v)
	f, err := strconv.ParseFloat(strings.TrimSpace(s), bits)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || strings.ContainsAny(s, "_xXpP") {
		return nil, unable(s, name)
	}
	if n, ok := v.(Number); ok && bits == 64 && !isInteger(n) {
		return n, nil
	}
	if n := Number(strings.TrimSpace(s)); bits == 64 && isPlainFraction(string(n)) {
		return n, nil // as it was spelt
	}
	out := strconv.FormatFloat(f, 'g', -1, bits)
	if !strings.ContainsAny(out, ".e") {
		out += ".0"
	}
	return Number(out), nil
}

// isPlainFraction reports whether a text is a JSON number with a fraction.
func isPlainFraction(s string) bool {
	whole, fraction, ok := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	isDigits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	return ok && isDigits(whole) && isDigits(fraction) && (len(whole) == 1 || whole[0] != '0')
}

func toBoolean(v any) (any, error) {
	switch strings.ToLower(text(v)) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return nil, eserr.Illegal("[%s] is not a boolean value, cannot convert to boolean", clip(text(v)))
}

func toIP(v any) (any, error) {
	s := text(v)
	if a, err := netip.ParseAddr(s); err != nil || a.Zone() != "" {
		return nil, eserr.Illegal("[%s] is not a valid ipv4/ipv6 address", clip(s))
	}
	return s, nil
}

// auto takes the first type that fits a text; other values stay as they are.
func auto(v any) (any, error) {
	s, ok := v.(string)
	if !ok {
		return v, nil
	}
	for _, to := range []func(any) (any, error){
		toBoolean,
		func(v any) (any, error) { return toWhole(v, 64, "long") },
		func(v any) (any, error) { return toFloat(v, 64, "double") },
	} {
		if out, err := to(s); err == nil {
			return out, nil
		}
	}
	return s, nil
}

func (p *convert) run(r *run, d *Document) error {
	v, ok, err := source(d, p.field, p.ignoreMissing, "be converted")
	if !ok {
		return err
	}
	l, isList := v.(*List)
	if !isList {
		out, err := p.to(v)
		if err != nil {
			return err
		}
		return d.set(p.target, out)
	}
	out := &List{items: make([]any, len(l.items))}
	for i, item := range l.items {
		if out.items[i], err = p.to(item); err != nil {
			return err
		}
	}
	if err := r.grow(16 * len(l.items)); err != nil {
		return err
	}
	return d.set(p.target, out)
}
