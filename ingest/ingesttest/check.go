package ingesttest

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/storage/document"
)

// Check holds what is true of every decoder's answer, whatever the input: no record is lost without a count, ids are
// there and differ unless the input repeats them, and every source is valid JSON in valid UTF-8 with the fields that all events have.
func Check(t testing.TB, docs []*document.Document, c ingest.Counts, err error) {
	t.Helper()
	if c.Records != c.Events+c.Errors+c.Skipped {
		t.Errorf("records are lost: %+v", c)
	}
	if int64(len(docs)) != c.Events+c.Errors {
		t.Errorf("%d documents, but %+v (%v)", len(docs), c, err)
	}
	for _, d := range docs {
		if d.ID == "" || d.Index == "" {
			t.Errorf("document without id or index: %+v", d)
		}
		if !json.Valid(d.Source) || !utf8.Valid(d.Source) {
			t.Fatalf("the source is no JSON: %q", d.Source)
		}
		var s struct {
			Timestamp string `json:"@timestamp"`
			Type      string `json:"type"`
			Event     struct{ Kind, Dataset string }
			Error     struct{ Message string }
		}
		if err := json.Unmarshal(d.Source, &s); err != nil || s.Timestamp == "" || s.Type == "" || s.Event.Kind == "" || s.Event.Dataset == "" {
			t.Errorf("source lacks what all events have (%v): %s", err, d.Source)
		}
		if s.Event.Kind == "pipeline_error" && s.Error.Message == "" {
			t.Errorf("pipeline error without a reason: %s", d.Source)
		}
	}
}
