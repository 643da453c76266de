package demo

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// record is what the tests look at in a CloudTrail record.
type record struct {
	EventVersion string
	UserIdentity struct {
		Type, ARN, AccountID, AccessKeyID, UserName, InvokedBy string
	}
	EventTime                           time.Time
	EventSource, EventName, AWSRegion   string
	SourceIPAddress, UserAgent          string
	ErrorCode, ErrorMessage             string
	RequestParameters, ResponseElements json.RawMessage
	AdditionalEventData                 map[string]any
	EventID, EventType, EventCategory   string
	RecipientAccountID                  string
	ReadOnly, ManagementEvent           *bool
	SessionCredentialFromConsole        string
}

// records returns all CloudTrail records, read once.
func (w *written) records(t *testing.T) []record {
	t.Helper()
	if w.parsed == nil {
		w.parsed = w.parse(t)
	}
	return w.parsed
}

func (w *written) parse(t *testing.T) []record {
	t.Helper()
	var out []record
	for key, body := range w.objects {
		if !strings.Contains(key, "/CloudTrail/") {
			continue
		}
		var file struct{ Records []record }
		if err := json.Unmarshal(body, &file); err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		if n := len(file.Records); n < 1 || n > maxRecords {
			t.Errorf("%s holds %d records", key, n)
		}
		for _, r := range file.Records {
			if !strings.Contains(key, "AWSLogs/"+r.RecipientAccountID+"/CloudTrail/"+r.AWSRegion+"/") {
				t.Errorf("%s holds a record of %s in %s", key, r.RecipientAccountID, r.AWSRegion)
			}
		}
		out = append(out, file.Records...)
	}
	return out
}

func checkTrail(t *testing.T, w *written) {
	records := w.records(t)
	if len(records) != w.summary.ByType[cloudtrail] {
		t.Errorf("%d records, the summary says %d", len(records), w.summary.ByType[cloudtrail])
	}
	ids := map[string]bool{}
	for _, r := range records {
		ids[r.EventID] = true
		if !w.span.holds(r.EventTime) {
			t.Errorf("event %s at %s lies outside the span", r.EventID, r.EventTime)
		}
		whole := r.EventVersion != "" && r.EventSource != "" && r.EventName != "" && r.SourceIPAddress != "" && r.UserAgent != "" &&
			len(r.RequestParameters) > 0 && len(r.ResponseElements) > 0 && r.ReadOnly != nil && r.ManagementEvent != nil &&
			r.EventType != "" && r.EventCategory != ""
		if !whole || len(r.EventID) != 36 || r.EventID[14] != '4' {
			t.Fatalf("record lacks a member: %+v", r)
		}
	}
	if len(ids) != len(records) {
		t.Errorf("%d event ids for %d records", len(ids), len(records))
	}
}

func checkVariety(t *testing.T, w *written) {
	kinds, types, versions, names, errors := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	notAddresses := 0
	for _, r := range w.records(t) {
		kinds[r.UserIdentity.Type]++
		types[r.EventType]++
		versions[r.EventVersion]++
		names[r.EventName]++
		errors[r.ErrorCode]++
		if strings.Contains(r.SourceIPAddress, "amazonaws.com") || r.SourceIPAddress == "AWS Internal" {
			notAddresses++
		}
	}
	for _, kind := range []string{typeRoot, typeUser, typeRole, typeService, typeAccount, typeWebIdentity, typeUnknown, typeNone} {
		if kinds[kind] == 0 {
			t.Errorf("no event of identity type %q", kind)
		}
	}
	if kinds[typeRoot] > 5 {
		t.Errorf("the root user acts %d times a day", kinds[typeRoot])
	}
	for _, want := range []string{"AwsApiCall", "AwsServiceEvent", "AwsConsoleSignIn"} {
		if types[want] == 0 {
			t.Errorf("no event of type %s", want)
		}
	}
	if got := slices.Sorted(maps.Keys(versions)); !slices.Equal(got, []string{"1.08", "1.09", "1.10"}) {
		t.Errorf("versions %v", got)
	}
	if len(names) < 80 || len(errors) < 6 || notAddresses < 5000 {
		t.Errorf("%d names, %d error codes, %d callers without address", len(names), len(errors), notAddresses)
	}
}

func TestPasswordSignIns(t *testing.T) {
	at := noon
	person := user(production, "tim.schuster")
	person.mfa, person.renew = true, 12*time.Hour
	render := func(c call) record {
		var r record
		if err := json.Unmarshal(appendCall(nil, newDice(1, "test", 0), &c), &r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	t.Run("a success tells the second factor", func(t *testing.T) {
		r := render(signIn(person, at, true))
		if string(r.ResponseElements) != `{"ConsoleLogin":"Success"}` || r.AdditionalEventData["MFAUsed"] != "Yes" || r.UserIdentity.ARN == "" {
			t.Errorf("%+v", r)
		}
	})
	t.Run("a refusal has a message, no code and no ARN", func(t *testing.T) {
		r := render(signIn(person, at, false))
		if string(r.ResponseElements) != `{"ConsoleLogin":"Failure"}` || r.ErrorMessage != "Failed authentication" || r.ErrorCode != "" || r.UserIdentity.ARN != "" {
			t.Errorf("%+v", r)
		}
	})
}

func TestOneRecordMeansOneThing(t *testing.T) {
	c := callKinds()["s3:GetObject"]
	c.at, c.who = noon, role(staging, "shop-web-task", "task")
	c.file(staging, "eu-west-1")
	var r struct {
		RequestParameters struct{ BucketName, Host, Key string }
		Resources         []struct{ ARN string }
	}
	if err := json.Unmarshal(appendCall(nil, newDice(1, "test", 0), &c), &r); err != nil {
		t.Fatal(err)
	}
	p := r.RequestParameters
	if !strings.HasSuffix(p.BucketName, "-staging-eu-west-1") || p.Host != p.BucketName+".s3.eu-west-1.amazonaws.com" {
		t.Errorf("bucket %q at host %q", p.BucketName, p.Host)
	}
	if want := "arn:aws:s3:::" + p.BucketName + "/" + p.Key; r.Resources[0].ARN != want {
		t.Errorf("resource %q, want %q", r.Resources[0].ARN, want)
	}
}

func TestEveryCallOfTheCatalogueIsJSON(t *testing.T) {
	for name, c := range callKinds() {
		for _, who := range []identity{role(production, "a", "b"), user(production, "c"), service("ec2.amazonaws.com")} {
			c := c
			c.at, c.who = noon, who
			c.file(production, "eu-central-1")
			if b := appendCall(nil, newDice(1, name, 0), &c); !json.Valid(b) {
				t.Errorf("%s by %s: %s", name, who.kind, b)
			}
		}
	}
}
