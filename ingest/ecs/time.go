package ecs

import "time"

// clock renders times and remembers the last day: events come in order of time, mostly.
type clock struct {
	day  int64 // days since 1970
	text [11]byte
	set  bool
}

const msPerDay = 24 * 60 * 60 * 1000

// append writes ms as 2006-01-02T15:04:05.000Z. Years outside 0..9999 are written by the time package's rules.
func (c *clock) append(dst []byte, ms int64) []byte {
	day := ms / msPerDay
	rest := ms % msPerDay
	if rest < 0 {
		day, rest = day-1, rest+msPerDay
	}
	if !c.set || c.day != day {
		t := time.UnixMilli(day * msPerDay).UTC()
		if t.Year() < 0 || t.Year() > 9999 {
			return time.UnixMilli(ms).UTC().AppendFormat(dst, "2006-01-02T15:04:05.000Z")
		}
		t.AppendFormat(c.text[:0], "2006-01-02T")
		c.day, c.set = day, true
	}
	dst = append(dst, c.text[:]...)
	sec := rest / 1000
	dst = two(dst, sec/3600)
	dst = append(dst, ':')
	dst = two(dst, sec/60%60)
	dst = append(dst, ':')
	dst = two(dst, sec%60)
	milli := rest % 1000
	dst = append(dst, '.', byte('0'+milli/100))
	dst = two(dst, milli%100)
	return append(dst, 'Z')
}

func two(dst []byte, n int64) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }

// parseUTC is the fast way for `2006-01-02T15:04:05[.fraction][Z]`; anything else is left to the time package.
func parseUTC(v []byte) (int64, bool) {
	if len(v) < 19 || v[4] != '-' || v[7] != '-' || v[10] != 'T' || v[13] != ':' || v[16] != ':' {
		return 0, false
	}
	year, ok1 := digits(v[0:4])
	month, ok2 := digits(v[5:7])
	day, ok3 := digits(v[8:10])
	hour, ok4 := digits(v[11:13])
	minute, ok5 := digits(v[14:16])
	second, ok6 := digits(v[17:19])
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || !ok6 || hour > 23 || minute > 59 || second > 59 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, false
	}
	milli, rest := fraction(v[19:])
	if len(rest) > 1 || (len(rest) == 1 && rest[0] != 'Z') {
		return 0, false
	}
	seconds := int64(daysSince1970(year, month, day))*86400 + int64(hour*3600+minute*60+second)
	return seconds*1000 + milli, true
}

// fraction reads `.123456` as milliseconds, rounded down, and returns what follows.
func fraction(v []byte) (milli int64, rest []byte) {
	if len(v) < 2 || v[0] != '.' {
		return 0, v
	}
	n := 0
	at := 1
	for ; at < len(v) && v[at] >= '0' && v[at] <= '9'; at++ {
		if n < 3 {
			milli = milli*10 + int64(v[at]-'0')
			n++
		}
	}
	if at == 1 {
		return 0, v
	}
	for ; n < 3; n++ {
		milli *= 10
	}
	return milli, v[at:]
}

func digits(v []byte) (int, bool) {
	n := 0
	for _, c := range v {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
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

// daysSince1970 counts in the proleptic Gregorian calendar
// (https://howardhinnant.github.io/date_algorithms.html#days_from_civil).
func daysSince1970(year, month, day int) int {
	if month <= 2 {
		year--
	}
	era := year / 400
	if year < 0 {
		era = (year - 399) / 400
	}
	ofEra := year - era*400
	shifted := (month + 9) % 12
	ofYear := (153*shifted+2)/5 + day - 1
	return era*146097 + ofEra*365 + ofEra/4 - ofEra/100 + ofYear - 719468
}
