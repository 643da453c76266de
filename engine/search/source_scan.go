package search

import (
	"encoding/json"
	"errors"
	"strings"
)

var (
	errShort = errors.New("unexpected end of JSON")
	errDeep  = errors.New("JSON nested too deeply")
	errJSON  = errors.New("malformed JSON")
)

// space moves over white space.
func (f *sourceFilter) space() {
	for f.pos < len(f.src) && isSpace(f.src[f.pos]) {
		f.pos++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// members walks an object or array from its opening bracket past its closing one, and calls each at the start of every member.
func (f *sourceFilter) members(end byte, each func() error) error {
	f.pos++
	f.space()
	if f.pos < len(f.src) && f.src[f.pos] == end {
		f.pos++
		return nil
	}
	for {
		f.space()
		if err := each(); err != nil {
			return err
		}
		f.space()
		if f.pos >= len(f.src) {
			return errShort
		}
		c := f.src[f.pos]
		f.pos++
		switch c {
		case end:
			return nil
		case ',':
		default:
			return errJSON
		}
	}
}

// key reads the key at pos and stops behind its closing quote, having made sure that a colon follows.
func (f *sourceFilter) key() (string, error) {
	from := f.pos
	if f.pos >= len(f.src) || f.src[f.pos] != '"' {
		return "", errJSON
	}
	if err := f.skipString(); err != nil {
		return "", err
	}
	raw := f.src[from:f.pos]
	after := f.pos
	for after < len(f.src) && isSpace(f.src[after]) {
		after++
	}
	if after >= len(f.src) || f.src[after] != ':' {
		return "", errJSON
	}
	text := string(raw[1 : len(raw)-1])
	if strings.IndexByte(text, '\\') < 0 {
		return text, nil
	}
	var key string
	if err := json.Unmarshal(raw, &key); err != nil {
		return "", errJSON
	}
	return key, nil
}

// skip moves past the value at pos.
func (f *sourceFilter) skip(depth int) error {
	if depth > maxSourceDepth {
		return errDeep
	}
	f.space()
	if f.pos >= len(f.src) {
		return errShort
	}
	switch f.src[f.pos] {
	case '"':
		return f.skipString()
	case '{':
		return f.members('}', func() error {
			if _, err := f.key(); err != nil {
				return err
			}
			f.space()
			f.pos++
			return f.skip(depth + 1)
		})
	case '[':
		return f.members(']', func() error { return f.skip(depth + 1) })
	}
	return f.skipLiteral()
}

func (f *sourceFilter) skipString() error {
	for f.pos++; f.pos < len(f.src); f.pos++ {
		switch f.src[f.pos] {
		case '\\':
			f.pos++
		case '"':
			f.pos++
			return nil
		}
	}
	return errShort
}

func (f *sourceFilter) skipLiteral() error {
	from := f.pos
	for f.pos < len(f.src) {
		c := f.src[f.pos]
		if c == ',' || c == '}' || c == ']' || isSpace(c) {
			break
		}
		f.pos++
	}
	if f.pos == from || !json.Valid(f.src[from:f.pos]) {
		return errJSON
	}
	return nil
}

// appendCompact appends a JSON value without the white space between its parts.
func appendCompact(dst, src []byte) []byte {
	quoted := false
	for i := 0; i < len(src); i++ {
		c := src[i]
		switch {
		case quoted && c == '\\':
			dst = append(dst, c)
			i++
			c = src[i]
		case c == '"':
			quoted = !quoted
		case !quoted && isSpace(c):
			continue
		}
		dst = append(dst, c)
	}
	return dst
}
