package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const trail = "logs-aws.cloudtrail-default"

// aging is a harness whose clock is moved by hand, and which keeps the log.
type aging struct {
	*harness
	now time.Time
	log bytes.Buffer
}

func newAging(t *testing.T, l Lifecycle) *aging {
	a := &aging{now: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)}
	a.harness = newHarnessWith(t, Options{Now: func() time.Time { return a.now }, Lifecycle: l, Logger: slog.New(slog.NewTextHandler(&a.log, nil))})
	return a
}

// write creates a document in a stream; at is the event's time, relative to the clock.
func (a *aging) write(stream, id string, at time.Duration) string {
	a.t.Helper()
	return a.bulk(op("create", stream, id, fmt.Sprintf(`{"@timestamp":%q,"message":"m"}`, a.now.Add(at).Format(time.RFC3339))))[0]
}

// after moves the clock and runs the lifecycle.
func (a *aging) after(d time.Duration) {
	a.t.Helper()
	a.now = a.now.Add(d)
	a.must(a.RunLifecycle(context.Background()))
}

// indices are the names of a stream's indices after the stream's own.
func (a *aging) indices(stream string) string {
	a.t.Helper()
	found, err := a.DataStreams(context.Background(), root, Target{Expression: stream})
	a.must(err)
	var out []string
	for _, ix := range found[0].Indices {
		out = append(out, strings.TrimPrefix(ix.Name, ".ds-"+stream+"-"))
	}
	return strings.Join(out, " ")
}

func (a *aging) expect(stream, want string) {
	a.t.Helper()
	if got := a.indices(stream); got != want {
		a.t.Errorf("indices of %s: %s, want %s", stream, got, want)
	}
}

func TestStreamRollsOverByAge(t *testing.T) {
	a := newAging(t, Lifecycle{})
	a.write(trail, "a", 0)
	a.after(30*day - time.Minute)
	a.expect(trail, "2026.06.01-000001")
	a.after(time.Minute)
	a.expect(trail, "2026.06.01-000001 2026.07.01-000002")
	a.after(100 * day) // an empty index does not roll over
	a.expect(trail, "2026.06.01-000001 2026.07.01-000002")
	a.write(trail, "b", 0)
	a.reopen()
	a.after(0)
	a.expect(trail, "2026.06.01-000001 2026.07.01-000002 2026.10.09-000003")
	if n := a.count(trail); n != 2 {
		t.Errorf("%d documents, want 2", n)
	}
}

func TestStreamRollsOverByDocumentsAndBytes(t *testing.T) {
	for name, l := range map[string]Lifecycle{"documents": {MaxDocs: 2}, "bytes": {MaxBytes: 200_000}, "a share of the total": {MaxTotalBytes: 4_000_000}} {
		t.Run(name, func(t *testing.T) {
			a := newAging(t, l)
			a.write(trail, "a", 0)
			a.after(time.Minute)
			a.expect(trail, "2026.06.01-000001")
			var ops []BulkOp
			for i := range 4000 {
				ops = append(ops, op("create", trail, "", fmt.Sprintf(`{"@timestamp":"2026-06-01T12:00:00Z","message":"%x"}`, sha256.Sum256([]byte{byte(i), byte(i >> 8)}))))
			}
			a.bulk(ops...)
			a.after(time.Minute)
			a.expect(trail, "2026.06.01-000001 2026.06.01-000002")
		})
	}
}

func TestMaxAgeGoesByRetention(t *testing.T) {
	for retention, want := range map[time.Duration]time.Duration{0: 30 * day, 30 * time.Minute: 30 * time.Minute, day: time.Hour, 2 * day: day, 14 * day: day, 30 * day: 7 * day, 90 * day: 7 * day, 365 * day: 30 * day} {
		if got := (Lifecycle{}).maxAge(retention); got != want {
			t.Errorf("retention %s: max_age %s, want %s", retention, got, want)
		}
	}
}

func TestRetentionDeletesWholeIndices(t *testing.T) {
	a := newAging(t, Lifecycle{Retention: 30 * day})
	a.write(trail, "late", -365*day) // loaded for an investigation: kept as long as what happens now
	a.after(7 * day)
	a.expect(trail, "2026.06.01-000001 2026.06.08-000002")
	a.write(trail, "new", 100*365*day) // a wrong clock: deleted with the others
	a.after(30*day - time.Second)
	a.expect(trail, "2026.06.01-000001 2026.06.08-000002 2026.07.08-000003")
	a.after(time.Second)
	a.expect(trail, "2026.06.08-000002 2026.07.08-000003")
	for _, want := range []string{"index deleted", "000001", "documents=1", "from=2025-06-01", "to=2025-06-01", "older than the retention"} {
		if !strings.Contains(a.log.String(), want) {
			t.Errorf("the log does not tell %q:\n%s", want, a.log.String())
		}
	}
	a.after(365 * day) // what is written to stays
	a.expect(trail, "2026.07.08-000003")
	a.reopen()
	a.expect(trail, "2026.07.08-000003")
	if status := a.write(trail, "again", 0); status != "201 created 1" {
		t.Errorf("write after deletions: %s", status)
	}
}

func TestNothingIsDeletedByDefault(t *testing.T) {
	a := newAging(t, Lifecycle{})
	for i := range 3 {
		a.write(trail, fmt.Sprint(i), 0)
		a.after(1000 * day)
	}
	if n := a.count(trail); n != 3 {
		t.Errorf("%d documents, want 3", n)
	}
}

func TestTotalSizeDeletesOldestEventsFirst(t *testing.T) {
	a := newAging(t, Lifecycle{MaxAge: day})
	flows, elb := "logs-aws.vpcflow-default", "logs-aws.elb_logs-default"
	a.write(flows, "old", -10*day)
	const large = 1 << 20 // so that what the indices do by themselves to their other files changes nothing of what must go
	filler := make([]byte, large/2)
	_, _ = rand.NewChaCha8([32]byte{}).Read(filler) // never fails
	a.bulk(op("create", trail, "older", fmt.Sprintf(`{"@timestamp":%q,"message":"%x"}`, a.now.Add(-20*day).Format(time.RFC3339), filler)))
	a.after(day)
	a.write(flows, "new", 0)
	a.write(elb, "newest", time.Minute)
	a.reopen() // no write-ahead log is left, which goes when its documents are in a segment
	a.expect(trail, "2026.06.01-000001 2026.06.02-000002")
	total := int64(0)
	stats, err := a.IndexStats(context.Background(), root, Target{ExpandWildcards: "all"})
	a.must(err)
	for _, s := range stats {
		total += s.Bytes
	}
	a.Embedded.o.Lifecycle = Lifecycle{MaxAge: day, MaxBytes: 1 << 40, MaxTotalBytes: total - large/4}
	a.must(a.deleteOversize(context.Background()))
	a.expect(trail, "2026.06.02-000002")
	a.expect(flows, "2026.06.01-000001 2026.06.02-000002")
	a.Embedded.o.Lifecycle.MaxTotalBytes = 1 // rolls over what is written to, and keeps what is empty
	a.must(a.deleteOversize(context.Background()))
	a.expect(trail, "2026.06.02-000002")
	a.expect(flows, "2026.06.02-000003")
	a.expect(elb, "2026.06.02-000002")
}

func TestTemplateSaysLifecycle(t *testing.T) {
	a := newAging(t, Lifecycle{Retention: 90 * day, MaxAge: day})
	put := func(kind TemplateKind, name, body string) error {
		return a.PutTemplate(context.Background(), root, kind, name, json.RawMessage(body), false)
	}
	a.must(put(ComponentTemplate, "keep", `{"template":{"lifecycle":{"data_retention":"2d"}}}`))
	a.must(put(IndexTemplate, "short", `{"index_patterns":["short-*"],"data_stream":{},"composed_of":["keep"],"template":{"lifecycle":{}}}`))
	a.must(put(IndexTemplate, "own", `{"index_patterns":["own-*"],"data_stream":{},"composed_of":["keep"],"template":{"lifecycle":{"data_retention":null}}}`))
	a.must(put(IndexTemplate, "free", `{"index_patterns":["free-*"],"data_stream":{},"composed_of":["keep"],"template":{"lifecycle":{"enabled":false}}}`))
	for _, bad := range []string{
		`{"index_patterns":["x-*"],"template":{"lifecycle":{"data_retention":"2d"}}}`,
		`{"index_patterns":["x-*"],"data_stream":{},"template":{"lifecycle":{"data_retention":"soon"}}}`,
		`{"index_patterns":["x-*"],"data_stream":{},"template":{"lifecycle":{"data_retention":"0s"}}}`,
		`{"index_patterns":["x-*"],"data_stream":{},"template":{"lifecycle":{"retention":"2d"}}}`,
	} {
		if put(IndexTemplate, "bad", bad) == nil {
			t.Errorf("accepted: %s", bad)
		}
	}
	for _, s := range []string{"short-a", "own-a", "free-a"} {
		a.write(s, "a", 0)
	}
	a.must(put(ComponentTemplate, "keep", `{"template":{"lifecycle":{"data_retention":"1000d"},"mappings":{"properties":{"message":{"type":"keyword"}}}}}`))
	a.after(day)
	a.reopen()
	a.after(2 * day)
	a.expect("short-a", "2026.06.02-000002")
	a.expect("own-a", "2026.06.01-000001 2026.06.02-000002")
	a.expect("free-a", "2026.06.01-000001")
	found, err := a.GetIndex(context.Background(), root, Target{Expression: ".ds-own-a-2026.06.02-000002"})
	a.must(err)
	if got := string(found[".ds-own-a-2026.06.02-000002"].Mappings); !strings.Contains(got, `"message":{"type":"keyword"}`) {
		t.Errorf("the new index has not the template's mapping of now: %s", got)
	}
	shown, err := a.GetTemplates(context.Background(), root, IndexTemplate, "short")
	a.must(err)
	if !strings.Contains(string(shown[0].Body), `"lifecycle":{"enabled":true}`) {
		t.Errorf("template: %s", shown[0].Body)
	}
}

func TestAliasOfStreamFollowsRollover(t *testing.T) {
	a := newAging(t, Lifecycle{MaxAge: day})
	a.write(trail, "a", 0)
	a.must(a.UpdateAliases(context.Background(), root, json.RawMessage(`{"actions":[{"add":{"index":"`+trail+`","alias":"trail","is_write_index":true}}]}`)))
	a.after(day)
	for range 5 { // the catalogue is a map: a wrong choice would show soon
		answer, err := a.Bulk(context.Background(), root, []BulkOp{op("create", "trail", "", `{"@timestamp":"2026-06-02T12:00:00Z"}`)}, BulkOptions{Refresh: "true"})
		a.must(err)
		if got := answer.Items[0].Index; !strings.HasSuffix(got, "-000002") {
			t.Fatalf("a write by the alias went to %s", got)
		}
	}
	if n := a.count("trail"); n != 6 {
		t.Errorf("%d documents by the alias, want 6", n)
	}
	if got := a.bulk(op("index", "trail", "x", `{"@timestamp":"2026-06-02T12:00:00Z"}`))[0]; got != "400 illegal_argument_exception" {
		t.Errorf("index by an alias of a data stream: %s", got)
	}
}

func TestFailedDeletionIsTriedAgain(t *testing.T) {
	if os.Getuid() == 0 {
		t.Log("running as root: the folder is made undeletable by a file that stands in the way instead")
	}
	a := newAging(t, Lifecycle{MaxAge: day, Retention: day})
	a.write(trail, "a", 0)
	a.after(day)
	uuid := a.Embedded.indices[".ds-"+trail+"-2026.06.01-000001"].UUID
	folder := filepath.Join(a.path, "indices", uuid)
	inTheWay := folder + ".removed"
	a.must(os.WriteFile(inTheWay, nil, 0o600)) // so that the folder cannot be renamed to that
	a.now = a.now.Add(day)
	if err := a.RunLifecycle(context.Background()); err == nil || !strings.Contains(err.Error(), "tried again") {
		t.Fatalf("error of the failed deletion: %v", err)
	}
	a.expect(trail, "2026.06.02-000002")
	a.must(os.Remove(inTheWay))
	a.after(time.Minute)
	if left := foldersOf(t, a.path); slices.ContainsFunc(left, func(name string) bool { return strings.HasPrefix(name, uuid) }) {
		t.Errorf("folders left: %v", left)
	}
}

func foldersOf(t *testing.T, path string) (names []string) {
	entries, err := os.ReadDir(filepath.Join(path, "indices"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestProtectedIndexIsNotDeleted(t *testing.T) {
	a := newAging(t, Lifecycle{MaxAge: day, Retention: day})
	a.write(trail, "a", 0)
	a.after(day)
	a.must(a.PutSettings(context.Background(), root, Target{Expression: ".ds-" + trail + "-2026.06.01-000001"}, json.RawMessage(`{"index.blocks.metadata":true}`), false))
	a.after(10 * day)
	a.expect(trail, "2026.06.01-000001 2026.06.02-000002")
}
