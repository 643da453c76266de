package cloudtrail_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/cloudtrail"
	"github.com/vedette-siem/vedette/ingest/ecs"
	"github.com/vedette-siem/vedette/ingest/filesource"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
	"github.com/vedette-siem/vedette/storage/document"
)

var update = ingesttest.UpdateFlag()

// fixed is the clock of the tests.
func fixed() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

func decoder() *cloudtrail.Decoder {
	return cloudtrail.New(cloudtrail.Options{ECS: ecs.Options{Now: fixed}})
}

// TestInvictus holds the numbers of a real data set (acceptance check 1).
func TestInvictus(t *testing.T) {
	path := ingesttest.Samples(t, "cloudtrail", "invictus-ir-aws_dataset", "AWSLogs")
	source, err := filesource.New([]string{path}, filesource.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sink := &ingesttest.Sink{}
	p, err := ingest.New(ingest.Options{Sink: sink, Decoders: map[ingest.Format]ingest.Decoder{ingest.CloudTrail: decoder()}})
	if err != nil {
		t.Fatal(err)
	}
	first, err := p.Run(context.Background(), source)
	if err != nil {
		t.Fatal(err)
	}
	if c := first.Counts; c.Events != 2900 || c.PipelineErrors != 0 || c.Files != 55 || c.FilesFailed+c.Unknown+c.Duplicates != 0 {
		t.Errorf("first load: %+v, %v", c, first.Problems)
	}
	if len(first.Datasets) != 1 || len(first.Datasets[0].ExtraFields) != 0 {
		t.Errorf("datasets: %+v", first.Datasets)
	}
	second, err := p.Run(context.Background(), source)
	if err != nil {
		t.Fatal(err)
	}
	if second.Counts.Events != 0 || second.Counts.Duplicates != 2900 {
		t.Errorf("second load: %+v", second.Counts)
	}
	checkInvictus(t, sink.Documents())
}

func checkInvictus(t *testing.T, docs []*document.Document) {
	t.Helper()
	types := map[string]map[string]bool{}
	withoutIP := 0
	for _, d := range docs {
		fields := ingesttest.Fields(t, d)
		if _, ok := fields["source.ip"]; !ok {
			withoutIP++
		}
		if !strings.HasPrefix(d.ID, "ct-") || d.Index != "logs-aws.cloudtrail-default" || d.Time == 0 {
			t.Fatalf("document %s of %s at %d", d.ID, d.Index, d.Time)
		}
		for name, v := range fields {
			if strings.HasPrefix(name, "aws.cloudtrail.flattened.") || strings.HasPrefix(name, "aws.cloudtrail.extra.") {
				continue
			}
			if types[name] == nil {
				types[name] = map[string]bool{}
			}
			types[name][fmt.Sprintf("%T", v)] = true
		}
	}
	if withoutIP != 353 {
		t.Errorf("%d events have no source.ip, want 353", withoutIP)
	}
	for name, seen := range types {
		if len(seen) != 1 {
			t.Errorf("%s has several types: %v", name, slices.Sorted(maps.Keys(seen)))
		}
	}
}

func TestInvictusHoldsNoSessionToken(t *testing.T) {
	path := ingesttest.Samples(t, "cloudtrail", "invictus-ir-aws_dataset", "AWSLogs")
	sink := load(t, path)
	masked := 0
	for _, d := range sink.Documents() {
		var s struct {
			Event struct {
				Original json.RawMessage
			}
		}
		if err := json.Unmarshal(d.Source, &s); err != nil {
			t.Fatal(err)
		}
		if len(s.Event.Original) == 0 {
			t.Errorf("%s has no event.original", d.ID)
		}
		source := string(d.Source)
		masked += strings.Count(source, `\"sessionToken\":\"***\"`)
		if strings.Count(source, "sessionToken") != strings.Count(source, `sessionToken":"***"`)+strings.Count(source, `sessionToken\":\"***\"`)+strings.Count(source, `sessionToken=***`) {
			t.Errorf("%s shows a token: %s", d.ID, source)
		}
	}
	if masked == 0 {
		t.Error("no token was masked, though the set holds some")
	}
}

func load(t testing.TB, path string) *ingesttest.Sink {
	t.Helper()
	source, err := filesource.New([]string{path}, filesource.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sink := &ingesttest.Sink{}
	p, err := ingest.New(ingest.Options{Sink: sink, Decoders: map[ingest.Format]ingest.Decoder{ingest.CloudTrail: decoder()}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Run(context.Background(), source); err != nil {
		t.Fatal(err)
	}
	return sink
}

func BenchmarkDecode(b *testing.B) {
	text := benchmarkText(b)
	d := decoder()
	o := ingest.Object{Key: "AWSLogs/111122223333/CloudTrail/eu-central-1/2026/01/02/x.json.gz", IDPrefix: "abcdefghijklmnop"}
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	var events int64
	for b.Loop() {
		counts, err := d.Decode(context.Background(), strings.NewReader(text), &o, func(d *document.Document) error { return nil })
		if err != nil || counts.Errors > 0 {
			b.Fatal(counts, err)
		}
		events += counts.Events
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
	runtime.KeepAlive(d)
}

// benchmarkText is a large object of real events, or of an invented one where the samples are absent.
func benchmarkText(b *testing.B) string {
	b.Helper()
	var records []string
	for _, d := range load(b, ingesttest.Samples(b, "cloudtrail", "invictus-ir-aws_dataset", "AWSLogs")).Documents() {
		var s struct {
			Event struct{ Original string }
		}
		if err := json.Unmarshal(d.Source, &s); err != nil {
			b.Fatal(err)
		}
		records = append(records, s.Event.Original)
	}
	return `{"Records":[` + strings.Join(records, ",") + `]}`
}
