package esapi

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestSearchPassesOnWhatItWasAsked(t *testing.T) {
	for _, c := range []struct{ request, body, want string }{
		{"GET /_search", "", `{"" false false "" false}  map[] false false`},
		{"POST /a,b-*/_search?ignore_unavailable&allow_no_indices=false&expand_wildcards=all", `{"size":1}`, `{"a,b-*" true true "all" false} {"size":1} map[] false false`},
		{"GET /a/_search?q=x:1+y&size=5&sort=a:desc&_source_includes=b&track_total_hits=true&timeout=1s&typed_keys=true&rest_total_hits_as_int=true", "",
			`{"a" false false "" false}  map[_source_includes:b q:x:1 y size:5 sort:a:desc timeout:1s track_total_hits:true] true true`},
		{"GET /a/_search?preference=_local&routing=r&request_cache=true&search_type=dfs_query_then_fetch&human&pretty&ignore_throttled=false", "", `{"a" false false "" false}  map[request_cache:true] false false`},
		{`GET /a/_search?source=%7B%22from%22%3A1%7D&source_content_type=application%2Fjson`, "", `{"a" false false "" false} {"from":1} map[] false false`},
	} {
		f := &fakeBackend{}
		method, path, _ := strings.Cut(c.request, " ")
		status, body, _ := do(t, newServer(f), request(method, path, c.body))
		if status != 200 || len(f.searches) != 1 {
			t.Errorf("%s: %d %s", c.request, status, body)
			continue
		}
		r := f.searches[0]
		got := fmt.Sprintf("{%q %v %v %q %v} %s %v %v %v", r.Target.Expression, r.Target.IgnoreUnavailable, r.Target.DisallowNone, r.Target.ExpandWildcards,
			r.Target.RequireAlias, r.Body, r.Params, r.TypedKeys, r.TotalHitsAsInt)
		if got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.request, got, c.want)
		}
	}
	ask(t, newServer(&fakeBackend{}), "POST", "/a/_search", "", 200,
		`{"took":1,"timed_out":false,"_shards":{"total":1,"successful":1,"skipped":0,"failed":0},"hits":{"total":{"value":0,"relation":"eq"},"max_score":null,"hits":[]}}`)
}

func TestErrorsOfShards(t *testing.T) {
	query := eserr.Shard(eserr.QueryShard, "Failed to parse query [a AND]")
	query.Index, query.IndexUUID, query.CausedBy = "x", "u1", eserr.BadRequest("parse_exception", "Encountered \"<EOF>\"")
	window := eserr.Shard(eserr.IllegalArgument, "Result window is too large")
	window.Index = "x"
	for _, c := range []struct {
		err  error
		want string
	}{
		{query, `{"error":{"root_cause":[{"type":"query_shard_exception","reason":"Failed to parse query [a AND]","index_uuid":"u1","index":"x"}],` +
			`"type":"search_phase_execution_exception","reason":"all shards failed","phase":"query","grouped":true,"failed_shards":[{"shard":0,"index":"x","node":"vedette",` +
			`"reason":{"type":"query_shard_exception","reason":"Failed to parse query [a AND]","index_uuid":"u1","index":"x","caused_by":{"type":"parse_exception","reason":"Encountered \"<EOF>\""}}}]},"status":400}`},
		{fmt.Errorf("search: %w", window), `{"error":{"root_cause":[{"type":"illegal_argument_exception","reason":"Result window is too large"}],` +
			`"type":"search_phase_execution_exception","reason":"all shards failed","phase":"query","grouped":true,"failed_shards":[{"shard":0,"index":"x","node":"vedette",` +
			`"reason":{"type":"illegal_argument_exception","reason":"Result window is too large"}}],"caused_by":{"type":"illegal_argument_exception","reason":"Result window is too large","caused_by":{"type":"illegal_argument_exception","reason":"Result window is too large"}}},"status":400}`},
		{eserr.Shard(eserr.TooManyBuckets, "Too many"), `{"error":{"root_cause":[],"type":"search_phase_execution_exception","reason":"","phase":"fetch","grouped":true,"failed_shards":[],` +
			`"caused_by":{"type":"too_many_buckets_exception","reason":"Too many","max_buckets":65536}},"status":400}`},
		{&eserr.Error{Status: 400, Type: eserr.Parsing, Reason: "unknown query [x]", Line: 1, Column: 17},
			`{"error":{"root_cause":[{"type":"parsing_exception","reason":"unknown query [x]","line":1,"col":17}],"type":"parsing_exception","reason":"unknown query [x]","line":1,"col":17},"status":400}`},
	} {
		s := newServer(&fakeBackend{search: func(*engine.SearchRequest) (*engine.SearchAnswer, error) { return nil, c.err }})
		ask(t, s, "GET", "/x/_search?filter_path=took", "", 400, c.want)
	}
}

func TestCount(t *testing.T) {
	f := &fakeBackend{}
	s := newServer(f)
	ask(t, s, "GET", "/a/_count?q=x", "", 200, `{"count":7,"_shards":{"total":1,"successful":1,"failed":0}}`)
	ask(t, s, "POST", "/_count", `{"query":{"match_all":{}}}`, 200, "~7")
	if f.searches[0].Params["q"] != "x" || string(f.searches[1].Body) != `{"query":{"match_all":{}}}` {
		t.Errorf("%+v", f.searches)
	}
	ask(t, s, "POST", "/a/_count", `{"size":1}`, 400, `~"type":"parsing_exception","reason":"request does not support [size]"`)
}

func TestMultiSearch(t *testing.T) {
	f := &fakeBackend{}
	f.search = func(r *engine.SearchRequest) (*engine.SearchAnswer, error) {
		switch r.Target.Expression {
		case "missing":
			return nil, missingIndex("missing")
		case "broken":
			return nil, errors.New("disk on fire")
		}
		return &engine.SearchAnswer{Took: 2, Hits: engine.Hits{Total: 1, Hits: []engine.Hit{}}}, nil
	}
	s := newServer(f)
	body := strings.Join([]string{
		`{"index":["a","b"],"ignore_unavailable":true,"search_type":"query_then_fetch","expand_wildcards":["open"]}`, `{"size":1}`,
		`{"index":"missing"}`, `{}`,
		`{}`, `{"broken":`,
		``, `{"query":{"match_all":{}}}`,
		`{"index":"broken","allow_no_indices":false}`, ``,
	}, "\n") + "\n"
	status, got, _ := do(t, s, request("POST", "/default/_msearch?rest_total_hits_as_int=true&typed_keys=true", body))
	const answer = `{"took":2,"timed_out":false,"_shards":{"total":0,"successful":0,"failed":0},"hits":{"total":1,"max_score":null,"hits":[]},"status":200}`
	if status != 200 || !strings.HasPrefix(got, `{"took":0,"responses":[`+answer+`,{"error":{"root_cause":[{"type":"index_not_found_exception"`) ||
		!strings.Contains(got, `"status":404},{"error":{"root_cause":[{"type":"x_content_e_o_f_exception"`) || !strings.Contains(got, `"status":400},`+answer+`,{"error":{"root_cause":[{"type":"exception"`) ||
		strings.Contains(got, "fire") {
		t.Errorf("%d %s", status, got)
	}
	first := f.searches[0]
	if first.Target.Expression != "a,b" || !first.Target.IgnoreUnavailable || first.Target.ExpandWildcards != "open" || !first.TypedKeys || !first.TotalHitsAsInt ||
		f.searches[2].Target.Expression != "default" || !f.searches[3].Target.DisallowNone {
		t.Errorf("%+v", f.searches)
	}
}

func TestMultiSearchesThatCannotBeTakenApart(t *testing.T) {
	s := newServer(&fakeBackend{})
	for body, want := range map[string]string{
		"":                           "request body or source parameter is required",
		"{}\n{}":                     `The msearch request must be terminated by a newline [\n]`,
		"\n":                         "Validation Failed: 1: no requests added;",
		"{\"foo\":1}\n{}\n":          "key [foo] is not supported in the metadata section",
		"[]\n{}\n":                   "Expected [START_OBJECT] but found [START_ARRAY]",
		"{\"index\":{}}\n{}\n":       "[index] in the header of a search is a name or a list of names",
		"{\"index\":\n{}\n":          "Unexpected end-of-input",
		strings.Repeat("{}\n", 2200): "a multi search may hold at most [1000] searches",
	} {
		status, got, _ := do(t, s, request("POST", "/_msearch", body, "Content-Type: application/x-ndjson"))
		if status != 400 || !strings.Contains(got, want) {
			t.Errorf("%.30q: %d %s", body, status, got)
		}
	}
}

func TestFieldCaps(t *testing.T) {
	f := &fakeBackend{}
	s := newServer(f)
	ask(t, s, "GET", "/a/_field_caps?fields=ip,host*&include_unmapped&filters=-metadata&types=ip", "", 200,
		`{"indices":["a"],"fields":{"ip":{"ip":{"type":"ip","metadata_field":false,"searchable":true,"aggregatable":true}}}}`)
	if fmt.Sprintln(f.caps.Fields, f.caps.IncludeUnmapped, f.caps.Filters, f.caps.Types, f.caps.Target.Expression) != "[ip host*] true [-metadata] [ip] a\n" {
		t.Errorf("%+v", f.caps)
	}
	ask(t, s, "POST", "/_field_caps", `{"fields":["a","b"],"index_filter":{"match_all":{}}}`, 200, "~aggregatable")
	if len(f.caps.Fields) != 2 || string(f.caps.IndexFilter) != `{"match_all":{}}` {
		t.Errorf("%+v", f.caps)
	}
	ask(t, s, "GET", "/_field_caps", "", 400, "~Validation Failed: 1: no fields specified;")
	ask(t, s, "POST", "/_field_caps", `{"fields":"a","runtime_mappings":{"x":{}}}`, 400, "~[runtime_mappings] is not supported")
	ask(t, s, "POST", "/_field_caps", `{"field":"a"}`, 400, "~[field_caps_request] unknown field [field]")
	ask(t, s, "GET", "/_field_caps?fields=a&include_empty_fields=false", "", 400, "~not supported")
}
