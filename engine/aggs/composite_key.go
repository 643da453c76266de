package aggs

import (
	"encoding/binary"
	"strings"
)

// A part is the value of one source in a composite key.
type part struct {
	null bool
	text []byte // of keyword and ip; nil for numbers
	num  int64
	// between says of a value of `after` that it lies between two buckets: all with this number come before it, whatever the other sources have.
	between bool
}

// Marks before each part put nulls before or after all values.
const (
	nullFirst = 0
	present   = 1
	nullLast  = 2
)

// append adds a part to a key, so that keys compare as the buckets are ordered: a text ends in 0x00 0x01, its own zeros being followed by 0xff; a number
// is big-endian with its sign turned; all bytes are turned where the order is descending.
func (c *compositeSource) append(key []byte, p part) []byte {
	switch {
	case p.null && c.nullsLast:
		return append(key, nullLast)
	case p.null:
		return append(key, nullFirst)
	}
	key = append(key, present)
	from := len(key)
	if p.text != nil {
		for _, b := range p.text {
			if key = append(key, b); b == 0 {
				key = append(key, 0xff)
			}
		}
		key = append(key, 0, 1)
	} else {
		key = binary.BigEndian.AppendUint64(key, uint64(p.num)^1<<63)
	}
	if c.desc {
		for i := from; i < len(key); i++ {
			key[i] = ^key[i]
		}
	}
	return key
}

// cut takes the first part off a key that append made. show says what it is.
func (c *compositeSource) cut(key string, show *display) (part, string) {
	if key == "" || key[0] != present || show == nil {
		return part{null: true}, strings.TrimPrefix(key, key[:min(len(key), 1)])
	}
	key = key[1:]
	turn := byte(0)
	if c.desc {
		turn = 0xff
	}
	if !show.isText() {
		var b [8]byte
		for i := range b {
			b[i] = key[i] ^ turn
		}
		return part{num: int64(binary.BigEndian.Uint64(b[:]) ^ 1<<63)}, key[8:]
	}
	text := make([]byte, 0, len(key))
	for i := 0; i+1 < len(key); i++ {
		b := key[i] ^ turn
		if b == 0 {
			if key[i+1]^turn == 1 {
				return part{text: text}, key[i+2:]
			}
			i++
		}
		text = append(text, b)
	}
	return part{text: text}, ""
}
