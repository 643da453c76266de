package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/search"
	"github.com/vedette-siem/vedette/storage"
)

// Get implements Backend.
func (e *Embedded) Get(_ context.Context, p Principal, name, id string, o GetOptions) (*GetAnswer, error) {
	if err := allow(p, "indices:data/read/get"); err != nil {
		return nil, err
	}
	if err := checkReadVersion(o.Version, o.VersionType); err != nil {
		return nil, err
	}
	found, err := e.findFor(p, "indices:data/read/get", Target{Expression: name}, opRead)
	if err != nil {
		return nil, err
	}
	answer := &GetAnswer{Index: name, ID: id}
	for _, r := range found {
		now, err := r.get(id, o)
		if err != nil {
			return nil, err
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

// get reads a document of one index as the options ask for it.
func (r *resolved) get(id string, o GetOptions) (storage.Current, error) {
	routing := cmp.Or(o.Routing, r.routing)
	if routing == "" && r.mapping.Load().RoutingRequired() {
		return storage.Current{}, routingMissing(r.Name, id)
	}
	store, err := r.open()
	if err != nil {
		return storage.Current{}, err
	}
	if o.Refresh {
		if err := store.Refresh(); err != nil {
			return storage.Current{}, gone(r.index, fmt.Errorf("get %s/%s: %w", r.Name, id, err))
		}
	}
	get := store.Get
	if !o.Realtime {
		get = store.GetSearchable
	}
	begun := time.Now()
	now, err := get(id)
	r.activity.got(now.Found, time.Since(begun))
	if err != nil {
		return now, gone(r.index, fmt.Errorf("get %s/%s: %w", r.Name, id, err))
	}
	return r.shards.visible(now, id, routing), nil
}

func (a *GetAnswer) fill(now storage.Current, id string, r resolved, o GetOptions) error {
	if o.Version != nil && *o.Version != now.Version {
		err := eserr.Errorf(409, eserr.VersionConflict, "[%s]: version conflict, current version [%d] is different than the one provided [%d]", id, now.Version, *o.Version)
		err.Index, err.IndexUUID, err.Shard = r.Name, r.UUID, "0"
		return err
	}
	term := int64(primaryTerm)
	a.Found, a.Version, a.SeqNo, a.PrimaryTerm, a.Routing = true, &now.Version, &now.SeqNo, &term, now.Routing
	if err := a.show(now, r, o); err != nil {
		return fmt.Errorf("get %s/%s: %w", r.Name, id, err)
	}
	return nil
}

// show fills in the source and the stored fields, as far as the mapping and the options have them shown.
func (a *GetAnswer) show(now storage.Current, r resolved, o GetOptions) (err error) {
	m := r.mapping.Load()
	if len(o.StoredFields) > 0 {
		if a.Fields, err = search.StoredFields(m, now.Source, o.StoredFields); err != nil {
			return err
		}
		asked := o.Source.Asked || slices.Contains(o.StoredFields, "_source") || len(o.Source.Includes)+len(o.Source.Excludes) > 0
		o.Source.Disabled = o.Source.Disabled || !asked
	}
	disabled, includes, excludes := m.ShownSource()
	if o.Source.Disabled || disabled {
		return nil
	}
	source, err := search.FilterSource(now.Source, includes, excludes)
	if err == nil {
		source, err = search.FilterSource(source, o.Source.Includes, o.Source.Excludes)
	}
	if err != nil {
		return fmt.Errorf("filter source: %w", err)
	}
	a.Source = source
	return nil
}
