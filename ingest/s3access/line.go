package s3access

import (
	"bytes"
	"strconv"
)

const notApart = "its fields cannot be told apart"

// line cuts a line into the row. The fields before the request cannot hold blanks, and neither can those behind the agent, whose quote
// is the last one of the line; what lies between is told by the six fields that part it.
func (s *session) line(line []byte) (reason string) {
	line = bytes.TrimRight(line, " ")
	rest, ok := s.head(line)
	if !ok {
		return notApart
	}
	if rest, ok = s.request(rest); !ok {
		return notApart
	}
	if rest, ok = s.refererAndAgent(rest); !ok {
		return notApart
	}
	return s.tail(rest)
}

// word takes the blanks and the word at the beginning of text; it is empty at the end.
func word(text []byte) (w, rest []byte) {
	for len(text) > 0 && text[0] == ' ' {
		text = text[1:]
	}
	if end := bytes.IndexByte(text, ' '); end >= 0 {
		return text[:end], text[end:]
	}
	return text, nil
}

// head reads the fields up to the key.
func (s *session) head(line []byte) (rest []byte, ok bool) {
	rest = line
	for at := range colURI {
		if at == colTime {
			open := bytes.IndexByte(rest, '[')
			end := bytes.IndexByte(rest, ']')
			if open < 0 || end < open || len(bytes.TrimSpace(rest[:open])) > 0 {
				return nil, false
			}
			s.row[at], rest = rest[open+1:end], rest[end+1:]
			continue
		}
		if s.row[at], rest = word(rest); len(s.row[at]) == 0 {
			return nil, false
		}
	}
	return rest, true
}

// request reads the request, quoted or a dash, and the six fields behind it.
func (s *session) request(text []byte) (rest []byte, ok bool) {
	text = bytes.TrimLeft(text, " ")
	if len(text) == 0 {
		return nil, false
	}
	if text[0] != '"' {
		var w []byte
		if w, rest = word(text); len(w) != 1 || w[0] != '-' {
			return nil, false
		}
		return s.numbers(rest)
	}
	for end := 1; end < len(text); end++ {
		if text[end] != '"' || end+1 >= len(text) || text[end+1] != ' ' {
			continue
		}
		if rest, ok = s.numbers(text[end+1:]); ok {
			s.row[colURI] = text[1:end]
			return rest, true
		}
	}
	return nil, false
}

// numbers reads status, error, bytes sent, size and the two times, behind which a quote or a dash must follow.
func (s *session) numbers(text []byte) (rest []byte, ok bool) {
	for at := colStatus; at <= colTurn; at++ {
		var w []byte
		if w, text = word(text); !isNumber(w) && (at != colError || !isName(w)) {
			return nil, false
		}
		s.row[at] = w
	}
	text = bytes.TrimLeft(text, " ")
	return text, len(text) > 0 && (text[0] == '"' || text[0] == '-')
}

// isNumber accepts a dash for none.
func isNumber(w []byte) bool {
	if len(w) == 1 && w[0] == '-' {
		return true
	}
	for _, c := range w {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(w) > 0
}

// isName accepts what names an error, such as `NoSuchKey` or `InvalidArgument.Region`.
func isName(w []byte) bool {
	for _, c := range w {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	return len(w) > 0
}

// refererAndAgent reads the two, each quoted or a dash. Both may hold quotes; where more than one place can part them, they
// cannot be told apart.
func (s *session) refererAndAgent(text []byte) (rest []byte, ok bool) {
	last := bytes.LastIndexByte(text, '"')
	if last < 0 { // both are dashes
		s.row[colReferer], text = word(text)
		s.row[colAgent], text = word(text)
		return text, isDash(s.row[colReferer]) && isDash(s.row[colAgent])
	}
	quoted, rest := text[:last], text[last+1:]
	if agent, found := bytes.CutPrefix(quoted, []byte(`- "`)); found {
		s.row[colAgent] = agent
		return rest, true
	}
	if len(quoted) == 0 || quoted[0] != '"' {
		return nil, false
	}
	quoted = quoted[1:]
	seam := []byte(`" "`)
	at := bytes.Index(quoted, seam)
	if at < 0 {
		s.row[colReferer] = quoted
		s.row[colAgent], rest = word(rest)
		return rest, isDash(s.row[colAgent])
	}
	s.row[colReferer], s.row[colAgent] = quoted[:at], quoted[at+len(seam):]
	return rest, !bytes.Contains(quoted[at+1:], seam)
}

func isDash(w []byte) bool { return len(w) == 1 && w[0] == '-' }

// tail reads the fields behind the agent, as many as there are, and checks those that have a shape of their own.
func (s *session) tail(text []byte) (reason string) {
	for at := colVersion; ; at++ {
		var w []byte
		if w, text = word(text); len(w) == 0 {
			if at < minFields {
				return "it has " + strconv.Itoa(at) + " fields, less than " + strconv.Itoa(minFields)
			}
			return ""
		}
		if at < lineFields {
			s.row[at] = w
			if !fits(at, w) {
				return notApart
			}
			continue
		}
		s.extra.Text(&s.counts, []byte("field_"+strconv.Itoa(at+1)), w)
	}
}

// fits reports whether a word can be the field of a column.
func fits(at int, w []byte) bool {
	if isDash(w) {
		return true
	}
	switch at {
	case colSignature:
		return bytes.HasPrefix(w, []byte("Sig"))
	case colTLS:
		return len(w) > 3 && bytes.EqualFold(w[:3], []byte("TLS"))
	case colAccessPoint:
		return bytes.HasPrefix(w, []byte("arn:"))
	}
	return true
}
