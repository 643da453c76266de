package cloudtrail_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
	"github.com/vedette-siem/vedette/storage/document"
)

// TestClasses holds one action of every line of the specification's table.
func TestClasses(t *testing.T) {
	for action, want := range map[string]string{
		"AssumeRole": "[authentication] [info]", "GetFederationToken": "[authentication] [info]", "ConsoleLogin": "[authentication] [start]",
		"CreateUser": "[iam] [user creation]", "DeleteUser": "[iam] [user deletion]", "CreateGroup": "[iam] [group creation]", "DeleteGroup": "[iam] [group deletion]",
		"CreateKeyPair": "[iam] [admin creation]", "RemoveUserFromGroup": "[iam] [group change]", "PutGroupPolicy": "[iam] [group change]",
		"CreateAccessKey": "[iam] [user change]", "DeactivateMFADevice": "[iam] [user change]", "UntagUser": "[iam] [user change]",
		"UpdateAccountPasswordPolicy": "[iam] [admin change]", "ListUsers": "[iam] [user info]", "GetGroupPolicy": "[iam] [group info]",
		"CreateBucket": "[file] [creation]", "DeleteBucket": "[file] [deletion]", "DescribeInstances": "<nil> [info]",
	} {
		docs, _, err := ingesttest.Decode(decoder(), object(), strings.Replace(minimal("a"), "GetObject", action, 1))
		if err != nil {
			t.Fatal(err)
		}
		fields := ingesttest.Fields(t, docs[0])
		if got := fmt.Sprintf("%v %v", fields["event.category"], fields["event.type"]); got != want {
			t.Errorf("%s: %s, want %s", action, got, want)
		}
	}
}

func TestHopelessObjectsAreGivenUp(t *testing.T) {
	docs, counts, err := ingesttest.Decode(decoder(), object(), `{"Records":[`+strings.Repeat(`{"a":1},`, 100)+minimal("a")+`]}`)
	if !errors.Is(err, ingest.ErrMalformed) || counts.Records != 20 || len(docs) != 20 {
		t.Errorf("%d documents, %+v, %v", len(docs), counts, err)
	}
}

func TestControlMessagesAreSkipped(t *testing.T) {
	docs, counts, err := ingesttest.Decode(decoder(), object(), `{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"1","message":"CWL CONTROL MESSAGE: Checking health"}]}`)
	if err != nil || len(docs) != 0 || counts.Skipped != 1 {
		t.Errorf("%+v, %v", counts, err)
	}
}

func TestDecodeEndsWithItsContextAndItsTaker(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	o := object()
	if _, err := decoder().Decode(ctx, strings.NewReader(minimal("a")), &o, func(*document.Document) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	full := errors.New("full")
	if _, err := decoder().Decode(context.Background(), strings.NewReader(minimal("a")), &o, func(*document.Document) error { return full }); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
}

func TestBrokenRecordsShowNoTokens(t *testing.T) {
	broken := `{"eventVersion":"1.08","responseElements":{"credentials":{"sessionToken":"s3cret"}},"x":nope}`
	carried := `{"messageType":"DATA_MESSAGE","logStream":"s","logEvents":[{"id":"1","timestamp":1,"message":"` + strings.ReplaceAll(broken, `"`, `\"`) + `"}]}`
	for _, text := range []string{broken, carried} {
		docs, counts, err := ingesttest.Decode(decoder(), object(), text)
		if err != nil || counts.Errors != 1 || strings.Contains(string(docs[0].Source), "s3cret") {
			t.Errorf("%+v, %v: %s", counts, err, docs[0].Source)
		}
	}
}
