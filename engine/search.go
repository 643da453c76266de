package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/search"
	"github.com/vedette-siem/vedette/storage"
)

// Search implements Backend.
func (e *Embedded) Search(ctx context.Context, p Principal, r *SearchRequest) (*SearchAnswer, error) {
	if err := allow(p, "indices:data/read/search"); err != nil {
		return nil, err
	}
	begin := time.Now()
	body, err := e.withLookups(ctx, p, r.Body)
	if err != nil {
		return nil, err
	}
	request, err := search.Parse(body, r.Params)
	if err != nil {
		return nil, err
	}
	o, err := e.snapshots(r.Target)
	if err != nil {
		return nil, err
	}
	defer o.close()
	if err := e.boost(o.indices, request.IndexBoosts(), r.Target); err != nil {
		return nil, err
	}
	budget := e.memory.Request(e.o.RequestMemory)
	defer budget.Release()
	result, err := search.Run(ctx, request, o.indices, search.Options{
		Now: e.o.Now(), Workers: e.o.Workers, Budget: budget, Cache: e.cache, TypedKeys: r.TypedKeys, TotalHitsAsInt: r.TotalHitsAsInt,
	})
	if err != nil {
		return nil, e.told(err, r.Target)
	}
	result.Shards += len(o.failures)
	result.Failures = append(append(result.Failures, o.failures...), o.partial...)
	answer := toAnswer(result, r.TotalHitsAsInt)
	answer.Took = time.Since(begin).Milliseconds()
	return answer, nil
}

// told logs that a search was refused for its memory, since who watches the server sees no other sign of it.
func (e *Embedded) told(err error, t Target) error {
	if refusal := (*Error)(nil); errors.As(err, &refusal) && refusal.Type == eserr.CircuitBreaking {
		e.o.Logger.Warn("search refused for its memory", "target", clip(t.Expression), "used", e.memory.Used(), "err", err)
	}
	return err
}

func toAnswer(r *search.Result, totalAsInt bool) *SearchAnswer {
	a := &SearchAnswer{
		TimedOut: r.TimedOut, TerminatedEarly: r.TerminatedEarly, Aggregations: r.Aggregations, Shards: searchShards(r.Shards, r.Failures),
		Hits: Hits{MaxScore: r.MaxScore, Hits: r.Hits},
	}
	switch {
	case r.Total != nil && totalAsInt:
		a.Hits.Total = r.Total.Value
	case r.Total != nil:
		a.Hits.Total = TotalHits{Value: r.Total.Value, Relation: r.Total.Relation}
	case totalAsInt:
		a.Hits.Total = int64(-1)
	}
	return a
}

func searchShards(total int, failures []json.RawMessage) Shards {
	skipped := 0
	return Shards{Total: total, Successful: total - len(failures), Skipped: &skipped, Failed: len(failures), Failures: failures}
}

// snapshots opens the indices of a target for a search.
func (e *Embedded) snapshots(t Target) (*opened, error) {
	found, err := e.findFor(t, opRead)
	if err != nil {
		return nil, err
	}
	return e.open(found)
}

// boost applies `indices_boost`: of several entries that stand for an index the first one counts.
func (e *Embedded) boost(indices []search.Index, boosts []search.IndexBoost, t Target) error {
	given := map[string]*float32{}
	for _, b := range boosts {
		found, err := e.find(Target{Expression: b.Expression, IgnoreUnavailable: t.IgnoreUnavailable, DisallowNone: !t.IgnoreUnavailable, ExpandWildcards: t.ExpandWildcards})
		if err != nil {
			return err
		}
		for _, r := range found {
			if given[r.Name] == nil {
				given[r.Name] = &b.Boost
			}
		}
	}
	for i := range indices {
		indices[i].Boost = given[indices[i].Name]
	}
	return nil
}

// opened are the snapshots of one search.
type opened struct {
	e         *Embedded
	indices   []search.Index
	snapshots []*storage.Snapshot
	failures  []json.RawMessage // of broken indices, as `_shards.failures` has them
	refusal   error             // of the last broken index
	partial   []json.RawMessage // of indices that answer without their newest documents
}

// open opens the indices of a search. Broken ones are told as failures, unless there is no other; an index that was deleted a moment ago is as if it had never been there.
func (e *Embedded) open(found []resolved) (*opened, error) {
	o := &opened{e: e}
	for _, r := range found {
		if err := o.add(r); err != nil {
			o.close()
			return nil, err
		}
	}
	if len(o.indices) == 0 && o.refusal != nil {
		return nil, o.refusal
	}
	return o, nil
}

func (o *opened) add(r resolved) error {
	store, err := r.index.open()
	if err != nil {
		failure, marshalErr := json.Marshal(map[string]any{"shard": 0, "index": r.Name, "node": o.e.o.NodeName, "reason": err})
		o.failures, o.refusal = append(o.failures, failure), err
		return marshalErr
	}
	filter, err := r.filter()
	if err != nil {
		return err
	}
	s, err := store.Snapshot()
	if errors.Is(err, storage.ErrClosed) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("search index %s: %w", r.Name, err)
	}
	if failed := store.Failure(); failed != nil { // acknowledged documents may not be searchable: say so
		failure, err := json.Marshal(map[string]any{"shard": 0, "index": r.Name, "node": o.e.o.NodeName, "reason": eserr.Errorf(503, "no_shard_available_action_exception", "%s", failed)})
		if err != nil {
			return errors.Join(err, s.Close())
		}
		o.partial = append(o.partial, failure)
	}
	o.snapshots = append(o.snapshots, s)
	o.indices = append(o.indices, search.Index{
		Name: r.Name, Mapping: r.mapping.Load(), Views: s.Views, Filter: filter, MaxResultWindow: r.window, NoCache: r.uncached,
	})
	return nil
}

func (o *opened) close() {
	for _, s := range o.snapshots {
		if err := s.Close(); err != nil {
			o.e.o.Logger.Error("closing a snapshot failed", "err", err)
		}
	}
}

// filter is the query of the aliases by which an index was reached: any of them will do. Nil is none.
func (r *resolved) filter() (dsl.Query, error) {
	if r.filters == nil {
		return nil, nil
	}
	any := &dsl.Bool{}
	for _, f := range r.filters {
		q, err := dsl.Parse(json.RawMessage(f))
		if err != nil {
			return nil, fmt.Errorf("filter of an alias of index %s: %w", r.Name, err)
		}
		any.Should = append(any.Should, q)
	}
	return any, nil
}

// Count implements Backend.
func (e *Embedded) Count(ctx context.Context, p Principal, r *SearchRequest) (*CountAnswer, error) {
	if err := allow(p, "indices:data/read/count"); err != nil {
		return nil, err
	}
	body, err := e.withLookups(ctx, p, r.Body)
	if err != nil {
		return nil, err
	}
	q, err := countQuery(body, r.Params)
	if err != nil {
		return nil, err
	}
	o, err := e.snapshots(r.Target)
	if err != nil {
		return nil, err
	}
	defer o.close()
	n, err := search.Count(ctx, q, o.indices, search.Options{Now: e.o.Now(), Workers: e.o.Workers, Cache: e.cache})
	if err != nil {
		return nil, err
	}
	return &CountAnswer{Count: n, Shards: searchShards(len(o.indices)+len(o.failures), append(o.failures, o.partial...))}, nil
}

// countQuery reads the body of a count, which may hold a query only, and the URL's `q`, which goes before it.
func countQuery(raw json.RawMessage, params map[string]string) (dsl.Query, error) {
	if params["q"] != "" {
		return dsl.FromURL(params)
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, nil
	}
	var body map[string]json.RawMessage
	if err := json.Unmarshal(raw, &body); err != nil {
		return nil, eserr.BadRequest(eserr.Parsing, "Failed to parse request body: %s", err)
	}
	for key := range body {
		if key != "query" {
			return nil, eserr.BadRequest(eserr.Parsing, "request does not support [%s]", key)
		}
	}
	if len(body["query"]) == 0 {
		return nil, nil
	}
	return dsl.Parse(body["query"])
}

// count is the number of documents that a query matches in indices that are resolved already.
func (e *Embedded) count(ctx context.Context, found []resolved, query json.RawMessage) (int64, error) {
	q, err := dsl.Parse(query)
	if err != nil {
		return 0, err
	}
	o, err := e.open(found)
	if err != nil {
		return 0, err
	}
	defer o.close()
	return search.Count(ctx, q, o.indices, search.Options{Now: e.o.Now(), Workers: e.o.Workers, Cache: e.cache})
}
