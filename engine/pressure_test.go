package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/storage"
	"github.com/vedette-siem/vedette/storage/durable"
)

// openWith opens a harness with other options of the directory.
func openWith(t *testing.T, o storage.Options) *harness {
	t.Helper()
	h := &harness{t: t, path: t.TempDir()}
	if o.RefreshInterval == 0 {
		o.RefreshInterval = time.Hour
	}
	var err error
	h.dir, err = storage.Open(h.path, o)
	h.must(err)
	t.Cleanup(func() { h.dir.Close() })
	h.Embedded, err = OpenEmbedded(h.dir, Options{})
	h.must(err)
	return h
}

func TestAFullDiskRefusesWritesAndNothingElse(t *testing.T) {
	now, free := time.Unix(0, 0), int64(50<<30)
	h := openWith(t, storage.Options{
		Now: func() time.Time { return now }, DiskSpace: func(string) (int64, int64, error) { return free, 100 << 30, nil },
	})
	ctx := context.Background()
	health := func(want string) {
		t.Helper()
		got, err := h.Health(ctx, root, Target{})
		h.must(err)
		equal(t, got.Status, want)
	}
	block := func() string {
		t.Helper()
		info, err := h.GetIndex(ctx, root, Target{Expression: "a"})
		h.must(err)
		var s struct {
			Index struct{ Blocks map[string]string }
		}
		h.must(json.Unmarshal(info["a"].Settings, &s))
		return s.Index.Blocks["read_only_allow_delete"]
	}
	h.bulk(op("index", "a", "1", `{"n":1}`), op("index", "old", "1", `{}`))
	health("green")
	equal(t, block(), "")
	free, now = 1<<30-1, now.Add(time.Second)

	const flooded = "[TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];"
	answer, err := h.Bulk(ctx, root, []BulkOp{op("index", "a", "2", `{}`), op("delete", "a", "1", ""), op("index", "new", "1", `{}`)}, BulkOptions{})
	h.must(err)
	for i, name := range []string{"a", "a", "new"} {
		refusal(t, answer.Items[i].Error, 429, "cluster_block_exception", "index ["+name+"] blocked by: "+flooded)
	}
	refusal(t, h.PutMapping(ctx, root, Target{Expression: "a"}, json.RawMessage(`{"properties":{"x":{"type":"ip"}}}`)), 429, "cluster_block_exception", flooded)
	refusal(t, h.CreateIndex(ctx, root, "new", nil), 429, "cluster_block_exception", flooded)
	equal(t, h.count("a"), 1)
	got, err := h.Get(ctx, root, "a", "1", GetOptions{Realtime: true})
	h.must(err)
	equal(t, got.Found, true)
	health("yellow")
	equal(t, block(), "true")
	h.must(h.DeleteIndex(ctx, root, Target{Expression: "old"}))

	free, now = 2<<30, now.Add(time.Second)
	equal(t, h.bulk(op("index", "a", "2", `{}`), op("index", "new", "1", `{}`)), []string{"201 created 1", "201 created 1"})
	health("green")
	equal(t, block(), "")
}

// stuckDisk lets no segment be written until it is released, and counts syncs of logs.
type stuckDisk struct {
	durable.FS
	release chan struct{}
	synced  atomic.Int64
}

func (d *stuckDisk) OpenFile(path string, flag int, perm os.FileMode) (durable.File, error) {
	if strings.Contains(path, ".zap") {
		<-d.release
	}
	f, err := d.FS.OpenFile(path, flag, perm)
	return countedFile{f, d}, err
}

type countedFile struct {
	durable.File
	disk *stuckDisk
}

func (f countedFile) Sync() error {
	if strings.HasSuffix(f.Name(), ".wal") {
		f.disk.synced.Add(1)
	}
	return f.File.Sync()
}

func TestWhatFindsNoMemoryIsRefusedAndMayBeTriedAgain(t *testing.T) {
	disk := &stuckDisk{FS: durable.System(nil), release: make(chan struct{})}
	h := openWith(t, storage.Options{FS: disk, MaxUnpersistedBytes: 200_000, WriteWait: time.Millisecond})
	text := strings.Repeat("x", 10_000)
	acked := 0
	write := func() *BulkAnswer {
		t.Helper()
		var ops []BulkOp
		for i := range 3 {
			ops = append(ops, op("create", "a", fmt.Sprintf("%d-%d", acked, i), fmt.Sprintf(`{"text":%q}`, text)))
		}
		answer, err := h.Bulk(context.Background(), root, ops, BulkOptions{})
		h.must(err)
		return answer
	}
	answer := write()
	for ; !answer.Errors; answer = write() {
		if acked += 3; acked > 1000 {
			t.Fatal("nothing bounds the memory")
		}
	}
	for _, item := range answer.Items {
		refusal(t, item.Error, 429, "es_rejected_execution_exception", "rejected execution of primary operation [coordinating_and_primary_bytes=")
		equal(t, item.Status, 429)
	}
	close(disk.release)
	for answer.Errors { // as a client would
		answer = write()
	}
	_, err := h.Refresh(context.Background(), root, Target{})
	h.must(err)
	equal(t, h.count("a"), int64(acked+3))
}

func TestRefreshWaitForWaitsForTheNextRefresh(t *testing.T) {
	h := newHarness(t)
	ctx := context.Background()
	h.must(h.CreateIndex(ctx, root, "a", json.RawMessage(`{"settings":{"refresh_interval":"1ms"}}`)))
	answer, err := h.Bulk(ctx, root, []BulkOp{op("index", "a", "1", `{}`)}, BulkOptions{Refresh: "wait_for"})
	h.must(err)
	equal(t, answer.Items[0].ForcedRefresh, false)
	equal(t, h.count("a"), 1)

	h.must(h.CreateIndex(ctx, root, "never", json.RawMessage(`{"settings":{"refresh_interval":"-1"}}`)))
	ctx, cancel := context.WithCancel(ctx)
	answered := make(chan *BulkAnswer)
	go func() {
		answer, _ := h.Bulk(ctx, root, []BulkOp{op("index", "never", "1", `{}`)}, BulkOptions{Refresh: "wait_for"})
		answered <- answer
	}()
	for { // until it is written, and waited for
		got, err := h.Get(context.Background(), root, "never", "1", GetOptions{Realtime: true})
		h.must(err)
		if got.Found {
			break
		}
	}
	select {
	case <-answered:
		t.Fatal("a write that shall wait for a refresh was answered without one")
	default:
	}
	equal(t, h.count("never"), 0)
	cancel() // the client leaves; its document stays
	<-answered
}

func TestDurabilityAsyncAnswersBeforeTheSync(t *testing.T) {
	disk := &stuckDisk{FS: durable.System(nil), release: make(chan struct{})}
	close(disk.release)
	h := openWith(t, storage.Options{FS: disk})
	ctx := context.Background()
	h.must(h.CreateIndex(ctx, root, "a", json.RawMessage(`{"settings":{"translog":{"durability":"async","sync_interval":"1h"}}}`)))
	write := func(id string) (syncs int64) {
		t.Helper()
		before := disk.synced.Load()
		_, err := h.Bulk(ctx, root, []BulkOp{op("index", "a", id, `{"n":1}`)}, BulkOptions{})
		h.must(err)
		return disk.synced.Load() - before
	}
	equal(t, write("1"), 0)
	h.must(h.PutSettings(ctx, root, Target{Expression: "a"}, json.RawMessage(`{"index.translog.durability":"REQUEST"}`), false))
	equal(t, write("2"), 1)
	h.must(h.PutSettings(ctx, root, Target{Expression: "a"}, json.RawMessage(`{"index.translog.durability":"ASYNC","index.translog.sync_interval":"100ms"}`), false))
	before := disk.synced.Load()
	write("3")
	for disk.synced.Load() == before { // the interval syncs it
		_, err := h.Get(ctx, root, "a", "3", GetOptions{Realtime: true})
		h.must(err)
	}
}

// deafDisk is a disk on which no log can be synced once broken is set.
type deafDisk struct {
	durable.FS
	broken atomic.Bool
}

func (d *deafDisk) OpenFile(path string, flag int, perm os.FileMode) (durable.File, error) {
	f, err := d.FS.OpenFile(path, flag, perm)
	return deafFile{f, d}, err
}

type deafFile struct {
	durable.File
	disk *deafDisk
}

func (f deafFile) Sync() error {
	if f.disk.broken.Load() && strings.HasSuffix(f.Name(), ".wal") {
		return errors.New("input/output error")
	}
	return f.File.Sync()
}

// TestWhatCannotBeSyncedIsNotAcknowledged writes a bulk so large that it is logged in many portions, and whose only sync, at the end, fails.
func TestWhatCannotBeSyncedIsNotAcknowledged(t *testing.T) {
	disk := &deafDisk{FS: durable.System(nil)}
	h := openWith(t, storage.Options{FS: disk})
	ctx := context.Background()
	h.bulk(op("index", "a", "0", `{}`), op("index", "b", "0", `{}`))
	disk.broken.Store(true)
	text := strings.Repeat("x", 100_000)
	var ops []BulkOp
	for i := range 30 {
		ops = append(ops, op("create", "a", fmt.Sprint("n", i), fmt.Sprintf(`{"text":%q}`, text)), op("index", "a", "bad", `{`), op("delete", "b", "0", ""))
	}
	answer, err := h.Bulk(ctx, root, ops, BulkOptions{})
	h.must(err)
	for i, item := range answer.Items {
		if i%3 == 1 {
			equal(t, item.Status, 400)
			continue
		}
		refusal(t, item.Error, 503, "unavailable_shards_exception", "cannot be written now")
		equal(t, item.Status, 503)
		equal(t, item.ID, ops[i].ID)
	}
}
