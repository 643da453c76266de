package cloudtrail

import (
	"bytes"

	"github.com/vedette-siem/vedette/ingest/carrier"
)

// mask stands in the place of session tokens.
const mask = carrier.Mask

var tokenName = []byte(`"sessionToken"`)

// original sets the raw text without the values of session tokens. A text in which fewer than the record has
// can be found (its names are written in an unusual way) is left out rather than shown.
func (s *session) original(raw []byte) {
	if s.left.tokens == 0 || s.decoder.options.KeepTokens {
		s.b.Original(raw)
		return
	}
	text, found := maskText(s.scratch[:0], raw)
	s.scratch = text
	if found >= s.left.tokens {
		s.b.Original(text)
	}
}

// maskText appends raw to dst with the string values of all members named sessionToken masked, and counts them. Without any it returns raw.
func maskText(dst, raw []byte) ([]byte, int) {
	found, from := 0, 0
	for {
		at := bytes.Index(raw[from:], tokenName)
		if at < 0 {
			break
		}
		begin, end, ok := stringValue(raw, from+at+len(tokenName))
		if ok {
			dst = append(append(dst, raw[from:begin]...), mask...)
			found++
		} else {
			dst = append(dst, raw[from:end]...)
		}
		from = end
	}
	if from == 0 {
		return raw, 0
	}
	return append(dst, raw[from:]...), found
}

// stringValue finds the inside of the string that follows a name's colon at or after at. Without one, end is at.
func stringValue(raw []byte, at int) (begin, end int, ok bool) {
	i := at
	for i < len(raw) && (raw[i] == ' ' || raw[i] == '\t' || raw[i] == '\n' || raw[i] == '\r' || raw[i] == ':') {
		i++
	}
	if i >= len(raw) || raw[i] != '"' {
		return at, at, false
	}
	begin = i + 1
	for i = begin; i < len(raw) && raw[i] != '"'; i++ {
		if raw[i] == '\\' {
			i++
		}
	}
	return begin, min(i, len(raw)), true
}
