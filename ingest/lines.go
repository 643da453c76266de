package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// Lines reads an object line by line with bounded memory. The zero value is not usable; see NewLines.
//
//	lines := NewLines(r, limit)
//	for lines.Next() { use lines.Line, lines.Offset, lines.TooLong }
//	return lines.Err()
type Lines struct {
	// Line is the current line without its end (LF or CRLF). It is valid until the next Next. It is never blank.
	Line []byte
	// Offset is where the line begins, in bytes of the inflated object.
	Offset int64
	// TooLong is the length of a line that passed the limit, of which Line holds the first OversizeKept bytes; else 0.
	TooLong int64

	r     *bufio.Reader
	limit int
	spill []byte
	at    int64
	err   error
}

// NewLines reads r; limit is the longest line in bytes, 0 for the default of Limits.
func NewLines(r io.Reader, limit int) *Lines {
	if limit <= 0 {
		limit = Limits{}.WithDefaults().RecordBytes
	}
	size := 64 << 10
	if short, ok := r.(interface{ Len() int }); ok { // one record of a pipeline
		size = min(size, short.Len()+1)
	}
	return &Lines{r: bufio.NewReaderSize(r, size), limit: limit}
}

// Next moves to the next line that is not blank. It returns false at the end and after an error.
func (l *Lines) Next() bool {
	for l.err == nil {
		l.Offset = l.at
		l.Line, l.err = l.read()
		if l.err != nil && len(l.Line) == 0 {
			return false
		}
		if len(bytes.TrimSpace(l.Line)) > 0 {
			return true
		}
	}
	return false
}

// Err is what ended the reading; nil at a clean end.
func (l *Lines) Err() error {
	if errors.Is(l.err, io.EOF) {
		return nil
	}
	return l.err
}

// read returns one line; with an error it returns what came before it.
func (l *Lines) read() ([]byte, error) {
	l.TooLong, l.spill = 0, l.spill[:0]
	var length int64
	for {
		part, err := l.r.ReadSlice('\n')
		l.at += int64(len(part))
		length += int64(len(part))
		if err == nil && len(l.spill) == 0 && len(part) <= l.limit {
			return trimEnd(part), nil
		}
		if room := l.limit + 2 - len(l.spill); room > 0 {
			l.spill = append(l.spill, part[:min(len(part), room)]...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if length > int64(l.limit)+2 || len(trimEnd(l.spill)) > l.limit {
			l.TooLong = length
			return l.spill[:min(len(l.spill), OversizeKept)], err
		}
		return trimEnd(l.spill), err
	}
}

func trimEnd(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line
}
