package search

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
)

const (
	maxRescoreWindow = 10_000 // index.max_rescore_window
	maxRescorers     = 10
)

// A rescorer scores the best hits of each index again, with a second query.
//
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/filter-search-results.html#rescore
type rescorer struct {
	query         dsl.Query
	window        int // how many hits are scored again
	first, second float32
	mode          string // how both scores become one
}

func parseRescore(m member) ([]rescorer, error) {
	var all []json.RawMessage
	switch eserr.TokenName(m.raw) {
	case "START_OBJECT":
		all = append(all, m.raw)
	case "START_ARRAY":
		if err := json.Unmarshal(m.raw, &all); err != nil {
			return nil, eserr.BadRequest(eserr.XContentParse, "%v", err)
		}
	default:
		return nil, unknownKey(m)
	}
	if len(all) > maxRescorers {
		return nil, eserr.Illegal("[rescore] has %d rescorers, more than the %d that a search may have", len(all), maxRescorers)
	}
	var out []rescorer
	for _, raw := range all {
		r, err := parseRescorer(raw, m.at)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func parseRescorer(raw json.RawMessage, at dsl.Place) (rescorer, error) {
	r := rescorer{window: defaultSize, first: 1, second: 1, mode: "total"}
	ms, err := members(raw)
	if err != nil {
		return r, err
	}
	found := false
	for _, m := range ms {
		text, isScalar := scalar(m.raw)
		switch {
		case isScalar && m.name == "window_size":
			if r.window, err = notNegative(m.name, text); err != nil {
				return r, err
			}
		case isScalar:
			return r, placed(at, "rescore doesn't support [%s]", m.name)
		case m.name != "query" || eserr.TokenName(m.raw) != "START_OBJECT":
			return r, eserr.BadRequest("named_object_not_found_exception", "[%d:%d] unknown field [%s]", at.Line, at.Column, m.name)
		default:
			found = true
			if err := r.read(m, at); err != nil {
				return r, err
			}
		}
	}
	switch {
	case !found:
		return r, placed(at, "missing rescore type")
	case r.query == nil:
		return r, eserr.Illegal("rescore_query cannot be null")
	}
	return r, nil
}

func placed(at dsl.Place, format string, args ...any) error {
	e := eserr.BadRequest(eserr.Parsing, format, args...)
	e.Line, e.Column = at.Line, at.Column
	return e
}

// read reads the object `query`.
func (r *rescorer) read(m member, at dsl.Place) error {
	ms, err := members(m.raw)
	if err != nil {
		return err
	}
	for _, m := range ms {
		var cause error
		switch m.name {
		case "rescore_query":
			r.query, cause = dsl.ParseAt(m.raw, at)
		case "query_weight":
			r.first, cause = weight(m)
		case "rescore_query_weight":
			r.second, cause = weight(m)
		case "score_mode":
			text, _ := scalar(m.raw)
			if r.mode = strings.ToLower(text); !slices.Contains([]string{"avg", "max", "min", "total", "multiply"}, r.mode) {
				cause = eserr.Illegal("illegal score_mode [%s]", text)
			}
		default:
			return eserr.BadRequest(eserr.XContentParse, "[%d:%d] [query] unknown field [%s]", at.Line, at.Column, m.name)
		}
		if e, ok := cause.(*eserr.Error); ok {
			refusal := eserr.BadRequest(eserr.XContentParse, "[%d:%d] [query] failed to parse field [%s]", at.Line, at.Column, m.name)
			refusal.CausedBy = e
			return refusal
		}
		if cause != nil {
			return cause
		}
	}
	return nil
}

func weight(m member) (float32, error) {
	text, _ := scalar(m.raw)
	f, err := strconv.ParseFloat(text, 32)
	if err != nil {
		return 0, numberFormat(text)
	}
	return float32(f), nil
}

// perIndex is how many hits each index is to give: those of the page, and those that are scored again.
func (r *Request) perIndex() int {
	n := r.from + r.size
	for _, s := range r.rescorers {
		if n > 0 {
			n = max(n, s.window)
		}
	}
	return n
}

// checkRescore refuses what cannot be had together with a second score.
func (r *Request) checkRescore() error {
	switch {
	case len(r.rescorers) == 0:
		return nil
	case !r.byScore():
		return eserr.Shard(eserr.IllegalArgument, "Cannot use [sort] option in conjunction with [rescore].")
	case r.fetch.explain:
		return eserr.Illegal("[explain] of a search with [rescore] is not supported by Vedette")
	}
	for _, s := range r.rescorers {
		if s.window > maxRescoreWindow {
			return eserr.Shard(eserr.IllegalArgument, "Rescore window [%d] is too large. It must be less than [%d]. This prevents allocating massive heaps for storing the results to be "+
				"rescored. This limit can be set by changing the [index.max_rescore_window] index level setting.", s.window, maxRescoreWindow)
		}
	}
	return nil
}

// planRescore reads the second queries against the index.
func (run *indexRun) planRescore(p *planner, r *Request) error {
	for _, s := range r.rescorers {
		q, err := dsl.Rewrite(s.query, p.mapping, p.now)
		if err != nil {
			return shardError(err)
		}
		n, err := p.plan(q)
		if err != nil {
			return err
		}
		run.rescorers = append(run.rescorers, n)
	}
	return nil
}

// rescored merges what the segments of an index found, and scores it again.
func (s *session) rescored(ctx context.Context, run *indexRun, tops [][]ranked) (out []ranked, err error) {
	hits, err := s.best(ctx, tops, s.request.perIndex())
	if err != nil {
		return nil, err
	}
	err = guarded("rescore of index "+run.index.Name, func() (err error) {
		out, err = run.rescore(ctx, hits)
		return err
	})()
	return out, err
}

// rescore scores the best hits of an index again, and returns all that it gives in their new order. See Elasticsearch's QueryRescorer:
// https://github.com/elastic/elasticsearch/blob/8.19/server/src/main/java/org/elasticsearch/search/rescore/QueryRescorer.java
func (run *indexRun) rescore(ctx context.Context, hits []ranked) ([]ranked, error) {
	for i, s := range run.session.request.rescorers {
		n := min(s.window, len(hits))
		seconds, err := secondScores(ctx, run.rescorers[i], hits[:n])
		if err != nil {
			return nil, err
		}
		for j := range hits {
			score := hits[j].score * s.first
			if second, ok := seconds[j]; ok {
				score = s.combine(score, second*s.second)
			}
			hits[j].score = score
			hits[j].values[0] = floatOf(float64(score))
		}
		slices.SortStableFunc(hits, func(a, b ranked) int {
			return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.x.base, b.x.base), cmp.Compare(a.doc, b.doc))
		})
	}
	return hits, nil
}

func (s *rescorer) combine(first, second float32) float32 {
	switch s.mode {
	case "avg":
		return (first + second) / 2
	case "max":
		return max(first, second)
	case "min":
		return min(first, second)
	case "multiply":
		return first * second
	}
	return first + second
}

// secondScores are the scores that a query gives to hits, by their place; those that it does not match are missing.
func secondScores(ctx context.Context, n node, hits []ranked) (map[int]float32, error) {
	order := make([]int, len(hits)) // a scorer goes over the documents of a segment once, in order
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(hits[a].x.base, hits[b].x.base), cmp.Compare(hits[a].doc, hits[b].doc))
	})
	out := map[int]float32{}
	var x *exec
	var s scorer
	for i, at := range order {
		if i == 0 || hits[order[i-1]].x != hits[at].x {
			own := *hits[at].x
			x = &own
			x.ctx, x.deadline, x.held = ctx, time.Time{}, 0
			x.stats.watch(ctx) // the context of the first search has ended
			docs, scores, err := n.scored(x, 1)
			if err == nil {
				err = x.budget.Take("documents", int64(docs.GetSizeInBytes()))
			}
			if err != nil {
				return nil, err
			}
			s = scores
		}
		if score, ok := s.score(hits[at].doc); ok {
			out[at] = score
		}
	}
	return out, ctx.Err()
}
