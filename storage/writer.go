package storage

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// Current is the present state of an id.
type Current struct {
	// Found is false if there is no document; SeqNo and Version are then those of its deletion, if that is remembered, else 0.
	Found          bool
	SeqNo, Version int64
	// Source is the document's JSON; it is only read by Get and Writer.Source.
	Source []byte
}

// Writer is the right to write an index, handed out by Index.Write. It is valid inside of the function that it was handed to.
type Writer struct{ ix *Index }

// Write runs f as the only writer of the index, after making room in the buffer. Writes of f are kept even if it returns an error, which Write passes on.
func (ix *Index) Write(f func(*Writer) error) error {
	ix.writeMu.Lock()
	defer ix.writeMu.Unlock()
	ix.mu.RLock()
	full := len(ix.buffer.docs) >= maxBufferDocs || ix.buffer.bytes >= maxBufferBytes
	err := ix.usable()
	ix.mu.RUnlock()
	if err == nil && full {
		err = ix.refresh()
	}
	if err != nil {
		return err
	}
	defer func() {
		select {
		case ix.wake <- struct{}{}:
		default:
		}
	}()
	return f(&Writer{ix})
}

// Current returns the present state of an id, without its source.
func (w *Writer) Current(id string) (Current, error) { return w.ix.current(id, false) }

// Source returns the present state of an id with its source.
func (w *Writer) Source(id string) (Current, error) { return w.ix.current(id, true) }

// Put writes a document in place of the one with its id, if any. It sets the sequence number, and the id if that is empty; the caller sets the
// version, 1 for a new id. The document belongs to the index from then on.
func (w *Writer) Put(d *document.Document) {
	ix := w.ix
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if d.ID == "" {
		d.ID = ix.ids.next(ix.o.Now())
	}
	d.SeqNo = ix.nextSeqNo
	ix.nextSeqNo++
	delete(ix.tombstones, d.ID)
	ix.buffer.docs[d.ID] = d
	ix.buffer.bytes += len(d.Source) + 64*len(d.Fields)
}

// Delete removes the document of an id and returns the sequence number of the deletion, whose version is given.
func (w *Writer) Delete(id string, version int64) (seqNo int64) {
	ix := w.ix
	ix.mu.Lock()
	defer ix.mu.Unlock()
	seqNo = ix.nextSeqNo
	ix.nextSeqNo++
	ix.tombstones[id] = tombstone{version: version, seqNo: seqNo, at: ix.o.Now()}
	ix.buffer.docs[id] = nil
	ix.buffer.bytes += len(id)
	return seqNo
}

// Get returns the state of an id as the last acknowledged write left it, refreshed or not.
func (ix *Index) Get(id string) (Current, error) { return ix.current(id, true) }

// current looks in the buffers first, then in the segments.
func (ix *Index) current(id string, source bool) (Current, error) {
	ix.mu.RLock()
	if ix.closed {
		ix.mu.RUnlock()
		return Current{}, ErrClosed
	}
	d, buffered := ix.buffer.docs[id]
	if !buffered {
		d, buffered = ix.flushing.docs[id]
	}
	dead := ix.tombstones[id]
	ix.mu.RUnlock()
	switch {
	case d != nil:
		return Current{Found: true, SeqNo: d.SeqNo, Version: d.Version, Source: d.Source}, nil
	case buffered:
		return Current{SeqNo: dead.seqNo, Version: dead.version}, nil
	}
	found, err := ix.stored(id, source)
	if err == nil && !found.Found {
		found.SeqNo, found.Version = dead.seqNo, dead.version
	}
	return found, err
}

// stored looks for an id in the segments.
func (ix *Index) stored(id string, source bool) (Current, error) {
	s, err := ix.Snapshot()
	if err != nil {
		return Current{}, err
	}
	defer s.Close()
	for _, v := range s.Views {
		doc, ok := v.Lookup(id)
		if !ok || v.Deleted != nil && v.Deleted.Contains(doc) {
			continue
		}
		c := Current{Found: true}
		c.SeqNo, _ = v.Numbers(segment.SeqNoField).Value(doc)
		c.Version, _ = v.Numbers(segment.VersionField).Value(doc)
		if source {
			if c.Source, err = v.Source(doc); err != nil {
				return Current{}, fmt.Errorf("get %s: %w", id, err)
			}
		}
		return c, nil
	}
	return Current{}, nil
}

// idMaker makes ids: 20 characters as Elasticsearch's, that grow with time, so that segments of another time need not be searched for them.
type idMaker struct {
	last int64   // microseconds
	salt [7]byte // drawn once, so that two indices and two runs make different ids
}

// idAlphabet is base64's in the order of its bytes, so that ids sort as the numbers that they encode.
const idAlphabet = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"

var idEncoding = base64.NewEncoding(idAlphabet).WithPadding(base64.NoPadding)

func (m *idMaker) next(now time.Time) string {
	if m.last == 0 {
		rand.Read(m.salt[:]) // never fails: https://pkg.go.dev/crypto/rand#Read
	}
	m.last = max(m.last+1, now.UnixMicro())
	var id [16]byte
	binary.BigEndian.PutUint64(id[:], uint64(m.last)|1<<55) // the bit marks a generated id; the first byte is left out
	copy(id[8:], m.salt[:])
	return idEncoding.EncodeToString(id[1:])
}
