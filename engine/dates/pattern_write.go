package dates

import (
	"strconv"
	"time"
)

// write implements part.
func (p pattern) write(b []byte, t time.Time) []byte { return writeItems(b, p.items, t) }

func writeItems(b []byte, items []item, t time.Time) []byte {
	for _, i := range items {
		switch {
		case i.optional != nil:
			b = writeItems(b, i.optional, t)
		case i.letter == 0:
			b = append(b, i.literal...)
		default:
			b = i.write(b, t)
		}
	}
	return b
}

// write appends the value of one pattern letter.
func (i item) write(b []byte, t time.Time) []byte {
	switch i.letter {
	case 'G':
		return append(b, "AD"...)
	case 'y', 'u':
		return i.writeYear(b, t.Year())
	case 'Y':
		year, _ := t.ISOWeek()
		return i.writeYear(b, year)
	case 'M', 'L':
		return i.writeName(b, months[t.Month()-1], int(t.Month()))
	case 'E':
		return i.writeText(b, days[daysSinceMonday(t)])
	case 'e', 'c':
		return i.writeName(b, days[daysSinceMonday(t)], int(t.Weekday())+1) // Elasticsearch's locale begins weeks on Sunday
	case 'i':
		return appendPadded(b, daysSinceMonday(t)+1, i.count)
	case 'd':
		return appendPadded(b, t.Day(), i.count)
	case 'D':
		return appendPadded(b, t.YearDay(), i.count)
	case 'w':
		_, week := t.ISOWeek()
		return appendPadded(b, week, i.count)
	}
	return i.writeClock(b, t)
}

func (i item) writeClock(b []byte, t time.Time) []byte {
	hour, nano := t.Hour(), t.Nanosecond()
	switch i.letter {
	case 'H':
		return appendPadded(b, hour, i.count)
	case 'k':
		return appendPadded(b, (hour+23)%24+1, i.count)
	case 'h':
		return appendPadded(b, (hour+11)%12+1, i.count)
	case 'K':
		return appendPadded(b, hour%12, i.count)
	case 'm':
		return appendPadded(b, t.Minute(), i.count)
	case 's':
		return appendPadded(b, t.Second(), i.count)
	case 'S':
		return append(b, appendPadded(nil, nano, 9)[:i.count]...)
	case 'f':
		return appendFraction(b, nano)
	case 'n':
		return appendPadded(b, nano, i.count)
	case 'A':
		return appendPadded(b, sinceMidnight(t)*1000+nano/1_000_000, i.count)
	case 'a':
		return t.AppendFormat(b, "PM")
	}
	return i.writeZone(b, t)
}

func sinceMidnight(t time.Time) int { return (t.Hour()*60+t.Minute())*60 + t.Second() }

func (i item) writeYear(b []byte, year int) []byte {
	switch i.count {
	case 1:
		return strconv.AppendInt(b, int64(year), 10)
	case 2:
		return appendPadded(b, (year%100+100)%100, 2)
	}
	return appendYear(b, year)
}

// writeName writes a number for one or two letters, else a name.
func (i item) writeName(b []byte, name string, n int) []byte {
	if i.count <= 2 {
		return appendPadded(b, n, i.count)
	}
	return i.writeText(b, name)
}

// writeText writes a name whole (four letters), by its first letter (five), else by its first three.
func (i item) writeText(b []byte, name string) []byte {
	switch i.count {
	case 4:
		return append(b, name...)
	case 5:
		return append(b, name[0])
	}
	return append(b, name[:3]...)
}

func (i item) writeZone(b []byte, t time.Time) []byte {
	name, seconds := t.Zone()
	switch i.letter {
	case 'V':
		if t.Location() == time.UTC {
			return append(b, 'Z')
		}
		return append(b, t.Location().String()...)
	case 'z':
		return append(b, name...)
	case 'O':
		if b = append(b, "GMT"...); seconds == 0 {
			return b
		}
		return t.AppendFormat(b, "-07:00")
	case 'Z':
		switch i.count {
		case 4:
			return t.AppendFormat(append(b, "GMT"...), "-07:00")
		case 5:
			return t.AppendFormat(b, "Z07:00")
		}
		return t.AppendFormat(b, "-0700")
	case 'j':
		return t.AppendFormat(b, "Z07:00")
	}
	return t.AppendFormat(b, offsetLayout(i.letter, i.count, seconds))
}

// offsetLayout is Go's layout for the letters X (with a Z for no offset) and x. A single letter leaves out minutes that are zero.
func offsetLayout(letter byte, count, seconds int) string {
	layout := "-07:00"
	switch {
	case count == 1 && seconds%3600 == 0:
		layout = "-07"
	case count == 1 || count == 2 || count == 4:
		layout = "-0700"
	}
	if letter == 'X' {
		layout = "Z" + layout[1:]
	}
	return layout
}
