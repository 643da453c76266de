package engine

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestCreateConflictsAcrossRollover(t *testing.T) {
	a := newAging(t, Lifecycle{MaxAge: day})
	a.write(trail, "a", 0)
	a.after(day)
	a.write(trail, "b", 0)
	a.after(day)
	for _, id := range []string{"a", "b"} {
		if got := a.write(trail, id, 0); got != "409 version_conflict_engine_exception" {
			t.Errorf("create of %s again: %s", id, got)
		}
	}
	a.must(a.mustDelete(".ds-"+trail+"-2026.06.01-000001", "a"))
	for _, want := range []string{"201 created 1", "409 version_conflict_engine_exception"} {
		if got := a.write(trail, "a", 0); got != want {
			t.Errorf("create of a deleted id: %s, want %s", got, want)
		}
	}
	a.reopen()
	if got := a.write(trail, "b", 0); got != "409 version_conflict_engine_exception" {
		t.Errorf("create after a restart: %s", got)
	}
	for _, action := range []string{"create", "index"} {
		if got := a.bulk(op(action, ".ds-"+trail+"-2026.06.01-000001", "x", `{"@timestamp":"2026-06-01T12:00:00Z"}`))[0]; got != "400 illegal_argument_exception" {
			t.Errorf("%s by the name of an index: %s", action, got)
		}
	}
}

// mustDelete deletes a document by the name of its index.
func (a *aging) mustDelete(index, id string) error {
	if got := a.bulk(op("delete", index, id, ""))[0]; got != "200 deleted 2" {
		return fmt.Errorf("delete %s: %s", id, got)
	}
	return nil
}

// TestCreatesDuringRollovers creates each id several times at once while the stream rolls over all the time: exactly one of them succeeds.
func TestCreatesDuringRollovers(t *testing.T) {
	a := newAging(t, Lifecycle{})
	a.write(trail, "first", 0)
	const writers, ids = 4, 400
	var created [ids]atomic.Int32
	written := make(chan struct{}) // one for each bulk
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for from := 0; from < ids; from += 20 {
				var ops []BulkOp
				for i := range 20 {
					n := (from + i + w*ids/writers) % ids
					ops = append(ops, op("create", trail, fmt.Sprintf("object-%04d", n), fmt.Sprintf(`{"@timestamp":"2026-06-01T12:00:00Z","n":%d}`, n)))
				}
				answer, err := a.Bulk(context.Background(), root, ops, BulkOptions{})
				written <- struct{}{}
				if err != nil {
					t.Error(err)
					return
				}
				for i, item := range answer.Items {
					n := (from + i + w*ids/writers) % ids
					switch {
					case item.Error == nil:
						created[n].Add(1)
					case item.Status != 409:
						t.Errorf("create %d: %v", n, item.Error)
					}
				}
			}
		})
	}
	go func() { wg.Wait(); close(written) }()
	batches := 0
	for range written {
		if batches++; batches%8 == 0 {
			all, err := a.managed()
			a.must(err)
			a.must(a.rollOver(all[len(all)-1], "test"))
		}
	}
	for n := range created {
		if created[n].Load() != 1 {
			t.Errorf("id %d was created %d times", n, created[n].Load())
		}
	}
	_, err := a.Refresh(context.Background(), root, Target{Expression: trail})
	a.must(err)
	if n := a.count(trail); n != ids+1 {
		t.Errorf("%d documents, want %d", n, ids+1)
	}
}

// TestBulkUnderWayFollowsRollover has a bulk prepare its documents for an index that is not written to any more when it writes them.
func TestBulkUnderWayFollowsRollover(t *testing.T) {
	a := newAging(t, Lifecycle{MaxAge: day})
	a.write(trail, "a", 0)
	b := &bulk{e: a.Embedded, p: root, ops: []BulkOp{op("create", trail, "b", `{"@timestamp":"2026-06-01T12:00:00Z"}`)}, items: make([]BulkItem, 1), targets: map[string]*target{}, touched: map[*index]*written{}, refresh: "true"}
	tg, prep, err := b.prepare(context.Background(), 0, &b.ops[0])
	a.must(err)
	a.after(day + time.Hour)
	b.write(tg, []prepared{prep})
	b.makeVisible(context.Background())
	if b.items[0].Error != nil || b.items[0].Index != ".ds-"+trail+"-2026.06.02-000002" {
		t.Errorf("item: %+v", b.items[0])
	}
	if n := a.count(".ds-" + trail + "-2026.06.02-000002"); n != 1 {
		t.Errorf("%d documents in the new index, want 1", n)
	}
}

// TestARolloverKeepsNobodyButWritersWaiting: a write may wait for memory or for the disk, and searches must not wait for that.
func TestARolloverKeepsNobodyButWritersWaiting(t *testing.T) {
	a := newAging(t, Lifecycle{})
	a.write(trail, "first", 0)
	all, err := a.managed()
	a.must(err)
	door := a.doorOf(trail)
	if !door.enter(all[0].index) { // as one who writes
		t.Fatal("the door leads elsewhere")
	}
	done := make(chan error)
	go func() { done <- a.rollOver(all[0], "test") }()
	for door.mu.TryRLock() { // until the rollover waits for the writer
		door.mu.RUnlock()
		runtime.Gosched()
	}
	if !a.Embedded.mu.TryRLock() {
		t.Error("everybody waits for the writer")
	} else {
		a.Embedded.mu.RUnlock()
	}
	door.leave()
	a.must(<-done)
	a.expect(trail, "2026.06.01-000001 2026.06.01-000002")
}
