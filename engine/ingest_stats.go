package engine

import (
	"context"
	"time"

	"github.com/vedette-siem/vedette/engine/pipeline"
)

// IngestStats counts what ingest pipelines did since the start, in the shape of `_nodes/stats/ingest`. The total counts each document once, however many pipelines it went through.
type IngestStats struct {
	Total     IngestCounts               `json:"total"`
	Pipelines map[string]IngestPipelines `json:"pipelines"`
}

// IngestCounts are those of a pipeline, of a processor, or of all. Current is how many documents are on their way.
type IngestCounts struct {
	Count        int64 `json:"count"`
	TimeInMillis int64 `json:"time_in_millis"`
	Current      int64 `json:"current"`
	Failed       int64 `json:"failed"`
}

// IngestPipelines are the counts of one pipeline, with its processors in order, each under its name.
type IngestPipelines struct {
	IngestCounts
	Processors []map[string]IngestProcessor `json:"processors"`
}

// IngestProcessor are the counts of one processor. Type is `conditional` where it has an `if`.
type IngestProcessor struct {
	Type  string       `json:"type"`
	Stats IngestCounts `json:"stats"`
}

func ingestCounts(c *pipeline.Counts) IngestCounts {
	return IngestCounts{Count: c.Count.Load(), Failed: c.Failed.Load(), Current: c.Current.Load(), TimeInMillis: time.Duration(c.Nanos.Load()).Milliseconds()}
}

// IngestStats counts documents by pipeline and processor. A pipeline that cannot be used has counted nothing.
func (e *Embedded) IngestStats(_ context.Context, p Principal) (*IngestStats, error) {
	if err := allow(p, "cluster:monitor/nodes/stats"); err != nil {
		return nil, err
	}
	out := &IngestStats{Total: ingestCounts(&e.ingested), Pipelines: map[string]IngestPipelines{}}
	for id, s := range e.pipelines.used() {
		of := IngestPipelines{Processors: []map[string]IngestProcessor{}}
		if s.err == nil {
			of.IngestCounts = ingestCounts(s.compiled.Counts())
			for _, step := range s.compiled.Steps() {
				of.Processors = append(of.Processors, map[string]IngestProcessor{step.Name: {step.Type, ingestCounts(step.Counts)}})
			}
		}
		out.Pipelines[id] = of
	}
	return out, nil
}
