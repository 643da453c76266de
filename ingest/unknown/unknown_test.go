package unknown_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
	"github.com/vedette-siem/vedette/ingest/unknown"
	"github.com/vedette-siem/vedette/storage/document"
)

var update = ingesttest.UpdateFlag()

func decoder() *unknown.Decoder {
	return unknown.New(unknown.Options{ECS: ecs.Options{Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }}})
}

func object() ingest.Object {
	return ingest.Object{Bucket: "logs", Key: "AWSLogs/111122223333/network-firewall/eu-west-1/x.log", ETag: "e", ModTime: time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC)}
}

func TestGolden(t *testing.T) {
	for file, events := range map[string]int64{"app.log": 4, "records.json": 3} {
		t.Run(file, func(t *testing.T) {
			text := ingesttest.Read(t, filepath.Join("testdata", file))
			docs, counts, err := ingesttest.Decode(decoder(), object(), text)
			if err != nil || counts.Events != events || counts.Errors != 0 {
				t.Errorf("%+v, %v", counts, err)
			}
			ingesttest.Check(t, docs, counts, err)
			ingesttest.Golden(t, *update, filepath.Join("testdata", file+".golden"), docs)
		})
	}
}

func TestEveryLineIsKeptWholeHoweverStrange(t *testing.T) {
	lines := []string{"-", "{", "[", `{"a":1}`, `{"a":`, "tab\tand  blanks ", "quote \" back\\slash", "日本語", strings.Repeat("x", 100_000)}
	o := object()
	o.LooksLike = "network-firewall"
	docs, counts, err := ingesttest.Decode(decoder(), o, "first line\n"+strings.Join(lines, "\n"))
	if err != nil || counts.Events != int64(len(lines)+1) || counts.Errors != 0 {
		t.Fatalf("%+v, %v", counts, err)
	}
	for i, line := range lines {
		fields := ingesttest.Fields(t, docs[i+1])
		if fields["message"] != line || fields["event.original"] != line || fields["event.kind"] != "event" || fields["event.dataset"] != "aws.unknown" || fields["aws.unknown.looks_like"] != "network-firewall" {
			t.Errorf("%.200s", docs[i+1].Source)
		}
		if docs[i+1].Index != "logs-aws.unknown-default" || fields["cloud.account.id"] != "111122223333" || fields["log.offset"] == nil || fields["aws.s3.object.key"] == nil {
			t.Errorf("%s %.200s", docs[i+1].Index, docs[i+1].Source)
		}
	}
}

func TestTheTimeIsTheRecordsOwnOrThatOfItsObject(t *testing.T) {
	const own, file, carried = "2025-10-09T08:53:20.000Z", "2025-12-01T00:00:00.000Z", "2025-10-09T08:53:21.000Z"
	for text, want := range map[string]string{
		"2025-10-09T08:53:20Z text": own, "2025-10-09T10:53:20+02:00 text": own, "2025-10-09 08:53:20 text": file, "text 2025-10-09T08:53:20Z": file,
		`{"@timestamp":"2025-10-09T08:53:20Z","timestamp":5}`: own, `{"timestamp":1760000000}`: own, `{"timestamp":1760000000000}`: own, `{"time":7}`: file, `{"time":{}}`: file,
		`{"messageType":"DATA_MESSAGE","logStream":"s","logEvents":[{"id":"1","timestamp":1760000001000,"message":"text"}]}`: carried,
	} {
		docs, counts, err := ingesttest.Decode(decoder(), object(), text)
		if err != nil || len(docs) != 1 || ingesttest.Fields(t, docs[0])["@timestamp"] != want {
			t.Errorf("%s: %+v, %v: %s", text, counts, err, docs[0].Source)
		}
	}
}

func TestWhatIsTooLongIsAPipelineErrorAndTheFileGoesOn(t *testing.T) {
	docs, counts, err := ingesttest.Decode(decoder(), object(), "one\n"+strings.Repeat("y", 2<<20)+"\nthree\n")
	if err != nil || counts.Events != 2 || counts.Errors != 1 || !strings.Contains(string(docs[1].Source), "too long") {
		t.Errorf("%+v, %v", counts, err)
	}
	ingesttest.Check(t, docs, counts, err)
}

func TestThePipelineKeepsWhatItDoesNotKnowAndRefusesWhatIsBinary(t *testing.T) {
	source, sink := &ingesttest.Source{}, &ingesttest.Sink{}
	source.Add("notes.txt", []byte("remember the milk\nand the bread"))
	source.Add("AWSLogs/1/vpcdnsquerylogs/r/x.log", []byte(`{"query_name":"a.","rcode":"NOERROR"}`))
	source.Add("program", []byte("\x7fELF\x00\x01"))
	source.Add("x.parquet", []byte("PAR1 and more"))
	p, err := ingest.New(ingest.Options{Sink: sink, Decoders: map[ingest.Format]ingest.Decoder{ingest.Unknown: decoder()}, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	report, err := p.Run(context.Background(), source)
	if c := report.Counts; err != nil || c.Files != 2 || c.Events != 3 || c.Unknown != 2 || c.FilesFailed != 0 {
		t.Errorf("%+v, %v, %v", c, report.Problems, err)
	}
	if len(report.Datasets) != 1 || report.Datasets[0].Dataset.Name != "aws.unknown" || report.Datasets[0].Events != 3 {
		t.Errorf("%+v", report.Datasets)
	}
	docs := sink.Documents()
	if fields := ingesttest.Fields(t, docs[2]); fields["aws.unknown.looks_like"] != "route53-resolver" || fields["message"] != `{"query_name":"a.","rcode":"NOERROR"}` {
		t.Errorf("%s", docs[2].Source)
	}
	if again, err := p.Run(context.Background(), source); err != nil || again.Counts.Duplicates != 3 || again.Counts.Events != 0 {
		t.Errorf("a second run: %+v, %v", again.Counts, err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, file := range []string{"app.log", "records.json"} {
		text, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	d := decoder()
	f.Fuzz(func(t *testing.T, text string) {
		docs, counts, err := ingesttest.Decode(d, object(), text)
		ingesttest.Check(t, docs, counts, err)
	})
}

func BenchmarkDecode(b *testing.B) {
	text := strings.Repeat("2025-10-09T08:53:20.000Z firewall eu-west-1 flow 198.51.100.7:40001 10.0.0.1:443 TCP allowed by rule 7 of group perimeter\n", 1000)
	d, o := decoder(), object()
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		counts, err := d.Decode(context.Background(), strings.NewReader(text), &o, func(*document.Document) error { return nil })
		if err != nil || counts.Events != 1000 {
			b.Fatal(counts, err)
		}
	}
	b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
