package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// TestADeletedIndexStaysAway has writers that add fields, updates among them, beside deletes, settings and aliases: nothing may hang, and what was deleted
// may not come back.
func TestADeletedIndexStaysAway(t *testing.T) {
	h := newHarness(t)
	ctx := context.Background()
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 40 {
				field := fmt.Sprintf("f_%d_%d", worker, i)
				ops := []BulkOp{op("index", "zz", fmt.Sprint(worker), fmt.Sprintf(`{"%s":1}`, field)), op("update", "zz", fmt.Sprint(worker), fmt.Sprintf(`{"doc":{"%s_u":1},"doc_as_upsert":true}`, field))}
				answer, err := h.Bulk(ctx, root, ops, BulkOptions{})
				if err != nil {
					t.Error(err)
					return
				}
				for _, item := range answer.Items {
					if item.Error != nil && item.Status != 404 {
						t.Errorf("%+v", item.Error)
					}
				}
			}
		})
	}
	wg.Go(func() {
		for i := range 30 {
			for _, err := range []error{
				h.DeleteIndex(ctx, root, Target{Expression: "zz"}),
				h.PutSettings(ctx, root, Target{Expression: "zz"}, json.RawMessage(fmt.Sprintf(`{"index.max_result_window":%d}`, 1000+i)), false),
				h.UpdateAliases(ctx, root, json.RawMessage(`{"actions":[{"add":{"index":"zz","alias":"other"}}]}`)),
			} {
				if e := (*Error)(nil); err != nil && (!errors.As(err, &e) || e.Status != 404) {
					t.Error(err)
				}
			}
		}
	})
	wg.Wait()
	if err := h.DeleteIndex(ctx, root, Target{Expression: "zz", IgnoreUnavailable: true}); err != nil {
		t.Fatal(err)
	}
	equal(t, h.bulk(op("index", "zz", "keep", `{"a":1}`)), []string{"201 created 1"})
	h.reopen()
	equal(t, h.count("zz"), 1)
	records := 0
	h.must(h.dir.Meta().View(func(tx *metadb.Tx) error {
		return tx.Each(indexTable, func(string, []byte) error { records++; return nil })
	}))
	folders, err := filepath.Glob(filepath.Join(h.path, "indices", "*"))
	h.must(err)
	equal(t, []int{records, len(folders)}, []int{1, 1})
}

func TestASettingIsNotLostToAMappingThatChangesAtTheSameTime(t *testing.T) {
	h := newHarness(t)
	ctx := context.Background()
	for round := range 10 {
		name := fmt.Sprint("a", round)
		h.bulk(op("index", name, "1", `{"n":1}`))
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := range 20 {
				if _, err := h.Bulk(ctx, root, []BulkOp{op("index", name, "1", fmt.Sprintf(`{"f%d":1}`, i))}, BulkOptions{}); err != nil {
					t.Error(err)
				}
			}
		})
		h.must(h.PutSettings(ctx, root, Target{Expression: name}, json.RawMessage(`{"index.mapping.ignore_malformed":true}`), false))
		wg.Wait()
		equal(t, h.bulk(op("index", name, "2", `{"n":"text"}`)), []string{"201 created 1"})
	}
}

func TestAnAcknowledgedDocumentComesBackWhateverTheSettingsAreNow(t *testing.T) {
	h := newHarness(t)
	ctx := context.Background()
	h.must(h.CreateIndex(ctx, root, "a", json.RawMessage(`{"settings":{"refresh_interval":-1},"mappings":{"properties":{"n":{"type":"integer"}}}}`)))
	if _, err := h.Bulk(ctx, root, []BulkOp{op("index", "a", "1", `{"n":"5"}`)}, BulkOptions{}); err != nil {
		t.Fatal(err)
	}
	h.must(h.PutSettings(ctx, root, Target{Expression: "a"}, json.RawMessage(`{"index.mapping.coerce":false}`), false))
	ix := h.indices["a"]
	d := &document.Document{ID: "1", Source: []byte(`{"n":"5"}`)}
	if err := h.read(ix, d, "", nil); err == nil {
		t.Fatal("the settings would still take the document")
	}
	if err := h.readAgain(ix, d, ""); err != nil {
		t.Errorf("replaying it: %v", err)
	}
}

func TestABrokenIndexDoesNotTakeTheOthersDown(t *testing.T) {
	h := newHarness(t)
	ctx := context.Background()
	h.bulk(op("index", "good", "1", `{"n":1}`), op("index", "bad", "1", `{"n":1}`))
	uuid := h.indices["bad"].UUID
	h.must(h.dir.Close())
	bolt := filepath.Join(h.path, "indices", uuid, "scorch", "root.bolt")
	h.must(os.Truncate(bolt, 50))
	h.open()
	equal(t, h.count("good"), 1)
	answer, err := h.Search(ctx, root, &SearchRequest{Target: Target{Expression: "*"}})
	h.must(err)
	equal(t, []int{answer.Shards.Total, answer.Shards.Failed, len(answer.Hits.Hits)}, []int{2, 1, 1})
	if !strings.Contains(string(answer.Shards.Failures[0]), bolt) {
		t.Errorf("the failure is %s", answer.Shards.Failures[0])
	}
	_, err = h.Search(ctx, root, &SearchRequest{Target: Target{Expression: "bad"}})
	refusal(t, err, 503, "no_shard_available_action_exception", "bad")
	equal(t, h.bulk(op("index", "bad", "2", `{}`), op("index", "good", "2", `{}`)), []string{"503 no_shard_available_action_exception", "201 created 1"})
	health, err := h.Health(ctx, root, Target{})
	h.must(err)
	equal(t, health.Status, "red")
	h.must(h.DeleteIndex(ctx, root, Target{Expression: "bad"}))
	equal(t, h.bulk(op("index", "bad", "2", `{}`)), []string{"201 created 1"})
}

func TestNamesOfOurOwnColumnsAreNotTaken(t *testing.T) {
	h := newHarness(t)
	equal(t, h.bulk(
		op("index", "a", "1", `{"_time":"hello","_id2":1}`), op("index", "a", "2", `{"_seq_no":1}`), op("index", "a", "3", `{"\u0000time":"x"}`), op("index", "a", "4", `{"x":{"\u0000time":"x"}}`),
	), []string{"201 created 1", "400 document_parsing_exception", "400 document_parsing_exception", "400 document_parsing_exception"})
	for _, name := range []string{"_seq_no", "_version", "_routing", "_ignored", "_id"} {
		err := h.PutMapping(context.Background(), root, Target{Expression: "a"}, json.RawMessage(`{"properties":{"`+name+`":{"type":"keyword"}}}`))
		refusal(t, err, 400, "mapper_parsing_exception", name)
	}
	h.reopen()
	equal(t, h.count("a"), 1)
}

func TestAliasesAndDataStreamsDoNotHurtEachOther(t *testing.T) {
	h := newHarness(t)
	ctx := context.Background()
	stream := "logs-aws.vpcflow-default"
	h.bulk(op("create", stream, "1", `{"@timestamp":"2026-06-01T00:00:00Z"}`), op("index", "a", "1", `{}`))
	backing := h.streams[stream].Indices[0]
	update := func(actions string) error {
		return h.UpdateAliases(ctx, root, json.RawMessage(`{"actions":[`+actions+`]}`))
	}
	refusal(t, update(`{"remove_index":{"index":"`+backing+`"}}`), 400, "illegal_argument_exception", "is the write index for data stream")
	refusal(t, update(`{"add":{"index":"a","alias":"`+stream+`"}}`), 400, "invalid_alias_name_exception", stream)
	h.must(update(`{"add":{"index":"a","alias":"x"}},{"remove_index":{"index":"a"}}`))
	equal(t, h.count("*"), 1)
	h.reopen()
	equal(t, h.count(stream), 1)
}

func TestAllIsNotDeletedByOneCommand(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("index", "a1", "1", `{}`))
	for _, expression := range []string{"", "*", "_all", "a*", "a1,b*"} {
		refusal(t, h.DeleteIndex(context.Background(), root, Target{Expression: expression}), 400, "illegal_argument_exception", "Wildcard expressions or all indices are not allowed")
	}
	equal(t, h.count("*"), 1)
}

func TestAnUpdateThatAsksForNonsenseChangesNothing(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("index", "a", "1", `{"a":1}`))
	equal(t, h.bulk(op("update", "a", "1", `{"doc":{"a":2},"_source":5}`)), []string{"400 parsing_exception"})
	got, err := h.Get(context.Background(), root, "a", "1", GetOptions{Realtime: true})
	h.must(err)
	equal(t, string(got.Source), `{"a":1}`)
	h.must(h.PutSettings(context.Background(), root, Target{Expression: "a"}, json.RawMessage(`{"index.refresh_interval":"1d"}`), false))
	err = h.PutSettings(context.Background(), root, Target{Expression: "a"}, json.RawMessage(`{"index.sort.field":["a"]}`), false)
	refusal(t, err, 400, "illegal_argument_exception", "[index.sort.field]")
	h.must(h.CreateIndex(context.Background(), root, "sorted", json.RawMessage(`{"settings":{"index.sort.field":["a"]},"mappings":{"properties":{"a":{"type":"keyword"}}}}`)))
	h.must(h.PutSettings(context.Background(), root, Target{Expression: "sorted"}, json.RawMessage(`{"index.sort.field":["a"]}`), false))
}
