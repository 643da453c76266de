package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage"
)

// find resolves a target under the lock.
func (e *Embedded) find(p Principal, action string, t Target) ([]resolved, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.resolve(p, action, t)
}

// gone turns the error of an index that was deleted a moment ago into Elasticsearch's.
func gone(ix *index, err error) error {
	if errors.Is(err, storage.ErrClosed) {
		return ix.goneRefusal()
	}
	return ix.incomplete(err)
}

// incomplete turns the error about a document that may lie in a damaged file into a refusal.
func (ix *index) incomplete(err error) error {
	if !errors.Is(err, storage.ErrIncomplete) {
		return err
	}
	refusal := eserr.Errorf(503, "no_shard_available_action_exception", "%s", err)
	refusal.Index, refusal.IndexUUID = ix.Name, ix.UUID
	return refusal
}

// findFor is find for an operation that blocks may forbid.
func (e *Embedded) findFor(p Principal, action string, t Target, op operation) ([]resolved, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	found, err := e.resolve(p, action, t)
	if err == nil && op == opRead {
		found, err = onlyOpen(found, t)
	}
	if err == nil {
		err = anyBlocked(found, op)
	}
	return found, err
}

// GetIndex implements Backend.
func (e *Embedded) GetIndex(_ context.Context, p Principal, t Target) (map[string]IndexInfo, error) {
	if err := allow(p, "indices:admin/get"); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	found, err := e.resolve(p, "indices:admin/get", t)
	if err != nil {
		return nil, err
	}
	out := make(map[string]IndexInfo, len(found))
	for _, r := range found {
		if out[r.Name], err = r.info(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// PutMapping implements Backend.
func (e *Embedded) PutMapping(_ context.Context, p Principal, t Target, body json.RawMessage) error {
	if err := allow(p, "indices:admin/mapping/put"); err != nil {
		return err
	}
	if isTyped(body) {
		return eserr.Illegal("Types cannot be provided in put mapping requests")
	}
	if err := checkNewMappings(body); err != nil {
		return err
	}
	t.DisallowNone = true
	found, err := e.findFor(p, "indices:admin/mapping/put", t, opMetadata)
	if err != nil {
		return err
	}
	for _, r := range found { // all or none: try first
		if _, err := r.mapping.Load().Merge(body); err != nil {
			return err
		}
	}
	for _, r := range found {
		if err := e.mergeMapping(r.index, body); err != nil {
			return err
		}
	}
	return nil
}

// isTyped reports whether a mapping is wrapped into the name of a type, as before Elasticsearch 7.
func isTyped(mappings json.RawMessage) bool {
	var root map[string]json.RawMessage
	return json.Unmarshal(mappings, &root) == nil && len(root) == 1 && root["_doc"] != nil
}

func (e *Embedded) mergeMapping(ix *index, body json.RawMessage) error {
	ix.recordMu.Lock()
	defer ix.recordMu.Unlock()
	m, err := ix.mapping.Load().Merge(body)
	if err != nil {
		return err
	}
	return e.setMapping(ix, m)
}

// final settings cannot be changed while an index is open.
func final(name string) bool {
	return slices.Contains(finalSettings, name) || strings.HasPrefix(name, "index.analysis.")
}

var finalSettings = []string{"index.number_of_shards", "index.codec", "index.routing_partition_size", "index.sort.field", "index.sort.order"}

// PutSettings implements Backend.
func (e *Embedded) PutSettings(_ context.Context, p Principal, t Target, body json.RawMessage, preserveExisting bool) error {
	if err := allow(p, "indices:admin/settings/update"); err != nil {
		return err
	}
	var wrapped struct {
		Settings json.RawMessage `json:"settings"`
	}
	if json.Unmarshal(body, &wrapped) == nil && len(wrapped.Settings) > 0 {
		body = wrapped.Settings
	}
	change, err := parseSettings(body)
	if err == nil {
		err = change.checkNew()
	}
	if err != nil {
		return err
	}
	if len(change) == 0 {
		return eserr.BadRequest("action_request_validation_exception", "Validation Failed: 1: no settings to update;")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	t.DisallowNone = true
	found, err := e.resolve(p, "indices:admin/settings/update", t)
	if err != nil {
		return err
	}
	if !change.onlyBlocks() {
		if err := anyBlocked(found, opMetadata); err != nil {
			return err
		}
	}
	for _, r := range found {
		for name, v := range change {
			if !final(name) || reflect.DeepEqual(v, r.Settings[name]) {
				continue
			}
			if r.Closed && name == "index.number_of_shards" {
				return eserr.Illegal("final %s setting [%s], not updateable", r.Name, name)
			}
			if !r.Closed {
				return eserr.Illegal("Can't update non dynamic settings [[%s]] for open indices [[%s/%s]] unless the `reopen` query parameter is set to true. "+
					"Alternatively, close the indices, apply the settings changes, and reopen the indices", name, r.Name, r.UUID)
			}
		}
	}
	for _, r := range found {
		if err := e.changeSettings(r.index, change, preserveExisting); err != nil {
			return err
		}
	}
	return nil
}

// changeSettings writes changed settings. The caller holds e.mu for writing.
func (e *Embedded) changeSettings(ix *index, change settings, preserveExisting bool) error {
	store, err := ix.open()
	if err != nil && !ix.Closed {
		return err
	}
	ix.recordMu.Lock()
	defer ix.recordMu.Unlock()
	next := maps.Clone(ix.Settings)
	if preserveExisting {
		change = maps.Clone(change)
		maps.DeleteFunc(change, func(name string, _ any) bool { _, there := next[name]; return there })
	}
	next.merge(change)
	r := ix.indexRecord
	if asks, ok := change.asksForReplicas(); ok {
		r.Replicated = asks
	}
	r.Settings = next.withDefaults()
	r.Settings.expandReplicas()
	if ix.Closed {
		return e.changeClosed(ix, r)
	}
	m, err := ix.mapping.Load().WithSettings(r.Settings.mappingSettings())
	if err == nil {
		err = e.saveSettings(ix, r, m)
	}
	if err != nil {
		return err
	}
	store.SetRefreshInterval(r.Settings.refreshInterval())
	store.SetSyncInterval(r.Settings.syncInterval())
	return nil
}

// Refresh implements Backend.
func (e *Embedded) Refresh(ctx context.Context, p Principal, t Target) (Shards, error) {
	if err := allow(p, "indices:admin/refresh"); err != nil {
		return Shards{}, err
	}
	found, err := e.findOpen(p, "indices:admin/refresh", t)
	if err != nil {
		return Shards{}, err
	}
	return refresh(ctx, found)
}

// Flush implements Backend.
func (e *Embedded) Flush(ctx context.Context, p Principal, t Target) (Shards, error) {
	if err := allow(p, "indices:admin/flush"); err != nil {
		return Shards{}, err
	}
	found, err := e.findOpen(p, "indices:admin/flush", t)
	if err != nil {
		return Shards{}, err
	}
	for _, r := range found {
		r.activity.flushes.Add(1)
	}
	return refresh(ctx, found)
}

func refresh(ctx context.Context, found []resolved) (Shards, error) {
	for _, r := range found {
		if err := ctx.Err(); err != nil {
			return Shards{}, err
		}
		store, err := r.open()
		if err == nil {
			err = store.Refresh()
		}
		if err != nil {
			return Shards{}, gone(r.index, fmt.Errorf("refresh index %s: %w", r.Name, err))
		}
	}
	answer := Shards{}
	for _, r := range found {
		answer.Total += r.copies
		answer.Successful += r.primaries
	}
	return answer, nil
}

// IndexStats implements Backend.
func (e *Embedded) IndexStats(_ context.Context, p Principal, t Target) ([]IndexStats, error) {
	if err := allow(p, "indices:monitor/stats"); err != nil {
		return nil, err
	}
	e.mu.RLock()
	found, err := e.resolve(p, "indices:monitor/stats", t)
	out := make([]IndexStats, len(found))
	for i, r := range found {
		out[i] = IndexStats{Name: r.Name, UUID: r.UUID, Closed: r.Closed, Unassigned: r.unassigned(), Copies: r.copies, Primaries: r.primaries, CreatedAt: r.CreatedAt, DataStream: r.Stream, Aliases: slices.Sorted(maps.Keys(r.Aliases))}
	}
	e.mu.RUnlock()
	if err != nil {
		return nil, err
	}
	for i, r := range found {
		if r.broken != nil {
			continue // it has a name and nothing to count
		}
		st, err := r.store.Stats()
		if errors.Is(err, storage.ErrClosed) {
			continue // deleted a moment ago
		}
		if err != nil {
			return nil, fmt.Errorf("statistics of index %s: %w", r.Name, err)
		}
		if !st.To.IsZero() {
			out[i].Newest = st.To.UnixMilli()
		}
		if out[i].Fielddata, out[i].Completion, err = e.fieldBytes(r); err != nil {
			return nil, err
		}
		out[i].Activity = r.activity.now()
		out[i].Activity.Activity = r.store.Activity()
		out[i].Docs, out[i].DeletedDocs, out[i].Bytes, out[i].Segments = st.Docs, st.DeletedDocs, st.Bytes, st.Segments
	}
	return out, nil
}
