package document

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// A Shape is a JSON object taken apart: what its values leave, and the values. Documents of one stream have few skeletons, so whoever knows one of them need
// not look at names again. It is filled by Scan, again and again without new memory.
type Shape struct {
	// Skeleton is the JSON, byte for byte, with a zero byte in place of each scalar value. JSON itself holds no zero byte.
	Skeleton []byte
	// Holes are the scalar values in order: strings with their quotes, numbers, true, false and null.
	Holes []Hole
	// Escapes says that a name in the skeleton is written with a backslash.
	Escapes bool
	// Same says that the skeleton is that of the JSON which was scanned before; it is not said of one without values.
	Same bool

	nesting
	places []place // one for each hole
}

// A Hole is the place of a scalar value in the JSON, [From, To).
type Hole struct{ From, To uint32 }

// nesting is what is open around a place.
type nesting struct {
	objects uint64 // a bit for each level, the innermost last: 1 is an object, 0 an array
	depth   int
}

// place is what was known where a hole is, so that the next scan can go on from there.
type place struct {
	nesting
	at      int // of the hole in the skeleton
	escapes bool
}

// maxShapeDepth is how deep objects and arrays may lie in each other.
const maxShapeDepth = 64

// Scan takes a JSON object apart. It returns false for what is no JSON object by RFC 8259, and for one that is nested deeper than 64 levels; the Shape is then of
// no use. It does not look whether strings are UTF-8.
func (s *Shape) Scan(source []byte) bool {
	at, same := s.follow(source)
	if s.Same = same; same || s.read(source, at) {
		return true
	}
	*s = Shape{Skeleton: s.Skeleton[:0], Holes: s.Holes[:0], places: s.places[:0]}
	return false
}

// follow compares the source with the skeleton of the one before, whose names need not be read then. It keeps the holes as far as the two agree, and returns where
// the source goes on behind them; same says that they agree to the end.
func (s *Shape) follow(source []byte) (at int, same bool) {
	from, n := 0, 0 // in the skeleton; holes
	for ; n < len(s.places); n++ {
		literal := s.Skeleton[from:s.places[n].at]
		if begin := at + len(literal); begin >= len(source) || string(source[at:begin]) != string(literal) {
			break
		}
		end := scalar(source, at+len(literal))
		if end < 0 {
			break
		}
		s.Holes[n] = Hole{uint32(at + len(literal)), uint32(end)}
		at, from = end, s.places[n].at+1
	}
	if n == len(s.places) && n > 0 && string(source[at:]) == string(s.Skeleton[from:]) {
		return at, true
	}
	s.Skeleton, s.Holes, s.places, s.Escapes, s.nesting = s.Skeleton[:from], s.Holes[:n], s.places[:n], false, nesting{}
	if n > 0 {
		s.Escapes, s.nesting = s.places[n-1].escapes, s.places[n-1].nesting
	}
	return at, false
}

// read takes apart what follows behind the holes that are there already, which is all of the source if there are none.
func (s *Shape) read(source []byte, at int) bool {
	literal := at // where the skeleton goes on in the source
	ended := len(s.Holes) > 0
	if !ended {
		if at = blank(source, at); at == len(source) || source[at] != '{' {
			return false
		}
	}
	for {
		if !ended { // a value begins at `at`
			switch c := source[at]; c {
			case '{', '[':
				var empty bool
				if at, empty = s.enter(source, at); at < 0 {
					return false
				}
				if !empty {
					continue
				}
			default:
				end := scalar(source, at)
				if end < 0 {
					return false
				}
				s.Skeleton = append(s.Skeleton, source[literal:at]...)
				s.places = append(s.places, place{s.nesting, len(s.Skeleton), s.Escapes})
				s.Skeleton = append(s.Skeleton, 0)
				s.Holes = append(s.Holes, Hole{uint32(at), uint32(end)})
				at, literal = end, end
			}
		}
		// a value has ended: close what ends here, and go on behind a comma
		ended = false
		if at = s.leave(source, blank(source, at)); at < 0 {
			return false
		}
		if s.depth == 0 {
			s.Skeleton = append(s.Skeleton, source[literal:]...)
			return at == len(source)
		}
		if at = s.next(source, at); at < 0 {
			return false
		}
	}
}

// enter opens an object or array and returns where its first value begins, or its closing bracket if it is empty; -1 is an error.
func (s *Shape) enter(source []byte, at int) (next int, empty bool) {
	c := source[at]
	if s.depth == maxShapeDepth {
		return -1, false
	}
	s.depth++
	s.objects <<= 1
	if c == '{' {
		s.objects |= 1
	}
	if at = blank(source, at+1); at == len(source) {
		return -1, false
	}
	if source[at] == c+2 { // the closing one
		return at, true
	}
	if c == '{' {
		at = s.name(source, at)
	}
	return at, false
}

// leave goes over closing brackets and the blanks behind them; -1 is an error.
func (s *Shape) leave(source []byte, at int) int {
	for at < len(source) && (source[at] == '}' || source[at] == ']') {
		if (source[at] == '}') != (s.objects&1 == 1) {
			return -1
		}
		s.depth--
		s.objects >>= 1
		if at = blank(source, at+1); s.depth == 0 {
			return at
		}
	}
	return at
}

// next goes over a comma and returns where the next value begins, or -1.
func (s *Shape) next(source []byte, at int) int {
	if at == len(source) || source[at] != ',' {
		return -1
	}
	if at = blank(source, at+1); at == len(source) {
		return -1
	}
	if s.objects&1 == 1 {
		return s.name(source, at)
	}
	return at
}

// name reads the name of a member and its colon, and returns where the value begins, or -1.
func (s *Shape) name(source []byte, at int) int {
	if source[at] != '"' {
		return -1
	}
	end := special(source, at+1) + 1
	if end > len(source) || source[end-1] != '"' {
		if end = text(source, at); end < 0 {
			return -1
		}
		s.Escapes = true
	}
	if at = blank(source, end); at == len(source) || source[at] != ':' {
		return -1
	}
	if at = blank(source, at+1); at == len(source) {
		return -1
	}
	return at
}

// blank is the first place from `at` on that is no white space.
func blank(source []byte, at int) int {
	for at < len(source) && (source[at] == ' ' || source[at] == '\n' || source[at] == '\t' || source[at] == '\r') {
		at++
	}
	return at
}

// scalar returns where the scalar ends that begins at `at`, or -1.
func scalar(source []byte, at int) int {
	switch source[at] {
	case '"':
		return text(source, at)
	case 't':
		return word(source, at, "true")
	case 'f':
		return word(source, at, "false")
	case 'n':
		return word(source, at, "null")
	}
	return number(source, at)
}

func word(source []byte, at int, want string) int {
	if end := at + len(want); end <= len(source) && string(source[at:end]) == want {
		return end
	}
	return -1
}

// text returns where the string ends that begins at `at` with a quote, or -1.
func text(source []byte, at int) int {
	for at++; ; {
		if at = special(source, at); at == len(source) {
			return -1
		}
		switch {
		case source[at] == '"':
			return at + 1
		case source[at] != '\\' || at+1 == len(source):
			return -1
		}
		at++
		switch source[at] {
		case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		case 'u':
			if at+4 >= len(source) || !hexadecimal(source[at+1:at+5]) {
				return -1
			}
			at += 4
		default:
			return -1
		}
		at++
	}
}

// special is the first place from `at` on of a byte that cannot stand in a string as it is: a quote, a backslash, a control character. It looks at eight bytes at
// a time: https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord, whose lowest hit is exact.
func special(source []byte, at int) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; at+8 <= len(source); at += 8 {
		w := binary.LittleEndian.Uint64(source[at:])
		quote, escape := w^ones*'"', w^ones*'\\'
		if hit := ((w-ones*0x20)&^w | (quote-ones)&^quote | (escape-ones)&^escape) & highs; hit != 0 {
			return at + bits.TrailingZeros64(hit)/8
		}
	}
	for at < len(source) && source[at] >= 0x20 && source[at] != '"' && source[at] != '\\' {
		at++
	}
	return at
}

func hexadecimal(b []byte) bool {
	for _, c := range b {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
			return false
		}
	}
	return true
}

// number returns where the number ends that begins at `at`, or -1.
func number(source []byte, at int) int {
	if source[at] == '-' {
		at++
	}
	from := at
	at = digits(source, at)
	if at == from || source[from] == '0' && at > from+1 {
		return -1
	}
	if at < len(source) && source[at] == '.' {
		if from, at = at+1, digits(source, at+1); at == from {
			return -1
		}
	}
	if at < len(source) && (source[at] == 'e' || source[at] == 'E') {
		at++
		if at < len(source) && (source[at] == '+' || source[at] == '-') {
			at++
		}
		if from, at = at, digits(source, at); at == from {
			return -1
		}
	}
	return at
}

func digits(source []byte, at int) int {
	for at < len(source) && source[at] >= '0' && source[at] <= '9' {
		at++
	}
	return at
}

// Paths returns the path of each hole of a skeleton: the names above it, as they are written, joined with dots; arrays add nothing.
func Paths(skeleton []byte) []string {
	var paths, names []string
	var arrays []bool // of the open objects and arrays
	name := ""
	for at := 0; at < len(skeleton); at++ {
		switch skeleton[at] {
		case '"':
			end := text(skeleton, at)
			name, at = string(skeleton[at+1:end-1]), end-1
		case 0:
			paths = append(paths, strings.Join(append(names[:len(names):len(names)], innermost(arrays, name)...), "."))
		case '{', '[':
			if len(arrays) > 0 {
				names = append(names, innermost(arrays, name)...)
			}
			arrays = append(arrays, skeleton[at] == '[')
		case '}', ']':
			if arrays = arrays[:len(arrays)-1]; len(arrays) > 0 && !arrays[len(arrays)-1] {
				names = names[:len(names)-1]
			}
		}
	}
	return paths
}

// innermost is the name of a value that stands directly in an object; in an array it has none of its own.
func innermost(arrays []bool, name string) []string {
	if arrays[len(arrays)-1] {
		return nil
	}
	return []string{name}
}
