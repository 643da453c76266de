package storage

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A SegmentInfo describes a searchable segment.
type SegmentInfo struct {
	Name          string // of its file, or a number while it is in memory
	Docs, Deleted int64  // documents that are alive, and those that wait for a merge to go
	Bytes         int64  // on disk
	OnDisk        bool
}

// Segments describes the segments that searches see, by name.
func (ix *Index) Segments() ([]SegmentInfo, error) {
	s, err := ix.Snapshot()
	if err != nil {
		return nil, err
	}
	defer s.Close()
	out := make([]SegmentInfo, len(s.Views))
	for i, v := range s.Views {
		info := SegmentInfo{Name: fmt.Sprintf("_memory%d", i), Docs: int64(v.NumDocs())}
		if v.Deleted != nil {
			info.Deleted = int64(v.Deleted.GetCardinality())
			info.Docs -= info.Deleted
		}
		if file := v.File(); file != "" {
			info.Name, info.OnDisk = "_"+strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), true
			if st, err := os.Stat(file); err == nil { // else a merge has just dropped it
				info.Bytes = st.Size()
			}
		}
		out[i] = info
	}
	slices.SortFunc(out, func(a, b SegmentInfo) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}
