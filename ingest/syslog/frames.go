package syslog

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// MaxLine is the longest line that is kept, in bytes; the rest of a longer one is counted, and the line is marked.
const MaxLine = 64 << 10

// maxDigits bounds the length that octet counting may announce.
const maxDigits = 9

// errFraming is returned when a connection that counts octets sends something else than a count: where the next line begins cannot be told then.
var errFraming = errors.New("octet counting: a frame must begin with its length and a space")

// frame is one line. Its text lies in the reader's memory until the next call.
type frame struct {
	text    []byte // without what ends it; not empty
	cut     int64  // bytes beyond MaxLine and before the LF, which were thrown away
	partial bool   // the connection ended within it
}

// frames cuts what comes by a connection into lines. Which of the two framings of RFC 6587 it has is found out by the first bytes: octet counting (`23 <86>…`, which RFC 5425 demands
// for TLS) or lines that end with LF, CR LF or NUL before it.
type frames struct {
	r       *bufio.Reader
	known   bool
	counted bool
	err     error // what ended the connection; all later calls return it
	buf     []byte
}

func newFrames(r io.Reader) *frames { return &frames{r: bufio.NewReaderSize(r, 4096)} }

// next is the next line that is not empty. io.EOF is the proper end.
func (f *frames) next() (frame, error) {
	if !f.known {
		f.counted, f.known = f.counts(), true
	}
	for f.err == nil {
		var one frame
		if f.counted {
			one = f.nextCounted()
		} else {
			one = f.nextLine()
		}
		if one.text = trimmed(one.text); len(one.text) > 0 {
			return one, nil
		}
	}
	return frame{}, f.err
}

// trimmed leaves out what ends a line.
func trimmed(text []byte) []byte { return bytes.TrimRight(text, "\r\n\x00") }

// counts says whether the first bytes are a length, a space and the `<` of a priority.
func (f *frames) counts() bool {
	for n := 1; ; n++ {
		b, err := f.r.Peek(n)
		if err != nil {
			return false // reading it as a line tells the error
		}
		switch last := b[n-1]; {
		case last == ' ' && n > 1:
			b, err = f.r.Peek(n + 1)
			return err == nil && b[n] == '<'
		case !digit(last) || last == '0' && n == 1 || n > maxDigits:
			return false
		}
	}
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// nextLine reads to the next LF, or to the end.
func (f *frames) nextLine() (one frame) {
	f.buf = f.buf[:0]
	for {
		part, err := f.r.ReadSlice('\n')
		kept := min(len(part), MaxLine-len(f.buf))
		f.buf, one.cut = append(f.buf, part[:kept]...), one.cut+int64(len(bytes.TrimSuffix(part[kept:], []byte("\n"))))
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		one.text, f.err = f.buf, err
		one.partial = err != nil && !errors.Is(err, io.EOF)
		return one
	}
}

// nextCounted reads a length and so many bytes.
func (f *frames) nextCounted() (one frame) {
	size, ok := f.length()
	if !ok {
		return f.rest()
	}
	kept := min(size, MaxLine)
	f.buf = append(f.buf[:0], make([]byte, kept)...)
	n, err := io.ReadFull(f.r, f.buf)
	one.text = f.buf[:n]
	if err == nil && size > kept {
		one.cut, err = io.CopyN(io.Discard, f.r, int64(size-kept))
	}
	if err != nil {
		f.err, one.partial = whole(err), true
	}
	return one
}

// length reads what precedes a counted frame. Without one, f.err says why and what was read of it is unread again.
func (f *frames) length() (size int, ok bool) {
	for n := 1; ; n++ {
		b, err := f.r.Peek(n)
		if err != nil {
			f.err = err
			return 0, false
		}
		switch last := b[n-1]; {
		case last == ' ' && n > 1:
			_, f.err = f.r.Discard(n)
			return size, f.err == nil
		case !digit(last) || n > maxDigits:
			f.err = fmt.Errorf("%w, not with %.32q", errFraming, b)
			return 0, false
		default:
			size = size*10 + int(last-'0')
		}
	}
}

// rest is what has come and cannot be cut into lines any more.
func (f *frames) rest() frame {
	b, err := f.r.Peek(f.r.Buffered())
	if err != nil {
		panic("BUG: " + err.Error()) // no more is asked than is there
	}
	f.buf = append(f.buf[:0], b...)
	return frame{text: f.buf, partial: len(b) > 0}
}

// whole makes the end of a connection within a frame an end.
func whole(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return io.EOF
	}
	return err
}
