package engine

import (
	"encoding/json"
	"time"

	"github.com/vedette-siem/vedette/engine/search"
)

// The answers marshal to Elasticsearch's JSON as they stand.

// Shards is the `_shards` of an answer. An index has one shard.
type Shards struct {
	Total      int               `json:"total"`
	Successful int               `json:"successful"`
	Skipped    *int              `json:"skipped,omitempty"` // searches only
	Failed     int               `json:"failed"`
	Failures   []json.RawMessage `json:"failures,omitempty"`
}

// BulkAnswer is the answer to a bulk request.
type BulkAnswer struct {
	Took   int64      `json:"took"` // milliseconds
	Errors bool       `json:"errors"`
	Items  []BulkItem `json:"items"`
}

// A BulkItem is the answer to one operation; it marshals as `{"<action>":{...}}`.
type BulkItem struct {
	Action string
	WriteAnswer
	Status int
	Error  *Error
}

// WriteAnswer is the answer to one write.
type WriteAnswer struct {
	Index         string          `json:"_index"`
	ID            string          `json:"_id"`
	Version       int64           `json:"_version"`
	Result        string          `json:"result"` // created, updated, deleted, not_found, noop
	ForcedRefresh bool            `json:"forced_refresh,omitempty"`
	Shards        Shards          `json:"_shards"`
	SeqNo         int64           `json:"_seq_no"` // negative if nothing was written
	PrimaryTerm   int64           `json:"_primary_term"`
	Get           json.RawMessage `json:"get,omitempty"`
}

// GetAnswer is a document, or the lack of it.
type GetAnswer struct {
	Index       string          `json:"_index"`
	ID          string          `json:"_id"`
	Version     *int64          `json:"_version,omitempty"`
	SeqNo       *int64          `json:"_seq_no,omitempty"`
	PrimaryTerm *int64          `json:"_primary_term,omitempty"`
	Routing     string          `json:"_routing,omitempty"`
	Found       bool            `json:"found"`
	Source      json.RawMessage `json:"_source,omitempty"`
	Fields      json.RawMessage `json:"fields,omitempty"` // of StoredFields
}

// SearchAnswer is the answer to a search.
type SearchAnswer struct {
	ScrollID        string          `json:"_scroll_id,omitempty"` // of a search that has further pages
	PITID           string          `json:"pit_id,omitempty"`
	Took            int64           `json:"took"` // milliseconds
	TimedOut        bool            `json:"timed_out"`
	TerminatedEarly *bool           `json:"terminated_early,omitempty"`
	Shards          Shards          `json:"_shards"`
	Hits            Hits            `json:"hits"`
	Aggregations    json.RawMessage `json:"aggregations,omitempty"` // absent when no index matched
	Suggest         json.RawMessage `json:"suggest,omitempty"`
	Profile         json.RawMessage `json:"profile,omitempty"`
}

// TermsAnswer lists terms of a field; Complete says that there are no more.
type TermsAnswer struct {
	Shards   Shards   `json:"_shards"`
	Terms    []string `json:"terms"`
	Complete bool     `json:"complete"`
}

// A QueryDescription says how a query is run on an index.
type QueryDescription struct {
	Index       string `json:"index"`
	Valid       bool   `json:"valid"`
	Explanation string `json:"explanation"`
}

// An ExplainAnswer says whether a document matches a query, and how it scores.
type ExplainAnswer struct {
	Index       string              `json:"_index"`
	ID          string              `json:"_id"`
	Found       bool                `json:"-"` // there is such a document
	Matched     bool                `json:"matched"`
	Explanation *search.Explanation `json:"explanation,omitempty"`
}

// An AsyncAnswer is the state of an asynchronous search.
type AsyncAnswer struct {
	ID               string // empty if it is not kept
	Running, Partial bool
	Start, Expires   time.Time
	Ended            time.Time     // zero while it runs
	Answer           *SearchAnswer // nil while it runs, and if it failed
	Err              error         // why it failed
}

// A PIT is a point in time that is open.
type PIT struct {
	ID string
	// Created is when it was opened, and KeepAlive how long it is kept from its last use.
	Created   time.Time
	KeepAlive time.Duration
	Shards    Shards
}

// Hits are the documents that a search returns.
type Hits struct {
	Total    any           `json:"total,omitempty"` // TotalHits, int64 (TotalHitsAsInt), or nil when not tracked
	MaxScore *search.Score `json:"max_score"`
	Hits     []Hit         `json:"hits"`
}

// TotalHits counts matches; Relation is `eq`, or `gte` when counting stopped at Value.
type TotalHits struct {
	Value    int64  `json:"value"`
	Relation string `json:"relation"`
}

// A Hit is one document of an answer.
type Hit = search.Hit

// CountAnswer is the answer to a count.
type CountAnswer struct {
	Count  int64  `json:"count"`
	Shards Shards `json:"_shards"`
}

// FieldCapsAnswer lists fields by name and, below that, by type.
type FieldCapsAnswer struct {
	Indices []string                       `json:"indices"`
	Fields  map[string]map[string]FieldCap `json:"fields"`
}

// A FieldCap says what can be done with a field of one type. Indices is set where the types differ between indices.
type FieldCap struct {
	Type                   string   `json:"type"`
	MetadataField          bool     `json:"metadata_field"`
	Searchable             bool     `json:"searchable"`
	Aggregatable           bool     `json:"aggregatable"`
	Indices                []string `json:"indices,omitempty"`
	NonSearchableIndices   []string `json:"non_searchable_indices,omitempty"`
	NonAggregatableIndices []string `json:"non_aggregatable_indices,omitempty"`
	// Meta is what the fields' `meta` say in all indices: by key the different values, ascending.
	Meta map[string][]string `json:"meta,omitempty"`
}

// IndexInfo describes one index. Settings are nested under `index`, with numbers as strings, as Elasticsearch answers them.
type IndexInfo struct {
	Aliases    json.RawMessage `json:"aliases"`
	Mappings   json.RawMessage `json:"mappings"`
	Settings   json.RawMessage `json:"settings"`
	DataStream string          `json:"data_stream,omitempty"`
	Closed     bool            `json:"-"`
	Unassigned int             `json:"-"` // replicas that the settings ask for
}

// IndexStats counts one index.
type IndexStats struct {
	Name, UUID  string
	Closed      bool  // it has a name and settings, and counts nothing
	Docs        int64 // documents that are alive and refreshed
	DeletedDocs int64
	Bytes       int64 // on disk
	Segments    int
	CreatedAt   int64 // milliseconds since 1970 UTC
	// Copies is how many shards the settings ask for, replicas counted; Primaries is without them.
	Copies, Primaries int
	Unassigned        int   // replicas that the settings ask for, and that are nowhere
	Newest            int64 // time of the newest event; milliseconds since 1970 UTC; 0 without events
	Activity          Activity
	// Fielddata and Completion are the bytes of what is kept of texts to sort by them, and of the inputs of completion fields, by field.
	Fielddata, Completion map[string]int64
	DataStream            string
	Aliases               []string
}

// A DataStream describes one data stream in the shape of GET /_data_stream.
type DataStream struct {
	Name            string            `json:"name"`
	TimestampField  map[string]string `json:"timestamp_field"`
	Indices         []StreamIndex     `json:"indices"`
	Generation      int               `json:"generation"`
	Status          string            `json:"status"`
	Template        string            `json:"template,omitempty"`
	RolloverOnWrite bool              `json:"rollover_on_write"`
	Hidden          bool              `json:"hidden"`
	System          bool              `json:"system"`
	Replicated      bool              `json:"replicated"`
	AllowCustom     bool              `json:"allow_custom_routing"`
}

// A StreamIndex is a backing index of a data stream.
type StreamIndex struct {
	Name string `json:"index_name"`
	UUID string `json:"index_uuid"`
}

// A Template is a stored template.
type Template struct {
	Name string
	Body json.RawMessage
}

// Info is the answer to GET /.
type Info struct {
	Name        string         `json:"name"`
	ClusterName string         `json:"cluster_name"`
	ClusterUUID string         `json:"cluster_uuid"`
	Version     map[string]any `json:"version"`
	Tagline     string         `json:"tagline"`
}

// Health is the answer to GET /_cluster/health.
type Health struct {
	ClusterName                 string  `json:"cluster_name"`
	Status                      string  `json:"status"`
	TimedOut                    bool    `json:"timed_out"`
	NumberOfNodes               int     `json:"number_of_nodes"`
	NumberOfDataNodes           int     `json:"number_of_data_nodes"`
	ActivePrimaryShards         int     `json:"active_primary_shards"`
	ActiveShards                int     `json:"active_shards"`
	RelocatingShards            int     `json:"relocating_shards"`
	InitializingShards          int     `json:"initializing_shards"`
	UnassignedShards            int     `json:"unassigned_shards"`
	UnassignedPrimaryShards     int     `json:"unassigned_primary_shards"`
	DelayedUnassignedShards     int     `json:"delayed_unassigned_shards"`
	NumberOfPendingTasks        int     `json:"number_of_pending_tasks"`
	NumberOfInFlightFetch       int     `json:"number_of_in_flight_fetch"`
	TaskMaxWaitingInQueueMillis int     `json:"task_max_waiting_in_queue_millis"`
	ActiveShardsPercent         float64 `json:"active_shards_percent_as_number"`
	// Indices is the health of each index, by name. The API shows it where it is asked for.
	Indices map[string]IndexHealth `json:"indices,omitempty"`
}

// IndexHealth is the health of one index. Its shards are what there is, which is one, and not what its settings say.
type IndexHealth struct {
	Status              string         `json:"status"`
	Shards              int            `json:"number_of_shards"`
	Replicas            int            `json:"number_of_replicas"`
	ActivePrimaries     int            `json:"active_primary_shards"`
	Active              int            `json:"active_shards"`
	Relocating          int            `json:"relocating_shards"`
	Initializing        int            `json:"initializing_shards"`
	Unassigned          int            `json:"unassigned_shards"`
	UnassignedPrimaries int            `json:"unassigned_primary_shards"`
	Each                map[string]any `json:"shards,omitempty"` // the API's
}
