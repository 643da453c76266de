package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"
)

// gated is an engine whose clock, once closed, makes whoever asks for the time wait: a search is then certain to be under way.
type gated struct {
	*harness
	waits  atomic.Bool
	came   chan struct{}
	opened chan struct{}
}

func newGated(t *testing.T) *gated {
	g := &gated{came: make(chan struct{}, 100), opened: make(chan struct{})}
	g.harness = newHarnessWith(t, Options{Now: func() time.Time {
		if g.waits.Load() {
			g.came <- struct{}{}
			<-g.opened
		}
		return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	}})
	t.Cleanup(func() { g.must(g.Embedded.Close()) })
	g.bulk(op("index", "a", "1", `{"n":1}`), op("index", "a", "2", `{"n":2}`))
	return g
}

func submit(body, wait string, keep bool) *AsyncRequest {
	return &AsyncRequest{Search: SearchRequest{Body: json.RawMessage(body)}, Wait: wait, KeepOnCompletion: keep}
}

func TestAnAsyncSearchThatIsInTimeIsForgotten(t *testing.T) {
	g := newGated(t)
	a, err := g.SubmitSearch(context.Background(), root, submit(`{"query":{"term":{"n":2}}}`, "1m", false))
	g.must(err)
	equal(t, fmt.Sprint(a.ID, a.Running, a.Partial, len(a.Answer.Hits.Hits)), "false false 1")
	equal(t, g.OpenContexts()["async"], 0)
	_, err = g.SubmitSearch(context.Background(), root, submit(`{"query":{"nonsense":{}}}`, "1m", false))
	refusal(t, err, 400, "parsing_exception", "nonsense")
	_, err = g.SubmitSearch(context.Background(), root, &AsyncRequest{KeepAlive: "1ms"})
	refusal(t, err, 400, "action_request_validation_exception", "[keep_alive]")
	equal(t, g.contexts.counts[asyncKind], 0)
}

func TestAnAsyncSearchIsKept(t *testing.T) {
	g := newGated(t)
	a, err := g.SubmitSearch(context.Background(), root, submit(`{"aggs":{"x":{"sum":{"field":"n"}}}}`, "1m", true))
	g.must(err)
	for range 2 {
		b, err := g.AsyncSearch(context.Background(), root, a.ID, "", "")
		g.must(err)
		equal(t, string(b.Answer.Aggregations), `{"x":{"value":3.0}}`)
	}
	if g.memory.Used() == 0 {
		t.Error("an answer that is kept counts for nothing in the memory of requests")
	}
	_, err = g.AsyncSearch(context.Background(), Principal{Name: "other", Superuser: true}, a.ID, "", "")
	refusal(t, err, 404, "resource_not_found_exception", a.ID)
	g.must(g.DeleteAsyncSearch(context.Background(), root, a.ID))
	equal(t, g.memory.Used(), 0)
	refusal(t, g.DeleteAsyncSearch(context.Background(), root, a.ID), 404, "resource_not_found_exception", a.ID)

	a, err = g.SubmitSearch(context.Background(), root, &AsyncRequest{Search: SearchRequest{Target: Target{Expression: "none"}}, Wait: "1m"})
	g.must(err)
	refusal(t, a.Err, 404, "index_not_found_exception", "none")
}

func TestADeletedAsyncSearchIsCancelled(t *testing.T) {
	g := newGated(t)
	g.contexts.now = time.Now // the search alone is to wait
	running, done := make(chan struct{}), make(chan error, 1)
	c := &searchContext{kind: asyncKind, owner: root.Name, keepAlive: time.Minute}
	ctx, cancel := context.WithCancel(context.Background())
	c.async = &async{cancel: cancel, done: running}
	g.must(g.contexts.reserve(asyncKind))
	g.contexts.put(c)
	g.waits.Store(true)
	g.must(g.contexts.start(func() {
		_, err := g.Search(ctx, root, &SearchRequest{})
		done <- err
		close(running)
	}))
	<-g.came
	g.must(g.DeleteAsyncSearch(context.Background(), root, c.id))
	g.waits.Store(false)
	close(g.opened)
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("the search of a deleted context ended with %v", err)
	}
	g.contexts.release(c)
}

// TestAClientThatDoesNotWait asks while a search is held, and again when it has ended.
func TestAClientThatDoesNotWait(t *testing.T) {
	g := newGated(t)
	c := &searchContext{kind: asyncKind, owner: root.Name, keepAlive: time.Minute, async: &async{cancel: func() {}, done: make(chan struct{})}}
	g.must(g.contexts.reserve(asyncKind))
	g.contexts.put(c)
	defer g.contexts.release(c)
	hold := make(chan struct{})
	g.must(g.contexts.start(func() {
		c.async.run(g.Embedded, func() (*SearchAnswer, error) {
			<-hold
			return g.Search(context.Background(), root, &SearchRequest{})
		})
	}))
	a, err := g.AsyncSearch(context.Background(), root, c.id, "", "")
	g.must(err)
	equal(t, fmt.Sprint(a.Running, a.Partial, a.Answer == nil), "true true true")
	close(hold)
	a, err = g.AsyncSearch(context.Background(), root, c.id, "1m", "")
	g.must(err)
	equal(t, fmt.Sprint(a.Running, a.Partial, len(a.Answer.Hits.Hits)), "false false 2")
}

// TestAnAsyncSearchGoesOnWithoutItsClient ends the request that submitted a search while that is held: the first look at the clock, just before the search begins, takes the
// lock of the catalogue, which it needs.
func TestAnAsyncSearchGoesOnWithoutItsClient(t *testing.T) {
	var armed atomic.Bool
	var h *harness
	h = newHarnessWith(t, Options{Now: func() time.Time {
		if armed.CompareAndSwap(true, false) {
			h.mu.Lock()
		}
		return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	}})
	t.Cleanup(func() { h.must(h.Embedded.Close()) })
	h.bulk(op("index", "a", "1", `{"n":1}`), op("index", "a", "2", `{"n":2}`))
	ctx, leave := context.WithCancel(context.Background())
	armed.Store(true)
	a, err := h.SubmitSearch(ctx, root, submit(`{"query":{"term":{"n":2}}}`, "1ms", true))
	leave()
	if armed.Load() {
		t.Fatal("nobody has looked at the clock: nothing holds the search")
	}
	h.mu.Unlock()
	h.must(err)
	if !a.Running {
		t.Error("the search was done before its client left")
	}
	a, err = h.AsyncSearch(context.Background(), root, a.ID, "1m", "")
	h.must(err)
	if a.Err != nil || a.Running || len(a.Answer.Hits.Hits) != 1 {
		t.Errorf("the search whose client had left ended as %+v", a)
	}
}
