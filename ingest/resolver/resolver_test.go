package resolver_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
	"github.com/vedette-siem/vedette/ingest/resolver"
	"github.com/vedette-siem/vedette/storage/document"
)

var update = ingesttest.UpdateFlag()

func decoder() *resolver.Decoder {
	return resolver.New(resolver.Options{ECS: ecs.Options{Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }}})
}

func object(format ingest.Format) ingest.Object {
	return ingest.Object{Bucket: "logs", Key: "AWSLogs/111122223333/vpcdnsquerylogs/vpc-0a/2025/10/09/x.log.gz", ETag: "e", Format: format}
}

func TestGolden(t *testing.T) {
	for file, format := range map[string]ingest.Format{"resolver.jsonl": ingest.Resolver, "public.log": ingest.PublicZone} {
		text, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		if got := ingest.Content(text); got != format {
			t.Errorf("%s: content is detected as %q", file, got)
		}
		docs, counts, err := ingesttest.Decode(decoder(), object(format), string(text))
		if err != nil || counts.Errors != 0 || len(docs) != strings.Count(string(text), "\n") {
			t.Errorf("%s: %+v, %v", file, counts, err)
		}
		ingesttest.Golden(t, *update, filepath.Join("testdata", file+".golden"), docs)
	}
}

func TestTheSampleIsInTheTestdata(t *testing.T) {
	text := ingesttest.Read(t, ingesttest.Samples(t, "synthetic", "route53", "resolver.jsonl"))
	docs, counts, err := ingesttest.Decode(decoder(), object(ingest.Resolver), text)
	if err != nil || counts.Events != 2 || counts.Errors != 0 || len(counts.Extra) != 0 {
		t.Fatalf("%+v, %v", counts, err)
	}
	fields := ingesttest.Fields(t, docs[1])
	for name, want := range map[string]any{
		"dns.question.registered_domain": "bad.example", "event.outcome": "failure", "aws.route53.firewall.action": "BLOCK", "cloud.instance.id": "i-0aaaabbbbccccdddd",
	} {
		if fields[name] != want {
			t.Errorf("%s is %v, want %v", name, fields[name], want)
		}
	}
}

// minimal is a query.
func minimal(name string) string {
	return `{"query_timestamp":"2026-01-02T03:04:05Z","query_name":"` + name + `","query_type":"A","rcode":"NOERROR","srcaddr":"10.0.0.1"}`
}

func TestCarriers(t *testing.T) {
	a, b := minimal("a.example.com."), minimal("b.example.com.")
	quoted := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }
	for name, text := range map[string]string{
		"one a line":                a + "\n" + b + "\n",
		"one a line, CRLF":          a + "\r\n\r\n" + b,
		"a Firehose without breaks": a + b,
		"messages of a Firehose":    `{"message":` + quoted(a) + `}{"message":` + quoted(b) + `}`,
		"a list":                    `[` + a + `,` + b + `]`,
		"a CloudWatch payload":      `{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","logEvents":[{"id":"1","timestamp":1,"message":` + quoted(a) + `},{"id":"2","timestamp":1,"message":` + quoted(b) + `}]}`,
		"a CloudWatch export":       "2026-01-02T03:04:06.000Z " + a + "\n2026-01-02T03:04:06.000Z " + b + "\n",
	} {
		docs, counts, err := ingesttest.Decode(decoder(), object(ingest.Resolver), text)
		if err != nil || counts.Errors != 0 || len(docs) != 2 {
			t.Fatalf("%s: %d documents, %+v, %v", name, len(docs), counts, err)
		}
		for i, want := range []string{"a", "b"} {
			fields := ingesttest.Fields(t, docs[i])
			if fields["dns.question.subdomain"] != want || docs[i].Time != 1767323045000 || fields["event.original"] != []string{a, b}[i] {
				t.Errorf("%s: %s", name, docs[i].Source)
			}
			if cloudWatch := strings.HasPrefix(name, "a CloudWatch payload"); cloudWatch != strings.HasSuffix(docs[i].ID, "-"+[]string{"1", "2"}[i]) || cloudWatch != (fields["aws.cloudwatch.log_stream"] == "s") {
				t.Errorf("%s: id %s", name, docs[i].ID)
			}
		}
	}
}

func TestZonesInCloudWatch(t *testing.T) {
	text := `{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"/aws/route53/example.com","logStream":"Z1/FRA6","logEvents":[` +
		`{"id":"1","timestamp":1,"message":"1.0 2017-12-13T08:16:02.130Z Z1 www.example.com A NOERROR UDP FRA6 192.0.2.1 -"},{"id":"2","timestamp":1,"message":"CWL CONTROL MESSAGE: x"}]}`
	docs, counts, err := ingesttest.Decode(decoder(), object(ingest.PublicZone), text)
	if err != nil || counts.Errors != 0 || counts.Skipped != 1 || len(docs) != 1 || docs[0].Index != "logs-aws.route53_public_logs-default" {
		t.Fatalf("%d documents, %+v, %v", len(docs), counts, err)
	}
	fields := ingesttest.Fields(t, docs[0])
	if fields["source.ip"] != "192.0.2.1" || fields["aws.route53.hosted_zone_id"] != "Z1" || fields["dns.question.registered_domain"] != "example.com" {
		t.Errorf("%s", docs[0].Source)
	}
}

func TestBadRecords(t *testing.T) {
	zone := "1.0 2017-12-13T08:16:02.130Z Z1 www.example.com A NOERROR UDP FRA6 192.0.2.1 -"
	for _, test := range []struct {
		name   string
		format ingest.Format
		good   string
		bad    string
	}{
		{"no JSON inside", ingest.Resolver, minimal("a."), `{"query_name":nope}`},
		{"another thing", ingest.Resolver, minimal("a."), `{"hello":"world"}`},
		{"a time that is none", ingest.Resolver, minimal("a."), `{"query_name":"a.","query_timestamp":"yesterday"}`},
		{"a message without JSON", ingest.Resolver, minimal("a."), `{"message":"hello"}`},
		{"a message of broken JSON", ingest.Resolver, minimal("a."), `{"message":"{\"query_name\":"}`},
		{"a record of 2 MiB", ingest.Resolver, minimal("a."), `{"query_name":"` + strings.Repeat("x", 2<<20) + `"}`},
		{"twins without end", ingest.Resolver, minimal("a."), `{"query_name":"a."` + strings.Repeat(`,"a":1`, 100) + `}`},
		{"a line with less fields", ingest.PublicZone, zone, "1.0 2017-12-13T08:16:02.130Z Z1 www.example.com A"},
		{"a line without a time", ingest.PublicZone, zone, "1.0 yesterday Z1 www.example.com A NOERROR UDP FRA6 192.0.2.1 -"},
		{"a line of 2 MiB", ingest.PublicZone, zone, strings.Repeat("x", 2<<20)},
		{"JSON between lines", ingest.PublicZone, zone, `{"a":1}`},
	} {
		docs, counts, err := ingesttest.Decode(decoder(), object(test.format), test.good+"\n"+test.bad+"\n"+test.good)
		if err != nil || counts.Events != 2 || counts.Errors != 1 || len(docs) != 3 {
			t.Errorf("%s: %d documents, %+v, %v", test.name, len(docs), counts, err)
			continue
		}
		if fields := ingesttest.Fields(t, docs[1]); fields["event.kind"] != "pipeline_error" || fields["event.original"] == nil || !strings.HasSuffix(docs[1].ID, "-0000001-e") {
			t.Errorf("%s: %.500s", test.name, docs[1].Source)
		}
		ingesttest.Check(t, docs, counts, err)
	}
}

func TestHopelessObjectsAreGivenUp(t *testing.T) {
	docs, counts, err := ingesttest.Decode(decoder(), object(ingest.Resolver), strings.Repeat(`{"a":1}`, 100))
	if !errors.Is(err, ingest.ErrMalformed) || counts.Records != 20 || len(docs) != 20 {
		t.Errorf("%d documents, %+v, %v", len(docs), counts, err)
	}
}

func TestItStopsWithItsContextAndItsSink(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	o := object(ingest.Resolver)
	_, err := decoder().Decode(ctx, strings.NewReader(minimal("a.")), &o, func(*document.Document) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	full := errors.New("full")
	if _, err = decoder().Decode(context.Background(), strings.NewReader(minimal("a.")), &o, func(*document.Document) error { return full }); !errors.Is(err, full) {
		t.Error(err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, file := range []string{"resolver.jsonl", "public.log"} {
		text, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), file == "public.log")
	}
	f.Add(`{"logEvents":[{"message":"{}"},{"message":"1.0 x"}]}{"detail-type":"x","detail":{"query_name":1}}`, false)
	d := decoder()
	f.Fuzz(func(t *testing.T, text string, zone bool) {
		format := ingest.Resolver
		if zone {
			format = ingest.PublicZone
		}
		docs, counts, err := ingesttest.Decode(d, object(format), text)
		ingesttest.Check(t, docs, counts, err)
	})
}

func BenchmarkDecode(b *testing.B) {
	line, err := os.ReadFile(filepath.Join("testdata", "resolver.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	text := strings.Repeat(string(line), 500)
	d, o := decoder(), object(ingest.Resolver)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	var events int64
	for b.Loop() {
		counts, err := d.Decode(context.Background(), strings.NewReader(text), &o, func(*document.Document) error { return nil })
		if err != nil || counts.Errors > 0 {
			b.Fatal(counts, err)
		}
		events += counts.Events
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
}
