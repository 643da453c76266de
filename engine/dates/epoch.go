package dates

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// epoch is `epoch_second` or `epoch_millis`: a number of that unit since 1970 UTC, which may be negative and may have a fraction.
type epoch time.Duration

// read implements part.
func (e epoch) read(s string) (c components, ok bool) {
	whole, frac, dotted := strings.Cut(s, ".")
	digits := strings.TrimPrefix(whole, "-")
	if digits == "" || !isDigit(digits[0]) {
		return c, false
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return c, false
	}
	perSecond := int64(time.Second) / int64(e)
	nano := n % perSecond * int64(e)
	if !dotted {
		c.span = int(e) - 1
	}
	if dotted {
		part, rest, ok := fraction(frac, 1, 9)
		if !ok || rest != "" {
			return c, false
		}
		part = part / int(perSecond)
		if whole[0] == '-' {
			part = -part
		}
		nano += int64(part)
	}
	c.epochSeconds, c.nano, c.has = n/perSecond, int(nano), hasEpoch
	return c, true
}

// write implements part.
func (e epoch) write(b []byte, t time.Time) []byte {
	whole, n, digits := t.Unix(), t.Nanosecond(), 9
	if time.Duration(e) == time.Millisecond {
		whole, n, digits = t.UnixMilli(), n%1_000_000, 6
	}
	b = strconv.AppendInt(b, whole, 10)
	if n != 0 {
		b = bytes.TrimRight(appendPadded(append(b, '.'), n, digits), "0")
	}
	return b
}
