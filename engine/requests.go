package engine

import "encoding/json"

// A BulkOp is one operation of a bulk request. Single-document requests are a bulk of one.
type BulkOp struct {
	// Action is `index`, `create`, `update` or `delete`.
	Action string
	Index  string
	// ID is empty to have one made (index and create only).
	ID string
	// Source is the document of index and create, and the body (`doc`, `upsert`, `doc_as_upsert`, `detect_noop`, `_source`) of update.
	Source json.RawMessage
	// IfSeqNo and IfPrimaryTerm make the write depend on the document's present state; nil leaves that out.
	IfSeqNo, IfPrimaryTerm *int64
	// Version with VersionType `external` or `external_gte` sets the version; nil leaves that out.
	Version     *int64
	VersionType string
	// Routing is kept with the document. An index has one shard, so a write replaces the document of its id whatever its routing; a delete or update, as a get,
	// finds it only with a routing that leads to the same shard in Elasticsearch.
	Routing, Pipeline string
	RequireAlias      bool
	RetryOnConflict   int
	// Err is what was wrong with the operation before it could be tried; its item then carries it.
	Err *Error

	ingested bool // its pipelines have run
}

// BulkOptions are those of a whole bulk request.
type BulkOptions struct {
	// Refresh is `true`, `wait_for` or `false` (empty is `false`).
	Refresh string
	// BodyBytes is the memory of the request body of which all Sources are parts; 0 if each has its own.
	BodyBytes int
}

// GetOptions say what of a document is wanted.
type GetOptions struct {
	Source SourceFilter
	// Realtime shows the last acknowledged write, which is what clients mean unless they say otherwise; without it the document is shown as searches see it.
	Realtime bool
	Refresh  bool
	// Version is the version that the document must have; nil leaves that out. VersionType changes nothing, and is refused if Elasticsearch does not have it.
	Version     *int64
	VersionType string
	// Routing is that by which the document was written. Without it, or with another one, the document is not found where it would be on another shard.
	Routing string
	// StoredFields are names or patterns of fields with `store: true` to be shown under `fields`; the source is then only shown if `_source` is among them, or Source says so.
	// Empty is none.
	StoredFields []string
}

// A SourceFilter is `_source`: Disabled, or patterns of paths to keep and to leave out. The zero value keeps everything.
type SourceFilter struct {
	Disabled           bool
	Includes, Excludes []string
	// Asked says that the request wants it, so that stored fields do not leave it out.
	Asked bool
}

// A SearchRequest is a search as the API read it: the body as it came, and what the URL says, which goes before the body.
type SearchRequest struct {
	Target Target
	// Body is the JSON body, or empty.
	Body json.RawMessage
	// Routing and Preference are the URL parameters; they change nothing, and a search of a point in time refuses them.
	Routing, Preference string
	// Params are the URL parameters that the search understands, by name, such as `q`, `size`, `from`, `sort`, `_source_includes`,
	// `track_total_hits`, `df`, `default_operator`, `timeout`, `terminate_after`. Parameters about the answer's form stay with the API.
	Params map[string]string
	// TypedKeys asks for aggregation names as `type#name`.
	TypedKeys bool
	// TotalHitsAsInt asks for `hits.total` as a number (rest_total_hits_as_int).
	TotalHitsAsInt bool
	// Scroll is how long the search is to be kept for its next page, such as `1m`; empty is a search of one page.
	Scroll string
}

// A ScrollRequest asks for the next page of a search.
type ScrollRequest struct {
	ID string
	// KeepAlive is how long it is to be kept from now on; empty leaves it as it was.
	KeepAlive string
	// TotalHitsAsInt asks for `hits.total` as a number.
	TotalHitsAsInt bool
}

// An AsyncRequest is a search that goes on when its client does not wait.
type AsyncRequest struct {
	Search SearchRequest
	// Wait is how long the client waits for the answer, empty for a second; KeepAlive how long the answer is kept from its last use, empty for five days.
	Wait, KeepAlive string
	// KeepOnCompletion keeps the answer even if it is there in time.
	KeepOnCompletion bool
}

// A PITRequest opens a point in time.
type PITRequest struct {
	Target    Target
	KeepAlive string
	// IndexFilter is a query; indices in which nothing can match are left out. Empty is none.
	IndexFilter json.RawMessage
}

// A FieldCapsRequest asks for fields by patterns.
type FieldCapsRequest struct {
	Target Target
	Fields []string
	// IncludeUnmapped adds a field's `unmapped` entry for indices that lack it.
	IncludeUnmapped bool
	// IndexFilter is a query; indices in which nothing can match are left out. Empty is none.
	IndexFilter json.RawMessage
	// Filters and Types are those parameters, as lists.
	Filters, Types []string
}
