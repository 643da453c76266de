package storage

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
	"github.com/vedette-siem/vedette/storage/wal"
)

// routingField is the column into which Read puts the routing of a document.
const routingField = "_routing"

// Current is the present state of an id.
type Current struct {
	// Found is false if there is no document; SeqNo and Version are then those of its deletion, if that is remembered, else 0.
	Found          bool
	SeqNo, Version int64
	// Routing is that of the document, empty if it was written without one.
	Routing string
	// Source is the document's JSON; it is only read by Get and Writer.Source.
	Source []byte
}

// Writer is the right to write an index, handed out by Index.Write. It is valid inside of the function that it was handed to. What it has written it
// sees itself at once, and everybody else when Write returns.
type Writer struct {
	ix         *Index
	staged     buffer
	expected   map[string]Current // what segments have of the ids that Expect was told
	tombstones map[string]tombstone
	entries    []wal.Entry
	bytes      int // of entries and documents
	held       int // of that, what the buffer holds
	nextSeqNo  int64
	now        time.Time // of the first id that was made
}

// Write runs f as the only writer of the index, and returns when its writes are on disk (but see SetSyncInterval). Writes of f count even if it returns an error, which Write
// passes on. If Write itself fails, they may or may not be there later; with ErrFull they are not. Write waits for room and for its turn (Options.WriteWait) before it calls f; if the
// index has failed, or fails or closes meanwhile, it does not.
func (ix *Index) Write(f func(*Writer) error) error {
	p, fErr, err := ix.Append(f)
	if err == nil {
		err = ix.Commit(p)
	}
	if err != nil {
		return err
	}
	return fErr
}

// Pending are writes that may not be on disk yet. The zero value is none.
type Pending struct {
	log      *wal.Log
	position wal.Position
}

// Join returns what is pending after a later Append to the same index; false says that both must be committed.
func (p Pending) Join(later Pending) (Pending, bool) {
	switch {
	case later.position == 0:
		return p, true
	case p.position == 0 || p.log == later.log:
		return later, true
	}
	return Pending{}, false
}

// Append is Write without the wait for the disk: before the writes are acknowledged, they are to be committed. fErr is the error of f, whose writes count.
func (ix *Index) Append(f func(*Writer) error) (p Pending, fErr, err error) {
	wait := &patience{longest: ix.o.WriteWait}
	defer wait.stop()
	if err = ix.o.budget.wait(wait, ix.closing); err == nil {
		p, fErr, err = ix.write(f, wait)
	}
	return p, fErr, ix.writeError(err)
}

// Commit returns when writes are on disk; where the log is synced in intervals (SetSyncInterval), it does not wait. After an error they may or may not be there later.
func (ix *Index) Commit(p Pending) error {
	if p.position == 0 || ix.syncInterval.Load() > 0 {
		return nil
	}
	return ix.writeError(p.log.Sync(p.position)) // outside of the lock, so that others join
}

func (ix *Index) writeError(err error) error {
	if errors.Is(err, wal.ErrFailed) {
		ix.fail(err)
	}
	if errors.Is(err, wal.ErrClosed) && ix.isClosed() { // removed meanwhile
		err = ErrClosed
	}
	if err != nil {
		return fmt.Errorf("write index %s: %w", filepath.Base(ix.path), err)
	}
	return nil
}

func (ix *Index) isClosed() bool {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.closed
}

func (ix *Index) write(f func(*Writer) error, wait *patience) (p Pending, fErr, err error) {
	if err := ix.enter(wait); err != nil {
		return Pending{}, nil, err
	}
	defer ix.writeMu.Unlock()
	ix.mu.RLock()
	err = ix.usable()
	w := &Writer{ix: ix, staged: buffer{docs: map[string]*document.Document{}}, tombstones: map[string]tombstone{}, nextSeqNo: ix.nextSeqNo}
	ix.mu.RUnlock()
	if err != nil {
		return Pending{}, nil, err
	}
	committed := false
	defer func() {
		if !committed {
			ix.abandon(w)
		}
	}()
	fErr = f(w)
	if len(w.entries) == 0 {
		return Pending{}, fErr, nil
	}
	position, err := ix.wal.Append(w.entries)
	if err != nil {
		return Pending{}, fErr, err
	}
	ix.o.disk.logged.Add(int64(w.bytes))
	w.commit(position)
	committed = true
	ix.wakeUp()
	return Pending{ix.wal, position}, fErr, nil
}

// abandon deals with the rows of a write that was not logged: they are never looked at, but take memory until the buffer goes. The caller holds writeMu.
func (ix *Index) abandon(w *Writer) {
	if w.held == 0 {
		return
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.buffer.len() == 0 {
		ix.buffer.drop()
		ix.buffer = newBuffer(ix.o.budget, segment.Sizes{})
		return
	}
	ix.buffer.take(w.held)
}

// Sync returns when all writes are on disk.
func (ix *Index) Sync() error {
	ix.mu.RLock()
	log, p, err := ix.wal, ix.unsynced, ix.usable()
	ix.mu.RUnlock()
	if err == nil && p > 0 {
		err = log.Sync(p)
	}
	if errors.Is(err, wal.ErrFailed) {
		ix.fail(err)
	}
	if err != nil {
		return fmt.Errorf("sync index %s: %w", filepath.Base(ix.path), err)
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.unsynced == p {
		ix.unsynced = 0
	}
	return nil
}

// commit makes what was staged the present state. The caller holds writeMu.
func (w *Writer) commit(p wal.Position) {
	ix := w.ix
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.nextSeqNo = w.nextSeqNo
	ix.buffer.take(w.held)
	ix.buffer.made = append(ix.buffer.made, w.staged.made...)
	for id, d := range w.staged.docs {
		ix.buffer.add(id, d)
		delete(ix.tombstones, id)
		if d == nil {
			ix.tombstones[id] = w.tombstones[id]
		}
	}
	ix.written++
	if ix.syncInterval.Load() > 0 {
		ix.unsynced = p
	}
}

// Bytes is about how much memory the writes of the Writer take until Write returns.
func (w *Writer) Bytes() int { return w.bytes }

// Current returns the present state of an id, without its source.
func (w *Writer) Current(id string) (Current, error) { return w.current(id, false) }

// Source returns the present state of an id with its source. Of an id that is not found, but may lie in a damaged file, the error is ErrIncomplete.
func (w *Writer) Source(id string) (Current, error) { return w.current(id, true) }

func (w *Writer) current(id string, source bool) (Current, error) {
	if d, ok := w.staged.get(id); ok {
		return stateOf(d, w.tombstones[id]), nil
	}
	if now, ok := w.expectedState(id); ok && !source {
		return now, nil
	}
	return w.ix.current(id, source)
}

// stateOf is the state that a buffered write leaves.
func stateOf(d *document.Document, dead tombstone) Current {
	if d == nil {
		return Current{SeqNo: dead.seqNo, Version: dead.version}
	}
	return Current{Found: true, SeqNo: d.SeqNo, Version: d.Version, Routing: routingOf(d), Source: d.Source}
}

// routingOf is the value that Read put into the column of routings.
func routingOf(d *document.Document) string {
	for i := len(d.Fields) - 1; i >= 0; i-- { // Read puts it near the end
		if d.Fields[i].Name == routingField {
			return d.Fields[i].Str
		}
	}
	return ""
}

// Grow makes room for n writes, if there are none yet.
func (w *Writer) Grow(n int) {
	if len(w.entries) == 0 {
		w.entries = make([]wal.Entry, 0, n)
	}
}

// Put writes a document in place of the one with its id, if any. It sets the sequence number, and the id if that is empty; the caller sets the
// version, 1 for a new id, and everything else. The document belongs to the index from then on, but for its Fields, which are not kept. After an error it was not written.
func (w *Writer) Put(d *document.Document, routing string) error {
	made := d.ID == ""
	if made {
		if w.now.IsZero() {
			w.now = w.ix.o.Now()
		}
		d.ID = w.ix.ids.next(w.now)
	}
	d.SeqNo = w.nextSeqNo
	bytes, err := w.ix.buffer.prepare(d, routing)
	if err != nil {
		return fmt.Errorf("write document %q: %w", d.ID, err)
	}
	w.nextSeqNo++
	if made {
		w.staged.addMade(d)
	} else {
		w.staged.add(d.ID, d)
	}
	w.held += bytes
	w.bytes += bytes + len(d.Source)
	w.entries = append(w.entries, wal.Entry{ID: d.ID, SeqNo: d.SeqNo, Version: d.Version, Routing: routing, Source: d.Source})
	return nil
}

// Pin counts memory that buffered documents of the index keep beside their own: the rest of a request that they came in. It counts until they are in a segment.
func (ix *Index) Pin(bytes int) {
	if bytes == 0 {
		return
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.buffer.len() > 0 {
		ix.buffer.take(bytes)
	}
}

// Delete removes the document of an id and returns the sequence number of the deletion, whose version is given.
func (w *Writer) Delete(id string, version int64) (seqNo int64) {
	seqNo = w.nextSeqNo
	w.nextSeqNo++
	w.tombstones[id] = tombstone{version: version, seqNo: seqNo, at: w.ix.o.Now()}
	w.staged.add(id, nil)
	w.held += slotBytes + len(id)
	w.entries = append(w.entries, wal.Entry{Delete: true, ID: id, SeqNo: seqNo, Version: version})
	return seqNo
}

// Get returns the state of an id as the last acknowledged write left it, refreshed or not.
func (ix *Index) Get(id string) (Current, error) { return ix.current(id, true) }

// GetSearchable returns the state of an id as searches see it.
func (ix *Index) GetSearchable(id string) (Current, error) { return ix.stored(id, true) }

// current looks in the buffers first, then in the segments.
func (ix *Index) current(id string, source bool) (Current, error) {
	ix.mu.RLock()
	if ix.closed {
		ix.mu.RUnlock()
		return Current{}, ErrClosed
	}
	now, dead, buffered := ix.buffered(id)
	ix.mu.RUnlock()
	if buffered {
		return now, nil
	}
	found, err := ix.stored(id, source)
	if err == nil && !found.Found {
		found.SeqNo, found.Version = dead.seqNo, dead.version
	}
	return found, err
}

// stored looks for an id in the segments.
func (ix *Index) stored(id string, source bool) (c Current, err error) {
	for {
		err = segment.Guard(func() error {
			c, err = ix.lookup(id, source)
			return err
		})
		if !damagedIDs(err) {
			return c, err
		} // the next snapshot is without that segment
	}
}

func (ix *Index) lookup(id string, source bool) (Current, error) {
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
		c := stateIn(v, doc)
		if source {
			if c.Source, err = v.Source(doc); err != nil {
				return Current{}, fmt.Errorf("get %s: %w", id, err)
			}
		}
		return c, nil
	}
	if source && len(s.Damaged) > 0 { // a writer that asks without source goes on: what it writes replaces what is damaged
		return Current{}, fmt.Errorf("%w: %q: %w", ErrIncomplete, id, s.Damaged[0])
	}
	return Current{}, nil
}

// idMaker makes ids: 20 characters as Elasticsearch's. Those of one run share their beginning and grow, so that a segment of other ids need not be searched
// for them, and a dictionary of them is small.
type idMaker struct {
	last int64   // microseconds
	salt [8]byte // drawn once, so that two indices and two runs make different ids
}

// idEncoding is base64 with digits in the order of their bytes, so that ids sort as the numbers that they encode.
var idEncoding = base64.NewEncoding(segment.Digits).WithPadding(base64.NoPadding)

func (m *idMaker) next(now time.Time) string {
	if m.last == 0 {
		rand.Read(m.salt[:]) // never fails: https://pkg.go.dev/crypto/rand#Read
		m.salt[0] |= 0x80    // so that no id begins with a dash
	}
	m.last = max(m.last+1, now.UnixMicro())
	var id [16]byte
	binary.BigEndian.PutUint64(id[8:], uint64(m.last)) // its first byte is 0 until the year 4253
	copy(id[1:], m.salt[:])
	return idEncoding.EncodeToString(id[1:])
}
