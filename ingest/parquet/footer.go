package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/vedette-siem/vedette/ingest"
)

// The limits of a file. Memory is bounded by them whatever the file claims.
const (
	maxFooter  = 8 << 20   // bytes
	maxColumns = 256       // AWS's logs have 60 at most
	maxPage    = 16 << 20  // bytes of a page, compressed or not; writers make pages of 1 MiB
	maxMemory  = 256 << 20 // bytes of the pages and dictionaries of all columns
)

// errDamaged says that a file is not what its own words promise.
var errDamaged = errors.New("the Parquet file is damaged")

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errDamaged, fmt.Sprintf(format, args...))
}

// footer is what a file says about itself.
type footer struct {
	fields    []field
	groups    []group
	encrypted bool
}

// field is a leaf of the schema; logs have no other nodes but the root.
type field struct {
	name     string
	kind     int64 // the physical type
	length   int64 // of the type FIXED_LEN_BYTE_ARRAY
	optional bool
}

// The physical types (https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift).
const (
	kindBoolean = 0
	kindInt32   = 1
	kindInt64   = 2
	kindInt96   = 3
	kindFloat   = 4
	kindDouble  = 5
	kindBytes   = 6
	kindFixed   = 7
)

// group is a row group.
type group struct {
	rows   int64
	chunks []chunk
}

// chunk is where the pages of a column lie.
type chunk struct {
	codec, from, size int64
}

// readFooter reads the end of a file of a size.
func readFooter(file io.ReaderAt, size int64) (*footer, error) {
	var tail [8]byte
	if size < 12 {
		return nil, fmt.Errorf("%w: it has %d bytes", ingest.ErrTruncated, size)
	}
	if _, err := file.ReadAt(tail[:], size-8); err != nil {
		return nil, fmt.Errorf("read the end of a Parquet file: %w", err)
	}
	length := int64(binary.LittleEndian.Uint32(tail[:4]))
	switch {
	case string(tail[4:]) == "PARE":
		return nil, errors.New("the Parquet file is encrypted")
	case string(tail[4:]) != "PAR1":
		return nil, fmt.Errorf("%w: the Parquet file has no end", ingest.ErrTruncated)
	case length > size-12:
		return nil, damaged("its footer of %d bytes is longer than the file", length)
	case length > maxFooter:
		return nil, fmt.Errorf("%w: the footer of the Parquet file has %d bytes, and %d are the limit", ingest.ErrTooLarge, length, maxFooter)
	}
	text := make([]byte, length)
	if _, err := file.ReadAt(text, size-8-length); err != nil {
		return nil, fmt.Errorf("read the footer of a Parquet file: %w", err)
	}
	f, err := parseFooter(text)
	if err != nil {
		return nil, err
	}
	return f, f.check(size)
}

func parseFooter(text []byte) (*footer, error) {
	c := &compact{buf: text}
	f := &footer{}
	var err error
	elements := 0
	c.object(func(id int64, kind byte) {
		switch {
		case id == 2 && kind == typeList:
			c.list(func(kind byte) {
				if e := f.element(c, kind, elements); err == nil {
					err = e
				}
				elements++
			})
		case id == 4 && kind == typeList:
			c.list(func(kind byte) { f.group(c, kind) })
		case id == 8:
			f.encrypted = true
			c.skip(kind)
		default:
			c.skip(kind)
		}
	})
	switch {
	case c.bad:
		return nil, damaged("its footer cannot be read")
	case f.encrypted:
		return nil, errors.New("the Parquet file is encrypted")
	}
	return f, err
}

// element reads node n of the schema.
func (f *footer) element(c *compact, kind byte, n int) error {
	if kind != typeStruct {
		c.fail()
		return nil
	}
	e := field{kind: -1}
	var children, repetition int64
	c.object(func(id int64, kind byte) {
		switch {
		case id == 1 && kind == typeI32:
			e.kind = c.varint()
		case id == 2 && kind == typeI32:
			e.length = c.varint()
		case id == 3 && kind == typeI32:
			repetition = c.varint()
		case id == 4 && kind == typeBinary:
			e.name = string(c.bytes())
		case id == 5 && kind == typeI32:
			children = c.varint()
		default:
			c.skip(kind)
		}
	})
	switch {
	case n == 0:
		return nil // the root
	case n > maxColumns:
		return fmt.Errorf("the Parquet file has more than %d columns", maxColumns)
	case children != 0 || repetition == 2 || e.kind < kindBoolean || e.kind > kindFixed:
		return fmt.Errorf("the column %.100q of the Parquet file has parts or is a list, as no log has", e.name)
	case e.kind == kindFixed && (e.length <= 0 || e.length > 1<<20):
		return damaged("a column has values of %d bytes", e.length)
	}
	e.optional = repetition == 1
	f.fields = append(f.fields, e)
	return nil
}

func (f *footer) group(c *compact, kind byte) {
	if kind != typeStruct {
		c.fail()
		return
	}
	var g group
	c.object(func(id int64, kind byte) {
		switch {
		case id == 1 && kind == typeList:
			c.list(func(kind byte) { g.chunks = append(g.chunks, readChunk(c, kind)) })
		case id == 3 && kind == typeI64:
			g.rows = c.varint()
		default:
			c.skip(kind)
		}
	})
	f.groups = append(f.groups, g)
}

func readChunk(c *compact, kind byte) (out chunk) {
	if kind != typeStruct {
		c.fail()
		return out
	}
	var data, dictionary int64
	c.object(func(id int64, kind byte) {
		if id != 3 || kind != typeStruct {
			c.skip(kind)
			return
		}
		c.object(func(id int64, kind byte) {
			switch {
			case id == 4 && kind == typeI32:
				out.codec = c.varint()
			case id == 7 && kind == typeI64:
				out.size = c.varint()
			case id == 9 && kind == typeI64:
				data = c.varint()
			case id == 11 && kind == typeI64:
				dictionary = c.varint()
			default:
				c.skip(kind)
			}
		})
	})
	if out.from = data; dictionary > 0 && dictionary < data {
		out.from = dictionary
	}
	return out
}

// check holds the places of the chunks against the file's size.
func (f *footer) check(size int64) error {
	for i, g := range f.groups {
		if len(g.chunks) != len(f.fields) || g.rows < 0 {
			return damaged("row group %d has %d columns instead of %d", i, len(g.chunks), len(f.fields))
		}
		for j, c := range g.chunks {
			if !canInflate(c.codec) {
				return fmt.Errorf("the Parquet file is compressed in way %d, which is not read here: gzip, Snappy and Zstandard are", c.codec)
			}
			if c.from < 4 || c.size < 0 || c.from > size || c.size > size-c.from {
				return damaged("column %.100q of row group %d lies outside of the file", f.fields[j].name, i)
			}
		}
	}
	return nil
}
