package main

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/cmd/vedette/demo"
	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/ingest/filesource"
	"github.com/vedette-siem/vedette/storage"
)

// BenchmarkLoad loads a day of the demo's objects into a new data directory: decoding, mapping, log, segments.
func BenchmarkLoad(b *testing.B) {
	objects := b.TempDir()
	if _, err := demo.Write(b.Context(), objects, demo.Options{Now: time.Now()}); err != nil {
		b.Fatal(err)
	}
	events := int64(0)
	for b.Loop() {
		events += loadOnce(b, objects)
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
}

func loadOnce(b *testing.B, objects string) int64 {
	dir, err := storage.Open(b.TempDir(), storage.Options{})
	if err != nil {
		b.Fatal(err)
	}
	backend, err := engine.OpenEmbedded(dir, engine.Options{})
	if err != nil {
		b.Fatal(err)
	}
	r, err := newReader(engineSink{backend: backend, log: slog.New(slog.DiscardHandler)}, nil, "", slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	src, err := filesource.New([]string{objects}, filesource.Options{})
	if err != nil {
		b.Fatal(err)
	}
	status, err := r.Run(context.Background(), src)
	if err != nil {
		b.Fatal(err)
	}
	if err := dir.Close(); err != nil {
		b.Fatal(err)
	}
	return status.Counts.Events
}
