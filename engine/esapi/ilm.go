package esapi

import (
	"maps"
	"net/http"
	"slices"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func ilmRoutes() []route {
	explain := append([]string{"only_errors", "only_managed"}, targetParams()...)
	return []route{
		{"GET", "/_ilm/policy /_ilm/policy/:name", waitParams(), (*call).getPolicies},
		{"PUT", "/_ilm/policy/:name", waitParams(), (*call).putPolicy},
		{"DELETE", "/_ilm/policy/:name", waitParams(), (*call).deletePolicy},
		{"GET", "/_ilm/status", waitParams(), (*call).policyStatus},
		{"POST", "/_ilm/start", waitParams(), func(c *call) error { return c.acknowledged(c.s.backend.RunPolicies(c.ctx(), c.p, true)) }},
		{"POST", "/_ilm/stop", waitParams(), func(c *call) error { return c.acknowledged(c.s.backend.RunPolicies(c.ctx(), c.p, false)) }},
		{"POST", "/:index/_ilm/remove", append(targetParams(), waitParams()...), (*call).removePolicy},
		{"POST", "/:index/_ilm/retry", append(targetParams(), waitParams()...), (*call).retryPolicy},
		{"GET", "/:index/_ilm/explain", append(explain, waitParams()...), (*call).explainPolicies},
	}
}

func (c *call) getPolicies() error {
	found, err := c.s.backend.GetPolicies(c.ctx(), c.p, c.path["name"])
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, found)
}

func (c *call) putPolicy() error {
	body, err := c.requiredBody()
	if err != nil {
		return err
	}
	return c.acknowledged(c.s.backend.PutPolicy(c.ctx(), c.p, c.path["name"], body))
}

func (c *call) deletePolicy() error {
	return c.acknowledged(c.s.backend.DeletePolicy(c.ctx(), c.p, c.path["name"]))
}

func (c *call) policyStatus() error {
	run, err := c.s.backend.PoliciesRun(c.ctx(), c.p)
	if err != nil {
		return err
	}
	mode := "STOPPED"
	if run {
		mode = "RUNNING"
	}
	return c.send(http.StatusOK, map[string]string{"operation_mode": mode})
}

// removePolicy takes the policy off indices.
func (c *call) removePolicy() error {
	t, err := c.targetIn("open,closed")
	if err != nil {
		return err
	}
	if err := c.s.backend.PutSettings(c.ctx(), c.p, t, []byte(`{"index.lifecycle.name":null,"index.lifecycle.rollover_alias":null}`), false); err != nil {
		return err
	}
	return c.send(http.StatusOK, map[string]any{"has_failures": false, "failed_indexes": []any{}})
}

// retryPolicy: what went wrong is tried again by itself, so that there is nothing to do but to refuse where nothing did.
func (c *call) retryPolicy() error {
	t, err := c.target()
	if err != nil {
		return err
	}
	found, err := c.s.backend.ExplainPolicies(c.ctx(), c.p, t)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if found[name].Step != "ERROR" {
			return eserr.Illegal("cannot retry an action for an index [%s] that has not encountered an error when running a Lifecycle Policy", name)
		}
	}
	return c.acknowledged(nil)
}

func (c *call) explainPolicies() error {
	t, err := c.target()
	if err != nil {
		return err
	}
	onlyManaged, err := c.flag("only_managed", false)
	if err != nil {
		return err
	}
	onlyErrors, err := c.flag("only_errors", false)
	if err != nil {
		return err
	}
	found, err := c.s.backend.ExplainPolicies(c.ctx(), c.p, t)
	if err != nil {
		return err
	}
	out := map[string]engine.PolicyState{}
	for name, s := range found {
		if (!onlyManaged || s.Managed) && (!onlyErrors || s.Step == "ERROR") {
			out[name] = s
		}
	}
	return c.send(http.StatusOK, map[string]any{"indices": out})
}
