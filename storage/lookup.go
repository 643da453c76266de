package storage

import (
	"fmt"

	"github.com/vedette-siem/vedette/storage/segment"
)

// States returns the present states, without their sources, of those ids that have a document, as the last acknowledged writes left them. The ids ascend.
// All are looked up in one pass, which costs much less than one by one.
func (ix *Index) States(ascending []string) (map[string]Current, error) {
	found, left := map[string]Current{}, make([]string, 0, len(ascending))
	ix.mu.RLock()
	if ix.closed {
		ix.mu.RUnlock()
		return nil, ErrClosed
	}
	for _, id := range ascending {
		switch now, _, ok := ix.buffered(id); {
		case !ok:
			left = append(left, id)
		case now.Found:
			found[id] = now
		}
	}
	ix.mu.RUnlock()
	return found, ix.storedStates(left, found) // the snapshot is younger than the look at the buffers, so nothing is missed between them
}

// buffered is the state that a write leaves which is not searchable yet, or false; and what is remembered of the deletion of the id. While a failed index is opened again,
// they are as they were when it failed. The caller holds mu.
func (ix *Index) buffered(id string) (now Current, dead tombstone, ok bool) {
	buffer, flushing, tombstones := &ix.buffer, &ix.flushing, ix.tombstones
	if f := ix.frozen; f != nil {
		buffer, flushing, tombstones = &f.buffer, &f.flushing, f.tombstones
	}
	d, ok := buffer.get(id)
	if !ok {
		d, ok = flushing.get(id)
	}
	dead = tombstones[id]
	return stateOf(d, dead), dead, ok
}

// storedStates adds the states of those ids that a segment has.
func (ix *Index) storedStates(ascending []string, to map[string]Current) error {
	if len(ascending) == 0 {
		return nil
	}
	for {
		if err := ix.snapshotStates(ascending, to); !damagedIDs(err) {
			return err
		} // the next snapshot is without that segment
	}
}

func (ix *Index) snapshotStates(ascending []string, to map[string]Current) error {
	s, err := ix.Snapshot()
	if err != nil {
		return err
	}
	defer s.Close()
	ids := segment.NewIDs(ascending)
	err = segment.Guard(func() error {
		for _, v := range s.Views {
			v.Find(ids, func(i int, doc uint32) {
				if v.Deleted == nil || !v.Deleted.Contains(doc) {
					to[ascending[i]] = stateIn(v, doc)
				}
			})
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("look up %d ids: %w", len(ascending), err)
	}
	return nil
}

// stateIn is the state of a document of a segment, without its source.
func stateIn(v segment.View, doc uint32) Current {
	c := Current{Found: true}
	c.SeqNo, _ = v.Numbers(segment.SeqNoField).Value(doc)
	c.Version, _ = v.Numbers(segment.VersionField).Value(doc)
	if t := v.Terms(routingField); t != nil {
		if ord, ok := t.Ord(doc); ok {
			c.Routing = t.Term(ord)
		}
	}
	return c
}

// Expect looks ids up that will be asked for with Current, all in one pass. They ascend.
func (w *Writer) Expect(ascending []string) error {
	found := make(map[string]Current)
	if err := w.ix.storedStates(ascending, found); err != nil {
		return err
	}
	w.expected = make(map[string]Current, len(ascending))
	for _, id := range ascending {
		w.expected[id] = found[id]
	}
	return nil
}

// expectedState is the state of an id that Expect has looked up, or false. What segments have changes while the Writer is valid only by a refresh, whose
// documents stay in the buffer that it flushes as long.
func (w *Writer) expectedState(id string) (Current, bool) {
	stored, ok := w.expected[id]
	if !ok {
		return Current{}, false
	}
	w.ix.mu.RLock()
	defer w.ix.mu.RUnlock()
	now, dead, ok := w.ix.buffered(id)
	if ok {
		return now, true
	}
	if !stored.Found {
		stored.SeqNo, stored.Version = dead.seqNo, dead.version
	}
	return stored, true
}
