package storage

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestForceMergeLeavesOneSegmentWithoutDeletedDocuments(t *testing.T) {
	d, err := Open(t.TempDir(), Options{RefreshInterval: time.Hour, Merges: 1})
	must(t, err)
	defer d.Close()
	ix, err := d.Index("x", readTest)
	must(t, err)
	leave := d.o.merges.enter(nil) // or they might merge by themselves
	addSegments(t, ix, 25)
	put(t, ix, 100)
	put(t, ix, 100) // the older one is deleted
	leave()
	must(t, ix.ForceMerge(context.Background(), 1))
	st, err := ix.Stats()
	must(t, err)
	if st.Segments != 1 || st.DeletedDocs != 0 || st.Docs == 0 {
		t.Errorf("after the merge: %+v", st)
	}
}

func TestForceMergeEndsWithItsContextAndWithTheIndex(t *testing.T) {
	d, err := Open(t.TempDir(), Options{RefreshInterval: time.Hour, Merges: 1})
	must(t, err)
	defer d.Close()
	ix, err := d.Index("x", readTest)
	must(t, err)
	ix.merging <- struct{}{} // another one is under way
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := ix.ForceMerge(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	<-ix.merging
	must(t, d.CloseIndex("x"))
	if err := ix.ForceMerge(context.Background(), 1); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

func TestAClosedIndexOpensAgainWithAllItsWrites(t *testing.T) {
	d := openDir(t, t.TempDir())
	defer d.Close()
	ix, err := d.Index("x", readTest)
	must(t, err)
	put(t, ix, 1)
	s, err := ix.Snapshot()
	must(t, err)
	must(t, d.CloseIndex("x"))
	must(t, d.CloseIndex("x")) // again
	must(t, s.Close())
	if err := ix.Refresh(); !errors.Is(err, ErrClosed) {
		t.Errorf("a closed index refreshes: %v", err)
	}
	again, err := d.Index("x", readTest)
	must(t, err)
	now, err := again.Get("1")
	must(t, err)
	if again == ix || !now.Found {
		t.Errorf("opened again: the same %v, found %v", again == ix, now.Found)
	}
}
