package esapi

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"sync"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// Limits of what is done by a query.
const (
	// maxBatch is how many documents are dealt with at a time if scroll_size asks for more; defaultBatch without it.
	maxBatch     = 10_000
	defaultBatch = 1_000
	// maxBatchBytes is about how much memory the sources of a batch may take; the next one is then smaller.
	maxBatchBytes = 32 << 20
	// maxRetries is how often a write is tried again for which there was no memory.
	maxRetries   = 10
	firstPause   = 50 * time.Millisecond
	longestPause = 5 * time.Second
)

// A byQuery does something to all documents that a query matches when it begins: index by index, batch by batch in the order of writing, so that what is written meanwhile,
// also by itself, is not among it. A document that changed between being found and being written is a conflict.
type byQuery struct {
	backend engine.Backend
	p       engine.Principal
	now     func() time.Time

	target  engine.Target
	query   json.RawMessage // nil is all
	source  json.RawMessage // the `_source` of the searches
	proceed bool            // conflicts do not end it
	batch   int64           // documents at a time
	max     int64           // documents in all
	refresh bool
	remote  *remoteReader // reads from another server; nil reads from the backend
	// operation makes the write for a hit.
	operation func(engine.Hit) engine.BulkOp
	// counts are which of created, updated and deleted the answer has.
	counts []string
	// targets are the indices to be refreshed at the end.
	targets engine.Target

	mu       sync.Mutex // guards what follows: tasks show and change it
	answer   byQueryAnswer
	throttle chan struct{} // closed when the pace has changed
	size     int64         // of the next batch
	// elsewhere are the indices that were written by another name than that of the operation.
	elsewhere map[string]bool
}

// A byQueryAnswer is the answer, and the status of the task while it runs.
type byQueryAnswer struct {
	took                                             int64 // milliseconds
	total, created, updated, deleted, batches, noops int64
	conflicts, retries, failed                       int64 // failed are failures that are no conflicts
	throttled                                        time.Duration
	perSecond                                        float64 // negative is as fast as can be
	cancelled                                        bool
	failures                                         []byQueryFailure
}

type byQueryFailure struct {
	Index  string        `json:"index"`
	ID     string        `json:"id"`
	Cause  *engine.Error `json:"cause"`
	Status int           `json:"status"`
}

// run does all of it.
func (b *byQuery) run(ctx context.Context) (any, error) {
	begin := b.now()
	err := b.each(ctx)
	if err != nil && ctx.Err() == nil {
		return nil, err
	}
	if err != nil && context.Cause(ctx) != error(errCancelled) {
		return nil, cause(ctx, err)
	}
	if b.refresh {
		if err := b.refreshAll(context.WithoutCancel(ctx)); err != nil {
			return nil, err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer.cancelled = err != nil
	b.answer.took = b.now().Sub(begin).Milliseconds()
	return b.answer.whole(b.counts), nil
}

// refreshAll refreshes what was written, also where a pipeline has sent documents elsewhere.
func (b *byQuery) refreshAll(ctx context.Context) error {
	if _, err := b.backend.Refresh(ctx, b.p, b.targets); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(b.elsewhere)) {
		_, err := b.backend.Refresh(ctx, b.p, engine.Target{Expression: name, IgnoreUnavailable: true})
		var told *engine.Error
		if err != nil && (!errors.As(err, &told) || told.Status != http.StatusForbidden) { // an alias may be all that is granted
			return err
		}
	}
	return nil
}

// each goes through the indices.
func (b *byQuery) each(ctx context.Context) error {
	if b.remote != nil {
		return b.eachRemote(ctx)
	}
	ranges, total, err := b.begin(ctx)
	if err != nil {
		return err
	}
	b.mu.Lock()
	b.answer.total, b.size = min(total, b.max), b.batch
	b.mu.Unlock()
	for _, r := range ranges {
		for more := true; more; {
			if more, err = b.step(ctx, &r); err != nil {
				return err
			}
			if b.ended() {
				return nil
			}
		}
	}
	return nil
}

// ended says whether a failure has ended it, or nothing is left to be done.
func (b *byQuery) ended() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.answer.failures) > 0 || b.answer.handled() >= b.answer.total
}

func (a *byQueryAnswer) handled() int64 {
	return a.created + a.updated + a.deleted + a.noops + a.conflicts + a.failed
}

// A span are the documents of an index that are still to be dealt with, by _seq_no.
type span struct {
	index string
	after int64 // the last one that was
	last  int64
}

// begin finds how many documents there are in which indices, and where they end.
func (b *byQuery) begin(ctx context.Context) (spans []span, total int64, err error) {
	body := `{"size":0,"track_total_hits":true,"query":` + b.filter("") + `,"aggs":{"indices":{"terms":{"field":"_index","size":10000},"aggs":{"last":{"max":{"field":"_seq_no"}}}}}}`
	found, err := b.backend.Search(ctx, b.p, &engine.SearchRequest{Target: b.target, Body: json.RawMessage(body), Params: map[string]string{}})
	if err != nil {
		return nil, 0, err
	}
	if err := complete(found); err != nil {
		return nil, 0, err
	}
	var aggs struct {
		Indices struct {
			Buckets []struct {
				Key  string `json:"key"`
				Last struct {
					Value *float64 `json:"value"`
				} `json:"last"`
			} `json:"buckets"`
		} `json:"indices"`
	}
	if len(found.Aggregations) > 0 {
		if err := json.Unmarshal(found.Aggregations, &aggs); err != nil {
			return nil, 0, err
		}
	}
	for _, bucket := range aggs.Indices.Buckets {
		if bucket.Last.Value != nil {
			spans = append(spans, span{index: bucket.Key, after: -1, last: int64(*bucket.Last.Value)})
		}
	}
	sort.Slice(spans, func(i, j int) bool { return spans[i].index < spans[j].index })
	if t, ok := found.Hits.Total.(engine.TotalHits); ok {
		total = t.Value
	}
	return spans, total, nil
}

// complete refuses to go on where documents are missing.
func complete(a *engine.SearchAnswer) error {
	if a.Shards.Failed == 0 {
		return nil
	}
	text := ""
	if len(a.Shards.Failures) > 0 {
		text = clip(string(a.Shards.Failures[0]))
	}
	return eserr.Errorf(http.StatusServiceUnavailable, "search_phase_execution_exception", "some documents cannot be read: %s", text)
}

// filter is the query with a further condition, or none.
func (b *byQuery) filter(and string) string {
	query := string(b.query)
	if query == "" {
		query = `{"match_all":{}}`
	}
	return `{"bool":{"filter":[` + query + and + `]}}`
}

// step deals with one batch of an index, and says whether there may be more.
func (b *byQuery) step(ctx context.Context, s *span) (more bool, err error) {
	b.mu.Lock()
	size := min(b.size, b.answer.total-b.answer.handled())
	b.mu.Unlock()
	began := b.now()
	found, err := b.backend.Search(ctx, b.p, b.search(s, size))
	if err == nil {
		err = complete(found)
	}
	if err != nil || len(found.Hits.Hits) == 0 {
		return false, err
	}
	for _, hit := range found.Hits.Hits {
		if hit.SeqNo != nil {
			s.after = *hit.SeqNo
		}
	}
	return s.after < s.last, b.deal(ctx, began, found.Hits.Hits)
}

// deal writes what is to be written for the hits of a batch, and keeps the pace if there may be a further one.
func (b *byQuery) deal(ctx context.Context, began time.Time, hits []engine.Hit) error {
	ops := make([]engine.BulkOp, len(hits))
	bytes := 0
	for i, hit := range hits {
		bytes += len(hit.Source)
		ops[i] = b.operation(hit)
	}
	b.mu.Lock()
	b.answer.batches++
	b.size = nextSize(b.batch, int64(len(hits)), int64(bytes))
	b.mu.Unlock()
	if err := b.write(ctx, ops); err != nil || b.ended() {
		return err
	}
	return b.pause(ctx, began, len(hits))
}

// nextSize is how many documents the next batch may have, if they are as large as those of the last one.
func nextSize(batch, n, bytes int64) int64 {
	if bytes == 0 {
		return batch
	}
	return max(1, min(batch, maxBatchBytes*n/bytes))
}

func (b *byQuery) search(s *span, size int64) *engine.SearchRequest {
	index, _ := encode(s.index) // every string has a JSON form
	and := `,{"term":{"_index":` + string(index) + `}},{"range":{"_seq_no":{"gt":` + strconv.FormatInt(s.after, 10) + `,"lte":` + strconv.FormatInt(s.last, 10) + `}}}`
	source := b.source
	if source == nil {
		source = json.RawMessage("false")
	}
	body := `{"query":` + b.filter(and) + `,"sort":[{"_seq_no":"asc"}],"_source":` + string(source) +
		`,"seq_no_primary_term":true,"version":true,"track_total_hits":false,"size":` + strconv.FormatInt(size, 10) + `}`
	return &engine.SearchRequest{Target: b.target, Body: json.RawMessage(body), Params: map[string]string{}}
}

// write carries the operations out; those for which there is no memory it tries again, with pauses that grow.
func (b *byQuery) write(ctx context.Context, ops []engine.BulkOp) error {
	wait := firstPause
	for try := 0; len(ops) > 0; try++ {
		asked := make([]string, len(ops)) // pipelines change operations
		for i := range ops {
			asked[i] = ops[i].Index
		}
		answer, err := b.backend.Bulk(ctx, b.p, ops, engine.BulkOptions{})
		if err != nil {
			return err
		}
		again := b.count(ops, asked, answer.Items, try < maxRetries)
		if ops = again; len(ops) == 0 {
			return nil
		}
		if err := sleep(ctx, wait, nil); err != nil {
			return err
		}
		wait = min(2*wait, longestPause)
	}
	return nil
}

// count counts what became of the operations, and returns those that are worth another try.
func (b *byQuery) count(ops []engine.BulkOp, asked []string, items []engine.BulkItem, mayRetry bool) (again []engine.BulkOp) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a := &b.answer
	for i, item := range items {
		if item.Error == nil && item.Index != asked[i] && b.refresh {
			if b.elsewhere == nil {
				b.elsewhere = map[string]bool{}
			}
			b.elsewhere[item.Index] = true
		}
		switch {
		case item.Error != nil && item.Status == http.StatusTooManyRequests && mayRetry:
			again = append(again, ops[i])
			a.retries++
		case item.Error != nil && item.Status == http.StatusConflict:
			a.conflicts++
			if !b.proceed {
				a.failures = append(a.failures, byQueryFailure{item.Index, item.ID, item.Error, item.Status})
			}
		case item.Error != nil:
			a.failed++
			a.failures = append(a.failures, byQueryFailure{item.Index, item.ID, item.Error, item.Status})
		case item.Result == "created":
			a.created++
		case item.Result == "deleted":
			a.deleted++
		case item.Result == "updated", ops[i].Action != "delete": // what a pipeline drops counts as updated too
			a.updated++
		default:
			a.noops++
		}
	}
	return again
}

// sleep waits, until changed is closed or ctx ends.
func sleep(ctx context.Context, d time.Duration, changed <-chan struct{}) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-changed:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// pause waits as long as the pace asks for after a batch that began at some time.
func (b *byQuery) pause(ctx context.Context, began time.Time, n int) error {
	for {
		b.mu.Lock()
		pace, changed := b.answer.perSecond, b.throttle
		b.mu.Unlock()
		if pace < 0 {
			return ctx.Err()
		}
		from := b.now()
		left := time.Duration(float64(n)/pace*float64(time.Second)) - from.Sub(began)
		if left <= 0 {
			return ctx.Err()
		}
		err := sleep(ctx, left, changed)
		b.mu.Lock()
		b.answer.throttled += b.now().Sub(from)
		again := changed != b.throttle
		b.mu.Unlock()
		if err != nil || !again {
			return err
		}
	}
}

// rethrottle changes the pace, at once.
func (b *byQuery) rethrottle(perSecond float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer.perSecond = perSecond
	close(b.throttle)
	b.throttle = make(chan struct{})
}

func (b *byQuery) status() any {
	b.mu.Lock()
	defer b.mu.Unlock()
	return json.RawMessage("{" + string(b.answer.counters([]string{"updated", "created", "deleted"})) + "}")
}
