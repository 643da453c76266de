// Package engine holds the Backend contract: what a searchable store of documents can do, in Elasticsearch's own requests and answers,
// and the embedded store behind it (Embedded), which keeps everything in a data directory of package storage.
//
// The API servers, rules, alerts and the dashboard know only Backend, so that they run the same on the embedded engine and on an
// Elasticsearch or OpenSearch cluster: what they cannot ask a real server, they may not ask a Backend.
package engine

import (
	"context"
	"encoding/json"

	"github.com/vedette-siem/vedette/engine/search"
)

// Backend is a store of documents in indices, in Elasticsearch's terms. All methods may be called by many goroutines. Each takes the
// principal on whose behalf it acts, after the API has authenticated it, and refuses with an *Error what that principal may not do. Errors that a client
// caused or can act on are *Error; any other error is a fault of ours. Index expressions (`Target`) are resolved here, not by the caller.
type Backend interface {
	Documents
	Searcher
	Indices
	Operations
	Policies
	Node
	StreamLifecycles
	Templates
	Pipelines
	Cluster
}

// Documents are the calls that read and write single documents.
type Documents interface {
	// Bulk carries out the operations in order and answers each with one item, in order. It fails as a whole only when nothing was done.
	Bulk(ctx context.Context, p Principal, ops []BulkOp, o BulkOptions) (*BulkAnswer, error)
	// Get returns a document as the last acknowledged write left it, refreshed or not. A missing document is not an error (Found is false); a missing index is.
	Get(ctx context.Context, p Principal, index, id string, o GetOptions) (*GetAnswer, error)
}

// Searcher are the calls that ask questions.
type Searcher interface {
	// Search answers one search request.
	Search(ctx context.Context, p Principal, r *SearchRequest) (*SearchAnswer, error)
	// Count answers the number of documents that the query of r matches.
	Count(ctx context.Context, p Principal, r *SearchRequest) (*CountAnswer, error)
	// Scroll answers the next page of a search that was begun with SearchRequest.Scroll.
	Scroll(ctx context.Context, p Principal, r *ScrollRequest) (*SearchAnswer, error)
	// ClearScroll ends scrolls and returns how many there were; nil is all of the principal's.
	ClearScroll(ctx context.Context, p Principal, ids []string) (int, error)
	// OpenPIT keeps indices as they are now, for searches whose body names the `pit`.
	OpenPIT(ctx context.Context, p Principal, r *PITRequest) (*PIT, error)
	// ClosePIT closes points in time and returns those that were there; nil is all of the principal's.
	ClosePIT(ctx context.Context, p Principal, ids []string) ([]PIT, error)
	// PITs lists the points in time that the principal has opened, the oldest first.
	PITs(ctx context.Context, p Principal) ([]PIT, error)
	// Explain says how the document with that id, in the one index of the target, scores for the query of r.
	Explain(ctx context.Context, p Principal, r *SearchRequest, id string) (*ExplainAnswer, error)
	// DescribeQuery says of each index of the target how the query of r is run on it.
	DescribeQuery(ctx context.Context, p Principal, r *SearchRequest) ([]QueryDescription, error)
	// TermsEnum lists terms of a field in the indices in which the filter, if there is one, matches something.
	TermsEnum(ctx context.Context, p Principal, t Target, q search.TermsQuestion, filter json.RawMessage) (*TermsAnswer, error)
	// SubmitSearch begins a search that goes on when its client does not wait.
	SubmitSearch(ctx context.Context, p Principal, r *AsyncRequest) (*AsyncAnswer, error)
	// AsyncSearch returns the state of such a search after waiting for its end, at most so long; empty is not at all. Keep is how long it is kept from now on, empty as it was.
	AsyncSearch(ctx context.Context, p Principal, id, wait, keep string) (*AsyncAnswer, error)
	// DeleteAsyncSearch ends such a search, and forgets its answer.
	DeleteAsyncSearch(ctx context.Context, p Principal, id string) error
	// FieldCaps says which fields the indices have and what can be done with them.
	FieldCaps(ctx context.Context, p Principal, r *FieldCapsRequest) (*FieldCapsAnswer, error)
}

// Indices are the calls that manage indices.
type Indices interface {
	CreateIndex(ctx context.Context, p Principal, name string, body json.RawMessage) error
	// DeleteIndex removes the indices of the target; it refuses data streams' backing indices that are written to, and aliases.
	DeleteIndex(ctx context.Context, p Principal, t Target) error
	// GetIndex describes the indices of the target, by their concrete names.
	GetIndex(ctx context.Context, p Principal, t Target) (map[string]IndexInfo, error)
	PutMapping(ctx context.Context, p Principal, t Target, body json.RawMessage) error
	PutSettings(ctx context.Context, p Principal, t Target, body json.RawMessage, preserveExisting bool) error
	// Refresh makes all acknowledged writes of the indices visible to searches.
	Refresh(ctx context.Context, p Principal, t Target) (Shards, error)
	// IndexStats counts documents and bytes of each index of the target.
	IndexStats(ctx context.Context, p Principal, t Target) ([]IndexStats, error)
	// DataStreams describes the data streams that match the names; a plain name that does not exist is an error.
	DataStreams(ctx context.Context, p Principal, t Target) ([]DataStream, error)
	CreateDataStream(ctx context.Context, p Principal, name string) error
	DeleteDataStream(ctx context.Context, p Principal, t Target) error
	// ModifyDataStreams carries out the actions of a POST /_data_stream/_modify body, which add and remove backing indices: all or none.
	ModifyDataStreams(ctx context.Context, p Principal, body json.RawMessage) error
	// UpdateAliases carries out the actions of a POST /_aliases body, all or none.
	UpdateAliases(ctx context.Context, p Principal, body json.RawMessage) error
}

// Templates are the calls that manage templates. Names may hold wildcards where several are answered.
type Templates interface {
	PutTemplate(ctx context.Context, p Principal, kind TemplateKind, name string, body json.RawMessage, create bool) error
	// GetTemplates returns the templates whose name matches, by name, each in the shape in which it was put, completed as Elasticsearch does.
	GetTemplates(ctx context.Context, p Principal, kind TemplateKind, name string) ([]Template, error)
	// PutScript stores a search template, of which GetScript tells the text.
	PutScript(ctx context.Context, p Principal, id, source string) error
	GetScript(ctx context.Context, p Principal, id string) (source string, found bool, err error)
	DeleteScript(ctx context.Context, p Principal, id string) error
	DeleteTemplate(ctx context.Context, p Principal, kind TemplateKind, name string) error
}

// Pipelines are the calls that manage ingest pipelines.
type Pipelines interface {
	// PutPipeline keeps a pipeline. With ifVersion only if the present one has that version; nil leaves that out.
	PutPipeline(ctx context.Context, p Principal, id string, body json.RawMessage, ifVersion *int64) error
	// GetPipelines returns the pipelines that a list of ids and wildcards matches, by id, as they were put. Empty is all.
	GetPipelines(ctx context.Context, p Principal, ids string) ([]Template, error)
	DeletePipeline(ctx context.Context, p Principal, id string) error
	// SimulatePipeline answers what a pipeline would make of the documents in the body; an empty id is the pipeline in the body.
	SimulatePipeline(ctx context.Context, p Principal, id string, body json.RawMessage, verbose bool) (json.RawMessage, error)
}

// Cluster are the calls about the whole.
type Cluster interface {
	Info(ctx context.Context, p Principal) (*Info, error)
	Health(ctx context.Context, p Principal, t Target) (*Health, error)
}

// TemplateKind tells the three kinds of template apart.
type TemplateKind string

// The kinds of template.
const (
	IndexTemplate     TemplateKind = "index_template"
	ComponentTemplate TemplateKind = "component_template"
	LegacyTemplate    TemplateKind = "template"
)

// A Target is an index expression with its options.
type Target struct {
	// Expression is the comma-separated list of names and wildcards; empty, `_all` and `*` are all indices.
	Expression string
	// IgnoreUnavailable skips a named index that does not exist.
	IgnoreUnavailable bool
	// DisallowNone answers 404 when wildcards match nothing (allow_no_indices=false).
	DisallowNone bool
	// ExpandWildcards is Elasticsearch's list (`open`, `closed`, `hidden`, `all`, `none`); empty is `open`.
	ExpandWildcards string
	// RequireAlias refuses names that are no alias.
	RequireAlias bool
	// IndicesOnly leaves aliases out: wildcards do not match them and their names are unknown.
	IndicesOnly bool
}
