// Package segment is Vedette's column segment: an immutable set of documents, ordered by time, in which every
// field is a column that filters, sorting and aggregations read without touching the documents.
//
// It is a segment plugin of Bleve's scorch (plugin.go), which decides when segments are written, merged and
// dropped. Readers take a Segment from a snapshot (package storage) and ask it for columns: Terms for keyword
// and ip, Numbers for long, double, date and boolean, Text for analysed text. A field that no document of the
// segment has is no column and costs nothing.
//
// Documents are numbered from 0 in order of their time. Everything that a Segment returns lives as long as
// the snapshot that it was taken from, and must not be changed. All methods may be called by many goroutines.
//
// The arrays of a segment are packed, little-endian, and read where they lie in the mapped file.
package segment

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/durable"
)

// Names of the columns that every segment has beside the mapped fields.
const (
	IDField      = "_id"      // Terms
	SeqNoField   = "_seq_no"  // Numbers, long
	VersionField = "_version" // Numbers, long
	TimeField    = "\x00time" // Numbers, date: the document's Time, by which documents are ordered; no mapped field can have this name
)

const (
	magic      = "VEDSEG05"
	footerSize = 8 + 8 + 4 + 8 // offset and length of the directory, its CRC-32C, magic
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A Segment is one immutable set of documents. Its zero value is of no use; scorch makes them through the plugin.
type Segment struct {
	data    []byte
	path    string // empty in memory
	dir     directory
	columns map[string]*columnMeta
	source  sourceColumn
	// sourceVerified says that the checksums of the sources' tables were found right.
	sourceVerified atomic.Bool
	refs           atomic.Int64
	release        func() error // unmaps the file, or tells Config.Held; nil is nothing to do
	fs             durable.FS   // with which a segment in memory is written
	damage         atomic.Pointer[Damage]
	lostIDs        atomic.Bool
	onDamage       func(*Damage) // nil tells nobody
	closing        closeHooks
	ids            idFilters
}

// A View is a segment as one snapshot sees it: some of its documents may have been deleted since it was written.
type View struct {
	*Segment
	// Deleted holds the documents that are no more; nil where all are alive. It is shared and must not be changed.
	Deleted *roaring.Bitmap
}

// Live returns the documents that are alive, as a new bitmap that the caller owns.
func (v View) Live() *roaring.Bitmap {
	live := roaring.New()
	live.AddRange(0, uint64(v.NumDocs()))
	if v.Deleted != nil {
		live.AndNot(v.Deleted)
	}
	return live
}

// directory is the table of contents at the end of the data.
type directory struct {
	Docs    uint32        `json:"docs"`
	Columns []*columnMeta `json:"columns"`
	Source  sourceMeta    `json:"source"`
}

// span is a range of the data, in bytes from its start, and its CRC-32C.
type span struct {
	Off uint64 `json:"o"`
	Len uint64 `json:"l"`
	CRC uint32 `json:"c"`
}

// columnMeta says where the parts of one column lie. Which parts there are depends on its kind and layout.
type columnMeta struct {
	Name string        `json:"name"`
	Kind document.Kind `json:"kind"`
	// Over is the keyword by whose ordinals a Text is kept; empty is by documents.
	Over string `json:",omitempty"`

	// Dict is the dictionary of Terms and Text.
	Dict dictMeta
	// Documents with a value. Absent (N 0) in the dense layout, where Values has an entry for each document.
	DocList intsMeta
	// Start of each listed document's values, with one more entry for the end. Absent where each has one value.
	ValueStarts intsMeta
	// Values: ordinals of Terms, numbers of Numbers. In a dense Terms column an ordinal is one more than itself and 0 is absence.
	Values intsMeta
	// Present holds a bit for each document of a dense Numbers or a Text column in which some have no value.
	Present span
	// Records of the documents of each term, and the end of each; UniqueDocs instead, where each term has one document.
	PostEnds   intsMeta
	Postings   span
	UniqueDocs intsMeta
	// The length byte of each document of a Text.
	Lengths intsMeta

	Count    uint32 `json:"count"` // documents with a value; of a Text, with a word
	Min, Max int64  // of Numbers
	// Sum is that of all values, unless it does not fit; Ascending says that each document has one, none less than that of the document before. Both of Numbers.
	Sum       *int64 `json:",omitempty"`
	Ascending bool   `json:",omitempty"`
	SumLength uint64 `json:"sum_length"` // words of a Text in all documents

	verified atomic.Bool // the checksums of all parts were found right
}

// parse reads the directory of data, which it keeps.
func parse(data []byte, path string) (*Segment, error) {
	if len(data) < footerSize+len(magic) || string(data[:len(magic)]) != magic || string(data[len(data)-len(magic):]) != magic {
		return nil, fmt.Errorf("segment %s: not a segment of this format, or cut short", path)
	}
	footer := data[len(data)-footerSize:]
	off, size := binary.LittleEndian.Uint64(footer), binary.LittleEndian.Uint64(footer[8:])
	end := uint64(len(data) - footerSize)
	if off > end || size > end-off {
		return nil, fmt.Errorf("segment %s: directory lies outside the file", path)
	}
	raw := data[off : off+size]
	if crc32.Checksum(raw, castagnoli) != binary.LittleEndian.Uint32(footer[16:]) {
		return nil, fmt.Errorf("segment %s: checksum of the directory does not match", path)
	}
	s := &Segment{data: data, path: path}
	if err := json.Unmarshal(raw, &s.dir); err != nil {
		return nil, fmt.Errorf("segment %s: read directory: %w", path, err)
	}
	if err := s.checkSpans(off); err != nil {
		return nil, err
	}
	s.columns = make(map[string]*columnMeta, len(s.dir.Columns))
	for _, c := range s.dir.Columns {
		s.columns[c.Name] = c
	}
	s.source.forms, s.source.rest = s.ints(s.dir.Source.Forms), s.rests(s.dir.Source.Rest)
	s.refs.Store(1)
	return s, nil
}

// NumDocs is the number of documents, deleted ones included.
func (s *Segment) NumDocs() int { return int(s.dir.Docs) }

// FieldNames lists the columns, those of this package included, in ascending order.
func (s *Segment) FieldNames() []string {
	names := make([]string, len(s.dir.Columns))
	for i, c := range s.dir.Columns {
		names[i] = c.Name
	}
	return names
}

// Kind is the kind of the column of that name, or 0 if there is none.
func (s *Segment) Kind(field string) document.Kind {
	if c := s.columns[field]; c != nil {
		return c.Kind
	}
	return 0
}

// Docs returns the documents that have a value of that field, of whatever kind, as a new bitmap that the caller owns.
func (s *Segment) Docs(field string) *roaring.Bitmap {
	c := s.columns[field]
	switch {
	case c == nil:
		return roaring.New()
	case c.Kind == document.Text:
		return s.Text(field).Docs()
	case c.Kind.Numeric():
		return s.Numbers(field).Docs()
	}
	return s.Terms(field).Docs()
}

// ID is the `_id` of a document.
func (s *Segment) ID(doc uint32) string {
	t := s.Terms(IDField)
	ord, ok := t.Ord(doc)
	if !ok {
		return ""
	}
	return t.Term(ord)
}

// Lookup returns the document of that `_id`, deleted or not, or false.
func (s *Segment) Lookup(id string) (uint32, bool) {
	t := s.Terms(IDField)
	if t == nil {
		return 0, false
	}
	ord, exact := t.Seek(id)
	if !exact {
		return 0, false
	}
	return uint32(t.post.unique.at(ord)), true
}

// Source returns the JSON of a document as it was written, in memory that the caller owns. For more than one document use Sources.
func (s *Segment) Source(doc uint32) ([]byte, error) {
	return s.Sources().Read(doc)
}
