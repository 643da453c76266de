package aggs

import (
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// A writer prints an answer. The first error ends it.
type writer struct {
	buf     []byte
	typed   bool
	now     time.Time
	buckets int // printed so far
	err     error
	stop    stop
	budget  *Budget
	charged int // of buf
	// borrowed is the memory of the rows that are being printed.
	borrowed int64
}

// comma separates a value from the one before it; a value never ends in a byte that opens one.
func (w *writer) comma() {
	if len(w.buf) == 0 {
		return
	}
	switch w.buf[len(w.buf)-1] {
	case '{', '[', ':':
	default:
		w.buf = append(w.buf, ',')
	}
}

func (w *writer) open(c byte)  { w.comma(); w.buf = append(w.buf, c) }
func (w *writer) close(c byte) { w.buf = append(w.buf, c) }

func (w *writer) key(name string) {
	w.comma()
	w.buf = append(appendString(w.buf, name), ':')
}

func (w *writer) str(s string)     { w.comma(); w.buf = appendString(w.buf, s) }
func (w *writer) raw(s string)     { w.comma(); w.buf = append(w.buf, s...) }
func (w *writer) whole(n int64)    { w.comma(); w.buf = strconv.AppendInt(w.buf, n, 10) }
func (w *writer) flag(b bool)      { w.comma(); w.buf = strconv.AppendBool(w.buf, b) }
func (w *writer) double(x float64) { w.comma(); w.buf = appendDouble(w.buf, x) }
func (w *writer) docCount(n int64) { w.key("doc_count"); w.whole(n) }
func (w *writer) null(name string) { w.key(name); w.raw("null") }
func (w *writer) fail(err error)   { w.err = firstError(w.err, err) }
func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// bucket counts a bucket that is about to be printed, and refuses more than MaxBuckets.
func (w *writer) bucket() bool {
	w.buckets++
	w.fail(w.stop.at(w.buckets * 16))
	if w.buckets > MaxBuckets {
		w.fail(tooManyBuckets())
	}
	return w.charge()
}

// charge counts the memory of the text so far. False is that the answer must end.
func (w *writer) charge() bool {
	if now := cap(w.buf); now > w.charged && w.err == nil {
		w.err = w.budget.take(int64(now - w.charged))
		w.charged = now
	}
	return w.err == nil
}

// borrow claims memory that is needed to choose among so many buckets and to hold their rows, until the answer is there. False is that the answer must end.
func (w *writer) borrow(buckets int) bool {
	const bytes = 120 // a cell, a place in their order, a metric, and a row
	if w.err == nil {
		w.err = w.budget.take(int64(bytes * buckets))
		w.borrowed += int64(bytes * buckets)
	}
	return w.err == nil
}

// giveBack ends what borrow claimed after a mark, which is what was borrowed then.
func (w *writer) giveBack(mark int64) {
	w.budget.Add(mark - w.borrowed)
	w.borrowed = mark
}

// appendString appends a JSON string. Bytes that are not UTF-8 become U+FFFD, as in JSON no others can stand.
func appendString(buf []byte, s string) []byte {
	const hex = "0123456789abcdef"
	buf = append(buf, '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(s[i:])
			buf = utf8.AppendRune(buf, r)
			i += size
			continue
		case c == '"' || c == '\\':
			buf = append(buf, '\\', c)
		case c == '\n':
			buf = append(buf, '\\', 'n')
		case c == '\r':
			buf = append(buf, '\\', 'r')
		case c == '\t':
			buf = append(buf, '\\', 't')
		case c < ' ':
			buf = append(buf, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			buf = append(buf, c)
		}
		i++
	}
	return append(buf, '"')
}

// appendDouble writes a number as Java's Double.toString does, which is what Elasticsearch's answers hold: always with a fraction, and with an
// exponent from 10,000,000 up and below 0.001. What JSON cannot hold is written as a string, as Elasticsearch does.
func appendDouble(buf []byte, x float64) []byte {
	switch {
	case math.IsNaN(x):
		return append(buf, `"NaN"`...)
	case math.IsInf(x, 1):
		return append(buf, `"Infinity"`...)
	case math.IsInf(x, -1):
		return append(buf, `"-Infinity"`...)
	}
	abs := math.Abs(x)
	if abs == 0 || abs >= 1e-3 && abs < 1e7 {
		from := len(buf)
		buf = strconv.AppendFloat(buf, x, 'f', -1, 64)
		for _, c := range buf[from:] {
			if c == '.' {
				return buf
			}
		}
		return append(buf, '.', '0')
	}
	var scratch [32]byte
	text := strconv.AppendFloat(scratch[:0], x, 'e', -1, 64)
	e := len(text) - 1
	for text[e] != 'e' {
		e--
	}
	buf = append(buf, text[:e]...)
	if e == 1 || e == 2 && text[0] == '-' {
		buf = append(buf, '.', '0')
	}
	exp, _ := strconv.Atoi(string(text[e+1:]))
	return strconv.AppendInt(append(buf, 'E'), int64(exp), 10)
}

func doubleText(x float64) string { return string(appendDouble(nil, x)) }
