package engine

import (
	"context"
	"encoding/json"
)

// Operations are the calls that look after indices.
type Operations interface {
	// Rollover goes on in a new index, if the conditions are met.
	Rollover(ctx context.Context, p Principal, r *RolloverRequest) (*RolloverAnswer, error)
	// CloseIndex closes the indices of the target and answers their names: a closed index keeps its files and its settings, and takes neither writes nor searches.
	CloseIndex(ctx context.Context, p Principal, t Target) ([]string, error)
	// OpenIndex opens closed indices again.
	OpenIndex(ctx context.Context, p Principal, t Target) error
	// ForceMerge merges the segments of the indices, and returns when that is done. The end of ctx ends it.
	ForceMerge(ctx context.Context, p Principal, t Target, o MergeOptions) (Shards, error)
	// Flush is Refresh that counts as a flush: what was acknowledged is on disk already.
	Flush(ctx context.Context, p Principal, t Target) (Shards, error)
	// SimulateIndex shows what the templates would give to an index, together with that of body if there is one; SimulateTemplate what a stored template, or that of body, gives.
	SimulateIndex(ctx context.Context, p Principal, index string, body json.RawMessage) (*Simulation, error)
	SimulateTemplate(ctx context.Context, p Principal, name string, body json.RawMessage) (*Simulation, error)
	// Segments describes the segments of each open index of the target.
	Segments(ctx context.Context, p Principal, t Target) ([]IndexSegments, error)
	// DiskUsage tells how much each field of the open indices takes; flush counts what was acknowledged and is not yet searchable, and makes it so.
	DiskUsage(ctx context.Context, p Principal, t Target, flush bool) ([]IndexDiskUsage, error)
	// Analyze shows what an analyzer makes of a text. index may be empty.
	Analyze(ctx context.Context, p Principal, index string, body json.RawMessage) (*AnalyzeAnswer, error)
}

// A RolloverRequest names the alias or data stream that shall go on in a new index.
type RolloverRequest struct {
	Name string
	// NewIndex is the name of the index to be made; empty counts the old one's name up. A data stream takes none.
	NewIndex string
	// DryRun does everything but the rollover. Lazy has a data stream roll over with its next write.
	DryRun, Lazy bool
	// Body has `conditions`, and `settings`, `mappings` and `aliases` of the new index; empty is none of them.
	Body json.RawMessage
}

// RolloverAnswer is the answer to a rollover.
type RolloverAnswer struct {
	Acknowledged       bool            `json:"acknowledged"`
	ShardsAcknowledged bool            `json:"shards_acknowledged"`
	OldIndex           string          `json:"old_index"`
	NewIndex           string          `json:"new_index"`
	RolledOver         bool            `json:"rolled_over"`
	DryRun             bool            `json:"dry_run"`
	Lazy               bool            `json:"lazy"`
	Conditions         map[string]bool `json:"conditions"` // by Elasticsearch's text of each: whether it is met
}

// MergeOptions are those of a force merge.
type MergeOptions struct {
	// MaxSegments is how many segments may be left; 0 merges what a merge by itself would.
	MaxSegments int
	// OnlyExpungeDeletes rewrites only the segments that have deleted documents.
	OnlyExpungeDeletes bool
}
