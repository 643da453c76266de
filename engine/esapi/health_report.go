package esapi

import (
	"net/http"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func healthReportRoutes() []route {
	return []route{{"GET", "/_health_report /_health_report/:feature", []string{"size", "timeout", "verbose"}, (*call).healthReport}}
}

// An indicator is one part of the health, in the shape of https://www.elastic.co/guide/en/elasticsearch/reference/8.19/health-api.html.
type indicator struct {
	Status  string         `json:"status"`
	Symptom string         `json:"symptom"`
	Details map[string]any `json:"details,omitempty"`
	Impacts []impact       `json:"impacts,omitempty"`
}

// An impact is what a user notices of it.
type impact struct {
	ID          string   `json:"id"`
	Severity    int      `json:"severity"`
	Description string   `json:"description"`
	Areas       []string `json:"impact_areas"`
}

func (c *call) healthReport() error {
	info, err := c.s.backend.Info(c.ctx(), c.p)
	if err != nil {
		return err
	}
	indicators, err := c.indicators(info)
	if err != nil {
		return err
	}
	out := map[string]any{"cluster_name": info.ClusterName, "indicators": indicators}
	if name := c.path["feature"]; name != "" {
		one, ok := indicators[name]
		if !ok {
			return eserr.Errorf(http.StatusNotFound, "resource_not_found_exception", "Did not find indicator %s", clip(name))
		}
		out["indicators"] = map[string]indicator{name: one}
		return c.send(http.StatusOK, out)
	}
	worst := "green"
	for _, one := range indicators {
		if one.Status == "red" || one.Status == "yellow" && worst == "green" {
			worst = one.Status
		}
	}
	out["status"] = worst
	return c.send(http.StatusOK, out)
}

// indicators are ours: the indices, the disk and the policies.
func (c *call) indicators(info *engine.Info) (map[string]indicator, error) {
	health, err := c.s.backend.Health(c.ctx(), c.p, engine.Target{ExpandWildcards: "all"})
	if err != nil {
		return nil, err
	}
	run, err := c.s.backend.PoliciesRun(c.ctx(), c.p)
	if err != nil {
		return nil, err
	}
	blocked, err := c.blockedIndices()
	if err != nil {
		return nil, err
	}
	here := map[string]any{"node_id": c.s.o.Node, "name": info.Name}
	return map[string]indicator{
		"master_is_stable":    {Status: "green", Symptom: "The cluster has a stable master node", Details: map[string]any{"current_master": here, "recent_masters": []any{here}}},
		"shards_availability": shardsIndicator(health),
		"disk":                diskIndicator(blocked),
		"ilm":                 policiesIndicator(run),
	}, nil
}

func shardsIndicator(h *engine.Health) indicator {
	out := indicator{Status: "green", Symptom: "This cluster has all shards available.", Details: map[string]any{"started_primaries": h.ActivePrimaryShards, "unassigned_primaries": h.UnassignedShards}}
	if h.UnassignedShards > 0 {
		out.Status, out.Symptom = "red", "This cluster has unavailable primary shards."
		out.Impacts = []impact{{"primary_unassigned", 1, "Some indices cannot be written, and searches may lack what is in them.", []string{"ingest", "search"}}}
	}
	return out
}

func diskIndicator(blocked int) indicator {
	out := indicator{Status: "green", Symptom: "The cluster has enough available disk space."}
	enough := 1
	if blocked > 0 {
		enough, out.Status = 0, "red"
		out.Symptom = "Indices are not allowed to be updated: the disk is nearly full, or they have the block read_only_allow_delete."
		out.Impacts = []impact{{"ingest_capability_unavailable", 1, "Some indices take no writes until there is room on the disk.", []string{"ingest"}}}
	}
	out.Details = map[string]any{"indices_with_readonly_block": blocked, "nodes_with_enough_disk_space": enough, "nodes_with_unknown_disk_status": 0, "nodes_over_high_watermark": 0,
		"nodes_over_flood_stage_watermark": 1 - enough}
	return out
}

func policiesIndicator(run bool) indicator {
	if run {
		return indicator{Status: "green", Symptom: "Index Lifecycle Management is running", Details: map[string]any{"ilm_status": "RUNNING"}}
	}
	return indicator{Status: "yellow", Symptom: "Index Lifecycle Management is not running", Details: map[string]any{"ilm_status": "STOPPED"},
		Impacts: []impact{{"automation_disabled", 3, "Indices are neither rolled over nor deleted by their policies.", []string{"deployment_management"}}}}
}

// blockedIndices counts those with the block of a full disk.
func (c *call) blockedIndices() (int, error) {
	found, err := c.s.backend.GetIndex(c.ctx(), c.p, engine.Target{ExpandWildcards: "all"})
	if err != nil {
		return 0, err
	}
	n := 0
	for _, info := range found {
		flat := map[string]any{}
		if err := flattenInto(flat, info.Settings); err != nil {
			return 0, err
		}
		if flat["index.blocks.read_only_allow_delete"] == "true" {
			n++
		}
	}
	return n, nil
}
