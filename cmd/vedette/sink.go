package main

import (
	"context"
	"fmt"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/storage/document"
)

// operator is the principal of what the process does itself.
var operator = engine.Principal{Name: "vedette", Superuser: true}

// engineSink writes what ingest decodes into a Backend.
type engineSink struct{ backend engine.Backend }

var _ ingest.Sink = engineSink{}

// Write implements ingest.Sink.
func (s engineSink) Write(ctx context.Context, docs []*document.Document) (written, duplicates int, err error) {
	ops := make([]engine.BulkOp, len(docs))
	for i, d := range docs {
		ops[i] = engine.BulkOp{Action: "create", Index: d.Index, ID: d.ID, Source: d.Source}
	}
	answer, err := s.backend.Bulk(ctx, operator, ops, engine.BulkOptions{})
	if err != nil {
		return 0, 0, err
	}
	for i, item := range answer.Items {
		switch {
		case item.Error == nil:
			written++
		case item.Status == 409:
			duplicates++
		default:
			return written, duplicates, fmt.Errorf("document %q of index %s: %w", docs[i].ID, docs[i].Index, item.Error)
		}
	}
	return written, duplicates, nil
}
