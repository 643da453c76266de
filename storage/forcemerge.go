package storage

import (
	"context"
	"fmt"

	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
)

// forcedMerges are the options of a merge that is asked for: everything goes together, up to the size that a segment may have anyway (maxSegmentDocs), so that a merge takes
// no more memory than one that comes by itself.
func forcedMerges() *mergeplan.MergePlanOptions {
	o := mergeplan.SingleSegmentMergePlanOptions
	o.MaxSegmentSize = maxSegmentDocs
	return &o
}

// ForceMerge refreshes, and merges segments until there are at most as many as wanted, or all that are left are too large to be merged. It takes the places of all other
// merges, one step after the other, and returns early with ctx's error, or with that of an index which fails or is closed meanwhile.
func (ix *Index) ForceMerge(ctx context.Context, wanted int) error {
	select {
	case ix.merging <- struct{}{}: // scorch takes one request at a time
		defer func() { <-ix.merging }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := ix.Refresh(); err != nil {
		return fmt.Errorf("merge index %s: %w", ix.path, err)
	}
	if err := ix.allPersisted(ctx); err != nil {
		return fmt.Errorf("merge index %s: %w", ix.path, err)
	}
	for before := -1; ; {
		n, err := ix.countSegments()
		if err != nil || n <= wanted || n == before {
			return err
		}
		before = n
		if err := ix.mergeOnce(ctx); err != nil {
			return fmt.Errorf("merge index %s: %w", ix.path, err)
		}
	}
}

// mergeOnce carries out one plan of merges.
func (ix *Index) mergeOnce(ctx context.Context) error {
	ix.mu.RLock()
	s, err := ix.scorch, ix.takesWrites()
	ix.mu.RUnlock()
	if err == nil {
		err = s.ForceMerge(ctx, forcedMerges())
	}
	if err == nil {
		err = ctx.Err()
	}
	return err
}

func (ix *Index) countSegments() (int, error) {
	s, err := ix.Snapshot()
	if err != nil {
		return 0, err
	}
	defer s.Close()
	return len(s.Views), nil
}
