package esapi

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine"
)

// The tables about nodes and what they do: there is one node, and of some of it nothing.

func catMoreRoutes() []route {
	target := func(more ...string) []string { return catParams(append(more, targetParams()...)...) }
	routes := []route{
		{"GET", "/_cat/nodes", catParams("full_id", "include_unloaded_segments"), (*call).catNodes},
		{"GET", "/_cat/master /_cat/cluster_manager", catParams(), (*call).catMaster},
		{"GET", "/_cat/allocation /_cat/allocation/:node", catParams(), (*call).catAllocation},
		{"GET", "/_cat/segments /_cat/segments/:index", target(), (*call).catSegments},
		{"GET", "/_cat/recovery /_cat/recovery/:index", target("active_only", "detailed"), (*call).catRecovery},
	}
	routes = append(routes, route{"GET", "/_cat/fielddata /_cat/fielddata/:name", catParams("fields"), (*call).catFielddata})
	for path, columns := range emptyTables() {
		routes = append(routes, route{"GET", path, target("fields", "size"), func(c *call) error {
			if err := c.may("cluster:monitor/state"); err != nil {
				return err
			}
			return c.sendTable(columns, func() ([][]cell, error) { return nil, nil })
		}})
	}
	return routes
}

// emptyTables are those of what there is nothing of: plugins, attributes of nodes, repositories and their snapshots, waiting tasks, pools of threads.
func emptyTables() map[string][]column {
	columns := func(names ...string) []column {
		out := make([]column, len(names))
		for i, name := range names {
			out[i] = column{name: name, about: strings.ReplaceAll(name, "_", " ")}
		}
		return out
	}
	return map[string][]column{
		"/_cat/plugins": {{name: "id", about: "unique node id", extra: true}, {name: "name", aliases: "n", about: "node name"}, {name: "component", aliases: "c", about: "component"},
			{name: "version", aliases: "v", about: "component version"}, {name: "description", aliases: "d", about: "plugin details", extra: true}},
		"/_cat/nodeattrs":                           columns("node", "host", "ip", "attr", "value"),
		"/_cat/repositories":                        columns("id", "type"),
		"/_cat/snapshots /_cat/snapshots/:name":     columns("id", "repository", "status", "start_epoch", "start_time", "end_epoch", "end_time", "duration", "indices", "successful_shards", "failed_shards", "total_shards"),
		"/_cat/pending_tasks":                       columns("insertOrder", "timeInQueue", "priority", "source"),
		"/_cat/thread_pool /_cat/thread_pool/:name": columns("node_name", "name", "active", "queue", "rejected"),
	}
}

func (c *call) catNodes() error {
	full, err := c.flag("full_id", false)
	if err != nil {
		return err
	}
	columns := []column{
		{name: "id", aliases: "id,nodeId", about: "unique node id", extra: true},
		{name: "pid", aliases: "p", about: "process id", extra: true},
		{name: "ip", aliases: "i", about: "ip address"},
		{name: "port", aliases: "po", about: "bound transport port", extra: true},
		{name: "http_address", aliases: "http", about: "bound http address", extra: true},
		{name: "version", aliases: "v", about: "es version", extra: true},
		{name: "disk.total", aliases: "dt,diskTotal", about: "total disk space", extra: true, right: true},
		{name: "disk.used", aliases: "du,diskUsed", about: "used disk space", extra: true, right: true},
		{name: "disk.avail", aliases: "d,da,disk,diskAvail", about: "available disk space", extra: true, right: true},
		{name: "heap.percent", aliases: "hp,heapPercent", about: "used heap ratio", right: true},
		{name: "ram.percent", aliases: "rp,ramPercent", about: "used machine memory ratio", right: true},
		{name: "load_1m", aliases: "l", about: "1m load avg", right: true},
		{name: "load_5m", aliases: "l", about: "5m load avg", right: true},
		{name: "load_15m", aliases: "l", about: "15m load avg", right: true},
		{name: "uptime", aliases: "u", about: "node uptime", extra: true, right: true},
		{name: "node.role", aliases: "r,role,nodeRole", about: "m:master eligible node, d:data node, i:ingest node"},
		{name: "master", aliases: "m", about: "*:current master"},
		{name: "name", aliases: "n", about: "node name"},
	}
	return c.sendTable(columns, func() ([][]cell, error) {
		usage, err := c.s.backend.Usage(c.ctx(), c.p)
		if err != nil {
			return nil, err
		}
		h, address, id := readHost(), c.s.address(), c.s.o.Node
		if !full {
			id = (id + "----")[:4]
		}
		_, port, _ := net.SplitHostPort(address)
		row := []cell{textCell(id), numberCell(int64(pid())), textCell(host(address)), textCell(port), textCell(address), textCell(engine.ElasticsearchVersion)}
		for _, n := range []int64{usage.DiskTotal, usage.DiskTotal - usage.DiskFree, usage.DiskFree} {
			size, err := c.bytesCell(n)
			if err != nil {
				return nil, err
			}
			row = append(row, size)
		}
		row = append(row, numberCell(int64(percent(h.heapUsed, h.heapMax))), numberCell(int64(percent(h.memoryTotal-h.memoryFree, h.memoryTotal))))
		for _, l := range h.load {
			row = append(row, cell{text: strconv.FormatFloat(l, 'f', 2, 64), num: l, isNum: true})
		}
		return [][]cell{append(row, c.timeCell(c.s.o.Now().Sub(c.s.begun)), textCell("dim"), textCell("*"), textCell(c.s.o.Node))}, nil
	})
}

func (c *call) catMaster() error {
	columns := []column{{name: "id", about: "node id"}, {name: "host", aliases: "h", about: "host name"}, {name: "ip", about: "ip address"}, {name: "node", aliases: "n", about: "node name"}}
	if err := c.may("cluster:monitor/state"); err != nil {
		return err
	}
	return c.sendTable(columns, func() ([][]cell, error) {
		at := host(c.s.address())
		return [][]cell{{textCell(c.s.o.Node), textCell(at), textCell(at), textCell(c.s.o.Node)}}, nil
	})
}

func (c *call) catAllocation() error {
	columns := []column{
		{name: "shards", aliases: "s", about: "number of shards on node", right: true},
		{name: "disk.indices", aliases: "di,diskIndices", about: "disk used by indices", right: true},
		{name: "disk.used", aliases: "du,diskUsed", about: "disk used (total, not just indices)", right: true},
		{name: "disk.avail", aliases: "da,diskAvail", about: "disk available", right: true},
		{name: "disk.total", aliases: "dt,diskTotal", about: "total capacity of all volumes", right: true},
		{name: "disk.percent", aliases: "dp,diskPercent", about: "percent disk used", right: true},
		{name: "host", aliases: "h", about: "host of node"},
		{name: "ip", about: "ip of node"},
		{name: "node", aliases: "n", about: "name of node"},
		{name: "node.role", aliases: "r,role,nodeRole", about: "node roles"},
	}
	return c.sendTable(columns, func() ([][]cell, error) {
		usage, err := c.s.backend.Usage(c.ctx(), c.p)
		if err != nil {
			return nil, err
		}
		all, err := c.s.backend.IndexStats(c.ctx(), c.p, engine.Target{ExpandWildcards: "all"})
		if err != nil {
			return nil, err
		}
		var sum engine.IndexStats
		for _, s := range all {
			addStats(&sum, s)
		}
		row := []cell{numberCell(int64(len(all)))}
		for _, n := range []int64{sum.Bytes, usage.DiskTotal - usage.DiskFree, usage.DiskFree, usage.DiskTotal} {
			size, err := c.bytesCell(n)
			if err != nil {
				return nil, err
			}
			row = append(row, size)
		}
		at := host(c.s.address())
		row = append(row, numberCell(int64(percent(uint64(usage.DiskTotal-usage.DiskFree), uint64(usage.DiskTotal)))), textCell(at), textCell(at), textCell(c.s.o.Node), textCell("dim"))
		if !c.isHere(c.path["node"]) {
			return nil, nil
		}
		rows := [][]cell{row}
		if sum.Unassigned > 0 && c.path["node"] == "" {
			lacking := slices.Repeat([]cell{noCell}, len(columns))
			lacking[0], lacking[8] = numberCell(int64(sum.Unassigned)), textCell("UNASSIGNED")
			rows = append(rows, lacking)
		}
		return rows, nil
	})
}

func (c *call) catSegments() error {
	columns := []column{
		{name: "index", aliases: "i,idx", about: "index name"},
		{name: "shard", aliases: "s,sh", about: "shard name", right: true},
		{name: "prirep", aliases: "p,pr,primaryOrReplica", about: "primary or replica"},
		{name: "ip", about: "ip of node where it lives"},
		{name: "segment", aliases: "seg", about: "segment name"},
		{name: "docs.count", aliases: "dc,docsCount", about: "number of docs in segment", right: true},
		{name: "docs.deleted", aliases: "dd,docsDeleted", about: "number of deleted docs in segment", right: true},
		{name: "size", aliases: "si", about: "segment size in bytes", right: true},
		{name: "committed", aliases: "ic,isCommitted", about: "is segment committed"},
		{name: "searchable", aliases: "is,isSearchable", about: "is segment searched"},
		{name: "version", aliases: "v,ver", about: "version", extra: true},
	}
	return c.sendTable(columns, func() ([][]cell, error) {
		t, err := c.target()
		if err != nil {
			return nil, err
		}
		all, err := c.s.backend.Segments(c.ctx(), c.p, t)
		if err != nil {
			return nil, err
		}
		var rows [][]cell
		for _, ix := range all {
			for _, s := range ix.Segments {
				size, err := c.bytesCell(s.Bytes)
				if err != nil {
					return nil, err
				}
				rows = append(rows, []cell{textCell(ix.Index), numberCell(0), textCell("p"), textCell(host(c.s.address())), textCell(s.Name), numberCell(s.Docs), numberCell(s.Deleted), size,
					textCell(strconv.FormatBool(s.OnDisk)), textCell("true"), textCell(segmentVersion)})
			}
		}
		return rows, nil
	})
}

// segmentVersion is what clients read as Lucene's version.
const segmentVersion = "9.12.2"

func (c *call) catRecovery() error {
	columns := []column{{name: "index", aliases: "i,idx", about: "index name"}, {name: "shard", aliases: "s,sh", about: "shard name", right: true}, {name: "time", aliases: "t,ti", about: "recovery time"},
		{name: "type", aliases: "ty", about: "recovery type"}, {name: "stage", aliases: "st", about: "recovery stage"}, {name: "source_node", aliases: "snode", about: "source node name"},
		{name: "target_node", aliases: "tnode", about: "target node name"}}
	return c.sendTable(columns, func() ([][]cell, error) {
		all, err := c.indexStats()
		if err != nil {
			return nil, err
		}
		var rows [][]cell
		for _, s := range all {
			if !s.Closed {
				rows = append(rows, []cell{textCell(s.Name), numberCell(0), textCell("0ms"), textCell("existing_store"), textCell("done"), textCell("n/a"), textCell(c.s.o.Node)})
			}
		}
		return rows, nil
	})
}

func segmentRoutes() []route {
	return []route{
		{"GET", "/_segments /:index/_segments", append([]string{"verbose"}, targetParams()...), (*call).segments},
		{"GET", "/_recovery /:index/_recovery", append([]string{"active_only", "detailed"}, targetParams()...), (*call).recovery},
	}
}

func (c *call) segments() error {
	t, err := c.target()
	if err != nil {
		return err
	}
	all, err := c.s.backend.Segments(c.ctx(), c.p, t)
	if err != nil {
		return err
	}
	indices := map[string]any{}
	for _, ix := range all {
		segments := map[string]any{}
		for i, s := range ix.Segments {
			segments[s.Name] = map[string]any{"generation": i, "num_docs": s.Docs, "deleted_docs": s.Deleted, "size_in_bytes": s.Bytes, "committed": s.OnDisk, "search": true,
				"version": segmentVersion, "compound": true}
		}
		shard := map[string]any{"routing": map[string]any{"state": "STARTED", "primary": true, "node": c.s.o.Node}, "num_committed_segments": len(ix.Segments),
			"num_search_segments": len(ix.Segments), "segments": segments}
		indices[ix.Index] = map[string]any{"shards": map[string]any{"0": []any{shard}}}
	}
	return c.send(http.StatusOK, map[string]any{"_shards": engine.Shards{Total: len(all), Successful: len(all)}, "indices": indices})
}

// recovery tells that every open index was opened from its own files.
func (c *call) recovery() error {
	all, err := c.indexStats()
	if err != nil {
		return err
	}
	active, err := c.flag("active_only", false)
	if err != nil {
		return err
	}
	out := map[string]any{}
	for _, s := range all {
		if s.Closed || active {
			continue
		}
		node := map[string]any{"id": c.s.o.Node, "host": host(c.s.address()), "ip": host(c.s.address()), "name": c.s.o.Node}
		size := map[string]any{"total_in_bytes": s.Bytes, "reused_in_bytes": s.Bytes, "recovered_in_bytes": 0, "percent": "100.0%"}
		out[s.Name] = map[string]any{"shards": []any{map[string]any{"id": 0, "type": "EXISTING_STORE", "stage": "DONE", "primary": true, "start_time_in_millis": s.CreatedAt,
			"source": map[string]any{}, "target": node, "index": map[string]any{"size": size}}}}
	}
	return c.send(http.StatusOK, out)
}

// catNames are the tables that `_cat` lists.
func catNames() string {
	var out strings.Builder
	out.WriteString("=^.^=\n")
	for _, path := range []string{"allocation", "shards", "shards/{index}", "master", "nodes", "tasks", "indices", "indices/{index}", "segments", "segments/{index}", "count", "count/{index}",
		"recovery", "recovery/{index}", "health", "pending_tasks", "aliases", "aliases/{alias}", "thread_pool", "thread_pool/{thread_pools}", "plugins", "fielddata", "fielddata/{fields}",
		"nodeattrs", "repositories", "snapshots/{repository}", "templates"} {
		fmt.Fprintf(&out, "/_cat/%s\n", path)
	}
	return out.String()
}
