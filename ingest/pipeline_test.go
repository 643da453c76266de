package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/klauspost/compress/gzip"
	"go.uber.org/goleak"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/cloudtrail"
	"github.com/vedette-siem/vedette/ingest/elb"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
	"github.com/vedette-siem/vedette/ingest/vpcflow"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func decoders() map[ingest.Format]ingest.Decoder {
	balancers := elb.New(elb.Options{})
	return map[ingest.Format]ingest.Decoder{
		ingest.CloudTrail: cloudtrail.New(cloudtrail.Options{}), ingest.VPCFlow: vpcflow.New(vpcflow.Options{}),
		ingest.ALB: balancers, ingest.CLB: balancers, ingest.NLB: balancers, ingest.ALBConnection: balancers, ingest.ALBHealth: balancers,
	}
}

func pipeline(t testing.TB, o ingest.Options) *ingest.Pipeline {
	t.Helper()
	if o.Decoders == nil {
		o.Decoders = decoders()
	}
	p, err := ingest.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const flowLine = "2 111122223333 eni-1 198.51.100.7 10.1.2.3 51034 22 6 12 2310 1760000000 1760000060 REJECT OK\n"

// trail is a CloudTrail object of n records.
func trail(name string, n int) []byte {
	var records []string
	for i := range n {
		records = append(records, fmt.Sprintf(`{"eventVersion":"1.08","eventTime":"2026-01-02T03:04:05Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","eventID":"%s-%d"}`, name, i))
	}
	return []byte(`{"Records":[` + strings.Join(records, ",") + `]}`)
}

func zip(t testing.TB, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRunReadsEveryObjectOnce(t *testing.T) {
	source := &ingesttest.Source{}
	for i := range 50 {
		source.Add(fmt.Sprintf("AWSLogs/1/CloudTrail/r/%02d.json.gz", i), zip(t, trail(fmt.Sprint(i), 10)))
	}
	source.Add("flow.log", []byte(strings.Repeat(flowLine, 3000)))
	source.Add("AWSLogs/1/ELBAccessLogTestFile", []byte("Enable AccessLog for ELB"))
	source.Add("empty.log", nil)
	sink, checks := &ingesttest.Sink{}, &ingesttest.Checkpoints{}
	p := pipeline(t, ingest.Options{Sink: sink, Checkpoints: checks, Workers: 4, BatchDocs: 100})
	report, err := p.Run(context.Background(), source)
	if err != nil {
		t.Fatal(err)
	}
	if c := report.Counts; c.Files != 51 || c.Events != 3500 || c.Skipped != 2 || c.FilesFailed+c.Unknown+c.PipelineErrors+c.Duplicates != 0 || len(sink.Documents()) != 3500 {
		t.Errorf("%+v, %v", c, report.Problems)
	}
	if len(report.Datasets) != 2 || report.Datasets[0].Events != 500 || report.Datasets[1].Events != 3000 || report.Datasets[1].LastEvent.Unix() != 1760000060 {
		t.Errorf("%+v", report.Datasets)
	}
	if checks.Len() != 53 { // objects that hold nothing are done too
		t.Errorf("%d checkpoints", checks.Len())
	}
	again, err := p.Run(context.Background(), source)
	if err != nil || again.Counts.Known != 53 || again.Counts.Events+again.Counts.Duplicates != 0 {
		t.Errorf("second run: %+v, %v", again.Counts, err)
	}
	if total := p.Snapshot().Totals; total.Events != 3500 || total.Known != 53 {
		t.Errorf("totals: %+v", total)
	}
}

func TestReadingAgainWithoutCheckpointsAddsNothing(t *testing.T) {
	source := &ingesttest.Source{}
	source.Add("a/flow.log", []byte(flowLine+"rubbish\n"+flowLine))
	sink := &ingesttest.Sink{}
	p := pipeline(t, ingest.Options{Sink: sink})
	for run, want := range []int64{3, 0} {
		report, err := p.Run(context.Background(), source)
		if err != nil || report.Counts.Events != want || report.Counts.Duplicates != 3-want || report.Counts.PipelineErrors != 1 {
			t.Errorf("run %d: %+v, %v", run, report.Counts, err)
		}
	}
}

func TestBadObjectsAreReportedAndTheOthersGoOn(t *testing.T) {
	source := &ingesttest.Source{}
	whole := zip(t, trail("cut", 2000))
	source.Add("cut.json.gz", whole[:len(whole)-100])
	source.Add("stub.json.gz", whole[:15])
	source.Add("AWSLogs/1/CloudTrail/r/cut.json", trail("half", 10)[:500])
	source.Add("notes.txt", []byte("remember the milk"))
	source.Add("AWSLogs/1/WAFLogs/r/x.log", []byte(`{"timestamp":1,"webaclId":"x"}`))
	source.Add("AWSLogs/1/vpcflowlogs/r/rubbish.log", bytes.Repeat([]byte{0, 1, 2, 255, '\n'}, 1000))
	source.Add("flow.log", []byte(flowLine))
	source.Items = append(source.Items, ingesttest.Item{
		Object: ingest.Object{Key: "locked.log"}, Open: func() (io.ReadCloser, error) { return nil, errors.New("open locked.log: permission denied") },
	}, ingesttest.Item{
		Object: ingest.Object{Key: "broken.log"}, Open: func() (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(errors.New("disk on fire"))), nil },
	})
	sink, checks := &ingesttest.Sink{}, &ingesttest.Checkpoints{}
	var log bytes.Buffer
	p := pipeline(t, ingest.Options{Sink: sink, Checkpoints: checks, Workers: 1, Log: slog.New(slog.NewTextHandler(&log, nil))})
	report, err := p.Run(context.Background(), source)
	if err != nil {
		t.Fatal(err)
	}
	if c := report.Counts; c.Files != 1 || c.FilesFailed != 6 || c.Unknown != 2 || checks.Len() != 1 {
		t.Errorf("%+v, %d checkpoints: %v", c, checks.Len(), report.Problems)
	}
	for object, want := range map[string]string{
		"cut.json.gz": "truncated", "stub.json.gz": "truncated", "AWSLogs/1/CloudTrail/r/cut.json": "truncated", "notes.txt": "format unknown", "AWSLogs/1/WAFLogs/r/x.log": "waf",
		"AWSLogs/1/vpcflowlogs/r/rubbish.log": "most records", "locked.log": "permission denied", "broken.log": "disk on fire",
	} {
		at := slices.IndexFunc(report.Problems, func(p ingest.Problem) bool { return p.Object == object })
		if at < 0 || !strings.Contains(report.Problems[at].Message, want) {
			t.Errorf("%s is not reported as %q: %v", object, want, report.Problems)
		}
		if !strings.Contains(log.String(), object) {
			t.Errorf("%s is not logged", object)
		}
	}
	if n := len(sink.Documents()); n < 1000 {
		t.Errorf("only %d documents: the records before a cut are lost", n)
	}
}

func TestASinkThatFailsEndsTheRunWithoutCheckpoints(t *testing.T) {
	source := &ingesttest.Source{}
	for i := range 20 {
		source.Add(fmt.Sprintf("%d.json", i), trail(fmt.Sprint(i), 100))
	}
	full := errors.New("disk full")
	sink, checks := &ingesttest.Sink{Fail: func() error { return full }}, &ingesttest.Checkpoints{}
	p := pipeline(t, ingest.Options{Sink: sink, Checkpoints: checks, BatchDocs: 30})
	report, err := p.Run(context.Background(), source)
	if !errors.Is(err, full) || checks.Len() != 0 || report.State != ingest.StateFailed || report.LastError == nil {
		t.Errorf("%v, %d checkpoints, %+v", err, checks.Len(), report)
	}
	sink.Fail = nil
	if report, err := p.Run(context.Background(), source); err != nil || report.Counts.Events != 2000 || checks.Len() != 20 {
		t.Errorf("after it is repaired: %+v, %v", report.Counts, err)
	}
}

func TestNothingIsCheckpointedBeforeItsDocumentsAreAcknowledged(t *testing.T) {
	source := &ingesttest.Source{}
	for i := range 30 {
		source.Add(fmt.Sprintf("%d.json", i), trail(fmt.Sprint(i), 7))
	}
	checks := &ingesttest.Checkpoints{}
	writes := 0
	sink := &ingesttest.Sink{Fail: func() error {
		if writes++; writes > 3 {
			return errors.New("killed here")
		}
		return nil
	}}
	p := pipeline(t, ingest.Options{Sink: sink, Checkpoints: checks, Workers: 1, BatchDocs: 20})
	if _, err := p.Run(context.Background(), source); err == nil {
		t.Fatal("no error")
	}
	if written := len(sink.Documents()); checks.Len()*7 > written {
		t.Errorf("%d objects are checkpointed, but %d documents written", checks.Len(), written)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	source := &ingesttest.Source{}
	source.Add("a.log", []byte(strings.Repeat(flowLine, 10_000)))
	sink := &ingesttest.Sink{Fail: func() error { cancel(); return nil }}
	p := pipeline(t, ingest.Options{Sink: sink, BatchDocs: 100})
	if _, err := p.Run(ctx, source); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

type panicking struct{}

func (panicking) Decode(context.Context, io.Reader, *ingest.Object, ingest.Emit) (ingest.Counts, error) {
	panic("index out of range")
}

func TestADecoderThatPanicsFailsItsObjectOnly(t *testing.T) {
	all := decoders()
	all[ingest.CloudTrail] = panicking{}
	source := &ingesttest.Source{}
	source.Add("a.json", trail("a", 1))
	source.Add("b.log", []byte(flowLine))
	report, err := pipeline(t, ingest.Options{Sink: &ingesttest.Sink{}, Decoders: all}).Run(context.Background(), source)
	if err != nil || report.Counts.FilesFailed != 1 || report.Counts.Files != 1 || !strings.Contains(report.LastError.Message, "BUG") {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestProgress(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	source := &ingesttest.Source{}
	source.Add("a.log", []byte(strings.Repeat(flowLine, 100)))
	source.Add("b.log", []byte(strings.Repeat(flowLine, 100)))
	var seen ingest.SourceStatus
	var p *ingest.Pipeline
	sink := &ingesttest.Sink{Fail: func() error {
		now = now.Add(2 * time.Second)
		seen, _ = p.Status("memory")
		return nil
	}}
	p = pipeline(t, ingest.Options{Sink: sink, Workers: 1, BatchDocs: 100, Now: func() time.Time { return now }})
	if _, err := p.Run(context.Background(), source); err != nil {
		t.Fatal(err)
	}
	if seen.State != ingest.StateLoading || seen.Progress == nil || seen.Progress.FilesTotal != 2 || seen.Progress.BytesTotal != int64(200*len(flowLine)) || seen.Progress.Left < 0 {
		t.Errorf("while loading: %+v, %+v", seen, seen.Progress)
	}
	after, _ := p.Status("memory")
	if after.State != ingest.StateIdle || after.Progress != nil || after.EventsPerSecond == 0 || after.LastObject != "b.log" {
		t.Errorf("afterwards: %+v", after)
	}
	now = now.Add(time.Minute)
	if later, _ := p.Status("memory"); later.EventsPerSecond != 0 {
		t.Errorf("a minute later: %v events/s", later.EventsPerSecond)
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	for _, o := range []ingest.Options{{}, {Sink: &ingesttest.Sink{}}, {Decoders: decoders()}} {
		if _, err := ingest.New(o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
}

func TestEverySyntheticSampleOfTheseFormatsIsRead(t *testing.T) {
	source := &ingesttest.Source{}
	for _, folder := range []string{"elb", "vpcflow"} {
		files := ingesttest.Files(t, ingesttest.Samples(t, "synthetic", folder))
		for _, file := range files {
			source.Add(file, []byte(ingesttest.Read(t, file)))
		}
	}
	sink := &ingesttest.Sink{}
	report, err := pipeline(t, ingest.Options{Sink: sink}).Run(context.Background(), source)
	if err != nil || report.Counts.Files != 9 || report.Counts.Skipped != 1 || report.Counts.PipelineErrors+report.Counts.Unknown+report.Counts.FilesFailed != 0 || report.Counts.Events != 22 {
		t.Errorf("%+v, %v, %v", report.Counts, report.Problems, err)
	}
}
