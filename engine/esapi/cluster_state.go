package esapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/vedette-siem/vedette/engine"
)

func clusterStateRoutes() []route {
	params := slices.Concat([]string{"flat_settings", "wait_for_metadata_version", "wait_for_timeout"}, targetParams(), waitParams())
	return []route{
		{"GET", "/_cluster/state /_cluster/state/:metric /_cluster/state/:metric/:index", params, (*call).clusterState},
		{"GET POST", "/_cluster/allocation/explain", append([]string{"include_disk_info", "include_yes_decisions"}, waitParams()...), (*call).allocationExplain},
	}
}

// blockLevels are the blocks of indices as a cluster's state shows them, by setting.
func blockLevels() map[string]map[string]any {
	level := func(id, text string, levels ...string) map[string]any {
		return map[string]any{"id": id, "description": text, "retryable": false, "levels": levels}
	}
	return map[string]map[string]any{
		"read_only":              level("5", "index read-only (api)", "write", "metadata_write"),
		"read":                   level("7", "index read (api)", "read"),
		"write":                  level("8", "index write (api)", "write"),
		"metadata":               level("9", "index metadata (api)", "metadata_read", "metadata_write"),
		"read_only_allow_delete": level("12", "disk usage exceeded flood-stage watermark, index has read-only-allow-delete block", "metadata_write", "write"),
		"closed":                 level("4", "index closed", "read", "write"),
	}
}

func (c *call) clusterState() error {
	if err := c.may("cluster:monitor/state"); err != nil {
		return err
	}
	metrics := splitList(c.path["metric"]) // Elasticsearch does not mind those that it does not know
	wanted := func(m string) bool {
		return len(metrics) == 0 || slices.Contains(metrics, "_all") || slices.Contains(metrics, m)
	}
	info, err := c.s.backend.Info(c.ctx(), c.p)
	if err != nil {
		return err
	}
	t, err := c.target()
	if err != nil {
		return err
	}
	if c.path["index"] == "" {
		t.ExpandWildcards = "all"
	}
	found, err := c.s.backend.GetIndex(c.ctx(), c.p, t)
	if err != nil {
		return err
	}
	out := map[string]any{"cluster_name": info.ClusterName, "cluster_uuid": info.ClusterUUID}
	if wanted("version") {
		out["version"], out["state_uuid"] = 1, info.ClusterUUID
	}
	if wanted("master_node") {
		out["master_node"] = c.s.o.Node
	}
	if wanted("nodes") {
		address := c.s.address()
		out["nodes"] = map[string]any{c.s.o.Node: map[string]any{"name": info.Name, "ephemeral_id": c.s.o.Node, "transport_address": address, "attributes": map[string]any{}, "roles": nodeRoles()}}
	}
	if wanted("blocks") {
		if out["blocks"], err = stateBlocks(found); err != nil {
			return err
		}
	}
	if wanted("metadata") {
		if out["metadata"], err = c.stateMetadata(info, found); err != nil {
			return err
		}
	}
	tables, shards, lacking := c.routing(found)
	if wanted("routing_table") {
		out["routing_table"] = map[string]any{"indices": tables}
	}
	if wanted("routing_nodes") {
		out["routing_nodes"] = map[string]any{"unassigned": lacking, "nodes": map[string]any{c.s.o.Node: shards}}
	}
	return c.send(http.StatusOK, out)
}

func stateBlocks(found map[string]engine.IndexInfo) (any, error) {
	blocked := map[string]any{}
	levels := blockLevels()
	for name, info := range found {
		flat := map[string]any{}
		if err := flattenInto(flat, info.Settings); err != nil {
			return nil, fmt.Errorf("settings of index %q: %w", name, err)
		}
		of := map[string]any{}
		for block, level := range levels {
			if fmt.Sprint(flat["index.blocks."+block]) == "true" || block == "closed" && info.Closed {
				id := fmt.Sprint(level["id"])
				shown := maps.Clone(level)
				delete(shown, "id")
				of[id] = shown
			}
		}
		if len(of) > 0 {
			blocked[name] = of
		}
	}
	if len(blocked) == 0 {
		return map[string]any{}, nil
	}
	return map[string]any{"indices": blocked}, nil
}

func (c *call) stateMetadata(info *engine.Info, found map[string]engine.IndexInfo) (any, error) {
	indices := map[string]any{}
	for name, ix := range found {
		var aliases map[string]json.RawMessage
		if err := json.Unmarshal(ix.Aliases, &aliases); err != nil {
			return nil, fmt.Errorf("aliases of index %q: %w", name, err)
		}
		state := "open"
		if ix.Closed {
			state = "close"
		}
		indices[name] = map[string]any{"version": 1, "state": state, "settings": ix.Settings, "mappings": map[string]json.RawMessage{"_doc": ix.Mappings},
			"aliases": append([]string{}, slices.Sorted(maps.Keys(aliases))...), "in_sync_allocations": map[string]any{"0": []string{name}}, "primary_terms": map[string]int{"0": 1}}
	}
	templates := map[string]any{}
	legacy, err := c.s.backend.GetTemplates(c.ctx(), c.p, engine.LegacyTemplate, "")
	if err != nil {
		return nil, err
	}
	for _, t := range legacy {
		templates[t.Name] = t.Body
	}
	return map[string]any{"cluster_uuid": info.ClusterUUID, "cluster_uuid_committed": true, "templates": templates, "indices": indices}, nil
}

// routing shows the one shard that each index has, and the replicas that it lacks.
func (c *call) routing(found map[string]engine.IndexInfo) (tables map[string]any, shards, lacking []any) {
	tables, shards, lacking = map[string]any{}, []any{}, []any{}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		shard := map[string]any{"state": "STARTED", "primary": true, "node": c.s.o.Node, "relocating_node": nil, "shard": 0, "index": name}
		copies := []any{shard}
		for range found[name].Unassigned {
			replica := map[string]any{"state": "UNASSIGNED", "primary": false, "node": nil, "relocating_node": nil, "shard": 0, "index": name,
				"recovery_source": map[string]any{"type": "PEER"}, "unassigned_info": unassignedInfo(found[name].Settings)}
			copies, lacking = append(copies, replica), append(lacking, replica)
		}
		tables[name] = map[string]any{"shards": map[string]any{"0": copies}}
		shards = append(shards, shard)
	}
	return tables, shards, lacking
}

// unassignedInfo says since when a replica has no place: since the index was made.
func unassignedInfo(settings json.RawMessage) map[string]any {
	info := map[string]any{"reason": "INDEX_CREATED", "delayed": false, "allocation_status": "no_attempt"}
	flat := map[string]any{}
	if flattenInto(flat, settings) == nil {
		if ms, err := strconv.ParseInt(fmt.Sprint(flat["index.creation_date"]), 10, 64); err == nil {
			info["at"] = createdText(ms)
		}
	}
	return info
}
