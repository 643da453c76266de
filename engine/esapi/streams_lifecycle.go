package esapi

import (
	"net/http"

	"github.com/vedette-siem/vedette/engine"
)

func streamLifecycleRoutes() []route {
	params := append([]string{"expand_wildcards", "include_defaults"}, waitParams()...)
	return []route{
		{"GET", "/_data_stream/:index/_lifecycle", params, (*call).getLifecycles},
		{"PUT", "/_data_stream/:index/_lifecycle", params, (*call).putLifecycle},
		{"DELETE", "/_data_stream/:index/_lifecycle", params, (*call).deleteLifecycle},
		{"GET", "/_data_stream/_stats /_data_stream/:index/_stats", params, (*call).streamStats},
	}
}

func (c *call) getLifecycles() error {
	t, err := c.target()
	if err != nil {
		return err
	}
	found, err := c.s.backend.GetLifecycles(c.ctx(), c.p, t)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, map[string]any{"data_streams": append([]engine.StreamLifecycle{}, found...)})
}

// putLifecycle: a lifecycle without members is one that keeps all for ever.
func (c *call) putLifecycle() error {
	t, err := c.target()
	if err != nil {
		return err
	}
	body, err := c.jsonBody()
	if err != nil {
		return err
	}
	if body == nil {
		body = []byte("{}")
	}
	return c.acknowledged(c.s.backend.PutLifecycle(c.ctx(), c.p, t, body))
}

func (c *call) deleteLifecycle() error {
	t, err := c.target()
	if err != nil {
		return err
	}
	return c.acknowledged(c.s.backend.PutLifecycle(c.ctx(), c.p, t, nil))
}

// A streamStatsEntry counts one data stream.
type streamStatsEntry struct {
	Name    string `json:"data_stream"`
	Backing int    `json:"backing_indices"`
	Bytes   int64  `json:"store_size_bytes"`
	Newest  int64  `json:"maximum_timestamp"`
}

func (c *call) streamStats() error {
	t, err := c.target()
	if err != nil {
		return err
	}
	streams, err := c.s.backend.DataStreams(c.ctx(), c.p, t)
	if err != nil {
		return err
	}
	entries := make([]streamStatsEntry, 0, len(streams))
	var backing int
	var bytes int64
	for _, s := range streams {
		all, err := c.s.backend.IndexStats(c.ctx(), c.p, engine.Target{Expression: s.Name})
		if err != nil {
			return err
		}
		entry := streamStatsEntry{Name: s.Name, Backing: len(s.Indices)}
		for _, ix := range all {
			entry.Bytes += ix.Bytes
			entry.Newest = max(entry.Newest, ix.Newest)
		}
		entries, backing, bytes = append(entries, entry), backing+entry.Backing, bytes+entry.Bytes
	}
	return c.send(http.StatusOK, map[string]any{"_shards": engine.Shards{Total: backing, Successful: backing}, "data_stream_count": len(entries), "backing_indices": backing,
		"total_store_size_bytes": bytes, "data_streams": entries})
}
