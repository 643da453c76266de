package search

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/segment"
)

const defaultTopHits = 3

// topHits makes the top_hits aggregations of one index; it is aggs.Hits.
type topHits struct{ run *indexRun }

// New implements aggs.Hits.
func (h *topHits) New(body json.RawMessage, index string, m *mapping.Mapping) (aggs.HitsSpec, error) {
	r := &Request{size: defaultTopHits}
	ms, err := members(body)
	if err != nil {
		return nil, err
	}
	for _, sub := range ms {
		switch sub.name {
		case "from", "size", "sort", "_source", "fields", "docvalue_fields", "stored_fields", "version", "seq_no_primary_term", "track_scores", "highlight":
			err = r.readMember(sub)
		case "explain", "script_fields":
			err = onlyEmpty(sub)
		default:
			err = unknownKey(sub)
		}
		if err != nil {
			return nil, err
		}
	}
	p := &planner{index: index, mapping: m, now: h.run.session.options.Now}
	if n, limit := r.from+r.size, p.limits().InnerResultWindow; n > limit {
		return nil, eserr.Shard(eserr.IllegalArgument, "Top hits result window is too large, the top hits aggregator's from + size must be less than or equal to: [%d] but was [%d]. "+
			"This limit can be set by changing the [index.max_inner_result_window] index level setting.", limit, n)
	}
	if r.from+r.size == 0 {
		collector := "TotalHitCountCollectorManager"
		if len(r.sort) > 0 {
			collector = "TotalHitCountCollector"
		}
		return nil, eserr.Shard(eserr.IllegalArgument, "numHits must be > 0; please use %s if you just need the total hit count", collector)
	}
	plan, err := p.planPage(r, r.keys(), nil, nil)
	if err != nil {
		return nil, err
	}
	return &topHitsSpec{run: h.run, page: plan}, nil
}

// topHitsSpec is one top_hits of one index.
type topHitsSpec struct {
	run  *indexRun
	page *page
}

// Collector implements aggs.HitsSpec.
func (s *topHitsSpec) Collector(v segment.View) aggs.HitsCollector {
	for _, part := range s.run.parts {
		if part.exec.view.Segment == v.Segment {
			return &topHitsCollector{spec: s, part: part, owners: map[uint32]*topHitsPartial{}, tops: map[uint32]*top{}}
		}
	}
	panic("BUG: top_hits of a segment that the search does not have")
}

func (s *topHitsSpec) partial() *topHitsPartial {
	return &topHitsPartial{page: s.page, asInt: s.run.session.options.TotalHitsAsInt}
}

// topHitsCollector keeps the best hits of each owner of one segment.
type topHitsCollector struct {
	spec   *topHitsSpec
	part   *segmentRun
	tops   map[uint32]*top
	owners map[uint32]*topHitsPartial

	scorer scorer // nil until a score is needed, or when documents start anew
	held   int64  // of memory by the scorer
	last   uint32
	score  float32
	err    error
}

// Collect implements aggs.HitsCollector.
func (c *topHitsCollector) Collect(docs, owners []uint32) {
	r := c.spec.page.request
	for i, doc := range docs {
		owner := uint32(0)
		if owners != nil {
			owner = owners[i]
		}
		p := c.owners[owner]
		if p == nil {
			p = c.spec.partial()
			c.owners[owner] = p
			c.tops[owner] = newTop(c.part.exec, c.spec.run, c.spec.page, r.from+r.size)
		}
		score := float32(0)
		if r.needsScores() {
			score = c.scoreOf(doc)
		}
		p.total++
		p.best = max(p.best, score)
		c.tops[owner].add(doc, score)
	}
}

// scoreOf is the score that the request's query gives to a document.
func (c *topHitsCollector) scoreOf(doc uint32) float32 {
	if c.scorer != nil && doc == c.last {
		return c.score
	}
	if c.scorer == nil || doc < c.last {
		c.rescore()
	}
	if c.err != nil {
		return 0
	}
	c.last = doc
	c.score, _ = c.scorer.score(doc)
	return c.score
}

// scores implements aggs.Index.Scores.
func (run *indexRun) scores(v segment.View) func(uint32) (float32, error) {
	c := (&topHitsSpec{run: run, page: run.page}).Collector(v).(*topHitsCollector)
	return func(doc uint32) (float32, error) { return c.scoreOf(doc), c.err }
}

// rescore begins with the first document again; the scorer before that is no longer held.
func (c *topHitsCollector) rescore() {
	x := c.part.exec
	x.budget.Add(-c.held)
	x.held -= c.held
	before := x.held
	_, c.scorer, c.err = c.part.run.query.scored(x, c.part.run.boost())
	c.held = x.held - before
}

// Finish implements aggs.HitsCollector.
func (c *topHitsCollector) Finish(owner uint32) aggs.HitsPartial {
	p := c.owners[owner]
	if p == nil {
		return c.spec.partial()
	}
	t := c.tops[owner]
	if p.hits, p.err = t.finish(), c.err; t.err != nil {
		p.err = t.err
	}
	return p
}

// topHitsPartial are the best hits of one bucket so far. Its hits are fetched when it is printed, while the snapshot is still open.
type topHitsPartial struct {
	page  *page
	total int64
	best  float32
	hits  []ranked
	asInt bool // the total is printed as a number
	err   error
}

// Merge implements aggs.HitsPartial.
func (p *topHitsPartial) Merge(other aggs.HitsPartial) aggs.HitsPartial {
	o, ok := other.(*topHitsPartial)
	if !ok {
		return p
	}
	r := p.page.request
	p.total += o.total
	p.best = max(p.best, o.best)
	p.hits = rank(r.keys(), p.hits, o.hits, r.from+r.size)
	if p.err == nil {
		p.err = o.err
	}
	return p
}

// Result implements aggs.HitsPartial.
func (p *topHitsPartial) Result() (json.RawMessage, error) {
	if p.err != nil && !errors.Is(p.err, errTimeout) {
		return nil, fmt.Errorf("score top_hits: %w", p.err)
	}
	r := p.page.request
	hits := []Hit{}
	var from sources
	for _, ranked := range p.hits[min(r.from, len(p.hits)):] {
		hit, err := ranked.fetch(&from)
		if err == nil {
			err = ranked.run.session.options.Budget.Take("hits", 2*hit.Bytes()) // and its text
		}
		if err != nil {
			return nil, err
		}
		hits = append(hits, hit)
	}
	var best *Score
	if r.showsBest() && p.total > 0 {
		score := Score(shortest(p.best))
		best = &score
	}
	type total struct {
		Value    int64  `json:"value"`
		Relation string `json:"relation"`
	}
	type answer struct {
		Total    any    `json:"total"`
		MaxScore *Score `json:"max_score"`
		Hits     []Hit  `json:"hits"`
	}
	var count any = total{p.total, "eq"}
	if p.asInt {
		count = p.total
	}
	return plainJSON(map[string]answer{"hits": {count, best, hits}})
}
