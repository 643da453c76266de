package ecs

import (
	"net/netip"
	"strconv"
	"time"
)

// Text is what a value can be given as. Bytes are copied.
type Text interface{ ~string | ~[]byte }

// Absent reports whether a raw value means "none": empty or a dash.
func Absent[T Text](v T) bool { return len(v) == 0 || (len(v) == 1 && v[0] == '-') }

// Keyword sets a string. An absent one (see Absent) is omitted.
func (b *Builder) Keyword(name, v string) {
	if !Absent(v) {
		at := b.begin(name)
		b.values = AppendString(b.values, v)
		b.end(at)
	}
}

// KeywordBytes is Keyword for bytes, which are copied.
func (b *Builder) KeywordBytes(name string, v []byte) {
	if !Absent(v) {
		at := b.begin(name)
		b.values = AppendString(b.values, v)
		b.end(at)
	}
}

// Text sets a string, whatever it is.
func (b *Builder) Text(name string, v []byte) {
	at := b.begin(name)
	b.values = AppendString(b.values, v)
	b.end(at)
}

// Keywords sets a list of strings, without its absent members; an empty list is omitted.
func (b *Builder) Keywords(name string, vs ...string) {
	at := int32(-1)
	for _, v := range vs {
		if Absent(v) {
			continue
		}
		if at < 0 {
			at = b.begin(name)
			b.values = append(b.values, '[')
		} else {
			b.values = append(b.values, ',')
		}
		b.values = AppendString(b.values, v)
	}
	if at >= 0 {
		b.values = append(b.values, ']')
		b.end(at)
	}
}

// Split sets a list of the parts of v between separators, omitting absent parts; an empty list is omitted.
func (b *Builder) Split(name string, v []byte, separator byte) {
	at := int32(-1)
	for from := 0; from <= len(v); {
		to := from
		for to < len(v) && v[to] != separator {
			to++
		}
		if part := v[from:to]; !Absent(part) {
			if at < 0 {
				at = b.begin(name)
				b.values = append(b.values, '[')
			} else {
				b.values = append(b.values, ',')
			}
			b.values = AppendString(b.values, part)
		}
		from = to + 1
	}
	if at >= 0 {
		b.values = append(b.values, ']')
		b.end(at)
	}
}

// Long sets an integer.
func (b *Builder) Long(name string, v int64) {
	at := b.begin(name)
	b.values = strconv.AppendInt(b.values, v, 10)
	b.end(at)
}

// LongBytes sets an integer from its text. It returns false, and sets nothing, when v is absent or no int64.
func (b *Builder) LongBytes(name string, v []byte) bool {
	if canonicalLong(v) {
		at := b.begin(name)
		b.values = append(b.values, v...)
		b.end(at)
		return true
	}
	n, ok := ParseLong(v)
	if ok {
		b.Long(name, n)
	}
	return ok
}

// Double sets a number with a fraction. NaN and infinities are omitted: JSON has none.
func (b *Builder) Double(name string, v float64) {
	if v != v || v-v != 0 {
		return
	}
	at := b.begin(name)
	b.values = strconv.AppendFloat(b.values, v, 'g', -1, 64)
	b.end(at)
}

// Decimal sets a number that is already written as JSON writes one, such as `0.086`. It returns false, and sets
// nothing, for anything else.
func (b *Builder) Decimal(name string, v []byte) bool {
	if !IsNumber(v) {
		return false
	}
	at := b.begin(name)
	b.values = append(b.values, v...)
	b.end(at)
	return true
}

// Bool sets a truth.
func (b *Builder) Bool(name string, v bool) {
	at := b.begin(name)
	b.values = strconv.AppendBool(b.values, v)
	b.end(at)
}

// Time sets a date as RFC 3339 with milliseconds in UTC.
func (b *Builder) Time(name string, ms int64) {
	at := b.begin(name)
	b.values = append(b.values, '"')
	b.values = b.clock.append(b.values, ms)
	b.values = append(b.values, '"')
	b.end(at)
}

// Timestamp sets `@timestamp` and the time of the document.
func (b *Builder) Timestamp(ms int64) {
	b.time = ms
	b.Time("@timestamp", ms)
}

// IP sets an address and adds it to `related.ip`.
func (b *Builder) IP(name string, a netip.Addr) {
	at := b.begin(name)
	b.values = append(b.values, '"')
	from := int32(len(b.values))
	b.values = appendAddr(b.values, a)
	b.relateIP(a, span{from, int32(len(b.values))})
	b.values = append(b.values, '"')
	b.end(at)
	b.addrs = append(b.addrs, addrField{at, a})
}

// Address sets prefix.address to v, and prefix.ip and `related.ip` too when v is an address (see ParseIP). It returns
// that address. prefix.address and prefix.ip must be constants.
func (b *Builder) Address(address, ip string, v []byte) (netip.Addr, bool) {
	if Absent(v) {
		return netip.Addr{}, false
	}
	b.KeywordBytes(address, v)
	a, ok := ParseIP(v)
	if ok {
		b.IP(ip, a)
	}
	return a, ok
}

// JSON sets a value that the caller has already rendered. raw must be valid JSON; nil is omitted.
func (b *Builder) JSON(name string, raw []byte) {
	if len(raw) == 0 {
		return
	}
	at := b.begin(name)
	b.values = append(b.values, raw...)
	b.end(at)
}

// Now is the clock of the configuration, in milliseconds since 1970 UTC.
func (b *Builder) Now() int64 { return b.options.Now().UnixMilli() }

// ParseTime reads the times that AWS writes: RFC 3339 with or without a fraction, with `Z`, an offset, or nothing
// (then UTC). The result is in milliseconds since 1970 UTC, rounded down.
func ParseTime(v []byte) (int64, bool) {
	if ms, ok := parseUTC(v); ok {
		return ms, true
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, string(v)); err == nil {
			return t.UnixMilli(), true
		}
	}
	return 0, false
}
