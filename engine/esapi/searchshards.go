package esapi

import (
	"maps"
	"net/http"
	"slices"
)

func searchShardsRoutes() []route {
	return []route{
		{"GET POST", "/_search_shards /:index/_search_shards", append([]string{"local", "preference", "routing", "master_timeout"}, targetParams()...), (*call).searchShards},
		{"GET", "/_resolve/cluster /_resolve/cluster/:index", append([]string{"timeout"}, targetParams()...), (*call).resolveCluster},
	}
}

// searchShards says where a search would go: to the one shard of each index, here.
func (c *call) searchShards() error {
	found, err := c.indices()
	if err != nil {
		return err
	}
	info, err := c.about()
	if err != nil {
		return err
	}
	indices, shards, nodes := map[string]any{}, []any{}, map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		flat := map[string]any{}
		if err := flattenInto(flat, found[name].Settings); err != nil {
			return err
		}
		indices[name] = map[string]any{}
		shards = append(shards, []any{map[string]any{"state": "STARTED", "primary": true, "node": c.s.o.Node, "relocating_node": nil, "shard": 0, "index": name,
			"allocation_id": map[string]any{"id": flat["index.uuid"]}, "relocation_failure_info": map[string]int{"failed_attempts": 0}}})
	}
	if len(indices) > 0 {
		nodes[c.s.o.Node] = map[string]any{"name": info.Name, "ephemeral_id": c.s.o.Node, "transport_address": c.s.address(), "external_id": info.Name, "attributes": map[string]any{}, "roles": nodeRoles(),
			"version": info.Version["number"]}
	}
	return c.send(http.StatusOK, map[string]any{"nodes": nodes, "indices": indices, "shards": shards})
}

// resolveCluster knows this cluster only; without an expression remote ones are asked for, of which there are none.
func (c *call) resolveCluster() error {
	if c.path["index"] == "" {
		return c.send(http.StatusOK, map[string]any{})
	}
	found, err := c.indices()
	if err != nil {
		return err
	}
	info, err := c.about()
	if err != nil {
		return err
	}
	version := map[string]any{}
	for _, name := range []string{"number", "build_flavor", "minimum_wire_compatibility_version", "minimum_index_compatibility_version"} {
		version[name] = info.Version[name]
	}
	return c.send(http.StatusOK, map[string]any{"(local)": map[string]any{"connected": true, "skip_unavailable": false, "matching_indices": len(found) > 0, "version": version}})
}
