package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/ingest/ingesttest"
	"github.com/vedette-siem/vedette/storage"
)

const allLogs = "logs-aws.*"

// invictus is a real attack: CloudTrail objects as AWS wrote them, which hold 2,900 different records.
func invictus(t *testing.T) string {
	t.Helper()
	return ingesttest.Samples(t, "cloudtrail", "invictus-ir-aws_dataset", "AWSLogs")
}

const invictusEvents = 2900

func TestARealAttackLoadsWholeAndOnce(t *testing.T) {
	source, data := invictus(t), t.TempDir()
	vedette(t, "load", source, "--data", data).want(t, 0, fmt.Sprintf("%d events", invictusEvents), " 0 records not readable", "aws.cloudtrail")
	vedette(t, "load", source, "--data", data).want(t, 0, ": 0 events, ")
	s := serve(t, data)
	if n := s.count(t, allLogs, "*"); n != invictusEvents {
		t.Errorf("%d documents, want %d", n, invictusEvents)
	}
}

func TestLoadingThroughAServerGivesTheSame(t *testing.T) {
	source, data := invictus(t), t.TempDir()
	s := serve(t, data)
	vedette(t, "load", source, "--data", data).want(t, 0, fmt.Sprintf("%d events", invictusEvents), "in use, loading into its server", s.api)
	vedette(t, "load", source, "--url", "http://"+s.api).want(t, 0, ": 0 events, ")
	if n := s.count(t, allLogs, "*"); n != invictusEvents {
		t.Errorf("%d documents, want %d", n, invictusEvents)
	}
	if n := s.count(t, allLogs, `type:cloudtrail AND event.provider:"iam.amazonaws.com"`); n == 0 {
		t.Error("the fields of CloudTrail are not mapped")
	}
}

func TestALockedDirectoryWithoutAServerIsNamed(t *testing.T) {
	data, folder := t.TempDir(), t.TempDir()
	write(t, filepath.Join(folder, "trail.json"), trail(1))
	dir, err := storage.Open(data, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	vedette(t, "load", folder, "--data", data).want(t, 1, data, "in use by another process", fmt.Sprintf("process %d", os.Getpid()))
}

func TestAServerThatRefusesIsNamedWithItsReason(t *testing.T) {
	away := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no such door", http.StatusForbidden) }))
	defer away.Close()
	file := write(t, filepath.Join(t.TempDir(), "trail.json"), trail(1))
	vedette(t, "load", file, "--url", away.URL).want(t, 1, away.URL, "403", "no such door")
}

// trail is a CloudTrail object with n records.
func trail(n int) string {
	records := make([]map[string]any, n)
	for i := range records {
		records[i] = map[string]any{"eventVersion": "1.11", "eventTime": "2026-06-01T10:00:00Z", "eventSource": "s3.amazonaws.com", "eventName": "ListBuckets",
			"awsRegion": "eu-central-1", "sourceIPAddress": "198.51.100.7", "eventID": fmt.Sprintf("00000000-0000-4000-8000-%012d", i),
			"eventType": "AwsApiCall", "recipientAccountId": "111122223333", "userIdentity": map[string]any{"type": "Root", "accountId": "111122223333"}}
	}
	raw, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		panic("BUG: " + err.Error()) // only strings
	}
	return string(raw)
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestBrokenFilesAreNamedAndTheOthersGoOn(t *testing.T) {
	whole := trail(10)
	for name, c := range map[string]struct {
		file, content string
		code          int
		least         int // events of the broken file that are still there, at least
		says          string
	}{
		"gzip cut short":             {"broken.json.gz", zipped(t, strings.Repeat(whole+"\n", 200))[:1200], 1, 0, "its compression ends early"},
		"gzip with a broken end":     {"broken.json.gz", zipped(t, whole)[:len(zipped(t, whole))-6] + "rotten", 1, 10, "checksum"},
		"no gzip by its name":        {"broken.json.gz", "\x1f\x8bnot gzip at all", 0, 0, "format that is not known"},
		"JSON cut short":             {"broken.json", whole[:len(whole)-300], 1, 8, "broken.json"},
		"binary rubbish":             {"broken.log", strings.Repeat("\x00\x01\xfe\xff\x7fELF", 5000), 0, 0, "format that is not known"},
		"nothing":                    {"broken.json", "", 0, 0, ""},
		"compressed a hundred times": {"broken.json.gz", zipped(t, strings.Repeat("\x00", 64<<20)), 0, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			folder, data := t.TempDir(), t.TempDir()
			write(t, filepath.Join(folder, "a-good.json"), strings.ReplaceAll(trail(3), "4000-8000", "4000-9000"))
			write(t, filepath.Join(folder, c.file), c.content)
			write(t, filepath.Join(folder, "z-good.json.gz"), zipped(t, strings.ReplaceAll(trail(2), "4000-8000", "4000-a000")))
			r := vedette(t, "load", folder, "--data", data)
			r.want(t, c.code, c.says)
			if c.code != 0 && !strings.Contains(r.stdout, c.file) {
				t.Errorf("the broken file is not named:\n%s%s", r.stdout, r.stderr)
			}
			s := serve(t, data)
			if n := s.count(t, allLogs, `event.kind:event AND event.id:("00000000-0000-4000-9000-000000000002" OR "00000000-0000-4000-a000-000000000001")`); n != 2 {
				t.Errorf("%d events of the good files are there, want 2\n%s%s", n, r.stdout, r.stderr)
			}
			if n := s.count(t, allLogs, "event.kind:event"); n < 5+c.least {
				t.Errorf("%d events are there, want at least %d", n, 5+c.least)
			}
		})
	}
}

func TestAnInterruptedLoadSaysSo(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "trail.json"), trail(3))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out := newTranscript()
	code := run(ctx, []string{"load", folder, "--data", t.TempDir()}, strings.NewReader(""), out, out)
	result{code: code, stdout: out.String()}.want(t, 1, "interrupted", "loading again")
}

func TestAnEmptyFolderIsNotPassedOverInSilence(t *testing.T) {
	folder := t.TempDir()
	vedette(t, "load", folder, "--data", t.TempDir()).want(t, 0, "no files found in "+folder)
}

func TestALoadThatReadsNothingFails(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "a.bin"), "\x7fELF\x00")
	write(t, filepath.Join(folder, "b.bin"), "\x00\x01\xfe")
	vedette(t, "load", folder, "--data", t.TempDir()).want(t, 1, "2 files have a format that is not known", "nothing was loaded", "cloudtrail", "--format")
	write(t, filepath.Join(folder, "trail.json"), trail(1))
	vedette(t, "load", folder, "--data", t.TempDir()).want(t, 0, "1 events", "2 files have a format that is not known")
}

func TestTextOfAnUnknownFormatIsKeptAndCanBeSearched(t *testing.T) {
	folder, data := t.TempDir(), t.TempDir()
	write(t, filepath.Join(folder, "app.log"), "dear diary\ntoday the milk was sour\n")
	vedette(t, "load", folder, "--data", data).want(t, 0, "2 events", "aws.unknown", "kept as text", "--format")
	vedette(t, "load", folder, "--data", data).want(t, 0, ": 0 events, 2 already there")
	s := serve(t, data)
	if n := s.count(t, "logs-aws.unknown-default", "message:milk AND event.kind:event AND event.dataset:aws.unknown"); n != 1 {
		t.Errorf("%d lines are found, want 1", n)
	}
}

func TestAFormatThatCannotBeReadIsRefused(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "trail.json"), trail(1))
	for _, name := range []string{"nonsense", "parquet", "CloudTrail"} {
		vedette(t, "load", file, "--format", name, "--data", t.TempDir()).
			want(t, 2, fmt.Sprintf("--format %q", name), "must be one of alb, alb-connection, ", strings.Join(formats(), ", "))
	}
	vedette(t, "load", file, "--format", "cloudtrail", "--data", t.TempDir()).want(t, 0, "1 events")
	vedette(t, "load", "--help").want(t, 0, "alb-connection", "vpcflow")
}

const flowHeader = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"

func flow(source string) string {
	return "2 111122223333 eni-0a1b2c3d4e5f60718 " + source + " 10.0.0.9 44321 443 6 10 840 1780308000 1780308060 ACCEPT OK\n"
}

// giantLine makes a file of flow logs with a line of 300 MB between two ordinary ones. The line takes no room on the disk.
func giantLine(t *testing.T, path string) {
	t.Helper()
	write(t, path, flowHeader+flow("198.51.100.1")+"2 111122223333 ")
	if err := os.Truncate(path, 300<<20); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteString("\n" + flow("198.51.100.2"))
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// A line of 300 MB must cost neither its own length in memory nor the lines around it: the process may have 250 MB.
func TestAGiantLineIsReportedAndNotHeldInMemory(t *testing.T) {
	folder, data := t.TempDir(), t.TempDir()
	giantLine(t, filepath.Join(folder, "flows.log"))
	out, err := exec.Command("sh", "-c", `ulimit -d 250000 && exec "$0" load "$1" --data "$2"`, built.path(t), folder, data).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	result{stdout: string(out)}.want(t, 0, "1 files: 3 events", "1 records not readable")
	s := serve(t, data)
	if n := s.count(t, allLogs, "source.ip:198.51.100.0\\/24"); n != 2 {
		t.Errorf("%d of the flows around it are there, want 2", n)
	}
	if n := s.count(t, allLogs, "event.kind:pipeline_error"); n != 1 {
		t.Errorf("%d pipeline errors, want 1", n)
	}
}
