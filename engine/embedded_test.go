package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/vedette-siem/vedette/storage"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var root = Principal{Name: "test", Superuser: true}

// harness is an engine on a directory of its own that can be opened again.
type harness struct {
	*Embedded
	t    *testing.T
	path string
	dir  *storage.Dir
	o    Options
}

func newHarness(t *testing.T) *harness {
	return newHarnessWith(t, Options{Now: func() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }})
}

func newHarnessWith(t *testing.T, o Options) *harness {
	h := &harness{t: t, path: t.TempDir(), o: o}
	h.open()
	t.Cleanup(func() { h.dir.Close() })
	return h
}

func (h *harness) open() {
	h.t.Helper()
	var err error
	if h.dir, err = storage.Open(h.path, storage.Options{RefreshInterval: time.Hour, RetryPause: time.Millisecond}); err != nil {
		h.t.Fatal(err)
	}
	if h.Embedded, err = OpenEmbedded(h.dir, h.o); err != nil {
		h.t.Fatal(err)
	}
}

func (h *harness) reopen() {
	h.t.Helper()
	if err := h.dir.Close(); err != nil {
		h.t.Fatal(err)
	}
	h.open()
}

// bulk writes lines of `action index id` and a source, and returns what became of each: `status result version` or `status type`.
func (h *harness) bulk(ops ...BulkOp) []string {
	h.t.Helper()
	answer, err := h.Bulk(context.Background(), root, ops, BulkOptions{Refresh: "true"})
	if err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for _, item := range answer.Items {
		if item.Error != nil {
			out = append(out, fmt.Sprintf("%d %s", item.Status, item.Error.Type))
		} else {
			out = append(out, fmt.Sprintf("%d %s %d", item.Status, item.Result, item.Version))
		}
	}
	return out
}

func op(action, index, id, source string) BulkOp {
	return BulkOp{Action: action, Index: index, ID: id, Source: json.RawMessage(source)}
}

func (h *harness) count(expression string) int64 {
	h.t.Helper()
	answer, err := h.Count(context.Background(), root, &SearchRequest{Target: Target{Expression: expression}})
	if err != nil {
		h.t.Fatal(err)
	}
	return answer.Count
}

func (h *harness) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// refusal checks that err is an Error of a type whose text holds says.
func refusal(t *testing.T, err error, status int, typ, says string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Status != status || e.Type != typ || !strings.Contains(e.Error(), says) {
		t.Errorf("got %v, want %d %s with %q", err, status, typ, says)
	}
}

func TestBulkAnswersEachOperationInOrder(t *testing.T) {
	h := newHarness(t)
	equal(t, h.bulk(
		op("index", "a", "1", `{"n":1}`), op("index", "a", "1", `{"n":2}`), op("create", "a", "1", `{"n":3}`), op("create", "a", "2", `{"n":3}`),
		op("update", "a", "1", `{"doc":{"m":1}}`), op("update", "a", "1", `{"doc":{"m":1}}`), op("update", "a", "3", `{"doc":{"m":1}}`),
		op("update", "a", "3", `{"doc":{"m":1},"doc_as_upsert":true}`), op("delete", "a", "2", ""), op("delete", "a", "9", ""),
		op("index", "a", "4", `{"n":"text"}`), op("index", "A", "1", `{}`), op("index", "a", "5", `{`), op("delete", "none", "1", ""),
	), []string{"201 created 1", "200 updated 2", "409 version_conflict_engine_exception", "201 created 1", "200 updated 3", "200 noop 3",
		"404 document_missing_exception", "201 created 1", "200 deleted 2", "404 not_found 1", "400 document_parsing_exception",
		"400 invalid_index_name_exception", "400 document_parsing_exception", "404 index_not_found_exception"})
	equal(t, h.count("a"), 2)
}

func TestGetSeesAWriteAtOnce(t *testing.T) {
	h := newHarness(t)
	if _, err := h.Bulk(context.Background(), root, []BulkOp{op("index", "a", "1", `{"n": 1.50, "m":[1]}`)}, BulkOptions{}); err != nil {
		t.Fatal(err)
	}
	get := func() {
		t.Helper()
		got, err := h.Get(context.Background(), root, "a", "1", GetOptions{Realtime: true})
		if err != nil || !got.Found || string(got.Source) != `{"n": 1.50, "m":[1]}` || *got.Version != 1 || *got.SeqNo != 0 {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	get()
	h.reopen()
	get()
	got, err := h.Get(context.Background(), root, "a", "2", GetOptions{Realtime: true})
	if err != nil || got.Found || got.Index != "a" {
		t.Errorf("a missing document: %+v, %v", got, err)
	}
	_, err = h.Get(context.Background(), root, "b", "2", GetOptions{Realtime: true})
	refusal(t, err, 404, "index_not_found_exception", "no such index [b]")
}

func TestOptimisticConcurrency(t *testing.T) {
	h := newHarness(t)
	n := func(v int64) *int64 { return &v }
	with := func(o BulkOp, seqNo, term, version *int64, typ string) BulkOp {
		o.IfSeqNo, o.IfPrimaryTerm, o.Version, o.VersionType = seqNo, term, version, typ
		return o
	}
	equal(t, h.bulk(
		op("index", "a", "1", `{}`),
		with(op("index", "a", "1", `{}`), n(0), n(1), nil, ""),
		with(op("index", "a", "1", `{}`), n(0), n(1), nil, ""),
		with(op("index", "a", "1", `{}`), n(1), n(2), nil, ""),
		with(op("delete", "a", "9", ``), n(1), n(1), nil, ""),
		with(op("index", "a", "1", `{}`), nil, nil, n(7), "external"),
		with(op("index", "a", "1", `{}`), nil, nil, n(7), "external"),
		with(op("index", "a", "1", `{}`), nil, nil, n(7), "external_gte"),
	), []string{"201 created 1", "200 updated 2", "409 version_conflict_engine_exception", "409 version_conflict_engine_exception",
		"409 version_conflict_engine_exception", "200 updated 7", "409 version_conflict_engine_exception", "200 updated 7"})
}

func TestTheCatalogueOutlivesTheProcess(t *testing.T) {
	h := newHarness(t)
	ctx := context.Background()
	h.must(h.CreateIndex(ctx, root, "a", json.RawMessage(`{"settings":{"number_of_replicas":0},"mappings":{"properties":{"n":{"type":"long"}}},"aliases":{"all":{}}}`)))
	h.must(h.PutTemplate(ctx, root, IndexTemplate, "t", json.RawMessage(`{"index_patterns":["s-*"],"data_stream":{},"template":{"mappings":{"properties":{"n":{"type":"keyword"}}}}}`), false))
	h.bulk(op("create", "s-1", "", `{"@timestamp":"2026-06-01T00:00:00Z","n":"x","new":true}`), op("index", "a", "1", `{"n":1}`))
	before, err := h.GetIndex(ctx, root, Target{ExpandWildcards: "all"})
	h.must(err)
	uuid := h.clusterUUID
	h.reopen()
	after, err := h.GetIndex(ctx, root, Target{ExpandWildcards: "all"})
	h.must(err)
	a, _ := json.Marshal(before)
	b, _ := json.Marshal(after)
	equal(t, string(b), string(a))
	equal(t, h.clusterUUID, uuid)
	equal(t, []int64{h.count("all"), h.count("s-1"), h.count("*")}, []int64{1, 1, 2})
	h.must(h.DeleteIndex(ctx, root, Target{Expression: "a"}))
	h.must(h.DeleteDataStream(ctx, root, Target{Expression: "s-*"}))
	h.reopen()
	equal(t, h.count("*"), 0)
}

func TestADataStreamTakesCreatesWithATimeOnly(t *testing.T) {
	h := newHarness(t)
	equal(t, h.bulk(
		op("create", "logs-aws.cloudtrail-default", "ct-1", `{"@timestamp":"2026-06-01T00:00:00Z"}`),
		op("create", "logs-aws.cloudtrail-default", "ct-1", `{"@timestamp":"2026-06-01T00:00:00Z"}`),
		op("index", "logs-aws.cloudtrail-default", "2", `{"@timestamp":"2026-06-01T00:00:00Z"}`),
		op("create", "logs-aws.cloudtrail-default", "3", `{"n":1}`),
		op("create", "logs-aws.cloudtrail-default", "4", `{"@timestamp":"2026-06-01T00:00:00Z","source":{"ip":"not an address"}}`),
	), []string{"201 created 1", "409 version_conflict_engine_exception", "400 illegal_argument_exception", "400 document_parsing_exception", "201 created 1"})
	streams, err := h.DataStreams(context.Background(), root, Target{})
	h.must(err)
	equal(t, streams[0].Indices[0].Name, ".ds-logs-aws.cloudtrail-default-2026.06.01-000001")
	err = h.DeleteIndex(context.Background(), root, Target{Expression: ".ds-logs-aws.cloudtrail-default-2026.06.01-000001"})
	refusal(t, err, 400, "illegal_argument_exception", "is the write index for data stream")
}

func TestTargets(t *testing.T) {
	h := newHarness(t)
	for _, name := range []string{"a1", "a2", "b1", ".hidden"} {
		h.bulk(op("index", name, "1", `{"n":1}`))
	}
	h.must(h.UpdateAliases(context.Background(), root, json.RawMessage(`{"actions":[{"add":{"indices":["a1","b1"],"alias":"both"}},{"add":{"index":"a2","alias":"none","filter":{"term":{"n":2}}}}]}`)))
	for expression, want := range map[string]int64{
		"": 4, "_all": 4, "*": 4, "a*": 2, "a*,-a1": 1, "a1,b1": 2, "both": 2, "none": 0, "none,a2": 1, "*,-a*": 2, "both,-a1": -1, ".hidden": 1, "x*": 0, "nothing": -1,
	} {
		answer, err := h.Count(context.Background(), root, &SearchRequest{Target: Target{Expression: expression}})
		switch {
		case want < 0 && err == nil:
			t.Errorf("%q was accepted", expression)
		case want >= 0 && (err != nil || answer.Count != want):
			t.Errorf("%q: %+v, %v, want %d", expression, answer, err, want)
		}
	}
	_, err := h.Count(context.Background(), root, &SearchRequest{Target: Target{Expression: "x*", DisallowNone: true}})
	refusal(t, err, 404, "index_not_found_exception", "no such index [x*]")
}

func TestNamesThatAreRefused(t *testing.T) {
	h := newHarness(t)
	for name, says := range map[string]string{
		"Upper": "must be lowercase", "..": "must not be '.' or '..'", "a/b": "must not contain the following characters", "_x": "must not start with",
		"a b": "must not contain the following characters", "a#b": "must not contain '#'", "a:b": "must not contain ':'", strings.Repeat("x", 256): "too long",
	} {
		refusal(t, h.CreateIndex(context.Background(), root, name, nil), 400, "invalid_index_name_exception", says)
	}
}

func TestTemplatesApplyByPriority(t *testing.T) {
	h := newHarness(t)
	ctx := context.Background()
	put := func(kind TemplateKind, name, body string) {
		t.Helper()
		h.must(h.PutTemplate(ctx, root, kind, name, json.RawMessage(body), false))
	}
	put(LegacyTemplate, "old", `{"index_patterns":"x-*","mappings":{"properties":{"old":{"type":"long"}}}}`)
	typeOf := func(index, field string) string {
		t.Helper()
		h.bulk(op("index", index, "1", `{}`))
		info, err := h.GetIndex(ctx, root, Target{Expression: index})
		h.must(err)
		var m struct {
			Properties map[string]struct{ Type string }
		}
		h.must(json.Unmarshal(info[index].Mappings, &m))
		return m.Properties[field].Type
	}
	equal(t, typeOf("x-1", "old"), "long")
	put(ComponentTemplate, "part", `{"template":{"mappings":{"properties":{"a":{"type":"long"},"b":{"type":"long"}}}}}`)
	put(IndexTemplate, "low", `{"index_patterns":["x-*"],"composed_of":["part"],"template":{"mappings":{"properties":{"b":{"type":"keyword"}}}}}`)
	equal(t, []string{typeOf("x-2", "a"), typeOf("x-3", "b"), typeOf("x-4", "old")}, []string{"long", "keyword", ""})
	put(IndexTemplate, "high", `{"index_patterns":["x-*"],"priority":5,"template":{"mappings":{"properties":{"b":{"type":"ip"}}}}}`)
	equal(t, typeOf("x-5", "b"), "ip")
	err := h.PutTemplate(ctx, root, IndexTemplate, "other", json.RawMessage(`{"index_patterns":["x-*"],"priority":5}`), false)
	refusal(t, err, 400, "illegal_argument_exception", "have the same priority [5]")
	err = h.DeleteTemplate(ctx, root, ComponentTemplate, "part")
	refusal(t, err, 400, "illegal_argument_exception", "still in use")
	err = h.PutTemplate(ctx, root, IndexTemplate, "bad", json.RawMessage(`{"index_patterns":["y-*"],"template":{"mappings":{"properties":{"b":{"type":"nonsense"}}}}}`), false)
	refusal(t, err, 400, "mapper_parsing_exception", "nonsense")
}

func TestBeginnersIndicesHaveKeywordsWithoutAMapping(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("index", "security-events", "", `{"timestamp":"2026-06-01T00:00:00Z","event_type":"login_failure","severity":"high","source_ip":"10.0.0.1","user":"admin","message":"Failed login","details":"x"}`))
	answer, err := h.Search(context.Background(), root, &SearchRequest{Target: Target{Expression: "security-events"},
		Body: json.RawMessage(`{"size":0,"aggs":{"t":{"terms":{"field":"event_type"}},"s":{"terms":{"field":"severity.keyword"}}},"query":{"match":{"message":"login"}}}`)})
	h.must(err)
	h.bulk(op("index", "security-events", "", `{"timestamp":"2026-06-01 00:00:00","event_type":"other"}`), op("index", "security-events", "", `{"timestamp":"yesterday","event_type":"other"}`))
	timed, err := h.Count(context.Background(), root, &SearchRequest{Target: Target{Expression: "security-events"}, Body: json.RawMessage(`{"query":{"range":{"@timestamp":{"gte":"2026-06-01"}}}}`)})
	h.must(err)
	equal(t, timed.Count, 2) // the dashboard asks for @timestamp
	for _, want := range []string{`"key":"login_failure","doc_count":1`, `"key":"high","doc_count":1`} {
		if !strings.Contains(string(answer.Aggregations), want) {
			t.Errorf("%s lacks %s", answer.Aggregations, want)
		}
	}
}

func TestAggregationsKnowTheFieldsOfAnEmptyIndex(t *testing.T) {
	h := newHarness(t)
	h.must(h.CreateIndex(context.Background(), root, "a", json.RawMessage(`{"mappings":{"properties":{"k":{"type":"keyword"}}}}`)))
	answer, err := h.Search(context.Background(), root, &SearchRequest{Target: Target{Expression: "a"}, TypedKeys: true, Body: json.RawMessage(`{"size":0,"aggs":{"t":{"terms":{"field":"k"}}}}`)})
	h.must(err)
	equal(t, string(answer.Aggregations), `{"sterms#t":{"doc_count_error_upper_bound":0,"sum_other_doc_count":0,"buckets":[]}}`)
}

func TestAliasesChangeAllOrNothing(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("index", "a", "1", `{}`), op("index", "b", "1", `{}`))
	ctx := context.Background()
	err := h.UpdateAliases(ctx, root, json.RawMessage(`{"actions":[{"add":{"index":"a","alias":"x"}},{"add":{"index":"none","alias":"x"}}]}`))
	refusal(t, err, 404, "index_not_found_exception", "no such index [none]")
	_, err = h.Count(ctx, root, &SearchRequest{Target: Target{Expression: "x"}})
	refusal(t, err, 404, "index_not_found_exception", "no such index [x]")
	h.must(h.UpdateAliases(ctx, root, json.RawMessage(`{"actions":[{"add":{"index":"a","alias":"x"}},{"add":{"index":"b","alias":"x","is_write_index":true}}]}`)))
	equal(t, h.bulk(op("index", "x", "2", `{}`)), []string{"201 created 1"})
	equal(t, []int64{h.count("b"), h.count("x")}, []int64{2, 3})
	err = h.UpdateAliases(ctx, root, json.RawMessage(`{"actions":[{"remove":{"index":"a","alias":"gone"}}]}`))
	refusal(t, err, 404, "aliases_not_found_exception", "aliases [gone] missing")
	err = h.DeleteIndex(ctx, root, Target{Expression: "x"})
	refusal(t, err, 400, "illegal_argument_exception", "matches an alias")
}

func TestAPrincipalWithoutRightsMayDoNothing(t *testing.T) {
	h := newHarness(t)
	nobody := Principal{Name: "nobody"}
	ctx := context.Background()
	_, search := h.Search(ctx, nobody, &SearchRequest{})
	_, bulk := h.Bulk(ctx, nobody, []BulkOp{op("index", "a", "1", `{}`)}, BulkOptions{})
	_, get := h.Get(ctx, nobody, "a", "1", GetOptions{Realtime: true})
	for _, err := range []error{search, bulk, get, h.CreateIndex(ctx, nobody, "a", nil), h.DeleteIndex(ctx, nobody, Target{})} {
		refusal(t, err, 403, "security_exception", "is unauthorized for user [nobody]")
	}
	equal(t, h.count("*"), 0)
}

func TestFieldCapsNamesIndicesWhereTheyDiffer(t *testing.T) {
	h := newHarness(t)
	ctx := context.Background()
	h.must(h.CreateIndex(ctx, root, "a", json.RawMessage(`{"mappings":{"properties":{"same":{"type":"ip"},"x":{"type":"long"},"o":{"properties":{"t":{"type":"text"}}}}}}`)))
	h.must(h.CreateIndex(ctx, root, "b", json.RawMessage(`{"mappings":{"properties":{"same":{"type":"ip"},"x":{"type":"keyword"}}}}`)))
	caps, err := h.FieldCaps(ctx, root, &FieldCapsRequest{Target: Target{}, Fields: []string{"*"}})
	h.must(err)
	equal(t, caps.Fields["same"]["ip"], FieldCap{Type: "ip", Searchable: true, Aggregatable: true})
	equal(t, caps.Fields["x"]["long"].Indices, []string{"a"})
	equal(t, caps.Fields["x"]["keyword"].Indices, []string{"b"})
	equal(t, caps.Fields["o"]["object"], FieldCap{Type: "object"})
	equal(t, caps.Fields["o.t"]["text"], FieldCap{Type: "text", Searchable: true})
	equal(t, caps.Fields["_id"]["_id"].MetadataField, true)
}
