package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/storage"
	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/durable"
)

// stuckDisk lets no segment be written until it is released.
type stuckDisk struct {
	durable.FS
	released chan struct{}
	release  func()
}

func newStuckDisk() *stuckDisk {
	d := &stuckDisk{FS: durable.System(nil), released: make(chan struct{})}
	d.release = sync.OnceFunc(func() { close(d.released) })
	return d
}

func (d *stuckDisk) OpenFile(path string, flag int, perm os.FileMode) (durable.File, error) {
	if strings.Contains(path, ".zap") {
		<-d.released
	}
	return d.FS.OpenFile(path, flag, perm)
}

// onLog calls a function for each line of a log.
type onLog func(slog.Record)

func (f onLog) Enabled(context.Context, slog.Level) bool { return true }
func (f onLog) Handle(_ context.Context, r slog.Record) error {
	f(r)
	return nil
}
func (f onLog) WithAttrs([]slog.Attr) slog.Handler { return f }
func (f onLog) WithGroup(string) slog.Handler      { return f }

// stuckSink makes a sink on a disk that takes no segments, so that memory is soon used up; onRefusal is called when it begins to wait.
func stuckSink(t *testing.T, disk *stuckDisk, onRefusal func()) engineSink {
	t.Helper()
	dir, err := storage.Open(t.TempDir(), storage.Options{FS: disk, MaxUnpersistedBytes: 100_000, WriteWait: time.Millisecond, RefreshInterval: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		disk.release()
		if err := dir.Close(); err != nil {
			t.Error(err)
		}
	})
	backend, err := engine.OpenEmbedded(dir, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return engineSink{backend: backend, firstPause: time.Millisecond, log: slog.New(onLog(func(slog.Record) { onRefusal() }))}
}

// batch makes documents of about 10 kB.
func batch(first, n int) []*document.Document {
	var docs []*document.Document
	for i := first; i < first+n; i++ {
		docs = append(docs, &document.Document{Index: "a", ID: fmt.Sprint(i), Source: fmt.Appendf(nil, `{"n":%d,"filler":%q}`, i, strings.Repeat("x", 10_000))})
	}
	return docs
}

func TestTheSinkWaitsForMemoryAndLosesNothing(t *testing.T) {
	disk := newStuckDisk()
	refusals := 0
	s := stuckSink(t, disk, func() { refusals++; disk.release() })
	const batches, each = 40, 3
	total := 0
	for i := range batches {
		written, duplicates, err := s.Write(t.Context(), batch(i*each, each))
		if total += written; written != each || duplicates != 0 || err != nil {
			t.Fatalf("batch %d: %d written, %d duplicates, %v", i, written, duplicates, err)
		}
	}
	if refusals == 0 {
		t.Error("nothing was refused: the test shows nothing")
	}
	for _, id := range []int{0, batches*each - 1} {
		if got, err := s.backend.Get(t.Context(), operator, "a", fmt.Sprint(id), engine.GetOptions{Realtime: true}); err != nil || !got.Found {
			t.Errorf("document %d: %v", id, err)
		}
	}
}

func TestTheSinkStopsWaitingWithItsContext(t *testing.T) {
	disk := newStuckDisk()
	ctx, cancel := context.WithCancel(t.Context())
	s := stuckSink(t, disk, cancel)
	s.firstPause = time.Hour
	var err error
	for i := 0; err == nil && i < 1000; i++ {
		_, _, err = s.Write(ctx, batch(i, 1))
	}
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestTheSinkGivesUpWhenNothingGetsThrough(t *testing.T) {
	disk := newStuckDisk()
	refusals := 0
	s := stuckSink(t, disk, func() { refusals++ })
	var err error
	for i := 0; err == nil && i < 1000; i++ {
		refusals = 0
		_, _, err = s.Write(t.Context(), batch(i, 1))
	}
	if refusals != sinkAttempts-1 || err == nil || !strings.Contains(err.Error(), fmt.Sprintf("after %d attempts: document", sinkAttempts)) {
		t.Errorf("%d refusals, %v", refusals, err)
	}
}
