package console

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func (f *fake) Sources(context.Context) (SourceList, error) { return f.sources, f.err }

func (f *fake) AddSource(_ context.Context, d SourceDefinition) error {
	if d.Name == "taken" {
		return eserr.Illegal("source %q is there already", d.Name)
	}
	f.sources.Sources = append(f.sources.Sources, KnownSource{Name: d.Name, Kind: d.Kind, Where: fmt.Sprint(d.Bucket, d.IntervalSeconds), Added: true})
	return nil
}

func (f *fake) RemoveSource(_ context.Context, name string) error {
	f.sources.Sources = slices.DeleteFunc(f.sources.Sources, func(s KnownSource) bool { return s.Name == name })
	return nil
}

func (f *fake) RetrySource(_ context.Context, name string) (int, error) {
	n := 0
	for _, l := range f.sources.Letters {
		if name == "" || l.Source == name {
			n++
		}
	}
	return n, nil
}

func TestSourcesAreChanged(t *testing.T) {
	d := readDocument(t)
	s := newServer(busy(), nil)
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"POST", "/api/v1/sources", `{"name":"m","kind":"s3","bucket":"b","interval_seconds":60}`, 200, `{"name":"m","kind":"s3","where":"b60","added":true,"listed_at":null,"dead_letters":0}`},
		{"POST", "/api/v1/sources", `{"name":"taken","kind":"s3"}`, 400, "there already"},
		{"POST", "/api/v1/sources", `{"name":"n","bukket":"b"}`, 400, "bukket"},
		{"POST", "/api/v1/sources", `{"name":"n"} {"name":"o"}`, 400, "more than one"},
		{"POST", "/api/v1/sources", `{"name":"` + strings.Repeat("n", 17<<10) + `"}`, 400, "16 KiB"},
		{"DELETE", "/api/v1/sources/{name}", "", 200, `"dead_letters":[{"source":"a","name":"s3://b/new"`},
		{"POST", "/api/v1/sources/{name}/retry", "", 200, `{"dead_letters":2}`},
	} {
		name := map[string]string{"DELETE": "m", "POST": AllSources}[c.method]
		r := request(c.method, strings.ReplaceAll(c.path, "{name}", name), "Sec-Fetch-Site: same-origin")
		if c.body != "" {
			r = requestWith(r, c.body)
		}
		status, body, _ := do(s, r)
		if status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s %s %.80s: %d %s", c.method, c.path, c.body, status, body)
		}
		var answer any
		if err := json.Unmarshal([]byte(body), &answer); err != nil {
			t.Fatal(err)
		}
		schema := d.at("components", "schemas", "Error")
		if status == 200 {
			schema = d.at("paths", c.path, strings.ToLower(c.method), "responses", "200", "content", "application/json", "schema")
		}
		for _, problem := range d.check("answer", schema, answer) {
			t.Errorf("%s %s: %s", c.method, c.path, problem)
		}
	}
}

func TestSourcesNeedPrivileges(t *testing.T) {
	f := busy()
	s := New(Options{API: f, Process: f, Ingester: f, Store: f, Collector: f, Authenticate: func(*http.Request) (engine.Principal, error) { return engine.Principal{Name: "nobody"}, nil }})
	for _, r := range []*http.Request{
		request("GET", "/api/v1/sources"), requestWith(request("POST", "/api/v1/sources"), `{"name":"m","kind":"s3"}`),
		request("DELETE", "/api/v1/sources/a"), request("POST", "/api/v1/sources/_all/retry"),
	} {
		if status, body, _ := do(s, r); status != 403 {
			t.Errorf("%s %s: %d %s", r.Method, r.URL, status, body)
		}
	}
	if len(f.sources.Sources) != 2 {
		t.Errorf("%+v", f.sources.Sources)
	}
	if status, body, _ := do(New(Options{API: f, Process: f, Ingester: f, Store: f}), request("GET", "/api/v1/sources")); status != 400 || !strings.Contains(body, "reads no sources") {
		t.Errorf("%d %s", status, body)
	}
}

func requestWith(r *http.Request, body string) *http.Request {
	out, err := http.NewRequest(r.Method, "http://"+r.Host+r.URL.Path, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	out.Header = r.Header
	return out
}
