package wal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// A record is a header and a payload, all numbers little-endian:
//
//	magic   4 bytes  "VWAL"
//	length  uint32   of the payload
//	durable uint64   how much of the file was known to be on disk when the record was written
//	crc     uint32   CRC-32C of length, durable and the payload
//	payload          flags (1 = delete, 2 = mark: no operation), uvarint sequence number, uvarint version, then id, routing and source, each with its uvarint length
//
// durable tells an end that was never acknowledged, which a crash may leave in any state, from damage: what lies before the durable
// mark of a later record was on disk once.
const (
	recordMagic = "VWAL"
	headerSize  = 4 + 4 + 8 + 4
	maxPayload  = 1 << 30
	flagDelete  = 1
	flagMark    = 2
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func appendRecord(buf []byte, e *Entry, durable int64) []byte {
	at := len(buf)
	buf = append(buf, recordMagic...)
	buf = append(buf, make([]byte, headerSize-len(recordMagic))...)
	var flags byte
	switch {
	case e.Delete:
		flags = flagDelete
	case e.mark:
		flags = flagMark
	}
	buf = append(buf, flags)
	buf = binary.AppendUvarint(buf, uint64(e.SeqNo))
	buf = binary.AppendUvarint(buf, uint64(e.Version))
	buf = appendBytes(buf, e.ID)
	buf = appendBytes(buf, e.Routing)
	buf = appendBytes(buf, e.Source)
	header, payload := buf[at:at+headerSize], buf[at+headerSize:]
	binary.LittleEndian.PutUint32(header[4:], uint32(len(payload)))
	binary.LittleEndian.PutUint64(header[8:], uint64(durable))
	binary.LittleEndian.PutUint32(header[16:], checksum(header, payload))
	return buf
}

func appendBytes[T string | []byte](buf []byte, b T) []byte {
	return append(binary.AppendUvarint(buf, uint64(len(b))), b...)
}

func checksum(header, payload []byte) uint32 {
	return crc32.Update(crc32.Checksum(header[4:16], castagnoli), castagnoli, payload)
}

// record cuts the record at the start of b. ok is false if there is none that is whole.
func record(b []byte) (payload []byte, durable int64, size int, ok bool) {
	if len(b) < headerSize || string(b[:len(recordMagic)]) != recordMagic {
		return nil, 0, 0, false
	}
	n := int(binary.LittleEndian.Uint32(b[4:]))
	if n > maxPayload || n > len(b)-headerSize {
		return nil, 0, 0, false
	}
	payload = b[headerSize : headerSize+n]
	if checksum(b[:headerSize], payload) != binary.LittleEndian.Uint32(b[16:]) {
		return nil, 0, 0, false
	}
	return payload, int64(binary.LittleEndian.Uint64(b[8:])), headerSize + n, true
}

var errPayload = errors.New("record holds no entry")

// entry reads a payload. The entry owns its memory.
func entry(payload []byte) (*Entry, error) {
	if len(payload) == 0 {
		return nil, errPayload
	}
	e := &Entry{Delete: payload[0]&flagDelete != 0, mark: payload[0]&flagMark != 0}
	rest := payload[1:]
	var parts [3][]byte
	for _, n := range []*int64{&e.SeqNo, &e.Version} {
		v, size := binary.Uvarint(rest)
		if size <= 0 {
			return nil, errPayload
		}
		*n, rest = int64(v), rest[size:]
	}
	for i := range parts {
		n, size := binary.Uvarint(rest)
		if size <= 0 || n > uint64(len(rest)-size) {
			return nil, errPayload
		}
		parts[i], rest = rest[size:size+int(n)], rest[size+int(n):]
	}
	e.ID, e.Routing, e.Source = string(parts[0]), string(parts[1]), bytes.Clone(parts[2])
	return e, nil
}
