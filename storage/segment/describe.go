package segment

import (
	"encoding/binary"
	"errors"
)

// Info tells a segment's file from any other.
type Info struct {
	Docs      uint64 `json:"docs"`  // deleted ones included
	Bytes     int64  `json:"bytes"` // of the file
	Directory uint32 `json:"crc"`   // checksum of its directory, which holds those of all else
	// From and To are the times of its first and last document, in milliseconds since 1970 UTC.
	From int64 `json:"from"`
	To   int64 `json:"to"`
	// Bad says why the file must not be read although it can be opened: its ids were found damaged. Describe leaves it empty.
	Bad string `json:"bad,omitempty"`
	// Away says that the file was in quarantine, so that newer versions of its documents may be in others without their being marked as deleted in it. Describe leaves it false.
	Away bool `json:"away,omitempty"`
}

// Describe reads the directory of the segment at path. The error names the file.
func Describe(path string) (Info, error) {
	s, err := openFile(path)
	if err != nil {
		return Info{}, err
	}
	return s.Info(), s.release()
}

// File is the path of the segment; it is empty in memory.
func (s *Segment) File() string { return s.path }

// Info describes the segment's file.
func (s *Segment) Info() Info {
	i := Info{Docs: uint64(s.dir.Docs), Bytes: int64(len(s.data)), Directory: binary.LittleEndian.Uint32(s.data[len(s.data)-footerSize+16:])}
	if t := s.columns[TimeField]; t != nil {
		i.From, i.To = t.Min, t.Max
	}
	return i
}

// ColumnBytes is how long the parts of a column are together; 0 where there is no such column.
func (s *Segment) ColumnBytes(field string) int64 {
	c := s.columns[field]
	if c == nil {
		return 0
	}
	n := int64(0)
	for _, part := range c.spans() {
		n += int64(part.Len)
	}
	return n
}

// Fingerprint tells a column from all that hold anything else, by the lengths and checksums of its parts. It is empty where there is no such column.
func (s *Segment) Fingerprint(field string) string {
	c := s.columns[field]
	if c == nil {
		return ""
	}
	var out []byte
	for _, part := range c.spans() {
		out = binary.LittleEndian.AppendUint32(binary.AppendUvarint(out, part.Len), part.CRC)
	}
	if c.Over != "" { // its documents are those of the other column
		return string(out) + s.Fingerprint(c.Over)
	}
	return string(out)
}

// Open opens the segment at path for reading outside of scorch. The caller calls Release.
func Open(path string) (*Segment, error) { return openFile(path) }

// Release gives back a segment of Open.
func (s *Segment) Release() error {
	if s.release == nil {
		return errors.New("segment: BUG: released, but not by whom it was opened")
	}
	return s.release()
}
