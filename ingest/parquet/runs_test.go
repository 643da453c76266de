package parquet

import (
	"encoding/binary"
	"testing"
)

func TestRunsOfAnyLengthCostNothing(t *testing.T) {
	r := runs{buf: append(binary.AppendUvarint(nil, 1<<63), 1), width: 1}
	for range 1000 {
		if v, ok := r.next(); !ok || v != 1 {
			t.Fatal(v, ok)
		}
	}
	allocs := testing.AllocsPerRun(100, func() {
		r := runs{buf: append(r.buf[:0], 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 3), width: 1}
		for range 10 {
			r.next()
		}
	})
	if allocs > 1 {
		t.Errorf("%v allocations", allocs)
	}
}

func TestPackedBits(t *testing.T) {
	// The example of https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE: 0 to 7 in three bits each.
	r := runs{buf: []byte{1<<1 | 1, 0b10001000, 0b11000110, 0b11111010}, width: 3}
	for want := range uint32(8) {
		if v, ok := r.next(); !ok || v != want {
			t.Errorf("%d, %v instead of %d", v, ok, want)
		}
	}
	if _, ok := r.next(); ok {
		t.Error("there is a ninth")
	}
}

func TestTheProtocolBelievesNoLength(t *testing.T) {
	for name, text := range map[string]string{
		"a text longer than all":    "\x18\xff\xff\xff\xff\x0f",
		"a list longer than all":    "\x19\xf5\xff\xff\xff\xff\x0f",
		"a map longer than all":     "\x1b\xff\xff\xff\xff\x0f\x55",
		"a struct without an end":   "\x15\x02",
		"structs in structs":        string(make([]byte, 0)) + "\x1c\x1c\x1c\x1c\x1c\x1c\x1c\x1c\x1c\x1c\x1c\x1c\x1c\x1c\x1c\x1c\x1c\x1c\x1c",
		"a type that there is not":  "\x1f",
		"an integer without an end": "\x15\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00",
	} {
		c := &compact{buf: []byte(text)}
		if c.skip(typeStruct); !c.bad {
			t.Errorf("%s is read", name)
		}
	}
}
