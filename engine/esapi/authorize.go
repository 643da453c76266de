package esapi

import "github.com/vedette-siem/vedette/engine"

// needs are the actions of endpoints that are answered here, without the Backend, which authorises everything else. TestEveryEndpointAsksForAuthorisation
// finds those that are missing.
var needs = map[string]string{
	"GET /_cluster/settings":                        "cluster:monitor/settings",
	"PUT /_cluster/settings":                        "cluster:admin/settings/update",
	"GET /_cluster/pending_tasks":                   "cluster:monitor/task",
	"GET /_nodes/stats/:metric":                     "cluster:monitor/nodes/stats",
	"GET /_nodes/stats/:metric/:index_metric":       "cluster:monitor/nodes/stats",
	"GET /_nodes/:node/stats/:metric":               "cluster:monitor/nodes/stats",
	"GET /_nodes/:node/stats/:metric/:index_metric": "cluster:monitor/nodes/stats",
	"GET /_render/template":                         "indices:data/read/search/template",
	"POST /_render/template":                        "indices:data/read/search/template",
	"GET /_render/template/:id":                     "indices:data/read/search/template",
	"POST /_render/template/:id":                    "indices:data/read/search/template",
}

// authorise refuses an endpoint of that table to those who may not call it. It goes by the route, so by what the path was normalised to.
func (c *call) authorise(route string) error {
	action, ok := needs[c.r.Method+" "+route]
	if !ok {
		return nil
	}
	return engine.Allow(c.p, action)
}
