package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/vedette-siem/vedette/storage/metadb"
)

// StreamLifecycles are the calls about the lifecycles of data streams.
type StreamLifecycles interface {
	// GetLifecycles returns the lifecycles of data streams, by name; null where none was set and the server's configuration says all.
	GetLifecycles(ctx context.Context, p Principal, t Target) ([]StreamLifecycle, error)
	// PutLifecycle sets the lifecycle of data streams; an empty body takes it away.
	PutLifecycle(ctx context.Context, p Principal, t Target, body json.RawMessage) error
}

// A StreamLifecycle is that of one data stream.
type StreamLifecycle struct {
	Name      string          `json:"name"`
	Lifecycle json.RawMessage `json:"lifecycle,omitempty"`
}

// GetLifecycles implements Backend.
func (e *Embedded) GetLifecycles(_ context.Context, p Principal, t Target) ([]StreamLifecycle, error) {
	if err := allow(p, "indices:admin/data_stream/lifecycle/get"); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	found, err := e.streamsMatching(p, "indices:admin/data_stream/lifecycle/get", t)
	if err != nil {
		return nil, err
	}
	out := make([]StreamLifecycle, 0, len(found))
	for _, s := range found {
		one := StreamLifecycle{Name: s.Name}
		if s.Lifecycle != nil {
			raw, err := json.Marshal(s.Lifecycle)
			if err != nil {
				return nil, fmt.Errorf("lifecycle of data stream %s: %w", s.Name, err)
			}
			if one.Lifecycle, err = completeLifecycle(raw); err != nil {
				return nil, err
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// PutLifecycle implements Backend.
func (e *Embedded) PutLifecycle(_ context.Context, p Principal, t Target, body json.RawMessage) error {
	if err := allow(p, "indices:admin/data_stream/lifecycle/put"); err != nil {
		return err
	}
	lifecycle, err := (*streamLifecycle)(nil).merged(body)
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	found, err := e.streamsMatching(p, "indices:admin/data_stream/lifecycle/put", t)
	if err != nil {
		return err
	}
	next := make([]*stream, len(found))
	for i, s := range found {
		next[i] = &stream{s.streamRecord, s.door}
		next[i].Lifecycle = lifecycle
	}
	err = e.dir.Meta().Update(func(tx *metadb.Tx) error {
		var errs []error
		for _, s := range next {
			errs = append(errs, s.save(tx))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		return fmt.Errorf("save lifecycle of data streams: %w", err)
	}
	for _, s := range next {
		e.streams[s.Name] = s
	}
	return nil
}
