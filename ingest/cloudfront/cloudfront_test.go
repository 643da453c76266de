package cloudfront_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/cloudfront"
	"github.com/vedette-siem/vedette/ingest/ecs"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
	"github.com/vedette-siem/vedette/storage/document"
)

var update = ingesttest.UpdateFlag()

func decoder() *cloudfront.Decoder {
	return cloudfront.New(cloudfront.Options{ECS: ecs.Options{Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }}})
}

func object() ingest.Object {
	return ingest.Object{Bucket: "logs", Key: "AWSLogs/111122223333/CloudFront/E2EXAMPLE1ABCD.2025-10-09-08.d111abcd.gz", ETag: "e"}
}

const legacy = "E2EXAMPLE1ABCD.2025-10-09-08.d111abcd.txt"

func TestGolden(t *testing.T) {
	for file, events := range map[string]int64{legacy: 1, "v2.json": 2, "v2_w3c.log": 2} {
		t.Run(file, func(t *testing.T) {
			text := ingesttest.Read(t, filepath.Join("testdata", file))
			if got := ingest.Content([]byte(text)); got != ingest.CloudFront {
				t.Errorf("content is detected as %q", got)
			}
			docs, counts, err := ingesttest.Decode(decoder(), object(), text)
			if err != nil || counts.Events != events || counts.Errors != 0 {
				t.Errorf("%+v, %v", counts, err)
			}
			ingesttest.Check(t, docs, counts, err)
			ingesttest.Golden(t, *update, filepath.Join("testdata", file+".golden"), docs)
		})
	}
}

func TestTheLegacyLineAndItsJSONGiveTheSameFields(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(ingesttest.Read(t, filepath.Join("testdata", legacy))), "\n")
	names, values := strings.Fields(lines[1])[1:], strings.Split(lines[2], "\t")
	members := map[string]string{}
	for i, name := range names {
		members[name] = values[i]
	}
	record, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	quoted, err := json.Marshal(lines[2])
	if err != nil {
		t.Fatal(err)
	}
	want := fields(t, strings.Join(lines, "\n"))
	for name, text := range map[string]string{
		"JSON": string(record), "the default without a header": lines[2], "blanks for tabs": strings.ReplaceAll(lines[2], "\t", " "),
		"a message": `{"message":` + string(quoted) + `}`,
	} {
		got := fields(t, text)
		for field, value := range want {
			if field != "event.original" && field != "log.offset" && field != "aws.cloudfront.extra" && !equal(got[field], value) {
				t.Errorf("%s: %s is %v, want %v", name, field, got[field], value)
			}
		}
	}
}

func equal(a, b any) bool {
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && string(x) == string(y)
}

// fields decodes the one event of a text.
func fields(t *testing.T, text string) map[string]any {
	t.Helper()
	docs, counts, err := ingesttest.Decode(decoder(), object(), text)
	if err != nil || counts.Events != 1 || counts.Errors != 0 {
		t.Fatalf("%s: %+v, %v", text, counts, err)
	}
	return ingesttest.Fields(t, docs[0])
}

func TestValues(t *testing.T) {
	for _, test := range []struct{ names, values, field, want string }{
		{"cs(User-Agent)", "a%2520b", "user_agent.original", "a b"},
		{"cs(User-Agent)", "a%20b", "user_agent.original", "a b"},
		{"cs(Referer)", "https://a/%2520", "http.request.referrer", "https://a/%20"},
		{"cs-uri-stem", "/a%20b", "url.path", "/a%20b"},
		{"sc-status", "000", "event.outcome", "failure"},
		{"sc-status", "000", "http.response.status_code", ""},
		{"sc-status", "304", "event.outcome", "success"},
		{"c-ip", "2001:db8::7", "source.ip", "2001:db8::7"},
		{"x-forwarded-for", "198.51.100.9,%2010.0.0.1", "network.forwarded_ip", "198.51.100.9"},
		{"time-taken", "1.25", "event.duration", "1250000000"},
		{"CS(HOST)", "d1.cloudfront.net", "url.domain", "d1.cloudfront.net"},
		{"x-host-header", "www.example.com:8443", "url.domain", "www.example.com"},
		{"x-host-header", "-", "destination.domain", ""},
		{"ssl-protocol", "TLSv1.2", "tls.version", "1.2"},
		{"asn", "64500", "source.as.number", "64500"},
	} {
		got := fields(t, "#Fields: date time "+test.names+"\n2025-10-09\t08:53:20\t"+test.values+"\n")[test.field]
		text, ok := got.(string)
		if n, number := got.(json.Number); number {
			text, ok = n.String(), true
		}
		if text != test.want || ok != (test.want != "") {
			t.Errorf("%s %s: %s is %v", test.names, test.values, test.field, got)
		}
	}
}

func TestTimes(t *testing.T) {
	for header, want := range map[string]string{
		"date time\n2025-10-09\t08:53:20":                              "2025-10-09T08:53:20.000Z",
		"timestamp(ms) date time\n1760000000123\t2025-10-09\t08:53:20": "2025-10-09T08:53:20.123Z",
		"timestamp c-ip\n1760000000\t-":                                "2025-10-09T08:53:20.000Z",
		"timestamp c-ip\n1760000000.123\t-":                            "2025-10-09T08:53:20.123Z",
		"c-ip sc-status\n198.51.100.7\t200":                            "",
		"date time\n2025-13-09\t08:53:20":                              "",
		"date time\n2025-10-09\t-":                                     "",
		"timestamp(ms) c-ip\n99999999999999999\t-":                     "",
		"timestamp(ms) c-ip\nsoon\t-":                                  "",
		"date time c-ip\n2025-10-09\t08:53:20":                         "", // a field is missing
		"date time\n2025-10-09\t08:53:20\tmore":                        "", // one too many
	} {
		docs, counts, err := ingesttest.Decode(decoder(), object(), "#Fields: "+header)
		if err != nil || len(docs) != 1 {
			t.Fatalf("%s: %+v, %v", header, counts, err)
		}
		ingesttest.Check(t, docs, counts, err)
		got := ingesttest.Fields(t, docs[0])
		if want == "" && counts.Errors != 1 || want != "" && got["@timestamp"] != want {
			t.Errorf("%s: %s", header, docs[0].Source)
		}
	}
}

func TestARecordWithoutATimeTakesThatOfItsCarrier(t *testing.T) {
	text := `{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"CreatedByCloudFront","logEvents":[{"id":"7","timestamp":1760000000000,"message":"{\"c-ip\":\"198.51.100.7\",\"x-edge-location\":\"FRA\"}"}]}`
	if got := ingest.Content([]byte(text)); got != ingest.CloudFront {
		t.Errorf("content is detected as %s", got)
	}
	if got := fields(t, text); got["@timestamp"] != "2025-10-09T08:53:20.000Z" || got["aws.cloudwatch.log_stream"] != "CreatedByCloudFront" {
		t.Errorf("%v", got)
	}
}

func TestBadRecordsAreCountedAndHeadersAreNot(t *testing.T) {
	docs, counts, err := ingesttest.Decode(decoder(), object(), "#Version: 1.0\n#Fields: date time\n2025-10-09\t08:53:20\nrubbish\n{\"broken\":\n2025-10-09\t08:53:21\n# a remark\n")
	if err != nil || counts.Events != 2 || counts.Errors != 2 || !strings.HasSuffix(docs[3].ID, "-0000003") {
		t.Errorf("%+v, %v", counts, err)
	}
	if !strings.Contains(string(docs[1].Source), "1 fields instead of 2") {
		t.Errorf("%s", docs[1].Source)
	}
	_, counts, err = ingesttest.Decode(decoder(), object(), strings.Repeat("rubbish\n", 1000))
	if !errors.Is(err, ingest.ErrMalformed) || counts.Records != 20 || !strings.Contains(counts.LastError, "no #Fields line") {
		t.Errorf("%+v, %v", counts, err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, file := range []string{legacy, "v2.json", "v2_w3c.log"} {
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

func benchmark(b *testing.B, text string) {
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

func BenchmarkDecode(b *testing.B) {
	lines := strings.SplitAfter(ingesttest.Read(b, filepath.Join("testdata", legacy)), "\n")
	benchmark(b, lines[0]+lines[1]+strings.Repeat(lines[2], 1000))
}

func BenchmarkDecodeJSON(b *testing.B) {
	first, _, _ := strings.Cut(ingesttest.Read(b, filepath.Join("testdata", "v2.json")), "\n")
	benchmark(b, strings.Repeat(first+"\n", 1000))
}
