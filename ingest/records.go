package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Records cuts a stream of JSON into its records with bounded memory and without decoding them. A record is
//
//   - an element of the array that a top-level object holds under one of the given names (`Records`, `logEvents` …);
//   - an element of a top-level array;
//   - else a top-level object itself: one a line, pretty-printed, or several without anything between.
//
// It only follows strings and brackets, so a record may still be invalid JSON; the decoder finds that out. A record
// that it can see to be broken (brackets that do not match, a raw newline in a string, nested or long beyond the limits) comes with Problem
// set, and reading goes on at the next place where a record can begin.
type Records struct {
	// Raw is the record, valid until the next Next. With Problem set it is what can be shown of it, at most OversizeKept bytes.
	Raw []byte
	// Offset is where the record begins, in bytes of the inflated object.
	Offset int64
	// Problem says why the record cannot be decoded; empty for one that may be.
	Problem string
	// Envelope is the text of the top-level object from its beginning up to the array that holds the record, at most
	// 8 KiB; empty for records without one. It is valid until the next Next.
	Envelope []byte

	r        io.Reader
	arrays   []string
	limit    int
	maxDepth int

	buf        []byte // what was read and not given away
	pos        int    // next byte of buf
	base       int64  // offset of buf[0]
	mark       int    // first byte of buf to keep, or -1
	eof        bool
	readErr    error // what ended the reading of r, but for its end
	err        error
	inArray    bool // inside a container's array or a top-level array
	wrapped    bool // that array lies in a top-level object
	state      scan
	envelope   []byte
	pendingCut bool
}

const envelopeBytes = 8 << 10

// NewRecords reads r. arrays are the names under which a top-level object holds its records.
func NewRecords(r io.Reader, limits Limits, arrays ...string) *Records {
	limits = limits.WithDefaults()
	return &Records{r: r, arrays: arrays, limit: limits.RecordBytes, maxDepth: limits.Depth, buf: make([]byte, 0, 64<<10), mark: -1}
}

// Err is what ended the reading: nil at a clean end, ErrTruncated (wrapped) when the text stops inside a record or an array.
func (s *Records) Err() error {
	if errors.Is(s.err, io.EOF) {
		return nil
	}
	return s.err
}

// Next moves to the next record. It returns false at the end and after an error.
func (s *Records) Next() bool {
	s.Raw, s.Problem = nil, ""
	for s.err == nil {
		c, ok := s.skipBetween()
		if !ok {
			s.finish()
			return false
		}
		switch {
		case c == ']' && s.inArray:
			s.pos++
			s.inArray, s.pendingCut = false, s.wrapped
		case c == '[' && !s.inArray:
			s.pos++
			s.inArray, s.wrapped, s.Envelope = true, false, nil
		case c == '}' && s.pendingCut:
			s.pos++
			s.pendingCut = false
		case c == '"' && s.pendingCut:
			s.skipTail()
		case c == '{':
			s.pendingCut = false
			if s.record() {
				return true
			}
		default:
			if s.garbage() {
				return true
			}
		}
	}
	return false
}

// finish turns the end of the input into the right error.
func (s *Records) finish() {
	switch {
	case s.readErr != nil:
		s.err = s.readErr
	case s.inArray || s.pendingCut:
		s.err = fmt.Errorf("%w: its list of records does not end", ErrTruncated)
	default:
		s.err = io.EOF
	}
}

// skipBetween moves over blanks and commas and returns the next byte without taking it.
func (s *Records) skipBetween() (byte, bool) {
	s.mark = -1
	for {
		for s.pos < len(s.buf) {
			switch c := s.buf[s.pos]; c {
			case ' ', '\t', '\r', '\n', ',', 0x1e: // 0x1e: RFC 7464 record separator
				s.pos++
			default:
				return c, true
			}
		}
		if !s.fill() {
			return 0, false
		}
	}
}

// fill reads more, dropping what lies before mark (or before pos). It returns false at the end.
func (s *Records) fill() bool {
	if s.eof {
		return false
	}
	keep := s.pos
	if s.mark >= 0 {
		keep = s.mark
	}
	if keep > 0 {
		n := copy(s.buf, s.buf[keep:])
		s.buf = s.buf[:n]
		s.base += int64(keep)
		s.pos -= keep
		if s.mark >= 0 {
			s.mark = 0
		}
	}
	if len(s.buf) == cap(s.buf) {
		grown := make([]byte, len(s.buf), 2*cap(s.buf))
		copy(grown, s.buf)
		s.buf = grown
	}
	n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
	s.buf = s.buf[:len(s.buf)+n]
	if err != nil {
		s.eof = true
		if !errors.Is(err, io.EOF) {
			s.readErr = err
		}
	}
	return n > 0 || err == nil
}

// garbage makes one bad record of everything up to the next place where a record can begin.
func (s *Records) garbage() bool {
	s.mark = s.pos
	s.Offset = s.base + int64(s.pos)
	for s.pos-s.mark < s.limit {
		if s.pos >= len(s.buf) && !s.fill() {
			break
		}
		if s.pos >= len(s.buf) {
			continue
		}
		if c := s.buf[s.pos]; c == '{' || c == '\n' || (c == ']' && s.inArray) || (c == '[' && !s.inArray && s.pos > s.mark) {
			break
		}
		s.pos++
	}
	s.Problem = "not a JSON object"
	s.Raw = s.buf[s.mark:min(s.pos, s.mark+OversizeKept)]
	return true
}

// skipTail leaves out the members that follow the array in its object: `"name": value`.
func (s *Records) skipTail() {
	s.state.reset(s.maxDepth)
	s.state.open('{')
	s.mark = -1
	for {
		if s.pos >= len(s.buf) && !s.fill() {
			s.finish()
			return
		}
		if s.pos >= len(s.buf) {
			continue
		}
		done, _ := s.state.step(s.buf[s.pos])
		s.pos++
		if done || s.state.problem != "" {
			s.pendingCut = false
			return
		}
	}
}

// isArrayName reports whether the text before a `[` at depth one ends in one of the array names and a colon.
func (s *Records) isArrayName(before []byte) bool {
	before = bytes.TrimRight(before, " \t\r\n")
	before, ok := bytes.CutSuffix(before, []byte(":"))
	if !ok {
		return false
	}
	before = bytes.TrimRight(before, " \t\r\n")
	for _, name := range s.arrays {
		if n := len(before) - len(name) - 2; n >= 0 && before[n] == '"' && before[len(before)-1] == '"' && string(before[n+1:len(before)-1]) == name {
			return true
		}
	}
	return false
}
