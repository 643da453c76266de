package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/vedette-siem/vedette/storage/segment"
)

// Stats counts an index.
type Stats struct {
	Docs, DeletedDocs int64 // searchable documents, and those that still wait for a merge to go
	Bytes             int64 // on disk
	Segments          int
	// From and To are the times of the oldest and the newest searchable document, both zero without documents.
	From, To time.Time
}

// Stats counts what is searchable and what lies on disk.
func (ix *Index) Stats() (Stats, error) {
	s, err := ix.Snapshot()
	if err != nil {
		return Stats{}, err
	}
	defer s.Close()
	st := Stats{Segments: len(s.Views)}
	for _, v := range s.Views {
		deleted := int64(0)
		if v.Deleted != nil {
			deleted = int64(v.Deleted.GetCardinality())
		}
		st.Docs += int64(v.NumDocs()) - deleted
		st.DeletedDocs += deleted
		if least, greatest, ok := v.Bounds(segment.TimeField); ok {
			st.span(time.UnixMilli(least).UTC(), time.UnixMilli(greatest).UTC())
		}
	}
	err = filepath.WalkDir(ix.path, func(_ string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a merge has just dropped it
		}
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err == nil {
			st.Bytes += info.Size()
		}
		return err
	})
	if err != nil {
		return st, fmt.Errorf("measure index %s: %w", ix.path, err)
	}
	return st, nil
}

// span widens From and To.
func (s *Stats) span(from, to time.Time) {
	if s.From.IsZero() || from.Before(s.From) {
		s.From = from
	}
	if to.After(s.To) {
		s.To = to
	}
}
