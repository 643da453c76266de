package digest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/digest"
	"github.com/vedette-siem/vedette/ingest/ecs"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
	"github.com/vedette-siem/vedette/storage/document"
)

// TestTampering is acceptance check 5, and more: each way of hiding something is reported, and nothing else is.
func TestTampering(t *testing.T) {
	ok2, ok3, ok4 := "ok 20260102T0200 2 true", "ok 20260102T0300 2 true", "ok 20260102T0400 2 true"
	for _, test := range []struct {
		name   string
		make   func(m *maker)
		tamper func(b *trail)
		want   []string
	}{
		{"nothing", nil, nil, []string{ok4, ok3, ok2}},
		{"a log file is altered", nil, func(b *trail) { b.put(logKey(3, 1), `{"Records":[]}`, "") }, []string{ok4, "log-file-altered 20260102T0301Z", ok2}},
		{"a log file is cut off", nil, func(b *trail) {
			o := b.objects[logKey(3, 1)]
			b.objects[logKey(3, 1)] = object{body: o.body[:len(o.body)-6]}
		}, []string{ok4, "log-file-altered 20260102T0301Z", ok2}},
		{"a log file is removed", nil, func(b *trail) { b.remove(logKey(2, 0)) }, []string{ok4, ok3, "log-file-missing 20260102T0200Z"}},
		{"both log files are removed", nil, func(b *trail) { b.remove(logKey(4, 0)); b.remove(logKey(4, 1)) }, []string{"log-file-missing 20260102T0400Z", "log-file-missing 20260102T0401Z", ok3, ok2}},
		{"a digest is removed", nil, func(b *trail) { b.remove(digestKey(3)) }, []string{ok4, "digest-missing 20260102T0300", ok2}},
		{"a digest is listed and gone", nil, func(b *trail) { delete(b.objects, digestKey(3)) }, []string{ok4, "digest-missing 20260102T0300", ok2}},
		{"the newest digest is altered", nil, func(b *trail) { b.alter(4) }, []string{"digest-signature-invalid 20260102T0400", ok3, ok2}},
		{"a digest is altered", nil, func(b *trail) { b.alter(3) }, []string{ok4, "digest-altered 20260102T0300", ok2}},
		{"a digest is no digest", nil, func(b *trail) { b.put(digestKey(3), "hello", "") }, []string{ok4, "digest-unreadable 20260102T0300", ok2}},
		{"a digest is not compressed as it says", nil, func(b *trail) {
			b.objects[digestKey(3)] = object{body: []byte{0x1f, 0x8b, 0x08, 0, 1}}
		}, []string{ok4, "digest-unreadable 20260102T0300", ok2}},
		{"the key is swapped under its name", func(m *maker) { m.key = key2 }, nil,
			[]string{"digest-signature-invalid 20260102T0400", "digest-signature-invalid 20260102T0300", "digest-signature-invalid 20260102T0200"}},
		{"one digest is signed with another key, under its name", func(m *maker) {
			if m.endsAt == 3 {
				m.key = key2
			}
		}, nil, []string{ok4, "digest-signature-invalid 20260102T0300", ok2}},
		{"a key that AWS has changed in between", func(m *maker) {
			if m.endsAt > 2 {
				m.key, m.print = key2, print2
			}
		}, nil, []string{ok4, ok3, ok2}},
		{"a key that nobody knows", func(m *maker) {
			if m.endsAt == 3 {
				m.print = "ff"
			}
		}, nil, []string{ok4, "digest-key-unknown 20260102T0300", ok2}},
		{"a digest lies under another key", nil, func(b *trail) { b.move(digestKey(2), digestKey(1)) }, []string{ok4, ok3, "digest-missing 20260102T0200", "digest-misplaced 20260102T0100"}},
		{"a digest of another bucket", nil, func(b *trail) {
			other := digest.Ref{Bucket: "other", Key: digestKey(4).Key}
			b.move(digestKey(4), other)
		}, []string{"digest-misplaced 20260102T0400", ok3, ok2}},
		{"an hour is missing between digests", func(m *maker) {
			if m.endsAt == 4 {
				m.startHour, m.logs = 5, true
			}
		}, nil, []string{ok4, "digest-gap 20260102T0300", ok3, ok2}},
		{"logging was off and on again", func(m *maker) {
			if m.endsAt == 4 {
				m.previous, m.hash, m.signature = digest.Ref{}, "", ""
			}
		}, nil, []string{ok4, ok3, ok2}},
		{"hours without events", func(m *maker) { m.logs = false }, nil, []string{"ok 20260102T0400 0 true", "ok 20260102T0300 0 true", "ok 20260102T0200 0 true"}},
		{"a forged digest beside the true ones", nil, func(b *trail) {
			forged := digest.Ref{Bucket: bucket, Key: strings.Replace(digestKey(3).Key, "T030000Z", "T033000Z", 1)}
			b.objects[forged] = b.objects[digestKey(3)]
			b.digests = append(b.digests, forged)
		}, []string{ok4, "digest-unlinked 20260102T0330", ok3, ok2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newTrail(t, test.make)
			if test.tamper != nil {
				test.tamper(b)
			}
			if got := b.verify(keys(t)); !slices.Equal(got, test.want) {
				t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestWithoutKeysOrMetadata(t *testing.T) {
	b := newTrail(t, nil)
	want := []string{"ok 20260102T0400 2 false", "ok 20260102T0300 2 false", "ok 20260102T0200 2 false"}
	if got := b.verify(nil); !slices.Equal(got, want) {
		t.Errorf("without keys: %q", got)
	}
	b.objects[digestKey(4)] = object{body: b.objects[digestKey(4)].body}
	want = []string{"ok 20260102T0400 2 false", "ok 20260102T0300 2 true", "ok 20260102T0200 2 true"}
	if got := b.verify(keys(t)); !slices.Equal(got, want) {
		t.Errorf("without the newest signature: %q", got)
	}
	b.alter(3)
	if got := b.verify(nil); !slices.Contains(got, "digest-altered 20260102T0300") {
		t.Errorf("altered, without keys: %q", got)
	}
}

func TestTwoTrailsAreTwoChains(t *testing.T) {
	b := newTrail(t, nil)
	other := digest.Ref{Bucket: bucket, Key: strings.Replace(digestKey(3).Key, "_main_", "_other_", 1)}
	b.put(other, "{}", "")
	b.digests = append(b.digests, other)
	got := b.verify(keys(t))
	if len(got) != 4 || got[0] != "ok 20260102T0400 2 true" || got[3] != "digest-unreadable 20260102T0300" {
		t.Errorf("%q", got)
	}
}

func TestAFailureThatSaysNothingOfTheObjectEndsTheRun(t *testing.T) {
	b := newTrail(t, nil)
	b.broken = fmt.Errorf("access denied")
	err := (&digest.Verifier{Objects: b}).Verify(context.Background(), b.digests, func(*digest.Result) error { t.Error("a result"); return nil })
	if err == nil || !strings.Contains(err.Error(), "access denied") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := (&digest.Verifier{Objects: newTrail(t, nil)}).Verify(ctx, b.digests, func(*digest.Result) error { return nil }); err == nil {
		t.Error("it went on after its context")
	}
}

func TestBadKeys(t *testing.T) {
	for _, text := range []string{"", "{}", "hello", `{"PublicKeyList":[{"Value":"!","Fingerprint":"a"}]}`, `{"PublicKeyList":[{"Value":"aGVsbG8=","Fingerprint":"a"}]}`} {
		if _, err := digest.ReadKeys(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "read keys") {
			t.Errorf("%q: %v", text, err)
		}
	}
	old := strings.Replace(keyFile(print1, key1), "1769904000.0", `"2025-12-31T00:00:00Z"`, 1)
	k, err := digest.ReadKeys(strings.NewReader(old))
	if err != nil {
		t.Fatal(err)
	}
	if got := newTrail(t, nil).verify(k); !strings.HasPrefix(got[0], "digest-key-unknown") {
		t.Errorf("a key that was not valid any more: %q", got)
	}
}

func TestDocuments(t *testing.T) {
	b := newTrail(t, nil)
	b.put(logKey(3, 1), "x", "")
	b.remove(logKey(2, 0))
	made := digest.NewDocuments(ecs.Options{Now: func() time.Time { return time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC) }})
	collect := func() []*document.Document {
		var docs []*document.Document
		v := &digest.Verifier{Objects: b, Keys: keys(t)}
		if err := v.Verify(context.Background(), b.digests, func(r *digest.Result) error { docs = append(docs, made.Of(r)); return nil }); err != nil {
			t.Fatal(err)
		}
		return docs
	}
	docs, again := collect(), collect()
	if len(docs) != 3 {
		t.Fatalf("%d documents", len(docs))
	}
	ids := map[string]bool{}
	for i, want := range []map[string]any{
		{"event.kind": "event", "event.outcome": "success", "aws.cloudtrail.digest.valid": true, "aws.cloudtrail.digest.signature_checked": true, "aws.cloudtrail.digest.log_files_checked": json.Number("2"), "cloud.region": "eu-central-1"},
		{"event.kind": "alert", "event.action": "log-file-altered", "aws.cloudtrail.digest.valid": false, "file.path": logKey(3, 1).String(), "file.hash.sha256": sum("x"), "aws.cloudtrail.digest.log_files.sha256_hash": sum(logText(3, 1)), "@timestamp": "2026-01-03T00:00:00.000Z"},
		{"event.kind": "alert", "event.action": "log-file-missing", "aws.cloudtrail.digest.error": "the log file is gone", "cloud.account.id": "111122223333", "aws.cloudtrail.digest.end_time": "2026-01-02T02:00:00.000Z", "file.hash.sha256": nil},
	} {
		fields := ingesttest.Fields(t, docs[i])
		for name, value := range want {
			if fields[name] != value {
				t.Errorf("document %d: %s is %v, want %v", i, name, fields[name], value)
			}
		}
		if docs[i].ID != again[i].ID || docs[i].Index != "logs-aws.cloudtrail_digest-default" || ids[docs[i].ID] {
			t.Errorf("document %d: %s of %s, and %s", i, docs[i].ID, docs[i].Index, again[i].ID)
		}
		ids[docs[i].ID] = true
	}
}

func TestDecoder(t *testing.T) {
	d := digest.NewDecoder(digest.Options{ECS: ecs.Options{Now: time.Now}})
	sample := ingesttest.Read(t, ingesttest.Samples(t, "cloudtrail", "open-telemetry-collector-contrib", "cloudtrail_digest.json"))
	own := newTrail(t, nil).text(digestKey(2))
	if got := ingest.Content([]byte(own)); got != ingest.CloudTrailDigest {
		t.Errorf("detected as %s", got)
	}
	docs, counts, err := ingesttest.Decode(d, ingest.Object{Key: "x"}, own+"\n"+sample+"\n"+`{"digestS3Object":"x"}`+"\n"+`{"a":1}`)
	if err != nil || counts.Events != 2 || counts.Errors != 2 || len(counts.Extra) != 0 {
		t.Fatalf("%+v, %v", counts, err)
	}
	ingesttest.Check(t, docs, counts, err)
	fields := ingesttest.Fields(t, docs[0])
	for name, want := range map[string]string{
		"@timestamp": "2026-01-02T02:00:00.000Z", "event.kind": "event", "aws.cloudtrail.digest.log_files_listed": "2", "cloud.region": "eu-central-1", "aws.cloudtrail.digest.valid": "<nil>",
		"aws.cloudtrail.digest.s3_object": digestKey(2).Key, "aws.cloudtrail.digest.public_key_fingerprint": print1, "aws.cloudtrail.digest.previous.s3_object": "<nil>",
	} {
		if got := fmt.Sprint(fields[name]); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if fields := ingesttest.Fields(t, docs[1]); fields["aws.cloudtrail.digest.newest_event_time"] != "2025-10-21T00:59:58.000Z" || fields["related.hash"] == nil {
		t.Errorf("%s", docs[1].Source)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"digestStartTime":"2026-01-02T01:00:00Z","digestEndTime":"2026-01-02T02:00:00Z","logFiles":[{"s3Bucket":"b","s3Object":"../../etc/passwd","hashValue":"x","hashAlgorithm":"SHA-256"}]}`)
	f.Add(`{"logFiles":null}`)
	k, err := digest.ReadKeys(strings.NewReader(keyFile(print1, key1)))
	if err != nil {
		f.Fatal(err)
	}
	decoder := digest.NewDecoder(digest.Options{})
	f.Fuzz(func(t *testing.T, text string) {
		docs, counts, err := ingesttest.Decode(decoder, ingest.Object{Key: "x"}, text)
		ingesttest.Check(t, docs, counts, err)
		d, err := digest.Parse([]byte(text))
		if err == nil && d.Verify(digest.Ref{Key: d.Key}, []byte(text), "00", k) == nil {
			t.Error("a signature of nothing is right")
		}
	})
}
