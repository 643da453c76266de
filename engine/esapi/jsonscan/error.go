package jsonscan

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// A SyntaxError says what is wrong with a text and where, in the words of the parser that Elasticsearch uses (Jackson).
type SyntaxError struct {
	// Line and Column are the place, from 1; Column counts bytes.
	Line, Column int
	Message      string
}

// Error implements error.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("[%d:%d] %s", e.Line, e.Column, e.Message)
}

func (s *Scanner) fail(message string) error {
	read := s.data[:s.pos]
	return &SyntaxError{
		Line:    bytes.Count(read, []byte("\n")) + 1,
		Column:  len(read) - bytes.LastIndexByte(read, '\n'),
		Message: message,
	}
}

func (s *Scanner) failf(format string, args ...any) error {
	return s.fail(fmt.Sprintf(format, args...))
}

func (s *Scanner) unexpected(expected string) error {
	r, _ := utf8.DecodeRune(s.data[s.pos:])
	return s.failf("Unexpected character ('%c' (code %d)): %s", r, r, expected)
}
