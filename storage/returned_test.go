package storage

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/vedette-siem/vedette/storage/segment"
)

// TestASegmentThatComesBackDoesNotBringBackOlderVersions: while it was in quarantine, nothing could be marked as deleted in it.
func TestASegmentThatComesBackDoesNotBringBackOlderVersions(t *testing.T) {
	path := t.TempDir()
	segments := filledTwice(t, path)
	whole := must1(os.ReadFile(segments[0]))
	must(t, os.Remove(segments[0]))
	withIndex(t, path, func(ix *Index) {
		put(t, ix, 1)
		must(t, ix.Refresh())
		wantIDs(t, ix, 1, "1", "3")
	})
	withIndex(t, path, func(ix *Index) {
		wantIDs(t, ix, 1, "1", "3")
		put(t, ix, 4)
	})
	must(t, os.WriteFile(segments[0], whole, 0o600)) // from a backup
	for range 2 {
		withIndex(t, path, func(ix *Index) {
			wantIDs(t, ix, 0, "1", "2", "3", "4")
			if c, err := ix.Get("1"); err != nil || c.SeqNo != 3 || string(c.Source) != `{"n":1}` {
				t.Errorf("document 1: %+v, %v", c, err)
			}
			if c, err := ix.Get("2"); err != nil || c.SeqNo != 1 {
				t.Errorf("document 2: %+v, %v", c, err)
			}
			put(t, ix, 4)
		})
	}
	if m := must1(readManifest(filepath.Join(path, indicesDir, "x"))); m.infos()[filepath.Base(segments[0])].Away {
		t.Errorf("it is still marked: %+v", m)
	}
}

// TestARepairTakesInWhatHasComeBack, and rewrites root.bolt for another reason too.
func TestARepairTakesInWhatHasComeBack(t *testing.T) {
	path := t.TempDir()
	segments := filledTwice(t, path)
	whole := must1(os.ReadFile(segments[0]))
	must(t, os.Remove(segments[0]))
	withIndex(t, path, func(ix *Index) { put(t, ix, 1) })
	must(t, errors.Join(os.WriteFile(segments[0], whole, 0o600), os.Remove(filepath.Join(filepath.Dir(segments[0]), rootFile))))
	if found := checkDir(t, path, true); len(found) != 1 || found[0].Lost != 0 {
		t.Errorf("found %v", found)
	}
	withIndex(t, path, func(ix *Index) { wantIDs(t, ix, 0, "1", "2", "3") })
}

// TestARepairTakesInASegmentWhoseIDsAreWholeAgain: an open does not read ids, so it would never believe that they are.
func TestARepairTakesInASegmentWhoseIDsAreWholeAgain(t *testing.T) {
	path := t.TempDir()
	segments := filledTwice(t, path)
	whole := must1(os.ReadFile(segments[0]))
	damageColumn(t, segments[0], segment.IDField)
	withIndex(t, path, func(ix *Index) {
		put(t, ix, 1)
		must(t, ix.Refresh())
		wantIDs(t, ix, 1, "1", "3")
	})
	must(t, os.WriteFile(segments[0], whole, 0o600)) // from a backup
	if found := checkDir(t, path, true); len(found) != 1 || found[0].Lost != 0 || found[0].Done != "it counts again" {
		t.Errorf("found %v", found)
	}
	if found := checkDir(t, path, false); len(found) != 0 {
		t.Errorf("after the repair: %v", found)
	}
	withIndex(t, path, func(ix *Index) { wantIDs(t, ix, 0, "1", "2", "3") })
}
