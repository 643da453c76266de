package esapi

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// allocationExplain says that a primary has its place, and why a replica has none: there is one node.
func (c *call) allocationExplain() error {
	if err := c.may("cluster:monitor/allocation/explain"); err != nil {
		return err
	}
	body, err := c.jsonBody()
	if err != nil {
		return err
	}
	if len(body) == 0 {
		return c.explainAny()
	}
	var request struct {
		Index   string `json:"index"`
		Shard   int    `json:"shard"`
		Primary *bool  `json:"primary"`
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return eserr.BadRequest(eserr.XContentParse, "[cluster_allocation_explain] cannot be read: %s", err)
	}
	found, err := c.s.backend.GetIndex(c.ctx(), c.p, engine.Target{Expression: request.Index})
	if err != nil || strings.ContainsAny(request.Index, "*,") || request.Index == "" {
		if err == nil {
			err = eserr.Illegal("[index] must name one index")
		}
		return err
	}
	replica := request.Primary != nil && !*request.Primary
	for name, info := range found {
		switch {
		case request.Shard != 0 || replica && info.Unassigned == 0:
			return eserr.Illegal("No shard was found for index [%s], shard [%d]: an index has the primary shard [0] only", request.Index, request.Shard)
		case replica:
			return c.send(http.StatusOK, c.explainReplica(name, info))
		}
	}
	return c.send(http.StatusOK, map[string]any{"index": request.Index, "shard": 0, "primary": true, "current_state": "started",
		"current_node": map[string]any{"id": c.s.o.Node, "name": c.s.o.Node, "transport_address": c.s.address()}, "can_remain_on_current_node": "yes", "can_rebalance_cluster": "no",
		"rebalance_explanation": "there is one node"})
}

// explainAny explains the first replica that has no place.
func (c *call) explainAny() error {
	all, err := c.s.backend.GetIndex(c.ctx(), c.p, engine.Target{ExpandWildcards: "all"})
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if all[name].Unassigned > 0 {
			return c.send(http.StatusOK, c.explainReplica(name, all[name]))
		}
	}
	return eserr.Illegal("No shard was specified in the request which means the response should explain a randomly-chosen unassigned shard, but there are no unassigned shards in this cluster")
}

func (c *call) explainReplica(name string, info engine.IndexInfo) map[string]any {
	since := unassignedInfo(info.Settings)
	return map[string]any{"index": name, "shard": 0, "primary": false, "current_state": "unassigned",
		"unassigned_info": map[string]any{"reason": since["reason"], "at": since["at"], "last_allocation_status": since["allocation_status"]}, "can_allocate": "no",
		"allocate_explanation": "there is one node, and it has the primary; set [index.number_of_replicas] to 0",
		"node_allocation_decisions": []any{map[string]any{"node_id": c.s.o.Node, "node_name": c.s.o.Node, "transport_address": c.s.address(), "roles": nodeRoles(), "node_decision": "no", "weight_ranking": 1,
			"deciders": []any{map[string]any{"decider": "same_shard", "decision": "NO", "explanation": "a copy of this shard is already allocated to this node"}}}}}
}
