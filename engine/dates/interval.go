package dates

import (
	"strconv"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// An Interval is the width of the buckets of a date histogram. The zero value is not usable: ParseInterval makes one.
type Interval struct {
	// width is the length in milliseconds of a fixed interval and of a calendar second, minute or hour.
	width int64
	// unit is d, w, M, q or y where lengths differ with the calendar, else 0.
	unit byte
}

// calendarUnits are the values of `calendar_interval`.
func calendarUnit(s string) (Interval, bool) {
	switch s {
	case "second", "1s":
		return Interval{width: 1000}, true
	case "minute", "1m":
		return Interval{width: 60_000}, true
	case "hour", "1h":
		return Interval{width: 3_600_000}, true
	case "day", "1d":
		return Interval{unit: 'd'}, true
	case "week", "1w":
		return Interval{unit: 'w'}, true
	case "month", "1M":
		return Interval{unit: 'M'}, true
	case "quarter", "1q":
		return Interval{unit: 'q'}, true
	case "year", "1y":
		return Interval{unit: 'y'}, true
	}
	return Interval{}, false
}

// ParseInterval reads `calendar_interval` or `fixed_interval`; exactly one must be given. The error is an illegal_argument_exception.
func ParseInterval(calendar, fixed string) (Interval, error) {
	switch {
	case calendar != "" && fixed != "":
		return Interval{}, eserr.Illegal("Cannot use [fixed_interval] with [calendar_interval] configuration option.")
	case calendar != "":
		i, ok := calendarUnit(calendar)
		if !ok {
			return Interval{}, eserr.Illegal("The supplied interval [%s] could not be parsed as a calendar interval.", calendar)
		}
		return i, nil
	case fixed != "":
		ms, err := ParseDuration(fixed, "date_histogram.fixedInterval")
		if err != nil {
			return Interval{}, err
		}
		if ms <= 0 {
			return Interval{}, eserr.Illegal("Zero or negative time interval not supported")
		}
		return Interval{width: ms}, nil
	}
	return Interval{}, eserr.Illegal("Invalid interval specified, must be non-null and non-empty")
}

// ParseDuration reads a time value in milliseconds: a whole number and `d`, `h`, `m`, `s`, `ms`, `micros` or `nanos`. A sign is allowed, as in an `offset`.
// setting is named in the error, an illegal_argument_exception.
func ParseDuration(s, setting string) (ms int64, err error) {
	text := strings.ToLower(strings.TrimSpace(s))
	if strings.HasSuffix(strings.TrimSpace(s), "M") { // a month has no fixed length; Java's parser does not fold it either
		text = ""
	}
	for _, unit := range [...]struct {
		suffix string
		nanos  int64
	}{{"nanos", 1}, {"micros", 1000}, {"ms", 1_000_000}, {"s", 1_000_000_000}, {"m", 60_000_000_000}, {"h", 3_600_000_000_000}, {"d", 86_400_000_000_000}} {
		digits, ok := strings.CutSuffix(text, unit.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		limit := int64(1) << 62 / max(unit.nanos/1_000_000, 1)
		if err != nil {
			e := eserr.Illegal("failed to parse [%s], fractional time values are not supported", s)
			e.CausedBy = eserr.BadRequest("number_format_exception", "For input string: \"%s\"", strings.TrimSpace(digits))
			return 0, e
		}
		if n > limit || n < -limit {
			return 0, eserr.Illegal("failed to parse [%s], too large time values are not supported", s)
		}
		if unit.nanos < 1_000_000 {
			return n * unit.nanos / 1_000_000, nil
		}
		return n * (unit.nanos / 1_000_000), nil
	}
	if text == "0" {
		return 0, nil
	}
	return 0, eserr.Illegal("failed to parse setting [%s] with value [%s] as a time value: unit is missing or unrecognized", setting, s)
}

// Fixed is the length in milliseconds of a fixed interval, or of a calendar second, minute or hour; 0 where lengths differ.
func (i Interval) Fixed() int64 { return i.width }

// Months is how many months a calendar month, quarter or year has; 0 for the others.
func (i Interval) Months() int64 {
	switch i.unit {
	case 'M':
		return 1
	case 'q':
		return 3
	case 'y':
		return 12
	}
	return 0
}

// Approximate is about how many milliseconds a bucket is long, to guess a number of buckets with.
func (i Interval) Approximate() int64 {
	const day = 86_400_000
	switch i.unit {
	case 'd':
		return day
	case 'w':
		return 7 * day
	case 'M':
		return 30 * day
	case 'q':
		return 91 * day
	case 'y':
		return 365 * day
	}
	return i.width
}

// Floor is the start of the bucket that ms lies in, on the calendar of loc (nil is UTC), with buckets moved by offsetMs.
func (i Interval) Floor(ms int64, loc *time.Location, offsetMs int64) int64 {
	ms -= offsetMs
	if i.unit != 0 {
		return i.floorCalendar(ms, loc) + offsetMs
	}
	if loc == nil || loc == time.UTC {
		return floorDiv(ms, i.width)*i.width + offsetMs
	}
	return i.floorClock(ms, loc) + offsetMs
}

// Next is the start of the bucket after the one that ms lies in.
func (i Interval) Next(ms int64, loc *time.Location, offsetMs int64) int64 {
	ms = i.Floor(ms, loc, offsetMs)
	if i.unit == 0 && (loc == nil || loc == time.UTC) {
		return ms + i.width
	}
	step := i.Approximate() / 2
	next := ms
	for next <= ms { // half steps reach the bucket after ms without passing over a short one
		if step < 1 {
			step = 1
		}
		next = i.Floor(ms+step, loc, offsetMs)
		step += max(i.Approximate()/4, 1)
	}
	return i.first(ms, next, loc, offsetMs)
}

// first steps back from next to the earliest bucket after ms: where clocks are moved a short bucket can lie between.
func (i Interval) first(ms, next int64, loc *time.Location, offsetMs int64) int64 {
	for {
		before := i.Floor(next-1, loc, offsetMs)
		if before <= ms {
			return next
		}
		next = before
	}
}

// floorClock rounds the time that the clocks of loc show. It is what Elasticsearch's Rounding does: of two instants with the rounded time the latest that is not after
// ms, and where the clocks skip it the moment of the skip.
func (i Interval) floorClock(ms int64, loc *time.Location) int64 {
	t := time.UnixMilli(ms).In(loc)
	offset := offsetAt(t, loc).Milliseconds()
	rounded := floorDiv(ms+offset, i.width) * i.width
	if zoneStart, _ := t.ZoneBounds(); zoneStart.IsZero() || zoneStart.UnixMilli() <= rounded-offset {
		return rounded - offset
	}
	start, exact := inZone(time.UnixMilli(rounded).UTC(), loc)
	if !exact {
		from, _ := start.ZoneBounds()
		return from.UnixMilli()
	}
	return start.UnixMilli()
}

// floorCalendar is the start of the day, week, month, quarter or year.
func (i Interval) floorCalendar(ms int64, loc *time.Location) int64 {
	if loc == nil {
		loc = time.UTC
	}
	t := time.UnixMilli(ms).In(loc)
	y, m, d := t.Date()
	switch i.unit {
	case 'w':
		d -= daysSinceMonday(t)
	case 'M':
		d = 1
	case 'q':
		m, d = (m-1)/3*3+1, 1
	case 'y':
		m, d = 1, 1
	}
	start := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	if loc == time.UTC {
		return start.UnixMilli()
	}
	return startInZone(start, loc).UnixMilli()
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && a < 0 {
		q--
	}
	return q
}
