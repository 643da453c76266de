package engine

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestAClosedIndexStaysClosedOverAStart(t *testing.T) {
	h := newHarness(t)
	ctx := context.Background()
	h.bulk(op("index", "a", "1", `{"n":1}`))
	names, err := h.CloseIndex(ctx, root, Target{Expression: "a"})
	h.must(err)
	if len(names) != 1 || names[0] != "a" {
		t.Errorf("closed %v", names)
	}
	h.reopen()
	stats, err := h.IndexStats(ctx, root, Target{Expression: "a"})
	h.must(err)
	if !stats[0].Closed || h.indices["a"].store != nil {
		t.Errorf("after a start it is open: %+v", stats[0])
	}
	health, err := h.Health(ctx, root, Target{})
	h.must(err)
	if health.Status != "green" {
		t.Errorf("health %s", health.Status)
	}
	h.must(h.OpenIndex(ctx, root, Target{Expression: "a"}))
	if n := h.count("a"); n != 1 {
		t.Errorf("%d documents after it was opened", n)
	}
	_, err = h.CloseIndex(ctx, root, Target{Expression: "a"})
	h.must(err)
	h.must(h.DeleteIndex(ctx, root, Target{Expression: "a"}))
	if folders, err := h.dir.IndexFolders(); err != nil || len(folders) != 0 {
		t.Errorf("folders after it was deleted: %v, %v", folders, err)
	}
}

// TestAWriterOfAnIndexThatIsClosedIsTold has what a bulk found when it began.
func TestAWriterOfAnIndexThatIsClosedIsTold(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("index", "a", "1", `{"n":1}`))
	was := h.indices["a"]
	_, err := h.CloseIndex(context.Background(), root, Target{Expression: "a"})
	h.must(err)
	if err := h.mergeMapping(was, []byte(`{"properties":{"x":{"type":"long"}}}`)); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("the mapping of what was closed changes: %v", err)
	}
	if err := gone(was, was.store.Refresh()); err == nil || !strings.Contains(err.Error(), "index_closed_exception") {
		t.Errorf("refresh of what was closed: %v", err)
	}
}

func TestADataStreamGoesOnWithAClosedIndex(t *testing.T) {
	a := newAging(t, Lifecycle{Retention: 30 * day})
	a.write(trail, "a", 0)
	first := a.streams[trail].writeIndex()
	_, err := a.Rollover(context.Background(), root, &RolloverRequest{Name: trail})
	a.must(err)
	_, err = a.CloseIndex(context.Background(), root, Target{Expression: first})
	a.must(err)
	if status := a.write(trail, "b", 0); !strings.HasPrefix(status, "201") {
		t.Errorf("create: %s", status)
	}
	a.after(31 * day) // retention takes closed indices too
	if strings.Contains(a.indices(trail), "000001") {
		t.Errorf("indices after the retention: %s", a.indices(trail))
	}
}

func TestALazyRolloverOutlivesAStart(t *testing.T) {
	a := newAging(t, Lifecycle{})
	a.write(trail, "a", 0)
	_, err := a.Rollover(context.Background(), root, &RolloverRequest{Name: trail, Lazy: true})
	a.must(err)
	a.reopen()
	a.now = a.now.Add(time.Hour)
	a.write(trail, "b", 0)
	a.write(trail, "c", 0)
	a.expect(trail, "2026.06.01-000001 2026.06.01-000002")
}

func TestSizesOfConditions(t *testing.T) {
	for text, want := range map[string]int64{"10b": 10, "1kb": 1 << 10, "1.5mb": 3 << 19, "50GB": 50 << 30, "2t": 2 << 40, "0": 0} {
		if got, err := parseByteSize(text, "x"); err != nil || got != want {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "5", "gb", "-3gb", "1xb", "99999999pb"} {
		if got, err := parseByteSize(text, "x"); err == nil {
			t.Errorf("%q is read as %d", text, got)
		}
	}
}
