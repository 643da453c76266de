package esapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"runtime/pprof"
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// nodeMoreRoutes are what monitors and consoles ask a cluster beside its health, where one node has little to tell.
func nodeMoreRoutes() []route {
	threads := []string{"ignore_idle_threads", "interval", "snapshots", "threads", "timeout", "type", "sort"}
	return []route{
		{"GET", "/_nodes/hot_threads /_nodes/:node/hot_threads", threads, (*call).hotThreads},
		{"POST", "/_nodes/reload_secure_settings /_nodes/:node/reload_secure_settings", []string{"timeout"}, (*call).reloadSecure},
		{"GET", "/_remote/info", nil, func(c *call) error { return c.send(http.StatusOK, map[string]any{}) }},
		{"GET", "/_dangling", waitParams(), (*call).dangling},
		{"POST DELETE", "/_dangling/:uuid", append([]string{"accept_data_loss"}, waitParams()...), (*call).noDangling},
		{"GET", "/_features", waitParams(), func(c *call) error { return c.send(http.StatusOK, map[string]any{"features": []any{}}) }},
		{"POST", "/_cluster/reroute", append([]string{"dry_run", "explain", "metric", "retry_failed"}, waitParams()...), (*call).reroute},
		{"GET", "/_info/:target", nil, (*call).clusterInfo},
		{"GET", "/_ingest/geoip/stats", nil, (*call).geoipStats},
		{"GET", "/_xpack/usage", waitParams(), (*call).xpackUsage},
	}
}

// nodeEach answers with something of each node that a list names.
func (c *call) nodeEach(value func() map[string]any) error {
	info, err := c.s.backend.Info(c.ctx(), c.p)
	if err != nil {
		return err
	}
	nodes := map[string]any{}
	if c.isHere(c.path["node"]) {
		nodes[c.s.o.Node] = value()
	}
	return c.send(http.StatusOK, map[string]any{"_nodes": map[string]int{"total": len(nodes), "successful": len(nodes), "failed": 0}, "cluster_name": info.ClusterName, "nodes": nodes})
}

// hotThreads are the goroutines, those with the same stack together, as text.
func (c *call) hotThreads() error {
	if !c.isHere(c.path["node"]) {
		return c.sendText(http.StatusOK, "")
	}
	var out bytes.Buffer
	out.WriteString("::: {" + c.s.o.Node + "}{" + c.s.address() + "}\n")
	if err := pprof.Lookup("goroutine").WriteTo(&out, 1); err != nil {
		return err
	}
	return c.sendText(http.StatusOK, out.String())
}

// reloadSecure has no keystore to read, which Elasticsearch without one says just so.
func (c *call) reloadSecure() error {
	return c.nodeEach(func() map[string]any {
		return map[string]any{"name": c.s.o.Node, "reload_exception": eserr.Errorf(http.StatusInternalServerError, "illegal_state_exception", "Keystore is missing")}
	})
}

// dangling indices there are none: the catalogue has every index whose files are there.
func (c *call) dangling() error {
	info, err := c.s.backend.Info(c.ctx(), c.p)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, map[string]any{"_nodes": map[string]int{"total": 1, "successful": 1, "failed": 0}, "cluster_name": info.ClusterName, "dangling_indices": []any{}})
}

func (c *call) noDangling() error {
	return eserr.Illegal("No dangling index found for UUID [%s]", clip(c.path["uuid"]))
}

// reroute has nowhere to move shards to; without commands there is nothing to be done.
func (c *call) reroute() error {
	body, err := c.jsonBody()
	if err != nil {
		return err
	}
	if err := onlyFields(body, "[cluster_reroute] unknown field [%s]", "commands"); err != nil {
		return err
	}
	var request struct {
		Commands []any `json:"commands"`
	}
	if body != nil {
		if err := json.Unmarshal(body, &request); err != nil {
			return eserr.BadRequest(eserr.Parsing, "[cluster_reroute] cannot be read: %v", err)
		}
	}
	if len(request.Commands) > 0 {
		return eserr.Illegal("[commands] are not supported: there is one node, on which every shard has its place")
	}
	out := map[string]any{"acknowledged": true}
	explain, err := c.flag("explain", false)
	if err != nil {
		return err
	}
	if explain {
		out["explanations"] = []any{}
	}
	return c.send(http.StatusOK, out)
}

// clusterInfo is `_info`: what the nodes' statistics say, added up over the one node.
func (c *call) clusterInfo() error {
	known := []string{"http", "ingest", "thread_pool", "script"}
	asked := splitList(c.path["target"])
	for _, target := range asked {
		if target == "_all" && len(asked) > 1 {
			return eserr.Illegal("request [%s] contains _all and individual target [%s]", c.r.URL.Path, c.path["target"])
		}
		if target != "_all" && !slices.Contains(known, target) {
			return eserr.Illegal("request [%s] contains unrecognized target: [%s]%s", c.r.URL.Path, clip(target), eserr.DidYouMean(target, known))
		}
	}
	info, err := c.s.backend.Info(c.ctx(), c.p)
	if err != nil {
		return err
	}
	ingest, err := c.s.backend.IngestStats(c.ctx(), c.p)
	if err != nil {
		return err
	}
	values := map[string]any{"http": c.httpValues(), "ingest": ingest, "thread_pool": map[string]any{}, "script": zeros("compilations", "cache_evictions", "compilation_limit_triggered")}
	out := map[string]any{"cluster_name": info.ClusterName}
	for name, v := range values {
		if slices.Contains(asked, "_all") || slices.Contains(asked, name) {
			out[name] = v
		}
	}
	return c.send(http.StatusOK, out)
}

// httpValues are the requests that are under way.
func (c *call) httpValues() map[string]any {
	return map[string]any{"current_open": len(c.s.tasks.list(func(*task) bool { return true }))}
}

// geoipStats are zero: databases are never downloaded.
func (c *call) geoipStats() error {
	return c.send(http.StatusOK, map[string]any{
		"stats": zeros("successful_downloads", "failed_downloads", "total_download_time", "databases_count", "skipped_updates", "expired_databases"), "nodes": map[string]any{}})
}

// xpackUsage says which of Elasticsearch's features are here.
func (c *call) xpackUsage() error {
	have := map[string]bool{"security": c.s.o.Security != nil, "ilm": true, "data_streams": true, "data_lifecycle": true, "analytics": true, "flattened": true}
	out := map[string]any{}
	for _, name := range []string{"aggregate_metric", "analytics", "archive", "ccr", "data_lifecycle", "data_streams", "data_tiers", "enrich", "eql", "esql", "flattened", "frozen_indices", "graph", "ilm",
		"logstash", "ml", "monitoring", "rollup", "searchable_snapshots", "security", "slm", "spatial", "sql", "transform", "vectors", "voting_only", "watcher"} {
		out[name] = map[string]bool{"available": have[name], "enabled": have[name]}
	}
	return c.send(http.StatusOK, out)
}
