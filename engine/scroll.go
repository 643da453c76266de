package engine

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/search"
)

// scroll is what a scroll keeps beside its snapshots.
type scroll struct {
	request *search.Request
	asked   SearchRequest
	cursor  *search.Cursor // nil is before the first page
}

// beginScroll answers the first page of a scroll.
func (e *Embedded) beginScroll(ctx context.Context, p Principal, r *SearchRequest, request *search.Request, begin time.Time) (*SearchAnswer, error) {
	keep, err := keepAlive("scroll", r.Scroll)
	if err != nil {
		return nil, err
	}
	if request, err = request.Scroll(); err != nil {
		return nil, err
	}
	asked := SearchRequest{TypedKeys: r.TypedKeys, TotalHitsAsInt: r.TotalHitsAsInt}
	c := &searchContext{kind: scrollKind, owner: p.Name, keepAlive: keep, scroll: &scroll{request: request, asked: asked}}
	if err := e.openContext(ctx, p, searchAction, c, r.Target, nil, request.IndexBoosts()); err != nil {
		return nil, e.told(err, r.Target)
	}
	defer e.contexts.release(c)
	answer, err := e.page(ctx, c, r.TotalHitsAsInt, begin)
	if err != nil {
		e.contexts.free(func(other *searchContext) bool { return other == c })
		return nil, e.told(err, r.Target)
	}
	return answer, nil
}

// openContext makes a context of the indices of a target in which the filter, if there is one, matches something. Segments that are known to be damaged are left out, and told of
// in every answer. The caller releases the context.
func (e *Embedded) openContext(ctx context.Context, p Principal, action string, c *searchContext, t Target, filter json.RawMessage, boosts []search.IndexBoost) error {
	found, err := e.findFor(p, action, t, opRead)
	if err == nil {
		found, err = e.whereQueryCanMatch(ctx, found, filter)
	}
	if err != nil {
		return err
	}
	c.target = t
	if err := e.contexts.reserve(c.kind); err != nil {
		return err
	}
	if c.opened, err = e.open(found, false); err == nil {
		if err = e.boost(p, c.opened.indices, boosts, t); err != nil {
			c.opened.close()
		}
	}
	if err != nil {
		e.contexts.giveUp(c.kind)
		return err
	}
	e.contexts.put(c)
	e.contexts.dropIndices(e.removedOf(found))
	return nil
}

// removedOf lists the indices that were deleted since they were found, which contexts that are entered now were not told.
func (e *Embedded) removedOf(found []resolved) (uuids []string) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	for _, r := range found {
		if e.indices[r.Name] != r.index {
			uuids = append(uuids, r.UUID)
		}
	}
	return uuids
}

// page answers the page at which a scroll stands. The caller uses the context.
func (e *Embedded) page(ctx context.Context, c *searchContext, totalAsInt bool, begin time.Time) (*SearchAnswer, error) {
	c.turn.Lock()
	defer c.turn.Unlock()
	budget := e.memory.Request(e.o.RequestMemory)
	defer budget.Release()
	result, err := c.run(e.contexts, func(indices []search.Index) (*search.Result, error) {
		o := e.searchOptions(budget, &c.scroll.asked)
		o.Cursor = c.scroll.cursor
		return search.Run(ctx, c.scroll.request, indices, o)
	})
	if err != nil {
		return nil, err
	}
	c.scroll.cursor = result.Cursor
	answer := toAnswer(result, totalAsInt)
	answer.ScrollID, answer.Took = c.id, time.Since(begin).Milliseconds()
	return answer, nil
}

// Scroll implements Backend.
func (e *Embedded) Scroll(ctx context.Context, p Principal, r *ScrollRequest) (*SearchAnswer, error) {
	if err := allow(p, "indices:data/read/scroll"); err != nil {
		return nil, err
	}
	begin := time.Now()
	keep, err := keepAlive("scroll", r.KeepAlive)
	if err != nil {
		return nil, err
	}
	if err := checkScrollID(r.ID); err != nil {
		return nil, err
	}
	c, err := e.contexts.acquire(scrollKind, r.ID, p, keep)
	if err != nil {
		return nil, err
	}
	defer e.contexts.release(c)
	if err := e.stillMay(p, c); err != nil {
		return nil, err
	}
	answer, err := e.page(ctx, c, r.TotalHitsAsInt, begin)
	return answer, e.told(err, Target{})
}

func checkScrollID(id string) error {
	if isContextID(scrollKind, id) {
		return nil
	}
	return eserr.Illegal("Cannot parse scroll id")
}

// ClearScroll implements Backend.
func (e *Embedded) ClearScroll(_ context.Context, p Principal, ids []string) (int, error) {
	if err := allow(p, "indices:data/read/scroll/clear"); err != nil {
		return 0, err
	}
	for _, id := range ids {
		if err := checkScrollID(id); err != nil {
			return 0, err
		}
	}
	return len(e.contexts.freeOf(scrollKind, p, ids)), nil
}

// freeOf frees contexts of a principal; nil is all of them.
func (t *contexts) freeOf(kind contextKind, p Principal, ids []string) []*searchContext {
	t.sweep()
	return t.free(func(c *searchContext) bool {
		return c.kind == kind && c.owner == p.Name && (ids == nil || slices.Contains(ids, c.id))
	})
}
