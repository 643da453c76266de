package storage

import (
	"time"
	"unsafe"

	"github.com/vedette-siem/vedette/storage/document"
)

// buffer holds the last write of each id.
type buffer struct {
	docs  map[string]*document.Document // nil for a delete
	bytes int
}

type tombstone struct {
	version, seqNo int64
	at             time.Time
}

func newBuffer() buffer { return buffer{docs: map[string]*document.Document{}} }

// add sets the last write of an id; nil is a delete.
func (b *buffer) add(id string, d *document.Document) {
	b.docs[id] = d
	b.bytes += len(id)
	if d != nil {
		b.bytes += DocBytes(d)
	}
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
