package esapi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestBulkReadsItsLines(t *testing.T) {
	f := &fakeBackend{}
	s := newServer(f)
	body := strings.Join([]string{
		`{"index":{"_index":"a","_id":"1","routing":"r","pipeline":"p","version":3,"version_type":"external"}}`, `{"n":1}`,
		``,
		`{ "create" : { "_id" : 2 , "require_alias": true, "_type": "_doc" } }`, `{"n":2}`,
		"{\"update\":{\"_index\":\"<u-{now/d}>\",\"_id\":\"3\",\"retry_on_conflict\":5}}\r", "{\"doc\":{}}\r",
		`{"delete":{"_id":"4","_routing":null}}`,
		`{"index":{}}`, `broken {`,
		`{"index":{"_id":"","dynamic_templates":{}}}`, `{}`,
		`{"index":{"dynamic_templates":{"a":"b"}}}`, `{}`,
		`{"index":{"_id":"8","if_seq_no":4,"if_primary_term":1,"op_type":"other"}}`, `{}`,
	}, "\n") + "\n"
	status, got, _ := do(t, s, request("PUT", "/default/_bulk?refresh=wait_for&routing=d", body, "Content-Type: application/x-ndjson"))
	if status != 200 || len(f.ops) != 8 || f.options.Refresh != "wait_for" || f.options.BodyBytes < len(body) {
		t.Fatalf("%d %s\n%+v", status, got, f.ops)
	}
	three, four, one := int64(3), int64(4), int64(1)
	for i, want := range []engine.BulkOp{
		{Action: "index", Index: "a", ID: "1", Source: []byte(`{"n":1}`), Routing: "r", Pipeline: "p", Version: &three, VersionType: "external"},
		{Action: "create", Index: "default", ID: "2", Source: []byte(`{"n":2}`), Routing: "d", RequireAlias: true},
		{Action: "update", Index: "u-2026.11.24", ID: "3", Source: []byte(`{"doc":{}}`), Routing: "d", RetryOnConflict: 5},
		{Action: "delete", Index: "default", ID: "4", Routing: "d"},
		{Action: "index", Index: "default", Source: []byte(`broken {`), Routing: "d"},
	} {
		if !same(f.ops[i], want) {
			t.Errorf("%d:\n got %+v\nwant %+v", i, f.ops[i], want)
		}
	}
	if want := (engine.BulkOp{Action: "index", Index: "default", ID: "8", Source: []byte(`{}`), Routing: "d", IfSeqNo: &four, IfPrimaryTerm: &one}); !same(f.ops[7], want) {
		t.Errorf("conditions: %+v", f.ops[7])
	}
	for _, i := range []int{5, 6} {
		if f.ops[i].Err == nil || f.ops[i].Err.Type != eserr.IllegalArgument {
			t.Errorf("%d: %v", i, f.ops[i].Err)
		}
	}
	if !strings.HasPrefix(got, `{"took":3,"errors":true,"items":[{"index":{"_index":"a","_id":"1","_version":1,"result":"created","_shards":`) ||
		!strings.Contains(got, `,{"index":{"_index":"default","_id":null,"status":400,"error":{"type":"illegal_argument_exception","reason":"if _id is`) {
		t.Errorf("answer %s", got)
	}
}

// same compares all that a bulk line can say.
func same(a, b engine.BulkOp) bool {
	number := func(n *int64) string {
		if n == nil {
			return "-"
		}
		return fmt.Sprint(*n)
	}
	text := func(o engine.BulkOp) string {
		return fmt.Sprintf("%q %q %q %q %q %q %q %v %v %s %s %s %v", o.Action, o.Index, o.ID, o.Source, o.Routing, o.Pipeline, o.VersionType, o.RequireAlias,
			o.RetryOnConflict, number(o.Version), number(o.IfSeqNo), number(o.IfPrimaryTerm), o.Err)
	}
	return text(a) == text(b)
}

func TestBulkRefusesWhatIsMalformed(t *testing.T) {
	const ok = "{\"index\":{\"_index\":\"x\"}}\n{}\n"
	for _, c := range []struct{ name, body, typ, want string }{
		{"no body", "", "parse_exception", "request body is required"},
		{"only newlines", "\n\n", "action_request_validation_exception", "Validation Failed: 1: no requests added;"},
		{"no final newline", ok + `{"index":{}}` + "\n" + `{}`, eserr.IllegalArgument, `The bulk request must be terminated by a newline [\n]`},
		{"an empty action", ok + "{}\n", eserr.IllegalArgument, "Malformed action/metadata line [3], expected FIELD_NAME but found [END_OBJECT]"},
		{"an unknown action", "{\"upsert\":{}}\n{}\n", eserr.IllegalArgument, "Malformed action/metadata line [1], expected field [create], [delete], [index] or [update] but found [upsert]"},
		{"an action that is no object", "[]\n", eserr.IllegalArgument, "Malformed action/metadata line [1], expected START_OBJECT but found [START_ARRAY]"},
		{"metadata that is no object", "{\"index\":1}\n{}\n", eserr.IllegalArgument, "Malformed action/metadata line [1], expected START_OBJECT or END_OBJECT but found [VALUE_NUMBER]"},
		{"two actions in a line", "{\"delete\":{},\"index\":{}}\n{}\n", eserr.IllegalArgument, "Malformed action/metadata line [1], expected END_OBJECT but found [FIELD_NAME]"},
		{"unknown metadata", ok + "{\"index\":{\"_parent\":1}}\n{}\n", eserr.IllegalArgument, "Action/metadata line [3] contains an unknown parameter [_parent]"},
		{"a list as id", "{\"index\":{\"_id\":[1]}}\n{}\n", eserr.IllegalArgument, "Malformed action/metadata line [1], expected a simple value for field [_id] but found [START_ARRAY]"},
		{"a word as version", "{\"index\":{\"version\":\"x\"}}\n{}\n", "number_format_exception", `For input string: `},
		{"no JSON", "hello\n", eserr.XContentParse, "Unrecognized token 'hello'"},
		{"rubbish", "\x00\xff\n", eserr.XContentParse, "Illegal character ((CTRL-CHAR, code 0))"},
		{"something behind the action", "{\"index\":{\"_index\":\"x\"}} x\n{}\n", eserr.XContentParse, "[1:27] Unrecognized token 'x'"},
		{"a last action without its document", ok + "{\"index\":{}}\n", eserr.IllegalArgument, "Malformed action/metadata line [3], expected a document"},
		{"no index", "{\"index\":{}}\n{}\n{\"delete\":{\"_index\":\"x\"}}\n", "action_request_validation_exception", "Validation Failed: 1: index is missing;2: id is missing;"},
	} {
		f := &fakeBackend{}
		status, got, _ := do(t, newServer(f), request("POST", "/_bulk", c.body, "Content-Type: application/json"))
		if status != 400 || !strings.Contains(got, `"type":"`+c.typ+`"`) || !strings.Contains(got, strings.ReplaceAll(c.want, `\`, `\\`)) || f.ops != nil {
			t.Errorf("%s: %d %s", c.name, status, got)
		}
	}
}

func TestBulkParameters(t *testing.T) {
	const body = "{\"index\":{}}\n{}\n"
	for path, want := range map[string]string{
		"/x/_bulk?refresh":                          "true false",
		"/x/_bulk/?pipeline=p&require_alias=true":   "false true",
		"/x/_bulk?filter_path=errors,items.*.error": "false false",
	} {
		f := &fakeBackend{}
		status, got, _ := do(t, newServer(f), request("POST", path, body))
		if status != 200 || fmt.Sprint(f.options.Refresh, " ", f.ops[0].RequireAlias) != want {
			t.Errorf("%s: %d %s %+v", path, status, got, f.ops)
		}
	}
	s := newServer(&fakeBackend{})
	ask(t, s, "POST", "/x/_bulk?filter_path=errors,items.*.error", body, 200, `{"errors":false}`)
	ask(t, s, "POST", "/x/_bulk?refresh=maybe", body, 400, "~Unknown value for refresh: [maybe].")
	ask(t, s, "POST", "/x/_bulk?require_data_stream=true", body, 400, "~[require_data_stream=true] is not supported")
	ask(t, s, "POST", "/x/_bulk?_source=true", body, 400, "~[_source] in the URL of a bulk is not supported")
}

func TestBulkAnswersByHandAreJSON(t *testing.T) {
	skipped := 0
	answer := &engine.BulkAnswer{Took: 1, Items: []engine.BulkItem{
		{Action: "update", Status: 200, WriteAnswer: engine.WriteAnswer{Index: "ü\"x", ID: "a\\b\n", Version: 2, Result: "noop", ForcedRefresh: true,
			Shards: engine.Shards{Total: 1, Successful: 1, Skipped: &skipped}, SeqNo: 9, PrimaryTerm: 1, Get: []byte(`{"found":true}`)}},
	}}
	out, err := appendBulkAnswer(nil, answer)
	want := `{"took":1,"errors":false,"items":[{"update":{"_index":"ü\"x","_id":"a\\b\n","_version":2,"result":"noop","forced_refresh":true,` +
		`"_shards":{"total":1,"successful":1,"skipped":0,"failed":0},"_seq_no":9,"_primary_term":1,"get":{"found":true},"status":200}}]}`
	if err != nil || string(out) != want {
		t.Errorf("%v\n got %s\nwant %s", err, out, want)
	}
}

func FuzzBulk(f *testing.F) {
	f.Add("{\"index\":{\"_index\":\"x\",\"_id\":\"1\"}}\n{\"a\":1}\n{\"delete\":{\"_id\":2}}\n")
	f.Add("{\"update\":{\"_source\":[1],\"if_seq_no\":1}}\n\n")
	f.Add("{\"index\":{\"_index\":\"<a-{now/d}>\"}}\r\n{}\r\n")
	f.Fuzz(func(t *testing.T, body string) {
		s := newServer(&fakeBackend{})
		status, answer, _ := do(t, s, request("POST", "/d/_bulk", body, "Content-Type: application/x-ndjson"))
		if status != 200 && status != 400 {
			t.Fatalf("%q: %d %s", body, status, answer)
		}
		if !sameJSON(answer, answer) {
			t.Fatalf("%q: no JSON: %s", body, answer)
		}
	})
}

// TestRepeatedActionLinesAreReadAsOneAlone gives lines again and again to one parser, which remembers the line before, and each to a parser of its own.
func TestRepeatedActionLinesAreReadAsOneAlone(t *testing.T) {
	defaults := engine.BulkOp{Index: "default", Routing: "d"}
	lines := []string{
		`{"create":{"_index":"a"}}`, `{"create":{"_index":"a"}} `, `{"create":{"_index":"b"}}`, `{"index":{}}`, `{"create":{"_index":"a","version":3}}`,
		`{"index":{"_id":""}}`, `{"index":{"nope":1}}`, `{"index":`, `{"delete":{"_id":"1"}}`,
	}
	shared := newActionParser(defaults)
	for i := range 4 * len(lines) * len(lines) {
		line := lines[i%len(lines)]
		if i/len(lines)%2 == 1 {
			line = lines[i/2%len(lines)] // twice after each other
		}
		got, gotErr := shared.parse([]byte(line), i)
		want, wantErr := newActionParser(defaults).parse([]byte(line), i)
		if fmt.Sprint(gotErr) != fmt.Sprint(wantErr) || gotErr == nil && (!same(got, want) || fmt.Sprint(got.Err) != fmt.Sprint(want.Err)) {
			t.Fatalf("%s is read as %+v, %v, want %+v, %v", line, got, gotErr, want, wantErr)
		}
	}
}
