package engine

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/search"
)

// Limits of the searches that go on.
const (
	maxKeepAlive = 24 * time.Hour // search.max_keep_alive
	maxScrolls   = 500            // search.max_open_scroll_context
	maxPITs      = 500
)

// contextKind tells searches that go on apart.
type contextKind string

const (
	scrollKind contextKind = "scroll"
	pitKind    contextKind = "pit"
)

// A searchContext is one search that goes on: the snapshots of its indices, which stay as they are while others write. Its snapshots are closed once it is out of the
// table and nobody uses it.
type searchContext struct {
	id      string
	kind    contextKind
	owner   string // the principal who opened it; to others it is not there
	created time.Time
	target  Target // by which its indices were found

	// turn lets the pages of a scroll come one after the other. It guards scroll, and is taken before contexts.mu.
	turn   sync.Mutex
	scroll *scroll // nil for what is no scroll

	async *async // nil for what is none

	// The fields below are guarded by contexts.mu.
	opened    *opened // nil once it is closed, and for an asynchronous search
	keepAlive time.Duration
	expires   time.Time
	users     int   // searches that run on it
	used      bool  // somebody came back to it
	freed     bool  // it is out of the table
	lost      []int // places of the snapshots of deleted indices
}

// contexts is the table of the searches that go on in this process. A restart forgets them, as in Elasticsearch.
type contexts struct {
	now func() time.Time
	log *slog.Logger

	mu     sync.Mutex
	byID   map[string]*searchContext
	counts map[contextKind]int // those that are being opened included
	closed bool

	running sync.WaitGroup // asynchronous searches
}

func newContexts(now func() time.Time, log *slog.Logger) *contexts {
	return &contexts{now: now, log: log, byID: map[string]*searchContext{}, counts: map[contextKind]int{}}
}

// reserve makes room for one context more, which the caller puts or gives up.
func (t *contexts) reserve(kind contextKind) error {
	t.sweep()
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.closed:
		return errClosing()
	case kind == scrollKind && t.counts[kind] >= maxScrolls:
		return eserr.Errorf(429, "too_many_scroll_contexts_exception", "Trying to create too many scroll contexts. Must be less than or equal to: [%d]. "+
			"This limit can be set by changing the [search.max_open_scroll_context] setting.", maxScrolls)
	case kind == pitKind && t.counts[kind] >= maxPITs:
		return eserr.Errorf(429, "too_many_scroll_contexts_exception", "Trying to create too many point in time contexts. Must be less than or equal to: [%d]. "+
			"Close those that are not needed, or let them expire sooner.", maxPITs)
	}
	if kind == asyncKind && t.counts[kind] >= maxAsync {
		return eserr.Errorf(429, "es_rejected_execution_exception", "at most [%d] asynchronous searches may run or be kept: delete those that are not needed", maxAsync)
	}
	t.counts[kind]++
	return nil
}

func errClosing() error {
	return eserr.Errorf(503, "node_closed_exception", "the server is shutting down")
}

// start runs an asynchronous search, for whose end close waits.
func (t *contexts) start(search func()) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return errClosing()
	}
	t.running.Go(search)
	return nil
}

func (t *contexts) giveUp(kind contextKind) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[kind]--
}

// put enters a context for which there is room. The caller uses it, and releases it.
func (t *contexts) put(c *searchContext) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c.id, c.created, c.users = newContextID(c.kind), t.now(), 1
	c.expires = c.created.Add(c.keepAlive)
	c.freed = t.closed
	if !t.closed {
		t.byID[c.id] = c
	}
}

// acquire finds a context for its owner and keeps it from expiring until release. keepAlive is its new one; 0 leaves the old one.
func (t *contexts) acquire(kind contextKind, id string, p Principal, keepAlive time.Duration) (*searchContext, error) {
	t.sweep()
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.byID[id]
	if c == nil || c.kind != kind || c.owner != p.Name {
		return nil, contextMissing(id)
	}
	c.users++
	c.used = true
	if keepAlive > 0 {
		c.keepAlive = keepAlive
	}
	return c, nil
}

// release ends the use of a context, which lives its keep-alive from now on.
func (t *contexts) release(c *searchContext) {
	t.mu.Lock()
	c.users--
	c.expires = t.now().Add(c.keepAlive)
	done := c.loose()
	t.mu.Unlock()
	done()
}

// loose returns what closes the snapshots that nobody needs any more. The caller holds contexts.mu, and calls it without.
func (c *searchContext) loose() func() {
	if c.users > 0 || c.opened == nil {
		return func() {}
	}
	o := c.opened
	if c.freed {
		c.opened = nil
		return o.close
	}
	places := c.lost
	c.lost = nil
	return o.take(places)
}

// free takes contexts out of the table and returns how many there were.
func (t *contexts) free(which func(*searchContext) bool) []*searchContext {
	t.mu.Lock()
	var gone []*searchContext
	var done []func()
	for id, c := range t.byID {
		if which(c) {
			delete(t.byID, id)
			t.counts[c.kind]--
			c.freed = true
			gone, done = append(gone, c), append(done, c.loose())
			if c.async != nil {
				done = append(done, c.async.free)
			}
		}
	}
	t.mu.Unlock()
	for _, f := range done {
		f()
	}
	return gone
}

// sweep frees what has expired.
func (t *contexts) sweep() {
	now := t.now()
	for _, c := range t.free(func(c *searchContext) bool { return c.users == 0 && !now.Before(c.expires) }) {
		if !c.used {
			t.log.Info("search context expired unused", "kind", c.kind, "keep_alive", c.keepAlive, "opened", c.created)
		}
	}
}

// dropIndices closes the snapshots of indices that are deleted. What else a context holds stays.
func (t *contexts) dropIndices(uuids []string) {
	t.mu.Lock()
	var done []func()
	for _, c := range t.byID {
		if c.opened != nil {
			c.lost = append(c.lost, c.opened.forget(uuids)...)
			done = append(done, c.loose())
		}
	}
	t.mu.Unlock()
	for _, f := range done {
		f()
	}
}

// close frees all contexts, and waits for the asynchronous searches to end; none is opened after it.
func (t *contexts) close() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.free(func(*searchContext) bool { return true })
	t.running.Wait()
}

// count is how many contexts of each kind are open.
func (t *contexts) count() map[string]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := map[string]int{string(scrollKind): 0, string(pitKind): 0, string(asyncKind): 0}
	for _, c := range t.byID {
		out[string(c.kind)]++
	}
	return out
}

// newContextID makes an id that cannot be guessed. It tells the kinds apart, so that one in the place of another is refused as such.
func newContextID(kind contextKind) string {
	var secret [24]byte
	rand.Read(secret[:]) // never fails: https://pkg.go.dev/crypto/rand#Read
	return base64.URLEncoding.EncodeToString(append([]byte(kind+":"), secret[:]...))
}

// isContextID reports whether a text could be the id of a context of that kind.
func isContextID(kind contextKind, id string) bool {
	raw, err := base64.URLEncoding.DecodeString(id)
	return err == nil && strings.HasPrefix(string(raw), string(kind)+":")
}

// contextMissing is Elasticsearch's answer to a context that has expired or never was.
func contextMissing(id string) *Error {
	e := eserr.Errorf(404, "search_context_missing_exception", "No search context found for id [%.100s]", id)
	e.Phase = eserr.PhaseQuery
	return e
}

// keepAlive reads how long a context is to be kept. Empty is 0, which leaves it as it is.
func keepAlive(name, text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := search.Duration(name, text)
	switch {
	case err != nil:
		return 0, err
	case d <= 0:
		return 0, eserr.Illegal("[%s] must be a positive time, not [%.100s]", name, text)
	case d > maxKeepAlive:
		return 0, eserr.Illegal("Keep alive for request (%s) is too large. It must be less than (1d). This limit can be set by changing the [search.max_keep_alive] cluster level setting.", text)
	}
	return d, nil
}

// OpenContexts is how many scrolls, points in time and asynchronous searches are open, by kind.
func (e *Embedded) OpenContexts() map[string]int { return e.contexts.count() }

// SweepContexts frees the searches that nobody has asked for in time. It is to be called once a minute or so; what has expired is not answered even before.
func (e *Embedded) SweepContexts(context.Context) error {
	e.contexts.sweep()
	return nil
}

// Close frees what searches hold that go on. Call it before the data directory is closed.
func (e *Embedded) Close() error {
	e.contexts.close()
	return nil
}
