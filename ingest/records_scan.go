package ingest

import "fmt"

// scan follows the structure of one JSON value, byte by byte.
type scan struct {
	depth    int
	maxDepth int
	tooDeep  bool
	kinds    [65]byte // opening brackets by depth, up to 64
	inString bool
	escaped  bool
	last     byte // last significant byte outside strings; '"' after a string
	problem  string
}

func (s *scan) reset(maxDepth int) { *s = scan{maxDepth: maxDepth} }

// plain marks the bytes that change nothing inside a string.
var plain = func() (t [256]bool) {
	for i := range t {
		t[i] = i != '"' && i != '\\' && i != '\n'
	}
	return t
}()

func (s *scan) open(c byte) {
	s.depth++
	if s.depth < len(s.kinds) {
		s.kinds[s.depth] = c
	}
	if s.depth > s.maxDepth {
		s.tooDeep = true
	}
	s.last = c
}

// step takes one byte. done is true when the value is complete with it; again is true when the byte shows a problem
// and may begin the next record.
func (s *scan) step(c byte) (done, again bool) {
	if s.inString {
		s.inner(c)
		return false, s.problem != ""
	}
	switch c {
	case ' ', '\t', '\r', '\n':
		return false, false
	case '"':
		s.inString = true
		return false, false
	case '{':
		if s.last != ':' && s.last != '[' && (s.last != ',' || !s.within('[')) && s.depth > 0 {
			s.problem = "a JSON object begins where none can"
			return false, true
		}
		s.open(c)
		return false, false
	case '[':
		s.open(c)
		return false, false
	case '}', ']':
		if !s.within(c - 2) { // '{'+2 is '}', '['+2 is ']'
			s.problem = "JSON brackets do not match"
			return false, false
		}
		s.depth--
	}
	s.last = c
	return s.depth == 0, false
}

// inner takes a byte of a string.
func (s *scan) inner(c byte) {
	switch {
	case s.escaped:
		s.escaped = false
	case c == '\\':
		s.escaped = true
	case c == '"':
		s.inString, s.last = false, '"'
	case c == '\n':
		s.problem = "a JSON string does not end on its line"
	}
}

// within reports whether the innermost open bracket is c; below the depth that is remembered everything matches.
func (s *scan) within(c byte) bool {
	return s.depth >= len(s.kinds) || (s.depth > 0 && s.kinds[s.depth] == c)
}

// record reads the object that begins at pos. It returns false when the object turned out to be a container whose
// array was entered.
func (s *Records) record() bool {
	s.mark = s.pos
	s.Offset = s.base + int64(s.pos)
	s.state.reset(s.maxDepth)
	var dropped int64
	for {
		if s.pos >= len(s.buf) {
			if s.pos-s.mark > s.limit {
				dropped += s.shorten()
			}
			if !s.fill() {
				return s.cutShort(dropped)
			}
			continue
		}
		c := s.buf[s.pos]
		if s.state.inString && plain[c] && !s.state.escaped {
			s.skipPlain()
			continue
		}
		if c == '[' && s.state.depth == 1 && !s.inArray && !s.state.inString && s.isArrayName(s.buf[s.mark:s.pos]) {
			s.enter()
			return false
		}
		done, again := s.state.step(c)
		if !again {
			s.pos++
		}
		if done || s.state.problem != "" {
			return s.give(dropped)
		}
	}
}

// skipPlain moves over the bytes of a string that mean nothing to the structure.
func (s *Records) skipPlain() {
	rest := s.buf[s.pos:]
	for i, c := range rest {
		if !plain[c] {
			s.pos += i
			return
		}
	}
	s.pos = len(s.buf)
}

// enter begins the array of a container object and keeps what came before it.
func (s *Records) enter() {
	head := s.buf[s.mark:s.pos]
	s.envelope = append(s.envelope[:0], head[:min(len(head), envelopeBytes)]...)
	s.Envelope = s.envelope
	s.pos++
	s.inArray, s.wrapped = true, true
}

// shorten gives up the middle of a record that is too long: its beginning stays to be shown, and its end in case that is
// the name of an array.
func (s *Records) shorten() int64 {
	const tail = 64
	from, to := s.mark+min(s.pos-s.mark, OversizeKept), s.pos-tail
	if to <= from {
		return 0
	}
	s.buf = append(s.buf[:from], s.buf[to:]...)
	s.base += int64(to - from)
	s.pos -= to - from
	return int64(to - from)
}

// give hands out the record that ends at pos.
func (s *Records) give(dropped int64) bool {
	raw := s.buf[s.mark:s.pos]
	switch {
	case dropped > 0 || len(raw) > s.limit:
		s.Problem = fmt.Sprintf("record of %d bytes is longer than %d", dropped+int64(len(raw)), s.limit)
	case s.state.problem != "":
		s.Problem = s.state.problem
	case s.state.tooDeep:
		s.Problem = fmt.Sprintf("JSON nests deeper than %d", s.maxDepth)
	}
	if s.Problem != "" {
		raw = raw[:min(len(raw), OversizeKept)]
	}
	s.Raw = raw
	if !s.inArray {
		s.Envelope = nil
	}
	return true
}

// cutShort hands out what there is of a record in which the input ends.
func (s *Records) cutShort(dropped int64) bool {
	s.err = s.readErr
	if s.err == nil {
		s.err = fmt.Errorf("%w: it ends inside a record", ErrTruncated)
	}
	s.state.problem = "the record is cut off"
	return s.give(dropped)
}
