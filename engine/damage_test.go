package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/vedette-siem/vedette/storage"
)

// damageRecord flips a bit in a record of the catalogue of a closed directory.
func damageRecord(t *testing.T, path, table, key string) {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(path, "meta.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(table))
		raw := append([]byte(nil), b.Get([]byte(key))...)
		raw[len(raw)-3] ^= 1
		return b.Put([]byte(key), raw)
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestAnIndexThatTheCatalogueLostIsNotPassedOver(t *testing.T) {
	h := newHarness(t)
	ctx := context.Background()
	h.bulk(op("index", "good", "1", `{}`), op("index", "bad", "1", `{}`))
	uuid := h.indices["bad"].UUID
	h.must(h.dir.Close())
	damageRecord(t, h.path, indexTable, uuid)
	h.open()
	equal(t, h.count("good"), 1)
	health, err := h.Health(ctx, root, Target{})
	h.must(err)
	equal(t, health.Status, "red")
	if _, err := os.Stat(filepath.Join(h.path, "indices", uuid)); err != nil {
		t.Errorf("its documents: %v", err)
	}
}

// TestARecordWithoutWhichNothingMayBeWrittenKeepsTheServerFromStarting, which says what to do: without its data stream, an event could be stored twice.
func TestARecordWithoutWhichNothingMayBeWrittenKeepsTheServerFromStarting(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("create", trail, "1", `{"@timestamp":"2026-06-01T12:00:00Z"}`))
	h.must(h.dir.Close())
	damageRecord(t, h.path, streamTable, trail)
	dir, err := storage.Open(h.path, storage.Options{})
	h.must(err)
	_, err = OpenEmbedded(dir, h.o)
	h.must(dir.Close())
	for _, says := range []string{h.path, streamTable + "/" + trail, "from a backup", "vedette check --repair"} {
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %s in it", err, says)
		}
	}
	h.must(storage.Check(h.path, storage.CheckOptions{Repair: true, Catalogue: CheckCatalogue, Found: func(storage.Finding) {}}))
	h.open()
	equal(t, h.count(trail), 1)
	equal(t, h.bulk(op("create", trail, "1", `{"@timestamp":"2026-06-01T12:00:00Z"}`)), []string{"409 version_conflict_engine_exception"})
}

// TestWhatACrashLeavesOfADeletionIsNoFinding: the next start goes on with it.
func TestWhatACrashLeavesOfADeletionIsNoFinding(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("index", "a", "1", `{}`), op("index", "b", "1", `{}`))
	_, err := h.deleteIndices(root, Target{Expression: "a"}) // and not the files
	h.must(err)
	h.must(h.dir.Close())
	checkDirectory(t, h.path)
	h.open()
	equal(t, len(foldersOf(t, h.path)), 1)
}

func TestAnIndexThatFailedAnswersAndSaysThatDocumentsAreMissing(t *testing.T) {
	h := newHarness(t)
	ctx := context.Background()
	h.bulk(op("index", "a", "1", `{}`))
	segments := filepath.Join(h.path, "indices", h.indices["a"].UUID, "scorch")
	h.must(os.Rename(segments, segments+"-away"))
	refused := "503 unavailable_shards_exception"
	for got := ""; got != refused; got = h.bulk(op("index", "a", "2", `{}`))[0] { // it fails behind an answer
	}
	answer, err := h.Search(ctx, root, &SearchRequest{Target: Target{Expression: "a"}})
	h.must(err)
	equal(t, []int{answer.Shards.Total, answer.Shards.Failed}, []int{1, 1})
	if len(answer.Hits.Hits) == 0 || !strings.Contains(string(answer.Shards.Failures[0]), `"index":"a"`) {
		t.Errorf("hits %v, failures %s", answer.Hits.Hits, answer.Shards.Failures)
	}
	health, err := h.Health(ctx, root, Target{})
	h.must(err)
	equal(t, health.Status, "red")
	h.must(os.Rename(segments+"-away", segments))
	for got := refused; got == refused; got = h.bulk(op("index", "a", "2", `{}`))[0] { // it heals by itself
	}
	equal(t, h.count("a"), 2)
	health, err = h.Health(ctx, root, Target{})
	h.must(err)
	equal(t, health.Status, "green")
}

func TestManyUpdatesOfALargeDocumentAreWrittenInPortions(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("index", "a", "1", fmt.Sprintf(`{"large":%q}`, strings.Repeat("x ", 1<<19))))
	var ops []BulkOp
	for n := range 40 {
		ops = append(ops, op("update", "a", "1", fmt.Sprintf(`{"doc":{"n":%d}}`, n)))
	}
	for n, got := range h.bulk(ops...) {
		equal(t, got, fmt.Sprintf("200 updated %d", n+2))
	}
	got, err := h.Get(context.Background(), root, "a", "1", GetOptions{Realtime: true})
	h.must(err)
	var source struct{ N int }
	h.must(json.Unmarshal(got.Source, &source))
	equal(t, source.N, 39)
}

// damageSegments flips a bit in the columns of every segment of a closed index, and returns their paths.
func (h *harness) damageSegments(name string, change func([]byte) []byte) (paths []string) {
	h.t.Helper()
	found, err := filepath.Glob(filepath.Join(h.path, "indices", h.indices[name].UUID, "scorch", "*.zap"))
	h.must(err)
	for _, path := range found {
		raw, err := os.ReadFile(path)
		h.must(err)
		h.must(os.WriteFile(path, change(raw), 0o600))
	}
	return found
}

func TestASearchSaysWhichFileIsMissingAndAnswersFromTheOthers(t *testing.T) {
	for name, change := range map[string]func([]byte) []byte{
		"cut short": func(raw []byte) []byte { return raw[:len(raw)/2] },
		"with a column that is damaged": func(raw []byte) []byte {
			at := bytes.Index(raw, []byte("needle"))
			raw[at] ^= 1
			return raw
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			ctx := context.Background()
			h.bulk(op("index", "a", "1", `{"k":"needle"}`))
			h.must(h.dir.Close())
			paths := h.damageSegments("a", change)
			h.open()
			h.bulk(op("index", "a", "2", `{"k":"other"}`), op("index", "b", "1", `{"k":"other"}`))
			answer, err := h.Search(ctx, root, &SearchRequest{Target: Target{Expression: "a,b"}, Body: []byte(`{"query":{"match":{"k":"other"}}}`)})
			h.must(err)
			equal(t, []int{answer.Shards.Total, answer.Shards.Failed, len(answer.Hits.Hits)}, []int{2, 1, 2})
			if failure := string(answer.Shards.Failures[0]); !strings.Contains(failure, paths[0]) || !strings.Contains(failure, "vedette check --repair") {
				t.Errorf("failure %s", failure)
			}
			count, err := h.Count(ctx, root, &SearchRequest{Target: Target{Expression: "a"}, Body: []byte(`{"query":{"match":{"k":"other needle"}}}`)})
			h.must(err)
			equal(t, []int{int(count.Count), count.Shards.Failed}, []int{1, 1})
			health, err := h.Health(ctx, root, Target{})
			h.must(err)
			equal(t, health.Status, "red")
		})
	}
}

func TestWhatMayLieInADamagedFileIsNotSaidToBeAbsent(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("index", "a", "1", `{"k":1}`))
	h.must(h.dir.Close())
	h.damageSegments("a", func(raw []byte) []byte { return raw[:len(raw)/2] })
	h.open()
	_, err := h.Get(context.Background(), root, "a", "1", GetOptions{Realtime: true})
	refusal(t, err, 503, "no_shard_available_action_exception", "a")
	const refused = "503 no_shard_available_action_exception"
	equal(t, h.bulk(op("update", "a", "1", `{"doc":{"k":2}}`), op("delete", "a", "1", "")), []string{refused, refused})
	equal(t, h.bulk(op("create", "a", "2", `{}`), op("index", "a", "1", `{"k":3}`)), []string{"201 created 1", "201 created 1"})
}

func TestAnIndexThatACrashKeptFromTheCatalogueLeavesNothing(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("index", "good", "1", `{}`))
	made, err := h.newIndex("half", composed{}, "")
	h.must(err)
	folder := filepath.Join(h.path, "indices", made.UUID)
	h.must(h.dir.Close())
	if _, err := os.Stat(folder); err != nil {
		t.Fatal(err)
	}
	checkDirectory(t, h.path)
	h.open()
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("its folder: %v", err)
	}
	health, err := h.Health(context.Background(), root, Target{})
	h.must(err)
	equal(t, []any{health.Status, h.count("good")}, []any{"green", 1})
}
