package search

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/engine/suggest"
	"github.com/vedette-siem/vedette/storage/segment"
)

// An Index is one index as a search sees it: a snapshot of its segments, which must stay open until the search has returned.
type Index struct {
	Name    string
	Mapping *mapping.Mapping
	Views   []segment.View
	// MaxResultWindow is the index's limit of from + size; 0 is 10,000.
	MaxResultWindow int
	// NoCache is `index.requests.cache.enable: false`; the request may say otherwise.
	NoCache bool
	// CacheUsage counts what the cache does for the index; nil counts nothing.
	CacheUsage *CacheUsage
	// Boost multiplies the scores; nil is 1.
	Boost *float32
	// Partition is by what slices are cut; its zero value is one shard.
	Partition Partition
	// Filter is that of the alias by which the index is searched, as dsl.Parse gives it; nil is none.
	Filter dsl.Query
}

// Options are those of one run.
type Options struct {
	// Now is the time of the request, for date math; zero is the present.
	Now time.Time
	// Workers is how many segments are searched at once; 0 is the number of processors.
	Workers int
	// Budget counts the memory of the request; nil is no limit.
	Budget *aggs.Budget
	// Cache keeps what segments contributed to answers without hits; nil keeps nothing.
	Cache *Cache
	// Internal says that no client asked for a Count: it is neither a hit nor a miss of the cache.
	Internal bool
	// Fielddata keeps what sorting by words needs; nil keeps nothing.
	Fielddata *Fielddata
	// TypedKeys names aggregations `type#name`.
	TypedKeys bool
	// TotalHitsAsInt is the parameter `rest_total_hits_as_int`: hits are counted exactly unless the request says otherwise, and top_hits print
	// their total as a number.
	TotalHitsAsInt bool
	// Cursor is where the page of a scroll begins; nil, or the zero value, is at the beginning.
	Cursor *Cursor
}

func (o Options) withDefaults() Options {
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	return o
}

// Run answers the request over the indices. An index that cannot answer is reported in the Result, unless none can: then its refusal, an *eserr.Error of
// the query phase that names the index, is the error. The error of ctx passes through.
func Run(ctx context.Context, r *Request, indices []Index, o Options) (*Result, error) {
	o = o.withDefaults()
	if o.TotalHitsAsInt {
		var err error
		if r, err = r.exactTotal(); err != nil {
			return nil, err
		}
	}
	if err := r.checkSlice(); err != nil {
		return nil, err
	}
	if err := r.checkCollapse(); err != nil {
		return nil, err
	}
	if err := r.checkRescore(); err != nil {
		return nil, err
	}
	r = r.at(o.Cursor)
	s := &session{request: r, options: o, keys: r.keys()}
	if r.timeout > 0 {
		s.deadline = time.Now().Add(r.timeout)
	}
	for _, ix := range indices {
		s.shards += ix.Partition.number()
	}
	for i, ix := range indices {
		run, err := s.prepare(ix, i)
		s.offset += ix.Partition.number()
		if err != nil {
			if err := s.refuse(err, ix.Name); err != nil {
				return nil, err
			}
			continue
		}
		s.runs = append(s.runs, run)
	}
	if len(s.refusals) > 0 && len(s.refusals) == len(indices) {
		return nil, s.refusals[0]
	}
	if err := s.checkMixedKeys(); err != nil {
		return nil, err
	}
	if !r.SuggestsOnly() {
		if err := s.searchAll(ctx); err != nil {
			return nil, err
		}
	}
	if err := s.suggestAll(ctx); err != nil {
		return nil, err
	}
	for _, run := range s.runs {
		run.tally()
	}
	return s.result(ctx, indices)
}

// session is one Run: what was asked, and what became of it.
type session struct {
	request  *Request
	options  Options
	keys     []sortKey // those of the request, or by score
	deadline time.Time
	shards   int // Elasticsearch's number of them, of all indices
	offset   int // and of the indices that are prepared
	runs     []*indexRun
	refusals []*eserr.Error
}

// refuse keeps the refusal of one index, or returns what must end the whole search.
func (s *session) refuse(err error, index string) error {
	var e *eserr.Error
	if !errors.As(err, &e) || e.Phase == "" || e.Status >= 429 || e.Type == eserr.TooManyBuckets {
		return err
	}
	named := *e
	named.Index = index
	s.refusals = append(s.refusals, &named)
	return nil
}

// indexRun is the search of one index: the request read against its mapping.
type indexRun struct {
	session *session
	index   Index
	shard   int // its place among the indices
	stats   *stats
	query   node
	post    node // nil is none
	filter  node // of the alias; nil is none
	slice   *sliced
	group   *plannedKey // by which hits are collapsed; nil is none
	named   []named
	page    *page
	aggs    *aggs.Bound
	cached  *keyText // nil where nothing is kept
	parts   []*segmentRun
	profile *profile // nil unless the request wants one

	rescorers []node          // the second queries
	suggested *suggest.Result // nil without suggestions
	refused   *eserr.Error    // what is wrong with the suggestions; nil is nothing
}

func (s *session) prepare(ix Index, shard int) (*indexRun, error) {
	r := s.request
	if err := r.window(ix.MaxResultWindow); err != nil {
		return nil, err
	}
	run := &indexRun{session: s, index: ix, shard: shard, stats: newStats(ix.Views)}
	p := &planner{index: ix.Name, mapping: ix.Mapping, now: s.options.Now, scroll: r.scroll}
	if r.profile {
		run.profile = &profile{}
		p.profile = run.profile
	}
	began := time.Now()
	rewritten, err := run.plan(p, r)
	if err != nil {
		return nil, err
	}
	if run.slice, err = p.planSlice(r, ix, s.offset, s.shards); err != nil {
		return nil, err
	}
	if run.group, err = p.planCollapse(r); err != nil {
		return nil, err
	}
	if err = run.planRescore(p, r); err != nil {
		return nil, err
	}
	run.named = p.named
	if run.page, err = p.planPage(r, s.keys, s.options.Cursor, rewritten); err != nil {
		return nil, err
	}
	of := aggs.Index{Name: ix.Name, Mapping: ix.Mapping, Now: s.options.Now, Hits: &topHits{run: run}, Scores: run.scores, Filter: ix.Filter}
	if run.profile == nil {
		run.aggs, err = r.aggs.Bind(of)
	} else {
		run.profile.rewrite = time.Since(began)
		run.aggs, run.profile.aggs, err = r.aggs.BindTimed(of)
	}
	if err != nil {
		return nil, shardError(err)
	}
	base := uint32(0)
	for _, v := range ix.Views {
		run.parts = append(run.parts, &segmentRun{run: run, exec: &exec{
			deadline: s.deadline, view: v, stats: run.stats, base: base, sorted: ix.Mapping.TimeField(), budget: s.options.Budget, fielddata: s.options.Fielddata,
		}})
		base += uint32(v.NumDocs())
	}
	return run, nil
}

// page is what a request wants of its hits, read against one index.
type page struct {
	request *Request
	keys    []plannedKey
	fields  []plannedField
	marks   []highlightField
	refused error // why a hit cannot be shown as the request wants it; nil is nothing
	// noSource and the patterns are what `_source` of the mapping leaves of a document to be shown, before the request's own wishes.
	noSource           bool
	includes, excludes []string
}

func (p *planner) planPage(r *Request, keys []sortKey, c *Cursor, query dsl.Query) (*page, error) {
	out := &page{request: r}
	out.noSource, out.includes, out.excludes = p.mapping.ShownSource()
	out.noSource = out.noSource || r.fetch.noSource
	var err error
	if out.keys, err = p.planSort(keys, r.searchAfter); err != nil {
		return nil, err
	}
	if err = out.startAfter(c); err != nil {
		return nil, err
	}
	if err = p.docvaluesLimit(r.fetch); err != nil {
		return nil, err
	}
	if out.fields, out.refused = p.planFields(r.fetch); out.refused == nil {
		out.marks, out.refused = p.planHighlight(r.fetch.highlight, query)
	}
	return out, nil
}

// plan reads the queries, and returns the rewritten main one.
func (run *indexRun) plan(p *planner, r *Request) (rewritten dsl.Query, err error) {
	var asked [3]dsl.Query
	for i, q := range []struct {
		query dsl.Query
		node  *node
	}{{r.query, &run.query}, {r.postFilter, &run.post}, {run.index.Filter, &run.filter}} {
		if q.query == nil {
			continue
		}
		if i > 0 { // the profile shows the query only
			p.profile = nil
		}
		re, err := dsl.Rewrite(q.query, p.mapping, p.now)
		if err != nil {
			return nil, shardError(err)
		}
		if *q.node, err = p.plan(re); err != nil {
			return nil, err
		}
		asked[i] = re
		if q.node == &run.query {
			rewritten = re
		}
	}
	run.cached = run.cacheText(p, asked[:]...)
	if run.query == nil {
		p.profile = run.profile
		run.query, err = p.measure(func() (node, error) { return all{1}, nil })
	}
	return rewritten, err
}

// boost is what scores of the index are multiplied by.
func (run *indexRun) boost() float32 {
	if run.index.Boost == nil {
		return 1
	}
	return *run.index.Boost
}

// searchAll searches the segments of all indices in parallel. With terminate_after those of one index come one after the other, so that the count holds for the index.
func (s *session) searchAll(ctx context.Context) error {
	if s.inDocOrder() {
		return s.searchInDocOrder(ctx)
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(s.options.Workers)
	for _, run := range s.runs {
		if s.request.terminateAfter > 0 {
			g.Go(func() error { return run.searchInTurn(ctx) })
			continue
		}
		for _, part := range run.parts {
			g.Go(func() error { return part.guarded(ctx, -1) })
		}
	}
	return g.Wait()
}

// searchInDocOrder searches segments one after the other until the page is full.
func (s *session) searchInDocOrder(ctx context.Context) error {
	for left, i := s.request.size, 0; i < len(s.runs); i++ {
		for _, part := range s.runs[i].parts {
			if left <= 0 {
				return nil
			}
			if part.before() {
				continue
			}
			if err := part.guarded(ctx, -1); err != nil {
				return err
			}
			left -= len(part.top)
		}
	}
	return ctx.Err()
}

func (run *indexRun) searchInTurn(ctx context.Context) error {
	left := int64(run.session.request.terminateAfter)
	for _, part := range run.parts {
		if err := part.guarded(ctx, left); err != nil {
			return err
		}
		left -= part.collected
	}
	return nil
}

// guarded is search, with a panic turned into an error that says where.
func (part *segmentRun) guarded(ctx context.Context, limit int64) error {
	return guarded("search of index "+part.run.index.Name, func() error { return part.search(ctx, limit) })()
}

// guarded turns a panic of a goroutine, such as that of a damaged segment, into an error of the search.
func guarded(what string, f func() error) func() error {
	return func() (err error) {
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // a mapped page that the disk cannot give must not end the process
		defer func() {
			switch p := recover().(type) {
			case nil:
			case *segment.Damage:
				err = p
			default:
				buf := make([]byte, 8<<10)
				err = fmt.Errorf("BUG: %s: %v\n%s", what, p, buf[:runtime.Stack(buf, false)])
			}
		}()
		return f()
	}
}
