// Package client drives a server with Elastic's own Go client, typed and low-level, and its bulk indexer. clients.sh runs it with version 8 and, the import path
// replaced, with version 9, against $VEDETTE_URL (as $VEDETTE_USER with $VEDETTE_PASSWORD, if they are set).
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/elastic/go-elasticsearch/v8"
	"github.com/elastic/go-elasticsearch/v8/esutil"
	"github.com/elastic/go-elasticsearch/v8/typedapi/core/search"
	"github.com/elastic/go-elasticsearch/v8/typedapi/indices/create"
	"github.com/elastic/go-elasticsearch/v8/typedapi/types"
	"github.com/elastic/go-elasticsearch/v8/typedapi/types/enums/calendarinterval"
	"github.com/elastic/go-elasticsearch/v8/typedapi/types/enums/refresh"
	"github.com/elastic/go-elasticsearch/v8/typedapi/types/enums/result"
	"github.com/elastic/go-elasticsearch/v8/typedapi/types/enums/sortorder"
)

func config(t *testing.T) elasticsearch.Config {
	url := os.Getenv("VEDETTE_URL")
	if url == "" {
		t.Fatal("VEDETTE_URL is not set: run make test-clients")
	}
	return elasticsearch.Config{Addresses: []string{url}, Username: os.Getenv("VEDETTE_USER"), Password: os.Getenv("VEDETTE_PASSWORD"), CompressRequestBody: true}
}

func typed(t *testing.T) *elasticsearch.TypedClient {
	t.Helper()
	es, err := elasticsearch.NewTypedClient(config(t))
	must(t, err)
	return es
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func ptr[T any](v T) *T { return &v }

type event struct {
	Time  string `json:"@timestamp"`
	User  string `json:"user"`
	Bytes int    `json:"bytes"`
}

// freshIndex makes an index of six events, and removes it when the test ends.
func freshIndex(t *testing.T, es *elasticsearch.TypedClient, name string) {
	t.Helper()
	ctx := context.Background()
	_, _ = es.Indices.Delete(name).IgnoreUnavailable(true).Do(ctx)
	made, err := es.Indices.Create(name).Request(&create.Request{
		Settings: &types.IndexSettings{NumberOfReplicas: ptr("0")},
		Mappings: &types.TypeMapping{Properties: map[string]types.Property{
			"@timestamp": types.NewDateProperty(), "user": types.NewKeywordProperty(), "bytes": types.NewLongNumberProperty(),
		}},
	}).Do(ctx)
	must(t, err)
	equal(t, "acknowledged", made.Acknowledged, true)
	t.Cleanup(func() { _, _ = es.Indices.Delete(name).Do(context.Background()) })
	for i := range 6 {
		e := event{fmt.Sprintf("2026-01-0%dT12:00:00Z", 1+i/2), []string{"alice", "bob", "carol"}[i%3], 100 * i}
		put, err := es.Index(name).Id(fmt.Sprint(i)).Document(e).Refresh(refresh.True).Do(ctx)
		must(t, err)
		equal(t, "result", put.Result, result.Created)
	}
}

func TestInfo(t *testing.T) {
	info, err := typed(t).Info().Do(context.Background())
	must(t, err)
	equal(t, "tagline", info.Tagline, "You Know, for Search")
	equal(t, "build flavor", info.Version.BuildFlavor, "default")
}

// TestTypedSearch decodes aggregations into the client's own types, for which it sends typed_keys.
func TestTypedSearch(t *testing.T) {
	es := typed(t)
	freshIndex(t, es, "go-typed")
	answer, err := es.Search().Index("go-typed").Request(&search.Request{
		Query: &types.Query{Bool: &types.BoolQuery{Filter: []types.Query{
			{Term: map[string]types.TermQuery{"user": {Value: "alice"}}},
			{Range: map[string]types.RangeQuery{"bytes": types.NumberRangeQuery{Gte: ptr(types.Float64(0))}}},
		}}},
		Sort: []types.SortCombinations{&types.SortOptions{SortOptions: map[string]types.FieldSort{"bytes": {Order: &sortorder.Desc}}}},
		Aggregations: map[string]types.Aggregations{
			"users": {
				Terms:        &types.TermsAggregation{Field: ptr("user"), Size: ptr(10)},
				Aggregations: map[string]types.Aggregations{"sum": {Sum: &types.SumAggregation{Field: ptr("bytes")}}},
			},
			"days":   {DateHistogram: &types.DateHistogramAggregation{Field: ptr("@timestamp"), CalendarInterval: &calendarinterval.Day}},
			"spread": {Percentiles: &types.PercentilesAggregation{Field: ptr("bytes")}},
		},
	}).Do(context.Background())
	must(t, err)
	equal(t, "total", answer.Hits.Total.Value, 2)
	var first event
	must(t, json.Unmarshal(answer.Hits.Hits[0].Source_, &first))
	equal(t, "first hit", first.Bytes, 300)
	users, ok := answer.Aggregations["users"].(*types.StringTermsAggregate)
	if !ok {
		t.Fatalf("users is a %T", answer.Aggregations["users"])
	}
	buckets := users.Buckets.([]types.StringTermsBucket)
	equal(t, "buckets", len(buckets), 1)
	equal(t, "sum", float64(*buckets[0].Aggregations["sum"].(*types.SumAggregate).Value), 300)
	days, ok := answer.Aggregations["days"].(*types.DateHistogramAggregate)
	if !ok {
		t.Fatalf("days is a %T", answer.Aggregations["days"])
	}
	equal(t, "days", len(days.Buckets.([]types.DateHistogramBucket)), 2)
	if _, ok := answer.Aggregations["spread"].(*types.TDigestPercentilesAggregate); !ok {
		t.Errorf("spread is a %T", answer.Aggregations["spread"])
	}
}

func TestDocuments(t *testing.T) {
	es := typed(t)
	freshIndex(t, es, "go-documents")
	ctx := context.Background()
	changed, err := es.Update("go-documents", "1").Doc(map[string]any{"bytes": 7}).Do(ctx)
	must(t, err)
	equal(t, "result", changed.Result, result.Updated)
	got, err := es.Get("go-documents", "1").Do(ctx)
	must(t, err)
	var e event
	must(t, json.Unmarshal(got.Source_, &e))
	equal(t, "bytes", e.Bytes, 7)
	gone, err := es.Delete("go-documents", "1").Refresh(refresh.True).Do(ctx)
	must(t, err)
	equal(t, "result", gone.Result, result.Deleted)
	count, err := es.Count().Index("go-documents").Do(ctx)
	must(t, err)
	equal(t, "count", count.Count, 5)
	is, err := es.Exists("go-documents", "1").IsSuccess(ctx)
	must(t, err)
	equal(t, "exists", is, false)
}

// TestErrors decodes errors into the client's own type.
func TestErrors(t *testing.T) {
	_, err := typed(t).Search().Index("go-no-such-index").Do(context.Background())
	var refusal *types.ElasticsearchError
	if !errors.As(err, &refusal) {
		t.Fatalf("the error is %v", err)
	}
	equal(t, "status", refusal.Status, 404)
	equal(t, "type", refusal.ErrorCause.Type, "index_not_found_exception")
}

func TestBulkIndexer(t *testing.T) {
	es, err := elasticsearch.NewClient(config(t))
	must(t, err)
	const documents = 5000
	ctx, name := context.Background(), "go-bulk"
	_, _ = es.Indices.Delete([]string{name})
	t.Cleanup(func() { _, _ = es.Indices.Delete([]string{name}) })
	for _, round := range []struct{ want, failed uint64 }{{documents, 0}, {0, documents}} { // the second time all are there
		b, err := esutil.NewBulkIndexer(esutil.BulkIndexerConfig{Client: es, Index: name, NumWorkers: 3, FlushBytes: 100_000, Refresh: "true"})
		must(t, err)
		var conflicts atomic.Uint64
		for i := range documents {
			must(t, b.Add(ctx, esutil.BulkIndexerItem{
				Action: "create", DocumentID: fmt.Sprint(i), Body: strings.NewReader(fmt.Sprintf(`{"n":%d}`, i)),
				OnFailure: func(_ context.Context, _ esutil.BulkIndexerItem, r esutil.BulkIndexerResponseItem, err error) {
					if err == nil && r.Status == 409 && r.Error.Type == "version_conflict_engine_exception" {
						conflicts.Add(1)
					}
				},
			}))
		}
		must(t, b.Close(ctx))
		equal(t, "created", b.Stats().NumCreated, round.want)
		equal(t, "failed", b.Stats().NumFailed, round.failed)
		equal(t, "conflicts", conflicts.Load(), round.failed)
	}
	r, err := es.Count(es.Count.WithIndex(name))
	must(t, err)
	defer r.Body.Close()
	var count struct{ Count int }
	must(t, json.NewDecoder(r.Body).Decode(&count))
	equal(t, "count", count.Count, documents)
}

// TestLowLevel sends a body as it is, and reads the answer as it is.
func TestLowLevel(t *testing.T) {
	freshIndex(t, typed(t), "go-low")
	es, err := elasticsearch.NewClient(config(t))
	must(t, err)
	r, err := es.Search(es.Search.WithIndex("go-low"), es.Search.WithBody(bytes.NewBufferString(`{"query":{"query_string":{"query":"user:(alice OR bob) AND bytes:>100"}}}`)),
		es.Search.WithTrackTotalHits(true), es.Search.WithSize(1))
	must(t, err)
	defer r.Body.Close()
	var answer struct {
		Hits struct{ Total struct{ Value int } }
	}
	must(t, json.NewDecoder(r.Body).Decode(&answer))
	equal(t, "status", r.StatusCode, 200)
	equal(t, "total", answer.Hits.Total.Value, 2)
}
