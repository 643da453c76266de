package search

import (
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/aggs"
)

// A profile measures one index's share of a search that asks for it (`profile: true`). A search that does not has none, and no node is wrapped.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-profile.html
type profile struct {
	roots   []*nodeTimes
	parent  *nodeTimes // while the query is planned
	rewrite time.Duration
	// topHits is the time that choosing hits took in all segments, aggregating that of the aggregations.
	topHits, aggregating atomic.Int64
	aggs                 *aggs.Times
}

// nodeTimes are those of one clause, of all segments together. A clause's times hold those of its children.
type nodeTimes struct {
	kind, description string
	children          []*nodeTimes
	built, times      atomic.Int64 // nanoseconds of finding documents, and how many segments that was in
}

// timedNode is a clause that is measured.
type timedNode struct {
	node
	times *nodeTimes
}

func (n *timedNode) match(x *exec) (*roaring.Bitmap, error) {
	defer n.times.took(time.Now())
	return n.node.match(x)
}

func (n *timedNode) scored(x *exec, boost float32) (*roaring.Bitmap, scorer, error) {
	defer n.times.took(time.Now())
	return n.node.scored(x, boost)
}

func (t *nodeTimes) took(since time.Time) {
	t.built.Add(int64(time.Since(since)))
	t.times.Add(1)
}

// measure plans a clause, and wraps it if the search is profiled.
func (p *planner) measure(plan func() (node, error)) (node, error) {
	if p.profile == nil {
		return plan()
	}
	own, parent := &nodeTimes{}, p.profile.parent
	p.profile.parent = own
	n, err := plan()
	p.profile.parent = parent
	if err != nil {
		return nil, err
	}
	own.kind, own.description = luceneName(n), describe(n)
	if parent == nil {
		p.profile.roots = append(p.profile.roots, own)
	} else {
		parent.children = append(parent.children, own)
	}
	return &timedNode{n, own}, nil
}

// luceneName is the name of Lucene's query that is nearest to a node.
func luceneName(n node) string {
	switch n := n.(type) {
	case all:
		return "MatchAllDocsQuery"
	case none:
		return "MatchNoDocsQuery"
	case *scoredTerm, *scoredFlag:
		return "TermQuery"
	case *phrase:
		return "PhraseQuery"
	case *boolean:
		return "BooleanQuery"
	case *disMax:
		return "DisjunctionMaxQuery"
	case *boosting:
		return "BoostingQuery"
	case *timedNode:
		return luceneName(n.node)
	case constant:
		switch n.leaf.(type) {
		case numbers:
			return "IndexOrDocValuesQuery"
		case *termSet:
			return "TermInSetQuery"
		case *exists:
			return "FieldExistsQuery"
		case *dictionaryScan:
			return "MultiTermQuery"
		}
		return "ConstantScoreQuery"
	}
	return "Query"
}

// queryBreakdown are the parts of Lucene's time; here a clause finds all its documents of a segment at once, which is build_scorer, and the others are 0.
var queryBreakdown = []string{"set_min_competitive_score", "match", "shallow_advance", "next_doc", "score", "compute_max_score", "advance", "count_weight", "create_weight", "build_scorer"}

func (t *nodeTimes) answer() map[string]any {
	breakdown := map[string]int64{}
	for _, part := range queryBreakdown {
		breakdown[part], breakdown[part+"_count"] = 0, 0
	}
	breakdown["build_scorer"], breakdown["build_scorer_count"] = t.built.Load(), t.times.Load()
	out := map[string]any{"type": t.kind, "description": t.description, "time_in_nanos": t.built.Load(), "breakdown": breakdown}
	if len(t.children) > 0 {
		out["children"] = answers(t.children)
	}
	return out
}

func answers(all []*nodeTimes) []any {
	out := make([]any, len(all))
	for i, t := range all {
		out[i] = t.answer()
	}
	return out
}

// profiled prints the profile of the search; nil where none was asked for.
func (s *session) profiled(fetch time.Duration) (json.RawMessage, error) {
	if !s.request.profile {
		return nil, nil
	}
	shards := make([]any, len(s.runs))
	for i, run := range s.runs {
		shards[i] = run.profile.shard(run.index.Name, s.request.from+s.request.size > 0, len(run.parts), fetch)
	}
	raw, err := json.Marshal(map[string]any{"shards": shards})
	if err != nil {
		return nil, fmt.Errorf("print the profile: %w", err)
	}
	return raw, nil
}

// shard is the part of one index. The time of fetching is that of all indices.
func (p *profile) shard(index string, hits bool, segments int, fetch time.Duration) map[string]any {
	collector := func(name, reason string, nanos int64) map[string]any {
		return map[string]any{"name": name, "reason": reason, "time_in_nanos": nanos}
	}
	children := []any{collector("SimpleTopScoreDocCollector", "search_top_hits", p.topHits.Load())}
	if !hits {
		children[0] = collector("PartialHitCountCollector", "search_count", p.topHits.Load())
	}
	if p.aggs != nil {
		children = append(children, collector("AggregatorCollector", "aggregation", p.aggregating.Load()))
	}
	whole := collector("QueryPhaseCollector", "search_query_phase", p.topHits.Load()+p.aggregating.Load())
	whole["children"] = children
	out := map[string]any{"id": "[vedette][" + index + "][0]", "node_id": "vedette", "shard_id": 0, "index": index, "cluster": "(local)",
		"searches":     []any{map[string]any{"query": answers(p.roots), "rewrite_time": p.rewrite.Nanoseconds(), "collector": []any{whole}}},
		"aggregations": p.aggs.Answer()}
	if hits {
		out["fetch"] = map[string]any{"type": "fetch", "description": "", "time_in_nanos": fetch.Nanoseconds(), "breakdown": map[string]int64{"next_reader_count": int64(segments)}}
	}
	return out
}
