package segment

// A UUID is written as 36 characters: 8, 4, 4, 4 and 12 hexadecimal digits with dashes between. Only lower-case ones are packed, so that they come back as they were
// and keep their order.
const uuidLength = 36

// leastUUIDs is how many terms a dictionary must have for the form of UUIDs to pay.
const leastUUIDs = 4

// uuidBytes are the places of the two digits of each byte.
var uuidBytes = [16]int{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34}

// notHex is no value of a digit.
const notHex = 0xFF

var hexValues = func() (t [256]byte) {
	for i := range t {
		t[i] = notHex
	}
	for i, c := range []byte("0123456789abcdef") {
		t[c] = byte(i)
	}
	return t
}()

// isUUID reports whether a text of 36 bytes is a UUID.
func isUUID(s string) bool {
	if s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return false
	}
	all := byte(0)
	for _, at := range uuidBytes {
		all |= hexValues[s[at]] | hexValues[s[at+1]]
	}
	return all < 16
}

// packUUID appends the 16 bytes of a UUID.
func packUUID(buf []byte, s string) []byte {
	for _, at := range uuidBytes {
		buf = append(buf, hexValues[s[at]]<<4|hexValues[s[at+1]])
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
