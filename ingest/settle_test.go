package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
)

// settling is a source that writes down what it is told, and whether the object had its checkpoint by then.
type settling struct {
	ingesttest.Source
	checks *ingesttest.Checkpoints
	fail   error

	mu  sync.Mutex
	got map[string]string
}

func (s *settling) Settled(ctx context.Context, o *ingest.Object, outcome error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	done, _ := s.checks.Has(ctx, o.Identity())
	s.got[o.Key] = fmt.Sprintf("%v %v %v", o.Ticket, done, outcome)
	return s.fail
}

func newSettling() *settling {
	s := &settling{checks: &ingesttest.Checkpoints{}, got: map[string]string{}}
	s.Add("good.log", []byte(flowLine))
	s.Add("AWSLogs/1/ELBAccessLogTestFile", []byte("Enable AccessLog for ELB"))
	s.Add("notes.txt", []byte("remember the milk"))
	s.Add("AWSLogs/1/vpcflowlogs/r/rubbish.log", bytes.Repeat([]byte{0, 1, 2, 255, '\n'}, 1000))
	for i := range s.Items {
		s.Items[i].Object.Ticket = i
	}
	return s
}

func TestASourceIsToldWhatBecameOfEachObject(t *testing.T) {
	source := newSettling()
	p := pipeline(t, ingest.Options{Sink: &ingesttest.Sink{}, Checkpoints: source.checks})
	for run, want := range []map[string]string{
		{"good.log": "0 true <nil>", "AWSLogs/1/ELBAccessLogTestFile": "1 true <nil>", "notes.txt": "2 false format unknown", "AWSLogs/1/vpcflowlogs/r/rubbish.log": "3 false most records"},
		{"good.log": "0 true <nil>", "AWSLogs/1/ELBAccessLogTestFile": "1 true <nil>"}, // known by now
	} {
		clear(source.got)
		if _, err := p.Run(context.Background(), source); err != nil {
			t.Fatal(err)
		}
		for key, says := range want {
			if !strings.HasPrefix(source.got[key], says) {
				t.Errorf("run %d: %s: %q, want %q", run, key, source.got[key], says)
			}
		}
	}
}

func TestNothingIsSettledBeforeItIsDurable(t *testing.T) {
	source, full := newSettling(), errors.New("disk full")
	source.Items = source.Items[:1]
	p := pipeline(t, ingest.Options{Sink: &ingesttest.Sink{Fail: func() error { return full }}, Checkpoints: source.checks})
	if _, err := p.Run(context.Background(), source); !errors.Is(err, full) || len(source.got) != 0 || source.checks.Len() != 0 {
		t.Errorf("%v, settled %v, %d checkpoints", err, source.got, source.checks.Len())
	}
}

func TestAnErrorOfSettledEndsTheRun(t *testing.T) {
	source := newSettling()
	source.fail = errors.New("credentials expired")
	p := pipeline(t, ingest.Options{Sink: &ingesttest.Sink{}, Workers: 1})
	if _, err := p.Run(context.Background(), source); !errors.Is(err, source.fail) || len(source.got) != 1 {
		t.Errorf("%v, settled %v", err, source.got)
	}
}
