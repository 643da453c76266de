package segment

import "strings"

// dictForm is how the terms of a dictionary lie: in groups if it is zero, else as UUIDs or as so many digits behind a prefix.
type dictForm struct {
	prefix string
	uuids  bool
	digits int
}

// formFinder finds out in which form terms can lie. The zero value has seen none.
type formFinder struct {
	n       int
	first   string
	shared  int  // how many bytes all have in common
	other   int  // the last place, of those that could be behind the prefix, at which one has no digit
	grouped bool // no other form will do
	noUUIDs bool
}

// add takes the next term. It returns false if the rest will not change anything.
func (f *formFinder) add(term string) bool {
	if f.n == 0 {
		f.first, f.shared, f.other = strings.Clone(term), len(term), -1
		f.noUUIDs = len(term) < uuidLength
	}
	f.n++
	f.shared = sharedPrefix(f.first[:f.shared], term)
	if f.grouped = f.grouped || len(term) != len(f.first); f.grouped {
		return false
	}
	prefix := len(term) - uuidLength
	f.noUUIDs = f.noUUIDs || f.shared < prefix || !isUUID(term[prefix:])
	for i := len(term) - 1; i > f.other && i >= len(term)-maxDigits; i-- {
		if digitValues[term[i]] < 0 {
			f.other = i
		}
	}
	f.grouped = f.noUUIDs && !f.areDigits()
	return !f.grouped
}

// areDigits reports whether what follows the common prefix are digits in all terms.
func (f *formFinder) areDigits() bool {
	return len(f.first)-f.shared <= maxDigits && f.other < f.shared
}

func (f *formFinder) form() dictForm {
	switch {
	case f.grouped:
	case !f.noUUIDs && f.n >= leastUUIDs:
		return dictForm{prefix: f.first[:len(f.first)-uuidLength], uuids: true}
	case f.areDigits() && f.shared < len(f.first) && f.n >= leastDigitTerms:
		return dictForm{prefix: f.first[:f.shared], digits: len(f.first) - f.shared}
	}
	return dictForm{}
}
