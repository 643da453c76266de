package esapi

import "github.com/vedette-siem/vedette/engine/eserr"

// declinedRoutes are endpoints that people ask for by name and will not find here: the answer says so and what to use instead.
// What is not listed answers as an unknown endpoint.
func declinedRoutes() []route {
	var routes []route
	for _, d := range []struct{ paths, text string }{
		{"/_query /_query/async", "ES|QL is not supported: use _search with a query and aggregations"},
		{"/_sql /_sql/translate /_plugins/_sql /_plugins/_ppl", "SQL and PPL are not supported: use _search with a query and aggregations"},
		{"/:index/_eql/search", "EQL is not supported: use _search with a query and aggregations"},
		{"/_scripts/painless/_execute", "scripts are not supported"},
		{"/:index/_shrink/:target /:index/_split/:target", "an index has one shard, whatever its settings say: there is nothing to shrink or to split; copy it with _reindex"},
		{"/:index/_clone/:target", "cloning is not supported: copy the index with _reindex"},
		{"/_knn_search /:index/_knn_search", "vector search is not supported"},
		{"/_nodes/usage /_nodes/:node/usage /_nodes/usage/:metric", "[_nodes/usage] is not supported: requests are counted in the server's metrics"},
		{"/:index/_field_usage_stats", "[_field_usage_stats] is not supported: it is not counted which fields are searched"},
		{"/_cluster/voting_config_exclusions", "[_cluster/voting_config_exclusions] is not supported: this node is the whole cluster"},
		{"/_ilm/move/:index", "[_ilm/move] is not supported: a policy is carried out by the age of the index"},
		{"/_snapshot /_snapshot/:repository /_snapshot/:repository/:snapshot", "snapshot repositories are not supported: back up the data directory"},
	} {
		decline := func(*call) error { return eserr.Illegal("%s", d.text) }
		routes = append(routes, route{"GET POST PUT DELETE", d.paths, nil, decline})
	}
	return routes
}
