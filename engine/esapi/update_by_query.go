package esapi

import (
	"encoding/json"
	"slices"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func updateByQueryRoutes() []route {
	params := slices.Concat(byQueryParams("analyze_wildcard", "analyzer", "conflicts", "default_operator", "df", "from", "lenient", "pipeline", "preference", "q",
		"request_cache", "routing", "search_timeout", "search_type", "sort", "stats", "terminate_after", "version", "version_type"), targetParams())
	return []route{{"POST", "/:index/_update_by_query", params, (*call).updateByQuery}}
}

// updateByQuery writes documents anew as they are, so that they are read by the mapping as it is now.
func (c *call) updateByQuery() error {
	b, err := c.newByQuery()
	if err != nil {
		return err
	}
	if err := c.readByQuery(b, "update_by_query"); err != nil {
		return err
	}
	if name := c.query["pipeline"]; name != "" && name != "_none" {
		return eserr.Illegal("pipeline with id [%s] does not exist", clip(name))
	}
	b.source = json.RawMessage("true")
	b.operation, b.counts = rewrite, []string{"updated", "deleted"}
	return c.sendByQuery(b, "indices:data/write/update/byquery", "update-by-query ["+b.target.Expression+"]")
}

// rewrite writes the document of a hit as it is, if it has not changed meanwhile.
func rewrite(hit engine.Hit) engine.BulkOp {
	op := engine.BulkOp{Action: "index", Index: hit.Index, ID: hit.ID, Source: hit.Source, Routing: hit.Routing, IfSeqNo: hit.SeqNo, IfPrimaryTerm: hit.PrimaryTerm, Pipeline: "_none"}
	if hit.Source == nil {
		op.Err = eserr.Illegal("[%s][%s] didn't store _source", hit.Index, hit.ID)
	}
	return op
}
