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
	"GET /_nodes/hot_threads":                       "cluster:monitor/nodes/hot_threads",
	"GET /_nodes/:node/hot_threads":                 "cluster:monitor/nodes/hot_threads",
	"POST /_nodes/reload_secure_settings":           "cluster:admin/nodes/reload_secure_settings",
	"POST /_nodes/:node/reload_secure_settings":     "cluster:admin/nodes/reload_secure_settings",
	"GET /_info/:target":                            "cluster:monitor/nodes/info",
	"GET /_remote/info":                             "cluster:monitor/remote/info",
	"GET /_dangling":                                "cluster:admin/indices/dangling/list",
	"POST /_dangling/:uuid":                         "cluster:admin/indices/dangling/import",
	"DELETE /_dangling/:uuid":                       "cluster:admin/indices/dangling/delete",
	"GET /_features":                                "cluster:admin/features/get",
	"POST /_cluster/reroute":                        "cluster:admin/reroute",
	"GET /_ingest/geoip/stats":                      "cluster:monitor/ingest/geoip/stats",
	"GET /_xpack/usage":                             "cluster:monitor/xpack/usage",
	"POST /:index/_disk_usage":                      "indices:admin/analyze_disk_usage",
	"GET /_resolve/cluster":                         "indices:admin/resolve/cluster",
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
