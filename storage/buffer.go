package storage

import (
	"time"
	"unsafe"

	"github.com/vedette-siem/vedette/storage/document"
)

// buffer holds the last write of each id.
type buffer struct {
	docs   map[string]*document.Document // nil for a delete
	bytes  int
	budget *budget // that bytes are taken from; nil is none
}

type tombstone struct {
	version, seqNo int64
	at             time.Time
}

func newBuffer(b *budget) buffer {
	return buffer{docs: map[string]*document.Document{}, budget: b}
}

// add sets the last write of an id; nil is a delete.
func (b *buffer) add(id string, d *document.Document) {
	n := entryBytes(id, d)
	if old, ok := b.docs[id]; ok {
		n -= entryBytes(id, old)
	}
	b.docs[id] = d
	b.bytes += n
	b.budget.add(n)
}

// drop gives the memory back to the budget. The buffer is not used any more.
func (b *buffer) drop() { b.budget.add(-b.bytes) }

// slotBytes is about what a map takes for an entry.
const slotBytes = 48

func entryBytes(id string, d *document.Document) int {
	if d == nil {
		return slotBytes + len(id)
	}
	return slotBytes + len(id) + DocBytes(d)
}

// DocBytes is about how much memory a document takes.
func DocBytes(d *document.Document) int {
	n := len(d.Source) + len(d.Fields)*int(unsafe.Sizeof(document.Field{}))
	for i := range d.Fields {
		n += len(d.Fields[i].Tokens) * int(unsafe.Sizeof(document.Token{}))
	}
	return n
}

func (b *buffer) full() bool { return len(b.docs) >= maxBufferDocs || b.bytes >= maxBufferBytes }
