package demo

import (
	"math"
	"time"
)

// slot is the length of one object: AWS writes its log files every five minutes.
const slot = 5 * time.Minute

// span is the time that is told: from, exclusive, to to, inclusive.
type span struct{ from, to time.Time }

func (s span) holds(t time.Time) bool { return t.After(s.from) && !t.After(s.to) }

// first returns the beginning of the five minutes in which the span begins.
func (s span) first() time.Time { return s.from.Truncate(slot) }

// named returns the time an object's name may carry: no later than the end of the span.
func (s span) named(t time.Time) time.Time {
	if t.After(s.to) {
		t = s.to
	}
	return t.Truncate(time.Minute)
}

// curve tells how busy a moment is. It is 1 on average over a weekday.
type curve func(t time.Time) float64

func flat(time.Time) float64 { return 1 }

// shopping is the curve of private people: busiest at eight in the evening, quietest at about six in the morning.
// The offset is their hours east of UTC.
func shopping(offset int) curve {
	return func(t time.Time) float64 {
		local := t.Add(time.Duration(offset) * time.Hour)
		load := 1 - 0.75*math.Cos(2*math.Pi*(hours(local)-7)/24)
		if weekend(local) {
			load *= 1.1
		}
		return load
	}
}

// working is the curve of an office: eight to six with a lunch break, nearly nothing at night and on weekends.
func working(offset int) curve {
	return func(t time.Time) float64 {
		local := t.Add(time.Duration(offset) * time.Hour)
		h := hours(local)
		load := 0.15
		switch {
		case h >= 12 && h < 13:
			load = 1.5
		case h >= 9 && h < 17:
			load = 2.6
		case h >= 8 && h < 19:
			load = 1.2
		}
		if weekend(local) {
			load *= 0.15
		}
		return load
	}
}

func hours(t time.Time) float64 { return float64(t.Hour()) + float64(t.Minute())/60 }

func weekend(t time.Time) bool {
	return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday
}

// day numbers the days since 1970 in UTC.
func day(t time.Time) int64 { return t.Unix() / 86400 }
