package ecs

import (
	"encoding/binary"
	"math"
	"math/bits"
	"net/netip"
	"unicode/utf8"
)

// AppendString appends v as a JSON string. Control characters are escaped, invalid UTF-8 becomes U+FFFD.
//
// It copies eight bytes at a time and takes back what follows the first one that needs care.
func AppendString[T Text](dst []byte, v T) []byte {
	dst = append(dst, '"')
	i := 0
	for i+8 <= len(v) {
		w := v[i : i+8]
		word := uint64(w[0]) | uint64(w[1])<<8 | uint64(w[2])<<16 | uint64(w[3])<<24 | uint64(w[4])<<32 | uint64(w[5])<<40 | uint64(w[6])<<48 | uint64(w[7])<<56
		dst = binary.LittleEndian.AppendUint64(dst, word)
		marks := special(word)
		if marks == 0 {
			i += 8
			continue
		}
		n := bits.TrailingZeros64(marks) / 8
		dst = dst[:len(dst)-8+n]
		i += n
		if c := v[i]; c == '"' || c == '\\' {
			dst = append(dst, '\\', c)
			i++
			continue
		}
		dst, n = appendCareful(dst, v[i:])
		i += n
	}
	for i < len(v) {
		if safe[v[i]] {
			dst = append(dst, v[i])
			i++
			continue
		}
		var n int
		dst, n = appendCareful(dst, v[i:])
		i += n
	}
	return append(dst, '"')
}

// special marks the highest bit of the first byte, and perhaps of later ones, that a JSON string does not hold as it is.
func special(word uint64) uint64 {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	quote, slash := word^('"'*ones), word^('\\'*ones)
	return (word | (word-0x20*ones)&^word | (quote-ones)&^quote | (slash-ones)&^slash) & high
}

// appendCareful appends the character that v begins with, which is not safe, and returns its length in v.
func appendCareful[T Text](dst []byte, v T) ([]byte, int) {
	if v[0] < utf8.RuneSelf {
		return appendEscape(dst, v[0]), 1
	}
	r, size := utf8.DecodeRuneInString(string(v[:min(len(v), utf8.UTFMax)]))
	if r == utf8.RuneError && size == 1 {
		return append(dst, "\uFFFD"...), 1
	}
	return append(dst, v[:size]...), size
}

// safe marks the ASCII bytes that a JSON string holds as they are.
var safe = func() (t [256]bool) {
	for c := 0x20; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

func appendEscape(dst []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

// ParseLong reads a decimal int64 with an optional minus sign.
func ParseLong(v []byte) (int64, bool) {
	negative := len(v) > 0 && v[0] == '-'
	if negative {
		v = v[1:]
	}
	if len(v) == 0 || len(v) > 19 {
		return 0, false
	}
	var n uint64
	for _, c := range v {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	if n > math.MaxInt64 {
		return 0, false
	}
	if negative {
		return -int64(n), true
	}
	return int64(n), true
}

// canonicalLong reports whether v is an integer as it is written back: without a sign or leading zeros, and surely in int64.
func canonicalLong(v []byte) bool {
	if len(v) == 0 || len(v) > 18 || v[0] == '0' && len(v) > 1 {
		return false
	}
	return countDigits(v) == len(v)
}

// appendAddr appends an address as text.
func appendAddr(dst []byte, a netip.Addr) []byte {
	if !a.Is4() {
		return a.AppendTo(dst)
	}
	for i, n := range a.As4() {
		if i > 0 {
			dst = append(dst, '.')
		}
		if n >= 100 {
			dst = append(dst, '0'+n/100)
		}
		if n >= 10 {
			dst = append(dst, '0'+n/10%10)
		}
		dst = append(dst, '0'+n%10)
	}
	return dst
}

// ParseIP reads an address: IPv4 without leading zeros in its octets, or IPv6, in brackets or not, without a zone.
func ParseIP(v []byte) (netip.Addr, bool) {
	if n := len(v); n > 2 && v[0] == '[' && v[n-1] == ']' {
		v = v[1 : n-1]
	}
	if a, ok := parseIPv4(v); ok {
		return a, true
	}
	if len(v) < 2 || len(v) > 45 || !hasColon(v) {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(string(v))
	if err != nil || a.Zone() != "" {
		return netip.Addr{}, false
	}
	return a, true
}

func hasColon(v []byte) bool {
	for _, c := range v {
		if c == ':' {
			return true
		}
	}
	return false
}

func parseIPv4(v []byte) (netip.Addr, bool) {
	var octets [4]byte
	n, value, width := 0, 0, 0
	for _, c := range v {
		switch {
		case c == '.':
			if width == 0 || n == 3 {
				return netip.Addr{}, false
			}
			octets[n] = byte(value)
			n, value, width = n+1, 0, 0
		case c >= '0' && c <= '9':
			if width > 0 && value == 0 {
				return netip.Addr{}, false // a leading zero: octal to some, decimal to others
			}
			value = value*10 + int(c-'0')
			width++
			if value > 255 {
				return netip.Addr{}, false
			}
		default:
			return netip.Addr{}, false
		}
	}
	if n != 3 || width == 0 {
		return netip.Addr{}, false
	}
	octets[3] = byte(value)
	return netip.AddrFrom4(octets), true
}

// IsNumber reports whether v is a number as JSON spells it (https://www.rfc-editor.org/rfc/rfc8259#section-6).
func IsNumber(v []byte) bool {
	if len(v) > 0 && v[0] == '-' {
		v = v[1:]
	}
	whole := countDigits(v)
	if whole == 0 || (whole > 1 && v[0] == '0') {
		return false
	}
	v = v[whole:]
	if len(v) > 0 && v[0] == '.' {
		n := countDigits(v[1:])
		if n == 0 {
			return false
		}
		v = v[1+n:]
	}
	if len(v) > 0 && (v[0] == 'e' || v[0] == 'E') {
		v = v[1:]
		if len(v) > 0 && (v[0] == '+' || v[0] == '-') {
			v = v[1:]
		}
		n := countDigits(v)
		if n == 0 {
			return false
		}
		v = v[n:]
	}
	return len(v) == 0
}

func countDigits(v []byte) int {
	for i, c := range v {
		if c < '0' || c > '9' {
			return i
		}
	}
	return len(v)
}
