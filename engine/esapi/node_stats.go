package esapi

import (
	"net/http"
	"runtime"
	"slices"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func nodeStatsRoutes() []route {
	params := []string{"completion_fields", "fielddata_fields", "fields", "groups", "include_segment_file_sizes", "include_unloaded_segments", "level", "timeout", "types"}
	return []route{
		{"GET", "/_nodes/stats /_nodes/stats/:metric /_nodes/stats/:metric/:index_metric /_nodes/:node/stats /_nodes/:node/stats/:metric /_nodes/:node/stats/:metric/:index_metric", params, (*call).nodeStats},
		{"GET", "/_cluster/stats /_cluster/stats/nodes/:node", []string{"flat_settings", "include_remotes", "timeout"}, (*call).clusterStats},
	}
}

// nodeMetrics are all that Elasticsearch has; we measure the first ones.
func nodeMetrics() []string {
	return []string{"_all", "breaker", "fs", "http", "indices", "indexing_pressure", "jvm", "os", "process", "thread_pool", "transport",
		"adaptive_selection", "allocations", "discovery", "ingest", "repositories", "script", "script_cache"}
}

func (c *call) nodeStats() error {
	metrics, indexMetrics := splitList(c.path["metric"]), splitList(c.path["index_metric"])
	if err := checkMetrics(c.r.URL.Path, metrics, nodeMetrics()); err != nil {
		return err
	}
	if err := checkMetrics(c.r.URL.Path, indexMetrics, knownMetrics()); err != nil {
		return err
	}
	level := c.query["level"]
	if !slices.Contains([]string{"", "node", "indices", "shards"}, level) {
		return eserr.Illegal("level parameter must be one of [indices] or [node] or [shards] but was [%.100s]", level)
	}
	info, err := c.s.backend.Info(c.ctx(), c.p)
	if err != nil {
		return err
	}
	nodes := map[string]any{}
	if c.isHere(c.path["node"]) {
		stats, err := c.thisNode(metrics, indexMetrics, level)
		if err != nil {
			return err
		}
		nodes[c.s.o.Node] = stats
	}
	return c.send(http.StatusOK, map[string]any{
		"_nodes": map[string]int{"total": len(nodes), "successful": len(nodes), "failed": 0}, "cluster_name": info.ClusterName, "nodes": nodes,
	})
}

// isHere says whether a list of nodes has this one; an empty one has.
func (c *call) isHere(nodes string) bool {
	return nodes == "" || slices.ContainsFunc(splitList(nodes), func(n string) bool {
		return slices.Contains([]string{"_all", "_local", "_master", "master:true", "data:true", "ingest:true"}, n) || anyGlobMatches([]string{n}, c.s.o.Node)
	})
}

// thisNode is what is known of this process.
func (c *call) thisNode(metrics, indexMetrics []string, level string) (map[string]any, error) {
	usage, err := c.s.backend.Usage(c.ctx(), c.p)
	if err != nil {
		return nil, err
	}
	now, address := c.s.o.Now(), c.s.address()
	values := hostValues(readHost(), now.Sub(c.s.begun), now)
	values["fs"] = fsValues(usage, now)
	values["breakers"] = breakerValues(usage)
	values["indexing_pressure"] = pressureValues(usage)
	values["http"] = c.httpValues()
	if values["ingest"], err = c.s.backend.IngestStats(c.ctx(), c.p); err != nil {
		return nil, err
	}
	values["transport"] = zeros("server_open", "total_outbound_connections", "rx_count", "rx_size_in_bytes", "tx_count", "tx_size_in_bytes")
	values["thread_pool"] = map[string]any{}
	if len(metrics) == 0 || slices.Contains(metrics, "indices") || slices.Contains(metrics, "_all") {
		if values["indices"], err = c.nodeIndices(indexMetrics, level); err != nil {
			return nil, err
		}
	}
	out := map[string]any{"timestamp": now.UnixMilli(), "name": c.s.o.Node, "transport_address": address, "host": host(address), "ip": address, "roles": nodeRoles(), "attributes": map[string]any{}}
	for name, v := range values {
		asked := name
		if name == "breakers" {
			asked = "breaker"
		}
		if len(metrics) == 0 || slices.Contains(metrics, "_all") || slices.Contains(metrics, asked) {
			out[name] = v
		}
	}
	return out, nil
}

func (c *call) nodeIndices(metrics []string, level string) (map[string]any, error) {
	fileSizes, err := c.flag("include_segment_file_sizes", false)
	if err != nil {
		return nil, err
	}
	all, err := c.s.backend.IndexStats(c.ctx(), c.p, engine.Target{ExpandWildcards: "open,hidden"})
	if err != nil {
		return nil, err
	}
	var sum engine.IndexStats
	byName := map[string]any{}
	for _, s := range all {
		addStats(&sum, s)
		byName[s.Name] = onlyMetrics(statsValues(s, c.list("groups"), fileSizes), metrics)
	}
	out := onlyMetrics(statsValues(sum, c.list("groups"), fileSizes), metrics)
	if level == "indices" || level == "shards" {
		out["indices"] = byName
	}
	return out, nil
}

// hostValues are os, process and jvm; the last one tells of Go's memory in the names that clients read.
func hostValues(h hostFacts, up time.Duration, now time.Time) map[string]any {
	at := now.UnixMilli()
	return map[string]any{
		"os": map[string]any{
			"timestamp": at, "cpu": map[string]any{"load_average": map[string]float64{"1m": h.load[0], "5m": h.load[1], "15m": h.load[2]}},
			"mem": map[string]any{"total_in_bytes": h.memoryTotal, "adjusted_total_in_bytes": h.memoryTotal, "free_in_bytes": h.memoryFree, "used_in_bytes": h.memoryTotal - h.memoryFree,
				"free_percent": percent(h.memoryFree, h.memoryTotal), "used_percent": percent(h.memoryTotal-h.memoryFree, h.memoryTotal)},
			"swap": map[string]any{"total_in_bytes": h.swapTotal, "free_in_bytes": h.swapFree, "used_in_bytes": h.swapTotal - h.swapFree},
		},
		"process": map[string]any{"timestamp": at, "open_file_descriptors": h.openFiles, "max_file_descriptors": h.maxFiles,
			"mem": map[string]any{"total_virtual_in_bytes": h.virtual, "resident_in_bytes": h.resident}},
		"jvm": map[string]any{
			"timestamp": at, "uptime_in_millis": up.Milliseconds(),
			"mem": map[string]any{"heap_used_in_bytes": h.heapUsed, "heap_used_percent": percent(h.heapUsed, h.heapMax), "heap_committed_in_bytes": h.heapCommitted, "heap_max_in_bytes": h.heapMax,
				"non_heap_used_in_bytes": 0, "non_heap_committed_in_bytes": 0, "pools": map[string]any{}},
			"threads": map[string]any{"count": h.goroutines, "peak_count": h.goroutines},
			"gc": map[string]any{"collectors": map[string]any{"young": map[string]any{"collection_count": h.collections, "collection_time_in_millis": 0},
				"old": map[string]any{"collection_count": 0, "collection_time_in_millis": 0}}},
			"buffer_pools": map[string]any{"direct": zeros("count", "used_in_bytes", "total_capacity_in_bytes"), "mapped": zeros("count", "used_in_bytes", "total_capacity_in_bytes")},
		},
	}
}

func fsValues(u *engine.Usage, now time.Time) map[string]any {
	space := map[string]any{"total_in_bytes": u.DiskTotal, "free_in_bytes": u.DiskFree, "available_in_bytes": u.DiskFree}
	data := with(map[string]any{"path": u.Path, "mount": u.Path, "type": "disk"}, space)
	return map[string]any{"timestamp": now.UnixMilli(), "total": space, "data": []any{data}}
}

func breakerValues(u *engine.Usage) map[string]any {
	breaker := func(used, limit int64) map[string]any {
		return map[string]any{"limit_size_in_bytes": limit, "estimated_size_in_bytes": used, "overhead": 1.0, "tripped": 0}
	}
	return map[string]any{"request": breaker(u.SearchMemory, u.RequestLimit), "parent": breaker(u.SearchMemory, u.SearchLimit)}
}

func pressureValues(u *engine.Usage) map[string]any {
	return map[string]any{"memory": map[string]any{"current": map[string]any{"all_in_bytes": u.WriteMemory, "combined_coordinating_and_primary_in_bytes": u.WriteMemory}, "limit_in_bytes": u.WriteLimit}}
}

func (c *call) clusterStats() error {
	info, err := c.s.backend.Info(c.ctx(), c.p)
	if err != nil {
		return err
	}
	health, err := c.s.backend.Health(c.ctx(), c.p, engine.Target{ExpandWildcards: "all"})
	if err != nil {
		return err
	}
	usage, err := c.s.backend.Usage(c.ctx(), c.p)
	if err != nil {
		return err
	}
	all, err := c.s.backend.IndexStats(c.ctx(), c.p, engine.Target{ExpandWildcards: "all"})
	if err != nil {
		return err
	}
	var sum engine.IndexStats
	for _, s := range all {
		addStats(&sum, s)
	}
	values := onlyMetrics(statsValues(sum, nil, false), []string{"docs", "store", "fielddata", "query_cache", "completion", "segments"})
	values["count"] = len(all)
	values["shards"] = map[string]any{"total": len(all), "primaries": len(all), "replication": 0.0}
	now := c.s.o.Now()
	return c.send(http.StatusOK, map[string]any{
		"_nodes": map[string]int{"total": 1, "successful": 1, "failed": 0}, "cluster_name": info.ClusterName, "cluster_uuid": info.ClusterUUID, "timestamp": now.UnixMilli(),
		"status": health.Status, "indices": values, "nodes": clusterNodes(info, usage, readHost(), now.Sub(c.s.begun), now),
	})
}

func clusterNodes(info *engine.Info, u *engine.Usage, h hostFacts, up time.Duration, now time.Time) map[string]any {
	values := hostValues(h, up, now)
	os, _ := values["os"].(map[string]any)
	jvm, _ := values["jvm"].(map[string]any)
	return map[string]any{
		"count":    map[string]int{"total": 1, "coordinating_only": 0, "data": 1, "ingest": 1, "master": 1},
		"versions": []any{info.Version["number"]},
		"os": map[string]any{"available_processors": runtime.NumCPU(), "allocated_processors": runtime.GOMAXPROCS(0), "names": []any{map[string]any{"name": runtime.GOOS, "count": 1}},
			"architectures": []any{map[string]any{"arch": runtime.GOARCH, "count": 1}}, "mem": os["mem"]},
		"process": map[string]any{"open_file_descriptors": map[string]int64{"min": h.openFiles, "max": h.openFiles, "avg": h.openFiles}},
		"jvm": map[string]any{"max_uptime_in_millis": up.Milliseconds(), "mem": map[string]uint64{"heap_used_in_bytes": h.heapUsed, "heap_max_in_bytes": h.heapMax}, "threads": h.goroutines,
			"versions": []any{map[string]any{"version": runtime.Version(), "vm_name": "Go", "count": 1}}, "gc": jvm["gc"]},
		"fs":              fsValues(u, now)["total"],
		"plugins":         []any{},
		"network_types":   map[string]any{"transport_types": map[string]int{"none": 1}, "http_types": map[string]int{"net/http": 1}},
		"packaging_types": []any{map[string]any{"flavor": info.Version["build_flavor"], "type": info.Version["build_type"], "count": 1}},
	}
}
