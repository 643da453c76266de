// Package jsonscan reads JSON token by token out of a byte slice, without copying and without building a tree, so that the API can look
// into bodies of any size at a cost that only their length decides. It checks what it reads: grammar, depth, escapes, UTF-8. It
// interprets no numbers, knows no schema and keeps duplicate keys apart as they come. Package esapi calls it.
package jsonscan

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// A Kind says what a token is.
type Kind byte

// The kinds of token. End follows the last one of a text.
const (
	End Kind = iota
	ObjectStart
	ObjectEnd
	ArrayStart
	ArrayEnd
	Key
	String
	Number
	True
	False
	Null
)

// String gives the name that Elasticsearch's messages have for the token.
func (k Kind) String() string {
	names := [...]string{"null", "START_OBJECT", "END_OBJECT", "START_ARRAY", "END_ARRAY", "FIELD_NAME", "VALUE_STRING", "VALUE_NUMBER",
		"VALUE_BOOLEAN", "VALUE_BOOLEAN", "VALUE_NULL"}
	return names[k]
}

// A Token is one token; Raw is its text within the scanned bytes, quotes included.
type Token struct {
	Kind Kind
	Raw  []byte
	// Start is the offset of Raw in the scanned bytes.
	Start int
}

// Text is the meaning of a key or string, and the text as it stands of anything else.
func (t Token) Text() string {
	if t.Kind != Key && t.Kind != String {
		return string(t.Raw)
	}
	inner := t.Raw[1 : len(t.Raw)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner)
	}
	var s string
	if json.Unmarshal(t.Raw, &s) != nil {
		return string(inner) // unreachable: the scanner has checked the escapes
	}
	return s
}

// what may come next
const (
	wantValue      = iota
	wantValueOrEnd // just after [
	wantKeyOrEnd   // just after {
	wantKey        // just after a comma in an object
	wantColon
	wantCommaOrEnd
	wantNothing
)

// A Scanner reads the tokens of one JSON text. It is not safe for concurrent use. After an error it is done.
type Scanner struct {
	data     []byte
	pos      int
	want     int
	stack    []byte // '{' or '[' of each open container
	starts   []int  // and where it began
	maxDepth int
}

// Reset makes the scanner read another text from its beginning.
func (s *Scanner) Reset(data []byte) {
	s.data, s.pos, s.want, s.stack, s.starts = data, 0, wantValue, s.stack[:0], s.starts[:0]
}

// New makes a scanner that refuses more than maxDepth containers within each other.
func New(data []byte, maxDepth int) *Scanner {
	return &Scanner{data: data, maxDepth: maxDepth}
}

// Offset is where the next token will be looked for.
func (s *Scanner) Offset() int { return s.pos }

// Next reads a token. Its errors are *SyntaxError.
func (s *Scanner) Next() (Token, error) {
	s.space()
	if s.want == wantCommaOrEnd && s.pos < len(s.data) && s.data[s.pos] == ',' {
		s.pos++
		s.want = wantValue
		if s.stack[len(s.stack)-1] == '{' {
			s.want = wantKey
		}
		s.space()
	}
	if s.pos >= len(s.data) {
		return s.end()
	}
	if c := s.data[s.pos]; (c == '}' || c == ']') && !s.closes(c) && s.want != wantValue && s.want != wantKey {
		return Token{}, s.mismatched(c)
	}
	switch s.want {
	case wantNothing:
		return Token{}, s.trailing()
	case wantKey, wantKeyOrEnd:
		return s.key()
	case wantCommaOrEnd:
		return s.close(s.data[s.pos])
	case wantValueOrEnd:
		if s.data[s.pos] == ']' {
			return s.close(']')
		}
	}
	return s.value()
}

// Skip reads the rest of the value that t begins; scalars have none. It returns the offset just behind the value.
func (s *Scanner) Skip(t Token) (int, error) {
	if t.Kind != ObjectStart && t.Kind != ArrayStart {
		return s.pos, nil
	}
	for depth := len(s.stack); len(s.stack) >= depth; {
		if _, err := s.Next(); err != nil {
			return 0, err
		}
	}
	return s.pos, nil
}

func (s *Scanner) space() {
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

func (s *Scanner) end() (Token, error) {
	if s.want == wantNothing {
		return Token{Kind: End, Start: s.pos}, nil
	}
	if len(s.stack) == 0 {
		return Token{}, s.ended(": expected a value")
	}
	kind, began := s.where()
	between := " within/between " + kind + " entries"
	switch {
	case s.want == wantKey || s.want == wantValue && s.data[len(bytes.TrimRight(s.data, " \t\r\n"))-1] == ',':
		return Token{}, s.failf("Unexpected end-of-input%s", between)
	case s.want == wantValue || s.want == wantColon:
		return Token{}, s.ended("%s", between)
	}
	return Token{}, s.ended(": expected close marker for %s (start marker at %s)", kind, began)
}

// trailing is what stands behind the text: never right, but a word that is none gets its own message.
func (s *Scanner) trailing() error {
	start := s.pos
	if c := s.data[s.pos]; isWord(c) && (c < '0' || c > '9') {
		if _, err := s.word(); err != nil {
			return err
		}
		s.pos = start
	}
	return s.unexpected(": expected the end of the text")
}

// closes says whether a bracket belongs to the container that is open.
func (s *Scanner) closes(c byte) bool {
	return len(s.stack) > 0 && s.stack[len(s.stack)-1]+2 == c // '{'+2 == '}' and '['+2 == ']'
}

func (s *Scanner) key() (Token, error) {
	c := s.data[s.pos]
	if c == '}' && s.want == wantKeyOrEnd {
		return s.close(c)
	}
	if c != '"' {
		return Token{}, s.unexpected(": was expecting double-quote to start field name")
	}
	start := s.pos
	if err := s.text("field name"); err != nil {
		return Token{}, err
	}
	raw := s.data[start:s.pos]
	s.want = wantColon
	s.space()
	if s.pos >= len(s.data) {
		return s.end()
	}
	if s.data[s.pos] != ':' {
		return Token{}, s.unexpected(": was expecting a colon to separate field name and value")
	}
	s.pos++
	s.want = wantValue
	return Token{Key, raw, start}, nil
}

func (s *Scanner) close(c byte) (Token, error) {
	open, kind := s.stack[len(s.stack)-1], ObjectEnd
	if open == '[' {
		kind = ArrayEnd
	}
	if c != open+2 {
		name := "Object"
		if open == '[' {
			name = "Array"
		}
		return Token{}, s.unexpected(": was expecting comma to separate " + name + " entries")
	}
	s.pos++
	s.stack, s.starts = s.stack[:len(s.stack)-1], s.starts[:len(s.starts)-1]
	s.after()
	return Token{kind, s.data[s.pos-1 : s.pos], s.pos - 1}, nil
}

// after sets what may follow a whole value.
func (s *Scanner) after() {
	s.want = wantCommaOrEnd
	if len(s.stack) == 0 {
		s.want = wantNothing
	}
}

func (s *Scanner) value() (Token, error) {
	start := s.pos
	switch c := s.data[s.pos]; {
	case c == '{' || c == '[':
		return s.open(c)
	case c == '"':
		if err := s.text("VALUE_STRING"); err != nil {
			return Token{}, err
		}
		s.after()
		return Token{String, s.data[start:s.pos], start}, nil
	case c == '-' || c >= '0' && c <= '9':
		if err := s.number(); err != nil {
			return Token{}, err
		}
		s.after()
		return Token{Number, s.data[start:s.pos], start}, nil
	}
	return s.word()
}

func (s *Scanner) open(c byte) (Token, error) {
	if len(s.stack) >= s.maxDepth {
		return Token{}, s.failf("Document nesting depth (%d) exceeds the maximum allowed (%d)", len(s.stack)+1, s.maxDepth)
	}
	s.stack, s.starts = append(s.stack, c), append(s.starts, s.pos)
	s.pos++
	if c == '{' {
		s.want = wantKeyOrEnd
		return Token{ObjectStart, s.data[s.pos-1 : s.pos], s.pos - 1}, nil
	}
	s.want = wantValueOrEnd
	return Token{ArrayStart, s.data[s.pos-1 : s.pos], s.pos - 1}, nil
}

func (s *Scanner) word() (Token, error) {
	start := s.pos
	for s.pos < len(s.data) && isWord(s.data[s.pos]) && s.pos-start < 64 {
		s.pos++
	}
	raw := s.data[start:s.pos]
	if kind := keyword(raw); kind != End {
		s.after()
		return Token{kind, raw, start}, nil
	}
	if len(raw) == 0 {
		return Token{}, s.noValue()
	}
	if text := string(raw); text == "NaN" || text == "Infinity" {
		return Token{}, s.failf("Non-standard token '%s': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow", raw)
	}
	s.pos++ // Jackson has read the character behind the word
	return Token{}, s.failf("Unrecognized token '%s': was expecting %s", raw, valid)
}

const valid = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

// noValue is a character with which no value begins.
func (s *Scanner) noValue() error {
	switch s.data[s.pos] {
	case '}', ']':
		return s.unexpected(": expected a value")
	case '+':
		s.pos++
		return s.failf("Unexpected character ('+' (code 43)) in numeric value: JSON spec does not allow numbers to have plus signs: " +
			"enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow")
	}
	return s.unexpected(": expected a valid value " + valid)
}

func keyword(raw []byte) Kind {
	switch string(raw) {
	case "true":
		return True
	case "false":
		return False
	case "null":
		return Null
	}
	return End
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// text reads a quoted string, which is a field name or a value.
func (s *Scanner) text(what string) error {
	s.pos++ // the quote
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; {
		case c == '"':
			s.pos++
			return nil
		case c == '\\':
			if err := s.escape(); err != nil {
				return err
			}
		case c < ' ':
			return s.failf("Illegal unquoted character ((CTRL-CHAR, code %d)): has to be escaped using backslash to be included in string value", c)
		case c < utf8.RuneSelf:
			s.pos++
		default:
			r, n := utf8.DecodeRune(s.data[s.pos:])
			if r == utf8.RuneError && n == 1 {
				return s.failf("Invalid UTF-8 byte 0x%x", c)
			}
			s.pos += n
		}
	}
	if what == "field name" {
		return s.ended(" in %s", what)
	}
	return s.cut("in " + what)
}

func (s *Scanner) escape() error {
	const ends = "in character escape sequence"
	if s.pos++; s.pos >= len(s.data) {
		return s.cut(ends)
	}
	switch c := s.data[s.pos]; c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.pos++
		return nil
	case 'u':
		for range 4 {
			if s.pos++; s.pos >= len(s.data) {
				return s.cut(ends)
			}
			if !isHex(s.data[s.pos]) {
				return s.unexpected(": expected a hex-digit for character escape sequence")
			}
		}
		s.pos++
		return nil
	default:
		r, _ := utf8.DecodeRune(s.data[s.pos:])
		return s.failf("Unrecognized character escape '%c' (code %d)", r, r)
	}
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// number reads a number as RFC 8259 section 6 has it.
func (s *Scanner) number() error {
	if s.data[s.pos] == '-' {
		s.pos++
	}
	zero := s.pos < len(s.data) && s.data[s.pos] == '0'
	switch n := s.digits(); {
	case n == 0:
		return s.noDigit("expected digit (0-9) to follow minus sign, for valid numeric value")
	case zero && n > 1:
		s.pos -= n - 1
		return s.failf("Invalid numeric value: Leading zeroes not allowed")
	}
	if s.pos < len(s.data) && s.data[s.pos] == '.' {
		s.pos++
		if s.digits() == 0 {
			return s.noDigit("Decimal point not followed by a digit")
		}
	}
	if s.pos < len(s.data) && (s.data[s.pos] == 'e' || s.data[s.pos] == 'E') {
		s.pos++
		if s.pos < len(s.data) && (s.data[s.pos] == '+' || s.data[s.pos] == '-') {
			s.pos++
		}
		if s.digits() == 0 {
			return s.noDigit("Exponent indicator not followed by a digit")
		}
	}
	return nil
}

// noDigit is a number that goes on without the digit that it needs.
func (s *Scanner) noDigit(why string) error {
	if s.pos < len(s.data) {
		return s.unexpected(" in numeric value: " + why)
	}
	if s.pos--; s.data[s.pos] == '.' {
		return s.unexpected(" in numeric value: " + why)
	}
	return s.ended(" in FIELD_NAME")
}

func (s *Scanner) digits() int {
	start := s.pos
	for s.pos < len(s.data) && s.data[s.pos] >= '0' && s.data[s.pos] <= '9' {
		s.pos++
	}
	return s.pos - start
}
