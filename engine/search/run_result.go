package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// result merges what the segments found, and fetches the hits of the page.
func (s *session) result(ctx context.Context, all []Index) (*Result, error) {
	indices := len(all)
	if err := s.dropRefused(indices); err != nil {
		return nil, err
	}
	out := &Result{Hits: []Hit{}, Shards: indices}
	var tops [][]ranked
	var partials []*aggs.Partial
	total, best, limited := int64(0), float32(0), false
	for _, run := range s.runs {
		if len(run.parts) == 0 { // an empty index still knows the kinds and formats of its fields
			empty, err := run.aggs.Empty()
			if err != nil {
				return nil, err
			}
			partials = append(partials, empty)
		}
		first := len(tops)
		for _, part := range run.parts {
			part.exec.ctx = ctx // that of the search of the segments has ended; samples are counted when they are merged
			total += part.total
			best = max(best, part.best)
			limited = limited || part.limited
			out.TimedOut = out.TimedOut || part.timedOut
			tops, partials = append(tops, part.top), append(partials, part.aggs)
		}
		if len(run.rescorers) > 0 {
			again, err := s.rescored(ctx, run, tops[first:])
			if err != nil {
				return nil, err
			}
			tops = append(tops[:first], again)
		}
	}
	r := s.request
	if (r.terminateAfter > 0 || r.onlyCounts()) && !r.SuggestsOnly() {
		out.TerminatedEarly = &limited
	}
	out.Total = r.total(total)
	if indices == 0 {
		out.MaxScore = new(Score) // as Elasticsearch answers for no index at all
	}
	page, err := s.best(ctx, tops, r.from+r.size)
	if err != nil {
		return nil, err
	}
	if len(r.rescorers) > 0 && len(page) > 0 {
		best = page[0].score
	}
	if r.size > 0 && r.showsBest() && total > 0 {
		score := Score(shortest(best))
		out.MaxScore = &score
	}
	fetching := time.Now()
	if out.Hits, err = s.fetchAll(ctx, page[min(r.from, len(page)):]); err != nil {
		return nil, err
	}
	if r.collapse != nil {
		if err = s.showGroups(ctx, page[min(r.from, len(page)):], out.Hits, all); err != nil {
			return nil, err
		}
	}
	if out.Profile, err = s.profiled(time.Since(fetching)); err != nil {
		return nil, err
	}
	out.Cursor = s.next(page, out)
	if out.Failures, err = s.failures(); err != nil {
		return nil, err
	}
	if out.Suggest, err = s.suggested(); err != nil {
		return nil, err
	}
	if len(s.runs) > 0 {
		err = guarded("aggregations", func() (err error) {
			out.Aggregations, err = r.aggs.Answer(partials, aggs.Printing{TypedKeys: s.options.TypedKeys, Stop: ctx.Err, Budget: s.options.Budget})
			return err
		})()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return out, s.named(shardError(err))
}

// named tells of an error of a shard which index it is about, where there is only one.
func (s *session) named(err error) error {
	var e *eserr.Error
	if len(s.runs) != 1 || !errors.As(err, &e) || e.Phase != eserr.PhaseQuery || e.Index != "" {
		return err
	}
	of := *e
	of.Index = s.runs[0].index.Name
	return &of
}

// best merges the hits of the segments, some at a time, so that it can be broken off.
func (s *session) best(ctx context.Context, tops [][]ranked, limit int) (page []ranked, err error) {
	for _, top := range tops {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if s.request.collapse == nil {
			page = rank(s.keys, page, top, limit)
			continue
		}
		page = oneOfEach(rank(s.keys, page, top, len(page)+len(top)), limit)
	}
	return page, nil
}

// dropRefused takes out the indices of which a segment refused the request.
func (s *session) dropRefused(indices int) error {
	kept := s.runs[:0]
	for _, run := range s.runs {
		refusal := run.refusal()
		if refusal == nil {
			kept = append(kept, run)
			continue
		}
		if err := s.refuse(refusal, run.index.Name); err != nil {
			return err
		}
	}
	s.runs = kept
	if len(s.refusals) > 0 && len(s.refusals) == indices {
		return s.refusals[0]
	}
	return nil
}

func (run *indexRun) refusal() *eserr.Error {
	if run.refused != nil {
		return run.refused
	}
	for _, part := range run.parts {
		if part.refusal != nil {
			return part.refusal
		}
	}
	return nil
}

// failures prints the refusals as `_shards.failures` has them.
func (s *session) failures() ([]json.RawMessage, error) {
	var out []json.RawMessage
	for _, e := range s.refusals {
		reason := *e
		raw, err := json.Marshal(struct {
			Shard  int          `json:"shard"`
			Index  string       `json:"index"`
			Node   string       `json:"node"`
			Reason *eserr.Error `json:"reason"`
		}{0, e.Index, "vedette", &reason})
		if err != nil {
			return nil, fmt.Errorf("print failure of index %s: %w", e.Index, err)
		}
		out = append(out, raw)
	}
	return out, nil
}

// total is what `hits.total` shows of a count.
func (r *Request) total(n int64) *Total {
	switch {
	case r.trackTotal < 0:
		return nil
	case n > r.trackTotal:
		return &Total{r.trackTotal, "gte"}
	}
	return &Total{n, "eq"}
}

// Count returns the number of documents of the indices that the query, as dsl.Parse gives it, matches; a nil one matches all.
func Count(ctx context.Context, q dsl.Query, indices []Index, o Options) (int64, error) {
	r := &Request{query: q, trackTotal: 0}
	o = o.withDefaults()
	s := &session{request: r, options: o}
	for i, ix := range indices {
		run, err := s.prepare(ix, i)
		if err != nil {
			return 0, err
		}
		s.runs = append(s.runs, run)
	}
	if err := s.searchAll(ctx); err != nil {
		return 0, err
	}
	total := int64(0)
	for _, run := range s.runs {
		if refusal := run.refusal(); refusal != nil {
			return 0, refusal
		}
		for _, part := range run.parts {
			total += part.total
		}
	}
	for _, run := range s.runs {
		if !o.Internal {
			run.tally()
		}
	}
	return total, nil
}
