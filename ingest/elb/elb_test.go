package elb_test

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
	"github.com/vedette-siem/vedette/ingest/elb"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
	"github.com/vedette-siem/vedette/storage/document"
)

var update = ingesttest.UpdateFlag()

func decoder() *elb.Decoder {
	return elb.New(elb.Options{ECS: ecs.Options{Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }}})
}

// object is where a load balancer would put a log of the given file name.
func object(format ingest.Format) ingest.Object {
	return ingest.Object{
		Bucket: "logs", Key: "AWSLogs/111122223333/elasticloadbalancing/eu-central-1/2025/10/09/x.log", ETag: "e", Format: format,
	}
}

func TestGolden(t *testing.T) {
	for _, test := range []struct {
		file   string
		format ingest.Format
		events int64
	}{
		{"alb_edge_cases.log", ingest.ALB, 3},
		{"clb_tcp_tls_error.log", ingest.CLB, 3},
		{"nlb_handshake_failed.log", ingest.NLB, 1},
		{"alb_connection.log", ingest.ALBConnection, 3},
		{"alb_health_check.log", ingest.ALBHealth, 2},
		{"alb_vended.json", ingest.ALB, 2},
	} {
		t.Run(test.file, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("testdata", test.file))
			if err != nil {
				t.Fatal(err)
			}
			if got := ingest.Content(text); got != test.format {
				t.Errorf("content is detected as %q", got)
			}
			docs, counts, err := ingesttest.Decode(decoder(), object(test.format), string(text))
			if err != nil || counts.Events != test.events || counts.Errors != 0 {
				t.Errorf("%+v, %v", counts, err)
			}
			ingesttest.Golden(t, *update, filepath.Join("testdata", test.file+".golden"), docs)
		})
	}
}

func TestOpenTelemetrySamples(t *testing.T) {
	for file, format := range map[string]ingest.Format{"alb_al_valid_logs.log": ingest.ALB, "clb_al_valid_logs.log": ingest.CLB, "nlb_al_valid_logs.log": ingest.NLB} {
		text := ingesttest.Read(t, ingesttest.Samples(t, "elb", "open-telemetry-collector-contrib", file))
		docs, counts, err := ingesttest.Decode(decoder(), object(""), text)
		if err != nil || counts.Errors != 0 || len(docs) != strings.Count(strings.TrimSpace(text), "\n")+1 {
			t.Errorf("%s: %+v, %v", file, counts, err)
		}
		if got := ingest.Content([]byte(text)); got != format {
			t.Errorf("%s is detected as %s", file, got)
		}
	}
}

func TestTheTestFileOfAWSIsSkipped(t *testing.T) {
	docs, counts, err := ingesttest.Decode(decoder(), object(ingest.ALB), "Enable AccessLog for ELB: prod-alb at 2025-10-09T08:50:00.000Z\n")
	if err != nil || len(docs) != 0 || counts.Skipped != 1 {
		t.Errorf("%d documents, %+v, %v", len(docs), counts, err)
	}
}

const (
	albHead = `http 2025-10-09T08:53:22.000000Z app/prod-alb/50dc6c495c0c9188 198.51.100.7:40001 10.1.2.3:80 0.000 0.001 0.000 404 404 120 300 `
	albTail = ` - - arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/73e2d6bc24d8a067 "Root=1-5" "-" "-" 0 2025-10-09T08:53:22.000000Z "forward" "-" "-" "10.1.2.3:80" "404" "-" "-" TID_1`
)

func TestBrokenQuotesAreRealignedOrRejectedNeverShifted(t *testing.T) {
	for _, test := range []struct {
		name, quoted string
		url, agent   string // empty url: the line must be rejected
	}{
		{"nothing is broken", `"GET http://a.example:80/ HTTP/1.1" "curl/8"`, "http://a.example:80/", "curl/8"},
		{"a quoted word in the agent", `"GET http://a.example:80/ HTTP/1.1" "say "hi" x"`, "http://a.example:80/", `say "hi" x`},
		{"a quote at the end of the agent", `"GET http://a.example:80/ HTTP/1.1" "odd""`, "http://a.example:80/", `odd"`},
		{"a blank and a quote in the URL", `"GET http://a.example:80/a "b HTTP/1.1" "curl/8"`, `http://a.example:80/a "b`, "curl/8"},
		{"a seam in the agent", `"GET http://a.example:80/ HTTP/1.1" "x" "y"`, "http://a.example:80/", `x" "y`},
		{"seams and no version to tell them by", `"GET http://a.example:80/" "x" "y"`, "", ""},
		{"the agent is missing", `"GET http://a.example:80/ HTTP/1.1"`, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			docs, counts, err := ingesttest.Decode(decoder(), object(ingest.ALB), albHead+test.quoted+albTail+"\n")
			if err != nil || len(docs) != 1 {
				t.Fatalf("%d documents, %+v, %v", len(docs), counts, err)
			}
			fields := ingesttest.Fields(t, docs[0])
			if test.url == "" {
				if fields["event.kind"] != "pipeline_error" || fields["event.original"] != albHead+test.quoted+albTail {
					t.Errorf("it is not rejected: %s", docs[0].Source)
				}
				return
			}
			if fields["url.original"] != test.url || fields["user_agent.original"] != test.agent || fields["trace.id"] != "Root=1-5" {
				t.Errorf("url %q, agent %q, trace %q", fields["url.original"], fields["user_agent.original"], fields["trace.id"])
			}
		})
	}
}

func TestNewFieldsAtTheEndAreKept(t *testing.T) {
	line := albHead + `"GET http://a.example:80/ HTTP/1.1" "curl/8"` + albTail + ` "h" "u" "TransformSuccess" 10.1.0.12 brand-new "and more"`
	docs, counts, err := ingesttest.Decode(decoder(), object(ingest.ALB), line)
	if err != nil || counts.Errors != 0 {
		t.Fatal(counts, err)
	}
	fields := ingesttest.Fields(t, docs[0])
	if fields["aws.elb.extra.field_35"] != "brand-new" || fields["aws.elb.extra.field_36"] != "and more" || counts.Extra["field_35"] != 1 {
		t.Errorf("extra: %v, %v", fields, counts.Extra)
	}
}

func TestBadLines(t *testing.T) {
	good := albHead + `"GET http://a.example:80/ HTTP/1.1" "curl/8"` + albTail
	for name, bad := range map[string]string{
		"a line that is cut off":                           good[:200],
		"an impossible time":                               strings.Replace(good, "2025-10-09T08:53:22.000000Z app", "2025-13-09T08:53:22.000000Z app", 1),
		"a client without a port":                          strings.Replace(good, "198.51.100.7:40001", "198.51.100.7", 1),
		"binary rubbish":                                   "\x00\x01\xff\xfe",
		"a JSON line without anything that tells its kind": `{"type":"http"}`,
	} {
		docs, counts, err := ingesttest.Decode(decoder(), object(ingest.ALB), good+"\r\n"+bad+"\r\n\r\n"+good)
		if err != nil || counts.Records != 3 || counts.Errors != 1 || len(docs) != 3 {
			t.Errorf("%s: %d documents, %+v, %v", name, len(docs), counts, err)
			continue
		}
		if fields := ingesttest.Fields(t, docs[1]); fields["event.kind"] != "pipeline_error" || fields["error.message"] == nil || fields["log.offset"] == nil {
			t.Errorf("%s: %s", name, docs[1].Source)
		}
	}
}

func TestMostlyMalformedObjectsAreGivenUp(t *testing.T) {
	docs, counts, err := ingesttest.Decode(decoder(), object(ingest.ALB), strings.Repeat("rubbish\n", 1000))
	if !errors.Is(err, ingest.ErrMalformed) || counts.Records != 20 || len(docs) != 20 {
		t.Errorf("%d documents, %+v, %v", len(docs), counts, err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, file := range []string{"alb_vended.json", "alb_edge_cases.log", "clb_tcp_tls_error.log", "nlb_handshake_failed.log", "alb_connection.log", "alb_health_check.log"} {
		text, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), uint8(len(file)))
	}
	formats := []ingest.Format{"", ingest.ALB, ingest.CLB, ingest.NLB, ingest.ALBConnection, ingest.ALBHealth}
	d := decoder()
	f.Fuzz(func(t *testing.T, text string, format uint8) {
		docs, counts, err := ingesttest.Decode(d, object(formats[int(format)%len(formats)]), text)
		ingesttest.Check(t, docs, counts, err)
	})
}

func BenchmarkDecode(b *testing.B) {
	text := strings.Repeat(albHead+`"GET https://www.example.com:443/shop/item?id=4711&sort=price HTTP/1.1" "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36"`+albTail+"\n", 1000)
	d, o := decoder(), object(ingest.ALB)
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
