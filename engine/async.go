package engine

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/search"
)

// Limits of asynchronous searches.
const (
	maxAsync         = 100                // that run or are kept
	maxAsyncBytes    = 10 << 20           // of one answer that is kept: search.max_async_search_response_size
	defaultAsyncKeep = 5 * 24 * time.Hour // Elasticsearch's
)

const asyncKind contextKind = "async"

// An async is a search that runs, or has run, without somebody waiting for it.
type async struct {
	start  time.Time
	cancel context.CancelFunc
	done   chan struct{} // closed once it has ended

	mu       sync.Mutex // guards the fields below
	answer   *SearchAnswer
	err      error
	ended    time.Time
	held     *aggs.Budget // what the answer takes of the memory of all requests; nil is nothing
	released bool
}

// SubmitSearch implements Backend.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/async-search.html
func (e *Embedded) SubmitSearch(ctx context.Context, p Principal, r *AsyncRequest) (*AsyncAnswer, error) {
	if err := allow(p, "indices:data/read/async_search/submit"); err != nil {
		return nil, err
	}
	wait, keep, err := asyncTimes(r.Wait, r.KeepAlive)
	if err != nil {
		return nil, err
	}
	if keep == 0 {
		keep = defaultAsyncKeep
	}
	if r.Search.Scroll != "" {
		return nil, eserr.BadRequest("action_request_validation_exception", "Validation Failed: 1: [scroll] queries are not supported;")
	}
	refusal := (*Error)(nil)
	if _, err := e.find(p, searchAction, r.Search.Target); errors.As(err, &refusal) && refusal.Status == 403 { // else it would be kept as the answer
		return nil, refusal
	}
	if _, err := search.Parse(r.Search.Body, r.Search.Params); err != nil { // what is wrong whatever the indices hold is told at once
		return nil, err
	}
	if err := e.contexts.reserve(asyncKind); err != nil {
		return nil, err
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx)) // it outlives the request
	c := &searchContext{kind: asyncKind, owner: p.Name, keepAlive: keep, async: &async{start: e.o.Now(), cancel: cancel, done: make(chan struct{})}}
	e.contexts.put(c)
	defer e.contexts.release(c)
	if err := e.contexts.start(func() { c.async.run(e, func() (*SearchAnswer, error) { return e.Search(running, p, &r.Search) }) }); err != nil {
		cancel()
		return nil, err
	}
	c.async.wait(ctx, wait)
	if ctx.Err() != nil { // nobody knows the id
		e.contexts.free(func(other *searchContext) bool { return other == c })
		return nil, ctx.Err()
	}
	answer := e.asyncAnswer(c)
	if !answer.Running && !r.KeepOnCompletion {
		e.contexts.free(func(other *searchContext) bool { return other == c })
		answer.ID = ""
	}
	return answer, nil
}

// asyncTimes reads how long to wait for an answer, and to keep it.
func asyncTimes(waitText, keepText string) (wait, keep time.Duration, err error) {
	if wait, err = search.Duration("wait_for_completion_timeout", waitText); waitText == "" {
		wait, err = time.Second, nil
	}
	if err != nil || keepText == "" {
		return wait, 0, err
	}
	if keep, err = search.Duration("keep_alive", keepText); err == nil && keep < time.Second {
		err = eserr.BadRequest("action_request_validation_exception", "Validation Failed: 1: [keep_alive] must be greater than 1 second, got: %s;", keepText)
	}
	return wait, keep, err
}

// run runs the search and keeps its answer, unless that is too large.
func (a *async) run(e *Embedded, search func() (*SearchAnswer, error)) {
	defer close(a.done)
	defer a.cancel()
	answer, err := search()
	held := e.memory.Request(maxAsyncBytes)
	if err == nil {
		err = held.Take("async_search", answer.bytes())
	}
	if refusal := (*Error)(nil); errors.As(err, &refusal) && answer != nil {
		err = eserr.Errorf(400, eserr.IllegalArgument, "Can't store an async search response larger than [%d] bytes, or larger than what is free. "+
			"This limit can be set by changing the [search.max_async_search_response_size] setting.", maxAsyncBytes)
	}
	if err != nil {
		answer = nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answer, a.err, a.ended, a.held = answer, err, e.o.Now(), held
	if a.released {
		a.answer = nil
		held.Release()
	}
}

// free ends the search, or forgets its answer.
func (a *async) free() {
	a.cancel()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.held != nil && !a.released {
		a.held.Release()
	}
	a.released, a.answer = true, nil
}

// wait waits for the end, for at most so long.
func (a *async) wait(ctx context.Context, limit time.Duration) {
	t := time.NewTimer(limit)
	defer t.Stop()
	select {
	case <-a.done:
	case <-t.C:
	case <-ctx.Done():
	}
}

// bytes is about what an answer holds.
func (a *SearchAnswer) bytes() int64 {
	n := int64(len(a.Aggregations)+len(a.Suggest)) + 1024
	for i := range a.Hits.Hits {
		n += a.Hits.Hits[i].Bytes() + 256
	}
	return n
}

// asyncAnswer is the state of a search at this moment. The caller uses the context.
func (e *Embedded) asyncAnswer(c *searchContext) *AsyncAnswer {
	a := c.async
	out := &AsyncAnswer{ID: c.id, Start: a.start, Expires: e.o.Now().Add(e.contexts.keepAliveOf(c))}
	a.mu.Lock()
	defer a.mu.Unlock()
	out.Running = a.ended.IsZero()
	out.Partial = out.Running || a.err != nil
	out.Ended, out.Answer, out.Err = a.ended, a.answer, a.err
	return out
}

func (t *contexts) keepAliveOf(c *searchContext) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return c.keepAlive
}

// AsyncSearch implements Backend.
func (e *Embedded) AsyncSearch(ctx context.Context, p Principal, id, waitText, keepText string) (*AsyncAnswer, error) {
	if err := allow(p, "indices:data/read/async_search/get"); err != nil {
		return nil, err
	}
	if waitText == "" {
		waitText = "0"
	}
	wait, keep, err := asyncTimes(waitText, keepText)
	if err != nil {
		return nil, err
	}
	c, err := e.contexts.acquire(asyncKind, id, p, keep)
	if err != nil {
		return nil, noAsync(id)
	}
	defer e.contexts.release(c)
	c.async.wait(ctx, wait)
	return e.asyncAnswer(c), ctx.Err()
}

// DeleteAsyncSearch implements Backend.
func (e *Embedded) DeleteAsyncSearch(_ context.Context, p Principal, id string) error {
	if err := allow(p, "indices:data/read/async_search/delete"); err != nil {
		return err
	}
	if len(e.contexts.freeOf(asyncKind, p, []string{id})) == 0 {
		return noAsync(id)
	}
	return nil
}

func noAsync(id string) error { return eserr.Errorf(404, "resource_not_found_exception", "%.200s", id) }
