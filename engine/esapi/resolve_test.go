package esapi

import (
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestResolve(t *testing.T) {
	ask(t, newServer(&fakeBackend{indices: twoIndices()}), "GET", "/_resolve/index/*?expand_wildcards=all", "", 200,
		`{"indices":[{"name":".ds-s-000001","attributes":["hidden","open"],"data_stream":"s"},{"name":"a","aliases":["one","two"],"attributes":["open"]}],`+
			`"aliases":[{"name":"one","indices":["a"]},{"name":"two","indices":["a"]}],"data_streams":[{"name":"s","backing_indices":[".ds-s-000001"],"timestamp_field":"@timestamp"}]}`)
	ask(t, newServer(&fakeBackend{}), "GET", "/_resolve/index/x*", "", 200, `{"indices":[],"aliases":[],"data_streams":[]}`)
	ask(t, newServer(&fakeBackend{err: missingIndex("x")}), "GET", "/_resolve/index/x", "", 404, "~no such index [x]")
}

func TestValidateQuery(t *testing.T) {
	f := &fakeBackend{}
	ask(t, newServer(f), "GET", "/a/_validate/query?q=x:1", "", 200, `{"_shards":{"total":1,"successful":1,"failed":0},"valid":true}`)
	if f.searches[0].Params["q"] != "x:1" || f.searches[0].Target.Expression != "a" {
		t.Errorf("%+v", f.searches)
	}
	f.err = eserr.BadRequest(eserr.Parsing, "unknown query [x]")
	ask(t, newServer(f), "POST", "/_validate/query", `{"query":{"x":{}}}`, 200, `{"valid":false}`)
	ask(t, newServer(f), "POST", "/_validate/query?explain=true", `{"query":{"x":{}}}`, 200, `{"valid":false,"error":"parsing_exception: unknown query [x]"}`)
	f.err = missingIndex("a")
	ask(t, newServer(f), "GET", "/a/_validate/query", "", 404, "~no such index [a]")
}
