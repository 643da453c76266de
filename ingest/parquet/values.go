package parquet

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
)

// The encodings that are read; those with deltas no log of AWS has been seen with.
const (
	encodingPlain     = 0
	encodingPlainDict = 2
	encodingRLE       = 3
	encodingDict      = 8
)

// values are those of a page, one after the other.
type values struct {
	field      *field
	dictionary *dictionary // nil where values stand for themselves
	runs       runs        // of indexes, and of truths
	inRuns     bool
	buf        []byte
	bit        uint // of truths
}

// dictionary holds the values that pages refer to.
type dictionary struct {
	field  *field
	buf    []byte
	places []uint32 // of texts: where each begins, its length before it
}

// newDictionary takes the values of a dictionary's page, which it keeps.
func newDictionary(f *field, buf []byte) (*dictionary, error) {
	d := &dictionary{field: f, buf: buf}
	if f.kind != kindBytes {
		return d, nil
	}
	for at := uint64(0); at < uint64(len(buf)); {
		if uint64(len(buf)) < at+4 {
			return nil, damaged("a dictionary ends early")
		}
		d.places = append(d.places, uint32(at))
		at += 4 + uint64(binary.LittleEndian.Uint32(buf[at:]))
		if at > uint64(len(buf)) {
			return nil, damaged("a text of a dictionary is longer than it")
		}
	}
	return d, nil
}

// append appends value n.
func (d *dictionary) append(dst []byte, n uint32) ([]byte, bool) {
	if d.field.kind == kindBytes {
		if uint64(n) >= uint64(len(d.places)) {
			return dst, false
		}
		dst, _, ok := appendPlain(dst, d.field, d.buf[d.places[n]:])
		return dst, ok
	}
	at := uint64(n) * uint64(d.field.width())
	if d.field.width() == 0 || at >= uint64(len(d.buf)) {
		return dst, false
	}
	dst, _, ok := appendPlain(dst, d.field, d.buf[at:])
	return dst, ok
}

// width is the length of a value in bytes; 0 where they differ.
func (f *field) width() int64 {
	switch f.kind {
	case kindInt32, kindFloat:
		return 4
	case kindInt64, kindDouble:
		return 8
	case kindFixed:
		return f.length
	}
	return 0
}

// appendPlain appends the value that buf begins with as text, and returns what follows.
func appendPlain(dst []byte, f *field, buf []byte) (out, rest []byte, ok bool) {
	size := f.width()
	if f.kind == kindBytes {
		if len(buf) < 4 {
			return dst, nil, false
		}
		size, buf = int64(binary.LittleEndian.Uint32(buf)), buf[4:]
	}
	if int64(len(buf)) < size {
		return dst, nil, false
	}
	value, rest := buf[:size], buf[size:]
	switch f.kind {
	case kindInt32:
		dst = strconv.AppendInt(dst, int64(int32(binary.LittleEndian.Uint32(value))), 10)
	case kindInt64:
		dst = strconv.AppendInt(dst, int64(binary.LittleEndian.Uint64(value)), 10)
	case kindFloat:
		dst = strconv.AppendFloat(dst, float64(math.Float32frombits(binary.LittleEndian.Uint32(value))), 'f', -1, 32)
	case kindDouble:
		dst = strconv.AppendFloat(dst, math.Float64frombits(binary.LittleEndian.Uint64(value)), 'f', -1, 64)
	default:
		dst = append(dst, value...)
	}
	return dst, rest, true
}

// newValues begins the values of a page.
func newValues(f *field, encoding int64, d *dictionary, buf []byte) (values, error) {
	v := values{field: f, buf: buf}
	switch {
	case encoding == encodingPlain:
	case encoding == encodingDict || encoding == encodingPlainDict:
		if d == nil || len(buf) == 0 {
			return v, damaged("the dictionary of column %.100q is missing", f.name)
		}
		v.dictionary, v.inRuns = d, true
		v.runs = runs{buf: buf[1:], width: uint(buf[0])}
	case encoding == encodingRLE && f.kind == kindBoolean:
		text, _, ok := prefixed(buf)
		if !ok {
			return v, damaged("a page of column %.100q ends early", f.name)
		}
		v.runs, v.inRuns = runs{buf: text, width: 1}, true
	default:
		return v, fmt.Errorf("column %.100q of the Parquet file is encoded in way %d, which is not read here: plain values and dictionaries are", f.name, encoding)
	}
	return v, nil
}

// prefixed takes a part whose length in four bytes stands before it.
func prefixed(buf []byte) (part, rest []byte, ok bool) {
	if len(buf) < 4 {
		return nil, nil, false
	}
	n := uint64(binary.LittleEndian.Uint32(buf))
	if buf = buf[4:]; n > uint64(len(buf)) {
		return nil, nil, false
	}
	return buf[:n], buf[n:], true
}

// append appends the next value as text. It returns false at the end, and where the page is damaged.
func (v *values) append(dst []byte) ([]byte, bool) {
	var truth uint32
	ok := true
	switch {
	case v.inRuns:
		if truth, ok = v.runs.next(); !ok {
			return dst, false
		}
		if v.dictionary != nil {
			return v.dictionary.append(dst, truth)
		}
	case v.field.kind == kindBoolean:
		if v.bit/8 >= uint(len(v.buf)) {
			return dst, false
		}
		truth = uint32(v.buf[v.bit/8]>>(v.bit%8)) & 1
		v.bit++
	default:
		dst, v.buf, ok = appendPlain(dst, v.field, v.buf)
		return dst, ok
	}
	return strconv.AppendBool(dst, truth == 1), true
}
