package search

import (
	"encoding/json"
	"math"
	"slices"
	"time"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/suggest"
)

const (
	defaultSize      = 10
	defaultWindow    = 10_000 // index.max_result_window
	defaultTotalHits = 10_000
	maxSortKeys      = 64
)

// A Request is a search as it was asked, read but not yet held against any index. It is immutable and can be run many times, and by many
// goroutines at once.
type Request struct {
	query      dsl.Query // nil is match_all
	postFilter dsl.Query // nil is none
	aggs       *aggs.Tree
	aggsBody   []byte // their text, as far as it says what is collected
	profile    bool
	cache      *bool // the parameter `request_cache`; nil is as the index is set

	from, size     int
	sort           []sortKey // empty is by score
	searchAfter    []any     // string, json.Number, bool or nil of each sort key; nil is from the beginning
	minScore       float32   // 0 is none
	trackScores    bool
	trackTotal     int64 // up to where hits are counted; -1 is not at all
	trackSet       bool  // the request says so itself
	timeout        time.Duration
	terminateAfter int
	boosts         []IndexBoost
	sortSet        bool // there is a `sort`, if only by score
	scroll         bool // it is answered page by page
	pit            *PIT
	slice          *slice
	collapse       *collapse
	suggest        *suggest.Request // nil is none
	rescorers      []rescorer

	fetch fetchSpec
}

// fetchSpec says what a hit is to show.
type fetchSpec struct {
	sourceSet          bool // `_source` was given, so that `stored_fields` does not take it away
	noSource           bool
	bare               bool // `stored_fields: _none_`: hits show nothing that is stored, their `_id` neither
	includes, excludes []string
	stored             []string // patterns of fields that the mapping stores
	fields, docvalues  []fieldSpec
	version, seqNo     bool
	explain            bool
	highlight          *highlightSpec
}

// fieldSpec asks for a field, or for all that a pattern covers.
type fieldSpec struct {
	pattern  string
	format   string
	unmapped bool
}

// An IndexBoost is an entry of `indices_boost`: what the scores of some indices are multiplied by.
type IndexBoost struct {
	// Expression is the name, wildcard or alias that the request has.
	Expression string
	Boost      float32
}

// IndexBoosts are those of the request. Names mean nothing to this package: the caller finds out which indices they stand for, of which the first one counts, and
// sets Index.Boost.
func (r *Request) IndexBoosts() []IndexBoost { return r.boosts }

// Parse reads a search: the JSON body (empty is none) and the URL parameters, which go before the body. Parameters that it does not know are left to
// the caller. The error is an *eserr.Error.
func Parse(body json.RawMessage, params map[string]string) (*Request, error) {
	r := &Request{size: defaultSize, trackTotal: defaultTotalHits}
	if err := r.readBody(body); err != nil {
		return nil, err
	}
	if err := r.readParams(params); err != nil {
		return nil, err
	}
	r.addTiebreak()
	return r, r.validate()
}

func (r *Request) validate() error {
	switch {
	case len(r.searchAfter) > 0 && r.from > 0:
		return invalid("[from] parameter must be set to 0 when [search_after] is used")
	case r.searchAfter != nil && len(r.sort) == 0:
		return eserr.Shard(eserr.IllegalArgument, "Sort must contain at least one field.")
	case r.searchAfter != nil && len(r.searchAfter) != len(r.sort):
		return eserr.Shard(eserr.IllegalArgument, "search_after has %d value(s) but sort has %d.", len(r.searchAfter), len(r.sort))
	}
	return nil
}

// invalid is the refusal of a request that is wrong whatever the index.
func invalid(reason string) error {
	return eserr.BadRequest("action_request_validation_exception", "Validation Failed: 1: %s;", reason)
}

// window refuses a page that reaches further than the index allows; 0 is the default.
func (r *Request) window(limit int) error {
	if limit <= 0 {
		limit = defaultWindow
	}
	if r.scroll && r.size > limit {
		return eserr.Shard(eserr.IllegalArgument, "Batch size is too large, size must be less than or equal to: [%d] but was [%d]. Scroll batch sizes cost as much memory as "+
			"result windows so they are controlled by the [index.max_result_window] index level setting.", limit, r.size)
	}
	if r.from > math.MaxInt-r.size || r.from+r.size > limit {
		return eserr.Shard(eserr.IllegalArgument, "Result window is too large, from + size must be less than or equal to: [%d] but was [%d]. "+
			"See the scroll api for a more efficient way to request large data sets. This limit can be set by changing the "+
			"[index.max_result_window] index level setting.", limit, uint64(r.from)+uint64(r.size))
	}
	return nil
}

// exactTotal is the request for an answer that shows the total as a number, which must be exact or absent.
func (r *Request) exactTotal() (*Request, error) {
	exact := *r
	switch {
	case !r.trackSet:
		exact.trackTotal = math.MaxInt64
	case r.trackTotal >= 0 && r.trackTotal < math.MaxInt64:
		return nil, eserr.Illegal("[rest_total_hits_as_int] cannot be used if the tracking of total hits is not accurate, got %d", r.trackTotal)
	}
	return &exact, nil
}

// byScore reports whether hits are in order of their score.
func (r *Request) byScore() bool { return len(r.sort) == 0 }

// keys are the sort keys, that by score included. The last one of a scroll is not shown: by it no hit is on two pages.
func (r *Request) keys() []sortKey {
	keys := r.sort
	if r.byScore() {
		keys = []sortKey{{field: scoreField, desc: true}}
	}
	if r.scroll {
		keys = append(slices.Clone(keys), sortKey{field: shardDocField})
	}
	return keys
}

// showsScores reports whether hits show their score.
func (r *Request) showsScores() bool {
	return r.trackScores || slices.ContainsFunc(r.keys(), func(k sortKey) bool { return k.field == scoreField })
}

// showsBest reports whether the answer shows the best score: a sort by `_score` among other keys shows only those of hits.
func (r *Request) showsBest() bool { return r.from+r.size > 0 && (r.byScore() || r.trackScores) }

// needsScores reports whether the search has to compute scores.
func (r *Request) needsScores() bool {
	return r.minScore > 0 || r.from+r.size > 0 && r.showsScores()
}

// onlyCounts reports whether the request wants nothing but the exact number of hits: Elasticsearch then says that it has not stopped early.
func (r *Request) onlyCounts() bool {
	return r.size == 0 && r.trackTotal == math.MaxInt64 && r.aggs == nil && !r.profile
}
