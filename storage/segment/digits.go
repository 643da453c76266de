package segment

import "strings"

// Digits are those of generated ids, in the order of their bytes, so that texts of equal length sort as the numbers that they stand for.
const Digits = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"

const (
	bitsOfDigit = 6
	// maxDigits is how many digits a number may have, leastDigitTerms how many terms a dictionary for the form of digits to pay.
	maxDigits       = 10
	leastDigitTerms = 4
)

// digitValues are the values of digits by their byte; -1 for all else.
var digitValues = func() (t [256]int8) {
	for c := range t {
		t[c] = int8(strings.IndexByte(Digits, byte(c)))
	}
	return t
}()

func readDigits(s string) (n uint64) {
	for i := range len(s) {
		n = n<<bitsOfDigit | uint64(digitValues[s[i]])
	}
	return n
}

// appendDigits appends a number in so many digits.
func appendDigits(buf []byte, n uint64, digits int) []byte {
	for shift := (digits - 1) * bitsOfDigit; shift >= 0; shift -= bitsOfDigit {
		buf = append(buf, Digits[n>>shift&63])
	}
	return buf
}
