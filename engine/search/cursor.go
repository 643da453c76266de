package search

import (
	"encoding/json"
	"math"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A Cursor is where a scroll stands, and what it answers on every page. It is a few values, whatever the size of the indices. The zero value stands before the first page.
// A Run does not change it: the Result holds the next one. It belongs to the indices of one set of snapshots, in their order.
type Cursor struct {
	begun    bool
	after    []sortValue // of the last hit of the page before; nil before the first page and where that was empty
	total    *Total
	maxScore *Score
}

// Scroll checks that the request can be answered page by page, and returns the one that is. The error is an *eserr.Error.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/scroll-api.html
func (r *Request) Scroll() (*Request, error) {
	switch {
	case r.trackSet && r.trackTotal < math.MaxInt64:
		return nil, invalid("disabling [track_total_hits] is not allowed in a scroll context")
	case r.from > 0:
		return nil, invalid("using [from] is not allowed in a scroll context")
	case r.size == 0:
		return nil, invalid("[size] cannot be [0] in a scroll context")
	case r.pit != nil:
		return nil, invalid("using [point in time] is not allowed in a scroll context")
	case len(r.rescorers) > 0:
		return nil, invalid("using [rescore] is not allowed in a scroll context")
	case r.cache != nil && *r.cache:
		return nil, invalid("[request_cache] cannot be used in a scroll context")
	case r.searchAfter != nil:
		return nil, eserr.Shard(eserr.IllegalArgument, "`search_after` cannot be used in a scroll context.")
	}
	out := *r
	out.scroll, out.trackTotal, out.trackSet = true, math.MaxInt64, true
	return &out, nil
}

// at is the request for the page after the cursor: what the first page has answered is not computed again.
func (r *Request) at(c *Cursor) *Request {
	if c == nil || !c.begun {
		return r
	}
	out := *r
	out.aggs, out.aggsBody, out.trackTotal = nil, nil, -1
	return &out
}

// next is where the scroll stands after a page. A page that is not full is the last one that has hits.
func (s *session) next(page []ranked, out *Result) *Cursor {
	if !s.request.scroll {
		return nil
	}
	c := s.options.Cursor
	n := &Cursor{begun: true, total: out.Total, maxScore: out.MaxScore}
	if c != nil && c.begun {
		n.total, n.maxScore, n.after = c.total, c.maxScore, c.after
		out.Total, out.MaxScore = c.total, c.maxScore
	}
	if len(page) > 0 {
		n.after = page[len(page)-1].values
	}
	return n
}

// startAfter makes the page of one index begin where the scroll stands.
func (p *page) startAfter(c *Cursor) error {
	if c == nil || c.after == nil {
		return nil
	}
	for i := range p.keys {
		if err := p.keys[i].startAfter(c.after[i]); err != nil {
			return err
		}
	}
	return nil
}

// startAfter makes the page begin after a hit of the page before, which may be of another index.
func (k *plannedKey) startAfter(v sortValue) error {
	if same := k.source != fromNumbers || (v.kind == floatValue) == k.double(); !same && v.kind != nullValue {
		parsed, err := k.parse(textOf(json.Number(v.json())))
		if err != nil {
			return shardError(err)
		}
		v = parsed
	}
	k.after = &v
	return nil
}

// inDocOrder reports whether the hits are the first documents after a place, in the order in which they lie, and nothing else of the answer needs the others.
func (s *session) inDocOrder() bool {
	r := s.request
	if len(s.keys) == 0 {
		return false // a count
	}
	first := s.keys[0]
	started := r.searchAfter != nil || s.options.Cursor != nil && s.options.Cursor.after != nil
	byDoc := first.field == shardDocField || first.field == docField && r.scroll
	return started && byDoc && !first.desc && r.trackTotal < 0 && r.aggs == nil && r.terminateAfter == 0 && r.collapse == nil
}

// before reports whether all documents of the segment lie before the page.
func (part *segmentRun) before() bool {
	k := part.run.page.keys[0]
	end := int64(part.run.shard)<<32 + int64(part.exec.base) + int64(part.exec.view.NumDocs())
	return k.after != nil && k.after.num >= end-1
}
