package esapi

import "slices"

func deleteByQueryRoutes() []route {
	params := slices.Concat(byQueryParams("analyze_wildcard", "analyzer", "conflicts", "default_operator", "df", "from", "lenient", "preference", "q",
		"request_cache", "routing", "search_timeout", "search_type", "sort", "stats", "terminate_after", "version"), targetParams())
	return []route{{"POST", "/:index/_delete_by_query", params, (*call).deleteByQuery}}
}

func (c *call) deleteByQuery() error {
	b, err := c.newByQuery()
	if err != nil {
		return err
	}
	if err := c.readByQuery(b, "delete_by_query"); err != nil {
		return err
	}
	if b.query == nil {
		return invalid("query is missing")
	}
	b.operation, b.counts = deletion, []string{"deleted"}
	return c.sendByQuery(b, "indices:data/write/delete/byquery", "delete-by-query ["+b.target.Expression+"]")
}
