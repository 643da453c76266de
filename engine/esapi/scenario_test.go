package esapi_test

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/esapi"
	"github.com/vedette-siem/vedette/engine/security"
	"github.com/vedette-siem/vedette/storage"
)

// The scenarios of testdata/*.yaml are requests with what must come back. They run on the embedded engine in this process, and on a real
// Elasticsearch or OpenSearch when VEDETTE_SCENARIO_URL names one (scenario_reference_test.go says which of them). Each scenario has a
// server (in process) or a prefix for its names (elsewhere) of its own: $I stands for it.

// A scenario is a document of a file.
type scenario struct {
	Name string
	Only string // vedette: a difference on purpose, or of our own
	// Persona is opensearch for a server that calls itself so.
	Persona string
	Needs   []string // features that a reference server may lack, of the table in scenario_reference_test.go
	Steps   []step

	file, prefix string
}

// A step is one request.
type step struct {
	Do      string            // "GET /x/_search?q=a"
	Only    string            // vedette: sent elsewhere, too, but what comes back may differ
	As      string            // name and password, on a server with security; that is what all scenarios with an As in their first step run on
	Headers map[string]string // of the request
	Body    any               // an object is sent as JSON, a string as it stands
	Lines   []any             // sent as NDJSON; strings as they stand
	Gzip    bool              // sends the body compressed
	Status  int               // 0 is any below 300
	// Match is what the answer must hold: objects may hold more, lists may not; /text/ is a regular expression; $absent a field that must be missing.
	Match any
	// Answer are headers of the answer, and Text and Lacks what its body must and must not contain.
	Answer      map[string]string
	Text, Lacks []string
}

func TestScenarios(t *testing.T) {
	ref := newReference(t)
	defer ref.report(t)
	prefix := "i" + strings.ToLower(rand.Text()[:8])
	for _, s := range readScenarios(t, prefix) {
		t.Run(s.file+"/"+s.Name, func(t *testing.T) { s.run(t, ref) })
	}
}

// readScenarios reads all files; the names of each begin with the prefix and the file's number.
func readScenarios(t testing.TB, prefix string) []scenario {
	t.Helper()
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	var out []scenario
	for i, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		own := fmt.Sprintf("%s%02d", prefix, i)
		d := yaml.NewDecoder(strings.NewReader(strings.ReplaceAll(string(raw), "$I", own)))
		d.KnownFields(true)
		for {
			s := scenario{file: strings.TrimSuffix(filepath.Base(file), ".yaml"), prefix: own}
			if err := d.Decode(&s); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			out = append(out, s)
		}
	}
	return out
}

func (s scenario) run(t *testing.T, ref *reference) {
	url := ref.url
	switch {
	case url != "":
		if why := ref.leavesOut(s); why != "" {
			t.Skip(why) // only on a real server, which lacks the module or differs: make test-reference counts them; in process no scenario is left out
		}
		t.Cleanup(func() { ref.clean(t, s.prefix) })
	case s.Steps[0].As != "":
		url = serveSecured(t)
	case s.Persona == "opensearch":
		url = serveWith(t, func(_ *storage.Dir, o *esapi.Options) error { o.OpenSearch = true; return nil })
	default:
		url = serve(t)
	}
	for i, step := range s.Steps {
		status, header, body := send(t, url, step)
		if ref.url != "" && step.Only == "vedette" {
			continue
		}
		for _, problem := range step.problems(status, header, body) {
			t.Errorf("step %d, %s: %s\n%.2000s", i+1, step.Do, problem, body)
		}
		if t.Failed() {
			return
		}
	}
}

// serve starts a server on an empty data directory.
func serve(t *testing.T) string { return serveWith(t, nil) }

// serveSecured starts a server with the user `elastic:secret`.
func serveSecured(t *testing.T) string {
	return serveWith(t, func(dir *storage.Dir, o *esapi.Options) (err error) {
		if o.Security, err = security.Open(dir.Meta(), security.Options{AdminPassword: "secret"}); err == nil {
			o.Authenticate = o.Security.Authenticate
		}
		return err
	})
}

func serveWith(t *testing.T, more func(*storage.Dir, *esapi.Options) error) string {
	t.Helper()
	dir, err := storage.Open(filepath.Join(t.TempDir(), "data"), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	backend, err := engine.OpenEmbedded(dir, engine.Options{AllowWildcardDelete: true})
	if err != nil {
		t.Fatal(err)
	}
	o := esapi.Options{}
	if more != nil {
		if err := more(dir, &o); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(esapi.New(backend, o).Handler())
	t.Cleanup(func() {
		server.Close()
		if err := backend.Close(); err != nil {
			t.Error(err)
		}
		if err := dir.Close(); err != nil {
			t.Error(err)
		}
	})
	return server.URL
}

func send(t *testing.T, url string, s step) (status int, header http.Header, body []byte) {
	t.Helper()
	method, path, _ := strings.Cut(s.Do, " ")
	text, contentType := s.content(t)
	text = bytes.ReplaceAll(text, []byte(`"$FIELDS"`), manyFields(t))
	if s.Gzip {
		text = compressed(t, text)
	}
	r, err := http.NewRequest(method, url+path, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(text) > 0 {
		r.Header.Set("Content-Type", contentType)
	}
	if s.Gzip {
		r.Header.Set("Content-Encoding", "gzip")
	}
	for name, value := range s.Headers {
		r.Header.Set(name, value)
	}
	if name, password, ok := strings.Cut(s.As, ":"); ok {
		r.SetBasicAuth(name, password)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatalf("%s: %v", s.Do, err)
	}
	defer func() { _ = answer.Body.Close() }()
	if body, err = io.ReadAll(answer.Body); err != nil {
		t.Fatalf("%s: %v", s.Do, err)
	}
	return answer.StatusCode, answer.Header, body
}

// manyFields are the `properties` that stand for "$FIELDS" in a body: as many, and as deep, as those of Filebeat's template.
func manyFields(t testing.TB) []byte {
	groups := map[string]any{}
	for g := range 60 {
		fields := map[string]any{}
		for f := range 100 {
			fields[fmt.Sprintf("field%d", f)] = map[string]any{"type": []string{"keyword", "long", "date", "ip", "boolean"}[f%5]}
		}
		groups[fmt.Sprintf("module%d", g)] = map[string]any{"properties": fields}
	}
	text, err := json.Marshal(groups)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func compressed(t testing.TB, text []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (s step) content(t testing.TB) (text []byte, contentType string) {
	t.Helper()
	one := func(v any) []byte {
		if text, ok := v.(string); ok {
			return []byte(text)
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatalf("%s: %v", s.Do, err)
		}
		return text
	}
	if s.Lines != nil {
		for _, line := range s.Lines {
			text = append(append(text, one(line)...), '\n')
		}
		return text, "application/x-ndjson"
	}
	if s.Body == nil {
		return nil, ""
	}
	return one(s.Body), "application/json"
}

func (s step) problems(status int, header http.Header, body []byte) []string {
	var out []string
	if s.Status == 0 && status >= 300 || s.Status != 0 && status != s.Status {
		out = append(out, fmt.Sprintf("status %d, want %d", status, s.Status))
	}
	for name, want := range s.Answer {
		if got := header.Get(name); !matchesText(want, got) {
			out = append(out, fmt.Sprintf("%s is %q, want %q", name, got, want))
		}
	}
	for _, text := range s.Text {
		if !strings.Contains(string(body), text) {
			out = append(out, fmt.Sprintf("no %q", text))
		}
	}
	for _, text := range s.Lacks {
		if strings.Contains(string(body), text) {
			out = append(out, fmt.Sprintf("there is %q", text))
		}
	}
	if s.Match != nil {
		var got any
		if err := json.Unmarshal(body, &got); err != nil {
			return append(out, err.Error())
		}
		out = append(out, mismatches("answer", s.Match, got)...)
	}
	return out
}

// mismatches says where got does not hold what is wanted.
func mismatches(where string, want, got any) []string {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s is %v, want an object", where, got)}
		}
		var out []string
		for name, value := range w {
			there, ok := g[name]
			if value == "$absent" {
				if ok {
					out = append(out, where+"."+name+" is there")
				}
				continue
			}
			if !ok {
				out = append(out, where+"."+name+" is missing")
				continue
			}
			out = append(out, mismatches(where+"."+name, value, there)...)
		}
		return out
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return []string{fmt.Sprintf("%s is %v, want %d entries", where, got, len(w))}
		}
		var out []string
		for i := range w {
			out = append(out, mismatches(fmt.Sprintf("%s[%d]", where, i), w[i], g[i])...)
		}
		return out
	case string:
		if g, ok := got.(string); ok && matchesText(w, g) {
			return nil
		}
	case int:
		want = float64(w)
	}
	if !reflect.DeepEqual(want, got) {
		return []string{fmt.Sprintf("%s is %v, want %v", where, got, want)}
	}
	return nil
}

func matchesText(want, got string) bool {
	if len(want) > 1 && want[0] == '/' && want[len(want)-1] == '/' {
		return regexp.MustCompile(want[1 : len(want)-1]).MatchString(got)
	}
	return want == got
}
