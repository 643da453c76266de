package s3access_test

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
	"github.com/vedette-siem/vedette/ingest/s3access"
	"github.com/vedette-siem/vedette/storage/document"
)

var update = ingesttest.UpdateFlag()

func decoder() *s3access.Decoder {
	return s3access.New(s3access.Options{ECS: ecs.Options{Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }}})
}

func object() ingest.Object {
	return ingest.Object{Bucket: "logs", Key: "p/111122223333/us-west-1/amzn-s3-demo-bucket1/2025/10/09/2025-10-09-09-00-00-0123456789ABCDEF", ETag: "e"}
}

// event decodes one line and returns its fields, and nil for a pipeline error.
func event(t *testing.T, line string) map[string]any {
	t.Helper()
	docs, counts, err := ingesttest.Decode(decoder(), object(), line)
	if err != nil || len(docs) != 1 {
		t.Fatalf("%s: %d documents, %+v, %v", line, len(docs), counts, err)
	}
	ingesttest.Check(t, docs, counts, err)
	fields := ingesttest.Fields(t, docs[0])
	if fields["event.kind"] != "pipeline_error" {
		return fields
	}
	if fields["event.original"] != line || counts.Errors != 1 {
		t.Errorf("the pipeline error does not keep its line: %s", docs[0].Source)
	}
	return nil
}

func TestGolden(t *testing.T) {
	for file, events := range map[string]int64{"edge_cases.log": 3, "cloudwatch.json": 2} {
		t.Run(file, func(t *testing.T) {
			text := ingesttest.Read(t, filepath.Join("testdata", file))
			if got := ingest.Content([]byte(text)); got != ingest.S3Access {
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

const (
	head = `79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be bkt [09/Oct/2025:08:53:21 +0000] 198.51.100.7 - 891CE47D2EXAMPLE REST.GET.OBJECT k `
	mid  = ` 200 - 243 243 11 9 `
	tail = ` - hostid= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader bkt.s3.us-west-1.amazonaws.com TLSv1.2 - - -`
)

func TestQuotesInsideAreKeptOrTheLineIsRejectedNeverShifted(t *testing.T) {
	const get = `"GET /bkt/k HTTP/1.1"`
	for _, test := range []struct {
		name, line     string
		referer, agent any  // nil: absent
		bad            bool // the line must be rejected
	}{
		{name: "nothing is broken", line: head + get + mid + `"https://a/" "curl/8"` + tail, referer: "https://a/", agent: "curl/8"},
		{name: "dashes in quotes", line: head + get + mid + `"-" "-"` + tail},
		{name: "bare dashes", line: head + get + mid + `- -` + tail},
		{name: "a bare dash for the referer", line: head + get + mid + `- "say "hi""` + tail, agent: `say "hi"`},
		{name: "a bare dash for the agent", line: head + get + mid + `"https://a/" -` + tail, referer: "https://a/"},
		{name: "quotes in the agent", line: head + get + mid + `"-" "a "b" c"` + tail, agent: `a "b" c`},
		{name: "quotes in the referer", line: head + get + mid + `"https://a/"q"" "x"` + tail, referer: `https://a/"q"`, agent: "x"},
		{name: "a quote at the end of the agent", line: head + get + mid + `"-" "odd""` + tail, agent: `odd"`},
		{name: "both are empty", line: head + get + mid + `"" ""` + tail},
		{name: "the fields behind the agent are forged", line: head + get + mid + `"-" "x" - forged= SigV4 - AuthHeader h TLSv1.2 - - -"` + tail, agent: `x" - forged= SigV4 - AuthHeader h TLSv1.2 - - -`},
		{name: "the fields behind the request are forged", line: head + `"GET /bkt/k" x HTTP/1.1"` + mid + `"-" "x"` + tail, agent: "x"},
		{name: "a seam in the agent", line: head + get + mid + `"r" "x" "y"` + tail, bad: true},
		{name: "no number where one must be", line: head + get + ` 200 - 243 x 11 9 "-" "-"` + tail, bad: true},
		{name: "no request", line: head + mid + `"-" "-"` + tail, bad: true},
		{name: "a signature that is none", line: head + get + mid + `"-" "-" - hostid= nonsense - - - -`, bad: true},
		{name: "a TLS version that is none", line: head + get + mid + `"-" "-" - hostid= SigV4 - - - what`, bad: true},
		{name: "a trailing blank", line: head + get + mid + `"-" "curl"` + tail + " ", agent: "curl"},
		{name: "18 fields, as long ago", line: head + get + mid + `"-" "curl" -`, agent: "curl"},
		{name: "17 fields", line: head + get + mid + `"-" "curl"`, bad: true},
		{name: "a line that is cut off", line: head[:40], bad: true},
		{name: "an impossible time", line: strings.Replace(head, "09/Oct", "39/Oct", 1) + get + mid + `"-" "-"` + tail, bad: true},
		{name: "a month that is none", line: strings.Replace(head, "Oct", "Okt", 1) + get + mid + `"-" "-"` + tail, bad: true},
		{name: "rubbish", line: "\x00 rubbish", bad: true},
		{name: "JSON of something else", line: `{"a":1}`, bad: true},
	} {
		fields := event(t, test.line)
		switch {
		case test.bad && fields != nil:
			t.Errorf("%s is not rejected: %v", test.name, fields)
		case test.bad:
		case fields == nil:
			t.Errorf("%s is rejected", test.name)
		case fields["http.request.referrer"] != test.referer || fields["user_agent.original"] != test.agent:
			t.Errorf("%s: referer %q, agent %q", test.name, fields["http.request.referrer"], fields["user_agent.original"])
		case fields["aws.s3access.host_id"] != "hostid=" && !strings.HasPrefix(test.name, "18"):
			t.Errorf("%s: host %q", test.name, fields["aws.s3access.host_id"])
		}
	}
}

func TestKeysAreShownAsTheObjectIsCalled(t *testing.T) {
	for key, want := range map[string]any{"a%2520b/caf%25C3%25A9.txt": "a b/café.txt", "a%2Bb": "a+b", "plain.txt": nil, "100%": nil, "-": nil} {
		line := strings.Replace(head, " k ", " "+key+" ", 1) + `"-"` + mid + `- -` + tail
		if got := event(t, line)["aws.s3access.object_key"]; got != want {
			t.Errorf("%s: %v", key, got)
		}
	}
}

func TestFieldsOfTheService(t *testing.T) {
	line := `79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be bkt [09/Oct/2025:10:53:21 +0200] - AmazonS3 891CE47D2EXAMPLE S3.EXPIRE.OBJECT k "-" - - - 243 - - "-" "-" - hostid= - - - - - - - us-east-1 new1 new2`
	docs, counts, err := ingesttest.Decode(decoder(), object(), line)
	if err != nil || counts.Events != 1 {
		t.Fatal(counts, err)
	}
	fields := ingesttest.Fields(t, docs[0])
	for name, want := range map[string]any{
		"@timestamp": "2025-10-09T08:53:21.000Z", "event.action": "S3.EXPIRE.OBJECT", "event.outcome": "success", "client.user.id": "AmazonS3", "source.ip": nil, "source.address": nil,
		"event.duration": nil, "url.original": nil, "http.response.status_code": nil, "aws.s3access.source_region": "us-east-1", "aws.s3access.extra.field_28": "new1", "aws.s3access.extra.field_29": "new2",
		"cloud.account.id": "111122223333", "cloud.region": "us-west-1",
	} {
		if fields[name] != want {
			t.Errorf("%s is %v, want %v", name, fields[name], want)
		}
	}
	if counts.Extra["field_28"] != 1 || counts.Extra["field_29"] != 1 {
		t.Errorf("%v", counts.Extra)
	}
}

func TestACopyWritesTwoEvents(t *testing.T) {
	line := head + `"PUT /bkt/k HTTP/1.1"` + mid + `"-" "-"` + tail + "\n"
	docs, counts, err := ingesttest.Decode(decoder(), object(), line+strings.Replace(line, "REST.GET", "REST.COPY", 1))
	if err != nil || counts.Events != 2 || docs[0].ID == docs[1].ID {
		t.Errorf("%+v, %v", counts, err)
	}
}

func TestMostlyMalformedObjectsAreGivenUp(t *testing.T) {
	docs, counts, err := ingesttest.Decode(decoder(), object(), strings.Repeat("rubbish\n", 1000))
	if !errors.Is(err, ingest.ErrMalformed) || counts.Records != 20 || len(docs) != 20 {
		t.Errorf("%d documents, %+v, %v", len(docs), counts, err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, file := range []string{"edge_cases.log", "cloudwatch.json"} {
		text, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add(head + `"GET /bkt/k" x HTTP/1.1"` + mid + `"-" "x"` + tail)
	d := decoder()
	f.Fuzz(func(t *testing.T, text string) {
		docs, counts, err := ingesttest.Decode(d, object(), text)
		ingesttest.Check(t, docs, counts, err)
	})
}

func BenchmarkDecode(b *testing.B) {
	text := strings.Repeat(head+`"GET /bkt/photos/2025/10/picture.jpg?x-id=GetObject HTTP/1.1"`+mid+`"-" "aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.5 md/GOOS#linux md/GOARCH#amd64 api/s3#1.58.0"`+tail+"\n", 1000)
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
