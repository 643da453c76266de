package dates

import (
	"fmt"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// maxOffset is Java's limit of an offset from UTC, in seconds.
const maxOffset = 18 * 3600

// Zone reads a time zone as Java's ZoneId does: `+02:00`, `-5`, `Europe/Berlin`, `Z`, `UTC`, `UTC+1`. The empty text is UTC.
// Region names need the system's zone files or the time/tzdata package. The error is an illegal_argument_exception.
func Zone(s string) (*time.Location, error) {
	switch s {
	case "", "Z", "UTC", "GMT", "UT", "z":
		return time.UTC, nil
	}
	offset := s
	for _, prefix := range []string{"UTC", "GMT", "UT"} {
		if rest, ok := strings.CutPrefix(s, prefix); ok && rest[0] != '/' {
			offset = rest
			break
		}
	}
	if offset[0] == '+' || offset[0] == '-' {
		seconds, ok := parseOffset(offset)
		if !ok {
			return nil, eserr.Illegal("Invalid ID for offset-based time zone: %s", s)
		}
		return fixedZone(seconds), nil
	}
	if s == "Local" || strings.Contains(s, "..") { // names of Go and of the file system, not of a zone
		return nil, eserr.Illegal("Unknown time-zone ID: %s", s)
	}
	loc, err := time.LoadLocation(s)
	if err != nil {
		return nil, eserr.Illegal("Unknown time-zone ID: %s", s)
	}
	return loc, nil
}

// fixedZone names an offset as Java does; no offset is UTC itself.
func fixedZone(seconds int) *time.Location {
	if seconds == 0 {
		return time.UTC
	}
	sign, abs := '+', seconds
	if seconds < 0 {
		sign, abs = '-', -seconds
	}
	name := fmt.Sprintf("%c%02d:%02d", sign, abs/3600, abs/60%60)
	if abs%60 != 0 {
		name += fmt.Sprintf(":%02d", abs%60)
	}
	return time.FixedZone(name, seconds)
}

// parseOffset reads `+h`, `+hh`, `+hh:mm`, `+hhmm`, `+hh:mm:ss` and `+hhmmss`, with either sign.
func parseOffset(s string) (seconds int, ok bool) {
	negative, digits := s[0] == '-', s[1:]
	switch colons := strings.Count(digits, ":"); {
	case colons == 0 && (len(digits) == 1 || len(digits) == 2 || len(digits) == 4 || len(digits) == 6):
	case colons == 1 && len(digits) == 5 && digits[2] == ':':
	case colons == 2 && len(digits) == 8 && digits[2] == ':' && digits[5] == ':':
	default:
		return 0, false
	}
	digits = strings.ReplaceAll(digits, ":", "")
	if len(digits) == 1 {
		digits = "0" + digits
	}
	for unit := 3600; digits != ""; unit, digits = unit/60, digits[2:] {
		if !isDigit(digits[0]) || !isDigit(digits[1]) {
			return 0, false
		}
		n := int(digits[0]-'0')*10 + int(digits[1]-'0')
		if unit < 3600 && n > 59 {
			return 0, false
		}
		seconds += n * unit
	}
	if negative {
		seconds = -seconds
	}
	return seconds, seconds >= -maxOffset && seconds <= maxOffset
}

// inZone returns the instant at which the clocks of loc show what utc shows in UTC. Where they show it twice it is the first time, and where they
// skip it the clock is taken as not yet moved (both as Java's ZonedDateTime does); exact is false then.
func inZone(utc time.Time, loc *time.Location) (t time.Time, exact bool) {
	before, after := offsetAt(utc.Add(-26*time.Hour), loc), offsetAt(utc.Add(26*time.Hour), loc)
	first := utc.Add(-before).In(loc)
	if offsetAt(first, loc) == before {
		return first, true
	}
	if second := utc.Add(-after).In(loc); offsetAt(second, loc) == after {
		return second, true
	}
	return first, false
}

// startInZone is inZone for the beginning of a day, week or month: where the clocks skip it, the moment of the skip.
func startInZone(utc time.Time, loc *time.Location) time.Time {
	t, exact := inZone(utc, loc)
	if exact {
		return t
	}
	start, _ := t.ZoneBounds()
	return start
}

// offsetAt is the zone's distance from UTC at an instant.
func offsetAt(t time.Time, loc *time.Location) time.Duration {
	_, seconds := t.In(loc).Zone()
	return time.Duration(seconds) * time.Second
}
