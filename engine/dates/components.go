package dates

import "time"

// components are what a format found in a text. The zero value has found nothing.
type components struct {
	has                                          component
	year, month, day, hour, minute, second, nano int
	yearDay, weekYear, week, weekDay             int
	pm                                           bool
	epochSeconds                                 int64
	// span is the length less one of a number of seconds or milliseconds without a fraction, in nanoseconds.
	span int
	zone *time.Location // nil: the text has none
}

// component is a set of components.
type component uint16

const (
	hasYear component = 1 << iota
	hasMonth
	hasDay
	hasHour
	hasMinute
	hasSecond
	hasNano
	hasYearDay
	hasWeekYear
	hasWeek
	hasWeekDay
	hasHalf
	hasEpoch
)

// maxYear keeps every time within what milliseconds in an int64 can hold.
const maxYear = 290_000_000

// resolve makes an instant of the components. What is missing of the date is the first month and day (also with up, as in Elasticsearch);
// what is missing of the time of day is midnight, or with up the last nanosecond. It returns false for a date that does not exist.
func (c components) resolve(loc *time.Location, up bool) (time.Time, bool) {
	if c.has&hasEpoch != 0 {
		if up {
			c.nano += c.span
		}
		return time.Unix(c.epochSeconds, int64(c.nano)).UTC(), true
	}
	if !c.resolveDate() || !c.resolveTime(up) {
		return time.Time{}, false
	}
	if c.zone != nil {
		loc = c.zone
	}
	t := time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second, c.nano, time.UTC)
	if loc == nil || loc == time.UTC {
		return t, true
	}
	t, _ = inZone(t, loc)
	return t, true
}

// resolveDate fills year, month and day; it returns false if there is no such day.
func (c *components) resolveDate() bool {
	switch {
	case c.has&(hasWeekYear|hasWeek) != 0 && c.has&hasYear == 0:
		return c.resolveWeek()
	case c.has&hasYear == 0:
		c.year = 1970
	}
	if c.year > maxYear || c.year < -maxYear {
		return false
	}
	if c.has&hasYearDay != 0 {
		day := time.Date(c.year, 1, c.yearDay, 0, 0, 0, 0, time.UTC)
		c.month, c.day = int(day.Month()), day.Day()
		return c.yearDay >= 1 && day.Year() == c.year
	}
	if c.has&hasMonth == 0 {
		c.month = 1
	}
	if c.has&hasDay == 0 {
		c.day = 1
	}
	return c.month >= 1 && c.month <= 12 && c.day >= 1 && c.day <= daysIn(c.year, c.month)
}

// resolveWeek fills year, month and day from an ISO week date.
func (c *components) resolveWeek() bool {
	if c.has&hasWeekYear == 0 || c.weekYear > maxYear || c.weekYear < -maxYear {
		return false
	}
	if c.has&hasWeek == 0 {
		c.week = 1
	}
	if c.has&hasWeekDay == 0 {
		c.weekDay = 1
	}
	if c.week < 1 || c.week > 53 || c.weekDay < 1 || c.weekDay > 7 {
		return false
	}
	fourth := time.Date(c.weekYear, 1, 4, 0, 0, 0, 0, time.UTC) // always in week 1
	monday := fourth.AddDate(0, 0, -daysSinceMonday(fourth))
	day := monday.AddDate(0, 0, (c.week-1)*7+c.weekDay-1)
	c.year, c.month, c.day = day.Year(), int(day.Month()), day.Day()
	year, week := day.ISOWeek()
	return year == c.weekYear && week == c.week
}

// resolveTime fills the time of day; it returns false if there is no such time.
func (c *components) resolveTime(up bool) bool {
	if c.has&hasHalf != 0 {
		if c.hour < 1 || c.hour > 12 {
			return false
		}
		c.hour %= 12
		if c.pm {
			c.hour += 12
		}
	}
	if up {
		c.fill(hasHour, &c.hour, 23)
		c.fill(hasMinute, &c.minute, 59)
		c.fill(hasSecond, &c.second, 59)
		c.fill(hasNano, &c.nano, 999_999_999)
	}
	return c.hour <= 23 && c.minute <= 59 && c.second <= 59
}

func (c *components) fill(which component, into *int, value int) {
	if c.has&which == 0 {
		*into = value
	}
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func daysSinceMonday(t time.Time) int { return (int(t.Weekday()) + 6) % 7 }
