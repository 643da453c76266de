package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/storage/document"
)

// operator is the principal of what the process does itself.
var operator = engine.Principal{Name: "vedette", Superuser: true}

// engineSink writes what ingest decodes into a Backend. What is refused for now it writes again, as package forward does over HTTP.
type engineSink struct {
	backend engine.Backend
	log     *slog.Logger
	// firstPause is the pause before the second attempt; each later one is twice as long. 0 is half a second.
	firstPause time.Duration
}

var _ ingest.Sink = engineSink{}

// sinkAttempts is how often what is left of a batch is tried while nothing of it gets through: with their pauses a minute, and as long again if each waits for memory.
const sinkAttempts = 8

// Write implements ingest.Sink.
func (s engineSink) Write(ctx context.Context, docs []*document.Document) (written, duplicates int, err error) {
	pause := cmp.Or(s.firstPause, 500*time.Millisecond)
	for attempt := 1; ; attempt++ {
		w, d, again, refusal, err := s.try(ctx, docs)
		written, duplicates = written+w, duplicates+d
		if err != nil || len(again) == 0 {
			return written, duplicates, err
		}
		if len(again) < len(docs) {
			attempt, pause = 1, cmp.Or(s.firstPause, 500*time.Millisecond)
		}
		if attempt >= sinkAttempts {
			return written, duplicates, fmt.Errorf("after %d attempts: %w", attempt, refusal)
		}
		docs = again
		s.log.Warn("documents were refused for now, trying again", "documents", len(docs), "pause", pause, "err", refusal)
		select {
		case <-ctx.Done():
			return written, duplicates, ctx.Err()
		case <-time.After(pause):
		}
		pause *= 2
	}
}

// try writes once. again are the documents that were refused for now (429, or a fault of ours), and refusal says why the last of them was.
func (s engineSink) try(ctx context.Context, docs []*document.Document) (written, duplicates int, again []*document.Document, refusal, err error) {
	ops := make([]engine.BulkOp, len(docs))
	for i, d := range docs {
		ops[i] = engine.BulkOp{Action: "create", Index: d.Index, ID: d.ID, Source: d.Source}
	}
	answer, err := s.backend.Bulk(ctx, principalOf(ctx), ops, engine.BulkOptions{})
	if err != nil {
		return 0, 0, nil, nil, err
	}
	for i, item := range answer.Items {
		switch {
		case item.Error == nil:
			written++
		case item.Status == http.StatusConflict:
			duplicates++
		default:
			refusal = fmt.Errorf("document %q of index %s: %w", docs[i].ID, docs[i].Index, item.Error)
			if item.Status != http.StatusTooManyRequests && item.Status < http.StatusInternalServerError {
				return written, duplicates, nil, nil, refusal
			}
			again = append(again, docs[i])
		}
	}
	return written, duplicates, again, refusal, nil
}
