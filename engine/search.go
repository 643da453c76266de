package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/search"
	"github.com/vedette-siem/vedette/storage"
	"github.com/vedette-siem/vedette/storage/segment"
)

// searchAction is what Elasticsearch calls a search, and a count, which it answers by searching.
const searchAction = "indices:data/read/search"

// Search implements Backend.
func (e *Embedded) Search(ctx context.Context, p Principal, r *SearchRequest) (*SearchAnswer, error) {
	if err := allow(p, searchAction); err != nil {
		return nil, err
	}
	begin := time.Now()
	body, err := e.withLookups(ctx, p, r.Body)
	if err != nil {
		return nil, err
	}
	request, err := search.Parse(body, r.Params)
	if err != nil {
		return nil, e.onShards(p, r.Target, err)
	}
	if r.Scroll != "" {
		return e.beginScroll(ctx, p, r, request, begin)
	}
	if pit := request.PIT(); pit != nil {
		return e.searchPIT(ctx, p, r, request, begin)
	}
	budget := e.memory.Request(e.o.RequestMemory)
	defer budget.Release()
	var result *search.Result
	counted := searchCount{groups: searchGroups(body, r.Params), suggests: request.SuggestsOnly()}
	err = e.onSnapshots(p, searchAction, r.Target, counted, func(o *opened) (err error) {
		if err = e.boost(p, o.indices, request.IndexBoosts(), r.Target); err != nil {
			return err
		}
		result, err = search.Run(ctx, request, o.indices, e.searchOptions(budget, r))
		if err == nil {
			result.Shards += len(o.failures)
			result.Failures = append(append(result.Failures, o.failures...), o.partial...)
		}
		return err
	})
	if err != nil {
		return nil, e.told(err, r.Target)
	}
	answer := toAnswer(result, r.TotalHitsAsInt)
	answer.Took = time.Since(begin).Milliseconds()
	return answer, nil
}

// searchOptions are those of a run for a request.
func (e *Embedded) searchOptions(budget *aggs.Budget, r *SearchRequest) search.Options {
	return search.Options{Now: e.o.Now(), Workers: e.o.Workers, Budget: budget, Cache: e.cache, Fielddata: e.fielddata, TypedKeys: r.TypedKeys, TotalHitsAsInt: r.TotalHitsAsInt}
}

// told logs that a search was refused for its memory, since who watches the server sees no other sign of it.
func (e *Embedded) told(err error, t Target) error {
	if refusal := (*Error)(nil); errors.As(err, &refusal) && refusal.Type == eserr.CircuitBreaking {
		e.o.Logger.Warn("search refused for its memory", "target", clip(t.Expression), "used", e.memory.Used(), "err", err)
	}
	return err
}

// onShards gives an error that Elasticsearch meets on shards the name of the first index; the target's own error goes before it.
func (e *Embedded) onShards(p Principal, t Target, err error) error {
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Phase == "" || refusal.Index != "" {
		return err
	}
	found, missing := e.findFor(p, searchAction, t, opRead)
	if missing != nil {
		return missing
	}
	if len(found) == 0 {
		return err
	}
	named := *refusal
	named.Index = found[0].Name
	return &named
}

func toAnswer(r *search.Result, totalAsInt bool) *SearchAnswer {
	a := &SearchAnswer{
		TimedOut: r.TimedOut, TerminatedEarly: r.TerminatedEarly, Aggregations: r.Aggregations, Suggest: r.Suggest, Profile: r.Profile, Shards: searchShards(r.Shards, r.Failures),
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

// onSnapshots runs a search on the indices of a target on which the principal may carry out the action, and counts it.
func (e *Embedded) onSnapshots(p Principal, action string, t Target, counted searchCount, run func(*opened) error) error {
	found, err := e.findFor(p, action, t, opRead)
	if err != nil {
		return err
	}
	begun := time.Now()
	defer func() {
		for _, r := range found {
			r.activity.queried(counted, time.Since(begun))
		}
	}()
	return e.onFound(found, run)
}

// onFound runs a search on indices. Damage that it meets is known from then on, and it runs again without the segments that have it, so that the others answer.
func (e *Embedded) onFound(found []resolved, run func(*opened) error) error {
	for whole := true; ; whole = false {
		o, err := e.open(found, whole)
		if err != nil {
			return err
		}
		err = run(o)
		o.close()
		if !errors.As(err, new(*segment.Damage)) {
			return err
		}
	}
}

// boost applies `indices_boost`: of several entries that stand for an index the first one counts.
func (e *Embedded) boost(p Principal, indices []search.Index, boosts []search.IndexBoost, t Target) error {
	given := map[string]*float32{}
	for _, b := range boosts {
		found, err := e.find(p, searchAction, Target{Expression: b.Expression, IgnoreUnavailable: t.IgnoreUnavailable, DisallowNone: !t.IgnoreUnavailable, ExpandWildcards: t.ExpandWildcards})
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
	partial   []json.RawMessage // of indices that answer without some of their documents
	uuids     []string          // of the indices; empty for one that was deleted since
	gone      []string          // names of such
	whole     bool
}

// open opens the indices of a search. Broken ones are told as failures, unless there is no other; an index that was deleted a moment ago is as if it had never been there.
// Unless whole is true, segments of which a part is known to be damaged are left out.
func (e *Embedded) open(found []resolved, whole bool) (*opened, error) {
	o := &opened{e: e, whole: whole}
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
	views, missing := s.Views, s.Damaged
	if !o.whole {
		views, missing = withoutDamage(s)
	}
	if why := errors.Join(store.Failure(), joined(missing)); why != nil { // acknowledged documents may not be found: say so
		failure, err := json.Marshal(map[string]any{"shard": 0, "index": r.Name, "node": o.e.o.NodeName, "reason": eserr.Errorf(503, "no_shard_available_action_exception", "%s", why)})
		if err != nil {
			return errors.Join(err, s.Close())
		}
		o.partial = append(o.partial, failure)
	}
	o.snapshots, o.uuids = append(o.snapshots, s), append(o.uuids, r.UUID)
	o.indices = append(o.indices, search.Index{
		Name: r.Name, Mapping: r.mapping.Load(), Views: views, Filter: filter, MaxResultWindow: r.window, NoCache: r.uncached, CacheUsage: &r.activity.cache,
		Partition: search.Partition{Number: r.shards.number, Of: r.shards.of},
	})
	return nil
}

// withoutDamage leaves out the segments that have turned out to be damaged, and lists them with those that could not be read from the start.
func withoutDamage(s *storage.Snapshot) (views []segment.View, missing []storage.Damaged) {
	missing = s.Damaged
	for _, v := range s.Views {
		if d := v.Damage(); d != nil {
			missing = append(missing, storage.Damaged{File: v.File(), Info: v.Info(), Err: d})
			continue
		}
		views = append(views, v)
	}
	return views, missing
}

// joined is one error of all damage, or nil.
func joined(all []storage.Damaged) (err error) {
	for _, d := range all {
		err = errors.Join(err, d)
	}
	return err
}

func (o *opened) close() {
	for _, s := range o.snapshots {
		if s == nil {
			continue // it was given back before
		}
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

// queryOf reads the query of a request that has nothing else, with the terms that it looks up; nil if it has none.
func (e *Embedded) queryOf(ctx context.Context, p Principal, r *SearchRequest) (dsl.Query, error) {
	body, err := e.withLookups(ctx, p, r.Body)
	if err != nil {
		return nil, err
	}
	return countQuery(body, r.Params)
}

// Count implements Backend.
func (e *Embedded) Count(ctx context.Context, p Principal, r *SearchRequest) (*CountAnswer, error) {
	if err := allow(p, searchAction); err != nil {
		return nil, err
	}
	q, err := e.queryOf(ctx, p, r)
	if err != nil {
		return nil, err
	}
	budget := e.memory.Request(e.o.RequestMemory)
	defer budget.Release()
	var answer *CountAnswer
	err = e.onSnapshots(p, searchAction, r.Target, searchCount{}, func(o *opened) error {
		n, err := search.Count(ctx, q, o.indices, search.Options{Now: e.o.Now(), Workers: e.o.Workers, Budget: budget, Cache: e.cache})
		answer = &CountAnswer{Count: n, Shards: searchShards(len(o.indices)+len(o.failures), append(o.failures, o.partial...))}
		return err
	})
	if err != nil {
		return nil, e.told(err, r.Target)
	}
	return answer, nil
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
	n := int64(0)
	err = e.onFound(found, func(o *opened) error {
		n, err = search.Count(ctx, q, o.indices, search.Options{Now: e.o.Now(), Workers: e.o.Workers, Cache: e.cache, Internal: true})
		return err
	})
	return n, err
}
