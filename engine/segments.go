package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/vedette-siem/vedette/storage"
)

// IndexSegments are the searchable segments of an index.
type IndexSegments struct {
	Index    string
	Segments []storage.SegmentInfo
}

// Segments implements Backend.
func (e *Embedded) Segments(_ context.Context, p Principal, t Target) ([]IndexSegments, error) {
	if err := allow(p, "indices:monitor/segments"); err != nil {
		return nil, err
	}
	found, err := e.findOpen(p, "indices:monitor/segments", t)
	if err != nil {
		return nil, err
	}
	out := make([]IndexSegments, 0, len(found))
	for _, r := range found {
		store, err := r.open()
		if err != nil {
			return nil, err
		}
		segments, err := store.Segments()
		if errors.Is(err, storage.ErrClosed) {
			continue // deleted a moment ago
		}
		if err != nil {
			return nil, fmt.Errorf("segments of index %s: %w", r.Name, err)
		}
		out = append(out, IndexSegments{r.Name, segments})
	}
	return out, nil
}
