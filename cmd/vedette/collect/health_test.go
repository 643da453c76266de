package collect

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/awsaccess"
	"github.com/vedette-siem/vedette/ingest/vpcflow"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// clinic is a runner that does not run, whose sources are looked at by a test.
type clinic struct {
	*testing.T
	*Runner
	db     *metadb.DB
	now    time.Time
	events []HealthEvent
	fails  error
}

func newClinic(t *testing.T) *clinic {
	t.Helper()
	c := &clinic{T: t, db: openDB(t, filepath.Join(t.TempDir(), "meta.db")), now: noon}
	c.restart(Definition{Name: "a", Kind: KindS3, Bucket: "b", SilentAfter: time.Hour})
	return c
}

// restart is a new process with these sources.
func (c *clinic) restart(sources ...Definition) {
	c.Helper()
	pipeline, err := ingest.New(ingest.Options{Sink: nopSink{}, Decoders: map[ingest.Format]ingest.Decoder{ingest.VPCFlow: vpcflow.New(vpcflow.Options{})}})
	if err == nil {
		c.Runner, err = New(Options{DB: c.db, Pipeline: pipeline, Sources: sources, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return c.now }, Health: func(_ context.Context, h HealthEvent) error {
			c.events = append(c.events, h)
			return c.fails
		}})
	}
	if err != nil {
		c.Fatal(err)
	}
}

// after lets time pass, looks, and compares what was told.
func (c *clinic) after(d time.Duration, want ...string) {
	c.Helper()
	c.now, c.events = c.now.Add(d), nil
	if err := c.look(ctx); err != nil {
		c.Fatal(err)
	}
	var told []string
	for _, h := range c.events {
		told = append(told, h.Condition+map[bool]string{true: " closed"}[h.Closed])
	}
	if slices.Sort(told); !slices.Equal(told, want) {
		c.Errorf("at %v: told %q, want %q", c.now.Sub(noon), told, want)
	}
}

// reads notes an object, read from an age ago.
func (c *clinic) reads(age time.Duration) {
	c.note("a", &ingest.Object{IDPrefix: "x", ModTime: c.now.Add(-age)}, nil)
}

func TestASourceThatGoesSilentIsToldOfOnce(t *testing.T) {
	c := newClinic(t)
	c.after(0)
	c.after(time.Hour)
	c.after(time.Minute, "silent")
	if h := c.events[0]; h.Definition.Name != "a" || !strings.Contains(h.Reason, "nothing new for 1h0m0s") || h.ID() != fmt.Sprintf("health-a-silent-%d-open", c.now.UnixMilli()) {
		t.Errorf("%+v", h)
	}
	c.after(time.Hour)
	c.restart(c.sources[0].status.Definition)
	c.after(time.Hour)
	c.note("a", &ingest.Object{ModTime: c.now}, nil) // one that is known is not new
	c.after(time.Minute)
	c.reads(0)
	c.after(0, "silent closed")
	c.after(time.Hour)
	c.after(time.Minute, "silent")
	c.restart()
	c.after(0, "silent closed")
	if !strings.Contains(c.events[0].Reason, "removed") {
		t.Errorf("%+v", c.events[0])
	}
	c.after(time.Hour)
}

func TestASourceThatFallsBehindIsToldOf(t *testing.T) {
	c := newClinic(t)
	age := 31 * time.Minute
	for n := range behindLooks {
		c.reads(age)
		c.reads(age + 5*time.Hour) // the youngest counts
		age += time.Minute
		c.after(time.Duration(n))
	}
	c.reads(age)
	c.after(0, "behind")
	c.after(time.Minute) // nothing read: nothing known
	c.reads(age)
	c.after(0)
	c.reads(time.Minute)
	c.after(0, "behind closed")
	for range behindLooks + 2 { // old, but not older each time: somebody loads the past
		c.reads(5 * time.Hour)
		c.after(0)
	}
	for range behindLooks + 1 {
		age += time.Minute
		c.reads(age + 6*time.Hour)
		_ = c.look(ctx)
	}
	c.caughtUp("a")
	c.after(0, "behind closed")
}

func TestWhatAWSRefusesIsToldOfOnce(t *testing.T) {
	c := newClinic(t)
	denied := fmt.Errorf("read: %w", awsaccess.Explain(ctx, "s3:GetObject", "s3://b/k", errors.New("connection refused")))
	c.failed("a", denied, time.Time{})
	c.after(0, "failed")
	if !strings.Contains(c.events[0].Reason, "s3:GetObject on s3://b/k") {
		t.Errorf("%+v", c.events[0])
	}
	c.after(20 * time.Minute) // nothing says that it is well
	c.reads(0)
	c.failed("a", denied, time.Time{})
	c.reads(0)
	c.after(calm - time.Second) // now and then it fails
	c.after(time.Second, "failed closed")
}

func TestATellingThatFailsComesAgainWithItsID(t *testing.T) {
	c := newClinic(t)
	c.after(0)
	c.now, c.fails = noon.Add(2*time.Hour), errors.New("disk full")
	if err := c.look(ctx); err == nil || len(c.events) != 1 {
		t.Fatal(err, c.events)
	}
	first := c.events[0].ID()
	c.fails = nil
	c.restart(c.sources[0].status.Definition)
	c.after(time.Minute, "silent")
	if c.events[0].ID() != first {
		t.Errorf("%s, before %s", c.events[0].ID(), first)
	}
	c.after(time.Minute)
}

type nopSink struct{}

func (nopSink) Write(_ context.Context, docs []*document.Document) (int, int, error) {
	return len(docs), 0, nil
}
