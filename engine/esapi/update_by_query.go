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

// updateByQuery writes documents anew, as they are or as a pipeline makes them, so that they are read by the mapping as it is now.
func (c *call) updateByQuery() error {
	b, err := c.newByQuery()
	if err != nil {
		return err
	}
	if err := c.readByQuery(b, "update_by_query"); err != nil {
		return err
	}
	b.source = json.RawMessage("true")
	b.operation = func(hit engine.Hit) engine.BulkOp { return rewrite(hit, c.query["pipeline"]) }
	b.counts = []string{"updated", "deleted"}
	return c.sendByQuery(b, "indices:data/write/update/byquery", "update-by-query ["+b.target.Expression+"]")
}

// rewrite writes the document of a hit, if it has not changed meanwhile. Without a pipeline that of the index runs.
func rewrite(hit engine.Hit, pipeline string) engine.BulkOp {
	op := engine.BulkOp{Action: "index", Index: hit.Index, ID: hit.ID, Source: hit.Source, Routing: hit.Routing, IfSeqNo: hit.SeqNo, IfPrimaryTerm: hit.PrimaryTerm, Pipeline: pipeline}
	if hit.Source == nil {
		op.Err = eserr.Illegal("[%s][%s] didn't store _source", hit.Index, hit.ID)
	}
	return op
}
