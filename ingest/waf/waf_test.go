package waf_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
	"github.com/vedette-siem/vedette/ingest/waf"
	"github.com/vedette-siem/vedette/storage/document"
)

var update = ingesttest.UpdateFlag()

func decoder() *waf.Decoder {
	return waf.New(waf.Options{ECS: ecs.Options{Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }}})
}

func object() ingest.Object {
	return ingest.Object{Bucket: "aws-waf-logs-x", Key: "AWSLogs/111122223333/WAFLogs/eu-west-1/shop/2025/10/09/08/50/x.log.gz", ETag: "e"}
}

func files(t testing.TB) map[string]string {
	return map[string]string{
		"edge_cases.json": ingesttest.Read(t, filepath.Join("testdata", "edge_cases.json")), "open-telemetry.json": ingesttest.Read(t, filepath.Join("testdata", "open-telemetry.json")),
	}
}

func TestGolden(t *testing.T) {
	want := map[string]int64{"edge_cases.json": 3, "open-telemetry.json": 2}
	for file, text := range files(t) {
		t.Run(file, func(t *testing.T) {
			if got := ingest.Content([]byte(text)); got != ingest.WAF {
				t.Errorf("content is detected as %q", got)
			}
			docs, counts, err := ingesttest.Decode(decoder(), object(), text)
			if err != nil || counts.Events != want[file] || counts.Errors != 0 {
				t.Errorf("%+v, %v", counts, err)
			}
			ingesttest.Check(t, docs, counts, err)
			ingesttest.Golden(t, *update, filepath.Join("testdata", file+".golden"), docs)
		})
	}
}

// one is a record with an action, as JSON.
func one(action string) string {
	return `{"timestamp":1760000000001,"webaclId":"arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/shop/e3","terminatingRuleId":"r","action":"` + action + `","httpRequest":{"clientIp":"198.51.100.7","uri":"/"}}`
}

func TestOnlyWhatIsNotAllowedIsAnAlert(t *testing.T) {
	for action, want := range map[string][2]string{
		"ALLOW": {"event", "allowed"}, "COUNT": {"alert", "allowed"}, "BLOCK": {"alert", "denied"}, "CAPTCHA": {"alert", "denied"}, "CHALLENGE": {"alert", "denied"},
	} {
		docs, _, err := ingesttest.Decode(decoder(), object(), one(action))
		if err != nil || len(docs) != 1 {
			t.Fatal(err)
		}
		fields := ingesttest.Fields(t, docs[0])
		if types := fields["event.type"].([]any); fields["event.kind"] != want[0] || types[len(types)-1] != want[1] || fields["event.action"] != action {
			t.Errorf("%s: %s", action, docs[0].Source)
		}
	}
}

func TestEveryCarrierGivesTheSameEvent(t *testing.T) {
	quoted, err := json.Marshal(one("BLOCK"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"a line":          one("BLOCK") + "\n",
		"Firehose":        `{"message":` + string(quoted) + `}`,
		"CloudWatch":      `{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"aws-waf-logs-g","logStream":"s","logEvents":[{"id":"77","timestamp":1760000000000,"message":` + string(quoted) + `}]}`,
		"an export":       "2025-10-09T08:53:20.000Z " + one("BLOCK"),
		"an array":        "[" + one("BLOCK") + "]",
		"pretty-printed":  strings.ReplaceAll(one("BLOCK"), ",", ",\n  "),
		"a repeated name": strings.Replace(one("BLOCK"), `"action"`, `"action":"ALLOW","action"`, 1),
	} {
		if got := ingest.Content([]byte(text)); got != ingest.WAF && name != "an export" {
			t.Errorf("%s: content is detected as %s", name, got)
		}
		docs, counts, err := ingesttest.Decode(decoder(), object(), text)
		if err != nil || counts.Events != 1 || counts.Errors != 0 {
			t.Errorf("%s: %+v, %v", name, counts, err)
			continue
		}
		fields := ingesttest.Fields(t, docs[0])
		if fields["event.action"] != "BLOCK" || fields["source.ip"] != "198.51.100.7" || fields["@timestamp"] != "2025-10-09T08:53:20.001Z" {
			t.Errorf("%s: %s", name, docs[0].Source)
		}
		if name == "CloudWatch" && (!strings.HasSuffix(docs[0].ID, "-77") || fields["aws.cloudwatch.log_group"] != "aws-waf-logs-g") {
			t.Errorf("%s: %s %s", name, docs[0].ID, docs[0].Source)
		}
	}
}

func TestBadRecords(t *testing.T) {
	for name, bad := range map[string]string{
		"no ACL":                `{"timestamp":1760000000001,"action":"ALLOW"}`,
		"no time":               `{"webaclId":"x","action":"ALLOW"}`,
		"a time that is none":   `{"timestamp":"soon","webaclId":"x"}`,
		"a time far away":       `{"timestamp":9999999999999999,"webaclId":"x"}`,
		"no JSON object":        `{"message":"text"}`,
		"broken JSON":           `{"timestamp":tru}`,
		"nests beyond measure":  `{"webaclId":` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + `}`,
		"a request of numbers":  `{"webaclId":1,"httpRequest":[1],"timestamp":-1}`,
		"longer than the limit": `{"webaclId":"` + strings.Repeat("x", 2<<20) + `"}`,
	} {
		docs, counts, err := ingesttest.Decode(decoder(), object(), one("ALLOW")+"\n"+bad+"\n"+one("BLOCK"))
		if err != nil || counts.Events != 2 || counts.Errors != 1 {
			t.Errorf("%s: %+v, %v", name, counts, err)
		}
		ingesttest.Check(t, docs, counts, err)
	}
}

func TestHostileRequestsStayWithinBounds(t *testing.T) {
	var b strings.Builder
	for i := range 5000 {
		b.WriteString(`{"name":"h` + strconv.Itoa(i) + `","value":"v"},`)
	}
	many := strings.Replace(one("BLOCK"), `"uri"`, `"headers":[`+b.String()+`{"name":"z\u0000","value":"v"}],"uri"`, 1)
	docs, counts, err := ingesttest.Decode(decoder(), object(), many)
	if err != nil || counts.Events != 1 {
		t.Fatal(counts, err)
	}
	fields := ingesttest.Fields(t, docs[0])
	if fields["aws.waf.request.headers.h127"] != "v" || fields["aws.waf.request.headers.h128"] != nil || fields["aws.waf.truncated"] != true {
		t.Errorf("%.400s", docs[0].Source)
	}
	if fields["event.original"] != many {
		t.Error("event.original is not whole")
	}
}

func TestMostlyMalformedObjectsAreGivenUp(t *testing.T) {
	_, counts, err := ingesttest.Decode(decoder(), object(), strings.Repeat("{\"a\":1}\n", 1000))
	if !errors.Is(err, ingest.ErrMalformed) || counts.Records != 20 {
		t.Errorf("%+v, %v", counts, err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, file := range []string{"edge_cases.json", "open-telemetry.json"} {
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
	first, _, _ := strings.Cut(files(b)["open-telemetry.json"], "\n")
	text := strings.Repeat(first+"\n", 1000)
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
