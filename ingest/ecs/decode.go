package ecs

import "bytes"

// Unescape appends v to dst with its `%XX` decoded, for as many rounds as are given. A percent sign without two hexadecimal
// digits behind it stays.
func Unescape(dst, v []byte, rounds int) []byte {
	from := len(dst)
	dst = append(dst, v...)
	for ; rounds > 0 && escaped(dst[from:]); rounds-- {
		dst = dst[:from+unescape(dst[from:])]
	}
	return dst
}

// escaped reports whether v has a `%XX`.
func escaped(v []byte) bool {
	for {
		at := bytes.IndexByte(v, '%')
		if at < 0 || at+2 >= len(v) {
			return false
		}
		if isHex(v[at+1]) && isHex(v[at+2]) {
			return true
		}
		v = v[at+1:]
	}
}

// unescape decodes v where it is and returns the new length.
func unescape(v []byte) int {
	n := 0
	for i := 0; i < len(v); i++ {
		c := v[i]
		if c == '%' && i+2 < len(v) && isHex(v[i+1]) && isHex(v[i+2]) {
			c = hexValue(v[i+1])<<4 | hexValue(v[i+2])
			i += 2
		}
		v[n] = c
		n++
	}
	return n
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func hexValue(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}

// maxSeconds is what fits into 63 bits of nanoseconds, roughly.
const maxSeconds = 9_000_000_000

// Nanos reads seconds with a fraction, such as `0.057`, as nanoseconds, rounded down: what `event.duration` wants. It
// returns false for anything else, negative numbers and those past 285 years too.
func Nanos(v []byte) (int64, bool) {
	whole, part, _ := bytes.Cut(v, []byte("."))
	n, ok := ParseLong(whole)
	if !ok || n > maxSeconds || whole[0] == '-' {
		return 0, false
	}
	scale := int64(1e9)
	n *= scale
	for _, c := range part {
		if c < '0' || c > '9' {
			return 0, false
		}
		scale /= 10
		n += int64(c-'0') * scale
	}
	return n, true
}
