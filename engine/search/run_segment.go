package search

import (
	"context"
	"errors"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// segmentRun is the search of one segment and what it found.
type segmentRun struct {
	run  *indexRun
	exec *exec

	total     int64 // hits, after the post_filter
	collected int64 // documents that the query matched
	best      float32
	top       []ranked
	aggs      *aggs.Partial
	timedOut  bool
	limited   bool // terminate_after ended it
	kept      bool // it came from the cache
	refusal   *eserr.Error
}

// search fills the segmentRun. limit is how many documents may be collected; negative is all.
func (part *segmentRun) search(ctx context.Context, limit int64) error {
	part.exec.ctx = ctx
	part.exec.stats.watch(ctx)
	defer part.exec.release()
	err := part.collect(limit)
	var e *eserr.Error
	switch {
	case err == nil:
	case errors.Is(err, errTimeout):
		part.timedOut = true
	case errors.As(err, &e) && e.Phase != "" && e.Status < 429 && e.Type != eserr.TooManyBuckets:
		part.refusal = e
	default:
		return err
	}
	return nil
}

// collect takes what the segment contributes from the cache, or works it out.
func (part *segmentRun) collect(limit int64) error {
	options := part.run.session.options
	key, keep := part.run.cached.key(part.run, part.exec.view)
	if !keep {
		return part.work(limit)
	}
	if e := options.Cache.get(key); e != nil {
		part.kept, part.total, part.aggs = true, e.total, e.aggs.Clone()
		part.aggs.SetNow(options.Now)
		return options.Budget.Take("aggregations", e.bytes)
	}
	if err := part.work(limit); err != nil {
		return err
	}
	if err := part.exec.stopped(); err != nil { // the answer may lack something
		return err
	}
	options.Cache.put(&cacheEntry{key: key, total: part.total, aggs: part.aggs.Clone(), usage: part.run.index.CacheUsage})
	return nil
}

func (part *segmentRun) work(limit int64) error {
	docs, s, err := part.matches()
	if err != nil {
		return err
	}
	if limit >= 0 && docs.GetCardinality() > uint64(limit) {
		docs, part.limited = first(docs, limit), true
	}
	part.collected = int64(docs.GetCardinality())
	if err := part.exec.hold(docs); err != nil {
		return err
	}
	aggregated := time.Now()
	if err := part.aggregate(docs); err != nil {
		return err
	}
	if p := part.run.profile; p != nil {
		p.aggregating.Add(int64(time.Since(aggregated)))
		defer func(since time.Time) { p.topHits.Add(int64(time.Since(since))) }(time.Now())
	}
	if post := part.run.post; post != nil {
		kept, err := post.match(part.exec)
		if err != nil {
			return err
		}
		docs = roaring.And(docs, kept)
		if err := part.exec.hold(docs); err != nil {
			return err
		}
		if err := part.exec.stopped(); err != nil {
			return err
		}
	}
	part.total = int64(docs.GetCardinality())
	r := part.run.session.request
	t := newTop(part.exec, part.run, part.run.page, r.perIndex())
	if part.run.group == nil || t.limit == 0 {
		part.best, err = t.collect(part.exec, docs, s)
	} else {
		part.best, err = part.collectGroups(t, docs, s)
	}
	if err == nil || errors.Is(err, errTimeout) {
		part.top = t.finish()
	}
	if part.run.group != nil {
		part.groupOf(part.top)
	}
	return errors.Join(err, t.err)
}

// matches returns the live documents that the query matches, and their scorer where scores are needed.
func (part *segmentRun) matches() (*roaring.Bitmap, scorer, error) {
	r, x := part.run.session.request, part.exec
	if !r.needsScores() {
		docs, err := part.run.query.match(x)
		if err != nil {
			return nil, nil, err
		}
		docs, err = part.live(docs)
		return docs, nil, err
	}
	docs, s, err := part.scored()
	if err != nil || r.minScore == 0 {
		return docs, s, err
	}
	kept := roaring.New()
	for i, it := 0, docs.Iterator(); it.HasNext(); i++ {
		doc := it.Next()
		if i%blockSize == 0 {
			if err := x.stopped(); err != nil {
				return nil, nil, err
			}
		}
		if score, _ := s.score(doc); score >= r.minScore {
			kept.Add(doc)
		}
	}
	_, s, err = part.run.query.scored(x, part.run.boost()) // a scorer goes over the documents once
	return kept, s, err
}

func (part *segmentRun) scored() (*roaring.Bitmap, scorer, error) {
	docs, s, err := part.run.query.scored(part.exec, part.run.boost())
	if err != nil {
		return nil, nil, err
	}
	docs, err = part.live(docs)
	return docs, s, err
}

// live leaves out deleted documents and those that the alias hides. It changes nothing.
func (part *segmentRun) live(docs *roaring.Bitmap) (*roaring.Bitmap, error) {
	if deleted := part.exec.view.Deleted; deleted != nil {
		docs = roaring.AndNot(docs, deleted)
	}
	if part.run.slice != nil {
		var err error
		if docs, err = part.run.slice.keep(part.exec, docs); err != nil {
			return nil, err
		}
	}
	if part.run.filter == nil {
		return docs, part.exec.stopped()
	}
	shown, err := part.run.filter.match(part.exec)
	if err != nil {
		return nil, err
	}
	return roaring.And(docs, shown), part.exec.stopped()
}

// first returns the first n documents.
func first(docs *roaring.Bitmap, n int64) *roaring.Bitmap {
	out := roaring.New()
	it := docs.Iterator()
	for ; n > 0 && it.HasNext(); n-- {
		out.Add(it.Next())
	}
	return out
}

func (part *segmentRun) aggregate(docs *roaring.Bitmap) error {
	c, err := part.run.aggs.Segment(part.exec.view, part.filter, part.run.session.options.Budget)
	if err != nil || c == nil {
		return shardError(err)
	}
	c.Until(part.exec.ctx.Err) // a timeout is no error: what was found counts
	if part.exec.deadline.IsZero() && docs.GetCardinality() == uint64(part.exec.view.NumDocs()) {
		c.CollectWhole()
		part.aggs = c.Finish()
		return errors.Join(part.exec.ctx.Err(), shardError(c.Err()))
	}
	buf, it := make([]uint32, blockSize), docs.ManyIterator()
	for n := it.NextMany(buf); n > 0; n = it.NextMany(buf) {
		if err := part.exec.stopped(); err != nil {
			part.aggs = c.Finish()
			return err
		}
		c.Collect(buf[:n])
		if err := c.Err(); err != nil {
			return shardError(err)
		}
	}
	part.aggs = c.Finish()
	return part.exec.ctx.Err()
}

// filter answers the queries of aggregations.
func (part *segmentRun) filter(q dsl.Query) (*roaring.Bitmap, error) {
	run := part.run
	p := &planner{index: run.index.Name, mapping: run.index.Mapping, now: run.session.options.Now}
	rewritten, err := dsl.Rewrite(q, p.mapping, p.now)
	if err != nil {
		return nil, shardError(err)
	}
	n, err := p.plan(rewritten)
	if err != nil {
		return nil, err
	}
	return n.match(part.exec)
}
