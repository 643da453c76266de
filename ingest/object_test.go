package ingest

import (
	"slices"
	"strings"
	"testing"
)

func TestRecordID(t *testing.T) {
	for n, want := range map[int64]string{
		0: "p-0000000", 1: "p-0000001", 31: "p-000000V", 32: "p-0000010", 1<<35 - 1: "p-VVVVVVV", 1 << 35: "p-10000000",
	} {
		if got := RecordID("p", n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	ids := []string{RecordID("p", 0), RecordID("p", 9), RecordID("p", 10), RecordID("p", 1000), RecordID("p", 100_000)}
	if !slices.IsSorted(ids) {
		t.Errorf("ids do not sort as numbers: %v", ids)
	}
}

func TestIDPrefix(t *testing.T) {
	// printf 'b\0k\0e' | openssl dgst -sha256 -binary | basenc --base64url
	if got := IDPrefix(&Object{Bucket: "b", Key: "k", ETag: "e"}, []byte("ignored")); got != "Zb_rzVoERPbgn50s" {
		t.Errorf("prefix of an S3 object: %s", got)
	}
	head := []byte(strings.Repeat("x", HeadBytes))
	here := IDPrefix(&Object{Key: "/here/a.log"}, head)
	if there := IDPrefix(&Object{Key: "/there/a.log"}, append(head, "more"...)); there != here {
		t.Error("a moved or grown file has other ids")
	}
	if other := IDPrefix(&Object{Key: "/here/b.log"}, head); other == here {
		t.Error("another name has the same ids")
	}
	if other := IDPrefix(&Object{Key: "/here/a.log"}, []byte("y")); other == here {
		t.Error("another content has the same ids")
	}
}

func TestPlace(t *testing.T) {
	for key, want := range map[string]Place{
		"x/AWSLogs/111122223333/vpcflowlogs/eu-central-1/2026/01/02/f":                         {"111122223333", "eu-central-1"},
		"AWSLogs/o-abc/111122223333/CloudTrail/us-gov-west-1/2026/f":                           {"111122223333", "us-gov-west-1"},
		"AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=us-east-1/y/f": {"111122223333", "us-east-1"},
		"AWSLogs/111122223333/CloudFront/E2EXAMPLE1ABCD.2025-10-09-08.d111abcd.gz":             {"111122223333", ""},
		"AWSLogs/111122223333": {}, "some/file.log": {}, "AWSLogs/a/b/c/d": {},
	} {
		if got := (&Object{Key: key}).Place(); got != want {
			t.Errorf("%s: %+v", key, got)
		}
	}
}

func TestIdentityChangesWithTheObject(t *testing.T) {
	a := Object{Key: "/a", Size: 1}
	for _, b := range []Object{{Key: "/b", Size: 1}, {Key: "/a", Size: 2}, {Key: "/a", Size: 1, ModTime: a.ModTime.Add(1)}, {Bucket: "x", Key: "/a", Size: 1}} {
		if a.Identity() == b.Identity() {
			t.Errorf("%+v is taken for %+v", b, a)
		}
	}
}
