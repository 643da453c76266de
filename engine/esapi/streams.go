package esapi

import (
	"net/http"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func streamRoutes() []route {
	params := append([]string{"expand_wildcards", "include_defaults", "verbose"}, waitParams()...)
	return []route{
		{"GET", "/_data_stream /_data_stream/:index", params, (*call).getDataStreams},
		{"PUT", "/_data_stream/:index", params, (*call).createDataStream},
		{"DELETE", "/_data_stream/:index", params, (*call).deleteDataStream},
		{"POST", "/_data_stream/_modify", waitParams(), (*call).modifyDataStreams},
	}
}

func (c *call) getDataStreams() error {
	t, err := c.target()
	if err != nil {
		return err
	}
	found, err := c.s.backend.DataStreams(c.ctx(), c.p, t)
	if err != nil {
		return err
	}
	if found == nil {
		found = []engine.DataStream{}
	}
	return c.send(http.StatusOK, map[string]any{"data_streams": found})
}

func (c *call) createDataStream() error {
	name, err := c.indexExpression()
	if err != nil {
		return err
	}
	if isPattern(name) {
		return eserr.Illegal("data_stream [%s] must not contain the following characters ['*']", clip(name))
	}
	return c.acknowledged(c.s.backend.CreateDataStream(c.ctx(), c.p, name))
}

func (c *call) deleteDataStream() error {
	t, err := c.target()
	if err != nil {
		return err
	}
	return c.acknowledged(c.s.backend.DeleteDataStream(c.ctx(), c.p, t))
}

func (c *call) modifyDataStreams() error {
	body, err := c.requiredBody()
	if err != nil {
		return err
	}
	return c.acknowledged(c.s.backend.ModifyDataStreams(c.ctx(), c.p, body))
}
