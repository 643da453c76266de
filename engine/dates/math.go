package dates

import (
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// ParseRound reads a bound of a range: a date as Parse does, or date math (`now-1h/d`, `2026-01-01||+1M/d`). With roundUp (for `lte` and `gt`)
// missing parts of the time of day and a rounding go up to the last millisecond, else down. Of a text without a day roundUp means the end
// of the first day, as Elasticsearch documents it: `2026-06` is 2026-06-01T23:59:59.999.
//
// loc (nil is UTC) is for texts without a zone and for roundings. The error is a parse_exception.
func (f Format) ParseRound(s string, roundUp bool, loc *time.Location, now time.Time) (time.Time, error) {
	if loc == nil {
		loc = time.UTC
	}
	if math, ok := strings.CutPrefix(s, "now"); ok {
		return evaluate(now, math, roundUp, loc)
	}
	date, math, ok := strings.Cut(s, "||")
	t, parsed := f.parse(date, loc, roundUp && !ok)
	if !parsed {
		e := eserr.BadRequest("parse_exception", "failed to parse date field [%s] with format [%s]: [failed to parse date field [%s] with format [%s]]", date, f.Name(), date, f.Name())
		e.CausedBy = f.failure(date)
		return time.Time{}, e
	}
	if !ok {
		return t, nil
	}
	return evaluate(t, math, roundUp, loc)
}

// evaluate applies the operations of date math, from left to right, on the calendar of loc.
func evaluate(t time.Time, math string, roundUp bool, loc *time.Location) (time.Time, error) {
	t = t.In(loc)
	for rest := math; rest != ""; {
		op, n, unit, after, err := operation(rest, math)
		if err != nil {
			return time.Time{}, err
		}
		rest = after
		switch {
		case op != '/':
			if op == '-' {
				n = -n
			}
			t = add(t, n, unit)
		case roundUp:
			t = add(floor(t, unit), 1, unit).Add(-time.Millisecond)
		default:
			t = floor(t, unit)
		}
		if y := t.Year(); y > maxYear || y < -maxYear {
			return time.Time{}, mathError("date math [%s] leads beyond the calendar", math)
		}
	}
	return t, nil
}

// operation reads one operation: `+1d`, `-3h`, `/M`.
func operation(s, math string) (op byte, n int64, unit byte, rest string, err error) {
	op, s = s[0], s[1:]
	if op != '/' && op != '+' && op != '-' {
		return 0, 0, 0, "", mathError("operator not supported for date math [%s]", math)
	}
	digits := 0
	for digits < len(s) && isDigit(s[digits]) {
		n = n*10 + int64(s[digits]-'0')
		if n > 1e12 {
			return 0, 0, 0, "", mathError("number too large in date math [%s]", math)
		}
		digits++
	}
	if digits == 0 {
		n = 1
	}
	if s = s[digits:]; s == "" {
		return 0, 0, 0, "", mathError("truncated date math [%s]", math)
	}
	if op == '/' && n != 1 {
		return 0, 0, 0, "", mathError("rounding `/` can only be used on single unit types [%s]", math)
	}
	if !strings.ContainsRune("yMwdhHms", rune(s[0])) {
		return 0, 0, 0, "", mathError("unit [%c] not supported for date math [%s]", s[0], math)
	}
	return op, n, s[0], s[1:], nil
}

func mathError(format string, args ...any) error {
	return eserr.BadRequest("parse_exception", format, args...)
}

// add moves t by n units: years to days on the calendar of its zone, less by the clock. The end of a month stays within it (31 January + 1M is 28 February).
func add(t time.Time, n int64, unit byte) time.Time {
	switch unit {
	case 'y':
		return addMonths(t, n*12)
	case 'M':
		return addMonths(t, n)
	case 'w':
		return addDays(t, n*7)
	case 'd':
		return addDays(t, n)
	case 'm':
		n *= 60
	case 'h', 'H':
		n *= 3600
	}
	return time.Unix(t.Unix()+n, int64(t.Nanosecond())).In(t.Location())
}

func addMonths(t time.Time, n int64) time.Time {
	months := int64(t.Year())*12 + int64(t.Month()) - 1 + n
	year, month := floorDiv(months, 12), int(months-floorDiv(months, 12)*12)+1
	year = min(max(year, -maxYear-1), maxYear+1) // refused by evaluate
	day := min(t.Day(), daysIn(int(year), month))
	return onCalendar(time.Date(int(year), time.Month(month), day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC), t.Location())
}

func addDays(t time.Time, n int64) time.Time {
	utc := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	return onCalendar(time.Unix(utc.Unix()+n*86400, int64(utc.Nanosecond())).UTC(), t.Location())
}

func onCalendar(utc time.Time, loc *time.Location) time.Time {
	if loc == time.UTC {
		return utc
	}
	t, _ := inZone(utc, loc)
	return t
}

// floor is the start of the unit that t lies in, in its zone.
func floor(t time.Time, unit byte) time.Time {
	i := Interval{unit: unit}
	switch unit {
	case 's':
		i = Interval{width: 1000}
	case 'm':
		i = Interval{width: 60_000}
	case 'h', 'H':
		i = Interval{width: 3_600_000}
	}
	return time.UnixMilli(i.Floor(t.UnixMilli(), t.Location(), 0)).In(t.Location())
}
