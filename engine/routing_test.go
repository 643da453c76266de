package engine

import (
	"context"
	"encoding/json"
	"testing"
)

// The hashes are those of Elasticsearch's own test of its routing.
func TestTextsHashAsInElasticsearch(t *testing.T) {
	for text, want := range map[string]uint32{
		"hell": 0x5a0cb7c3, "hello": 0xd7c31989, "hello w": 0x22ab2984, "hello wo": 0xdf0ca123, "hello wor": 0xe7744d61,
		"The quick brown fox jumps over the lazy dog": 0xe07db09c, "The quick brown fox jumps over the lazy cog": 0x4e63d2ad,
	} {
		if got := murmur3(utf16Bytes(text)); got != want {
			t.Errorf("%q hashes to %#x, want %#x", text, got, want)
		}
	}
}

func TestDocumentsLieOnTheirShards(t *testing.T) {
	for _, c := range []struct {
		name     string
		settings settings
		want     shards
	}{
		{"one shard", settings{}, shards{1, 1024}},
		{"five shards", settings{"index.number_of_shards": "5"}, shards{5, 640}},
		{"slots of the user's", settings{"index.number_of_shards": "5", "index.number_of_routing_shards": "5"}, shards{5, 5}},
		{"slots that are no multiple", settings{"index.number_of_shards": "5", "index.number_of_routing_shards": "7"}, shards{5, 640}},
		{"many shards", settings{"index.number_of_shards": "1024"}, shards{1024, 2048}},
	} {
		if got := c.settings.shards(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	five := shards{5, 640}
	for _, id := range []string{"1", "a", "ünïcödé", "😀"} {
		if n := five.of(id, ""); n < 0 || n > 4 || n != five.of("other", id) {
			t.Errorf("%s lies on shard %d", id, n)
		}
	}
	if !five.reaches("1", "", "") || !five.reaches("1", "r", "r") || five.reaches("1", "5", "4") || !(shards{1, 1024}).reaches("1", "5", "4") {
		t.Error("a routing leads elsewhere")
	}
}

func TestARoutingThatLeadsElsewhereFindsNothing(t *testing.T) {
	h := newHarness(t)
	h.must(h.CreateIndex(context.Background(), root, "a", json.RawMessage(`{"settings":{"number_of_shards":5}}`)))
	with := func(o BulkOp, routing string) BulkOp { o.Routing = routing; return o }
	equal(t, h.bulk(
		with(op("index", "a", "1", `{"n":1}`), "5"), with(op("update", "a", "1", `{"doc":{"n":2}}`), "4"), with(op("delete", "a", "1", ""), "4"),
		with(op("update", "a", "1", `{"doc":{"n":3},"doc_as_upsert":true}`), "4"),
	), []string{"201 created 1", "404 document_missing_exception", "404 not_found 1", "200 updated 2"})
	equal(t, h.count("a"), 1)
	for routing, want := range map[string]bool{"5": true, "4": false, "": false} {
		for _, realtime := range []bool{true, false} {
			got, err := h.Get(context.Background(), root, "a", "1", GetOptions{Routing: routing, Realtime: realtime})
			if err != nil || got.Found != want || want && got.Routing != "5" {
				t.Errorf("routing %q, realtime %t: %+v, %v", routing, realtime, got, err)
			}
		}
	}
}

func TestAnIndexCanRequireARouting(t *testing.T) {
	h := newHarness(t)
	ctx := context.Background()
	h.must(h.CreateIndex(ctx, root, "a", json.RawMessage(`{"mappings":{"_routing":{"required":true}},"aliases":{"x":{"routing":"r"}}}`)))
	equal(t, h.bulk(op("index", "a", "1", `{}`), op("index", "x", "1", `{}`), op("delete", "a", "1", "")),
		[]string{"400 routing_missing_exception", "201 created 1", "400 routing_missing_exception"})
	_, err := h.Get(ctx, root, "a", "1", GetOptions{Realtime: true})
	refusal(t, err, 400, "routing_missing_exception", "routing is required for [a]/[1]")
	got, err := h.Get(ctx, root, "x", "1", GetOptions{Realtime: true})
	if err != nil || !got.Found || got.Routing != "r" {
		t.Errorf("%+v, %v", got, err)
	}
	h.reopen()
	got, err = h.Get(ctx, root, "x", "1", GetOptions{Realtime: true})
	if err != nil || got.Routing != "r" {
		t.Errorf("after a restart: %+v, %v", got, err)
	}
}
