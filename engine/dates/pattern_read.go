package dates

import (
	"strings"
	"time"
)

// read implements part.
func (p pattern) read(s string) (components, bool) {
	r := reader{rest: s, lenient: p.lenient}
	ok := r.sequence(p.items)
	return r.components, ok && r.rest == ""
}

// A reader consumes a text item by item. It is a value, so that an optional part that fails is undone by copying.
type reader struct {
	components
	rest    string
	lenient bool
}

func (r *reader) sequence(items []item) bool {
	for _, i := range items {
		switch {
		case i.optional != nil:
			if try := *r; try.sequence(i.optional) {
				*r = try
			}
		case i.letter == 0:
			if !r.skip(i.literal) {
				return false
			}
		case !r.letter(i):
			return false
		}
	}
	return true
}

func (r *reader) skip(literal string) (ok bool) {
	r.rest, ok = strings.CutPrefix(r.rest, literal)
	return ok
}

// letter reads the value of one pattern letter.
func (r *reader) letter(i item) bool {
	switch i.letter {
	case 'y', 'u':
		return r.yearInto(i, &r.year, hasYear)
	case 'Y':
		return r.yearInto(i, &r.weekYear, hasWeekYear)
	case 'M', 'L':
		if i.count > 2 {
			return r.name(months[:], i.count == 4, &r.month, hasMonth)
		}
		return r.number(i, &r.month, hasMonth, 2)
	case 'E':
		return r.name(days[:], i.count == 4, new(int), 0) // checked against nothing
	case 'e', 'c':
		if i.count > 2 {
			return r.name(days[:], i.count == 4, &r.weekDay, hasWeekDay)
		}
		ok := r.number(i, &r.weekDay, hasWeekDay, 2)
		if r.weekDay >= 1 && r.weekDay <= 7 {
			r.weekDay = (r.weekDay+5)%7 + 1 // from weeks that begin on Sunday
		}
		return ok
	case 'i':
		return r.number(i, &r.weekDay, hasWeekDay, 1)
	case 'd':
		return r.number(i, &r.day, hasDay, 2)
	case 'D':
		return r.number(i, &r.yearDay, hasYearDay, 3)
	case 'w':
		return r.number(i, &r.week, hasWeek, 2)
	}
	return r.clockLetter(i)
}

// clockLetter reads the letters of the time of day and of the zone.
func (r *reader) clockLetter(i item) bool {
	switch i.letter {
	case 'H':
		return r.number(i, &r.hour, hasHour, 2)
	case 'k': // 1 to 24
		ok := r.number(i, &r.hour, hasHour, 2)
		r.hour %= 24
		return ok
	case 'h', 'K':
		ok := r.number(i, &r.hour, hasHour|hasHalf, 2)
		if i.letter == 'K' && r.hour == 0 {
			r.hour = 12
		}
		return ok
	case 'm':
		return r.number(i, &r.minute, hasMinute, 2)
	case 's':
		return r.number(i, &r.second, hasSecond, 2)
	case 'S':
		return r.fraction(i.count, i.count)
	case 'f':
		return r.fraction(1, 9)
	case 'n':
		return r.number(i, &r.nano, hasNano, 9)
	case 'A':
		return r.milliOfDay(i)
	case 'a':
		return r.half()
	case 'G':
		return r.skip("AD") || r.skip("CE")
	}
	return r.offset(i)
}

func (r *reader) yearInto(i item, into *int, has component) bool {
	r.has |= has
	if i.count == 2 {
		n, ok := r.digits(2, 2)
		*into = 2000 + n
		return ok
	}
	signed := r.rest != "" && (r.rest[0] == '-' || r.rest[0] == '+') && !i.adjacent
	negative := signed && r.rest[0] == '-'
	lo, hi := i.count, i.count
	switch {
	case signed:
		r.rest, hi = r.rest[1:], 9
	case i.count == 1 && !i.adjacent:
		hi = 9
	case r.lenient && !i.adjacent:
		lo = 1
	}
	n, ok := r.digits(lo, hi)
	if negative {
		n = -n
	}
	*into = n
	return ok
}

// number reads exactly count digits, or 1 to most of them for a single letter and in a lenient format.
func (r *reader) number(i item, into *int, has component, most int) (ok bool) {
	lo, hi := i.count, i.count
	if i.count == 1 {
		hi = most
	}
	if r.lenient && !i.adjacent {
		lo = 1
	}
	*into, ok = r.digits(lo, hi)
	r.has |= has
	return ok
}

func (r *reader) digits(lo, hi int) (n int, ok bool) {
	i := 0
	for i < len(r.rest) && i < hi && isDigit(r.rest[i]) {
		n = n*10 + int(r.rest[i]-'0')
		i++
	}
	r.rest = r.rest[i:]
	return n, i >= lo && i > 0 && n <= 999_999_999
}

func (r *reader) fraction(lo, hi int) (ok bool) {
	r.nano, r.rest, ok = fraction(r.rest, lo, hi)
	r.has |= hasNano
	return ok
}

func (r *reader) milliOfDay(i item) bool {
	var ms int
	if !r.number(i, &ms, hasHour|hasMinute|hasSecond|hasNano, 9) || ms >= 86_400_000 {
		return false
	}
	r.hour, r.minute, r.second, r.nano = ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000*1_000_000
	return true
}

func (r *reader) half() bool {
	if len(r.rest) < 2 {
		return false
	}
	text := strings.ToUpper(r.rest[:2])
	r.pm, r.rest = text == "PM", r.rest[2:]
	return text == "AM" || text == "PM"
}

// name reads one of the names, whole or its first three letters, without regard to case.
func (r *reader) name(names []string, whole bool, into *int, has component) bool {
	for n, name := range names {
		if !whole {
			name = name[:3]
		}
		if len(r.rest) >= len(name) && strings.EqualFold(r.rest[:len(name)], name) {
			*into, r.rest = n+1, r.rest[len(name):]
			r.has |= has
			return true
		}
	}
	return false
}

// offset reads the letters of a zone: V and z any zone, O a `GMT+2`, X, x, Z and ours an offset.
func (r *reader) offset(i item) bool {
	end := 0
	for end < len(r.rest) && (isDigit(r.rest[end]) || strings.IndexByte("+-:/_", r.rest[end]) >= 0 || r.rest[end]|0x20 >= 'a' && r.rest[end]|0x20 <= 'z') {
		end++
	}
	text := r.rest[:end]
	if text == "" {
		return false
	}
	if anyZone := i.letter == 'V' || i.letter == 'z' || i.letter == 'O' || i.letter == 'j'; !anyZone {
		zero := text[0] == 'Z' && (i.letter == 'X' || i.letter == 'Z' && i.count == 5)
		switch {
		case zero:
			text = "Z"
		case text[0] != '+' && text[0] != '-' && (i.letter != 'Z' || i.count != 4):
			return false
		}
	}
	loc, err := Zone(text)
	if err != nil {
		return false
	}
	r.zone, r.rest = loc, r.rest[len(text):]
	return true
}

var months = [...]string{
	time.January.String(), time.February.String(), time.March.String(), time.April.String(), time.May.String(), time.June.String(),
	time.July.String(), time.August.String(), time.September.String(), time.October.String(), time.November.String(), time.December.String(),
}

var days = [...]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
