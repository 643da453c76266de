package engine

import (
	"context"
	"fmt"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/search"
	"github.com/vedette-siem/vedette/storage"
)

// Get implements Backend.
func (e *Embedded) Get(_ context.Context, p Principal, name, id string, o GetOptions) (*GetAnswer, error) {
	if err := allow(p, "indices:data/read/get"); err != nil {
		return nil, err
	}
	found, err := e.find(Target{Expression: name})
	if err != nil {
		return nil, err
	}
	answer := &GetAnswer{Index: name, ID: id}
	for _, r := range found {
		if o.Refresh {
			if err := r.store.Refresh(); err != nil {
				return nil, fmt.Errorf("get %s/%s: %w", r.Name, id, err)
			}
		}
		get := r.store.Get
		if !o.Realtime {
			get = r.store.GetSearchable
		}
		now, err := get(id)
		if err != nil {
			return nil, fmt.Errorf("get %s/%s: %w", r.Name, id, err)
		}
		if len(found) == 1 || now.Found {
			answer.Index = r.Name
		}
		if now.Found {
			return answer, answer.fill(now, id, r, o)
		}
	}
	return answer, nil
}

func (a *GetAnswer) fill(now storage.Current, id string, r resolved, o GetOptions) error {
	if o.Version != nil && *o.Version != now.Version {
		err := eserr.Errorf(409, eserr.VersionConflict, "[%s]: version conflict, current version [%d] is different than the one provided [%d]", id, now.Version, *o.Version)
		err.Index, err.IndexUUID, err.Shard = r.Name, r.UUID, "0"
		return err
	}
	term := int64(primaryTerm)
	a.Found, a.Version, a.SeqNo, a.PrimaryTerm = true, &now.Version, &now.SeqNo, &term
	if o.Source.Disabled {
		return nil
	}
	source, err := search.FilterSource(now.Source, o.Source.Includes, o.Source.Excludes)
	if err != nil {
		return fmt.Errorf("get %s/%s: filter source: %w", r.Name, id, err)
	}
	a.Source = source
	return nil
}
