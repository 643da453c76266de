package storage

import (
	"slices"
	"strings"
	"time"
	"unsafe"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// buffer holds the last write of each id. Documents are in columns already: what is left of them is what a GET needs.
type buffer struct {
	docs map[string]*document.Document // nil for a delete; goes before made
	// made are the documents whose ids the index has made, ascending by them: they are many, and hardly ever asked for.
	made    []*document.Document
	columns *segment.Builder // of all writes, replaced ones too; used by the writer or the refresh that has the buffer
	bytes   int
	budget  *budget // that bytes are taken from; nil is none
}

type tombstone struct {
	version, seqNo int64
	at             time.Time
}

// newBuffer makes a buffer for about so much as is expected.
func newBuffer(b *budget, expects segment.Sizes) buffer {
	return buffer{docs: map[string]*document.Document{}, columns: segment.NewBuilder(expects), budget: b}
}

// prepare puts the fields of a document into columns, and leaves of them the routing alone. It returns about how much memory the document takes from then on.
// Nothing of the document is seen before it is added.
func (b *buffer) prepare(d *document.Document, routing string) (bytes int, err error) {
	before := b.columns.Bytes()
	if _, err := b.columns.Add(d); err != nil {
		return 0, err
	}
	bytes = slotBytes + len(d.ID) + len(d.Source) + int(unsafe.Sizeof(*d)) + b.columns.Bytes() - before
	d.Fields, d.Skeleton, d.Holes = nil, "", nil
	if routing != "" {
		d.Fields = []document.Field{{Name: routingField, Kind: document.Keyword, Str: routing}}
	}
	return bytes, nil
}

// len is how many writes there are.
func (b *buffer) len() int { return len(b.docs) + len(b.made) }

// get returns the last write of an id, nil for a delete, and whether there is one.
func (b *buffer) get(id string) (*document.Document, bool) {
	if d, ok := b.docs[id]; ok {
		return d, true
	}
	if n := len(b.made); n == 0 || id < b.made[0].ID || id > b.made[n-1].ID {
		return nil, false
	}
	at, ok := slices.BinarySearchFunc(b.made, id, func(d *document.Document, id string) int { return strings.Compare(d.ID, id) })
	if !ok {
		return nil, false
	}
	return b.made[at], true
}

// last lists the rows of the last write of each id, and the ids that were deleted last.
func (b *buffer) last() (rows []uint32, deleted []string) {
	rows = make([]uint32, 0, b.columns.Len())
	made := b.made // in the order of rows
	for row := range uint32(b.columns.Len()) {
		d := b.columns.Doc(row)
		later, written := b.docs[d.ID]
		isMade := len(made) > 0 && made[0] == d
		if isMade {
			made = made[1:]
		}
		if isMade && !written || later == d {
			rows = append(rows, row)
		}
	}
	for id, d := range b.docs {
		if d == nil {
			deleted = append(deleted, id)
		}
	}
	return rows, deleted
}

// addMade adds a document with an id that was made later than all others.
func (b *buffer) addMade(d *document.Document) { b.made = append(b.made, d) }

// add sets the last write of an id; nil is a delete.
func (b *buffer) add(id string, d *document.Document) { b.docs[id] = d }

// take counts bytes that the buffer holds until it is dropped: what was replaced is kept in its columns.
func (b *buffer) take(bytes int) {
	b.bytes += bytes
	b.budget.add(bytes)
}

// drop gives the memory back to the budget. The buffer is not used any more.
func (b *buffer) drop() { b.budget.add(-b.bytes) }

// slotBytes is about what an entry of a map takes.
const slotBytes = 48

// DocBytes is about how much memory a document takes before it is written.
func DocBytes(d *document.Document) int {
	n := len(d.Source) + len(d.Fields)*int(unsafe.Sizeof(document.Field{}))
	for i := range d.Fields {
		n += len(d.Fields[i].Tokens) * int(unsafe.Sizeof(document.Token{}))
	}
	return n
}

func (b *buffer) full() bool { return b.len() >= maxBufferDocs || b.bytes >= maxBufferBytes }
