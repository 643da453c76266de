package segment

import (
	"errors"
	"fmt"
	"hash/crc32"
)

// Damage is an error about bytes that are not those that were written. A reader meets it as a panic, since a column that was promised cannot be given; whoever calls
// into a Segment that lies on disk turns it into an error with Guard.
type Damage struct {
	// Path is the file, and Column the part of it: a field, or `_source`.
	Path, Column string
	// Err says what is wrong; nil is that the checksum does not match.
	Err error
}

var errChecksum = errors.New("its checksum does not match")

// sourceName is what the sources are called as a part of a segment.
const sourceName = "_source"

// Error implements error.
func (d *Damage) Error() string {
	err := d.Err
	if err == nil {
		err = errChecksum
	}
	return fmt.Sprintf("segment %s: %q: %v: the file is damaged; restore it from a backup, or stop vedette and run 'vedette check --repair' on the data directory", d.Path, d.Column, err)
}

// Unwrap gives what is wrong.
func (d *Damage) Unwrap() error { return d.Err }

// Guard calls f and returns its error, or the Damage that it met. A mapped page that cannot be read is an error too.
func Guard(f func() error) (err error) {
	defer faultsPanic()()
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *Damage:
			err = p
		case unreadable:
			err = fmt.Errorf("read a mapped file, which the disk cannot give or which was cut short: %w", p)
		default:
			panic(p)
		}
	}()
	return f()
}

func (m intsMeta) spans() []span { return []span{m.Heads, m.Words} }

// spans lists the parts of a column.
func (c *columnMeta) spans() []span {
	all := []span{c.Dict.Bytes, c.Present, c.Postings}
	for _, m := range []intsMeta{c.Dict.Groups, c.Dict.Numbers, c.DocList, c.ValueStarts, c.Values, c.PostEnds, c.UniqueDocs, c.Lengths} {
		all = append(all, m.spans()...)
	}
	return all
}

// spans lists the parts of the sources, but for the blocks of rests, which carry checksums of their own.
func (m sourceMeta) spans() []span {
	all := append(m.Forms.spans(), m.Rest.DocEnds.spans()...)
	return append(all, m.Rest.BlockEnds, m.Rest.BlockDocs, m.Skeletons.Bytes, m.Recipes.Bytes)
}

// checkSpans makes sure that every part lies before the directory, where no read can go wrong.
func (s *Segment) checkSpans(end uint64) error {
	parts := append(s.dir.Source.spans(), s.dir.Source.Rest.Bytes)
	for _, c := range s.dir.Columns {
		parts = append(parts, c.spans()...)
	}
	for _, p := range parts {
		if p.Off > end || p.Len > end-p.Off {
			return fmt.Errorf("segment %s: a part lies outside of the file", s.path)
		}
	}
	return nil
}

// verify compares the checksums of a column with its bytes, the first time that it is read. A segment that was made in memory needs no check.
func (s *Segment) verify(c *columnMeta) {
	if s.path == "" || c.verified.Load() {
		return
	}
	s.verifySpans(c.Name, c.spans())
	c.verified.Store(true)
}

func (s *Segment) verifySpans(name string, spans []span) {
	for _, p := range spans {
		if crc32.Checksum(raws(s.data, p), castagnoli) != p.CRC {
			panic(s.spoil(&Damage{Path: s.path, Column: name}))
		}
	}
}

// badSource is the damage of a block of sources, whose checksum is zstd's.
func (s *Segment) badSource(doc uint32, err error) error {
	return s.spoil(&Damage{Path: s.path, Column: sourceName, Err: fmt.Errorf("source of document %d: %w", doc, err)})
}
