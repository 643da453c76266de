package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"

	"github.com/vedette-siem/vedette/storage/durable"
	"github.com/vedette-siem/vedette/storage/segment"
)

// openGuarded is openScorch, with a panic of bbolt, which does not expect damaged pages, turned into an error. Scorch has then left root.bolt locked for as long as the process
// lives; no damage is known that comes so far.
func (ix *Index) openGuarded(queue *index.AnalysisQueue) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %s: %v", ErrDamaged, panicInScorch, r)
		}
	}()
	return ix.openScorch(queue)
}

// panicInScorch begins the error that a panic becomes. What can be found in the file before, boltfile.Check has found.
const panicInScorch = "root.bolt cannot be read"

// openScorch makes the folders, durably, and opens scorch on what is certain to be whole.
func (ix *Index) openScorch(queue *index.AnalysisQueue) error {
	path := filepath.Join(ix.path, scorchDir)
	if err := ix.o.FS.MkdirAll(path, 0o700); err != nil {
		return err
	}
	if err := errors.Join(ix.o.FS.SyncDir(ix.path), ix.o.FS.SyncDir(filepath.Dir(ix.path))); err != nil {
		return err
	}
	if err := errors.Join(durable.RemoveParts(ix.o.FS, path), durable.RemoveParts(ix.o.FS, ix.path)); err != nil {
		return err
	}
	found, err := inspect(ix.path)
	if err != nil {
		return err
	}
	if err := ix.accept(found); err != nil {
		return err
	}
	s, err := newScorch(path, queue, ix.o.MaxSegmentBytes, &segment.Config{
		FS: ix.o.FS, Held: ix.o.budget.add, Merging: ix.o.merges.enter, Quarantined: found.quarantined, OnDamage: ix.damaged,
	})
	if err != nil {
		return err
	}
	opened := make(chan struct{})
	ix.mu.Lock()
	ix.opened = opened
	ix.mu.Unlock()
	owners.Store(path, ix)
	owners.Store(s, ix)
	if err := s.Open(); err != nil {
		ix.forget(s)
		return err // scorch has closed itself
	}
	ix.mu.Lock()
	ix.scorch = s
	ix.mu.Unlock()
	if err := ix.sameSnapshot(found.manifest); err != nil {
		return err
	}
	if len(ix.returned) == 0 { // else merges wait until no document is twice
		close(opened)
	}
	return nil
}

// accept makes what was found the index's, and its manifest that of root.bolt.
func (ix *Index) accept(found *inspection) error {
	for _, q := range found.quarantined {
		ix.damage.add(Damaged{File: q.Path, Info: q.Info, Err: q.Err})
		ix.o.Logger.Error("file of an index is damaged; its documents are missing until it is restored or 'vedette check --repair' was run",
			"index", filepath.Base(ix.path), "file", q.Path, "docs", q.Info.Docs, "err", q.Err)
	}
	ix.manifest, ix.returned = found.manifest, found.returned
	ix.takenIn.Clear()
	if !found.stale {
		return nil
	}
	if found.adopted {
		ix.o.Logger.Warn("index has no manifest yet and gets that of its root.bolt", "index", filepath.Base(ix.path))
	}
	err := writeManifest(ix.o.FS, ix.path, ix.manifest)
	if errors.Is(err, syscall.ENOSPC) { // the one on disk is older, but not wrong: it is replaced when there is space, and until then nothing that it names goes
		pending := *ix.manifest
		pending.Epoch = 0
		ix.manifest = &pending
		return nil
	}
	return err
}

// forget ends callbacks of a scorch of the index.
func (ix *Index) forget(s *scorch.Scorch) {
	owners.Delete(filepath.Join(ix.path, scorchDir))
	owners.Delete(s)
}

// event is called by scorch's persister and merger.
func (ix *Index) event(kind scorch.EventKind) bool {
	switch kind {
	case scorch.EventKindPersisterProgress:
		if err := ix.keepManifest(); err != nil {
			ix.backgroundError(err)
		}
	case scorch.EventKindPreMergeCheck:
		return ix.mayMerge()
	case scorch.EventKindPurgerCheck: // removes what only older snapshots name
		return ix.mayPurge()
	}
	return true
}

// mayMerge waits until the index is open, and reports whether it was: else scorch looks again what there is to be merged.
func (ix *Index) mayMerge() bool {
	ix.mu.RLock()
	opened, stopping := ix.opened, ix.stopping
	ix.mu.RUnlock()
	select {
	case <-opened:
		return true
	default:
	}
	select {
	case <-opened:
	case <-stopping:
	}
	return false
}

// mayPurge reports whether the manifest is that of root.bolt, as long as which nothing that it names may go. Scorch's persister calls it.
func (ix *Index) mayPurge() bool {
	ix.mu.RLock()
	opened := ix.opened
	ix.mu.RUnlock()
	select {
	case <-opened:
		return ix.keepManifest() == nil
	default:
		return false
	}
}

// sameSnapshot makes sure that scorch has opened the snapshot that was found to be whole, and not an older or an empty one. Merges wait until that is known.
func (ix *Index) sameSnapshot(want *manifest) error {
	r, err := ix.scorch.Reader()
	if err != nil {
		return err
	}
	defer r.Close()
	got := r.(*scorch.IndexSnapshot).Segments()
	same := len(got) == len(want.Segments)
	for i := 0; same && i < len(got); i++ {
		file, ok := got[i].Segment().(interface{ Path() string })
		same = ok && filepath.Base(file.Path()) == want.Segments[i].File && sameDeleted(got[i].Deleted(), &want.Segments[i])
	}
	if !same {
		return fmt.Errorf("%w: scorch takes another snapshot than the last one (%d) of %s; %s", ErrDamaged, want.Epoch, filepath.Join(ix.path, scorchDir, rootFile), repairHint)
	}
	return nil
}

func sameDeleted(got *roaring.Bitmap, want *manifestSegment) bool {
	bitmap, err := (&rootSegment{deleted: want.Deleted}).deletedDocs()
	if got == nil {
		got = roaring.New()
	}
	return err == nil && got.Equals(bitmap)
}

// maxSegmentDocs is the largest number of documents that a merge brings together. A segment of half as many is not merged any more, so an index has at most about two
// segments for each million documents, and some twenty that still grow. The number does not grow with the index: each step would write all documents once more, and widen the
// time that a segment covers, while a query of a day passes over the segments of other days by their bounds.
const maxSegmentDocs = 1_000_000

func newScorch(path string, queue *index.AnalysisQueue, maxSegmentBytes int64, config *segment.Config) (*scorch.Scorch, error) {
	s, err := scorch.NewScorch("scorch", map[string]any{
		"path": path, "unsafe_batch": true, // the log makes writes durable
		"forceSegmentType": segment.PluginType, "forceSegmentVersion": segment.PluginVersion,
		"segmentConfig": config.Map(), "asyncErrorCallbackName": asyncErrorCallback, "eventCallbackName": eventCallback,
		"scorchMergePlanOptions": map[string]any{
			"maxSegmentsPerTier": 8, "segmentsPerMergeTask": 8, "floorSegmentSize": 20_000, "maxSegmentSize": maxSegmentDocs,
			"maxSegmentFileSize": maxSegmentBytes, "tierGrowth": 8.0, "reclaimDeletesWeight": 2.0,
		},
	}, queue)
	if err != nil {
		return nil, err
	}
	return s.(*scorch.Scorch), nil
}

// reserveNumber keeps scorch, which counts on from the highest file that it finds, from giving a new segment the name of one that is missing: the empty file makes
// it begin above, and is removed by it, as no snapshot names it.
func reserveNumber(dir string, highest uint64) error {
	return os.WriteFile(filepath.Join(dir, fmt.Sprintf("%012x%s", highest+1, segmentSuffix)), nil, 0o600)
}

// hasSegments reports whether a folder holds files of segments.
func hasSegments(dir string) (bool, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), segmentSuffix) {
			return true, err
		}
	}
	return false, err
}
