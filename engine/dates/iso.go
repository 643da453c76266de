package dates

import (
	"strconv"
	"time"
)

// iso is `strict_date_optional_time` and its kin: `uuuu[-MM[-dd['T'[HH[:mm[:ss[.S{1,9}]]][zone]]]]]`. It is written by hand because every
// event passes here. The lenient one takes numbers of one digit too. With nanos more than the milliseconds are written, as far as there are any.
type iso struct{ strict, nanos bool }

// read implements part.
func (p iso) read(s string) (c components, ok bool) {
	if c.year, s, ok = p.isoYear(s); !ok {
		return c, false
	}
	c.has |= hasYear
	for _, next := range [...]struct {
		into *int
		has  component
	}{{&c.month, hasMonth}, {&c.day, hasDay}} {
		if s == "" || s[0] != '-' {
			break
		}
		if *next.into, s, ok = p.number(s[1:]); !ok {
			return c, false
		}
		c.has |= next.has
	}
	if s == "" {
		return c, true
	}
	if s[0] != 'T' || c.has&hasDay == 0 {
		return c, false
	}
	if s = s[1:]; s == "" {
		return c, true
	}
	return p.clock(c, s)
}

// instant reads what nearly all events have for a time, `2026-06-01T10:00:00Z` with 0 to 9 digits of the second's fraction. Of other texts, and of times that there
// are not, it returns false: the general way then looks at them.
func instant(s string) (time.Time, bool) {
	const plain = len("2026-06-01T10:00:00Z")
	if len(s) < plain || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s[len(s)-1] != 'Z' {
		return time.Time{}, false
	}
	century, year, month, day := two(s, 0), two(s, 2), two(s, 5), two(s, 8)
	hour, minute, second := two(s, 11), two(s, 14), two(s, 17)
	if century|year|month|day|hour|minute|second < 0 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	if year += 100 * century; month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return time.Time{}, false
	}
	nano := 0
	if len(s) > plain {
		var rest string
		var ok bool
		if nano, rest, ok = fraction(s[20:], 1, 9); !ok || s[19] != '.' || rest != "Z" {
			return time.Time{}, false
		}
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nano, time.UTC), true
}

// two is the number that the two digits at a place are, negative if they are none.
func two(s string, at int) int {
	tens, ones := s[at]-'0', s[at+1]-'0'
	if tens > 9 || ones > 9 {
		return -1
	}
	return int(tens)*10 + int(ones)
}

// isoYear reads four digits, or a sign and 4 to 9 digits; lenient, 1 to 4 digits.
func (p iso) isoYear(s string) (year int, rest string, ok bool) {
	signed := s != "" && (s[0] == '-' || s[0] == '+')
	from := 0
	if signed {
		from = 1
	}
	i := from
	for i < len(s) && i < from+9 && isDigit(s[i]) {
		year = year*10 + int(s[i]-'0')
		i++
	}
	n := i - from
	if (p.strict || signed) && n < 4 || n == 0 || !signed && n > 4 {
		return 0, s, false
	}
	if signed && s[0] == '-' {
		year = -year
	}
	return year, s[i:], true
}

// number reads two digits; lenient, one or two.
func (p iso) number(s string) (n int, rest string, ok bool) {
	if len(s) >= 2 && isDigit(s[0]) && isDigit(s[1]) {
		return int(s[0]-'0')*10 + int(s[1]-'0'), s[2:], true
	}
	if !p.strict && s != "" && isDigit(s[0]) {
		return int(s[0] - '0'), s[1:], true
	}
	return 0, s, false
}

// clock reads the time of day and the zone.
func (p iso) clock(c components, s string) (_ components, ok bool) {
	if c.hour, s, ok = p.number(s); !ok {
		return c, false
	}
	c.has |= hasHour
	if s != "" && s[0] == ':' {
		if c.minute, s, ok = p.number(s[1:]); !ok {
			return c, false
		}
		c.has |= hasMinute
		if s != "" && s[0] == ':' {
			if c.second, s, ok = p.number(s[1:]); !ok {
				return c, false
			}
			c.has |= hasSecond
			if s != "" && (s[0] == '.' || s[0] == ',') {
				if c.nano, s, ok = fraction(s[1:], 1, 9); !ok {
					return c, false
				}
				c.has |= hasNano
			}
		}
	}
	if s == "" {
		return c, true
	}
	if s == "Z" {
		c.zone = time.UTC
		return c, true
	}
	loc, err := Zone(s)
	c.zone = loc
	return c, err == nil
}

// write implements part: always a full date and time with 3 digits of the second, or with nanos up to 9.
func (p iso) write(b []byte, t time.Time) []byte {
	if y := t.Year(); y < 0 || y > 9999 {
		b = appendYear(b, y)
		b = t.AppendFormat(b, "-01-02T15:04:05")
	} else {
		b = t.AppendFormat(b, "2006-01-02T15:04:05")
	}
	nano := t.Nanosecond()
	if !p.nanos {
		nano -= nano % 1_000_000
	}
	b = appendFraction(append(b, '.'), nano)
	return t.AppendFormat(b, "Z07:00")
}

// appendYear writes a year with at least four digits, and a sign where it has more (Java's SignStyle.EXCEEDS_PAD).
func appendYear(b []byte, y int) []byte {
	switch {
	case y < 0:
		b, y = append(b, '-'), -y
	case y > 9999:
		b = append(b, '+')
	}
	return appendPadded(b, y, 4)
}

// appendFraction writes 3 to 9 digits of a second, as many as the nanoseconds need.
func appendFraction(b []byte, nano int) []byte {
	b = appendPadded(b, nano/1_000_000, 3)
	for rest, scale := nano%1_000_000, 100_000; rest > 0; scale /= 10 {
		b = append(b, byte('0'+rest/scale))
		rest %= scale
	}
	return b
}

// appendPadded writes n with leading zeros up to a width.
func appendPadded(b []byte, n, width int) []byte {
	digits := strconv.Itoa(n)
	for i := len(digits); i < width; i++ {
		b = append(b, '0')
	}
	return append(b, digits...)
}

// fraction reads lo to hi digits as a fraction of a second, in nanoseconds.
func fraction(s string, lo, hi int) (nano int, rest string, ok bool) {
	i, scale := 0, 100_000_000
	for i < len(s) && i < hi && isDigit(s[i]) {
		nano += int(s[i]-'0') * scale
		scale /= 10
		i++
	}
	return nano, s[i:], i >= lo
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
