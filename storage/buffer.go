package storage

import (
	"slices"
	"strings"
	"time"
	"unsafe"

	"github.com/vedette-siem/vedette/storage/document"
)

// buffer holds the last write of each id.
type buffer struct {
	docs map[string]*document.Document // nil for a delete; goes before made
	// made are the documents whose ids the index has made, ascending by them: they are many, and hardly ever asked for.
	made   []*document.Document
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

// each visits the last write of each id.
func (b *buffer) each(visit func(id string, d *document.Document)) {
	for id, d := range b.docs {
		visit(id, d)
	}
	for _, d := range b.made {
		if len(b.docs) > 0 {
			if _, later := b.docs[d.ID]; later {
				continue
			}
		}
		visit(d.ID, d)
	}
}

// addMade adds a document with an id that was made later than all others, and its entryBytes.
func (b *buffer) addMade(d *document.Document, bytes int) {
	b.made = append(b.made, d)
	b.bytes += bytes
}

// takeMade takes the documents with made ids from a buffer without a budget, which then has none.
func (b *buffer) takeMade(from *buffer) {
	if len(from.made) == 0 {
		return
	}
	n := from.bytes
	for id, d := range from.docs {
		n -= entryBytes(id, d)
	}
	b.made = append(b.made, from.made...)
	b.bytes += n
	b.budget.add(n)
	from.made = nil
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

func (b *buffer) full() bool { return b.len() >= maxBufferDocs || b.bytes >= maxBufferBytes }
