package engine

import (
	"context"
	"fmt"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage"
)

// expungeShare is the part of an index's documents that must have been deleted for a merge that shall only expunge them, as Lucene's expungeDeletesPctAllowed.
const expungeShare = 0.1

// ForceMerge implements Backend.
func (e *Embedded) ForceMerge(ctx context.Context, p Principal, t Target, o MergeOptions) (Shards, error) {
	if err := allow(p, "indices:admin/forcemerge"); err != nil {
		return Shards{}, err
	}
	if o.OnlyExpungeDeletes && o.MaxSegments > 0 {
		return Shards{}, eserr.BadRequest("action_request_validation_exception",
			"Validation Failed: 1: cannot set only_expunge_deletes and max_num_segments at the same time, those two parameters are mutually exclusive;")
	}
	found, err := e.findOpen(p, "indices:admin/forcemerge", t)
	if err != nil {
		return Shards{}, err
	}
	answer := Shards{}
	for _, r := range found {
		if err := r.forceMerge(ctx, o); err != nil {
			return Shards{}, gone(r.index, fmt.Errorf("force merge of index %s: %w", r.Name, err))
		}
		answer.Total += r.copies
		answer.Successful += r.primaries
	}
	return answer, nil
}

func (ix *index) forceMerge(ctx context.Context, o MergeOptions) error {
	store, err := ix.open()
	if err != nil {
		return err
	}
	wanted := o.MaxSegments
	switch {
	case o.OnlyExpungeDeletes:
		st, err := store.Stats()
		if err != nil || !worthExpunging(st) {
			return err
		}
		wanted = 1
	case wanted <= 0: // merges come by themselves when they are due
		return store.Refresh()
	}
	return store.ForceMerge(ctx, wanted)
}

func worthExpunging(st storage.Stats) bool {
	return float64(st.DeletedDocs) > expungeShare*float64(st.Docs+st.DeletedDocs)
}
