package esapi

import (
	"net/http"
	"slices"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func statsRoutes() []route {
	params := append([]string{"completion_fields", "fielddata_fields", "fields", "forbid_closed_indices", "groups", "include_segment_file_sizes",
		"include_unloaded_segments", "level"}, targetParams()...)
	return []route{{"GET", "/_stats /_stats/:metric /:index/_stats /:index/_stats/:metric", params, (*call).stats}}
}

// knownMetrics are all that Elasticsearch has.
func knownMetrics() []string {
	return []string{"_all", "bulk", "completion", "dense_vector", "docs", "fielddata", "flush", "get", "indexing", "mappings", "merge", "node_stats",
		"query_cache", "recovery", "refresh", "request_cache", "search", "segments", "shard_stats", "sparse_vector", "store", "translog", "warmer"}
}

// A statsEntry is what is known of one index, or of all.
type statsEntry struct {
	UUID      string         `json:"uuid,omitempty"`
	Health    string         `json:"health,omitempty"`
	Status    string         `json:"status,omitempty"`
	Primaries map[string]any `json:"primaries"`
	Total     map[string]any `json:"total"`
	Shards    any            `json:"shards,omitempty"`
}

func (c *call) stats() error {
	metrics := splitList(c.path["metric"])
	if err := checkMetrics(c.r.URL.Path, metrics, knownMetrics()); err != nil {
		return err
	}
	level := c.query["level"]
	if !slices.Contains([]string{"", "cluster", "indices", "shards"}, level) {
		return eserr.Illegal("level parameter must be one of [cluster] or [indices] or [shards] but was [%.100s]", level)
	}
	fileSizes, err := c.flag("include_segment_file_sizes", false)
	if err != nil {
		return err
	}
	all, err := c.openStats()
	if err != nil {
		return err
	}
	values := func(s engine.IndexStats) map[string]any {
		return onlyMetrics(c.withFields(statsValues(s, c.list("groups"), fileSizes), s), metrics)
	}
	var sum engine.IndexStats
	indices := make(map[string]statsEntry, len(all))
	for _, s := range all {
		addStats(&sum, s)
		v := values(s)
		entry := statsEntry{UUID: s.UUID, Health: healthOf(s), Status: "open", Primaries: v, Total: v}
		if level == "shards" {
			entry.Shards = map[string]any{"0": []any{c.shardStats(values(s))}}
		}
		indices[s.Name] = entry
	}
	v := values(sum)
	out := struct {
		Shards  engine.Shards         `json:"_shards"`
		All     statsEntry            `json:"_all"`
		Indices map[string]statsEntry `json:"indices,omitempty"`
	}{engine.Shards{Total: sum.Copies, Successful: sum.Primaries}, statsEntry{Primaries: v, Total: v}, indices}
	if level == "cluster" {
		out.Indices = nil
	}
	return c.send(http.StatusOK, out)
}

// shardStats is what is known of the one shard of an index.
func (c *call) shardStats(values map[string]any) map[string]any {
	values["routing"] = map[string]any{"state": "STARTED", "primary": true, "node": c.s.o.Node, "relocating_node": nil}
	return values
}

// checkMetrics refuses unknown metrics, with those that may be meant.
func checkMetrics(path string, metrics, known []string) error {
	var unknown []string
	for _, m := range metrics {
		if !slices.Contains(known, m) {
			unknown = append(unknown, m)
		}
	}
	if unknown == nil {
		return nil
	}
	return unrecognized(path, "metric", unknown, known)
}

// indexStats counts the indices of the request, closed ones too if they are named.
func (c *call) indexStats() ([]engine.IndexStats, error) {
	t, err := c.target()
	if err != nil {
		return nil, err
	}
	return c.s.backend.IndexStats(c.ctx(), c.p, t)
}

// openStats counts the open indices of the request; a closed one that is named is refused, as it has nothing to count.
func (c *call) openStats() ([]engine.IndexStats, error) {
	all, err := c.indexStats()
	if err != nil {
		return nil, err
	}
	forbid, err := c.flag("forbid_closed_indices", true)
	if err != nil {
		return nil, err
	}
	ignore, err := c.flag("ignore_unavailable", false)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if s.Closed && forbid && !ignore && isNamed(c.path["index"], s.Name) {
			e := eserr.BadRequest("index_closed_exception", "closed")
			e.Index, e.IndexUUID = s.Name, s.UUID
			return nil, e
		}
	}
	return slices.DeleteFunc(all, func(s engine.IndexStats) bool { return s.Closed }), nil
}

func isNamed(expression, name string) bool { return slices.Contains(splitList(expression), name) }

// addStats adds what another index counts.
func addStats(sum *engine.IndexStats, s engine.IndexStats) {
	sum.Docs, sum.DeletedDocs, sum.Bytes, sum.Segments = sum.Docs+s.Docs, sum.DeletedDocs+s.DeletedDocs, sum.Bytes+s.Bytes, sum.Segments+s.Segments
	sum.Unassigned += s.Unassigned
	sum.Copies, sum.Primaries = sum.Copies+s.Copies, sum.Primaries+s.Primaries
	sum.Activity.Add(s.Activity)
	sum.Fielddata, sum.Completion = addBytes(sum.Fielddata, s.Fielddata), addBytes(sum.Completion, s.Completion)
}

// onlyMetrics leaves the metrics that are asked for; none are all.
func onlyMetrics(values map[string]any, metrics []string) map[string]any {
	if len(metrics) == 0 || slices.Contains(metrics, "_all") {
		return values
	}
	out := map[string]any{}
	for _, m := range metrics {
		name := m
		if m == "merge" {
			name = "merges"
		}
		if v, ok := values[name]; ok {
			out[name] = v
		}
	}
	return out
}

// zeros are counters of what there is nothing of here.
func zeros(names ...string) map[string]any {
	out := make(map[string]any, len(names))
	for _, name := range names {
		out[name] = 0
	}
	return out
}

// with adds counters to others.
func with(to map[string]any, more map[string]any) map[string]any {
	for name, v := range more {
		to[name] = v
	}
	return to
}

// statsValues are the metrics of an index in Elasticsearch's names. What is 0 by itself is what we do not have: caches of queries, recoveries.
func statsValues(s engine.IndexStats, groups []string, fileSizes bool) map[string]any {
	a := s.Activity
	segments := with(zeros("memory_in_bytes", "terms_memory_in_bytes", "stored_fields_memory_in_bytes", "term_vectors_memory_in_bytes", "norms_memory_in_bytes",
		"points_memory_in_bytes", "doc_values_memory_in_bytes", "index_writer_memory_in_bytes", "version_map_memory_in_bytes", "fixed_bit_set_memory_in_bytes"),
		map[string]any{"count": s.Segments, "max_unsafe_auto_id_timestamp": -1, "file_sizes": map[string]any{}})
	if fileSizes {
		segments["file_sizes"] = map[string]any{"zap": map[string]any{"size_in_bytes": s.Bytes, "description": "column segments"}}
	}
	return map[string]any{
		"docs":        map[string]any{"count": s.Docs, "deleted": s.DeletedDocs, "total_size_in_bytes": s.Bytes},
		"shard_stats": map[string]any{"total_count": s.Primaries},
		"store":       map[string]any{"size_in_bytes": s.Bytes, "total_data_set_size_in_bytes": s.Bytes, "reserved_in_bytes": 0},
		"indexing": with(zeros("index_current", "delete_time_in_millis", "delete_current", "throttle_time_in_millis"), map[string]any{
			"index_total": a.Indexed, "index_time_in_millis": a.WriteTime.Milliseconds(), "index_failed": a.IndexFailed, "delete_total": a.Deleted,
			"noop_update_total": a.Noops, "is_throttled": false, "write_load": 0.0}),
		"get": map[string]any{"total": a.Found + a.Missed, "time_in_millis": (a.FoundTime + a.MissedTime).Milliseconds(), "exists_total": a.Found,
			"exists_time_in_millis": a.FoundTime.Milliseconds(), "missing_total": a.Missed, "missing_time_in_millis": a.MissedTime.Milliseconds(), "current": 0},
		"search": searchValues(a, groups),
		"merges": with(zeros("current", "current_docs", "current_size_in_bytes", "total_docs", "total_stopped_time_in_millis", "total_throttled_time_in_millis",
			"total_auto_throttle_in_bytes"), map[string]any{"total": a.Merges, "total_time_in_millis": a.MergeTime.Milliseconds(), "total_size_in_bytes": a.MergedBytes}),
		"refresh": map[string]any{"total": a.Refreshes, "total_time_in_millis": a.RefreshTime.Milliseconds(), "external_total": a.Refreshes,
			"external_total_time_in_millis": a.RefreshTime.Milliseconds(), "listeners": 0},
		"flush":         with(zeros("periodic", "total_time_in_millis", "total_time_excluding_waiting_on_lock_in_millis"), map[string]any{"total": a.Flushes}),
		"warmer":        zeros("current", "total", "total_time_in_millis"),
		"query_cache":   zeros("memory_size_in_bytes", "total_count", "hit_count", "miss_count", "cache_size", "cache_count", "evictions"),
		"fielddata":     map[string]any{"memory_size_in_bytes": total(s.Fielddata), "evictions": 0, "global_ordinals": zeros("build_time_in_millis")},
		"completion":    map[string]any{"size_in_bytes": total(s.Completion)},
		"segments":      segments,
		"translog":      with(zeros("size_in_bytes", "uncommitted_size_in_bytes", "earliest_last_modified_age"), map[string]any{"operations": a.Waiting, "uncommitted_operations": a.Waiting}),
		"request_cache": map[string]any{"memory_size_in_bytes": a.CacheBytes, "evictions": a.CacheEvictions, "hit_count": a.CacheHits, "miss_count": a.CacheMisses},
		"recovery":      zeros("current_as_source", "current_as_target", "throttle_time_in_millis"),
		"bulk": with(zeros("avg_time_in_millis", "avg_size_in_bytes", "total_size_in_bytes"), map[string]any{
			"total_operations": a.Indexed + a.Deleted + a.Noops + a.IndexFailed, "total_time_in_millis": a.WriteTime.Milliseconds()}),
	}
}

func searchValues(a engine.Activity, groups []string) map[string]any {
	out := with(zeros("open_contexts", "query_current", "fetch_total", "fetch_time_in_millis", "fetch_current", "scroll_total", "scroll_time_in_millis", "scroll_current",
		"suggest_current"), map[string]any{"suggest_total": a.Suggestions, "suggest_time_in_millis": a.SuggestTime.Milliseconds(), "query_total": a.Queries, "query_time_in_millis": a.QueryTime.Milliseconds()})
	wanted := map[string]any{}
	for group, n := range a.Groups {
		if anyGlobMatches(groups, group) {
			wanted[group] = with(zeros("query_time_in_millis", "query_current", "fetch_total", "fetch_time_in_millis", "fetch_current"), map[string]any{"query_total": n})
		}
	}
	if len(wanted) > 0 {
		out["groups"] = wanted
	}
	return out
}

func healthOf(s engine.IndexStats) string {
	if s.Unassigned > 0 {
		return "yellow"
	}
	return "green"
}
