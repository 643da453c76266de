package esapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestWritingDocuments(t *testing.T) {
	one, two, ten := int64(1), int64(2), int64(10)
	for _, c := range []struct {
		request string
		body    string
		want    engine.BulkOp
	}{
		{"POST /x/_doc", `{"a":1}`, engine.BulkOp{Action: "create", Index: "x", Source: []byte(`{"a":1}`)}},
		{"POST /x/_doc?op_type=index", `{}`, engine.BulkOp{Action: "index", Index: "x", Source: []byte(`{}`)}},
		{"PUT /x/_doc/a%2Fb", `{}`, engine.BulkOp{Action: "index", Index: "x", ID: "a/b", Source: []byte(`{}`)}},
		{"PUT /x/_doc/1?op_type=create&routing=r&pipeline=p&require_alias", `{}`, engine.BulkOp{Action: "create", Index: "x", ID: "1", Source: []byte(`{}`), Routing: "r", Pipeline: "p", RequireAlias: true}},
		{"PUT /x/_create/1", `{}`, engine.BulkOp{Action: "create", Index: "x", ID: "1", Source: []byte(`{}`)}},
		{"POST /x/_doc/1?if_seq_no=1&if_primary_term=2", `{}`, engine.BulkOp{Action: "index", Index: "x", ID: "1", Source: []byte(`{}`), IfSeqNo: &one, IfPrimaryTerm: &two}},
		{"PUT /x/_doc/1?version=10&version_type=external", `{}`, engine.BulkOp{Action: "index", Index: "x", ID: "1", Source: []byte(`{}`), Version: &ten, VersionType: "external"}},
		{"DELETE /x/_doc/1", "", engine.BulkOp{Action: "delete", Index: "x", ID: "1"}},
		{"POST /x/_update/1?retry_on_conflict=3", `{"doc":{"a":1}}`, engine.BulkOp{Action: "update", Index: "x", ID: "1", Source: []byte(`{"doc":{"a":1}}`), RetryOnConflict: 3}},
		{"POST /x/_update/1?_source=a,b", `{"doc":{}}`, engine.BulkOp{Action: "update", Index: "x", ID: "1", Source: []byte(`{"_source":{"excludes":null,"includes":["a","b"]},"doc":{}}`)}},
		{"POST /x/_update/1?_source=true", `{"doc":{}}`, engine.BulkOp{Action: "update", Index: "x", ID: "1", Source: []byte(`{"_source":true,"doc":{}}`)}},
	} {
		f := &fakeBackend{}
		method, path, _ := strings.Cut(c.request, " ")
		status, body, header := do(t, newServer(f), request(method, path, c.body))
		if status != 201 || len(f.ops) != 1 || !same(f.ops[0], c.want) {
			t.Errorf("%s: %d %s\n%+v", c.request, status, body, f.ops)
		}
		if strings.Contains(body, `"status"`) || !strings.HasPrefix(header.Get("Location"), "/x/_doc/") {
			t.Errorf("%s: Location %q, %s", c.request, header.Get("Location"), body)
		}
	}
}

func TestOutcomesOfWrites(t *testing.T) {
	conflict := eserr.Errorf(409, eserr.VersionConflict, "[1]: version conflict, document already exists (current version [1])")
	parsing := &eserr.Error{Status: 400, Type: eserr.DocumentParsing, Reason: "[1:5] failed to parse field [n]", CausedBy: eserr.Illegal(`For input string: "text"`)}
	for _, c := range []struct {
		item engine.BulkItem
		want string
	}{
		{engine.BulkItem{Status: 404, WriteAnswer: engine.WriteAnswer{Index: "x", ID: "1", Result: "not_found"}}, `~"result":"not_found"`},
		{engine.BulkItem{Status: 409, Error: conflict}, `{"error":{"root_cause":[{"type":"version_conflict_engine_exception","reason":"[1]: version conflict, document already exists (current version [1])"}],` +
			`"type":"version_conflict_engine_exception","reason":"[1]: version conflict, document already exists (current version [1])"},"status":409}`},
		{engine.BulkItem{Status: 400, Error: parsing}, `~"reason":"[1:5] failed to parse field [n]","caused_by":{"type":"illegal_argument_exception","reason":"For input string: \"text\""}},"status":400}`},
	} {
		f := &fakeBackend{bulk: func([]engine.BulkOp) []engine.BulkItem { return []engine.BulkItem{c.item} }}
		ask(t, newServer(f), "PUT", "/x/_doc/1", `{"a":1}`, c.item.Status, c.want)
	}
}

func TestWritesThatCannotBeRead(t *testing.T) {
	s := newServer(&fakeBackend{})
	for request, want := range map[string]string{
		"PUT /x/_doc/1?op_type=upsert":             "opType must be 'create' or 'index', found: [upsert]",
		"PUT /x/_doc/1?if_seq_no=a":                "Failed to parse long parameter [if_seq_no] with value [a]",
		"PUT /x/_doc/1?require_data_stream":        "[require_data_stream=true] is not supported",
		"PUT /x/_doc/1?refresh=soon":               "Unknown value for refresh: [soon].",
		"POST /x/_update/1?retry_on_conflict=many": "Failed to parse int parameter [retry_on_conflict] with value [many]",
		"GET /x/_doc/1?realtime=no":                "Failed to parse value [no]",
		"POST /%3Cx-%7Bnow%3E/_doc":                "date math placeholder is open ended",
	} {
		method, path, _ := strings.Cut(request, " ")
		body := `{"a":1}`
		if method == "GET" {
			body = ""
		}
		ask(t, s, method, path, body, 400, "~"+want)
	}
}

func TestReadingDocuments(t *testing.T) {
	one := int64(1)
	f := &fakeBackend{got: engine.GetAnswer{Found: true, Version: &one, Source: []byte(`{"a":1}`)}}
	s := newServer(f)
	ask(t, s, "GET", "/x/_doc/a%20b?_source=a,b&_source_excludes=c&refresh=true&version=1", "", 200, `{"_index":"x","_id":"a b","_version":1,"found":true,"_source":{"a":1}}`)
	if f.gets[0] != "x/a b" || len(f.getO.Source.Includes) != 2 || f.getO.Source.Excludes[0] != "c" || !f.getO.Refresh || !f.getO.Realtime || *f.getO.Version != 1 {
		t.Errorf("%v %+v", f.gets, f.getO)
	}
	ask(t, s, "GET", "/x/_doc/1?routing=r&stored_fields=a,b", "", 200, `~"found":true`)
	if f.getO.Routing != "r" || len(f.getO.StoredFields) != 2 {
		t.Errorf("%+v", f.getO)
	}
	ask(t, s, "GET", "/x/_source/1", "", 200, `{"a":1}`)
	ask(t, s, "HEAD", "/x/_doc/1", "", 200, "")
	ask(t, s, "HEAD", "/x/_source/1", "", 200, "")
	f.got = engine.GetAnswer{}
	ask(t, s, "GET", "/x/_doc/1?_source=false", "", 404, `{"_index":"x","_id":"1","found":false}`)
	if !f.getO.Source.Disabled {
		t.Error("_source=false was not passed on")
	}
	ask(t, s, "HEAD", "/x/_doc/1", "", 404, "")
	ask(t, s, "GET", "/x/_source/1", "", 404, "~Document not found [x]/[1]")
	f.err = missingIndex("x")
	ask(t, s, "GET", "/x/_doc/1", "", 404, `{"error":{"root_cause":[{"type":"index_not_found_exception","reason":"no such index [x]","resource.type":"index_or_alias","resource.id":"x","index_uuid":"_na_","index":"x"}],`+
		`"type":"index_not_found_exception","reason":"no such index [x]","resource.type":"index_or_alias","resource.id":"x","index_uuid":"_na_","index":"x"},"status":404}`)
}

func TestMultiGet(t *testing.T) {
	f := &fakeBackend{got: engine.GetAnswer{Found: true, Source: []byte(`{"a":1}`)}}
	s := newServer(f)
	ask(t, s, "POST", "/x/_mget", `{"ids":["1",2]}`, 200, `{"docs":[{"_index":"x","_id":"1","found":true,"_source":{"a":1}},{"_index":"x","_id":"2","found":true,"_source":{"a":1}}]}`)
	ask(t, s, "GET", "/_mget", `{"docs":[{"_index":"<y-{now/y{yyyy}}>","_id":"1","_source":{"includes":"a,b","excludes":["c"]}}]}`, 200, `~"y-2026"`)
	if len(f.getO.Source.Includes) != 2 || f.getO.Source.Excludes[0] != "c" {
		t.Errorf("%+v", f.getO)
	}
	for _, source := range []string{`false`, `"a"`, `["a","b"]`, `{"include":["a"],"exclude":"b"}`} {
		ask(t, s, "POST", "/x/_mget", `{"docs":[{"_id":"1","_source":`+source+`}]}`, http.StatusOK, "~found")
	}
	ask(t, s, "POST", "/x/_mget", `{"docs":[{"_id":"1","_routing":"r"}]}`, 400, "~unknown field")
	ask(t, s, "POST", "/x/_mget?routing=q&stored_fields=a", `{"docs":[{"_id":"1"}]}`, 200, "~found")
	if f.getO.Routing != "q" || len(f.getO.StoredFields) != 1 {
		t.Errorf("%+v", f.getO)
	}
	ask(t, s, "POST", "/x/_mget?routing=q", `{"docs":[{"_id":"1","stored_fields":["a","b"],"routing":5}]}`, 200, "~found")
	if f.getO.Routing != "5" || len(f.getO.StoredFields) != 2 {
		t.Errorf("%+v", f.getO)
	}
	ask(t, s, "POST", "/x/_mget", `{"docs":[{"_id":"1","version":1}]}`, 400, "~is not supported")
	ask(t, s, "POST", "/x/_mget", `{"docs":[{"_id":"1","_source":7}]}`, 400, "~[_source] is a boolean")
	ask(t, s, "POST", "/x/_mget", `{"ids":[]}`, 400, "~Validation Failed: 1: no documents to get;")
	ask(t, s, "POST", "/_mget", `{"docs":[{"_id":"1"},{"_index":"x"}]}`, 400, "~Validation Failed: 1: index is missing for doc 0;2: id is missing for doc 1;")
	ask(t, s, "POST", "/_mget", `{"docs":7}`, 400, "~unexpected token [VALUE_NUMBER], expected [FIELD_NAME] or [START_ARRAY]")
	f.err = missingIndex("x")
	ask(t, s, "POST", "/x/_mget", `{"ids":["1"]}`, 200, `~{"docs":[{"_index":"x","_id":"1","error":{"root_cause":[{"type":"index_not_found_exception"`)
}
