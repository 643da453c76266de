package engine

import (
	"context"
	"time"
)

// IngestStats counts what ingest pipelines did since the start, in the shape of `_nodes/stats/ingest`.
type IngestStats struct {
	Total     IngestCounts               `json:"total"`
	Pipelines map[string]IngestPipelines `json:"pipelines"`
}

// IngestCounts are those of one pipeline or of all. Current is how many documents are on their way.
type IngestCounts struct {
	Count        int64 `json:"count"`
	TimeInMillis int64 `json:"time_in_millis"`
	Current      int64 `json:"current"`
	Failed       int64 `json:"failed"`
}

// IngestPipelines are the counts of one pipeline. Processors are not counted one by one.
type IngestPipelines struct {
	IngestCounts
	Processors []struct{} `json:"processors"`
}

// IngestStats counts documents per pipeline that a write named or an index runs; pipelines within pipelines count with those.
func (e *Embedded) IngestStats(_ context.Context, p Principal) (*IngestStats, error) {
	if err := allow(p, "cluster:monitor/nodes/stats"); err != nil {
		return nil, err
	}
	out := &IngestStats{Pipelines: map[string]IngestPipelines{}}
	for id, s := range e.pipelines.all() {
		c := IngestCounts{Count: s.counts.count.Load(), Failed: s.counts.failed.Load(), Current: s.counts.current.Load(),
			TimeInMillis: time.Duration(s.counts.nanos.Load()).Milliseconds()}
		out.Pipelines[id] = IngestPipelines{c, []struct{}{}}
		out.Total.Count += c.Count
		out.Total.Failed += c.Failed
		out.Total.Current += c.Current
		out.Total.TimeInMillis += c.TimeInMillis
	}
	return out, nil
}
