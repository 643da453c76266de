package esapi

import (
	"encoding/json"
	"net/http"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/pipeline"
)

func ingestRoutes() []route {
	const one = "/_ingest/pipeline/:id"
	return []route{
		{"GET", "/_ingest/pipeline " + one, append([]string{"summary"}, waitParams()...), (*call).getPipelines},
		{"PUT", one, append([]string{"if_version"}, waitParams()...), (*call).putPipeline},
		{"DELETE", one, waitParams(), (*call).deletePipeline},
		{"GET POST", "/_ingest/pipeline/_simulate " + one + "/_simulate", []string{"verbose"}, (*call).simulatePipeline},
		{"GET", "/_ingest/processor/grok", []string{"ecs_compatibility", "s"}, (*call).grokPatterns},
	}
}

func (c *call) getPipelines() error {
	summary, err := c.flag("summary", false)
	if err != nil {
		return err
	}
	found, err := c.s.backend.GetPipelines(c.ctx(), c.p, c.path["id"])
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(found) == 0 {
		status = http.StatusNotFound
	}
	out := make(map[string]json.RawMessage, len(found))
	for _, f := range found {
		if out[f.Name] = f.Body; summary {
			out[f.Name] = json.RawMessage("{}")
		}
	}
	return c.send(status, out)
}

func (c *call) putPipeline() error {
	version, err := c.number("if_version")
	if err != nil {
		return err
	}
	body, err := c.requiredBody()
	if err != nil {
		return err
	}
	return c.acknowledged(c.s.backend.PutPipeline(c.ctx(), c.p, c.path["id"], body, version))
}

func (c *call) deletePipeline() error {
	return c.acknowledged(c.s.backend.DeletePipeline(c.ctx(), c.p, c.path["id"]))
}

func (c *call) simulatePipeline() error {
	verbose, err := c.flag("verbose", false)
	if err != nil {
		return err
	}
	body, err := c.requiredBody()
	if err != nil {
		return err
	}
	out, err := c.s.backend.SimulatePipeline(c.ctx(), c.p, c.path["id"], body, verbose)
	if err != nil {
		return err
	}
	return c.sendJSON(http.StatusOK, out)
}

// grokPatterns lists the patterns that the processor grok brings; they are always sorted, as `s` asks.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/grok-processor.html#grok-processor-rest-get
func (c *call) grokPatterns() error {
	if err := c.may("cluster:admin/ingest/processor/grok/get"); err != nil {
		return err
	}
	if _, err := c.flag("s", false); err != nil {
		return err
	}
	ecs := c.query["ecs_compatibility"]
	if ecs != "" && ecs != "disabled" && ecs != "v1" {
		return eserr.Illegal("unsupported ECS compatibility mode [%s]", clip(ecs))
	}
	return c.send(http.StatusOK, map[string]any{"patterns": pipeline.GrokPatterns(ecs == "v1")})
}
