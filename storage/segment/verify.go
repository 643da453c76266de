package segment

import (
	"fmt"
	"hash/crc32"
)

// Damage is an error about bytes that are not those that were written. A reader meets it as a panic, since a column that was promised cannot be given; whoever calls
// into a Segment that lies on disk turns it into an error with Guard.
type Damage struct {
	Path, Column string
}

// Error implements error.
func (d *Damage) Error() string {
	return fmt.Sprintf("segment %s: checksum of %q does not match: the file is damaged; restore it from a backup, or delete the index", d.Path, d.Column)
}

// Guard calls f and returns its error, or the Damage that it met.
func Guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			d, ok := p.(*Damage)
			if !ok {
				panic(p)
			}
			err = d
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
			panic(&Damage{Path: s.path, Column: name})
		}
	}
}
