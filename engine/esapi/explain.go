package esapi

import (
	"net/http"
	"slices"

	"github.com/vedette-siem/vedette/engine"
)

func explainRoutes() []route {
	params := slices.Concat(queryParams(), []string{"preference", "routing", "source", "source_content_type"})
	return []route{{"GET POST", "/:index/_explain/:id", params, (*call).explain}}
}

// queryParams are those of a query in the URL.
func queryParams() []string {
	return []string{"analyze_wildcard", "analyzer", "default_operator", "df", "lenient", "q"}
}

// explain says how one document scores.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-explain.html
func (c *call) explain() error {
	r := &engine.SearchRequest{Params: c.pick(queryParams())}
	var err error
	if r.Target, err = c.target(); err != nil {
		return err
	}
	if r.Body, err = c.jsonBody(); err != nil {
		return err
	}
	if err := onlyFields(r.Body, "request does not support [%s]", "query"); err != nil {
		return err
	}
	answer, err := c.s.backend.Explain(c.ctx(), c.p, r, c.path["id"])
	if err != nil {
		return err
	}
	status := http.StatusOK
	if !answer.Found {
		status, answer.Explanation = http.StatusNotFound, nil
	}
	return c.send(status, answer)
}
