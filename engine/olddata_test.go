package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/storage"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/durable"
	"github.com/vedette-siem/vedette/storage/segment"
)

// Old data: testdata/format-* are data directories as this and earlier versions left them when they were killed, each with what is to be read from it. They are kept for good.
// A new format gets its own by TestTheFormatOfTodayHasAFixture with -update, which never writes over one.

var update = flag.Bool("update", false, "make the fixture of today's format, if there is none")

const oldMapping = `{"settings":{"number_of_replicas":0},"aliases":{"everything":{}},"mappings":{"properties":{
	"@timestamp":{"type":"date"},"nanos":{"type":"date_nanos"},"day":{"type":"date","format":"yyyy-MM-dd"},"host":{"type":"keyword"},"tags":{"type":"keyword","ignore_above":8},
	"user":{"type":"keyword","fields":{"words":{"type":"text"}}},"message":{"type":"text","fields":{"keyword":{"type":"keyword"}}},"note":{"type":"text"},
	"bytes":{"type":"long"},"rare":{"type":"long"},"share":{"type":"double"},"price":{"type":"scaled_float","scaling_factor":100},"ok":{"type":"boolean"},"ip":{"type":"ip"},"labels":{"type":"flattened"}}}}`

// oldSource is the n-th document: all kinds of columns, dense and listed, values that are absent, null, many, and spelt so that a column cannot print them.
func oldSource(n int) string {
	at := time.Date(2026, 5, 1, 0, 0, n*37%1000, n%3*1e6, time.UTC)
	s := fmt.Sprintf(`{"@timestamp":%q,"nanos":"2026-05-01T00:00:00.%09dZ","day":"2026-05-%02d","host":"h%d","bytes":%d,"share":%s,"user":"user %s","message":"word%d of a long message %d"`,
		at.Format(time.RFC3339Nano), n*1234567%1e9, 1+n%28, n%5, n*n-50, []string{"0.5", "1.50", "2e3", "-0.0"}[n%4], []string{"Ann Lee", "bob", "Zoë Ünal"}[n%3], n%7, n%4)
	if n%3 == 0 {
		s += fmt.Sprintf(`, "tags" : ["t%d", null, "t%d","longer than eight"],"ok":%v,"note":"alone %d alone"`, n%4, n%2, n%2 == 0, n)
	}
	if n%4 == 0 {
		s += fmt.Sprintf(`,"ip":%q,"price":%d.%d,"labels":{"team":"x%d","deep":{"er":%d}}`, []string{"10.0.0.1", "2001:db8::1"}[n/4%2], n, n%10, n%3, n)
	}
	if n%4 == 0 && n%3 != 0 { // those of format-1-seg05 had a second "ok" here where n%3 is 0, which is refused since
		s += `,"ok":"true"`
	}
	if n%16 == 0 {
		s += fmt.Sprintf(`,"rare":[%d,%d],"new":{"field":"é\u00e9\/ \ud83d\ude00"},"nothing":null,"empty":[]`, n, -n)
	}
	return s + "}"
}

// makeOldData leaves a directory as a killed process does: two segments, of which documents were deleted and replaced, and a log with writes that no segment has.
func makeOldData(t *testing.T, to string) {
	h := newHarness(t)
	h.must(h.CreateIndex(context.Background(), root, "old", json.RawMessage(oldMapping)))
	h.must(h.PutTemplate(context.Background(), root, IndexTemplate, "streams", json.RawMessage(`{"index_patterns":["s-*"],"data_stream":{},"template":{"settings":{"number_of_replicas":0}}}`), false))
	h.writeOld(0)
	h.writeOld(1)
	h.must(h.dir.Close())
	halt := &haltFS{FS: durable.System(nil), halted: make(chan struct{}), goOn: make(chan struct{})}
	var err error
	h.dir, err = storage.Open(h.path, storage.Options{RefreshInterval: time.Hour, FS: halt})
	h.must(err)
	h.Embedded, err = OpenEmbedded(h.dir, h.o)
	h.must(err)
	h.writeOld(2)
	_, err = h.Refresh(context.Background(), root, Target{})
	h.must(err)
	<-halt.halted
	h.writeOld(3)
	h.crashTo(to)
	close(halt.goOn)
	h.must(os.Remove(filepath.Join(to, "vedette.lock")))
}

// writeOld writes 20 documents, and replaces and deletes some of those before.
func (h *harness) writeOld(part int) {
	h.t.Helper()
	var ops []BulkOp
	for n := part * 20; n < part*20+20; n++ {
		o := op("index", "old", fmt.Sprint("id-", n), oldSource(n))
		if n%5 == 4 {
			o.Routing = "r"
		}
		ops = append(ops, o)
	}
	ops = append(ops, op("index", "old", fmt.Sprint("id-", part), oldSource(1000+part)), op("delete", "old", fmt.Sprint("id-", part*20+10), ""), op("delete", "old", fmt.Sprint("id-", part*20+6), ""))
	answer, err := h.Bulk(context.Background(), root, ops, BulkOptions{})
	if h.must(err); answer.Errors {
		h.t.Fatalf("%+v", answer.Items)
	}
}

// haltFS halts when a manifest of two segments is written, so that no merge makes one of them.
type haltFS struct {
	durable.FS
	once         sync.Once
	halted, goOn chan struct{}
}

func (f *haltFS) Rename(from, to string) error {
	err := f.FS.Rename(from, to)
	if raw, readErr := os.ReadFile(to); readErr == nil && filepath.Base(to) == "manifest" && bytes.Count(raw, []byte(".zap")) == 2 {
		f.once.Do(func() { close(f.halted) })
		<-f.goOn
	}
	return err
}

// formatOf names the format of a data directory: that of the directory, and that of its segments.
func formatOf(t *testing.T, path string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(path, "indices", "*", "scorch", "*.zap"))
	if err != nil || len(files) < 2 {
		t.Fatalf("segments %v, %v", files, err)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil || len(raw) < 8 {
		t.Fatalf("%s: %v", files[0], err)
	}
	return fmt.Sprintf("format-%d-seg%s", storage.FormatVersion, raw[6:8])
}

func TestTheFormatOfTodayHasAFixture(t *testing.T) {
	made := filepath.Join(t.TempDir(), "data")
	makeOldData(t, made)
	fixture := filepath.Join("testdata", formatOf(t, made))
	_, err := os.Stat(fixture)
	if err == nil {
		return
	}
	if !*update {
		t.Fatalf("%v: run this test with -update, and commit what it makes", err)
	}
	if err := os.CopyFS(filepath.Join(fixture, "data"), os.DirFS(made)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(fixture, "golden.json"), readOldData(t, fixture), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOldDataOpensAndAnswers(t *testing.T) {
	fixtures, err := filepath.Glob(filepath.Join("testdata", "format-*"))
	if err != nil || len(fixtures) == 0 {
		t.Fatalf("%v, %v", fixtures, err)
	}
	for _, fixture := range fixtures {
		t.Run(filepath.Base(fixture), func(t *testing.T) {
			want, err := os.ReadFile(filepath.Join(fixture, "golden.json"))
			if err != nil {
				t.Fatal(err)
			}
			got := readOldData(t, fixture)
			a, b := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
			for n := range a {
				if n >= len(b) || !bytes.Equal(a[n], b[n]) {
					t.Fatalf("line %d of %d is\n%s\nwant, of %d,\n%s", n+1, len(a), a[n], len(b), b[min(n, len(b)-1)])
				}
			}
			if len(a) != len(b) {
				t.Errorf("%d lines, want %d", len(a), len(b))
			}
		})
	}
}

// oldSearches are asked of each fixture. None is sorted by score or `_doc`, which depend on what merges have done.
var oldSearches = []string{
	`{"query":{"match":{"message":"word3 message"}},"size":5,"sort":["bytes"]}`,
	`{"query":{"match_phrase":{"user.words":"ann lee"}},"size":3,"sort":["bytes"]}`,
	`{"query":{"match":{"note":"alone"}},"size":3,"sort":["bytes"]}`,
	`{"query":{"bool":{"filter":[{"range":{"@timestamp":{"gte":"2026-05-01T00:05:00Z"}}},{"term":{"host":"h3"}}]}},"sort":[{"@timestamp":"desc"}],"size":4}`,
	`{"query":{"term":{"labels.team":"x1"}},"size":2,"sort":["price"]}`,
	`{"query":{"exists":{"field":"rare"}},"sort":["rare"]}`,
	`{"query":{"range":{"nanos":{"lt":"2026-05-01T00:00:00.005Z"}}},"sort":["nanos"]}`,
	`{"size":0,"aggs":{"h":{"terms":{"field":"host"},"aggs":{"b":{"stats":{"field":"bytes"}},"s":{"avg":{"field":"share"}}}}}}`,
	`{"size":0,"aggs":{"d":{"date_histogram":{"field":"@timestamp","fixed_interval":"5m"},"aggs":{"t":{"terms":{"field":"tags"}}}},"w":{"terms":{"field":"message.keyword","size":3}},"ok":{"terms":{"field":"ok"}},"c":{"cardinality":{"field":"ip"}}}}`,
}

// readOldData opens a copy of a fixture and returns everything that can be read of it: documents, columns, answers, the catalogue. Then it checks the copy.
func readOldData(t *testing.T, fixture string) []byte {
	t.Helper()
	h := &harness{t: t, path: filepath.Join(t.TempDir(), "data"), o: Options{Now: func() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }}}
	h.must(os.CopyFS(h.path, os.DirFS(filepath.Join(fixture, "data"))))
	checkDirectory(t, h.path)
	h.open()
	var out bytes.Buffer
	show := func(v any, err error) {
		t.Helper()
		h.must(err)
		raw, err := json.Marshal(v)
		h.must(err)
		out.Write(append(raw, '\n'))
	}
	for n := range 80 {
		got, err := h.Get(context.Background(), root, "old", fmt.Sprint("id-", n), GetOptions{Realtime: true, Routing: map[bool]string{true: "r"}[n%5 == 4]})
		h.must(err)
		if got.Found {
			fmt.Fprintf(&out, "id-%d seq %d version %d: %s\n", n, *got.SeqNo, *got.Version, got.Source)
		}
	}
	columns(h, "old", &out)
	for _, body := range oldSearches {
		answer, err := h.Search(context.Background(), root, &SearchRequest{Target: Target{Expression: "everything"}, Body: json.RawMessage(body)})
		h.must(err)
		answer.Took = 0
		show(answer, nil)
	}
	show(h.GetIndex(context.Background(), root, Target{}))
	show(h.GetTemplates(context.Background(), root, IndexTemplate, "streams"))
	equal(t, h.bulk(op("index", "old", "id-1", `{"host":"new"}`), op("create", "s-1", "", `{"@timestamp":1}`))[1], "201 created 1")
	h.must(h.dir.Close())
	checkDirectory(t, h.path)
	return out.Bytes()
}

// checkDirectory runs the check that must find nothing.
func checkDirectory(t interface {
	Helper()
	Errorf(string, ...any)
}, path string) {
	t.Helper()
	err := storage.Check(path, storage.CheckOptions{Catalogue: CheckCatalogue, Found: func(f storage.Finding) { t.Errorf("check found %s", f) }})
	if err != nil {
		t.Errorf("check: %v", err)
	}
}

// columns writes all values of all columns of an index, a line for each document and column, in the order of names, segments (by their lowest sequence number) and documents.
func columns(h *harness, name string, out *bytes.Buffer) {
	h.t.Helper()
	ix, err := h.indices[name].open()
	h.must(err)
	s, err := ix.Snapshot()
	h.must(err)
	defer s.Close()
	var lines []string
	for _, v := range s.Views {
		for _, field := range v.FieldNames() {
			for it := v.Live().Iterator(); it.HasNext(); {
				doc := it.Next()
				if values := valuesOf(v, field, doc); values != "" {
					lines = append(lines, fmt.Sprintf("%q %s of %s: %s\n", field, v.Kind(field), v.ID(doc), values))
				}
			}
		}
	}
	slices.Sort(lines)
	out.WriteString(strings.Join(lines, ""))
}

func valuesOf(v segment.View, field string, doc uint32) string {
	var out []string
	switch kind := v.Kind(field); {
	case kind.Numeric():
		for _, n := range v.Numbers(field).Values(doc, nil) {
			if kind == document.Double {
				out = append(out, fmt.Sprint(document.DoubleOf(n)))
			} else {
				out = append(out, fmt.Sprint(n))
			}
		}
	case kind == document.Text:
		text := v.Text(field)
		for ord := range uint32(text.Len()) {
			if p := text.Postings(ord); p.Advance(doc) && p.Doc() == doc {
				out = append(out, fmt.Sprint(text.Term(ord), p.Positions()))
			}
		}
		if len(out) > 0 {
			out = append(out, fmt.Sprint("length ", text.Length(doc)))
		}
	default:
		terms := v.Terms(field)
		for _, ord := range terms.Ords(doc, nil) {
			if term := terms.Term(ord); kind == document.IP {
				out = append(out, hex.EncodeToString([]byte(term)))
			} else {
				out = append(out, fmt.Sprintf("%q", term))
			}
		}
	}
	return strings.Join(out, " ")
}

// crashTo copies the open directory as a kill would leave it: two copies that are the same show what there was when the first one ended.
func (h *harness) crashTo(path string) {
	h.t.Helper()
	for {
		first, second := h.t.TempDir(), h.t.TempDir()
		if os.CopyFS(first, os.DirFS(h.path)) != nil || os.CopyFS(second, os.DirFS(h.path)) != nil {
			continue // a merge has removed a file meanwhile
		}
		if contentsOf(h.t, first) == contentsOf(h.t, second) {
			h.must(os.CopyFS(path, os.DirFS(first)))
			return
		}
	}
}

// contentsOf is all files of a directory, with what is in them.
func contentsOf(t *testing.T, path string) string {
	t.Helper()
	var out strings.Builder
	if err := fs.WalkDir(os.DirFS(path), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := os.ReadFile(filepath.Join(path, name))
		fmt.Fprintf(&out, "%s %x\n", name, sha256.Sum256(raw))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
