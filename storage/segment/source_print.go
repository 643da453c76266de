package segment

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/vedette-siem/vedette/storage/document"
)

// A printer is a way to write a column's value as JSON. Its number is on disk.
type printer byte

const (
	printQuoted  printer = 1 // between quotes, without any escape
	printBare    printer = 2 // as it is: digits, true, false
	printJSON    printer = 3 // a string with the escapes that JSON demands
	printGo      printer = 4 // a string as Go's encoding/json writes it today: <, > and & are escaped too
	printASCII   printer = 5 // a string in which everything but ASCII is escaped, as Python writes it
	printPoint   printer = 6 // a whole number with .0
	printSeconds printer = 7 // a date in seconds since 1970
	// printDate and those after it are dates of RFC 3339: with 0, 3, 6 or 9 digits behind the seconds, each with Z and with +00:00.
	printDate  printer = 8
	printerEnd         = printDate + 8
)

// printersOf are the ways in which values of a kind are often written, the most likely first.
func printersOf(kind document.Kind) []printer {
	switch kind {
	case document.Keyword:
		return []printer{printQuoted, printBare, printJSON, printGo, printASCII}
	case document.Long, document.Boolean, document.Unsigned:
		return []printer{printBare, printQuoted}
	case document.Double:
		return []printer{printBare, printPoint, printQuoted}
	case document.IP:
		return []printer{printQuoted}
	case document.Date:
		return []printer{printDate, printDate + 2, printBare, printDate + 1, printDate + 3, printDate + 4, printDate + 5, printDate + 6, printDate + 7, printSeconds, printQuoted}
	case document.DateNanos:
		return []printer{printDate + 6, printDate + 4, printDate + 2, printDate, printDate + 7, printDate + 5, printDate + 3, printDate + 1}
	}
	return nil
}

// valuePrinter prints values. It is for one goroutine.
type valuePrinter struct {
	day     int64 // since 1970, of dayText
	dayText [len("2006-01-02")]byte
}

// term appends a term of a keyword or ip column, or returns false if the printer cannot write it.
func (p *valuePrinter) term(buf []byte, how printer, kind document.Kind, term string) ([]byte, bool) {
	if kind == document.IP {
		addr, ok := document.IPOf(term)
		if !ok || how != printQuoted {
			return buf, false
		}
		return append(addr.AppendTo(append(buf, '"')), '"'), true
	}
	switch how {
	case printQuoted:
		return append(append(append(buf, '"'), term...), '"'), true
	case printBare:
		return append(buf, term...), true
	case printJSON, printASCII, printGo:
		return appendEscaped(buf, term, how), true
	}
	return buf, false
}

// number appends a value of a numeric column, or returns false if the printer cannot write it.
func (p *valuePrinter) number(buf []byte, how printer, kind document.Kind, n int64) ([]byte, bool) {
	switch kind {
	case document.Date, document.DateNanos:
		return p.date(buf, how, kind, n)
	case document.Boolean:
		return quotedIf(buf, how, func(buf []byte) []byte { return strconv.AppendBool(buf, n != 0) })
	case document.Double:
		return appendDouble(buf, how, document.DoubleOf(n))
	}
	if kind == document.Unsigned {
		return quotedIf(buf, how, func(buf []byte) []byte { return strconv.AppendUint(buf, document.UnsignedOf(n), 10) })
	}
	return quotedIf(buf, how, func(buf []byte) []byte { return strconv.AppendInt(buf, n, 10) })
}

func quotedIf(buf []byte, how printer, f func([]byte) []byte) ([]byte, bool) {
	switch how {
	case printBare:
		return f(buf), true
	case printQuoted:
		return append(f(append(buf, '"')), '"'), true
	}
	return buf, false
}

func appendDouble(buf []byte, how printer, f float64) ([]byte, bool) {
	if math.IsInf(f, 0) || math.IsNaN(f) || math.Abs(f) >= 1e21 {
		return buf, false
	}
	decimal := func(buf []byte) []byte { return strconv.AppendFloat(buf, f, 'f', -1, 64) }
	if how == printPoint {
		return append(decimal(buf), ".0"...), f == math.Trunc(f)
	}
	return quotedIf(buf, how, decimal)
}

const secondsOfDay = 24 * 60 * 60

func (p *valuePrinter) date(buf []byte, how printer, kind document.Kind, n int64) ([]byte, bool) {
	unit := int64(1_000) // of a second
	if kind == document.DateNanos {
		unit = 1_000_000_000
	}
	seconds, fraction := floorDiv(n, unit)
	switch {
	case how >= printDate && how < printerEnd:
		return p.rfc3339(buf, int(how-printDate), seconds, fraction*(1_000_000_000/unit))
	case how == printSeconds:
		return strconv.AppendInt(buf, seconds, 10), fraction == 0
	case kind == document.Date:
		return quotedIf(buf, how, func(buf []byte) []byte { return strconv.AppendInt(buf, n, 10) })
	}
	return buf, false
}

func floorDiv(n, by int64) (quotient, rest int64) {
	quotient, rest = n/by, n%by
	if rest < 0 {
		return quotient - 1, rest + by
	}
	return quotient, rest
}

// rfc3339 appends a date; form counts the forms from printDate.
func (p *valuePrinter) rfc3339(buf []byte, form int, seconds, nanos int64) ([]byte, bool) {
	day, second := floorDiv(seconds, secondsOfDay)
	if !p.setDay(day) {
		return buf, false
	}
	buf = append(append(append(buf, '"'), p.dayText[:]...), 'T')
	buf = append(appendTwo(buf, second/3600), ':')
	buf = append(appendTwo(buf, second/60%60), ':')
	buf = appendTwo(buf, second%60)
	digits := form / 2 * 3
	if digits > 0 {
		buf = append(buf, '.')
		for power := int64(100_000_000); digits > 0; digits-- {
			buf = append(buf, byte('0'+nanos/power%10))
			nanos -= nanos / power * power
			power /= 10
		}
	}
	if form%2 == 1 {
		return append(buf, `+00:00"`...), nanos == 0
	}
	return append(buf, 'Z', '"'), nanos == 0
}

func appendTwo(buf []byte, n int64) []byte { return append(buf, byte('0'+n/10), byte('0'+n%10)) }

// setDay sets dayText; only years of four digits have one.
func (p *valuePrinter) setDay(day int64) bool {
	if p.day == day && p.dayText[0] != 0 {
		return true
	}
	t := time.Unix(day*secondsOfDay, 0).UTC()
	if t.Year() < 0 || t.Year() > 9999 {
		return false
	}
	t.AppendFormat(p.dayText[:0], time.DateOnly)
	p.day = day
	return true
}

const hexDigits = "0123456789abcdef"

// appendEscaped appends a string with the escapes that JSON demands, the short ones where there are, and those that the printer adds: printASCII escapes DEL and all
// that is not ASCII; printGo escapes <, >, &, U+2028 and U+2029. What it writes is what segments were written with, and never changes.
func appendEscaped(buf []byte, s string, how printer) []byte {
	buf = append(buf, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf && how != printJSON {
			r, size := utf8.DecodeRuneInString(s[i:])
			if how == printASCII || r == '\u2028' || r == '\u2029' {
				buf = appendUnicode(buf, r)
			} else {
				buf = append(buf, s[i:i+size]...)
			}
			i += size
			continue
		}
		i++
		if short := strings.IndexByte("\"\\\b\f\n\r\t", c); short >= 0 {
			buf = append(buf, '\\', `"\bfnrt`[short])
			continue
		}
		if c < 0x20 || c == 0x7f && how == printASCII || how == printGo && (c == '<' || c == '>' || c == '&') {
			buf = appendUnit(buf, uint32(c))
			continue
		}
		buf = append(buf, c)
	}
	return append(buf, '"')
}

// appendUnicode appends a character as one \u escape, or as two that are a surrogate pair.
func appendUnicode(buf []byte, r rune) []byte {
	if r < 0x10000 {
		return appendUnit(buf, uint32(r))
	}
	r -= 0x10000
	return appendUnit(appendUnit(buf, uint32(0xd800+r>>10)), uint32(0xdc00+r&0x3ff))
}

func appendUnit(buf []byte, u uint32) []byte {
	return append(buf, '\\', 'u', hexDigits[u>>12&15], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15])
}
