package cloudtrail_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/cloudtrail"
	"github.com/vedette-siem/vedette/ingest/ecs"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
)

func object() ingest.Object {
	return ingest.Object{Bucket: "logs", Key: "AWSLogs/111122223333/CloudTrail/eu-central-1/2026/01/02/x.json.gz", ETag: "e"}
}

func TestGolden(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got := ingest.Content(text); got != ingest.CloudTrail {
				t.Errorf("content is detected as %q", got)
			}
			docs, counts, err := ingesttest.Decode(decoder(), object(), string(text))
			if err != nil || counts.Errors != 0 || counts.Events == 0 {
				t.Errorf("%+v, %v", counts, err)
			}
			ingesttest.Golden(t, *update, file+".golden", docs)
		})
	}
}

// minimal is a record with an id.
func minimal(id string) string {
	return fmt.Sprintf(`{"eventVersion":"1.08","eventTime":"2026-01-02T03:04:05Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","eventID":%q}`, id)
}

func TestCarriers(t *testing.T) {
	a, b := minimal("a"), minimal("b")
	quoted := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }
	bridge := func(s string) string {
		return `{"detail-type":"AWS Insight via CloudTrail","source":"aws.cloudtrail","detail":` + s + `}`
	}
	for name, text := range map[string]string{
		"an object of S3":             `{"Records":[` + a + `,` + b + `]}`,
		"the same with blanks":        " {\n \"Records\" : [ \n" + a + " , " + b + "\n] }\n",
		"with members around":         `{"x":{"Records":1},"Records":[` + a + `,` + b + `],"y":[{"Records":[]}],"z":null}`,
		"an array":                    `[` + a + `,` + b + `]`,
		"one a line":                  a + "\n" + b + "\n",
		"one a line, CRLF":            a + "\r\n" + b,
		"without anything between":    a + b,
		"two objects of S3":           `{"Records":[` + a + `]}` + "\n" + `{"Records":[` + b + `]}`,
		"pretty-printed":              strings.ReplaceAll(`{"Records":[`+a+`,`+b+`]}`, ",", ",\n   "),
		"LookupEvents":                `{"Events":[{"EventId":"a","ReadOnly":"true","CloudTrailEvent":` + quoted(a) + `},{"CloudTrailEvent":` + quoted(b) + `}],"NextToken":"x"}`,
		"EventBridge":                 `{"version":"0","id":"1","detail-type":"AWS API Call via CloudTrail","source":"aws.s3","detail":` + a + `}` + "\n" + `{"detail-type":"x","detail":` + b + `}`,
		"a list of LookupEvents":      `[{"EventId":"a","CloudTrailEvent":` + quoted(a) + `},{"CloudTrailEvent":` + quoted(b) + `}]`,
		"EventBridge in CloudWatch":   `{"messageType":"DATA_MESSAGE","owner":"1","logEvents":[{"id":"1","message":` + quoted(bridge(a)) + `},{"id":"2","message":` + quoted(bridge(b)) + `}]}`,
		"messages of a Firehose":      `{"message":` + quoted(a) + `}{"message":` + quoted(bridge(b)) + `}`,
		"a CloudWatch payload":        `{"messageType":"DATA_MESSAGE","owner":"1","logEvents":[{"id":"1","timestamp":1,"message":` + quoted(a) + `},{"id":"2","timestamp":1,"message":` + quoted(b) + `}]}`,
		"with another shipper's time": strings.Replace(a, "{", `{"@timestamp":"2020-01-01T00:00:00Z","@version":"1",`, 1) + b,
	} {
		docs, counts, err := ingesttest.Decode(decoder(), object(), text)
		if err != nil || counts.Errors != 0 || len(docs) != 2 || docs[0].ID != "ct-a" || docs[1].ID != "ct-b" || len(counts.Extra) != 0 {
			t.Errorf("%s: %d documents, %+v, %v", name, len(docs), counts, err)
		}
	}
}

func TestStreamAlertInsight(t *testing.T) {
	text := ingesttest.Read(t, ingesttest.Samples(t, "cloudtrail", "airbnb-streamalert", "cloudtrail_insights.json"))
	from := strings.Index(text, `{
          "eventVersion"`)
	to := strings.Index(text, `"eventCategory": "Insight"`)
	docs, counts, err := ingesttest.Decode(decoder(), object(), text[from:to]+`"eventCategory": "Insight"}`)
	if err != nil || counts.Errors != 0 || len(docs) != 1 {
		t.Fatalf("%+v, %v", counts, err)
	}
	fields := ingesttest.Fields(t, docs[0])
	if fields["event.kind"] != "alert" || fields["event.action"] != "CompleteLifecycleAction" || fields["event.outcome"] != nil {
		t.Errorf("%s", docs[0].Source)
	}
}

func TestOtherSamples(t *testing.T) {
	folder := ingesttest.Samples(t, "cloudtrail", "DataDog-stratus-red-team")
	files, err := filepath.Glob(filepath.Join(folder, "*.json.gz"))
	if err != nil || len(files) != 16 {
		t.Fatal(files, err)
	}
	for _, file := range append(files, ingesttest.Samples(t, "cloudtrail", "open-telemetry-collector-contrib", "cloudtrail_log_cw.json")) {
		text := ingesttest.Read(t, file)
		if got := ingest.Content([]byte(text[:min(len(text), ingest.DetectBytes)])); got != ingest.CloudTrail {
			t.Errorf("%s is detected as %s", file, got)
		}
		docs, counts, err := ingesttest.Decode(decoder(), object(), text)
		if err != nil || counts.Errors != 0 || counts.Events == 0 {
			t.Errorf("%s: %+v, %v", file, counts, err)
		}
		ingesttest.Check(t, docs, counts, err)
	}
}

func TestRenderingAndFlattened(t *testing.T) {
	for _, test := range []struct{ name, value, text, flattened string }{
		{"an object", `{"userName":"Bob","tags":[{"key":"a","value":"b"}]}`, `{userName=Bob, tags=[{key=a, value=b}]}`, `{"userName":"Bob","tags":[{"key":"a","value":"b"}]}`},
		{"scalars keep their spelling", `{"a":1.50,"b":true,"c":false,"d":1e3}`, `{a=1.50, b=true, c=false, d=1e3}`, `{"a":1.50,"b":true,"c":false,"d":1e3}`},
		{"empty members go", `{"a":null,"b":"","c":{},"d":[],"e":{"f":null},"g":1}`, `{g=1}`, `{"g":1}`},
		{"nothing but empty members", `{"a":null,"b":{"c":[{}]}}`, ``, ``},
		{"the last of twins wins", `{"a":1,"a":2}`, `{a=2}`, `{"a":2}`},
		{"a text", `"plain"`, `plain`, ``},
		{"a list", `["a","b"]`, `[a, b]`, ``},
		{"omitted for its size", `{"omitted":true,"originalSize":102401}`, `{omitted=true, originalSize=102401}`, `{"omitted":true,"originalSize":102401}`},
		{"a token", `{"credentials":{"sessionToken":"s3cret\\","accessKeyId":"ASIA"}}`, `{credentials={sessionToken=***, accessKeyId=ASIA}}`, `{"credentials":{"sessionToken":"***","accessKeyId":"ASIA"}}`},
		{"quotes and controls", `{"a":"x\"y\nz"}`, "{a=x\"y\nz}", `{"a":"x\"y\nz"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			record := strings.Replace(minimal("a"), "{", `{"requestParameters":`+test.value+`,`, 1)
			docs, counts, err := ingesttest.Decode(decoder(), object(), record)
			if err != nil || counts.Errors != 0 {
				t.Fatalf("%+v, %v", counts, err)
			}
			text := ingesttest.Fields(t, docs[0])["aws.cloudtrail.request_parameters"]
			if (text == nil && test.text != "") || (text != nil && text != test.text) {
				t.Errorf("rendering %v, want %q", text, test.text)
			}
			if want := `"flattened":{"request_parameters":` + test.flattened + `}`; strings.Contains(string(docs[0].Source), want) != (test.flattened != "") {
				t.Errorf("flattened is not %s: %s", test.flattened, docs[0].Source)
			}
			if strings.Contains(string(docs[0].Source), "s3cret") {
				t.Errorf("a token shows: %s", docs[0].Source)
			}
		})
	}
}

func TestTokensStayWhereTheyAreAskedFor(t *testing.T) {
	d := cloudtrail.New(cloudtrail.Options{ECS: ecs.Options{Now: fixed}, KeepTokens: true})
	docs, _, err := ingesttest.Decode(d, object(), strings.Replace(minimal("a"), "{", `{"responseElements":{"credentials":{"sessionToken":"s3cret"}},`, 1))
	if err != nil || strings.Count(string(docs[0].Source), "s3cret") != 3 {
		t.Errorf("%s, %v", docs[0].Source, err)
	}
}

func TestATokenUnderAnUnusualSpellingIsNotShownEither(t *testing.T) {
	docs, _, err := ingesttest.Decode(decoder(), object(), strings.Replace(minimal("a"), "{", `{"responseElements":{"session\u0054oken":"s3cret"},`, 1))
	if err != nil || strings.Contains(string(docs[0].Source), "s3cret") {
		t.Errorf("%s, %v", docs[0].Source, err)
	}
}

func TestCaps(t *testing.T) {
	long := strings.Repeat("é", 20_000)
	deep := strings.Repeat(`{"d":`, 30) + `"bottom"` + strings.Repeat(`}`, 30)
	for name, value := range map[string]string{"a long leaf": `{"a":"` + long + `","b":"short"}`, "many levels": `{"b":"short","a":` + deep + `}`} {
		docs, counts, err := ingesttest.Decode(decoder(), object(), strings.Replace(minimal("a"), "{", `{"requestParameters":`+value+`,`, 1))
		if err != nil || counts.Errors != 0 {
			t.Fatalf("%s: %+v, %v", name, counts, err)
		}
		fields := ingesttest.Fields(t, docs[0])
		if fields["aws.cloudtrail.truncated"] != true || fields["aws.cloudtrail.flattened.request_parameters.b"] != "short" {
			t.Errorf("%s: %.2000s", name, docs[0].Source)
		}
		if text := fields["aws.cloudtrail.request_parameters"].(string); len(text) > 32_000 || strings.Contains(text, "\uFFFD") {
			t.Errorf("%s: the rendering has %d bytes", name, len(text))
		}
	}
}

func TestBadRecords(t *testing.T) {
	for name, bad := range map[string]string{
		"no JSON inside":             `{"eventVersion":nope}`,
		"another thing":              `{"hello":"world"}`,
		"no time":                    `{"eventVersion":"1.08","eventName":"x"}`,
		"a time that is none":        `{"eventVersion":"1.08","eventTime":"yesterday"}`,
		"a JSON bomb":                `{"eventVersion":"1.08","x":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`,
		"a member of 3 MiB":          `{"eventVersion":"1.08","x":"` + strings.Repeat("x", 3<<20) + `"}`,
		"too many twins":             `{"eventVersion":"1.08"` + strings.Repeat(`,"a":1`, 500) + `}`,
		"a message that is no event": `{"message":"hello"}`,
	} {
		text := `{"Records":[` + minimal("a") + `,` + bad + `,` + minimal("b") + `]}`
		docs, counts, err := ingesttest.Decode(decoder(), object(), text)
		if err != nil || counts.Events != 2 || counts.Errors != 1 || len(docs) != 3 {
			t.Errorf("%s: %d documents, %+v, %v", name, len(docs), counts, err)
			continue
		}
		fields := ingesttest.Fields(t, docs[1])
		if fields["event.kind"] != "pipeline_error" || fields["error.message"] == "" || fields["event.original"] == nil || docs[1].ID != ingest.RecordID(ingest.IDPrefix(ptr(object()), nil), 1)+"-e" {
			t.Errorf("%s: %.1000s", name, docs[1].Source)
		}
		ingesttest.Check(t, docs, counts, err)
	}
}

func ptr[T any](v T) *T { return &v }

func TestTruncatedJSONKeepsWhatCameBefore(t *testing.T) {
	whole := `{"Records":[` + minimal("a") + `,` + minimal("b") + `]}`
	for _, cut := range []int{1, 2, 3, 10, 50} {
		docs, counts, err := ingesttest.Decode(decoder(), object(), whole[:len(whole)-cut])
		if !errors.Is(err, ingest.ErrTruncated) || counts.Events == 0 || docs[0].ID != "ct-a" {
			t.Errorf("cut by %d: %+v, %v", cut, counts, err)
		}
	}
}

func TestInvalidUTF8IsReplaced(t *testing.T) {
	docs, counts, err := ingesttest.Decode(decoder(), object(), strings.Replace(minimal("a"), "GetObject", "Get\xff\xfeObject", 1))
	if err != nil || counts.Errors != 0 || ingesttest.Fields(t, docs[0])["event.action"] != "Get\uFFFD\uFFFDObject" {
		t.Errorf("%+v, %v", counts, err)
	}
}

func TestUnknownMembersAreKeptAndCounted(t *testing.T) {
	docs, counts, err := ingesttest.Decode(decoder(), object(), strings.Replace(minimal("a"), "{", `{"brandNew":{"a":1},"userIdentity":{"type":"X","novel":"y"},`, 1))
	if err != nil || counts.Extra["brandNew"] != 1 || counts.Extra["userIdentity.novel"] != 1 {
		t.Errorf("%+v, %v", counts, err)
	}
	if !strings.Contains(string(docs[0].Source), `"extra":{"brandNew":{"a":1},"userIdentity.novel":"y"}`) {
		t.Errorf("%s", docs[0].Source)
	}
}

func TestOversizedIDsFallBackToTheObjectsRule(t *testing.T) {
	docs, _, err := ingesttest.Decode(decoder(), object(), minimal(strings.Repeat("x", 200)))
	if err != nil || !strings.HasSuffix(docs[0].ID, "-0000000") {
		t.Errorf("%s, %v", docs[0].ID, err)
	}
}

func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add(`{"logEvents":[{"message":"{}"}]}{"Events":[{"CloudTrailEvent":"{\"eventTime\":1}"}]}`)
	f.Add(`{"eventVersion":1,"eventTime":"2026-01-02T03:04:05Z","eventVersion":nan,"requestParameters":{"a":inf,"b":1-2}}`)
	d := decoder()
	f.Fuzz(func(t *testing.T, text string) {
		docs, counts, err := ingesttest.Decode(d, object(), text)
		ingesttest.Check(t, docs, counts, err)
	})
}
