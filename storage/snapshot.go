package storage

import (
	"errors"
	"fmt"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"github.com/vedette-siem/vedette/storage/segment"
)

// Snapshot is an index at one moment: later writes, merges and even the index's removal do not change it.
type Snapshot struct {
	// Views are the segments, in no promised order. They are valid until Close.
	Views []segment.View
	// Damaged are the segments that belong to it and cannot be read: what they hold is missing from Views.
	Damaged []Damaged
	reader  *scorch.IndexSnapshot
}

// Snapshot returns what is searchable now. The caller closes it.
func (ix *Index) Snapshot() (*Snapshot, error) {
	reader, err := ix.reader()
	if err != nil {
		return nil, fmt.Errorf("snapshot of index %s: %w", ix.path, err)
	}
	return ix.snapshotOf(reader)
}

// snapshotOf takes a reference of a snapshot of scorch's, and gives it back if it fails.
func (ix *Index) snapshotOf(reader *scorch.IndexSnapshot) (*Snapshot, error) {
	s := &Snapshot{reader: reader}
	for _, ss := range reader.Segments() {
		if q, ok := segment.QuarantinedOf(ss.Segment()); ok {
			s.Damaged = append(s.Damaged, Damaged{File: q.Path, Info: q.Info, Err: q.Err})
			continue
		}
		col := segment.Of(ss.Segment())
		if col != nil && col.LostIDs() {
			s.Damaged = append(s.Damaged, Damaged{File: col.File(), Info: col.Info(), Err: col.Damage()})
			continue
		}
		if col == nil {
			return nil, errors.Join(fmt.Errorf("snapshot of index %s: segment of a foreign type %T", ix.path, ss.Segment()), reader.Close())
		}
		s.Views = append(s.Views, segment.View{Segment: col, Deleted: ss.Deleted()})
	}
	return s, nil
}

// reader refers to what readers see now, which the caller gives back.
func (ix *Index) reader() (*scorch.IndexSnapshot, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	switch {
	case ix.closed:
		return nil, ErrClosed
	case ix.frozen != nil:
		ix.frozen.reader.AddRef()
		return ix.frozen.reader, nil
	}
	r, err := ix.scorch.Reader()
	if err != nil {
		return nil, err
	}
	return r.(*scorch.IndexSnapshot), nil
}

// Close gives the snapshot back.
func (s *Snapshot) Close() error { return s.reader.Close() }
