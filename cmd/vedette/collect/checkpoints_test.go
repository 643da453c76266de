package collect

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/storage/metadb"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func openDB(t *testing.T, path string) *metadb.DB {
	t.Helper()
	db, err := metadb.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func has(t *testing.T, c *Checkpoints, identity string) bool {
	t.Helper()
	found, err := c.Has(context.Background(), identity)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestCheckpointsOutliveTheProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meta.db")
	db := openDB(t, path)
	if c := NewCheckpoints(db, nil); has(t, c, "a") {
		t.Error("there before it was done")
	} else if err := c.Done(context.Background(), "a", "b"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	c := NewCheckpoints(openDB(t, path), nil)
	if !has(t, c, "a") || !has(t, c, "b") || has(t, c, "c") {
		t.Error("other ones than were done")
	}
}

func TestManyAreDoneTogether(t *testing.T) {
	c := NewCheckpoints(openDB(t, filepath.Join(t.TempDir(), "meta.db")), nil)
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range 20 {
				id := fmt.Sprint(worker, " ", i)
				if err := c.Done(context.Background(), id); err != nil || !has(t, c, id) {
					t.Errorf("%s is not there when Done returns: %v", id, err)
				}
			}
		})
	}
	all.Wait()
}

func TestCheckpointsExpire(t *testing.T) {
	now := noon
	c := NewCheckpoints(openDB(t, filepath.Join(t.TempDir(), "meta.db")), func() time.Time { return now })
	var old []string
	for i := range 2*sweepChunk + 1 {
		old = append(old, fmt.Sprint("old ", i))
	}
	if err := c.Done(context.Background(), old...); err != nil {
		t.Fatal(err)
	}
	now = now.Add(CheckpointLife)
	if err := c.Done(context.Background(), "new"); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Sweep(context.Background()); n != 0 || err != nil {
		t.Errorf("before their time: %d, %v", n, err)
	}
	now = now.Add(time.Second)
	if n, err := c.Sweep(context.Background()); n != len(old) || err != nil {
		t.Errorf("removed %d of %d, %v", n, len(old), err)
	}
	if has(t, c, old[0]) || !has(t, c, "new") {
		t.Error("the wrong ones are gone")
	}
}

func TestAWriteThatFailsIsToldToAllWhoWait(t *testing.T) {
	db := openDB(t, filepath.Join(t.TempDir(), "meta.db"))
	c := NewCheckpoints(db, nil)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Done(context.Background(), "a"); err == nil {
		t.Error("no error from a closed database")
	}
}
