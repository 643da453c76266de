package esapi

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/search"
)

// A fakeBackend keeps what it was asked and answers what it was given. err, if set, answers everything.
type fakeBackend struct {
	mu         sync.Mutex
	err        error
	principals []engine.Principal

	ops       []engine.BulkOp
	bulk      func([]engine.BulkOp) []engine.BulkItem
	options   engine.BulkOptions
	gets      []string
	got       engine.GetAnswer
	getO      engine.GetOptions
	searches  []engine.SearchRequest
	search    func(*engine.SearchRequest) (*engine.SearchAnswer, error)
	caps      engine.FieldCapsRequest
	name      string
	body      string
	target    engine.Target
	indices   map[string]engine.IndexInfo
	stats     []engine.IndexStats
	streams   []engine.DataStream
	templates map[engine.TemplateKind][]engine.Template
	create    bool
	searchCtx func(context.Context) error
	health    string
	pits      []engine.PIT
	async     *engine.AsyncAnswer
	gone      chan error // gets the error of the context of a search that waits for it to end; nil waits for nothing
}

var _ engine.Backend = (*fakeBackend)(nil)

func (f *fakeBackend) note(p engine.Principal) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.principals = append(f.principals, p)
	return f.err
}

func (f *fakeBackend) Bulk(_ context.Context, p engine.Principal, ops []engine.BulkOp, o engine.BulkOptions) (*engine.BulkAnswer, error) {
	f.ops, f.options = ops, o
	answer := &engine.BulkAnswer{Took: 3}
	if f.bulk != nil {
		answer.Items = f.bulk(ops)
	} else {
		answer.Items = created(ops)
	}
	for _, i := range answer.Items {
		answer.Errors = answer.Errors || i.Error != nil
	}
	return answer, f.note(p)
}

// created answers every operation as if it had made a document, unless it carries an error.
func created(ops []engine.BulkOp) []engine.BulkItem {
	items := make([]engine.BulkItem, len(ops))
	for i, op := range ops {
		id := op.ID
		if id == "" {
			id = "made"
		}
		items[i] = engine.BulkItem{Action: op.Action, Status: 201, WriteAnswer: engine.WriteAnswer{Index: op.Index, ID: id, Version: 1,
			Result: "created", Shards: engine.Shards{Total: 1, Successful: 1}, PrimaryTerm: 1}}
		if op.Err != nil {
			items[i] = engine.BulkItem{Action: op.Action, Status: op.Err.Status, Error: op.Err, WriteAnswer: engine.WriteAnswer{Index: op.Index, ID: op.ID}}
		}
	}
	return items
}

func (f *fakeBackend) Get(_ context.Context, p engine.Principal, index, id string, o engine.GetOptions) (*engine.GetAnswer, error) {
	f.gets, f.getO = append(f.gets, index+"/"+id), o
	got := f.got
	got.Index, got.ID = index, id
	return &got, f.note(p)
}

func (f *fakeBackend) Search(ctx context.Context, p engine.Principal, r *engine.SearchRequest) (*engine.SearchAnswer, error) {
	if f.searchCtx != nil {
		return nil, f.searchCtx(ctx)
	}
	f.searches = append(f.searches, *r)
	if f.gone != nil {
		f.gone <- nil // it has begun
		<-ctx.Done()
		f.gone <- ctx.Err()
		return nil, ctx.Err()
	}
	if err := f.note(p); err != nil {
		return nil, err
	}
	if f.search != nil {
		return f.search(r)
	}
	return &engine.SearchAnswer{Took: 1, Shards: engine.Shards{Total: 1, Successful: 1, Skipped: new(int)},
		Hits: engine.Hits{Total: engine.TotalHits{Value: 0, Relation: "eq"}, Hits: []engine.Hit{}}}, nil
}

func (f *fakeBackend) Count(_ context.Context, p engine.Principal, r *engine.SearchRequest) (*engine.CountAnswer, error) {
	f.searches = append(f.searches, *r)
	return &engine.CountAnswer{Count: 7, Shards: engine.Shards{Total: 1, Successful: 1}}, f.note(p)
}

func (f *fakeBackend) Scroll(ctx context.Context, p engine.Principal, r *engine.ScrollRequest) (*engine.SearchAnswer, error) {
	if f.gone != nil {
		f.gone <- nil
		<-ctx.Done()
		f.gone <- ctx.Err()
	}
	return &engine.SearchAnswer{ScrollID: r.ID, Hits: engine.Hits{Hits: []engine.Hit{}}}, f.keep(p, r.ID+" "+r.KeepAlive, nil, engine.Target{})
}

func (f *fakeBackend) ClearScroll(_ context.Context, p engine.Principal, ids []string) (int, error) {
	return len(ids), f.keep(p, strings.Join(ids, ","), nil, engine.Target{})
}

func (f *fakeBackend) OpenPIT(_ context.Context, p engine.Principal, r *engine.PITRequest) (*engine.PIT, error) {
	return &engine.PIT{ID: "pit", Created: at(), KeepAlive: time.Minute}, f.keep(p, r.KeepAlive, r.IndexFilter, r.Target)
}

func (f *fakeBackend) ClosePIT(_ context.Context, p engine.Principal, ids []string) ([]engine.PIT, error) {
	return f.pits, f.keep(p, strings.Join(ids, ","), nil, engine.Target{})
}

func (f *fakeBackend) PITs(_ context.Context, p engine.Principal) ([]engine.PIT, error) {
	return f.pits, f.note(p)
}

func (f *fakeBackend) Explain(_ context.Context, p engine.Principal, r *engine.SearchRequest, id string) (*engine.ExplainAnswer, error) {
	return &engine.ExplainAnswer{Index: r.Target.Expression, ID: id}, f.keep(p, id, r.Body, r.Target)
}

func (f *fakeBackend) DescribeQuery(_ context.Context, p engine.Principal, r *engine.SearchRequest) ([]engine.QueryDescription, error) {
	return []engine.QueryDescription{{Index: r.Target.Expression, Valid: true, Explanation: "x:1"}}, f.note(p)
}

func (f *fakeBackend) PutScript(_ context.Context, p engine.Principal, id, source string) error {
	return f.keep(p, id, json.RawMessage(source), engine.Target{})
}

func (f *fakeBackend) GetScript(_ context.Context, p engine.Principal, id string) (string, bool, error) {
	return f.body, f.body != "", f.note(p)
}

func (f *fakeBackend) DeleteScript(_ context.Context, p engine.Principal, id string) error {
	return f.keep(p, id, nil, engine.Target{})
}

func (f *fakeBackend) TermsEnum(_ context.Context, p engine.Principal, t engine.Target, q search.TermsQuestion, filter json.RawMessage) (*engine.TermsAnswer, error) {
	return &engine.TermsAnswer{Terms: []string{q.Prefix}}, f.keep(p, q.Field, filter, t)
}

func (f *fakeBackend) SubmitSearch(_ context.Context, p engine.Principal, r *engine.AsyncRequest) (*engine.AsyncAnswer, error) {
	return f.async, f.keep(p, r.Wait+" "+r.KeepAlive, r.Search.Body, r.Search.Target)
}

func (f *fakeBackend) AsyncSearch(_ context.Context, p engine.Principal, id, wait, keep string) (*engine.AsyncAnswer, error) {
	return f.async, f.keep(p, id+" "+wait+" "+keep, nil, engine.Target{})
}

func (f *fakeBackend) DeleteAsyncSearch(_ context.Context, p engine.Principal, id string) error {
	return f.keep(p, id, nil, engine.Target{})
}

func (f *fakeBackend) FieldCaps(_ context.Context, p engine.Principal, r *engine.FieldCapsRequest) (*engine.FieldCapsAnswer, error) {
	f.caps = *r
	return &engine.FieldCapsAnswer{Indices: []string{"a"}, Fields: map[string]map[string]engine.FieldCap{
		"ip": {"ip": {Type: "ip", Searchable: true, Aggregatable: true}}}}, f.note(p)
}

func (f *fakeBackend) keep(p engine.Principal, name string, body json.RawMessage, t engine.Target) error {
	f.name, f.body, f.target = name, string(body), t
	return f.note(p)
}

func (f *fakeBackend) CreateIndex(_ context.Context, p engine.Principal, name string, body json.RawMessage) error {
	return f.keep(p, name, body, engine.Target{})
}

func (f *fakeBackend) DeleteIndex(_ context.Context, p engine.Principal, t engine.Target) error {
	return f.keep(p, "", nil, t)
}

func (f *fakeBackend) GetIndex(_ context.Context, p engine.Principal, t engine.Target) (map[string]engine.IndexInfo, error) {
	f.target = t
	return f.indices, f.note(p)
}

func (f *fakeBackend) PutMapping(_ context.Context, p engine.Principal, t engine.Target, body json.RawMessage) error {
	return f.keep(p, "", body, t)
}

func (f *fakeBackend) PutSettings(_ context.Context, p engine.Principal, t engine.Target, body json.RawMessage, preserve bool) error {
	f.create = preserve
	return f.keep(p, "", body, t)
}

func (f *fakeBackend) Refresh(_ context.Context, p engine.Principal, t engine.Target) (engine.Shards, error) {
	return engine.Shards{Total: 2, Successful: 2}, f.keep(p, "", nil, t)
}

func (f *fakeBackend) IndexStats(_ context.Context, p engine.Principal, t engine.Target) ([]engine.IndexStats, error) {
	return f.stats, f.keep(p, "", nil, t)
}

func (f *fakeBackend) DataStreams(_ context.Context, p engine.Principal, t engine.Target) ([]engine.DataStream, error) {
	return f.streams, f.keep(p, "", nil, t)
}

func (f *fakeBackend) CreateDataStream(_ context.Context, p engine.Principal, name string) error {
	return f.keep(p, name, nil, engine.Target{})
}

func (f *fakeBackend) DeleteDataStream(_ context.Context, p engine.Principal, t engine.Target) error {
	return f.keep(p, "", nil, t)
}

func (f *fakeBackend) UpdateAliases(_ context.Context, p engine.Principal, body json.RawMessage) error {
	return f.keep(p, "", body, engine.Target{})
}

func (f *fakeBackend) PutTemplate(_ context.Context, p engine.Principal, kind engine.TemplateKind, name string, body json.RawMessage, create bool) error {
	f.create = create
	return f.keep(p, string(kind)+" "+name, body, engine.Target{})
}

func (f *fakeBackend) GetTemplates(_ context.Context, p engine.Principal, kind engine.TemplateKind, _ string) ([]engine.Template, error) {
	return f.templates[kind], f.note(p)
}

func (f *fakeBackend) DeleteTemplate(_ context.Context, p engine.Principal, kind engine.TemplateKind, name string) error {
	return f.keep(p, string(kind)+" "+name, nil, engine.Target{})
}

func (f *fakeBackend) PutPipeline(_ context.Context, p engine.Principal, id string, body json.RawMessage, _ *int64) error {
	return f.keep(p, id, body, engine.Target{})
}

func (f *fakeBackend) GetPipelines(_ context.Context, p engine.Principal, _ string) ([]engine.Template, error) {
	return nil, f.note(p)
}

func (f *fakeBackend) DeletePipeline(_ context.Context, p engine.Principal, id string) error {
	return f.keep(p, id, nil, engine.Target{})
}

func (f *fakeBackend) SimulatePipeline(_ context.Context, p engine.Principal, id string, body json.RawMessage, _ bool) (json.RawMessage, error) {
	return json.RawMessage(`{"docs":[]}`), f.keep(p, id, body, engine.Target{})
}

func (f *fakeBackend) Info(_ context.Context, p engine.Principal) (*engine.Info, error) {
	return &engine.Info{Name: "n", ClusterName: "c", ClusterUUID: "u", Tagline: "You Know, for Search",
		Version: map[string]any{"number": "8.19.0", "build_flavor": "default"}}, f.note(p)
}

func (f *fakeBackend) Health(_ context.Context, p engine.Principal, t engine.Target) (*engine.Health, error) {
	status := f.health
	if status == "" {
		status = "green"
	}
	return &engine.Health{ClusterName: "c", Status: status, NumberOfNodes: 1, NumberOfDataNodes: 1, ActiveShards: 2, ActivePrimaryShards: 2,
		ActiveShardsPercent: 100, Indices: map[string]engine.IndexHealth{"a": {Status: status}, ".ds-s-000001": {Status: "green"}}}, f.keep(p, "", nil, t)
}

// at is the time on the servers' clock in tests.
func at() time.Time { return time.Date(2026, 11, 24, 13, 14, 15, 0, time.UTC) }

func newServer(b engine.Backend) *Server {
	return New(b, Options{Now: at, PublishAddress: "127.0.0.1:9200"})
}

// request makes a request as a client on this machine sends it. Header lines are "Name: value".
func request(method, path, body string, headers ...string) *http.Request {
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, path, reader)
	r.Host = "localhost:9200"
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	return r
}

func do(t *testing.T, s *Server, r *http.Request) (status int, body string, header http.Header) {
	t.Helper()
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	if w.Header().Get("X-Elastic-Product") != "Elasticsearch" {
		t.Errorf("%s %s: no X-Elastic-Product", r.Method, r.URL)
	}
	var in io.Reader = w.Body
	if w.Header().Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(in)
		if err != nil {
			t.Fatal(err)
		}
		in = z
	}
	text, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(text), w.Header()
}

// ask sends a request and checks status and body; a body that begins with ~ need only contain what follows.
func ask(t *testing.T, s *Server, method, path, body string, wantStatus int, want string, headers ...string) {
	t.Helper()
	status, got, _ := do(t, s, request(method, path, body, headers...))
	ok := got == want || want != "" && (want[0] == '{' || want[0] == '[') && sameJSON(got, want)
	if part, is := strings.CutPrefix(want, "~"); is {
		ok = strings.Contains(got, part)
	}
	if status != wantStatus || !ok {
		t.Errorf("%s %s\n got %d %s\nwant %d %s", method, path, status, got, wantStatus, want)
	}
}

// sameJSON ignores order and layout.
func sameJSON(a, b string) bool {
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}

func missingIndex(name string) *engine.Error {
	return &eserr.Error{Status: 404, Type: eserr.IndexNotFound, Reason: "no such index [" + name + "]", Index: name, IndexUUID: "_na_",
		ResourceType: "index_or_alias", ResourceID: name}
}
