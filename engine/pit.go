package engine

import (
	"context"
	"slices"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/search"
)

// OpenPIT implements Backend.
func (e *Embedded) OpenPIT(ctx context.Context, p Principal, r *PITRequest) (*PIT, error) {
	if err := allow(p, "indices:data/read/open_point_in_time"); err != nil {
		return nil, err
	}
	keep, err := keepAlive("keep_alive", r.KeepAlive)
	if err != nil {
		return nil, err
	}
	if keep == 0 {
		return nil, eserr.BadRequest("action_request_validation_exception", "Validation Failed: 1: [keep_alive] is not specified;")
	}
	c := &searchContext{kind: pitKind, owner: p.Name, keepAlive: keep}
	if err := e.openContext(ctx, p, "indices:data/read/open_point_in_time", c, r.Target, r.IndexFilter, nil); err != nil {
		return nil, e.told(err, r.Target)
	}
	defer e.contexts.release(c)
	out := &PIT{ID: c.id, Created: c.created, KeepAlive: keep}
	failed := len(c.opened.failures)
	out.Shards = Shards{Total: len(c.opened.indices) + failed, Successful: len(c.opened.indices), Skipped: new(int), Failed: failed, Failures: c.opened.failures}
	return out, nil
}

// searchPIT answers a search of a point in time.
func (e *Embedded) searchPIT(ctx context.Context, p Principal, r *SearchRequest, request *search.Request, begin time.Time) (*SearchAnswer, error) {
	if err := checkPITSearch(r); err != nil {
		return nil, err
	}
	pit := request.PIT()
	keep, err := keepAlive("keep_alive", pit.KeepAlive)
	if err != nil {
		return nil, err
	}
	if !isContextID(pitKind, pit.ID) {
		return nil, eserr.Illegal("invalid id: [%.100s]", pit.ID)
	}
	c, err := e.contexts.acquire(pitKind, pit.ID, p, keep)
	if err != nil {
		return nil, err
	}
	defer e.contexts.release(c)
	if err := e.stillMay(p, c); err != nil {
		return nil, err
	}
	budget := e.memory.Request(e.o.RequestMemory)
	defer budget.Release()
	result, err := c.run(e.contexts, func(indices []search.Index) (*search.Result, error) {
		if boosts := request.IndexBoosts(); len(boosts) > 0 {
			indices = slices.Clone(indices) // other searches of the point in time have other ones
			if err := e.boost(p, indices, boosts, Target{IgnoreUnavailable: true}); err != nil {
				return nil, err
			}
		}
		return search.Run(ctx, request, indices, e.searchOptions(budget, r))
	})
	if err != nil {
		return nil, e.told(err, r.Target)
	}
	answer := toAnswer(result, r.TotalHitsAsInt)
	answer.PITID, answer.Took = c.id, time.Since(begin).Milliseconds()
	return answer, nil
}

// checkPITSearch refuses what the point in time says already.
func checkPITSearch(r *SearchRequest) error {
	text, n := "", 0
	add := func(problem string) {
		n++
		text += string(rune('0'+n)) + ": " + problem + ";"
	}
	t := r.Target
	if t.Expression != "" {
		add("[indices] cannot be used with point in time. Do not specify any index with point in time.")
	}
	if t.IgnoreUnavailable || t.DisallowNone || t.ExpandWildcards != "" {
		add("[indicesOptions] cannot be used with point in time")
	}
	if r.Routing != "" {
		add("[routing] cannot be used with point in time")
	}
	if r.Preference != "" {
		add("[preference] cannot be used with point in time")
	}
	if n == 0 {
		return nil
	}
	return eserr.BadRequest("action_request_validation_exception", "Validation Failed: %s", text)
}

// ClosePIT implements Backend.
func (e *Embedded) ClosePIT(_ context.Context, p Principal, ids []string) ([]PIT, error) {
	if err := allow(p, "indices:data/read/close_point_in_time"); err != nil {
		return nil, err
	}
	for _, id := range ids {
		if !isContextID(pitKind, id) {
			return nil, eserr.Illegal("invalid id: [%.100s]", id)
		}
	}
	return pits(e.contexts.freeOf(pitKind, p, ids)), nil
}

// PITs implements Backend.
func (e *Embedded) PITs(_ context.Context, p Principal) ([]PIT, error) {
	if err := allow(p, "indices:data/read/point_in_time/readall"); err != nil {
		return nil, err
	}
	return pits(e.contexts.list(pitKind, p)), nil
}

// list returns the contexts of a principal.
func (t *contexts) list(kind contextKind, p Principal) (out []*searchContext) {
	t.sweep()
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.byID {
		if c.kind == kind && c.owner == p.Name {
			out = append(out, &searchContext{id: c.id, created: c.created, keepAlive: c.keepAlive}) // these may change
		}
	}
	return out
}

func pits(all []*searchContext) []PIT {
	out := make([]PIT, len(all))
	for i, c := range all {
		out[i] = PIT{ID: c.id, Created: c.created, KeepAlive: c.keepAlive}
	}
	slices.SortFunc(out, func(a, b PIT) int { return a.Created.Compare(b.Created) })
	return out
}
