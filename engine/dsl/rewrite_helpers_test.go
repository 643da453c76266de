package dsl

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/engine/mapping"
)

const testMapping = `{"properties": {
	"message": {"type": "text"},
	"title": {"type": "text"},
	"exact": {"type": "text", "analyzer": "whitespace"},
	"user": {"type": "keyword"},
	"lower": {"type": "keyword", "normalizer": "lowercase"},
	"port": {"type": "long"},
	"score": {"type": "double"},
	"@timestamp": {"type": "date"},
	"ip": {"type": "ip"},
	"ok": {"type": "boolean"},
	"book": {"properties": {"title": {"type": "text"}, "author": {"type": "keyword"}}},
	"field name": {"type": "keyword"},
	"hidden": {"type": "keyword", "index": false, "doc_values": false},
	"who": {"type": "alias", "path": "user"}
}}`

func loadMapping(t testing.TB, body string) *mapping.Mapping {
	t.Helper()
	registry, err := analysis.NewRegistry(nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := mapping.Parse(json.RawMessage(body), registry)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func testNow() time.Time { return time.Date(2026, 6, 1, 10, 30, 0, 0, time.UTC) }

// A rewriting checks Rewrite against one mapping.
type rewriting struct {
	t *testing.T
	m *mapping.Mapping
}

func rewrites(t *testing.T) rewriting { return rewriting{t, loadMapping(t, testMapping)} }

func (r rewriting) of(body string) (string, error) {
	q, err := Parse(json.RawMessage(body))
	if err != nil {
		r.t.Helper()
		r.t.Fatalf("%s: %v", body, err)
	}
	before := Format(q)
	out, err := Rewrite(q, r.m, testNow())
	if after := Format(q); after != before {
		r.t.Errorf("%s: Rewrite has changed the query from %s to %s", body, before, after)
	}
	if err != nil {
		return "", err
	}
	return Format(out), nil
}

func (r rewriting) to(body, want string) {
	r.t.Helper()
	got, err := r.of(body)
	if err != nil {
		r.t.Errorf("%s: %v", body, err)
	} else if got != want {
		r.t.Errorf("%s\n got %s\nwant %s", body, got, want)
	}
}

func (r rewriting) refused(body, kind, reason string) {
	r.t.Helper()
	got, err := r.of(body)
	if err == nil {
		r.t.Errorf("%s: got %s, want an error", body, got)
		return
	}
	checkError(r.t, body, err, kind, reason)
}

// text is a query_string with options, given as JSON members.
func (r rewriting) text(query, want string, options ...string) {
	r.t.Helper()
	r.to(textBody("query_string", query, options), want)
}

func (r rewriting) textRefused(query, kind, reason string, options ...string) {
	r.t.Helper()
	r.refused(textBody("query_string", query, options), kind, reason)
}

func (r rewriting) simple(query, want string, options ...string) {
	r.t.Helper()
	r.to(textBody("simple_query_string", query, options), want)
}

func textBody(name, query string, options []string) string {
	quoted, err := json.Marshal(query)
	if err != nil {
		panic(err)
	}
	return `{"` + name + `": {` + strings.Join(append(options, `"query": `+string(quoted)), ", ") + `}}`
}
