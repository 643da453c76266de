package segment

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"slices"

	"github.com/vedette-siem/vedette/storage/document"
)

// Build makes a segment in memory out of documents, which it orders by their time. It keeps no reference to them. A field name of
// two kinds is an error, since a mapping never gives one.
func Build(docs []*document.Document) (*Segment, error) {
	b := NewBuilder(Sizes{docs: len(docs)})
	rows := make([]uint32, len(docs))
	for i, d := range docs {
		row, err := b.Add(d)
		if err != nil {
			return nil, err
		}
		rows[i] = row
	}
	return b.Build(rows)
}

// A Builder turns documents into columns as they come, so that their fields need not be kept. It is for one goroutine.
type Builder struct {
	docs    []*document.Document // by row
	expects Sizes
	columns map[string]*buildColumn
	list    []*buildColumn // by number
	recent  []recentColumn // by number of the field in the document before
	sources *sourceMatcher
	bytes   int // see Bytes

	id, seqNo, version, time *buildColumn // those that every document has
}

type recentColumn struct {
	name string
	*buildColumn
}

// NewBuilder makes a Builder for about so much as is expected.
func NewBuilder(expects Sizes) *Builder {
	b := &Builder{expects: expects, columns: map[string]*buildColumn{}}
	b.sources = newSourceMatcher(b)
	return b
}

// begin makes room, once there is a document.
func (b *Builder) begin() {
	b.docs = make([]*document.Document, 0, more(b.expects.docs))
	b.sources.reserve(b.expects)
	b.id, b.seqNo = b.newColumn(IDField, document.Keyword), b.newColumn(SeqNoField, document.Long)
	b.version, b.time = b.newColumn(VersionField, document.Long), b.newColumn(TimeField, document.Date)
}

func (b *Builder) newColumn(name string, kind document.Kind) *buildColumn {
	c := newBuildColumn(kind)
	c.number = uint32(len(b.list))
	if s, ok := b.expects.columns[name]; ok && s.kind == kind {
		c.reserve(s)
	}
	b.columns[name], b.list = c, append(b.list, c)
	return c
}

// Bytes is about how much memory the columns take. The documents' own is not in it.
func (b *Builder) Bytes() int { return b.bytes }

// Len is the number of rows.
func (b *Builder) Len() int { return len(b.docs) }

// Doc is the document of a row.
func (b *Builder) Doc(row uint32) *document.Document { return b.docs[row] }

// Add takes a document, with its id, sequence number and version, and returns the number of its row. Its fields are not needed any more then; all else of it must not
// change. After an error nothing of it was taken.
func (b *Builder) Add(d *document.Document) (row uint32, err error) {
	if b.docs == nil {
		b.begin()
	}
	for i := range d.Fields {
		f := &d.Fields[i]
		if c := b.nth(i, f); c.kind != f.Kind {
			return 0, fmt.Errorf("segment: field %s of document %q is a %s, but a %s in another document", f.Name, d.ID, f.Kind, c.kind)
		}
	}
	row = uint32(len(b.docs))
	b.docs = append(b.docs, d)
	b.id.docs, b.id.ords = append(b.id.docs, row), append(b.id.ords, b.id.terms.append(d.ID))
	b.seqNo.addNumber(row, d.SeqNo)
	b.version.addNumber(row, d.Version)
	b.time.addNumber(row, d.Time)
	for i := range d.Fields {
		b.bytes += b.recent[i].add(row, &d.Fields[i])
	}
	b.bytes += b.sources.add(d)
	return row, nil
}

// valueBytes is what a value takes in the memory of a column, by and large.
const valueBytes = 12

// nth is the column of a document's i-th field, which most often is that of the i-th field of the document before.
func (b *Builder) nth(i int, f *document.Field) *buildColumn {
	if i < len(b.recent) && b.recent[i].name == f.Name {
		return b.recent[i].buildColumn
	}
	c := b.column(f)
	for len(b.recent) <= i {
		b.recent = append(b.recent, recentColumn{})
	}
	b.recent[i] = recentColumn{f.Name, c}
	return c
}

func (b *Builder) column(f *document.Field) *buildColumn {
	c := b.columns[f.Name]
	if c == nil {
		c = b.newColumn(f.Name, f.Kind)
		if k := b.parentOf(f.Name); k != nil && f.Kind == document.Text {
			c.text.over = &overText{keyword: k}
		}
	}
	return c
}

// Build makes a segment of rows, no two of which have the same id, in the order of their documents' times. The Builder is of no use afterwards.
func (b *Builder) Build(rows []uint32) (*Segment, error) {
	rows = slices.Clone(rows)
	if len(rows) > 0 {
		times, seqNos := b.time.nums, b.seqNo.nums // one for each row
		slices.SortFunc(rows, func(x, y uint32) int {
			return cmp.Or(cmp.Compare(times[x], times[y]), cmp.Compare(seqNos[x], seqNos[y]))
		})
	}
	b.order(rows)
	size := 0
	for _, d := range b.docs {
		size += len(d.Source)
	}
	buf := bytes.NewBuffer(make([]byte, 0, size/6)) // most often enough
	if err := b.write(buf, rows); err != nil {
		return nil, err
	}
	return parse(buf.Bytes(), "")
}

// write writes the segment of rows, in whose order the columns are.
func (b *Builder) write(w io.Writer, rows []uint32) error {
	out := newOutput(w)
	out.write([]byte(magic))
	dir := directory{Docs: uint32(len(rows))}
	sources := newSourceWriter(out)
	names := slices.Sorted(maps.Keys(b.columns))
	b.sources.write(sources, rows, b.docs, b.places(names))
	b.recent, b.sources = nil, nil
	dir.Source = sources.finish()
	for _, name := range names {
		c := b.columns[name]
		c.sort()
		dir.Columns = append(dir.Columns, c.write(out, name, dir.Docs))
		delete(b.columns, name)
		b.list[c.number] = nil
	}
	return finish(out, dir)
}

// places are those of columns among names, by their numbers.
func (b *Builder) places(names []string) []uint32 {
	places := make([]uint32, len(b.list))
	for i, name := range names {
		places[b.columns[name].number] = uint32(i)
	}
	return places
}

// finish writes the directory and the footer.
func finish(out *output, dir directory) error {
	raw, err := json.Marshal(dir)
	if err != nil {
		return fmt.Errorf("segment: write directory: %w", err)
	}
	at := out.bytes(raw)
	out.u64(at.Off)
	out.u64(at.Len)
	out.u32(crc32.Checksum(raw, castagnoli))
	out.write([]byte(magic))
	return out.flush()
}
