package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Stats counts an index.
type Stats struct {
	Docs, DeletedDocs int64 // searchable documents, and those that still wait for a merge to go
	Bytes             int64 // on disk
	Segments          int
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
