package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/vedette-siem/vedette/cmd/vedette/collect"
	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/ingest/ingesttest/moto"
)

// bucketOnMoto makes a bucket `logs` that tells the queue `news`, and returns moto's URL and that of the queue.
func bucketOnMoto(t *testing.T, objects map[string]string) (endpoint, queue string, put func(key, text string)) {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	server := moto.Start(t)
	ctx := context.Background()
	made, err := sqs.NewFromConfig(server.Config()).CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("news")})
	if err != nil {
		t.Fatal(err)
	}
	client := s3.NewFromConfig(server.Config(), func(o *s3.Options) { o.UsePathStyle = true })
	if _, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("logs"), CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: moto.Region}}); err != nil {
		t.Fatal(err)
	}
	put = func(key, text string) {
		t.Helper()
		if _, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("logs"), Key: &key, Body: bytes.NewReader([]byte(text))}); err != nil {
			t.Fatal(err)
		}
	}
	for key, text := range objects {
		put(key, text)
	}
	if _, err := client.PutBucketNotificationConfiguration(ctx, &s3.PutBucketNotificationConfigurationInput{Bucket: aws.String("logs"), NotificationConfiguration: &types.NotificationConfiguration{
		QueueConfigurations: []types.QueueConfiguration{{QueueArn: aws.String("arn:aws:sqs:" + moto.Region + ":123456789012:news"), Events: []types.Event{"s3:ObjectCreated:*"}}},
	}}); err != nil {
		t.Fatal(err)
	}
	return server.URL, *made.QueueUrl, put
}

// badFlows is a flow log whose lines, but for the first, are none.
var badFlows = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n" + strings.Repeat("what is this\n", 30)

const trailKey = "AWSLogs/111122223333/CloudTrail/eu-central-1/2026/"

func TestLoadingFromS3SaysWhatItCostsAndGoesOn(t *testing.T) {
	endpoint, _, put := bucketOnMoto(t, map[string]string{trailKey + "11/01/a.json": trail(3), trailKey + "11/02/b.json": trail(4), trailKey + "12/01/c.json": trail(5)})
	load := []string{"load", "s3://logs/AWSLogs/", "--endpoint", endpoint, "--path-style", "--region", moto.Region, "--data", t.TempDir()}
	november := append(load, "--since", "2026-11-01", "--until", "2026-11-30")
	vedette(t, append(november, "--estimate")...).want(t, 0, "2 objects", "for requests")
	vedette(t, november...).want(t, 0, "2 objects", "2 files: ")
	put(trailKey+"11/03/late.json", trail(6))
	vedette(t, november...).want(t, 0, "3 objects", "1 files: ", "2 files were loaded before")
	vedette(t, append(load, "--since", "soon")...).want(t, 2, `--since "soon"`)
	vedette(t, "load", "s3://nowhere/", "--endpoint", endpoint, "--path-style", "--region", moto.Region, "--data", t.TempDir()).want(t, 1, "s3:ListObjectsV2 on s3://nowhere/", "NoSuchBucket")
}

func TestServeReadsItsSources(t *testing.T) {
	endpoint, queue, put := bucketOnMoto(t, map[string]string{"a.json": trail(3), "broken.log": badFlows, "notes.txt": "remember the milk"})
	data := t.TempDir()
	file := write(t, filepath.Join(t.TempDir(), "vedette.yaml"), fmt.Sprintf("sources:\n  - {name: news, kind: sqs, queue: %q, endpoint: %q, region: %s, path-style: true}\n", queue, endpoint, moto.Region))
	vedette(t, "sources", "add", "s3", "bucket", "--bucket", "logs", "--endpoint", endpoint, "--region", moto.Region, "--path-style", "--data", data).want(t, 0, `"bucket" is added`)
	vedette(t, "sources", "add", "s3", "news", "--bucket", "logs", "--data", data, "--config", file).want(t, 2, "two of that name")
	put("by the queue.json", trail(2))
	s := serve(t, data, "--config", file)
	s.log.await(t, `(source read).*source=bucket`)
	if n := s.count(t, allLogs, "*"); n != 24 { // the notes are kept as text, the first 20 broken lines as errors
		t.Errorf("%d documents", n)
	}
	put("more.log", badFlows) // the bucket is not listed again so soon
	s.log.await(t, `(object failed)" source=news object=s3://logs/more.log`)
	vedette(t, "sources", "list", "--data", data).want(t, 0, "bucket", "news", "s3://logs/broken.log", "s3://logs/more.log")
	for path, says := range map[string][]string{
		"/api/v1/ingest": {`"kind":"s3"`, `"kind":"sqs"`, `"where":"s3://logs/"`}, "/metrics": {`vedette_source_state{source="news",state="loading"} 1`, `vedette_source_dead_letters{source="bucket"} 1`},
	} {
		answer, err := http.Get("http://" + s.board + path)
		if err != nil {
			t.Fatal(err)
		}
		var body bytes.Buffer
		if _, err := body.ReadFrom(answer.Body); err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		for _, part := range says {
			if !strings.Contains(body.String(), part) {
				t.Errorf("%s: no %s in %s", path, part, body.String())
			}
		}
	}
	s.stop()
	vedette(t, "sources", "list", "--data", data, "--config", file).want(t, 0, "bucket", "news", "s3://logs/broken.log")
	vedette(t, "sources", "retry", "bucket", "--data", data).want(t, 0, "1 dead letters")
	vedette(t, "sources", "remove", "bucket", "--data", data).want(t, 0)
	vedette(t, "sources", "remove", "bucket", "--data", data).want(t, 1, "no source")
}

func TestARunningServerTakesSourcesInAndOut(t *testing.T) {
	endpoint, _, put := bucketOnMoto(t, map[string]string{"a.json": trail(3), "broken.log": badFlows})
	data := t.TempDir()
	t.Setenv("VEDETTE_AUTH", "on")
	t.Setenv("VEDETTE_ADMIN_PASSWORD", "only-for-this-test")
	s := serve(t, data)
	ask := func(words ...string) result {
		return vedette(t, append(append([]string{"sources"}, words...), "--data", data)...)
	}
	bucket := []string{"add", "s3", "bucket", "--bucket", "logs", "--endpoint", endpoint, "--region", moto.Region, "--path-style"}
	ask(bucket...).want(t, 1, "VEDETTE_PASSWORD")
	t.Setenv("VEDETTE_PASSWORD", "only-for-this-test")
	bucket = append(bucket, "--user", "admin")
	ask(bucket...).want(t, 0, `"bucket" is added: the server reads s3://logs/`)
	s.log.await(t, `(source read).*source=bucket`)
	ask(bucket...).want(t, 1, "there already")
	ask("list", "--user", "admin").want(t, 0, "s3://logs/broken.log: ", "(1 times")
	ask("retry", "bucket", "--user", "admin").want(t, 0, "1 dead letters are tried again now")
	s.log.await(t, `(?s)(object failed).*object failed" source=bucket object=s3://logs/broken.log`)
	ask("remove", "bucket", "--user", "admin").want(t, 0)
	ask("remove", "bucket", "--user", "admin").want(t, 1, "no source")
	put("after.json", trail(9))
	ask("list", "--url", "http://"+s.board, "--user", "admin").want(t, 0, "NAME")
	ask("list", "--url", "http://"+s.api, "--user", "admin").want(t, 1, "dashboard's address")
	if s.stop(); strings.Contains(ask("list").stdout, "\nbucket ") {
		t.Error("the source is still there")
	}
}

func TestSourcesThatCannotBeAreRefused(t *testing.T) {
	for text, says := range map[string]string{
		"sources: [{name: a, kind: s3}]\n": "needs a bucket", "sources: [{name: a, kind: s3, bukket: b}]\n": "bukket", "sources: yes\n": "sources",
	} {
		file := write(t, filepath.Join(t.TempDir(), "vedette.yaml"), text)
		vedette(t, "sources", "list", "--config", file, "--data", t.TempDir()).want(t, 2, says)
	}
}

func TestPoliciesAreOfTheLeastPrivilege(t *testing.T) {
	vedette(t, "sources", "policy", "reader", "--bucket", "b", "--key", "arn:k").want(t, 0, "s3:GetObject", "s3:ListBucket", "arn:aws:s3:::b/*", "sqs:ChangeMessageVisibility", "kms:Decrypt")
	vedette(t, "sources", "policy", "queue-attributes", "--bucket", "b").want(t, 0, `"Policy": "{`, `\"sqs:SendMessage\"`, "MessageRetentionPeriod")
	vedette(t, "sources", "policy", "queue", "--bucket", "b").want(t, 0, "sqs:SendMessage", "aws:SourceArn", "arn:aws:s3:::b")
}

func TestTheDemoReadsNoConfiguredSources(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "vedette.yaml"), "sources:\n  - {name: real, kind: s3, bucket: logs, endpoint: 'http://127.0.0.1:1'}\n")
	_, s := serveChild(t, "demo", "--config", file)
	answer, err := http.Get("http://" + s.board + "/api/v1/sources")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); err != nil || strings.TrimSpace(string(body)) != `{"sources":[],"dead_letters":[]}` {
		t.Errorf("%s, %v", body, err)
	}
}

func TestHealthEventsAreFoundByRules(t *testing.T) {
	a, err := openApp(serverFlags{Listen: "127.0.0.1:0", Dashboard: "127.0.0.1:0"}, t.TempDir(), &environment{log: slog.New(slog.DiscardHandler), stderr: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	defer a.close()
	at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	h := collect.HealthEvent{Definition: collect.Definition{Name: "trail", Kind: "s3", Bucket: "logs"}, Condition: "silent", Since: at, At: at, Reason: "nothing new"}
	closed := h
	closed.Closed, closed.At = true, at.Add(time.Hour)
	for _, event := range []collect.HealthEvent{h, h, closed} { // the same one twice is one
		if err := a.healthEvent(t.Context(), event); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.backend.Refresh(t.Context(), operator, engine.Target{}); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]int64{
		"event.dataset:vedette.health": 2, "event.action:source_silent AND vedette.source.name:trail AND vedette.health.state:open": 1,
		`event.end:"2026-11-24T13:00:00.000Z" AND event.start:"2026-11-24T12:00:00.000Z" AND event.outcome:success`: 1,
	} {
		body := fmt.Sprintf(`{"query":{"query_string":{"query":%q}}}`, query)
		got, err := a.backend.Count(t.Context(), operator, &engine.SearchRequest{Target: engine.Target{Expression: "logs-vedette.*"}, Body: []byte(body)})
		if err != nil || got.Count != want {
			t.Errorf("%s: %+v, %v, want %d", query, got, err, want)
		}
	}
}
