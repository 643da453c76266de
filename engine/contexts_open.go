package engine

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/search"
	"github.com/vedette-siem/vedette/storage/segment"
)

// forget leaves the documents of deleted indices out of later searches, and returns the places of their snapshots. The indices keep their places, by which the
// position of a scroll counts.
func (o *opened) forget(uuids []string) (places []int) {
	o.indices = slices.Clone(o.indices) // a search that runs has the old ones
	for i, uuid := range o.uuids {
		if slices.Contains(uuids, uuid) {
			o.indices[i].Views = nil
			o.gone = append(o.gone, o.indices[i].Name)
			o.uuids[i] = ""
			places = append(places, i)
		}
	}
	return places
}

// take removes the snapshots at some places, and returns what closes them.
func (o *opened) take(places []int) (closeThem func()) {
	taken := &opened{e: o.e}
	for _, i := range places {
		taken.snapshots = append(taken.snapshots, o.snapshots[i])
		o.snapshots[i] = nil
	}
	return taken.close
}

// stillMay refuses to go on where the principal, whose roles may have changed meanwhile, may no longer search an index that the context holds. The caller uses the context.
func (e *Embedded) stillMay(p Principal, c *searchContext) error {
	if p.Superuser {
		return nil
	}
	e.contexts.mu.Lock()
	held := c.opened.indices
	e.contexts.mu.Unlock()
	t := c.target
	t.IgnoreUnavailable, t.DisallowNone = true, false // what was deleted meanwhile is told by the answer
	e.mu.RLock()
	defer e.mu.RUnlock()
	found, err := e.resolve(p, searchAction, t)
	if err != nil {
		return err
	}
	for _, ix := range held {
		there := e.indices[ix.Name] != nil
		if there && !slices.ContainsFunc(found, func(r resolved) bool { return r.Name == ix.Name }) {
			return denied(p, searchAction, ix.Name)
		}
	}
	return nil
}

// run runs a search on the snapshots of a context.
func (c *searchContext) run(t *contexts, search func([]search.Index) (*search.Result, error)) (*search.Result, error) {
	t.mu.Lock()
	o, indices := c.opened, c.opened.indices
	gone := slices.Clone(c.opened.gone)
	t.mu.Unlock()
	if len(gone) > 0 && len(gone) == len(indices) {
		return nil, contextMissing(c.id)
	}
	result, err := search(indices)
	if damage := (*segment.Damage)(nil); errors.As(err, &damage) {
		refusal := eserr.Errorf(503, "no_shard_available_action_exception", "a file that this search needs is damaged, begin a new one, which goes on without it: %s", damage)
		refusal.Phase = eserr.PhaseQuery
		return nil, refusal
	}
	if err != nil {
		return nil, err
	}
	result.Shards += len(o.failures)
	result.Failures = append(append(result.Failures, o.failures...), o.partial...)
	for _, name := range gone {
		failure, err := json.Marshal(map[string]any{"shard": 0, "index": name, "node": o.e.o.NodeName, "reason": contextMissing(c.id)})
		if err != nil {
			return nil, err
		}
		result.Failures = append(result.Failures, failure)
	}
	return result, nil
}
