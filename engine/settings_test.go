package engine

import (
	"context"
	"encoding/json"
	"testing"
)

func TestSettingsThatAreRefused(t *testing.T) {
	for body, says := range map[string]string{
		`{"nonsense":1}`:                              "unknown setting [index.nonsense] please check that any required plugins are installed",
		`{"number_of_shard":1}`:                       "unknown setting [index.number_of_shard] did you mean",
		`{"index":{"mode":"time_series"}}`:            "[index.mode=time_series] is not supported",
		`{"soft_deletes":{"enabled":false}}`:          "soft-deletes disabled is no longer supported",
		`{"similarity":{"mine":{"type":"DFR"}}}`:      "[index.similarity.mine.type] is not supported",
		`{"max_terms_count":0}`:                       "Failed to parse value [0] for setting [index.max_terms_count] must be >= 1",
		`{"index.highlight.max_analyzed_offset":"x"}`: "Failed to parse value [x] for setting [index.highlight.max_analyzed_offset]",
		`{"translog":{"durability":"never"}}`:         "No enum constant org.elasticsearch.index.translog.Translog.Durability.NEVER",
		`{"translog.sync_interval":"99ms"}`:           "failed to parse value [99ms] for setting [index.translog.sync_interval], must be >= [100ms]",
		`{"translog.sync_interval":"often"}`:          "failed to parse setting [index.translog.sync_interval]",
		`{"refresh_interval":"soon"}`:                 "failed to parse setting [index.refresh_interval]",
	} {
		_, err := parseSettings(json.RawMessage(body))
		refusal(t, err, 400, "illegal_argument_exception", says)
	}
}

// What log shippers put into their templates has to be accepted.
func TestSettingsThatShippersSend(t *testing.T) {
	for _, body := range []string{
		`{"index":{"lifecycle":{"name":"filebeat"},"codec":"best_compression","mapping":{"total_fields":{"limit":10000}},"refresh_interval":"5s","number_of_routing_shards":30,"query":{"default_field":["message"]},"max_docvalue_fields_search":200}}`,
		`{"auto_expand_replicas":"0-1","priority":10,"routing.allocation.include._tier_preference":"data_content","sort.field":["a"],"sort.order":["desc"],"mode":"logsdb"}`,
		`{"analysis":{"analyzer":{"a":{"tokenizer":"standard"}}},"blocks":{"write":true},"default_pipeline":"_none","hidden":true,"similarity":{"default":{"type":"BM25"}}}`,
	} {
		if _, err := parseSettings(json.RawMessage(body)); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestBlocksForbid(t *testing.T) {
	h := newHarness(t)
	ctx := context.Background()
	h.bulk(op("index", "a", "1", `{"n":1}`))
	set := func(body string) {
		t.Helper()
		h.must(h.PutSettings(ctx, root, Target{Expression: "a"}, json.RawMessage(body), false))
	}
	set(`{"index.blocks.write":true}`)
	equal(t, h.bulk(op("index", "a", "2", `{}`), op("delete", "a", "1", ""), op("update", "a", "1", `{"doc":{}}`)),
		[]string{"403 cluster_block_exception", "403 cluster_block_exception", "403 cluster_block_exception"})
	equal(t, h.count("a"), 1)
	set(`{"index.blocks.write":false,"index.blocks.read":true}`)
	_, err := h.Count(ctx, root, &SearchRequest{Target: Target{Expression: "a"}})
	refusal(t, err, 403, "cluster_block_exception", "index [a] blocked by: [FORBIDDEN/7/index read (api)];")
	set(`{"index.blocks.read":null,"index.blocks.metadata":true}`)
	refusal(t, h.PutMapping(ctx, root, Target{Expression: "a"}, json.RawMessage(`{"properties":{"x":{"type":"ip"}}}`)), 403, "cluster_block_exception", "FORBIDDEN/9")
	refusal(t, h.PutSettings(ctx, root, Target{Expression: "a"}, json.RawMessage(`{"refresh_interval":"1s"}`), false), 403, "cluster_block_exception", "FORBIDDEN/9")
	refusal(t, h.UpdateAliases(ctx, root, json.RawMessage(`{"actions":[{"add":{"index":"a","alias":"x"}}]}`)), 403, "cluster_block_exception", "FORBIDDEN/9")
	refusal(t, h.DeleteIndex(ctx, root, Target{Expression: "a"}), 403, "cluster_block_exception", "FORBIDDEN/9")
	set(`{"index.blocks.metadata":false,"index.blocks.read_only_allow_delete":true}`)
	equal(t, h.bulk(op("index", "a", "2", `{}`)), []string{"429 cluster_block_exception"})
	h.must(h.DeleteIndex(ctx, root, Target{Expression: "a"}))
}

func TestAPipelineThatThereIsNotRefusesDocuments(t *testing.T) {
	h := newHarness(t)
	h.must(h.CreateIndex(context.Background(), root, "a", json.RawMessage(`{"settings":{"final_pipeline":"none-such"}}`)))
	equal(t, h.bulk(op("index", "a", "1", `{}`), op("delete", "a", "1", "")), []string{"400 illegal_argument_exception", "404 not_found 1"})
}
