package esapi

import (
	"net/http"
	"slices"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func clusterRoutes() []route {
	health := slices.Concat([]string{"level", "wait_for_events", "wait_for_no_initializing_shards", "wait_for_no_relocating_shards", "wait_for_nodes",
		"wait_for_status", "return_200_for_cluster_health_timeout"}, targetParams(), waitParams())
	settings := append([]string{"flat_settings", "include_defaults"}, waitParams()...)
	return []route{
		{"GET", "/_cluster/health /_cluster/health/:index", health, (*call).health},
		{"GET", "/_cluster/settings", settings, (*call).clusterSettings},
		{"PUT", "/_cluster/settings", settings, (*call).putClusterSettings},
		{"GET", "/_cluster/pending_tasks", waitParams(), (*call).pendingTasks},
		{"GET", "/_nodes /_nodes/:metric /_nodes/:node/:metric", []string{"flat_settings", "timeout"}, (*call).nodes},
	}
}

// health answers at once: the state of one process does not get better by waiting, so that a status not reached is a time-out (408).
func (c *call) health() error {
	t, err := c.target()
	if err != nil {
		return err
	}
	h, err := c.s.backend.Health(c.ctx(), c.p, t)
	if err != nil {
		return err
	}
	if err := c.levelOf(h); err != nil {
		return err
	}
	rank := []string{"green", "yellow", "red"}
	wanted := c.query["wait_for_status"]
	if wanted != "" && !slices.Contains(rank, wanted) {
		return eserr.Illegal("unknown cluster health status [%.100s]", wanted)
	}
	if !h.TimedOut && (wanted == "" || slices.Index(rank, h.Status) <= slices.Index(rank, wanted)) {
		return c.send(http.StatusOK, h)
	}
	late := *h
	late.TimedOut = true
	if ok, err := c.flag("return_200_for_cluster_health_timeout", false); err != nil || ok {
		if err != nil {
			return err
		}
		return c.send(http.StatusOK, late)
	}
	return c.send(http.StatusRequestTimeout, late)
}

// levelOf leaves of a health what `level` asks for: the indices, and the one shard of each.
func (c *call) levelOf(h *engine.Health) error {
	switch level := c.query["level"]; level {
	case "", "cluster":
		h.Indices = nil
	case "indices":
	case "shards":
		for name, ix := range h.Indices {
			ix.Each = map[string]any{"0": map[string]any{"status": ix.Status, "primary_active": ix.ActivePrimaries > 0, "active_shards": ix.Active, "relocating_shards": 0,
				"initializing_shards": 0, "unassigned_shards": ix.Unassigned, "unassigned_primary_shards": 0}}
			h.Indices[name] = ix
		}
	default:
		return eserr.Illegal("level parameter must be one of [cluster] or [indices] or [shards] but was [%.100s]", level)
	}
	return nil
}

// clusterSettings shows what was set, and with include_defaults what else is honoured or asked for.
func (c *call) clusterSettings() error {
	all, err := c.s.backend.ClusterSettings(c.ctx(), c.p)
	if err != nil {
		return err
	}
	out, err := c.shownSettings(all)
	if err != nil {
		return err
	}
	defaults, err := c.flag("include_defaults", false)
	if err != nil {
		return err
	}
	if defaults {
		info, err := c.about()
		if err != nil {
			return err
		}
		isFlat, err := c.flag("flat_settings", false)
		if err != nil {
			return err
		}
		out["defaults"] = shape(unset(c.clusterDefaults(info), nil, all.Persistent, all.Transient), isFlat)
	}
	return c.send(http.StatusOK, out)
}

// shownSettings are settings of the cluster, flat or nested.
func (c *call) shownSettings(all engine.ClusterSettings) (map[string]any, error) {
	flat, err := c.flag("flat_settings", false)
	if err != nil {
		return nil, err
	}
	show := func(settings map[string]any) map[string]any {
		if settings == nil {
			return map[string]any{}
		}
		if flat {
			return settings
		}
		return nest(settings)
	}
	return map[string]any{"persistent": show(all.Persistent), "transient": show(all.Transient)}, nil
}

func (c *call) putClusterSettings() error {
	body, err := c.requiredBody()
	if err != nil {
		return err
	}
	changed, err := c.s.backend.PutClusterSettings(c.ctx(), c.p, body)
	if err != nil {
		return err
	}
	out, err := c.shownSettings(changed)
	if err != nil {
		return err
	}
	out["acknowledged"] = true
	return c.send(http.StatusOK, out)
}

// pendingTasks are none: every change is carried out before it is answered.
func (c *call) pendingTasks() error {
	return c.sendJSON(http.StatusOK, []byte(`{"tasks":[]}`))
}
