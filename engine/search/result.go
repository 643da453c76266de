package search

import "encoding/json"

// A Result is the answer to a search, but for the time it took. It owns all its memory.
type Result struct {
	// Total counts the matching documents; nil when the request does not want it counted.
	Total *Total
	// MaxScore is the best score; nil without scores.
	MaxScore *Score
	// Hits are the documents of the page, never nil.
	Hits []Hit
	// Aggregations is the object under `aggregations`; nil without aggregations or where there was no index.
	Aggregations json.RawMessage
	// Suggest is the object under `suggest`; nil without suggestions or where there was no index.
	Suggest json.RawMessage
	// Profile is the object under `profile`; nil unless it was asked for.
	Profile json.RawMessage
	// TimedOut says that the request's timeout ended it; the answer then covers a part of the documents.
	TimedOut bool
	// TerminatedEarly is set when the request has `terminate_after`.
	TerminatedEarly *bool
	// Cursor is where the next page of a scroll begins; nil for what is none.
	Cursor *Cursor
	// Shards is the number of indices; Failures are those that could not answer, each in the form that `_shards.failures` has.
	Shards   int
	Failures []json.RawMessage
}

// A Total counts matches; Relation is `eq`, or `gte` where counting stopped at Value.
type Total struct {
	Value    int64
	Relation string
}

// Bytes is about what a hit holds beside its place in the page.
func (h *Hit) Bytes() int64 {
	n := len(h.ID) + len(h.Routing) + len(h.Source) + len(h.Fields) + len(h.IgnoredValues) + len(h.Highlight) + len(h.InnerHits)
	for _, s := range h.Sort {
		n += len(s)
	}
	for _, s := range h.Ignored {
		n += len(s)
	}
	return int64(n)
}

// A Hit is one document of an answer. It marshals as Elasticsearch prints it.
type Hit struct {
	// Shard, Node and Explanation are there where the request has `explain`.
	Shard string `json:"_shard,omitempty"`
	Node  string `json:"_node,omitempty"`
	Index string `json:"_index"`
	ID    string `json:"_id,omitempty"`
	// Version, SeqNo and PrimaryTerm are nil unless they were asked for.
	Version     *int64 `json:"_version,omitempty"`
	SeqNo       *int64 `json:"_seq_no,omitempty"`
	PrimaryTerm *int64 `json:"_primary_term,omitempty"`
	// Score is nil where hits are sorted by something else. It is a float32.
	Score   *Score `json:"_score"`
	Routing string `json:"_routing,omitempty"`
	// Ignored are the fields of which a value was not indexed.
	Ignored []string `json:"_ignored,omitempty"`
	// Source is the filtered `_source`; nil when not wanted.
	Source json.RawMessage `json:"_source,omitempty"`
	// Fields and Highlight are objects; nil when not wanted or empty.
	Fields    json.RawMessage `json:"fields,omitempty"`
	Highlight json.RawMessage `json:"highlight,omitempty"`
	// IgnoredValues are the values of Ignored fields that `fields` asks for; nil where there are none.
	IgnoredValues json.RawMessage `json:"ignored_field_values,omitempty"`
	// Sort are the sort values; nil where hits are sorted by score.
	Sort []json.RawMessage `json:"sort,omitempty"`
	// InnerHits are the lists of hits of the group that the hit stands for, by name; nil where none are wanted.
	InnerHits json.RawMessage `json:"inner_hits,omitempty"`
	// Matched are the names of the named clauses that match.
	Matched     []string     `json:"matched_queries,omitempty"`
	Explanation *Explanation `json:"_explanation,omitempty"`
}

// A Score says how well a document matches.
type Score float64

// MarshalJSON prints it as Java does: `1.0`.
func (s Score) MarshalJSON() ([]byte, error) { return floatJSON(float64(s)), nil }
