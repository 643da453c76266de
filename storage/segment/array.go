package segment

import "hash/crc32"

// heldBytes is how much of an array is held in memory while it is made: as much as the ids of the largest segment take where they are UUIDs.
// Tests make it less.
var heldBytes = 16 << 20

// arrayWriter writes one array as it is made. An array of more than heldBytes goes to the output meanwhile, and is not looked for among the earlier ones. Nothing
// else may be written until end.
type arrayWriter struct {
	out     *output
	at      span
	through bool // what was held is written, and all else goes there
}

// array begins an array. It takes the memory of the one before.
func (o *output) array() *arrayWriter {
	o.held = o.held[:0]
	return &arrayWriter{out: o}
}

func (a *arrayWriter) write(b []byte) {
	o := a.out
	if len(o.held)+len(b) > heldBytes {
		a.flush()
	}
	o.held = append(o.held, b...)
}

// flush writes what is held.
func (a *arrayWriter) flush() {
	if !a.through {
		a.through, a.at = true, a.out.begin()
	}
	a.at.CRC = crc32.Update(a.at.CRC, castagnoli, a.out.held)
	a.at.Len += uint64(len(a.out.held))
	a.out.write(a.out.held)
	a.out.held = a.out.held[:0]
}

// end returns where the array lies.
func (a *arrayWriter) end() span {
	if !a.through {
		return a.out.bytes(a.out.held)
	}
	a.flush()
	return a.at
}
