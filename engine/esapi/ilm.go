package esapi

import (
	"net/http"

	"github.com/vedette-siem/vedette/engine"
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
