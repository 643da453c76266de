package search

import (
	"errors"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

const fetchProperties = `{"@timestamp":{"type":"date"},"host":{"type":"keyword","ignore_above":8},"n":{"type":"long"},"d":{"type":"double"},"ip":{"type":"ip"},"on":{"type":"boolean"},
	"msg":{"type":"text","fields":{"raw":{"type":"keyword"}}},"o":{"properties":{"a":{"type":"long"},"b":{"type":"keyword"}}},"alias":{"type":"alias","path":"host"},
	"labels":{"type":"flattened"},"words":{"type":"token_count","analyzer":"standard"}}`

func fetchIndex(t *testing.T) Index {
	return newIndex(t, "i", fetchProperties, []string{
		`{"@timestamp":"2026-06-01T10:00:00Z","host":["h2","h1","much too long"],"n":"5","d":1.5,"ip":"10.0.0.1","on":"true","msg":"Hello <World>","o":[{"a":1,"b":"x"},{"a":2}],"o.b":"y","labels":{"team":"red","x":{"y":1}},"words":"one two"}`,
		`{"host":null,"n":"no number"}`})
}

func TestFields(t *testing.T) {
	ix := fetchIndex(t)
	for _, c := range []struct{ name, options, want string }{
		{"values as the mapping has them, in the source's order", `"fields":["host","n","on","d"]`, `{"d":[1.5],"host":["h2","h1"],"n":[5],"on":[true]}`},
		{"a date", `"fields":["@timestamp"]`, `{"@timestamp":["2026-06-01T10:00:00.000Z"]}`},
		{"a date with a format", `"fields":[{"field":"@timestamp","format":"epoch_millis"}]`, `{"@timestamp":["1780308000000"]}`},
		{"text and its sub-field, without HTML escapes", `"fields":["msg*"]`, `{"msg":["Hello <World>"],"msg.raw":["Hello <World>"]}`},
		{"values in arrays of objects and under names with dots", `"fields":["o.*"]`, `{"o.a":[1,2],"o.b":["x","y"]}`},
		{"an alias under its own name", `"fields":["alias"]`, `{"alias":["h2","h1"]}`},
		{"a key of a flattened object", `"fields":["labels.team"]`, `{"labels.team":["red"]}`},
		{"a flattened object whole", `"fields":["labels"]`, `{"labels":[{"team":"red","x":{"y":1}}]}`},
		{"a count of words", `"fields":["words"]`, `{"words":[2]}`},
		{"an object is no field", `"fields":["o"]`, ``},
		{"a field that is not mapped", `"fields":["nope"]`, ``},
		{"doc values are in their own order", `"docvalue_fields":["host","n",{"field":"@timestamp","format":"yyyy"}]`, `{"@timestamp":["2026"],"host":["h1","h2"],"n":[5]}`},
		{"doc values by a pattern", `"docvalue_fields":["msg.*","i*"]`, `{"ip":["10.0.0.1"],"msg.raw":["Hello <World>"]}`},
		{"doc values by a pattern of decimals", `"docvalue_fields":[{"field":"n","format":"000.0"},{"field":"d","format":"#%"}]`, `{"d":["150%"],"n":["005.0"]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ask(t, `{"_source":false,"query":{"ids":{"values":["1"]}},`+c.options+`}`, ix)
			if len(got.Hits) != 1 || got.Hits[0].Source != nil || string(got.Hits[0].Fields) != c.want {
				t.Errorf("fields = %s, want %s", asJSON(t, got.Hits), c.want)
			}
		})
	}
}

func TestUnmappedFields(t *testing.T) {
	ix := newIndex(t, "i", `{"n":{"type":"long"}}`, []string{`{"n":1}`})
	extra := newIndex(t, "x", `{"n":{"type":"long"},"o":{"type":"object","enabled":false}}`, []string{`{"n":1,"o":{"a":[1,"two"],"b":{"c":true}}}`})
	body := `{"_source":false,"fields":["n",{"field":"o*","include_unmapped":true}]}`
	if got := ask(t, body, extra); string(got.Hits[0].Fields) != `{"n":[1],"o.a":[1,"two"],"o.b.c":[true]}` {
		t.Errorf("fields = %s", got.Hits[0].Fields)
	}
	if got := ask(t, body, ix); string(got.Hits[0].Fields) != `{"n":[1]}` {
		t.Errorf("fields = %s", got.Hits[0].Fields)
	}
}

func TestFieldsRefuse(t *testing.T) {
	ix := fetchIndex(t)
	for _, c := range []struct{ body, reason string }{
		{`{"fields":[{"field":"host","format":"yyyy"}]}`, "error fetching [host]: Field [host] doesn't support formats."},
		{`{"docvalue_fields":["m*"]}`, "Fielddata is disabled on [msg]"},
		{`{"docvalue_fields":[{"field":"host","format":"x"}]}`, "Field [host] of type [keyword] does not support custom formats"},
		{`{"docvalue_fields":["msg"]}`, "Fielddata is disabled on [msg]"},
		{`{"fields":[{"field":"@timestamp","format":"no such format"}]}`, "Invalid format"},
	} {
		_, err := tryAsk(t, c.body, ix)
		var e *eserr.Error
		if !errors.As(err, &e) || e.Status != 400 || !strings.Contains(e.Error(), c.reason) {
			t.Errorf("%s: %v, want %q", c.body, err, c.reason)
		}
	}
}

func TestHitsShowWhatIsAskedFor(t *testing.T) {
	ix := fetchIndex(t)
	got := ask(t, `{"query":{"ids":{"values":["2"]}},"version":true,"seq_no_primary_term":true,"_source":["h*"]}`, ix).Hits[0]
	if *got.Version != 1 || *got.SeqNo != 1 || *got.PrimaryTerm != 1 || string(got.Source) != `{"host":null}` || strings.Join(got.Ignored, " ") != "n" {
		t.Errorf("hit = %s", asJSON(t, got))
	}
	got = ask(t, `{"query":{"ids":{"values":["2"]}}}`, ix).Hits[0]
	if got.Version != nil || got.SeqNo != nil || got.PrimaryTerm != nil || string(got.Source) != `{"host":null,"n":"no number"}` {
		t.Errorf("hit = %s", asJSON(t, got))
	}
}

func TestTopHits(t *testing.T) {
	ix := newIndex(t, "i", numberedProperties, numbered(0, 6), numbered(6, 12))
	got := ask(t, `{"size":0,"query":{"bool":{"should":[{"range":{"n":{"gte":9,"boost":2}}},{"match_all":{}}]}},"aggs":{"g":{"terms":{"field":"group"},"aggs":{
		"newest":{"top_hits":{"size":2,"sort":[{"n":"desc"}],"_source":["n"]}},"best":{"top_hits":{"size":1,"_source":false}}}}}}`, ix)
	for _, want := range []string{
		`"newest":{"hits":{"total":{"value":4,"relation":"eq"},"max_score":null,"hits":[{"_index":"i","_id":"10","_score":null,"_source":{"n":9},"sort":[9]},{"_index":"i","_id":"7","_score":null,"_source":{"n":6},"sort":[6]}]}}`,
		`"best":{"hits":{"total":{"value":4,"relation":"eq"},"max_score":3.0,"hits":[{"_index":"i","_id":"10","_score":3.0}]}}`,
	} {
		if !strings.Contains(string(got.Aggregations), want) {
			t.Errorf("aggregations = %s\nlack %s", got.Aggregations, want)
		}
	}
	for _, body := range []string{`{"size":200}`, `{"nosuch":1}`, `{"sort":["nope"]}`} {
		if _, err := tryAsk(t, `{"aggs":{"a":{"top_hits":`+body+`}}}`, ix); err == nil {
			t.Errorf("top_hits %s is accepted", body)
		}
	}
}
