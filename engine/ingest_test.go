package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/vedette-siem/vedette/storage/metadb"
)

func (h *harness) putPipeline(id, processors string) {
	h.t.Helper()
	h.must(h.PutPipeline(context.Background(), root, id, json.RawMessage(`{"processors":`+processors+`}`), nil))
}

func (h *harness) source(index, id string) string {
	h.t.Helper()
	got, err := h.Get(context.Background(), root, index, id, GetOptions{Realtime: true})
	h.must(err)
	return string(got.Source)
}

func TestPipelinesOutliveTheProcess(t *testing.T) {
	h := newHarness(t)
	h.putPipeline("p", `[{"set":{"field":"at","value":"{{_ingest.timestamp}}"}}]`)
	h.putPipeline("gone", `[]`)
	h.must(h.DeletePipeline(context.Background(), root, "gone"))
	h.reopen()
	o := op("index", "a", "1", `{}`)
	o.Pipeline = "p"
	equal(t, h.bulk(o), []string{"201 created 1"})
	equal(t, h.source("a", "1"), `{"at":"2026-06-01T12:00:00Z"}`)
	found, err := h.GetPipelines(context.Background(), root, "")
	h.must(err)
	equal(t, len(found), 1)
}

func TestAStoredPipelineThatCannotBeUsedRefusesDocuments(t *testing.T) {
	h := newHarness(t)
	h.putPipeline("p", `[]`)
	h.must(h.dir.Meta().Update(func(tx *metadb.Tx) error {
		return tx.Put(pipelineTable, "p", []byte(`{"format":1,"pipeline":{"processors":[{"of_tomorrow":{}}]}}`))
	}))
	h.reopen()
	o := op("index", "a", "1", `{}`)
	o.Pipeline = "p"
	equal(t, h.bulk(o), []string{"500 illegal_state_exception"})
	h.putPipeline("p", `[]`)
	o = op("index", "a", "1", `{}`)
	o.Pipeline = "p"
	equal(t, h.bulk(o), []string{"201 created 1"})
}

func TestOperationsThatAreWrittenAgainDoNotRunTheirPipelinesTwice(t *testing.T) {
	h := newHarness(t)
	h.putPipeline("p", `[{"append":{"field":"by","value":"p"}}]`)
	ops := []BulkOp{op("index", "a", "1", `{}`)}
	ops[0].Pipeline = "p"
	for range 2 {
		_, err := h.Bulk(context.Background(), root, ops, BulkOptions{})
		h.must(err)
	}
	equal(t, h.source("a", "1"), `{"by":["p"]}`)
}

func TestPipelinesAreCounted(t *testing.T) {
	h := newHarness(t)
	h.putPipeline("p", `[{"fail":{"if":"ctx.bad == true","message":"x"}}]`)
	for _, source := range []string{`{}`, `{"bad":true}`, `{}`} {
		o := op("index", "a", "", source)
		o.Pipeline = "p"
		h.bulk(o)
	}
	stats, err := h.IngestStats(context.Background(), root)
	h.must(err)
	got := stats.Pipelines["p"].IngestCounts
	equal(t, fmt.Sprint(got.Count, got.Failed, got.Current, stats.Total.Count), "3 1 0 3")
}

func TestPipelinesHaveLimits(t *testing.T) {
	h := newHarness(t)
	ctx := context.Background()
	put := func(id, body string) error { return h.PutPipeline(ctx, root, id, json.RawMessage(body), nil) }
	refusal(t, put("p", `{"processors":[],"description":"`+strings.Repeat("x", maxPipelineBytes)+`"}`), 400, "illegal_argument_exception", "may be no longer than 1048576 bytes")
	refusal(t, put("a,b", `{"processors":[]}`), 400, "illegal_argument_exception", "comma or a wildcard")
	all := map[string]*storedPipeline{}
	for i := range maxPipelines {
		all[fmt.Sprint("p", i)] = newStoredPipeline("p", []byte(`{"processors":[]}`))
	}
	h.pipelines.now.Store(&all)
	refusal(t, put("more", `{"processors":[]}`), 400, "illegal_argument_exception", "no more than 1000 pipelines")
	refusal(t, h.PutPipeline(ctx, Principal{}, "p", nil, nil), 403, "security_exception", "cluster:admin/ingest/pipeline/put")
}

func TestTheDatabaseOfPlacesIsTheServers(t *testing.T) {
	h := newHarnessWith(t, Options{Locate: func(a netip.Addr) (geo, as []byte) { return []byte(`{"country_iso_code":"DE"}`), nil }})
	h.putPipeline("p", `[{"geoip":{"field":"ip"}}]`)
	o := op("index", "a", "1", `{"ip":"5.9.0.1"}`)
	o.Pipeline = "p"
	h.bulk(o)
	equal(t, h.source("a", "1"), `{"ip":"5.9.0.1","geoip":{"country_iso_code":"DE"}}`)
}

func TestPipelinesChangeWhileDocumentsRunThroughThem(t *testing.T) {
	h := newHarness(t)
	h.putPipeline("p", `[{"set":{"field":"n","value":0}}]`)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 20 {
				o := op("index", "a", "", `{}`)
				o.Pipeline = "p"
				answer, err := h.Bulk(context.Background(), root, []BulkOp{o}, BulkOptions{})
				if err != nil || answer.Errors {
					t.Errorf("%d: %v %+v", i, err, answer)
				}
			}
		})
	}
	for i := range 20 {
		h.putPipeline("p", fmt.Sprintf(`[{"set":{"field":"n","value":%d}}]`, i))
	}
	wg.Wait()
}
