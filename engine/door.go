package engine

import (
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/vedette-siem/vedette/storage"
)

// A door is the way by which writers get into a data stream. Creates go through it into the index that is written to and nowhere else, so one id cannot be created
// twice: two creates of it meet under the write lock of that index, and the older indices get no new ones.
type door struct {
	mu    sync.RWMutex // held for reading while documents are written, and for writing to roll over; taken before Embedded.mu and before the store's write lock
	write *index       // guarded by mu
	older atomic.Pointer[[]*index]
}

// enter holds the door open if it still leads to ix; the caller leaves. Otherwise the data stream has rolled over.
func (d *door) enter(ix *index) bool {
	d.mu.RLock()
	if d.write == ix {
		return true
	}
	d.mu.RUnlock()
	return false
}

func (d *door) leave() { d.mu.RUnlock() }

// lead makes the door lead to the last of the stream's indices. The caller holds Embedded.mu for writing and, where another index becomes the last one of a stream that
// writers know, the door too.
func (e *Embedded) lead(s *stream) {
	if len(s.Indices) == 0 {
		return
	}
	older := make([]*index, 0, len(s.Indices)-1)
	for _, name := range s.Indices[:len(s.Indices)-1] {
		older = append(older, e.indices[name])
	}
	slices.Reverse(older) // a redelivery is most likely one of what came last
	s.door.older.Store(&older)
	if write := e.indices[s.writeIndex()]; s.door.write != write { // only read here and written below, both under Embedded.mu
		s.door.write = write
	}
}

// doorOf is the door of a stream, or nil if that is gone.
func (e *Embedded) doorOf(stream string) *door {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if s := e.streams[stream]; s != nil {
		return s.door
	}
	return nil
}

// existing returns which of the ids, which ascend, a document has in an older index, each with its state. The caller has entered.
func (d *door) existing(ids []string) (map[string]storage.Current, error) {
	found := map[string]storage.Current{}
	for _, ix := range *d.older.Load() {
		if len(ids) == 0 {
			break
		}
		if ix.Closed { // it was closed by somebody who wants it left alone, and must not keep the stream from going on
			continue
		}
		store, err := ix.open()
		if err != nil {
			return nil, err // an index that cannot be read may have any id: better no write than a second one
		}
		states, err := store.States(ids)
		if errors.Is(err, storage.ErrClosed) { // deleted a moment ago
			continue
		}
		if err != nil {
			return nil, err
		}
		maps.Copy(found, states)
		ids = slices.DeleteFunc(ids, func(id string) bool { _, ok := states[id]; return ok })
	}
	return found, nil
}
