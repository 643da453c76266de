package esapi

import (
	"net/http"
	"slices"

	"github.com/vedette-siem/vedette/engine"
)

func statsRoutes() []route {
	params := append([]string{"completion_fields", "fielddata_fields", "fields", "forbid_closed_indices", "groups", "include_segment_file_sizes",
		"include_unloaded_segments", "level"}, targetParams()...)
	return []route{{"GET", "/_stats /_stats/:metric /:index/_stats /:index/_stats/:metric", params, (*call).stats}}
}

// knownMetrics are all that Elasticsearch has; we measure docs, store and segments.
func knownMetrics() []string {
	return []string{"_all", "bulk", "completion", "dense_vector", "docs", "fielddata", "flush", "get", "indexing", "mappings", "merge", "node_stats",
		"query_cache", "recovery", "refresh", "request_cache", "search", "segments", "shard_stats", "sparse_vector", "store", "translog", "warmer"}
}

// A statsEntry is what is known of one index, or of all.
type statsEntry struct {
	UUID      string         `json:"uuid,omitempty"`
	Health    string         `json:"health,omitempty"`
	Primaries map[string]any `json:"primaries"`
	Total     map[string]any `json:"total"`
}

func (c *call) stats() error {
	metrics := splitList(c.path["metric"])
	var unknown []string
	for _, m := range metrics {
		if !slices.Contains(knownMetrics(), m) {
			unknown = append(unknown, m)
		}
	}
	if unknown != nil {
		return unrecognized(c.r.URL.Path, "metric", unknown, knownMetrics())
	}
	all, err := c.indexStats()
	if err != nil {
		return err
	}
	var sum engine.IndexStats
	indices := make(map[string]statsEntry, len(all))
	for _, s := range all {
		indices[s.Name] = newStatsEntry(s, metrics)
		sum.Docs, sum.DeletedDocs, sum.Bytes, sum.Segments = sum.Docs+s.Docs, sum.DeletedDocs+s.DeletedDocs, sum.Bytes+s.Bytes, sum.Segments+s.Segments
	}
	return c.send(http.StatusOK, map[string]any{
		"_shards": engine.Shards{Total: len(all), Successful: len(all)},
		"_all":    newStatsEntry(sum, metrics),
		"indices": indices,
	})
}

func (c *call) indexStats() ([]engine.IndexStats, error) {
	t, err := c.target()
	if err != nil {
		return nil, err
	}
	return c.s.backend.IndexStats(c.ctx(), c.p, t)
}

func newStatsEntry(s engine.IndexStats, metrics []string) statsEntry {
	values := map[string]any{
		"docs":     map[string]int64{"count": s.Docs, "deleted": s.DeletedDocs},
		"store":    map[string]int64{"size_in_bytes": s.Bytes, "total_data_set_size_in_bytes": s.Bytes},
		"segments": map[string]int{"count": s.Segments},
	}
	for name := range values {
		if len(metrics) > 0 && !slices.Contains(metrics, name) && !slices.Contains(metrics, "_all") {
			delete(values, name)
		}
	}
	return statsEntry{UUID: s.UUID, Primaries: values, Total: values}
}
