package esapi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func twoIndices() map[string]engine.IndexInfo {
	return map[string]engine.IndexInfo{
		"a": {Aliases: []byte(`{"one":{},"two":{"filter":{"term":{"x":1}},"is_write_index":true}}`), Mappings: []byte(`{"properties":{"n":{"type":"long"},"o":{"properties":{"t":{"type":"text","fields":{"raw":{"type":"keyword"}}}}}}}`),
			Settings: []byte(`{"index":{"number_of_shards":"3","number_of_replicas":"1","lifecycle":{"name":"x"}}}`)},
		".ds-s-000001": {Aliases: []byte(`{}`), Mappings: []byte(`{}`), Settings: []byte(`{"index":{"number_of_replicas":"0"}}`), DataStream: "s"},
	}
}

func TestChangesReachTheBackend(t *testing.T) {
	for _, c := range []struct{ request, body, want, answer string }{
		{"PUT /x", "", `"x" "" "" false`, `{"acknowledged":true,"shards_acknowledged":true,"index":"x"}`},
		{"PUT /%3Cx-%7Bnow%2Fd%7D-000001%3E?timeout=1s&master_timeout=1s&wait_for_active_shards=1", `{"mappings":{}}`, `"x-2026.11.24-000001" "{\"mappings\":{}}" "" false`, "~x-2026.11.24-000001"},
		{"DELETE /a,b*?ignore_unavailable=true", "", `"" "" "a,b*" false`, `{"acknowledged":true}`},
		{"PUT /a/_mapping", `{"properties":{}}`, `"" "{\"properties\":{}}" "a" false`, `{"acknowledged":true}`},
		{"POST /a/_mappings", `{"properties":{}}`, `"" "{\"properties\":{}}" "a" false`, `{"acknowledged":true}`},
		{"PUT /_settings?preserve_existing=true", `{"index":{}}`, `"" "{\"index\":{}}" "" true`, `{"acknowledged":true}`},
		{"POST /a/_refresh", "", `"" "" "a" false`, `{"_shards":{"total":2,"successful":2,"failed":0}}`},
		{"GET /_refresh", "", `"" "" "" false`, `{"_shards":{"total":2,"successful":2,"failed":0}}`},
		{"POST /a/_flush?force=true", "", `"" "" "a" false`, `{"_shards":{"total":2,"successful":2,"failed":0}}`},
		{"POST /_aliases", `{"actions":[]}`, `"" "{\"actions\":[]}" "" false`, `{"acknowledged":true}`},
		{"PUT /a,b/_alias/n", `{"filter":{"match_all":{}}}`, `"" "{\"actions\":[{\"add\":{\"aliases\":[\"n\"],\"filter\":{\"match_all\":{}},\"indices\":[\"a\",\"b\"]}}]}" "" false`, `{"acknowledged":true}`},
		{"PUT /_alias", `{"index":"a,b","alias":"n"}`, `"" "{\"actions\":[{\"add\":{\"aliases\":[\"n\"],\"indices\":[\"a\",\"b\"]}}]}" "" false`, `{"acknowledged":true}`},
		{"DELETE /a/_alias/n,m", "", `"" "{\"actions\":[{\"remove\":{\"aliases\":[\"n\",\"m\"],\"indices\":[\"a\"],\"must_exist\":true}}]}" "" false`, `{"acknowledged":true}`},
		{"PUT /_data_stream/s", "", `"s" "" "" false`, `{"acknowledged":true}`},
		{"DELETE /_data_stream/s*", "", `"" "" "s*" false`, `{"acknowledged":true}`},
		{"PUT /_index_template/t?create=true", `{"index_patterns":["a"]}`, `"index_template t" "{\"index_patterns\":[\"a\"]}" "" true`, `{"acknowledged":true}`},
		{"POST /_component_template/t", `{"template":{}}`, `"component_template t" "{\"template\":{}}" "" false`, `{"acknowledged":true}`},
		{"PUT /_template/t?order=3", `{"order":1}`, `"template t" "{\"order\":3}" "" false`, `{"acknowledged":true}`},
		{"DELETE /_index_template/t", "", `"index_template t" "" "" false`, `{"acknowledged":true}`},
	} {
		f := &fakeBackend{}
		method, path, _ := strings.Cut(c.request, " ")
		ask(t, newServer(f), method, path, c.body, 200, c.answer)
		if got := fmt.Sprintf("%q %q %q %v", f.name, f.body, f.target.Expression, f.create); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.request, got, c.want)
		}
	}
}

func TestDescribingIndices(t *testing.T) {
	s := newServer(&fakeBackend{indices: twoIndices()})
	for path, want := range map[string]string{
		"/a":                                `~".ds-s-000001":{"aliases":{},"mappings":{},"settings":{"index":{"number_of_replicas":"0"}},"data_stream":"s"}`,
		"/a?features=aliases&filter_path=a": `{"a":{"aliases":{"one":{},"two":{"filter":{"term":{"x":1}},"is_write_index":true}}}}`,
		"/a?flat_settings&filter_path=*.settings":                                                `{"a":{"settings":{"index.number_of_shards":"3","index.number_of_replicas":"1","index.lifecycle.name":"x"}},".ds-s-000001":{"settings":{"index.number_of_replicas":"0"}}}`,
		"/a/_mapping?filter_path=a.mappings.*.n":                                                 `{"a":{"mappings":{"properties":{"n":{"type":"long"}}}}}`,
		`/_mappings?filter_path=\.ds*`:                                                           `{".ds-s-000001":{"mappings":{}}}`,
		"/a/_settings?filter_path=a":                                                             `{"a":{"settings":{"index":{"number_of_shards":"3","number_of_replicas":"1","lifecycle":{"name":"x"}}}}}`,
		"/a/_settings/index.number_*?filter_path=a":                                              `{"a":{"settings":{"index":{"number_of_shards":"3","number_of_replicas":"1"}}}}`,
		"/_settings/index.lifecycle.name?flat_settings=true&include_defaults=true&filter_path=a": `{"a":{"defaults":{},"settings":{"index.lifecycle.name":"x"}}}`,
		"/a/_mapping/field/o.*":                                                                  `{"a":{"mappings":{"o.t":{"full_name":"o.t","mapping":{"t":{"type":"text","fields":{"raw":{"type":"keyword"}}}}},"o.t.raw":{"full_name":"o.t.raw","mapping":{"raw":{"type":"keyword"}}}}},".ds-s-000001":{"mappings":{}}}`,
		"/_mapping/field/n,nothing?filter_path=a":                                                `{"a":{"mappings":{"n":{"full_name":"n","mapping":{"n":{"type":"long"}}}}}}`,
	} {
		ask(t, s, "GET", path, "", 200, want)
	}
	ask(t, s, "GET", "/a?features=warmers", "", 400, "~unrecognized feature: [warmers]")
	ask(t, s, "HEAD", "/a", "", 200, "")
	f := &fakeBackend{err: missingIndex("a")}
	ask(t, newServer(f), "HEAD", "/a", "", 404, "")
	ask(t, newServer(f), "GET", "/a/_mapping", "", 404, "~no such index [a]")
	f.err = eserr.Errorf(403, eserr.SecurityFault, "no")
	ask(t, newServer(f), "HEAD", "/a", "", 403, "")
}

func TestAliases(t *testing.T) {
	s := newServer(&fakeBackend{indices: twoIndices()})
	const one, both = `"one":{}`, `"one":{},"two":{"filter":{"term":{"x":1}},"is_write_index":true}`
	for path, want := range map[string]string{
		"/_alias":           `{"a":{"aliases":{` + both + `}},".ds-s-000001":{"aliases":{}}}`,
		"/a/_alias/one":     `{"a":{"aliases":{` + one + `}}}`,
		"/_alias/*":         `{"a":{"aliases":{` + both + `}}}`,
		"/_alias/_all":      `{"a":{"aliases":{` + both + `}}}`,
		"/_alias/o*,-one":   `{}`,
		"/_alias/o*,-gone":  `{"a":{"aliases":{` + one + `}}}`,
		"/_alias/*,-t*":     `{"a":{"aliases":{` + one + `}}}`,
		"/_alias/nothing-*": `{}`,
	} {
		ask(t, s, "GET", path, "", 200, want)
	}
	ask(t, s, "GET", "/_alias/one,three", "", 404, `{"a":{"aliases":{"one":{}}},"error":"alias [three] missing","status":404}`)
	ask(t, s, "GET", "/_alias/x,b", "", 404, `{"error":"aliases [b,x] missing","status":404}`)
	ask(t, s, "GET", "/_alias/-one,o*", "", 404, `{"a":{"aliases":{"one":{}}},"error":"alias [-one] missing","status":404}`)
	ask(t, s, "PUT", "/_alias/n", "", 400, "~[index] is missing")
	ask(t, s, "PUT", "/_alias/n", `{"index":7}`, 400, "~[index] of an alias is a name or a list of names")
	ask(t, s, "HEAD", "/_alias/one", "", 200, "")
	ask(t, s, "HEAD", "/_alias/three", "", 404, "")
	ask(t, s, "HEAD", "/a/_alias/o*", "", 200, "")
	ask(t, newServer(&fakeBackend{err: missingIndex("a")}), "HEAD", "/a/_alias/o", "", 404, "")
	ask(t, s, "PUT", "/a/_alias/n", `{"filtre":{}}`, 400, "~unknown field [filtre] of an alias")
}

func TestStreams(t *testing.T) {
	f := &fakeBackend{}
	ask(t, newServer(f), "GET", "/_data_stream/x*", "", 200, `{"data_streams":[]}`)
	f.streams = []engine.DataStream{{Name: "s", TimestampField: map[string]string{"name": "@timestamp"}, Indices: []engine.StreamIndex{{Name: ".ds-s-000001", UUID: "u"}}, Generation: 1, Status: "GREEN", Template: "t"}}
	ask(t, newServer(f), "GET", "/_data_stream", "", 200, `~{"data_streams":[{"name":"s","timestamp_field":{"name":"@timestamp"},"indices":[{"index_name":".ds-s-000001","index_uuid":"u"}],"generation":1,"status":"GREEN","template":"t"`)
	ask(t, newServer(f), "PUT", "/_data_stream/s*", "", 400, "~must not contain")
	f.err = missingIndex("s")
	ask(t, newServer(f), "GET", "/_data_stream/s", "", 404, "~no such index [s]")
}

func TestStats(t *testing.T) {
	s := newServer(&fakeBackend{stats: []engine.IndexStats{{Name: "a", UUID: "u", Docs: 3, DeletedDocs: 1, Bytes: 100, Segments: 2, Copies: 1}, {Name: "b", Copies: 1, Docs: 4, Bytes: 50, Segments: 1}}})
	ask(t, s, "GET", "/_stats?filter_path=_all.total.docs.count,indices.a.primaries.store.size_in_bytes,_shards.total", "", 200,
		`{"_shards":{"total":2},"_all":{"total":{"docs":{"count":7}}},"indices":{"a":{"primaries":{"store":{"size_in_bytes":100}}}}}`)
	ask(t, s, "GET", "/a/_stats/docs,merge?filter_path=_all.total", "", 200, `~{"_all":{"total":{"docs":{"count":7,"deleted":1,"total_size_in_bytes":150},"merges":{`)
	ask(t, s, "GET", "/_stats/fieldata", "", 400, "~request [/_stats/fieldata] contains unrecognized metric: [fieldata] -> did you mean [fielddata]?")
}

func TestTemplates(t *testing.T) {
	body := []byte(`{"index_patterns":["a*","b*"],"priority":200,"version":3,"composed_of":["c"],"template":{"settings":{"index":{"codec":"best"}}}}`)
	s := newServer(&fakeBackend{templates: map[engine.TemplateKind][]engine.Template{
		engine.IndexTemplate:  {{Name: "t", Body: body}},
		engine.LegacyTemplate: {{Name: "old", Body: []byte(`{"index_patterns":["o*"],"order":1,"settings":{"index":{"number_of_shards":"1"}}}`)}},
	}})
	ask(t, s, "GET", "/_index_template/t", "", 200, `{"index_templates":[{"name":"t","index_template":`+string(body)+`}]}`)
	ask(t, s, "GET", "/_index_template?flat_settings=true&filter_path=**.settings", "", 200, `{"index_templates":[{"index_template":{"template":{"settings":{"index.codec":"best"}}}}]}`)
	ask(t, s, "GET", "/_template/old?flat_settings=true", "", 200, `{"old":{"index_patterns":["o*"],"order":1,"settings":{"index.number_of_shards":"1"}}}`)
	ask(t, s, "GET", "/_component_template", "", 200, `{"component_templates":[]}`)
	ask(t, s, "GET", "/_component_template/x*", "", 200, `{"component_templates":[]}`)
	ask(t, s, "HEAD", "/_index_template/t", "", 200, "")
	ask(t, s, "HEAD", "/_template/old", "", 200, "")

	s = newServer(&fakeBackend{})
	ask(t, s, "GET", "/_index_template/x", "", 404, `~"resource_not_found_exception","reason":"index template matching [x] not found"`)
	ask(t, s, "GET", "/_component_template/x", "", 404, `~"component template matching [x] not found"`)
	ask(t, s, "GET", "/_template/x", "", 404, `{}`)
	ask(t, s, "HEAD", "/_index_template/x", "", 404, "")
	ask(t, s, "HEAD", "/_template/x*", "", 404, "")
	ask(t, s, "PUT", "/_template/x?order=a", `{}`, 400, "~[order]")
}

func TestCluster(t *testing.T) {
	f := &fakeBackend{health: "yellow"}
	s := newServer(f)
	ask(t, s, "GET", "/_cluster/health/a,b?wait_for_status=yellow&timeout=5s&level=indices", "", 200, `~"status":"yellow","timed_out":false`)
	if f.target.Expression != "a,b" {
		t.Errorf("%+v", f.target)
	}
	ask(t, s, "GET", "/_cluster/health?wait_for_status=green", "", 408, `~"status":"yellow","timed_out":true`)
	ask(t, s, "GET", "/_cluster/health?wait_for_status=green&return_200_for_cluster_health_timeout=true", "", 200, `~"timed_out":true`)
	ask(t, s, "GET", "/_cluster/health?wait_for_status=blue", "", 400, "~unknown cluster health status [blue]")
	ask(t, s, "GET", "/_cluster/settings?include_defaults=true&filter_path=persistent,defaults.search.max_buckets", "", 200, `{"persistent":{},"defaults":{"search":{"max_buckets":"65536"}}}`)
	ask(t, s, "PUT", "/_cluster/settings", `{"persistent":{"a.b":null}}`, 200, "~acknowledged")
	ask(t, s, "GET", "/_cluster/pending_tasks?local=true", "", 200, `{"tasks":[]}`)
	ask(t, s, "GET", "/_nodes/http", "", 200, `~"http":{"bound_address":["127.0.0.1:9200"],"max_content_length_in_bytes":104857600,"publish_address":"127.0.0.1:9200"}`)
	ask(t, s, "GET", "/_nodes/_all/http", "", 200, `~"roles":["data","ingest","master"]`)
	ask(t, s, "GET", "/_license?human=false", "", 200, `~{"license":{"status":"active","uid":"u","type":"basic"`)
	ask(t, s, "GET", "/_xpack", "", 200, `~"license":{"expiry_date_in_millis":4102444799000,"mode":"basic","status":"active","type":"basic","uid":"u"}`)
}
