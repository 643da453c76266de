package ingest

import (
	"bytes"
	"unicode/utf8"
)

// binaryShare is how many bytes of text of an 8-bit encoding there may be for each that is no UTF-8 or controls a terminal.
const binaryShare = 10

// isBinary reports whether the first plain bytes of an object are no text that anybody can search: zero bytes, the beginning
// of a compression that could not be read, or many bytes that are neither UTF-8 nor printed. Texts of 8-bit encodings pass.
func isBinary(head []byte) bool {
	if bytes.HasPrefix(head, []byte("PAR1")) || bytes.HasPrefix(head, []byte{0x1f, 0x8b}) || bytes.IndexByte(head, 0) >= 0 {
		return true
	}
	strange := 0
	for i := 0; i < len(head); {
		r, size := utf8.DecodeRune(head[i:])
		cut := r == utf8.RuneError && !utf8.FullRune(head[i:]) // by the end of what was looked at
		if !cut && (r == utf8.RuneError && size == 1 || isControl(r)) {
			strange++
		}
		i += size
	}
	return strange*binaryShare > len(head)
}

// isControl tells the control characters that logs do not use: all but tabs, line ends, form feeds, the beginning of a colour and the
// separator of JSON texts.
func isControl(r rune) bool {
	switch r {
	case '\t', '\n', '\r', '\f', 0x1b, 0x1e:
		return false
	}
	return r < ' ' || r == 0x7f
}
