package guardduty_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
	"github.com/vedette-siem/vedette/ingest/guardduty"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
	"github.com/vedette-siem/vedette/storage/document"
)

var update = ingesttest.UpdateFlag()

func decoder() *guardduty.Decoder {
	return guardduty.New(guardduty.Options{ECS: ecs.Options{Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }}})
}

func object(format ingest.Format) ingest.Object {
	return ingest.Object{Bucket: "logs", Key: "AWSLogs/111122223333/GuardDuty/eu-central-1/2025/10/09/x.jsonl.gz", ETag: "e", Format: format}
}

func TestGolden(t *testing.T) {
	for file, format := range map[string]ingest.Format{"findings.jsonl": ingest.GuardDuty, "securityhub.json": ingest.SecurityHub} {
		text, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		if got := ingest.Content(text); got != format {
			t.Errorf("%s: content is detected as %q", file, got)
		}
		docs, counts, err := ingesttest.Decode(decoder(), object(format), string(text))
		if err != nil || counts.Errors != 0 || counts.Extra["brandNew"] != 1 || len(counts.Extra) != 1 {
			t.Errorf("%s: %+v, %v", file, counts, err)
		}
		ingesttest.Check(t, docs, counts, err)
		ingesttest.Golden(t, *update, filepath.Join("testdata", file+".golden"), docs)
	}
}

func TestTheSample(t *testing.T) {
	text := ingesttest.Read(t, ingesttest.Samples(t, "synthetic", "guardduty", "findings.jsonl"))
	docs, counts, err := ingesttest.Decode(decoder(), object(ingest.GuardDuty), text)
	if err != nil || counts.Events != 1 || counts.Errors != 0 || len(counts.Extra) != 0 {
		t.Fatalf("%+v, %v", counts, err)
	}
	fields := ingesttest.Fields(t, docs[0])
	for name, want := range map[string]string{
		"event.kind": "alert", "event.severity": "2", "rule.name": "UnauthorizedAccess:EC2/SSHBruteForce", "@timestamp": "2025-10-09T08:53:20.000Z",
		"source.ip": "198.51.100.7", "source.port": "32794", "destination.ip": "10.1.2.3", "destination.port": "22", "network.direction": "inbound",
		"message": "198.51.100.7 is performing SSH brute force attacks against i-0aaaabbbbccccdddd.", "related.ip": "[10.1.2.3 203.0.113.20 198.51.100.7]",
	} {
		if got := fmt.Sprint(fields[name]); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}

// finding is a small one. The names are as the command line spells them if capital is set.
func finding(id, updated string, count int, capital bool) string {
	text := fmt.Sprintf(`{"schemaVersion":"2.0","accountId":"1","id":"%s","type":"A:B/C","service":{"action":{"actionType":"DNS_REQUEST"},"count":%d},"resource":{"resourceType":"x"},"updatedAt":"%s"}`, id, count, updated)
	if capital {
		for _, name := range []string{"schemaVersion", "accountId", "id", "type", "service", "action", "actionType", "count", "resource", "resourceType", "updatedAt"} {
			text = strings.ReplaceAll(text, `"`+name+`"`, `"`+strings.ToUpper(name[:1])+name[1:]+`"`)
		}
	}
	return text
}

// hubFinding is a small one of Security Hub.
func hubFinding(id, workflow string) string {
	return fmt.Sprintf(`{"SchemaVersion":"2018-10-08","Id":"%s","ProductArn":"p","AwsAccountId":"1","UpdatedAt":"2026-01-02T03:04:05Z","Workflow":{"Status":"%s"}}`, id, workflow)
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

func TestCarriersOfGuardDuty(t *testing.T) {
	const at = "2026-01-02T03:04:05Z"
	a, b := finding("a", at, 1, false), finding("b", at, 1, false)
	bridge := func(s string) string {
		return `{"version":"0","id":"x","detail-type":"GuardDuty Finding","source":"aws.guardduty","detail":` + s + `}`
	}
	var ids []string
	for _, test := range []struct{ name, text string }{
		{"an object of S3", a + "\n" + b + "\n"},
		{"the API", `{"findings":[` + a + `,` + b + `]}`},
		{"the command line", `{"Findings":[` + finding("a", at, 1, true) + `,` + finding("b", at, 1, true) + `]}`},
		{"EventBridge", bridge(a) + bridge(b)},
		{"EventBridge in CloudWatch", `{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","logEvents":[{"id":"1","message":` + quoted(bridge(a)) + `},{"id":"2","message":` + quoted(bridge(b)) + `}]}`},
		{"another time zone", strings.Replace(a, at, "2026-01-02T04:04:05+01:00", 1) + b},
	} {
		if got := ingest.Content([]byte(test.text)); got != ingest.GuardDuty {
			t.Errorf("%s: detected as %s", test.name, got)
		}
		docs, counts, err := ingesttest.Decode(decoder(), object(ingest.GuardDuty), test.text)
		if err != nil || counts.Errors != 0 || len(docs) != 2 || len(counts.Extra) != 0 {
			t.Fatalf("%s: %d documents, %+v, %v", test.name, len(docs), counts, err)
		}
		got := []string{docs[0].ID, docs[1].ID}
		if ids == nil {
			ids = got
		}
		if fmt.Sprint(got) != fmt.Sprint(ids) || got[0] == got[1] {
			t.Errorf("%s: ids %v, want %v", test.name, got, ids)
		}
		if fields := ingesttest.Fields(t, docs[0]); fields["aws.guardduty.service.action.actionType"] != "DNS_REQUEST" || fields["event.original"] == nil {
			t.Errorf("%s: %s", test.name, docs[0].Source)
		}
	}
}

func TestAnUpdateIsAnotherDocument(t *testing.T) {
	text := finding("a", "2026-01-02T03:04:05Z", 1, false) + finding("a", "2026-01-02T03:04:05Z", 2, false) + finding("a", "2026-01-02T03:04:06Z", 2, false) + finding("a", "2026-01-02T03:04:05Z", 1, false)
	docs, _, err := ingesttest.Decode(decoder(), object(ingest.GuardDuty), text)
	if err != nil || len(docs) != 4 {
		t.Fatal(len(docs), err)
	}
	if docs[0].ID == docs[1].ID || docs[1].ID == docs[2].ID || docs[0].ID != docs[3].ID || !strings.HasPrefix(docs[0].ID, "gd-") {
		t.Errorf("%s %s %s %s", docs[0].ID, docs[1].ID, docs[2].ID, docs[3].ID)
	}
}

func TestCarriersOfSecurityHub(t *testing.T) {
	a, b := hubFinding("a", "NEW"), hubFinding("b", "NEW")
	bridge := func(s string) string {
		return `{"version":"0","detail-type":"Security Hub Findings - Imported","source":"aws.securityhub","detail":{"findings":[` + s + `]}}`
	}
	var ids []string
	for _, test := range []struct{ name, text string }{
		{"the API", `{"Findings":[` + a + `,` + b + `],"NextToken":"x"}`},
		{"one a line", a + "\n" + b},
		{"EventBridge, each for itself", bridge(a) + "\n" + bridge(b)},
		{"EventBridge, both", bridge(a + "," + b)},
		{"EventBridge, an action with its name", strings.Replace(bridge(a+","+b), `"findings"`, `"actionName":"x","findings"`, 1)},
		{"EventBridge in a Firehose", `{"message":` + quoted(bridge(a+","+b)) + `}`},
	} {
		if got := ingest.Content([]byte(test.text)); got != ingest.SecurityHub {
			t.Errorf("%s: detected as %s", test.name, got)
		}
		docs, counts, err := ingesttest.Decode(decoder(), object(ingest.SecurityHub), test.text)
		if err != nil || counts.Errors != 0 || len(docs) != 2 || counts.Records != 2 || len(counts.Extra) != 0 {
			t.Fatalf("%s: %d documents, %+v, %v", test.name, len(docs), counts, err)
		}
		got := []string{docs[0].ID, docs[1].ID}
		if ids == nil {
			ids = got
		}
		if fmt.Sprint(got) != fmt.Sprint(ids) || got[0] == got[1] {
			t.Errorf("%s: ids %v, want %v", test.name, got, ids)
		}
		if docs[0].Index != "logs-aws.securityhub_findings-default" || ingesttest.Fields(t, docs[0])["event.original"] == nil {
			t.Errorf("%s: %s", test.name, docs[0].Source)
		}
	}
	docs, _, err := ingesttest.Decode(decoder(), object(ingest.SecurityHub), a+hubFinding("a", "RESOLVED"))
	if err != nil || docs[0].ID == docs[1].ID {
		t.Errorf("a finding that was worked on has the same id: %v", err)
	}
}

func TestWhatIsNoAlert(t *testing.T) {
	for status, want := range map[string]string{"FAILED": "alert failure", "PASSED": "state success", "NOT_AVAILABLE": "state unknown", "WARNING": "alert failure", "": "alert <nil>"} {
		docs, _, err := ingesttest.Decode(decoder(), object(ingest.SecurityHub), strings.Replace(hubFinding("a", "NEW"), "{", `{"Compliance":{"Status":"`+status+`"},`, 1))
		if err != nil {
			t.Fatal(err)
		}
		fields := ingesttest.Fields(t, docs[0])
		if got := fmt.Sprintf("%v %v", fields["event.kind"], fields["event.outcome"]); got != want {
			t.Errorf("%q: %s, want %s", status, got, want)
		}
	}
}

func TestSeverities(t *testing.T) {
	for severity, want := range map[string]string{
		`{"Label":"INFORMATIONAL"}`: "0", `{"Label":"LOW"}`: "1", `{"Label":"MEDIUM"}`: "40", `{"Label":"HIGH"}`: "70", `{"Label":"CRITICAL"}`: "90",
		`{"Label":"LOW","Normalized":30}`: "30", `{"Normalized":0}`: "0", `{"Label":"OTHER"}`: "<nil>", `"HIGH"`: "<nil>",
	} {
		docs, counts, err := ingesttest.Decode(decoder(), object(ingest.SecurityHub), strings.Replace(hubFinding("a", "NEW"), "{", `{"Severity":`+severity+`,`, 1))
		if err != nil || counts.Errors != 0 {
			t.Fatal(counts, err)
		}
		if got := fmt.Sprint(ingesttest.Fields(t, docs[0])["event.severity"]); got != want {
			t.Errorf("%s: %s, want %s", severity, got, want)
		}
	}
}

func TestWhatIsTooLargeIsCut(t *testing.T) {
	text := strings.Replace(finding("a", "2026-01-02T03:04:05Z", 1, false), `"resourceType":"x"`, `"resourceType":"x","y":"`+strings.Repeat("y", 40_000)+`"`, 1)
	docs, counts, err := ingesttest.Decode(decoder(), object(ingest.GuardDuty), text)
	if err != nil || counts.Errors != 0 {
		t.Fatal(counts, err)
	}
	fields := ingesttest.Fields(t, docs[0])
	if fields["aws.guardduty.truncated"] != true || fields["aws.guardduty.resource.y"] != nil || fields["aws.guardduty.resource.resourceType"] != "x" || fields["event.original"] != text {
		t.Errorf("%.1000s", docs[0].Source)
	}
}

func TestBadRecords(t *testing.T) {
	const at = "2026-01-02T03:04:05Z"
	guard, hub := finding("a", at, 1, false), hubFinding("a", "NEW")
	for _, test := range []struct {
		name   string
		format ingest.Format
		good   string
		bad    string
	}{
		{"no JSON inside", ingest.GuardDuty, guard, `{"id":nope}`},
		{"another thing", ingest.GuardDuty, guard, `{"hello":"world"}`},
		{"a time that is none", ingest.GuardDuty, guard, finding("a", "yesterday", 1, false)},
		{"no service", ingest.GuardDuty, guard, `{"id":"a","updatedAt":"` + at + `"}`},
		{"a message without JSON", ingest.GuardDuty, guard, `{"message":"hello"}`},
		{"a finding of 2 MiB", ingest.GuardDuty, guard, `{"id":"` + strings.Repeat("x", 2<<20) + `"}`},
		{"a finding of Security Hub", ingest.GuardDuty, guard, hub},
		{"a finding of GuardDuty", ingest.SecurityHub, hub, guard},
		{"no time", ingest.SecurityHub, hub, `{"Id":"a","ProductArn":"p"}`},
		{"an event without findings", ingest.SecurityHub, hub, `{"detail-type":"x","detail":{"findings":[]}}`},
		{"an event whose findings are none", ingest.SecurityHub, hub, `{"detail-type":"x","detail":{"findings":[1]}}`},
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

func TestItStopsWithItsSink(t *testing.T) {
	full := errors.New("full")
	o := object(ingest.GuardDuty)
	if _, err := decoder().Decode(context.Background(), strings.NewReader(finding("a", "2026-01-02T03:04:05Z", 1, false)), &o, func(*document.Document) error { return full }); !errors.Is(err, full) {
		t.Error(err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, file := range []string{"findings.jsonl", "securityhub.json"} {
		text, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), file == "securityhub.json")
	}
	f.Add(`{"detail-type":"x","detail":{"findings":[{"Id":1,"ProductArn":nan,"UpdatedAt":"2026-01-02T03:04:05Z","Types":[{}],"Resources":[1]}]}}`, true)
	f.Add(`{"id":{},"service":[],"updatedAt":"2026-01-02T03:04:05Z","severity":inf}`, false)
	d := decoder()
	f.Fuzz(func(t *testing.T, text string, hub bool) {
		format := ingest.GuardDuty
		if hub {
			format = ingest.SecurityHub
		}
		docs, counts, err := ingesttest.Decode(d, object(format), text)
		ingesttest.Check(t, docs, counts, err)
	})
}
