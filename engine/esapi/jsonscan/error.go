package jsonscan

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// A SyntaxError says what is wrong with a text and where, in the words of the parser that Elasticsearch uses (Jackson).
type SyntaxError struct {
	// Line and Column are the place, from 1; Column counts bytes.
	Line, Column int
	Message      string
	// Ended says that the text ended where a token should begin, and Cut that it ended before the error could be told; Elasticsearch has names of their own for both.
	Ended, Cut bool
	// source is the beginning of the text, as Jackson quotes it.
	source string
}

// Error implements error.
func (e *SyntaxError) Error() string {
	if e.Ended {
		return fmt.Sprintf("[%d:%d] Unexpected end of file", e.Line, e.Column)
	}
	return fmt.Sprintf("[%d:%d] %s", e.Line, e.Column, e.Detail())
}

// Detail is Jackson's message: what is wrong, and the source with the place.
func (e *SyntaxError) Detail() string {
	return e.Message + "\n at " + place(e.source, e.Line, e.Column)
}

func place(source string, line, column int) string {
	return fmt.Sprintf("[Source: (byte[])%s; line: %d, column: %d]", source, line, column)
}

// quotedBytes is how much of a text Jackson quotes.
const quotedBytes = 500

// quote is how Jackson quotes a text: its beginning, with control characters that are no line breaks escaped.
func quote(data []byte) string {
	head := data[:min(len(data), quotedBytes)]
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range strings.ToValidUTF8(string(head), "\uFFFD") {
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f {
			fmt.Fprintf(&b, "\\u%04X", r)
			continue
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	if more := len(data) - len(head); more > 0 {
		fmt.Fprintf(&b, "[truncated %d bytes]", more)
	}
	return b.String()
}

// At is an error at an offset of a text.
func At(data []byte, offset int, format string, args ...any) *SyntaxError {
	line, column := lineColumn(data[:min(offset, len(data))])
	return &SyntaxError{Line: line, Column: column, Message: fmt.Sprintf(format, args...), source: quote(data)}
}

func lineColumn(read []byte) (line, column int) {
	return bytes.Count(read, []byte("\n")) + 1, len(read) - bytes.LastIndexByte(read, '\n')
}

func (s *Scanner) failf(format string, args ...any) error { return At(s.data, s.pos, format, args...) }

// ended is the end of the text where a token should begin.
func (s *Scanner) ended(format string, args ...any) error {
	e := At(s.data, len(s.data), "Unexpected end-of-input"+format, args...)
	e.Ended, e.Cut = true, true
	return e
}

// cut is the end of the text within a token.
func (s *Scanner) cut(where string) error {
	e := At(s.data, len(s.data), "Unexpected end-of-input %s", where)
	e.Cut = true
	return e
}

func (s *Scanner) unexpected(expected string) error {
	r, _ := utf8.DecodeRune(s.data[s.pos:])
	if r < ' ' {
		return s.failf("Illegal character ((CTRL-CHAR, code %d)): only regular white space (\\r, \\n, \\t) is allowed between tokens", r)
	}
	return s.failf("Unexpected character ('%c' (code %d))%s", r, r, expected)
}

// where names the open container and the place where it began.
func (s *Scanner) where() (kind, began string) {
	top := len(s.stack) - 1
	if top < 0 {
		return "root", place(quote(s.data), 1, 0)
	}
	kind = "Object"
	if s.stack[top] == '[' {
		kind = "Array"
	}
	line, column := lineColumn(s.data[:s.starts[top]])
	return kind, place(quote(s.data), line, column)
}

// mismatched is a container that is closed by the wrong bracket.
func (s *Scanner) mismatched(c byte) error {
	kind, began := s.where()
	closes := byte(']')
	if kind == "Object" {
		closes = '}'
	}
	return s.failf("Unexpected close marker '%c': expected '%c' (for %s starting at %s)", c, closes, kind, began)
}
