package segment

// A UUID is written as 36 characters: 8, 4, 4, 4 and 12 hexadecimal digits with dashes between. Only lower-case ones are packed, so that they come back as they were
// and keep their order.
const uuidLength = 36

// leastUUIDs is how many terms a dictionary must have for the form of UUIDs to pay.
const leastUUIDs = 4

func uuidDash(i int) bool { return i == 8 || i == 13 || i == 18 || i == 23 }

func isUUID(s string) bool {
	for i := range len(s) {
		c := s[i]
		if uuidDash(i) != (c == '-') || c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// packUUID appends the 16 bytes of a UUID.
func packUUID(buf []byte, s string) []byte {
	high, half := byte(0), false
	for i := range len(s) {
		c := s[i]
		if c == '-' {
			continue
		}
		digit := c - '0'
		if c >= 'a' {
			digit = c - 'a' + 10
		}
		if half {
			buf = append(buf, high<<4|digit)
		}
		high, half = digit, !half
	}
	return buf
}

// appendUUID appends the text of 16 bytes.
func appendUUID(buf, b []byte) []byte {
	const digits = "0123456789abcdef"
	for i, x := range b[:16] {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			buf = append(buf, '-')
		}
		buf = append(buf, digits[x>>4], digits[x&15])
	}
	return buf
}
