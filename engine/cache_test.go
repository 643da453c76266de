package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// dice makes random requests over the documents of TestCacheChangesNoAnswer.
type dice struct{ *rand.Rand }

func (d dice) of(choices ...string) string { return choices[d.IntN(len(choices))] }

func (d dice) time() string {
	return time.Date(2026, 6, 1, d.IntN(24), d.IntN(60), 0, 0, time.UTC).Format(time.RFC3339)
}

func (d dice) query(depth int) string {
	if depth > 0 && d.IntN(2) == 0 {
		return fmt.Sprintf(`{"bool":{"filter":[%s],"must_not":[%s]}}`, d.query(depth-1), d.query(depth-1))
	}
	return d.of(
		`{"match_all":{}}`,
		fmt.Sprintf(`{"range":{"@timestamp":{"gte":%q,"lt":%q}}}`, d.time(), d.time()),
		`{"range":{"@timestamp":{"gte":"now-`+d.of("6h", "1d/d", "30m")+`"}}}`,
		fmt.Sprintf(`{"range":{"n":{"gte":%d,"lt":%d}}}`, d.IntN(100), d.IntN(200)),
		fmt.Sprintf(`{"range":{"host":{"gte":"h%d"}}}`, d.IntN(9)),
		fmt.Sprintf(`{"term":{"host":"h%d"}}`, d.IntN(9)),
		fmt.Sprintf(`{"terms":{"n":[%d,%d]}}`, d.IntN(100), d.IntN(100)),
		fmt.Sprintf(`{"wildcard":{"host":"*%d"}}`, d.IntN(9)),
		fmt.Sprintf(`{"fuzzy":{"host":"h%d"}}`, d.IntN(9)),
		fmt.Sprintf(`{"match_phrase_prefix":{"text":"word %d"}}`, d.IntN(9)),
		fmt.Sprintf(`{"match_phrase":{"text":"word %d"}}`, d.IntN(9)),
		`{"exists":{"field":"odd"}}`,
	)
}

func (d dice) aggs(depth int) string {
	nested := ""
	if depth > 0 {
		nested = `,"aggs":` + d.aggs(depth-1)
	}
	bucket := d.of(
		`"terms":{"field":"host","size":3}`, `"terms":{"field":"n","size":20}`,
		fmt.Sprintf(`"date_histogram":{"field":"@timestamp","fixed_interval":"3h","min_doc_count":0,"extended_bounds":{"min":%q,"max":"2026-06-02T00:00:00Z"}}`, d.time()),
		`"histogram":{"field":"n","interval":25}`,
		`"filter":`+d.query(1), `"missing":{"field":"odd"}`,
		fmt.Sprintf(`"date_range":{"field":"@timestamp","ranges":[{"from":%q},{"to":"now-6h"}]}`, d.time()),
		fmt.Sprintf(`"range":{"field":"n","ranges":[{"to":50},{"from":%d}]}`, d.IntN(200)),
	)
	metric := d.of(`"cardinality":{"field":"host"}`, `"cardinality":{"field":"n"}`, `"stats":{"field":"n"}`, `"percentiles":{"field":"n"}`, `"top_hits":{"size":0}`, `"avg":{"field":"half"}`)
	return `{"b":{` + bucket + nested + `},"m":{` + metric + `}}`
}

// TestCacheChangesNoAnswer asks random questions with and without the cache while documents are written, deleted and merged. Half of the questions were asked before,
// at another time of the clock.
func TestCacheChangesNoAnswer(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	d := dice{rand.New(rand.NewPCG(seed, 1))}
	a := newAging(t, Lifecycle{})
	a.must(a.CreateIndex(context.Background(), root, "i", json.RawMessage(`{"mappings":{"properties":{"@timestamp":{"type":"date"},"host":{"type":"keyword"},"n":{"type":"long"},
		"half":{"type":"double"},"odd":{"type":"boolean"},"text":{"type":"text"}}}}`)))
	var asked []string
	hits := int64(0)
	for round := range 12 {
		a.writeRandom(d, round)
		for range 25 {
			body := fmt.Sprintf(`{"size":0,"track_total_hits":true,"query":%s,"aggs":%s}`, d.query(2), d.aggs(d.IntN(2)))
			if len(asked) > 0 && d.IntN(2) == 0 {
				body = asked[d.IntN(len(asked))]
			}
			asked = append(asked, body)
			want := a.answer(body, "false")
			for _, use := range []string{"true", ""} {
				if got := a.answer(body, use); got != want {
					t.Fatalf("round %d, request_cache=%s: %s\n got %s\nwant %s", round, use, body, got, want)
				}
			}
			a.now = a.now.Add(time.Duration(d.IntN(600)) * time.Second)
		}
		hits += a.cache.Stats().Hits
	}
	if hits < 20 { // how many segments are files, and so are kept, is a matter of time
		t.Errorf("the cache was used %d times only", hits)
	}
}

// writeRandom writes and deletes documents, adds a field now and then, and opens the directory anew, so that all segments are files.
func (a *aging) writeRandom(d dice, round int) {
	var ops []BulkOp
	for i := range 50 + d.IntN(200) {
		source := fmt.Sprintf(`{"@timestamp":%q,"host":"h%d","n":%d,"half":%d.5,"text":"word %d here","extra%d":1}`, d.time(), d.IntN(9), d.IntN(100)+round*10, d.IntN(50), d.IntN(99), round/4)
		if d.IntN(3) == 0 {
			source = strings.Replace(source, `"n"`, `"odd":true,"n"`, 1)
		}
		ops = append(ops, op("index", "i", fmt.Sprint(i+round*100), source))
	}
	for range d.IntN(20) {
		ops = append(ops, op("delete", "i", fmt.Sprint(d.IntN(100+round*100)), ""))
	}
	a.bulk(ops...)
	if d.IntN(2) == 0 {
		a.reopen()
	}
}

// answer is the answer to a search without what differs each time.
func (a *aging) answer(body, useCache string) string {
	a.t.Helper()
	r := &SearchRequest{Target: Target{Expression: "i"}, Body: json.RawMessage(body), Params: map[string]string{}}
	if useCache != "" {
		r.Params["request_cache"] = useCache
	}
	got, err := a.Search(context.Background(), root, r)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%v %s", got.Hits.Total, got.Aggregations)
}

// cached is a harness with an index of one segment on disk, which holds three hours. Several would be merged at a time that nobody knows.
func cached(t *testing.T, o Options) *harness {
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	o.Now = func() time.Time { now = now.Add(time.Minute); return now }
	h := newHarnessWith(t, o)
	var ops []BulkOp
	for i := range 300 {
		ops = append(ops, op("index", "i", "", fmt.Sprintf(`{"@timestamp":"2026-06-01T%02d:%02d:00Z","host":"h%d","n":%d}`, i%3, i%60, i%7, i%100)))
	}
	h.bulk(ops...)
	h.reopen()
	return h
}

func (h *harness) aggregate(query string, params map[string]string) string {
	h.t.Helper()
	got, err := h.Search(context.Background(), root, &SearchRequest{Target: Target{Expression: "i"}, Params: params,
		Body: json.RawMessage(`{"size":0,"query":` + query + `,"aggs":{"hosts":{"terms":{"field":"host.keyword"}}}}`)})
	h.must(err)
	return string(got.Aggregations)
}

func TestMovingRangeIsKeptForSegmentsInside(t *testing.T) {
	h := cached(t, Options{})
	lastDay := `{"range":{"@timestamp":{"gte":"now-1d","lte":"now"}}}`
	want := h.aggregate(lastDay, nil)
	if got := h.cache.Stats(); got.Hits != 0 || got.Entries == 0 {
		t.Fatalf("first: %+v", got)
	}
	entries := h.cache.Stats().Entries
	if got := h.aggregate(lastDay, nil); got != want { // the clock has moved
		t.Errorf("got %s, want %s", got, want)
	}
	if got := h.cache.Stats(); got.Hits != int64(entries) || got.Entries != entries {
		t.Errorf("second: %+v, want %d hits", got, entries)
	}
	h.aggregate(`{"range":{"@timestamp":{"gte":"2026-06-01T01:30:00Z"}}}`, nil)
	if got := h.cache.Stats(); got.Entries == entries {
		t.Errorf("a range that cuts a segment is taken for one that does not: %+v", got)
	}
}

func TestCacheObeysParameterAndSetting(t *testing.T) {
	h := cached(t, Options{})
	h.aggregate(`{"match_all":{}}`, map[string]string{"request_cache": "false"})
	h.must(h.PutSettings(context.Background(), root, Target{Expression: "i"}, json.RawMessage(`{"index.requests.cache.enable":false}`), false))
	h.aggregate(`{"match_all":{}}`, nil)
	if got := h.cache.Stats().Entries; got != 0 {
		t.Errorf("%d entries, want none", got)
	}
	h.aggregate(`{"match_all":{}}`, map[string]string{"request_cache": "true"})
	if got := h.cache.Stats().Entries; got == 0 {
		t.Error("request_cache=true keeps nothing")
	}
	if _, err := h.Search(context.Background(), root, &SearchRequest{Params: map[string]string{"request_cache": "maybe"}}); err == nil {
		t.Error("request_cache=maybe is taken")
	}
}

func TestCacheIsBoundedAndFreed(t *testing.T) {
	h := cached(t, Options{CacheBytes: 20_000})
	for n := range 100 {
		h.aggregate(fmt.Sprintf(`{"range":{"n":{"gte":%d}}}`, n), nil)
		if got := h.cache.Stats(); got.Bytes > 20_000 || h.memory.Used() != got.Bytes {
			t.Fatalf("%+v is kept, and %d counted", got, h.memory.Used())
		}
	}
	if got := h.cache.Stats(); got.Entries < 5 {
		t.Errorf("%+v is kept", got)
	}
	h.must(h.DeleteIndex(context.Background(), root, Target{Expression: "i"}))
	if got := h.cache.Stats(); got.Entries != 0 || got.Bytes != 0 || h.memory.Used() != 0 {
		t.Errorf("after the index is gone %+v is kept, and %d counted", got, h.memory.Used())
	}
}

func TestCacheIsCountedByIndex(t *testing.T) {
	h := cached(t, Options{})
	counts := func() Activity {
		stats, err := h.IndexStats(context.Background(), root, Target{Expression: "i"})
		h.must(err)
		return stats[0].Activity
	}
	h.aggregate(`{"match_all":{}}`, map[string]string{"request_cache": "false"})
	if got := counts(); got.CacheHits+got.CacheMisses+got.CacheBytes != 0 {
		t.Errorf("without the cache: %+v", got)
	}
	h.aggregate(`{"match_all":{}}`, nil)
	if got := counts(); got.CacheHits != 0 || got.CacheMisses != 1 || got.CacheBytes != h.cache.Stats().Bytes || got.CacheBytes == 0 {
		t.Errorf("first: %+v", got)
	}
	h.aggregate(`{"match_all":{}}`, nil)
	if got := counts(); got.CacheHits != 1 || got.CacheMisses != 1 || got.CacheEvictions != 0 {
		t.Errorf("second: %+v", got)
	}
	for range 2 {
		h.count("i")
	}
	if got := counts(); got.CacheHits != 2 || got.CacheMisses != 2 {
		t.Errorf("after two counts: %+v", got)
	}
	small := cached(t, Options{CacheBytes: 20_000})
	for n := range 100 {
		small.aggregate(fmt.Sprintf(`{"range":{"n":{"gte":%d}}}`, n), nil)
	}
	stats, err := small.IndexStats(context.Background(), root, Target{Expression: "i"})
	small.must(err)
	if got := stats[0].Activity; got.CacheEvictions == 0 || got.CacheBytes != small.cache.Stats().Bytes {
		t.Errorf("with little room: %d evictions, %d bytes of %d", got.CacheEvictions, got.CacheBytes, small.cache.Stats().Bytes)
	}
}
