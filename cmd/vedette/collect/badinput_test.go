package collect

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ingesttest/moto"
	"github.com/vedette-siem/vedette/ingest/vpcflow"
)

// TestABadSourceIsToldOfAndStopsNoOther is the table of bad input: the source shows what is wrong, and one beside it is read.
func TestABadSourceIsToldOfAndStopsNoOther(t *testing.T) {
	const good, bad = "good/2026/11/24/a.log", "bad/2026/11/24/b.log"
	listing := func(r *http.Request) bool { return r.URL.Query().Get("prefix") == "bad/" }
	getting := func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, bad) }
	for name, c := range map[string]struct {
		text    string // of the object, if not a good one
		asks    func(*http.Request) bool
		status  int
		code    string
		message string
		source  Definition // only a queue, if any
		state   State
		says    []string // each in the source's error, or in the reason of its dead letter
	}{
		"wrong region":       {asks: listing, status: 400, code: "AuthorizationHeaderMalformed", message: "the region 'x' is wrong", state: StateFailed, says: []string{"s3:ListObjectsV2 on s3://logs/bad/", "set the source's region"}},
		"missing permission": {asks: listing, status: 403, code: "AccessDenied", message: "Access Denied", state: StateDenied, says: []string{"s3:ListObjectsV2 on s3://logs/bad/", "give the role s3:ListBucket"}},
		"permission of the object": {asks: getting, status: 403, code: "AccessDenied", message: "not authorized to perform: s3:GetObject on it",
			says: []string{"s3:GetObject on s3://logs/" + bad, "give the role s3:GetObject"}},
		"a key of KMS": {asks: getting, status: 403, code: "AccessDenied", message: "not authorized to perform: kms:Decrypt on the resource",
			says: []string{"s3:GetObject on s3://logs/" + bad, "give the role kms:Decrypt"}},
		"a clock that is wrong":         {asks: listing, status: 403, code: "RequestTimeTooSkewed", message: "The difference is too large", state: StateCredentials, says: []string{"s3:ListObjectsV2", "at the clock"}},
		"a queue that was deleted":      {source: Definition{Kind: KindSQS, Queue: "/123456789012/gone"}, state: StateFailed, says: []string{"sqs:ReceiveMessage", "/123456789012/gone", "NonExistentQueue"}},
		"flow logs in an unknown order": {text: strings.Repeat("10.0.0.1 10.0.0.2 443 ACCEPT\n", 30), says: []string{"set flow-format", "4 fields"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.put(good, flowLine)
			w.put(bad, flowLine+c.text)
			w.proxy.Intercept(func(rw http.ResponseWriter, r *http.Request) bool {
				if c.asks == nil || !c.asks(r) {
					return false
				}
				moto.S3Error(rw, c.status, c.code, c.message)
				return true
			})
			first, second := w.bucket(), w.bucket()
			first.Name, first.Prefix, first.Format = "bad", "bad/", ingest.VPCFlow
			second.Name, second.Prefix = "good", "good/"
			if c.source.Kind != "" {
				first = Definition{Name: "bad", Kind: c.source.Kind, Queue: w.proxy.URL + c.source.Queue, Access: w.access()}
			}
			status, letters := w.untilBothPause(first, second)
			if s := status["good"]; s.State != StateIdle || s.Read.Counts.Events != 1 {
				t.Errorf("the other source: %+v", s)
			}
			s, said := status["bad"], ""
			if s.Err != nil {
				said = s.Err.Error()
			}
			for _, l := range letters {
				said += l.Name() + " " + l.Reason
			}
			if s.Read.LastError != nil {
				said += s.Read.LastError.Message
			}
			for _, part := range c.says {
				if !strings.Contains(said, part) {
					t.Errorf("no %q in %s", part, said)
				}
			}
			if c.state != "" && s.State != c.state {
				t.Errorf("%s, want %s", s.State, c.state)
			}
		})
	}
}

// untilBothPause runs two sources until each pauses for the first time, after success or failure.
func (w *world) untilBothPause(sources ...Definition) (map[string]Status, []Letter) {
	w.Helper()
	pipeline, err := ingest.New(ingest.Options{Sink: &w.sink, Checkpoints: NewCheckpoints(w.db, w.clock), Decoders: map[ingest.Format]ingest.Decoder{ingest.VPCFlow: vpcflow.New(vpcflow.Options{})}})
	if err != nil {
		w.Fatal(err)
	}
	paused := make(chan struct{}, 10)
	r, err := New(Options{DB: w.db, Pipeline: pipeline, Sources: sources, Log: slog.New(slog.DiscardHandler), Now: w.clock, queueWait: time.Second, retryAfter: -1, After: func(d time.Duration) <-chan time.Time {
		if d != retryInterval && d != healthInterval && d != 24*time.Hour {
			paused <- struct{}{}
		}
		return nil
	}})
	if err != nil {
		w.Fatal(err)
	}
	life, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); r.Run(life) }()
	for range sources {
		select {
		case <-paused:
		case <-time.After(time.Minute):
			w.Error("a source does not pause")
		}
	}
	all, err := r.Snapshot()
	cancel()
	<-done
	letters, failed := r.letters.Parked("")
	if err != nil || failed != nil {
		w.Fatal(err, failed)
	}
	out := make(map[string]Status)
	for _, s := range all {
		out[s.Definition.Name] = s
	}
	return out, letters
}

func TestEventsOfAnyTimeAreTaken(t *testing.T) {
	w := newWorld(t)
	old := strings.NewReplacer("1760000000", "1447000000", "1760000060", "1447000060").Replace(flowLine)    // 2015
	future := strings.NewReplacer("1760000000", "1900000000", "1760000060", "1900000060").Replace(flowLine) // 2030
	w.put("AWSLogs/111122223333/vpcflowlogs/r/2026/11/24/a.log", flowLine+old+future)
	l := w.start(w.bucket())
	if _, s := l.pause(t); s.Read.Counts.Events != 3 || s.Read.Counts.PipelineErrors != 0 {
		t.Errorf("%+v", s.Read.Counts)
	}
}
